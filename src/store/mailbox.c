/* mailbox - how far a watched mailbox was read. See mailbox.h. */
#include "store/mailbox.h"

#include "store/db_priv.h"

static const struct sql sql_make = {
	"INSERT INTO mailbox (name, uidvalidity, uid, holder, expires) VALUES ($1, 0, 0, '', 0)"
	" ON CONFLICT (name) DO NOTHING"};
static const struct sql sql_hold = {"UPDATE mailbox SET holder = $2, expires = $4 WHERE name = $1"
				    " AND (holder = $2 OR expires <= $3)"};
static const struct sql sql_release = {
	"UPDATE mailbox SET holder = '', expires = 0 WHERE name = $1 AND holder = $2"};
static const struct sql sql_get = {"SELECT uidvalidity, uid FROM mailbox WHERE name = $1"};
static const struct sql sql_note = {
	"UPDATE mailbox SET uidvalidity = $3, uid = $4 WHERE name = $1 AND holder = $2"};

const struct fault *mailbox_hold(struct db *db, struct arena *a, struct text name,
				 struct text holder, int64_t now, int64_t until, bool *got_out)
{
	int64_t changed = 0;
	const struct fault *f = db_exec(db, a, &sql_make, DB_ARGS(DB_TEXT(name)), NULL);

	if (!f)
		f = db_exec(db, a, &sql_hold,
			    DB_ARGS(DB_TEXT(name), DB_TEXT(holder), DB_INT(now), DB_INT(until)),
			    &changed);
	*got_out = changed > 0;
	return f;
}

const struct fault *mailbox_release(struct db *db, struct arena *a, struct text name,
				    struct text holder)
{
	return db_exec(db, a, &sql_release, DB_ARGS(DB_TEXT(name), DB_TEXT(holder)), NULL);
}

static bool take_mailbox(void *ctx, struct db_row *row)
{
	struct mailbox *m = ctx;

	m->uidvalidity = row_int(row, 0);
	m->uid = row_int(row, 1);
	return true;
}

const struct fault *mailbox_get(struct db *db, struct arena *a, struct text name,
				struct mailbox *out)
{
	*out = (struct mailbox){0};
	return db_query(db, a, &sql_get, DB_ARGS(DB_TEXT(name)), take_mailbox, out);
}

const struct fault *mailbox_note(struct db *db, struct arena *a, struct text name,
				 struct text holder, const struct mailbox *m)
{
	int64_t changed = 0;
	const struct fault *f = db_exec(db, a, &sql_note,
					DB_ARGS(DB_TEXT(name), DB_TEXT(holder),
						DB_INT(m->uidvalidity), DB_INT(m->uid)),
					&changed);

	if (!f && changed == 0)
		f = fault_make(a, FAULT_CONFLICT, NULL, "Another server watches the mailbox.");
	return f;
}
