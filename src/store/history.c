/* history - the steps of a booking. See history.h. */
#include "store/history.h"

#include "store/booking.h"
#include "store/db_priv.h"

static const struct sql sql_add = {
	"INSERT INTO booking_history (owner, booking, n, at, what, who, host, starts, ends,"
	" reason)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
static const struct sql sql_list = {
	"SELECT * FROM (SELECT owner, booking, n, at, what, who, host, starts, ends,"
	" reason FROM booking_history WHERE owner = $1 AND booking = $2 ORDER BY n DESC LIMIT $3) "
	"AS s"
	" ORDER BY n"};

const struct fault *history_add(struct db *db, struct arena *a, const struct booking *b,
				struct booking_deed deed)
{
	return db_exec(db, a, &sql_add,
		       DB_ARGS(DB_INT(b->owner), DB_TEXT(b->id), DB_INT(b->version),
			       DB_INT(b->modified), DB_INT(deed.what), DB_INT(deed.who),
			       DB_INT(deed.host), DB_INT(b->start), DB_INT(b->end),
			       DB_TEXT(b->reason)),
		       NULL);
}

static bool take_step(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct booking_step *s = row_list_add(l);

	if (!s)
		return false;
	s->owner = row_int(row, 0);
	s->booking = row_text(l->arena, row, 1);
	s->n = row_int(row, 2);
	s->at = row_int(row, 3);
	s->deed.what = (enum booking_event)row_int(row, 4);
	s->deed.who = (enum booking_actor)row_int(row, 5);
	s->deed.host = row_int(row, 6);
	s->start = row_int(row, 7);
	s->end = row_int(row, 8);
	s->reason = row_text(l->arena, row, 9);
	return true;
}

const struct fault *history_list(struct db *db, struct arena *a, int64_t owner, struct text booking,
				 struct booking_step **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct booking_step), 8);
	f = row_list_query(&l, db, &sql_list,
			   DB_ARGS(DB_INT(owner), DB_TEXT(booking), DB_INT(HISTORY_LISTED)),
			   take_step);
	*out = l.at;
	*count_out = l.count;
	return f;
}
