/* connection - accounts at providers of calendars. See connection.h. */
#include "store/connection.h"

#include "store/db_priv.h"

const char *const provider_words[PROVIDER_COUNT] = {"google", "outlook", "caldav"};
const char *const connection_state_words[CONNECTION_STATE_COUNT] = {"works", "fails", "reconnect"};

#define CONNECTION_COLUMNS                                                                         \
	"owner, id, provider, account, subject, url, timezone, secret, secret_no, expires_at,"     \
	" lease_until, lease_holder, state, state_since, last_error, write_after, created,"        \
	" claims"

static const struct sql sql_get = {"SELECT " CONNECTION_COLUMNS
				   " FROM connection WHERE owner = $1 AND id = $2"};
static const struct sql sql_list = {"SELECT " CONNECTION_COLUMNS
				    " FROM connection WHERE owner = $1 ORDER BY created, id"};
static const struct sql sql_count = {"SELECT count(*) FROM connection WHERE owner = $1"};
static const struct sql sql_same = {
	"SELECT count(*) FROM connection WHERE owner = $1 AND provider = $2 AND subject = $3"
	" AND url = $4"};
static const struct sql sql_known = {
	"SELECT count(*) FROM connection WHERE provider = $1 AND subject = $2"};
static const struct sql sql_add = {"INSERT INTO connection (" CONNECTION_COLUMNS
				   ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
				   " 0, $9, 0, '', $10, $11, $12, 0, $13, '')"};
static const struct sql sql_lease = {
	"UPDATE connection SET lease_until = $6, lease_holder = $4"
	" WHERE owner = $1 AND id = $2 AND secret_no = $3 AND lease_until <= $5"};
static const struct sql sql_set_secret = {
	"UPDATE connection SET secret = $4, secret_no = secret_no + 1, expires_at = $5,"
	" account = $6, url = $7, timezone = $8, lease_until = 0, lease_holder = ''"
	" WHERE owner = $1 AND id = $2 AND secret_no = $3"};
static const struct sql sql_set_state = {
	"UPDATE connection SET state = $3, state_since = $4, last_error = $5, write_after = $6,"
	" claims = $8,"
	" lease_until = CASE WHEN lease_holder = $7 AND $7 <> '' THEN 0 ELSE lease_until END,"
	" lease_holder = CASE WHEN lease_holder = $7 THEN '' ELSE lease_holder END"
	" WHERE owner = $1 AND id = $2"};
/* Whose consent is gone is due at no time, or those would be passed over at each taking. */
static const struct sql sql_park = {"UPDATE outside_calendar SET due_at = 9223372036854775807"
				    " WHERE owner = $1 AND connection = $2"};
/* Before it is given anew. connection.state 2. */
static const struct sql sql_unpark = {
	"UPDATE outside_calendar SET due_at = CASE WHEN lease_until > $3 THEN lease_until ELSE $3"
	" END WHERE owner = $1 AND connection = $2 AND due_at = 9223372036854775807 AND EXISTS "
	"(SELECT 1 FROM connection c"
	" WHERE c.owner = $1 AND c.id = $2 AND c.state = 2)"};

/* What goes with a connection; its own row last. */
static const struct sql sql_delete_rest[] = {
	{"DELETE FROM outside_event WHERE owner = $1 AND calendar IN"
	 " (SELECT k.id FROM outside_calendar k WHERE k.owner = $1 AND k.connection = $2)"},
	{"DELETE FROM outside_calendar WHERE owner = $1 AND connection = $2"},
	{"DELETE FROM outside_copy WHERE owner = $1 AND connection = $2"},
	{"DELETE FROM outside_watch WHERE owner = $1 AND connection = $2"},
};
static const struct sql sql_delete = {"DELETE FROM connection WHERE owner = $1 AND id = $2"};

static bool take_connection(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct connection *c = row_list_add(l);

	if (!c)
		return false;
	c->owner = row_int(row, 0);
	c->id = row_text(l->arena, row, 1);
	c->provider = (enum provider_kind)row_int(row, 2);
	c->account = row_text(l->arena, row, 3);
	c->subject = row_text(l->arena, row, 4);
	c->url = row_text(l->arena, row, 5);
	c->timezone = row_text(l->arena, row, 6);
	c->secret = row_text(l->arena, row, 7);
	c->secret_no = row_int(row, 8);
	c->expires_at = row_int(row, 9);
	c->lease_until = row_int(row, 10);
	c->lease_holder = row_text(l->arena, row, 11);
	c->state = (enum connection_state)row_int(row, 12);
	c->state_since = row_int(row, 13);
	c->last_error = row_text(l->arena, row, 14);
	c->write_after = row_int(row, 15);
	c->created = row_int(row, 16);
	c->claims = row_text(l->arena, row, 17);
	return true;
}

const struct fault *connection_get(struct db *db, struct arena *a, int64_t owner, struct text id,
				   struct connection **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct connection), 1);
	f = row_list_query(&l, db, &sql_get, DB_ARGS(DB_INT(owner), DB_TEXT(id)), take_connection);
	*out = row_list_first(&l);
	return f;
}

const struct fault *connection_list(struct db *db, struct arena *a, int64_t owner,
				    struct connection **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct connection), 4);
	f = row_list_query(&l, db, &sql_list, DB_ARGS(DB_INT(owner)), take_connection);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *connection_is_known(struct db *db, struct arena *a, enum provider_kind provider,
					struct text subject, bool *out)
{
	int64_t count = 0;
	const struct fault *f = db_fetch_int(
		db, a, &sql_known, DB_ARGS(DB_INT(provider), DB_TEXT(subject)), &count, NULL);

	*out = count > 0;
	return f;
}

static const struct fault *check_new(struct db *db, struct arena *a, const struct connection *c)
{
	int64_t count = 0, same = 0;
	const struct fault *f =
		db_fetch_int(db, a, &sql_count, DB_ARGS(DB_INT(c->owner)), &count, NULL);

	if (!f)
		f = db_fetch_int(db, a, &sql_same,
				 DB_ARGS(DB_INT(c->owner), DB_INT(c->provider), DB_TEXT(c->subject),
					 DB_TEXT(c->url)),
				 &same, NULL);
	if (!f && same > 0)
		return fault_make(a, FAULT_CONFLICT, NULL, "The account %.*s is connected.",
				  TEXT_ARG(c->account));
	if (!f && count >= CONNECTIONS_MAX)
		return fault_make(a, FAULT_STORE_FULL, NULL,
				  "This host has %d connected accounts; one has to be removed"
				  " first.",
				  CONNECTIONS_MAX);
	return f;
}

const struct fault *connection_add(struct db *db, struct arena *a, const struct connection *c)
{
	const struct fault *f = check_new(db, a, c);

	if (f)
		return f;
	return db_exec(db, a, &sql_add,
		       DB_ARGS(DB_INT(c->owner), DB_TEXT(c->id), DB_INT(c->provider),
			       DB_TEXT(c->account), DB_TEXT(c->subject), DB_TEXT(c->url),
			       DB_TEXT(c->timezone), DB_BLOB(c->secret), DB_INT(c->expires_at),
			       DB_INT(c->state), DB_INT(c->state_since), DB_TEXT(c->last_error),
			       DB_INT(c->created)),
		       NULL);
}

const struct fault *connection_lease(struct db *db, struct arena *a, const struct connection *c,
				     struct text holder, int64_t now, int64_t until, bool *got_out)
{
	int64_t changed = 0;
	const struct fault *f =
		db_exec(db, a, &sql_lease,
			DB_ARGS(DB_INT(c->owner), DB_TEXT(c->id), DB_INT(c->secret_no),
				DB_TEXT(holder), DB_INT(now), DB_INT(until)),
			&changed);

	*got_out = changed > 0;
	return f;
}

const struct fault *connection_set_secret(struct db *db, struct arena *a,
					  const struct connection *c, bool *set_out)
{
	int64_t changed = 0;
	const struct fault *f =
		db_exec(db, a, &sql_set_secret,
			DB_ARGS(DB_INT(c->owner), DB_TEXT(c->id), DB_INT(c->secret_no),
				DB_BLOB(c->secret), DB_INT(c->expires_at), DB_TEXT(c->account),
				DB_TEXT(c->url), DB_TEXT(c->timezone)),
			&changed);

	*set_out = changed > 0;
	return f;
}

const struct fault *connection_set_state(struct db *db, struct arena *a, const struct connection *c,
					 struct text holder)
{
	const struct fault *f;

	if (c->state == CONNECTION_RECONNECT)
		f = db_exec(db, a, &sql_park, DB_ARGS(DB_INT(c->owner), DB_TEXT(c->id)), NULL);
	else
		f = db_exec(db, a, &sql_unpark,
			    DB_ARGS(DB_INT(c->owner), DB_TEXT(c->id), DB_INT(c->state_since)),
			    NULL);
	if (f)
		return f;
	return db_exec(db, a, &sql_set_state,
		       DB_ARGS(DB_INT(c->owner), DB_TEXT(c->id), DB_INT(c->state),
			       DB_INT(c->state_since), DB_TEXT(c->last_error),
			       DB_INT(c->write_after), DB_TEXT(holder), DB_TEXT(c->claims)),
		       NULL);
}

const struct fault *connection_delete(struct db *db, struct arena *a, int64_t owner, struct text id,
				      bool *deleted_out)
{
	int64_t changed = 0;
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(sql_delete_rest) && !f; i++)
		f = db_exec(db, a, &sql_delete_rest[i], DB_ARGS(DB_INT(owner), DB_TEXT(id)), NULL);
	if (!f)
		f = db_exec(db, a, &sql_delete, DB_ARGS(DB_INT(owner), DB_TEXT(id)), &changed);
	*deleted_out = changed > 0;
	return f;
}
