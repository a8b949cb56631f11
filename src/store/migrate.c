/*
 * migrate - the version of the schema, and the way to the newest
 *
 * Schema files are numbered and go forward only. Each is run in a transaction
 * of its own together with its row in schema_version; two processes that start
 * at once take turns.
 */
#include "base/clock.h"
#include "base/log.h"
#include "store/store_priv.h"
#include "store_schema.h"

static const struct sql_pair sql_has_versions = {
	{"SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'"},
	{"SELECT CASE WHEN to_regclass('schema_version') IS NULL THEN 0 ELSE 1 END"}};
static const struct sql sql_version = {"SELECT coalesce(max(number), 0) FROM schema_version"};
static const struct sql sql_note = {
	"INSERT INTO schema_version (number, name, applied_at) VALUES ($1, $2, $3)"};
static const struct sql sql_lock = {"SELECT pg_advisory_xact_lock(4607842201)"};

/* Which schema files were run, and when (seconds UTC). */
static const char make_versions[] =
	"CREATE TABLE IF NOT EXISTS schema_version ("
	"number bigint NOT NULL PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)";

const struct fault *migrate_present(struct db *db, struct arena *a, int64_t *out)
{
	int64_t there = 0;
	const struct fault *f =
		db_fetch_int(db, a, sql_pick(db, &sql_has_versions), DB_NO_ARGS, &there, NULL);

	*out = 0;
	if (f || !there)
		return f;
	return db_fetch_int(db, a, &sql_version, DB_NO_ARGS, out, NULL);
}

/* Within a transaction that no other process shares; another may have been faster. */
static const struct fault *step(struct db *db, struct arena *a, size_t i)
{
	const char *script =
		db->ops->is_postgres ? store_schema[i].postgres : store_schema[i].sqlite;
	const struct fault *f = NULL;
	int64_t present = 0;

	if (db->ops->is_postgres)
		f = db_exec(db, a, &sql_lock, DB_NO_ARGS, NULL);
	if (!f)
		f = db->ops->script(db, a, make_versions);
	if (!f)
		f = migrate_present(db, a, &present);
	if (f || present >= store_schema[i].number)
		return f;
	f = db->ops->script(db, a, script);
	if (f)
		return f;
	log_event(LOG_INFO, "schema", LOG_INT("number", store_schema[i].number),
		  LOG_STR("name", store_schema[i].name));
	return db_exec(db, a, &sql_note,
		       DB_ARGS(DB_INT(store_schema[i].number),
			       DB_TEXT(text_from(store_schema[i].name)), DB_INT(clock_now())),
		       NULL);
}

static const struct fault *forward(struct db *db, struct arena *a, int64_t present)
{
	for (size_t i = 0; i < ARRAY_LEN(store_schema); i++) {
		const struct fault *f;

		if (store_schema[i].number <= present)
			continue;
		f = db->ops->begin(db, a);
		if (f)
			return f;
		f = step(db, a, i);
		if (f)
			db->ops->rollback(db);
		else
			f = db->ops->commit(db, a);
		if (f)
			return f;
	}
	return NULL;
}

const struct fault *migrate(struct db *db, struct arena *a, int64_t present, bool may_migrate)
{
	const int newest = store_schema[ARRAY_LEN(store_schema) - 1].number;

	if (present == newest)
		return NULL;
	if (present > newest)
		return fault_make(a, FAULT_CONFLICT, NULL,
				  "The store was written by a newer Fasti (schema %lld, this one "
				  "knows %d).",
				  (long long)present, newest);
	if (!may_migrate)
		return fault_make(a, FAULT_UNPROCESSABLE, NULL,
				  "The store has schema %lld and is to be brought forward to %d.",
				  (long long)present, newest);
	return forward(db, a, present);
}
