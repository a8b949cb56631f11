/* opt_out - who wants no reminders. See opt_out.h. */
#include "store/opt_out.h"

#include "store/db_priv.h"

static const struct sql sql_find = {
	"SELECT count(*) FROM opt_out WHERE owner = $1 AND mailbox = $2"};
static const struct sql sql_add = {"INSERT INTO opt_out (owner, mailbox, at) VALUES ($1, $2, $3)"
				   " ON CONFLICT (owner, mailbox) DO NOTHING"};
static const struct sql sql_remove = {"DELETE FROM opt_out WHERE owner = $1 AND mailbox = $2"};

const struct fault *opt_out_find(struct db *db, struct arena *a, int64_t owner, struct text mailbox,
				 bool *out)
{
	int64_t count = 0;
	const struct fault *f = db_fetch_int(
		db, a, &sql_find, DB_ARGS(DB_INT(owner), DB_TEXT(mailbox)), &count, NULL);

	*out = count > 0;
	return f;
}

const struct fault *opt_out_add(struct db *db, struct arena *a, const struct opt_out *o)
{
	return db_exec(db, a, &sql_add,
		       DB_ARGS(DB_INT(o->owner), DB_TEXT(o->mailbox), DB_INT(o->at)), NULL);
}

const struct fault *opt_out_remove(struct db *db, struct arena *a, int64_t owner,
				   struct text mailbox)
{
	return db_exec(db, a, &sql_remove, DB_ARGS(DB_INT(owner), DB_TEXT(mailbox)), NULL);
}
