/* proposal - other times that attendees propose. See proposal.h. */
#include "store/proposal.h"

#include "store/db_priv.h"

#define COLUMNS                                                                                    \
	"id, uid, instance, attendee, sequence, was_form, was_start, was_end, form, starts, ends," \
	" location, comment, partstat, at, expires"

/* What a newer one stands for, or what is too many; with where it is shown. */
#define SHOWN_AT " RETURNING item"
static const struct sql sql_replace = {
	"DELETE FROM schedule_proposal WHERE owner = $1 AND uid = $2 AND instance = $3"
	" AND attendee = $4" SHOWN_AT};
static const struct sql sql_put = {
	"INSERT INTO schedule_proposal (owner, " COLUMNS ", message, item)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,"
	" $19)"};
static const struct sql sql_thin_own = {
	"DELETE FROM schedule_proposal WHERE owner = $1 AND uid = $2 AND attendee = $3"
	" AND id NOT IN (SELECT p.id FROM schedule_proposal p WHERE p.owner = $1 AND p.uid = $2"
	" AND p.attendee = $3 ORDER BY p.at DESC, p.id LIMIT $4)" SHOWN_AT};
static const struct sql sql_thin = {
	"DELETE FROM schedule_proposal WHERE owner = $1 AND uid = $2 AND id NOT IN (SELECT p.id"
	" FROM schedule_proposal p WHERE p.owner = $1 AND p.uid = $2"
	" ORDER BY p.at DESC, p.id LIMIT $3)" SHOWN_AT};
static const struct sql sql_list = {"SELECT " COLUMNS " FROM schedule_proposal WHERE owner = $1"
				    " AND expires > $3 ORDER BY at DESC, id LIMIT $2"};
static const struct sql sql_list_uid = {"SELECT " COLUMNS
					" FROM schedule_proposal WHERE owner = $1 AND uid = $4"
					" AND expires > $3 ORDER BY at DESC, id LIMIT $2"};
static const struct sql sql_get = {
	"SELECT " COLUMNS
	", message FROM schedule_proposal WHERE owner = $1 AND id = $2 AND expires > $3"};
static const struct sql sql_remove = {"DELETE FROM schedule_proposal WHERE owner = $1 AND id = $2"};
static const struct sql sql_expire = {"DELETE FROM schedule_proposal WHERE expires <= $1"};

static const struct fault *put(struct db *db, struct arena *a, const struct proposal *p)
{
	return db_exec(db, a, &sql_put,
		       DB_ARGS(DB_INT(p->owner), DB_TEXT(p->id), DB_TEXT(p->uid),
			       DB_INT(p->instance), DB_TEXT(p->attendee), DB_INT(p->sequence),
			       DB_INT(p->was.form), DB_INT(p->was.start), DB_INT(p->was.end),
			       DB_INT(p->is.form), DB_INT(p->is.start), DB_INT(p->is.end),
			       DB_TEXT(p->location), DB_TEXT(p->comment), DB_TEXT(p->partstat),
			       DB_INT(p->at), DB_INT(p->expires), DB_TEXT(p->message),
			       DB_INT(p->item)),
		       NULL);
}

static bool take_item(void *ctx, struct db_row *row)
{
	int64_t item = row_int(row, 0);
	int64_t *at = item ? row_list_add(ctx) : NULL;

	if (at)
		*at = item;
	return at || !item;
}

const struct fault *proposal_put(struct db *db, struct arena *a, const struct proposal *p,
				 int64_t **items_out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(int64_t), 4);
	f = row_list_query(&l, db, &sql_replace,
			   DB_ARGS(DB_INT(p->owner), DB_TEXT(p->uid), DB_INT(p->instance),
				   DB_TEXT(p->attendee)),
			   take_item);
	if (!f)
		f = put(db, a, p);
	/* Who proposes for each instance leaves what others propose alone. */
	if (!f)
		f = row_list_query(&l, db, &sql_thin_own,
				   DB_ARGS(DB_INT(p->owner), DB_TEXT(p->uid), DB_TEXT(p->attendee),
					   DB_INT(PROPOSALS_PER_ATTENDEE)),
				   take_item);
	if (!f)
		f = row_list_query(&l, db, &sql_thin,
				   DB_ARGS(DB_INT(p->owner), DB_TEXT(p->uid),
					   DB_INT(PROPOSALS_PER_UID)),
				   take_item);
	*items_out = l.at;
	*count_out = l.count;
	return f;
}

static struct proposal_span span_of(struct db_row *row, int column)
{
	return (struct proposal_span){
		.form = (enum proposal_form)row_int(row, column),
		.start = row_int(row, column + 1),
		.end = row_int(row, column + 2),
	};
}

static struct proposal *take(struct row_list *l, struct db_row *row)
{
	struct proposal *p = row_list_add(l);

	if (!p)
		return NULL;
	p->id = row_text(l->arena, row, 0);
	p->uid = row_text(l->arena, row, 1);
	p->instance = row_int(row, 2);
	p->attendee = row_text(l->arena, row, 3);
	p->sequence = row_int(row, 4);
	p->was = span_of(row, 5);
	p->is = span_of(row, 8);
	p->location = row_text(l->arena, row, 11);
	p->comment = row_text(l->arena, row, 12);
	p->partstat = row_text(l->arena, row, 13);
	p->at = row_int(row, 14);
	p->expires = row_int(row, 15);
	return p;
}

static bool take_bare(void *ctx, struct db_row *row)
{
	return take(ctx, row) != NULL;
}

static bool take_whole(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct proposal *p = take(l, row);

	if (p)
		p->message = row_text(l->arena, row, 16);
	return p != NULL;
}

const struct fault *proposal_list(struct db *db, struct arena *a, int64_t owner, struct text uid,
				  int64_t now, struct proposal **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct proposal), 4);
	if (uid.len > 0)
		f = row_list_query(&l, db, &sql_list_uid,
				   DB_ARGS(DB_INT(owner), DB_INT(PROPOSALS_LISTED), DB_INT(now),
					   DB_TEXT(uid)),
				   take_bare);
	else
		f = row_list_query(&l, db, &sql_list,
				   DB_ARGS(DB_INT(owner), DB_INT(PROPOSALS_LISTED), DB_INT(now)),
				   take_bare);
	*out = l.at;
	*count_out = l.count;
	for (size_t i = 0; i < l.count; i++)
		(*out)[i].owner = owner;
	return f;
}

const struct fault *proposal_get(struct db *db, struct arena *a, int64_t owner, struct text id,
				 int64_t now, struct proposal **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct proposal), 1);
	f = row_list_query(&l, db, &sql_get, DB_ARGS(DB_INT(owner), DB_TEXT(id), DB_INT(now)),
			   take_whole);
	*out = row_list_first(&l);
	if (*out)
		(*out)->owner = owner;
	return f;
}

const struct fault *proposal_remove(struct db *db, struct arena *a, int64_t owner, struct text id)
{
	return db_exec(db, a, &sql_remove, DB_ARGS(DB_INT(owner), DB_TEXT(id)), NULL);
}

const struct fault *proposal_remove_expired(struct db *db, struct arena *a, int64_t now)
{
	return db_exec(db, a, &sql_expire, DB_ARGS(DB_INT(now)), NULL);
}
