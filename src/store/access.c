/* access - access control entries and members of groups. See access.h. */
#include "store/access.h"

#include "store/db_priv.h"

/* Whom somebody is a member of, in any depth; UNION ends a circle of groups. */
#define WITH_GROUPS                                                                                \
	"WITH RECURSIVE g (id) AS (SELECT owner FROM member WHERE member = $1 UNION"               \
	" SELECT m.owner FROM member m JOIN g ON m.member = g.id) "

static const struct sql sql_list = {
	"SELECT who, principal, denies, privileges FROM ace WHERE owner = $1 AND collection = $2"
	" ORDER BY n"};
static const struct sql sql_clear = {"DELETE FROM ace WHERE owner = $1 AND collection = $2"};
static const struct sql sql_add = {
	"INSERT INTO ace (owner, collection, n, who, principal, denies, privileges)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7)"};
static const struct sql sql_shares = {
	WITH_GROUPS
	", s AS (SELECT DISTINCT a.owner AS owner, a.collection AS collection FROM ace a"
	" JOIN collection c ON c.owner = a.owner AND c.id = a.collection"
	" WHERE (a.principal = $1 OR a.principal IN (SELECT id FROM g))"
	" AND a.owner <> $1 AND a.denies = 0 AND c.kind = 0 AND c.buried = 0),"
	" n AS (SELECT owner, collection, row_number()"
	" OVER (PARTITION BY owner ORDER BY collection) AS rank FROM s)"
	" SELECT n.owner, n.collection, o.kind, o.name FROM n"
	" JOIN owner o ON o.id = n.owner WHERE n.rank <= $5"
	" AND (n.owner > $2 OR (n.owner = $2 AND n.collection > $3))"
	" ORDER BY n.owner, n.collection LIMIT $4"};
static const struct sql sql_homes = {
	WITH_GROUPS "SELECT DISTINCT owner FROM ace WHERE (principal = $1"
		    " OR principal IN (SELECT id FROM g)) AND owner <> $1 AND collection = 0"
		    " ORDER BY owner"};
static const struct sql sql_groups = {WITH_GROUPS "SELECT id FROM g ORDER BY id"};
static const struct sql sql_members = {
	"SELECT member FROM member WHERE owner = $1 ORDER BY member"};
static const struct sql sql_clear_members = {"DELETE FROM member WHERE owner = $1"};
static const struct sql sql_add_member = {
	"INSERT INTO member (owner, member) VALUES ($1, $2) ON CONFLICT DO NOTHING"};

bool access_is_member(const struct access_entry *e, unsigned grants, unsigned beyond)
{
	return e->who == ACCESS_PRINCIPAL && !e->denies && (e->privileges & grants) == grants &&
	       !(e->privileges & beyond);
}

static bool take_entry(void *ctx, struct db_row *row)
{
	struct access_entry *e = row_list_add(ctx);

	if (!e)
		return false;
	e->who = (enum access_who)row_int(row, 0);
	e->principal = row_int(row, 1);
	e->denies = row_int(row, 2) != 0;
	e->privileges = (unsigned)row_int(row, 3);
	return true;
}

const struct fault *access_list(struct db *db, struct arena *a, int64_t owner, int64_t collection,
				struct access_entry **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct access_entry), 8);
	f = row_list_query(&l, db, &sql_list, DB_ARGS(DB_INT(owner), DB_INT(collection)),
			   take_entry);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *access_set(struct db *db, struct arena *a, int64_t owner, int64_t collection,
			       const struct access_entry *entries, size_t count)
{
	const struct fault *f =
		db_exec(db, a, &sql_clear, DB_ARGS(DB_INT(owner), DB_INT(collection)), NULL);

	for (size_t i = 0; i < count && !f; i++)
		f = db_exec(db, a, &sql_add,
			    DB_ARGS(DB_INT(owner), DB_INT(collection), DB_INT(i),
				    DB_INT(entries[i].who), DB_INT(entries[i].principal),
				    DB_INT(entries[i].denies), DB_INT(entries[i].privileges)),
			    NULL);
	return f;
}

static bool take_share(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct access_share *s = row_list_add(l);

	if (!s)
		return false;
	s->owner = row_int(row, 0);
	s->collection = row_int(row, 1);
	s->kind = (enum owner_kind)row_int(row, 2);
	s->name = row_text(l->arena, row, 3);
	return true;
}

const struct fault *access_shares(struct db *db, struct arena *a, int64_t principal,
				  const struct access_share *after, int limit,
				  struct access_share **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct access_share), 8);
	f = row_list_query(&l, db, &sql_shares,
			   DB_ARGS(DB_INT(principal), DB_INT(after->owner),
				   DB_INT(after->collection), DB_INT(limit),
				   DB_INT(ACCESS_SHARES_OF_ONE)),
			   take_share);
	*out = l.at;
	*count_out = l.count;
	return f;
}

static bool take_id(void *ctx, struct db_row *row)
{
	int64_t *id = row_list_add(ctx);

	if (id)
		*id = row_int(row, 0);
	return id != NULL;
}

static const struct fault *fetch_ids(struct db *db, struct arena *a, const struct sql *sql,
				     int64_t of, int64_t **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(int64_t), 8);
	f = row_list_query(&l, db, sql, DB_ARGS(DB_INT(of)), take_id);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *access_homes(struct db *db, struct arena *a, int64_t principal, int64_t **out,
				 size_t *count_out)
{
	return fetch_ids(db, a, &sql_homes, principal, out, count_out);
}

const struct fault *member_groups(struct db *db, struct arena *a, int64_t principal, int64_t **out,
				  size_t *count_out)
{
	return fetch_ids(db, a, &sql_groups, principal, out, count_out);
}

const struct fault *member_list(struct db *db, struct arena *a, int64_t group, int64_t **out,
				size_t *count_out)
{
	return fetch_ids(db, a, &sql_members, group, out, count_out);
}

const struct fault *member_set(struct db *db, struct arena *a, int64_t group,
			       const int64_t *members, size_t count)
{
	const struct fault *f = db_exec(db, a, &sql_clear_members, DB_ARGS(DB_INT(group)), NULL);

	for (size_t i = 0; i < count && !f; i++)
		f = db_exec(db, a, &sql_add_member, DB_ARGS(DB_INT(group), DB_INT(members[i])),
			    NULL);
	return f;
}
