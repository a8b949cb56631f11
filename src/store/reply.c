/* reply - see reply.h */
#include "store/reply.h"

#include "store/db_priv.h"

#define REPLY_COLUMNS "token, owner, uid, attendee, mailbox, first, created"

static const struct sql sql_of = {"SELECT " REPLY_COLUMNS " FROM reply_address WHERE owner = $1"
				  " AND uid = $2 AND attendee = $3"};
static const struct sql sql_note = {"INSERT INTO reply_address (" REPLY_COLUMNS
				    ") VALUES ($1, $2, $3, $4, $5, $6, $7)"
				    " ON CONFLICT DO NOTHING"};
static const struct sql sql_find = {"SELECT " REPLY_COLUMNS " FROM reply_address WHERE token >= $1"
				    " AND token < $1 || '~' ORDER BY token LIMIT 2"};

static bool take_reply(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct reply_address *r = row_list_add(l);

	if (!r)
		return false;
	*r = (struct reply_address){
		.token = row_text(l->arena, row, 0),
		.owner = row_int(row, 1),
		.uid = row_text(l->arena, row, 2),
		.attendee = row_text(l->arena, row, 3),
		.mailbox = row_text(l->arena, row, 4),
		.first = row_text(l->arena, row, 5),
		.created = row_int(row, 6),
	};
	return true;
}

/* The only one, or NULL. */
static const struct fault *query_one(struct db *db, struct arena *a, const struct sql *sql,
				     const struct db_value *values, size_t count,
				     struct reply_address **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(**out), 2);
	f = row_list_query(&l, db, sql, values, count, take_reply);
	*out = !f && l.count == 1 ? l.at : NULL;
	return f;
}

const struct fault *reply_address_of(struct db *db, struct arena *a, int64_t owner, struct text uid,
				     struct text attendee, struct reply_address **out)
{
	return query_one(db, a, &sql_of, DB_ARGS(DB_INT(owner), DB_TEXT(uid), DB_TEXT(attendee)),
			 out);
}

const struct fault *reply_address_note(struct db *db, struct arena *a,
				       const struct reply_address *r, struct reply_address **out)
{
	const struct fault *f = db_exec(
		db, a, &sql_note,
		DB_ARGS(DB_TEXT(r->token), DB_INT(r->owner), DB_TEXT(r->uid), DB_TEXT(r->attendee),
			DB_TEXT(r->mailbox), DB_TEXT(r->first), DB_INT(r->created)),
		NULL);

	return f ? f : reply_address_of(db, a, r->owner, r->uid, r->attendee, out);
}

const struct fault *reply_address_find(struct db *db, struct arena *a, struct text beginning,
				       struct reply_address **out)
{
	return query_one(db, a, &sql_find, DB_ARGS(DB_TEXT(beginning)), out);
}
