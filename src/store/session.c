/* session - who is signed in with a browser. See session.h. */
#include "store/session.h"

#include "base/secret.h"
#include "store/db_priv.h"

static const struct sql sql_find = {
	"SELECT s.owner, o.name FROM session s JOIN owner o ON o.id = s.owner"
	" WHERE s.digest = $1 AND s.expires > $2"};
/* Those that are over, and of the others all but the $3 that end last. */
static const struct sql sql_thin = {
	"DELETE FROM session WHERE owner = $1 AND (expires <= $2 OR digest NOT IN"
	" (SELECT t.digest FROM session t WHERE t.owner = $1"
	" ORDER BY t.expires DESC, t.digest LIMIT $3))"};
static const struct sql sql_add = {
	"INSERT INTO session (digest, owner, created, expires) VALUES ($1, $2, $3, $4)"};
static const struct sql sql_remove = {"DELETE FROM session WHERE owner = $1 AND digest = $2"};
static const struct sql sql_remove_all = {"DELETE FROM session WHERE owner = $1"};

struct text session_digest(struct arena *a, struct text secret)
{
	return secret_digest_hex(a, secret);
}

struct found {
	struct arena *arena;
	int64_t owner;
	struct text name;
};

static bool take_found(void *ctx, struct db_row *row)
{
	struct found *found = ctx;

	found->owner = row_int(row, 0);
	found->name = row_text(found->arena, row, 1);
	return true;
}

const struct fault *session_find(struct db *db, struct arena *a, struct text secret, int64_t now,
				 int64_t *owner_out, struct text *name_out)
{
	struct found found = {.arena = a};
	const struct fault *f =
		db_query(db, a, &sql_find, DB_ARGS(DB_TEXT(session_digest(a, secret)), DB_INT(now)),
			 take_found, &found);

	*owner_out = found.owner;
	*name_out = found.name;
	return f;
}

const struct fault *session_add(struct db *db, struct arena *a, const struct session *s)
{
	const struct fault *f =
		db_exec(db, a, &sql_thin,
			DB_ARGS(DB_INT(s->owner), DB_INT(s->created), DB_INT(SESSIONS_MAX - 1)),
			NULL);

	return f ? f
		 : db_exec(db, a, &sql_add,
			   DB_ARGS(DB_TEXT(s->digest), DB_INT(s->owner), DB_INT(s->created),
				   DB_INT(s->expires)),
			   NULL);
}

const struct fault *session_remove(struct db *db, struct arena *a, int64_t owner,
				   struct text digest)
{
	return db_exec(db, a, &sql_remove, DB_ARGS(DB_INT(owner), DB_TEXT(digest)), NULL);
}

const struct fault *session_remove_all(struct db *db, struct arena *a, int64_t owner)
{
	return db_exec(db, a, &sql_remove_all, DB_ARGS(DB_INT(owner)), NULL);
}
