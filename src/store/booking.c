/* booking - what was booked, and by which request. See booking.h. */
#include "store/booking.h"

#include "store/db_priv.h"

const char *const booking_status_words[BOOKING_STATUS_COUNT] = {
	[BOOKING_IS_PENDING] = "pending",
	[BOOKING_IS_CONFIRMED] = "confirmed",
	[BOOKING_IS_CANCELLED] = "cancelled",
	[BOOKING_IS_DECLINED] = "declined",
};

#define BOOKING_COLUMNS                                                                            \
	"owner, id, type, uid, collection, object_name, status, starts, ends, sequence, version,"  \
	" invitee_name, invitee_email, invitee_timezone, answers, created, modified, seats,"       \
	" lapses_at, location, join_url, rule, link, reason, shares, mailbox, received,"           \
	" awaits_invitee, reminders, language"

/* What only the server finds out, and what a stale copy of a booking must not write back. */
#define BOOKING_READ BOOKING_COLUMNS ", mail_fault"

static const struct sql sql_find = {"SELECT " BOOKING_READ
				    " FROM booking WHERE owner = $1 AND id = $2"};
/* With seats several bookings share an event; the first one made stands for it. */
static const struct sql sql_find_by_uid = {"SELECT " BOOKING_READ
					   " FROM booking WHERE owner = $1 AND uid = $2"
					   " ORDER BY created, id LIMIT 1"};
static const struct sql sql_list_by_uid = {"SELECT " BOOKING_READ
					   " FROM booking WHERE owner = $1 AND uid = $2"
					   " ORDER BY created, id"};
static const struct sql sql_list_at = {"SELECT " BOOKING_READ
				       " FROM booking WHERE owner = $1 AND type = $2"
				       " AND starts = $3 AND status < 2 ORDER BY created, id"};
static const struct sql sql_count_of_mailbox = {
	"SELECT count(*) FROM booking WHERE owner = $1 AND mailbox = $2 AND type = $3"
	" AND starts > $4 AND status < 2"};
static const struct sql sql_range = {"SELECT " BOOKING_READ " FROM booking"
				     " WHERE owner = $1 AND starts >= $2 AND starts < $3"
				     " ORDER BY starts, id LIMIT $4"};
static const struct sql sql_page = {"SELECT " BOOKING_READ " FROM booking"
				    " WHERE owner = $1 AND starts >= $2 AND starts < $3"
				    " AND (starts > $2 OR id > $4) AND ($5 = '' OR type = $5)"
				    " AND ($6 < 0 OR status = $6) AND ($7 = 0 OR id IN"
				    " (SELECT booking FROM booking_host WHERE host = $7"
				    " AND owner = $1)) ORDER BY starts, id LIMIT $8"};
/* Also those that share its event. */
static const struct sql sql_page_of_host = {
	"SELECT " BOOKING_READ " FROM booking WHERE (owner, id) IN (SELECT f.owner, f.id"
	" FROM booking_host t JOIN booking b ON b.owner = t.owner AND b.id = t.booking"
	" JOIN booking f ON f.owner = b.owner AND f.uid = b.uid"
	" WHERE t.host = $1 AND t.owner <> $1 AND t.optional < 2)"
	" AND starts >= $2 AND starts < $3 AND (starts > $2 OR id > $4)"
	" AND ($5 = '' OR type = $5) AND ($6 < 0 OR status = $6) ORDER BY starts, id LIMIT $7"};
/* Also those that share its event; of a series, and of one put over others, the holds say when. */
static const struct sql sql_list_of_host = {
	"SELECT " BOOKING_READ " FROM booking WHERE (owner, id) IN (SELECT f.owner, f.id"
	" FROM booking_host t JOIN booking b ON b.owner = t.owner AND b.id = t.booking"
	" JOIN booking f ON f.owner = b.owner AND f.uid = b.uid"
	" WHERE t.host = $1 AND t.owner <> $1 AND t.optional = 0 AND f.status < 2 AND (f.ends > $2"
	" OR EXISTS (SELECT 1 FROM hold h WHERE h.owner = $1 AND h.booking = t.booking"
	" AND h.ends > $2) OR EXISTS (SELECT 1 FROM hold_forced h WHERE h.owner = $1"
	" AND h.booking = t.booking AND h.ends > $2))) ORDER BY starts, id"};
static const struct sql sql_insert = {
	"INSERT INTO booking (" BOOKING_COLUMNS ") VALUES"
	" ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,"
	" $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)"};
static const struct sql sql_update = {
	"UPDATE booking SET type = $3, uid = $4, collection = $5, object_name = $6, status = $7,"
	" starts = $8, ends = $9, sequence = $10, version = $11, invitee_name = $12,"
	" invitee_email = $13, invitee_timezone = $14, answers = $15, created = $16,"
	" modified = $17, seats = $18, lapses_at = $19, location = $20, join_url = $21,"
	" rule = $22, link = $23, reason = $24, shares = $25, mailbox = $26, received = $27,"
	" awaits_invitee = $28, reminders = $29, language = $30"
	" WHERE owner = $1 AND id = $2 AND version = $11 - 1"};
/* Nobody who read the booking before has to read it again, so its version stays. */
static const struct sql sql_set_mail_fault = {
	"UPDATE booking SET mail_fault = $3 WHERE owner = $1 AND id = $2 AND mail_fault <> $3"};

static const struct sql sql_hand_over = {
	"UPDATE booking SET shares = CASE WHEN id = $4 THEN '' ELSE $4 END, version = version + 1"
	" WHERE owner = $1 AND uid = $2 AND id <> $3"};
static const struct sql sql_hand_over_hosts = {
	"UPDATE booking_host SET booking = $3 WHERE owner = $1 AND booking = $2"};

static const struct sql sql_find_key = {
	"SELECT owner, name, body_digest, booking, expires_at FROM booking_key"
	" WHERE owner = $1 AND name = $2 AND expires_at > $3"};
static const struct sql sql_drop_keys = {
	"DELETE FROM booking_key WHERE owner = $1 AND expires_at <= $2"};
static const struct sql sql_add_key = {
	"INSERT INTO booking_key (owner, name, body_digest, booking, expires_at)"
	" VALUES ($1, $2, $3, $4, $5)"};

static bool take_booking(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct booking *b = row_list_add(l);

	if (!b)
		return false;
	b->owner = row_int(row, 0);
	b->id = row_text(l->arena, row, 1);
	b->type = row_text(l->arena, row, 2);
	b->uid = row_text(l->arena, row, 3);
	b->collection = row_int(row, 4);
	b->object_name = row_text(l->arena, row, 5);
	b->status = (enum booking_status)row_int(row, 6);
	b->start = row_int(row, 7);
	b->end = row_int(row, 8);
	b->sequence = (int32_t)row_int(row, 9);
	b->version = (int32_t)row_int(row, 10);
	b->invitee_name = row_text(l->arena, row, 11);
	b->invitee_email = row_text(l->arena, row, 12);
	b->invitee_timezone = row_text(l->arena, row, 13);
	b->answers = row_text(l->arena, row, 14);
	b->created = row_int(row, 15);
	b->modified = row_int(row, 16);
	b->seats = (int32_t)row_int(row, 17);
	b->lapses_at = row_int(row, 18);
	b->location = row_text(l->arena, row, 19);
	b->join_url = row_text(l->arena, row, 20);
	b->rule = row_text(l->arena, row, 21);
	b->link = row_text(l->arena, row, 22);
	b->reason = row_text(l->arena, row, 23);
	b->shares = row_text(l->arena, row, 24);
	b->mailbox = row_text(l->arena, row, 25);
	b->received = row_int(row, 26) != 0;
	b->awaits_invitee = row_int(row, 27) != 0;
	b->reminders = row_text(l->arena, row, 28);
	b->language = row_text(l->arena, row, 29);
	b->mail_fault = row_text(l->arena, row, 30);
	return true;
}

static const struct fault *fetch_one(struct db *db, struct arena *a, const struct sql *sql,
				     const struct db_value *values, size_t count,
				     struct booking **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct booking), 1);
	f = row_list_query(&l, db, sql, values, count, take_booking);
	*out = row_list_first(&l);
	return f;
}

const struct fault *booking_find(struct db *db, struct arena *a, int64_t owner, struct text id,
				 struct booking **out)
{
	return fetch_one(db, a, &sql_find, DB_ARGS(DB_INT(owner), DB_TEXT(id)), out);
}

const struct fault *booking_find_by_uid(struct db *db, struct arena *a, int64_t owner,
					struct text uid, struct booking **out)
{
	return fetch_one(db, a, &sql_find_by_uid, DB_ARGS(DB_INT(owner), DB_TEXT(uid)), out);
}

static const struct fault *fetch_list(struct db *db, struct arena *a, const struct sql *sql,
				      const struct db_value *values, size_t count,
				      struct booking **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct booking), 16);
	f = row_list_query(&l, db, sql, values, count, take_booking);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *booking_list_by_uid(struct db *db, struct arena *a, int64_t owner,
					struct text uid, struct booking **out, size_t *count_out)
{
	return fetch_list(db, a, &sql_list_by_uid, DB_ARGS(DB_INT(owner), DB_TEXT(uid)), out,
			  count_out);
}

const struct fault *booking_list_at(struct db *db, struct arena *a, int64_t owner, struct text type,
				    int64_t start, struct booking **out, size_t *count_out)
{
	return fetch_list(db, a, &sql_list_at, DB_ARGS(DB_INT(owner), DB_TEXT(type), DB_INT(start)),
			  out, count_out);
}

const struct fault *booking_list_of_host(struct db *db, struct arena *a, int64_t host, int64_t from,
					 struct booking **out, size_t *count_out)
{
	return fetch_list(db, a, &sql_list_of_host, DB_ARGS(DB_INT(host), DB_INT(from)), out,
			  count_out);
}

const struct fault *booking_count_of_mailbox(struct db *db, struct arena *a, int64_t owner,
					     struct text mailbox, struct text type, int64_t now,
					     int64_t *out)
{
	return db_fetch_int(db, a, &sql_count_of_mailbox,
			    DB_ARGS(DB_INT(owner), DB_TEXT(mailbox), DB_TEXT(type), DB_INT(now)),
			    out, NULL);
}

const struct fault *booking_range(struct db *db, struct arena *a, int64_t owner, int64_t from,
				  int64_t to, int limit, struct booking **out, size_t *count_out)
{
	return fetch_list(db, a, &sql_range,
			  DB_ARGS(DB_INT(owner), DB_INT(from), DB_INT(to), DB_INT(limit)), out,
			  count_out);
}

const struct fault *booking_page(struct db *db, struct arena *a, const struct booking_page *p,
				 struct booking **out, size_t *count_out)
{
	return fetch_list(db, a, &sql_page,
			  DB_ARGS(DB_INT(p->owner), DB_INT(p->from), DB_INT(p->to),
				  DB_TEXT(p->after), DB_TEXT(p->type), DB_INT(p->status),
				  DB_INT(p->host), DB_INT(p->limit)),
			  out, count_out);
}

const struct fault *booking_page_of_host(struct db *db, struct arena *a,
					 const struct booking_page *p, struct booking **out,
					 size_t *count_out)
{
	return fetch_list(db, a, &sql_page_of_host,
			  DB_ARGS(DB_INT(p->owner), DB_INT(p->from), DB_INT(p->to),
				  DB_TEXT(p->after), DB_TEXT(p->type), DB_INT(p->status),
				  DB_INT(p->limit)),
			  out, count_out);
}

/* The values of BOOKING_COLUMNS, in their order. */
#define BOOKING_VALUES(b)                                                                          \
	DB_ARGS(DB_INT((b)->owner), DB_TEXT((b)->id), DB_TEXT((b)->type), DB_TEXT((b)->uid),       \
		DB_INT((b)->collection), DB_TEXT((b)->object_name), DB_INT((b)->status),           \
		DB_INT((b)->start), DB_INT((b)->end), DB_INT((b)->sequence), DB_INT((b)->version), \
		DB_TEXT((b)->invitee_name), DB_TEXT((b)->invitee_email),                           \
		DB_TEXT((b)->invitee_timezone), DB_TEXT((b)->answers), DB_INT((b)->created),       \
		DB_INT((b)->modified), DB_INT((b)->seats), DB_INT((b)->lapses_at),                 \
		DB_TEXT((b)->location), DB_TEXT((b)->join_url), DB_TEXT((b)->rule),                \
		DB_TEXT((b)->link), DB_TEXT((b)->reason), DB_TEXT((b)->shares),                    \
		DB_TEXT((b)->mailbox), DB_INT((b)->received), DB_INT((b)->awaits_invitee),         \
		DB_TEXT((b)->reminders), DB_TEXT((b)->language))

const struct fault *booking_add(struct db *db, struct arena *a, const struct booking *b)
{
	return db_exec(db, a, &sql_insert, BOOKING_VALUES(b), NULL);
}

const struct fault *booking_update(struct db *db, struct arena *a, const struct booking *b,
				   bool *changed_out)
{
	int64_t changed = 0;
	const struct fault *f = db_exec(db, a, &sql_update, BOOKING_VALUES(b), &changed);

	*changed_out = changed > 0;
	return f;
}

const struct fault *booking_set_mail_fault(struct db *db, struct arena *a, int64_t owner,
					   struct text id, struct text mail_fault)
{
	return db_exec(db, a, &sql_set_mail_fault,
		       DB_ARGS(DB_INT(owner), DB_TEXT(id), DB_TEXT(mail_fault)), NULL);
}

static bool take_key(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct booking_key *k = row_list_add(l);

	if (!k)
		return false;
	k->owner = row_int(row, 0);
	k->key = row_text(l->arena, row, 1);
	k->body_digest = row_text(l->arena, row, 2);
	k->booking = row_text(l->arena, row, 3);
	k->expires_at = row_int(row, 4);
	return true;
}

const struct fault *booking_key_find(struct db *db, struct arena *a, int64_t owner, struct text key,
				     int64_t now, struct booking_key **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct booking_key), 1);
	f = row_list_query(&l, db, &sql_find_key, DB_ARGS(DB_INT(owner), DB_TEXT(key), DB_INT(now)),
			   take_key);
	*out = row_list_first(&l);
	return f;
}

/* All expired ones of the host go, so that they need no job. */
const struct fault *booking_key_add(struct db *db, struct arena *a, const struct booking_key *k,
				    int64_t now)
{
	const struct fault *f =
		db_exec(db, a, &sql_drop_keys, DB_ARGS(DB_INT(k->owner), DB_INT(now)), NULL);

	if (!f)
		f = db_exec(db, a, &sql_add_key,
			    DB_ARGS(DB_INT(k->owner), DB_TEXT(k->key), DB_TEXT(k->body_digest),
				    DB_TEXT(k->booking), DB_INT(k->expires_at)),
			    NULL);
	return f;
}

const struct fault *booking_hand_over(struct db *db, struct arena *a, const struct booking *b,
				      struct text to)
{
	const struct fault *f =
		db_exec(db, a, &sql_hand_over,
			DB_ARGS(DB_INT(b->owner), DB_TEXT(b->uid), DB_TEXT(b->id), DB_TEXT(to)),
			NULL);

	return f ? f
		 : db_exec(db, a, &sql_hand_over_hosts,
			   DB_ARGS(DB_INT(b->owner), DB_TEXT(b->id), DB_TEXT(to)), NULL);
}
