/* mail - messages that came in. See mail.h. */
#include "store/mail.h"

#include "base/email.h"
#include "store/db_priv.h"

#define KEPT_COLUMNS                                                                               \
	"id, owner, at, state, reason, sender, subject, method, uid, digest, author, size,"        \
	" env_from, env_to"
#define KEPT_GREEDIEST(measure)                                                                    \
	"SELECT " KEPT_COLUMNS " FROM mail_kept WHERE owner = $1 AND author ="                     \
	" (SELECT author FROM mail_kept WHERE owner = $1 GROUP BY author"                          \
	" ORDER BY " measure " DESC, max(id) DESC LIMIT 1) ORDER BY id DESC LIMIT 1"

static const struct sql sql_seen_find = {"SELECT at, outcome FROM mail_seen WHERE digest = $1"};
static const struct sql sql_seen_add = {
	"INSERT INTO mail_seen (digest, at, outcome) VALUES ($1, $2, $3)"
	" ON CONFLICT (digest) DO NOTHING"};
static const struct sql sql_seen_set = {
	"INSERT INTO mail_seen (digest, at, outcome) VALUES ($1, $2, $3)"
	" ON CONFLICT (digest) DO UPDATE SET outcome = excluded.outcome"};
static const struct sql sql_seen_forget = {"DELETE FROM mail_seen WHERE at < $1"};

static const struct sql sql_kept_add = {
	"INSERT INTO mail_kept (" KEPT_COLUMNS
	", message) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
	" ON CONFLICT (digest) DO NOTHING"};
static const struct sql sql_kept_list = {"SELECT " KEPT_COLUMNS
					 " FROM mail_kept WHERE owner = $1 AND id < $2"
					 " ORDER BY id DESC LIMIT $3"};
static const struct sql sql_kept_list_all = {
	"SELECT " KEPT_COLUMNS " FROM mail_kept WHERE id < $1 ORDER BY id DESC LIMIT $2"};
static const struct sql sql_kept_find = {"SELECT " KEPT_COLUMNS
					 ", message FROM mail_kept WHERE id = $1"};
static const struct sql sql_kept_delete = {"DELETE FROM mail_kept WHERE id = $1"};
static const struct sql sql_kept_count = {"SELECT count(*) FROM mail_kept WHERE owner = $1"};
static const struct sql sql_kept_octets = {
	"SELECT CAST(COALESCE(sum(size), 0) AS BIGINT) FROM mail_kept WHERE owner = $1"};
/* The newest of whoever has most of it. */
static const struct sql sql_kept_of_many = {KEPT_GREEDIEST("count(*)")};
static const struct sql sql_kept_of_much = {KEPT_GREEDIEST("sum(size)")};
static const struct sql sql_kept_expire = {"DELETE FROM mail_kept WHERE at < $1"};

static const struct sql sql_known = {
	"SELECT 1 WHERE EXISTS (SELECT 1 FROM reply_address WHERE owner = $1 AND attendee = $2)"
	" OR EXISTS (SELECT 1 FROM booking WHERE owner = $1 AND mailbox = $3)"};

/* ---- seen ------------------------------------------------------------------------------------ */

struct seen_row {
	struct mail_seen *out;
	bool found;
};

static bool take_seen(void *ctx, struct db_row *row)
{
	struct seen_row *r = ctx;

	r->out->at = row_int(row, 0);
	r->out->outcome = (int)row_int(row, 1);
	r->found = true;
	return false;
}

const struct fault *mail_seen_find(struct db *db, struct arena *a, struct text digest,
				   struct mail_seen *out, bool *found_out)
{
	struct seen_row r = {.out = out};
	const struct fault *f;

	*out = (struct mail_seen){.digest = digest};
	f = db_query(db, a, &sql_seen_find, DB_ARGS(DB_TEXT(digest)), take_seen, &r);
	*found_out = r.found;
	return f;
}

const struct fault *mail_seen_add(struct db *db, struct arena *a, const struct mail_seen *m,
				  bool *added_out)
{
	int64_t changed = 0;
	const struct fault *f =
		db_exec(db, a, &sql_seen_add,
			DB_ARGS(DB_TEXT(m->digest), DB_INT(m->at), DB_INT(m->outcome)), &changed);

	*added_out = changed > 0;
	return f;
}

const struct fault *mail_seen_set(struct db *db, struct arena *a, const struct mail_seen *m)
{
	return db_exec(db, a, &sql_seen_set,
		       DB_ARGS(DB_TEXT(m->digest), DB_INT(m->at), DB_INT(m->outcome)), NULL);
}

const struct fault *mail_seen_forget(struct db *db, struct arena *a, int64_t before)
{
	return db_exec(db, a, &sql_seen_forget, DB_ARGS(DB_INT(before)), NULL);
}

/* ---- kept ------------------------------------------------------------------------------------ */

static struct mail_kept kept_of(struct arena *a, struct db_row *row)
{
	return (struct mail_kept){
		.id = row_text(a, row, 0),
		.owner = row_int(row, 1),
		.at = row_int(row, 2),
		.state = (int)row_int(row, 3),
		.reason = row_text(a, row, 4),
		.sender = row_text(a, row, 5),
		.subject = row_text(a, row, 6),
		.method = row_text(a, row, 7),
		.uid = row_text(a, row, 8),
		.digest = row_text(a, row, 9),
		.author = row_text(a, row, 10),
		.size = row_int(row, 11),
		.env_from = row_text(a, row, 12),
		.env_to = row_text(a, row, 13),
	};
}

static bool take_listed(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct mail_kept *m = row_list_add(l);

	if (m)
		*m = kept_of(l->arena, row);
	return m != NULL;
}

static bool take_whole(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct mail_kept *m = row_list_add(l);

	if (!m)
		return false;
	*m = kept_of(l->arena, row);
	m->message = row_text(l->arena, row, 14);
	return true;
}

const struct fault *mail_kept_add(struct db *db, struct arena *a, const struct mail_kept *m)
{
	return db_exec(db, a, &sql_kept_add,
		       DB_ARGS(DB_TEXT(m->id), DB_INT(m->owner), DB_INT(m->at), DB_INT(m->state),
			       DB_TEXT(m->reason), DB_TEXT(m->sender), DB_TEXT(m->subject),
			       DB_TEXT(m->method), DB_TEXT(m->uid), DB_TEXT(m->digest),
			       DB_TEXT(m->author), DB_INT((int64_t)m->message.len),
			       DB_TEXT(m->env_from), DB_TEXT(m->env_to), DB_BLOB(m->message)),
		       NULL);
}

const struct fault *mail_kept_list(struct db *db, struct arena *a, int64_t owner, struct text after,
				   int limit, struct mail_kept **out, size_t *count_out)
{
	/* Past every id: these are of digits and lower case letters. */
	struct text before = after.len > 0 ? after : TEXT("~");
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct mail_kept), 16);
	if (owner)
		f = row_list_query(&l, db, &sql_kept_list,
				   DB_ARGS(DB_INT(owner), DB_TEXT(before), DB_INT(limit)),
				   take_listed);
	else
		f = row_list_query(&l, db, &sql_kept_list_all,
				   DB_ARGS(DB_TEXT(before), DB_INT(limit)), take_listed);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *mail_kept_find(struct db *db, struct arena *a, int64_t owner, struct text id,
				   struct mail_kept **out)
{
	struct row_list l;
	struct mail_kept *m;
	const struct fault *f;

	row_list_init(&l, a, sizeof(*m), 1);
	f = row_list_query(&l, db, &sql_kept_find, DB_ARGS(DB_TEXT(id)), take_whole);
	m = l.at;
	*out = !f && l.count > 0 && (owner == 0 || m->owner == owner) ? m : NULL;
	return f;
}

const struct fault *mail_kept_delete(struct db *db, struct arena *a, struct text id,
				     bool *deleted_out)
{
	int64_t changed = 0;
	const struct fault *f = db_exec(db, a, &sql_kept_delete, DB_ARGS(DB_TEXT(id)), &changed);

	*deleted_out = changed > 0;
	return f;
}

/* Whatever it is that goes to make room; NULL in *out: there is room. */
static const struct fault *find_greediest(struct db *db, struct arena *a, int64_t owner,
					  int64_t count_max, int64_t octets_max,
					  struct mail_kept **out)
{
	const struct sql *which = NULL;
	struct row_list l;
	int64_t count = 0, octets = 0;
	bool found;
	const struct fault *f =
		db_fetch_int(db, a, &sql_kept_count, DB_ARGS(DB_INT(owner)), &count, &found);

	if (!f)
		f = db_fetch_int(db, a, &sql_kept_octets, DB_ARGS(DB_INT(owner)), &octets, &found);
	if (count > count_max)
		which = &sql_kept_of_many;
	else if (octets > octets_max)
		which = &sql_kept_of_much;
	*out = NULL;
	if (f || !which)
		return f;
	row_list_init(&l, a, sizeof(**out), 1);
	f = row_list_query(&l, db, which, DB_ARGS(DB_INT(owner)), take_listed);
	*out = f || l.count == 0 ? NULL : l.at;
	return f;
}

const struct fault *mail_kept_thin(struct db *db, struct arena *a, int64_t owner, int64_t count_max,
				   int64_t octets_max, struct mail_kept **out, size_t *count_out)
{
	struct row_list l;
	struct mail_kept *one, *gone;
	bool deleted;
	const struct fault *f;

	row_list_init(&l, a, sizeof(*one), 1);
	do {
		f = find_greediest(db, a, owner, count_max, octets_max, &one);
		if (f || !one)
			break;
		f = mail_kept_delete(db, a, one->id, &deleted);
		gone = row_list_add(&l);
		if (gone)
			*gone = *one;
	} while (!f && gone && deleted);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *mail_kept_expire(struct db *db, struct arena *a, int64_t before)
{
	return db_exec(db, a, &sql_kept_expire, DB_ARGS(DB_INT(before)), NULL);
}

/* ---- who is known ---------------------------------------------------------------------------- */

const struct fault *mail_is_of_known(struct db *db, struct arena *a, int64_t owner,
				     struct text address, bool *out)
{
	int64_t one;

	return db_fetch_int(db, a, &sql_known,
			    DB_ARGS(DB_INT(owner), DB_TEXT(address),
				    DB_TEXT(email_mailbox(a, address))),
			    &one, out);
}
