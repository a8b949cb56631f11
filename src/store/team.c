/* team - the hosts of a booking, and their turns. See team.h. */
#include "store/team.h"

#include "store/db_priv.h"

static const struct sql sql_hosts = {"SELECT host, optional, cost FROM booking_host"
				     " WHERE owner = $1 AND booking = $2 ORDER BY host"};
static const struct sql sql_drop_hosts = {
	"DELETE FROM booking_host WHERE owner = $1 AND booking = $2"};
static const struct sql sql_add_host = {
	"INSERT INTO booking_host (owner, booking, host, optional, cost)"
	" VALUES ($1, $2, $3, $4, $5)"};
static const struct sql sql_decline = {"UPDATE booking_host SET optional = 2"
				       " WHERE owner = $1 AND booking = $2 AND host = $3"};
static const struct sql sql_hosts_of_type = {
	"SELECT DISTINCT m.host FROM booking b"
	" JOIN booking_host m ON m.owner = b.owner AND m.booking = b.id"
	" WHERE b.owner = $1 AND b.type = coalesce("
	"(SELECT id FROM meeting_type WHERE owner = $1 AND slug = $2), $2)"
	" AND b.ends > $3 AND b.status < 2 ORDER BY m.host"};
static const struct sql sql_turns = {
	"SELECT host, taken, last FROM team_turn WHERE owner = $1 AND type = $2 ORDER BY host"};
/* Added to what stands there by then: two bookings at once are two turns. */
static const struct sql sql_take = {
	"INSERT INTO team_turn (owner, type, host, taken, last)"
	" VALUES ($1, $2, $3, CAST($4 AS BIGINT) + CAST($5 AS BIGINT), $6)"
	" ON CONFLICT (owner, type, host) DO UPDATE SET last = excluded.last, taken ="
	" CASE WHEN team_turn.taken < $4 THEN $4 ELSE team_turn.taken END + $5"};
/* Who had it last is, without it, as if there had been none. */
static const struct sql sql_give_back = {
	"UPDATE team_turn SET taken = taken - $4, last = CASE WHEN last = $5 THEN 0 ELSE last END"
	" WHERE owner = $1 AND type = $2 AND host = $3"};

/* What `optional` says. */
enum { HOST_IS_NEEDED, HOST_IS_OPTIONAL, HOST_HAS_DECLINED };

static bool take_host(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct booking_host *h = row_list_add(l);

	if (!h)
		return false;
	h->host = row_int(row, 0);
	h->optional = row_int(row, 1) == HOST_IS_OPTIONAL;
	h->declined = row_int(row, 1) == HOST_HAS_DECLINED;
	h->cost = row_int(row, 2);
	return true;
}

static const struct fault *list_hosts(struct db *db, struct arena *a, int64_t owner,
				      struct text booking, struct row_list *l)
{
	row_list_init(l, a, sizeof(struct booking_host), 4);
	return row_list_query(l, db, &sql_hosts, DB_ARGS(DB_INT(owner), DB_TEXT(booking)),
			      take_host);
}

/* Who is gone does nothing any more. */
static size_t keep(const struct row_list *l, bool all_of_them)
{
	struct booking_host *all = l->at;
	size_t kept = 0;

	for (size_t i = 0; i < l->count; i++)
		if (all[i].host > 0 && (all_of_them || !(all[i].optional || all[i].declined)))
			all[kept++] = all[i];
	return kept;
}

const struct fault *booking_hosts(struct db *db, struct arena *a, int64_t owner,
				  struct text booking, struct booking_host **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f = list_hosts(db, a, owner, booking, &l);

	*out = l.at;
	*count_out = keep(&l, true);
	return f;
}

const struct fault *booking_holders(struct db *db, struct arena *a, const struct booking *b,
				    struct booking_host **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f = list_hosts(db, a, b->owner, booking_holder(b), &l);

	*out = l.at;
	*count_out = keep(&l, false);
	if (f || l.count > 0)
		return f;
	*out = arena_alloc(a, sizeof(**out));
	**out = (struct booking_host){.host = b->owner};
	*count_out = 1;
	return arena_check(a);
}

const struct fault *booking_hosts_set(struct db *db, struct arena *a, int64_t owner,
				      struct text booking, const struct booking_host *hosts,
				      size_t count)
{
	const struct fault *f =
		db_exec(db, a, &sql_drop_hosts, DB_ARGS(DB_INT(owner), DB_TEXT(booking)), NULL);

	for (size_t i = 0; !f && i < count; i++)
		f = db_exec(
			db, a, &sql_add_host,
			DB_ARGS(DB_INT(owner), DB_TEXT(booking), DB_INT(hosts[i].host),
				DB_INT(hosts[i].declined ? HOST_HAS_DECLINED : hosts[i].optional),
				DB_INT(hosts[i].cost)),
			NULL);
	return f;
}

const struct fault *booking_host_decline(struct db *db, struct arena *a, int64_t owner,
					 struct text booking, int64_t host)
{
	return db_exec(db, a, &sql_decline, DB_ARGS(DB_INT(owner), DB_TEXT(booking), DB_INT(host)),
		       NULL);
}

static bool take_id(void *ctx, struct db_row *row)
{
	int64_t *id = row_list_add(ctx);

	if (!id)
		return false;
	*id = row_int(row, 0);
	return true;
}

const struct fault *booking_hosts_of_type(struct db *db, struct arena *a, int64_t owner,
					  struct text type, int64_t from, int64_t **out,
					  size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(int64_t), 8);
	f = row_list_query(&l, db, &sql_hosts_of_type,
			   DB_ARGS(DB_INT(owner), DB_TEXT(type), DB_INT(from)), take_id);
	*out = l.at;
	*count_out = l.count;
	return f;
}

static bool take_turn(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct team_turn *t = row_list_add(l);

	if (!t)
		return false;
	t->host = row_int(row, 0);
	t->taken = row_int(row, 1);
	t->last = row_int(row, 2);
	return true;
}

const struct fault *team_turns(struct db *db, struct arena *a, int64_t owner, struct text type,
			       struct team_turn **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct team_turn), 16);
	f = row_list_query(&l, db, &sql_turns, DB_ARGS(DB_INT(owner), DB_TEXT(type)), take_turn);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *team_turn_take(struct db *db, struct arena *a, const struct team_claim *c)
{
	return db_exec(db, a, &sql_take,
		       DB_ARGS(DB_INT(c->owner), DB_TEXT(c->type), DB_INT(c->host),
			       DB_INT(c->floor), DB_INT(c->cost), DB_INT(c->at)),
		       NULL);
}

const struct fault *team_turn_give_back(struct db *db, struct arena *a, const struct team_claim *c)
{
	return db_exec(db, a, &sql_give_back,
		       DB_ARGS(DB_INT(c->owner), DB_TEXT(c->type), DB_INT(c->host), DB_INT(c->cost),
			       DB_INT(c->at)),
		       NULL);
}
