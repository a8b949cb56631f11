/* token - secrets that open a part of what an owner has. See token.h. */

#include "store/token.h"

#include "base/secret.h"
#include "store/db_priv.h"

const char *const token_scope_words[TOKEN_SCOPE_COUNT] = {
	[TOKEN_FEED] = "feed",
	[TOKEN_FREE_BUSY] = "freebusy",
	[TOKEN_DAV] = "dav",
	[TOKEN_API] = "api",
};

#define TOKEN_COLUMNS "t.owner, t.id, t.scope, t.digest, t.collection, t.detail, t.label, t.created"

/* directory.kind 2 */
static const struct sql sql_find = {
	"SELECT " TOKEN_COLUMNS " FROM directory d JOIN token t ON t.owner = d.owner"
	" AND t.digest = d.name WHERE d.kind = 2 AND d.name = $1 AND t.scope = $2"};
static const struct sql sql_list = {"SELECT " TOKEN_COLUMNS
				    " FROM token t WHERE t.owner = $1 ORDER BY t.id"};
static const struct sql sql_count = {"SELECT count(*) FROM token WHERE owner = $1"};
static const struct sql sql_add = {
	"INSERT INTO token (owner, id, scope, digest, collection, detail, label, created)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
static const struct sql sql_enter = {
	"INSERT INTO directory (kind, name, owner, rank) VALUES (2, $1, $2, 0)"};
static const struct sql sql_leave = {
	"DELETE FROM directory WHERE kind = 2 AND name IN"
	" (SELECT digest FROM token WHERE owner = $1 AND id = $2) AND owner = $1"};
static const struct sql sql_remove = {"DELETE FROM token WHERE owner = $1 AND id = $2"};

struct text token_digest(struct arena *a, struct text secret)
{
	return secret_digest_hex(a, secret);
}

static bool take_token(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct token *t = row_list_add(l);

	if (!t)
		return false;
	t->owner = row_int(row, 0);
	t->id = row_int(row, 1);
	t->scope = (enum token_scope)row_int(row, 2);
	t->digest = row_text(l->arena, row, 3);
	t->collection = row_int(row, 4);
	t->detail = (enum token_detail)row_int(row, 5);
	t->label = row_text(l->arena, row, 6);
	t->created = row_int(row, 7);
	return true;
}

const struct fault *token_find(struct db *db, struct arena *a, enum token_scope scope,
			       struct text secret, struct token **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct token), 1);
	f = row_list_query(&l, db, &sql_find,
			   DB_ARGS(DB_TEXT(token_digest(a, secret)), DB_INT(scope)), take_token);
	*out = row_list_first(&l);
	return f;
}

const struct fault *token_list(struct db *db, struct arena *a, int64_t owner, struct token **out,
			       size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct token), 8);
	f = row_list_query(&l, db, &sql_list, DB_ARGS(DB_INT(owner)), take_token);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *token_add(struct db *db, struct arena *a, struct token *t)
{
	int64_t count = 0;
	const struct fault *f =
		db_fetch_int(db, a, &sql_count, DB_ARGS(DB_INT(t->owner)), &count, NULL);

	if (!f && count >= TOKENS_MAX)
		return fault_make(a, FAULT_STORE_FULL, NULL,
				  "This user has %d tokens; one has to be revoked first.",
				  TOKENS_MAX);
	if (!f)
		f = owner_next_id(db, a, t->owner, &t->id);
	if (!f)
		f = db_exec(db, a, &sql_add,
			    DB_ARGS(DB_INT(t->owner), DB_INT(t->id), DB_INT(t->scope),
				    DB_TEXT(t->digest), DB_INT(t->collection), DB_INT(t->detail),
				    DB_TEXT(t->label), DB_INT(t->created)),
			    NULL);
	if (!f)
		f = db_exec(db, a, &sql_enter, DB_ARGS(DB_TEXT(t->digest), DB_INT(t->owner)), NULL);
	return f;
}

const struct fault *token_remove(struct db *db, struct arena *a, int64_t owner, int64_t id)
{
	int64_t changed = 0;
	const struct fault *f =
		db_exec(db, a, &sql_leave, DB_ARGS(DB_INT(owner), DB_INT(id)), NULL);

	if (!f)
		f = db_exec(db, a, &sql_remove, DB_ARGS(DB_INT(owner), DB_INT(id)), &changed);
	if (!f && changed == 0)
		f = fault_make(a, FAULT_NOT_FOUND, NULL, "There is no such token.");
	return f;
}
