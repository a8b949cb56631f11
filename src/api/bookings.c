/* bookings - showing and listing what is booked. Making: book.c; ending and moving: rebook.c */
#include "api/api_priv.h"

#include "api/query.h"
#include "ical/zone.h"
#include "store/access.h"

enum { LIST_DEFAULT = 100, LIST_MAX = 500, LIST_DAYS = 366, API_ID_MAX = 64 };

/* ---- a booking as JSON ------------------------------------------------------------------- */

static const char *const status_words[] = {
	[BOOKING_IS_PENDING] = "pending",
	[BOOKING_IS_CONFIRMED] = "confirmed",
	[BOOKING_IS_CANCELLED] = "cancelled",
	[BOOKING_IS_DECLINED] = "declined",
};

void api_put_time(struct json_writer *w, const char *key, int64_t utc)
{
	struct buf b;

	buf_init(&b, w->out->arena, 24, 32);
	time_put_rfc3339(&b, utc);
	json_key(w, key);
	json_add_plain(w, buf_text(&b));
}

void api_put_text(struct json_writer *w, const char *key, struct text value)
{
	json_key(w, key);
	json_add_text(w, value);
}

/* The type may be gone; the booking remembers its id. */
static void put_type(struct json_writer *w, const struct booking *b, const struct host *host)
{
	const struct booking_type *t = host_type_by_id(host, b->type);

	api_put_text(w, "host", host->owner.name);
	api_put_text(w, "meeting_type_id", b->type);
	json_key(w, "type");
	if (t)
		json_add_text(w, t->slug);
	else
		json_add_null(w);
	json_key(w, "title");
	if (t)
		json_add_text(w, t->title);
	else
		json_add_null(w);
}

/* Of what is past nobody has to be warned. */
static const struct fault *look_for_overlap(struct api_request *ar, const struct booking *b,
					    enum book_role role, bool *out)
{
	*out = false;
	if (role != BOOK_HOST || !booking_stands(b) || b->end <= ar->rq->now)
		return NULL;
	return book_is_overlapped(ar->db, ar->arena, b, out);
}

/* Whose word a pending one waits for. */
static void put_waits_for(struct json_writer *w, const struct booking *b)
{
	json_key(w, "waits_for");
	if (b->status != BOOKING_IS_PENDING)
		json_add_null(w);
	else
		json_add_str(w, booking_awaits_invitee(b) ? "invitee" : "host");
}

static void put_booking(struct json_writer *w, struct api_request *ar, const struct booking *b,
			const struct host *host, enum book_role role, bool overlaps)
{
	struct text link = book_link(ar->desk, ar->arena, b, role);

	json_begin_object(w);
	api_put_text(w, "id", b->id);
	json_key(w, "status");
	json_add_str(w, status_words[b->status]);
	put_waits_for(w, b);
	json_key(w, "version");
	json_add_int(w, b->version);
	put_type(w, b, host);
	api_put_time(w, "start_time", b->start);
	api_put_time(w, "end_time", b->end);
	api_put_text(w, "invitee_name", b->invitee_name);
	api_put_text(w, "invitee_email", b->invitee_email);
	api_put_text(w, "invitee_timezone", b->invitee_timezone);
	json_key(w, "answers");
	json_add_raw(w, b->answers.len > 0 ? b->answers : TEXT("{}"));
	json_key(w, "seats");
	json_add_int(w, b->seats);
	api_put_text(w, "location", b->location);
	json_key(w, "join_url");
	if (b->join_url.len > 0)
		json_add_text(w, b->join_url);
	else
		json_add_null(w);
	api_put_text(w, "recurrence", b->rule);
	api_put_text(w, "reason", b->reason);
	api_put_text(w, "calendar_event_id", b->uid);
	api_put_text(w, "cancel_url", link);
	api_put_text(w, "reschedule_url", link);
	api_put_time(w, "created_at", b->created);
	api_put_time(w, "updated_at", b->modified);
	if (overlaps) {
		json_key(w, "overlaps");
		json_add_bool(w, true);
	}
	json_end_object(w);
}

static void answer_booking(struct api_request *ar, int status, const struct booking *b,
			   const struct host *host, enum book_role role, bool overlaps)
{
	struct json_writer w;
	struct buf body;

	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	put_booking(&w, ar, b, host, role, overlaps);
	api_set_version(ar, b->version);
	api_answer(ar, status, &body);
}

void api_answer_booking(struct api_request *ar, int status, const struct booking *b,
			const struct host *host, enum book_role role)
{
	answer_booking(ar, status, b, host, role, false);
}

/* ---- whose booking --------------------------------------------------------------------------- */

static const struct fault *no_booking(struct arena *a)
{
	return fault_make(a, FAULT_NOT_FOUND, NULL, "There is no such booking, or not for you.");
}

/* The owner, or somebody of the team that is the owner. */
const struct fault *api_require_host(struct api_request *ar, int64_t owner)
{
	int64_t *members;
	size_t count;
	const struct fault *f;

	if (ar->rq->user.owner == owner)
		return NULL;
	f = member_list(ar->db, ar->arena, owner, &members, &count);
	for (size_t i = 0; !f && i < count; i++)
		if (members[i] == ar->rq->user.owner)
			return NULL;
	return f ? f : no_booking(ar->arena);
}

/* By ?token= for this very booking, or as the host whom the id names. */
static const struct fault *find_role(struct api_request *ar, struct text id, int64_t owner,
				     enum book_role *out)
{
	struct text token, named;
	const struct query_param params[] = {{TEXT("token"), &token}};
	const struct fault *f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));

	if (f)
		return f;
	if (token.at) {
		if (book_token_check(ar->desk, ar->arena, token, ar->rq->now, &named, out) &&
		    text_equal(named, id))
			return NULL;
		return no_booking(ar->arena);
	}
	f = api_need_user(ar);
	if (!f)
		f = api_require_host(ar, owner);
	*out = BOOK_HOST;
	return f;
}

const struct fault *api_find_booking(struct api_request *ar, struct api_booking *out)
{
	struct text id = api_segment(ar, 1);
	int64_t owner;
	const struct fault *f;

	*out = (struct api_booking){.booking = NULL};
	/* Who may not know is told the same whether it exists or not. */
	if (!secret_id_owner(&ar->desk->calendar->key, id, &owner))
		owner = -1;
	f = find_role(ar, id, owner, &out->role);
	if (!f)
		f = booking_find(ar->db, ar->arena, owner, id, &out->booking);
	if (!f)
		f = host_get(ar->desk, ar->db, ar->arena, owner, &out->host);
	if (f)
		return f;
	return out->booking && out->host ? NULL : no_booking(ar->arena);
}

const struct fault *api_booking_get(struct api_request *ar)
{
	struct api_booking at;
	const struct fault *f = api_find_booking(ar, &at);

	bool overlaps = false;

	if (!f)
		f = look_for_overlap(ar, at.booking, at.role, &overlaps);
	if (!f)
		answer_booking(ar, 200, at.booking, at.host, at.role, overlaps);
	return f;
}

/* ---- its history --------------------------------------------------------------------------- */

static const char *const event_words[BOOKING_EVENT_COUNT] = {
	[BOOKING_WAS_MADE] = "made",
	[BOOKING_WAS_REQUESTED] = "requested",
	[BOOKING_WAS_CONFIRMED] = "confirmed",
	[BOOKING_WAS_DECLINED] = "declined",
	[BOOKING_HAS_LAPSED] = "lapsed",
	[BOOKING_WAS_MOVED] = "rescheduled",
	[BOOKING_WAS_CANCELLED] = "cancelled",
	[BOOKING_WAS_REASSIGNED] = "reassigned",
	[BOOKING_HOST_DECLINED] = "host_declined",
};

static const char *const actor_words[BOOKING_ACTOR_COUNT] = {
	[BOOKING_BY_INVITEE] = "invitee",
	[BOOKING_BY_HOST] = "host",
	[BOOKING_BY_CALENDAR] = "calendar",
	[BOOKING_BY_SERVER] = "server",
};

static void put_step(struct json_writer *w, const struct booking_step *s)
{
	json_begin_object(w);
	json_key(w, "version");
	json_add_int(w, s->n);
	api_put_time(w, "at", s->at);
	json_key(w, "what");
	json_add_str(w, event_words[s->deed.what]);
	json_key(w, "who");
	json_add_str(w, actor_words[s->deed.who]);
	api_put_time(w, "start_time", s->start);
	api_put_time(w, "end_time", s->end);
	api_put_text(w, "reason", s->reason);
	json_end_object(w);
}

const struct fault *api_booking_history(struct api_request *ar)
{
	struct api_booking at;
	struct booking_step *steps;
	struct json_writer w;
	struct buf body;
	size_t count;
	const struct fault *f = api_find_booking(ar, &at);

	if (!f && at.role != BOOK_HOST)
		f = no_booking(ar->arena);
	if (!f)
		f = history_list(ar->db, ar->arena, at.booking->owner, at.booking->id, &steps,
				 &count);
	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	json_key(&w, "history");
	json_begin_list(&w);
	for (size_t i = 0; i < count; i++)
		put_step(&w, &steps[i]);
	json_end_list(&w);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

/* ---- a host's list ---- */

/* An instant, or a date that begins in the host's zone. */
static bool read_instant(struct text t, const struct zone *z, int64_t *out)
{
	int64_t day;

	if (day_parse(t, &day)) {
		*out = zone_to_utc(z, day * DAY_SECONDS);
		return true;
	}
	return time_parse_rfc3339(t, out);
}

/* "1800000000.ID": the last one of the page before, by its start and id. */
static bool read_cursor(struct text cursor, struct booking_page *p)
{
	struct text start = TEXT_NONE;

	return text_next(&cursor, '.', &start) &&
	       text_to_int64(start, TIME_MIN, TIME_MAX, &p->from) && cursor.len > 0 &&
	       (p->after = cursor).len <= API_ID_MAX;
}

static void put_cursor(struct json_writer *w, struct api_request *ar, const struct booking *last)
{
	api_put_text(w, "next_cursor",
		     text_from(arena_printf(ar->arena, "%lld.%.*s", (long long)last->start,
					    TEXT_ARG(last->id))));
}

static const struct fault *bad_instant(struct arena *a, const char *about)
{
	return fault_make(a, FAULT_BAD_REQUEST, about,
			  "Give a date or an instant like 2027-01-18T09:00:00Z.");
}

struct list_query {
	struct text from, to, limit, cursor, status, type;
	struct text team; /* whose bookings; one's own where it is not said */
	struct text host; /* of a team: only those that this one has a part in */
};

static const struct fault *read_range(struct api_request *ar, const struct host *host,
				      const struct list_query *q, struct booking_page *p)
{
	const struct zone *z = zone_find(host->owner.timezone);
	int64_t limit = LIST_DEFAULT;

	z = z ? z : zone_utc();
	p->from = ar->rq->now;
	if (q->from.at && !read_instant(q->from, z, &p->from))
		return bad_instant(ar->arena, "from");
	p->to = p->from + (int64_t)LIST_DAYS * DAY_SECONDS;
	if (q->to.at && !read_instant(q->to, z, &p->to))
		return bad_instant(ar->arena, "to");
	if (q->limit.at && !text_to_int64(q->limit, 1, LIST_MAX, &limit))
		return fault_make(ar->arena, FAULT_BAD_REQUEST, "limit",
				  "A limit is a whole number from 1 to 500.");
	p->limit = (int)limit;
	if (q->cursor.at && !read_cursor(q->cursor, p))
		return fault_make(ar->arena, FAULT_BAD_REQUEST, "cursor",
				  "Give the next_cursor of the page before, as it came.");
	return NULL;
}

static const struct fault *read_filter(struct api_request *ar, const struct host *host,
				       const struct list_query *q, struct booking_page *p)
{
	const struct booking_type *t = host_type_by_slug(host, q->type);

	/* One that is gone is named by its id alone. */
	p->type = t ? t->id : q->type;
	p->status = -1;
	for (int i = 0; q->status.at && i < (int)ARRAY_LEN(status_words); i++)
		if (text_equal(q->status, text_from(status_words[i])))
			p->status = i;
	if (q->status.at && p->status < 0)
		return fault_make(ar->arena, FAULT_BAD_REQUEST, "status",
				  "A status is pending, confirmed, cancelled or declined.");
	return NULL;
}

const struct fault *api_find_whose(struct api_request *ar, struct text team,
				   const struct host **host)
{
	const struct fault *f;

	if (team.len == 0)
		return api_find_self(ar, host);
	f = host_find(ar->desk, ar->db, ar->arena, team, host);
	if (!f && !*host)
		f = no_booking(ar->arena);
	return f ? f : api_require_host(ar, (*host)->owner.id);
}

/* What is to be given to others before somebody leaves a team (booking case F4). */
static const struct fault *find_member(struct api_request *ar, struct text name,
				       struct booking_page *p)
{
	const struct host *member;
	const struct fault *f;

	if (name.len == 0)
		return NULL;
	f = host_find(ar->desk, ar->db, ar->arena, name, &member);
	/* Whom nobody knows has a part in nothing. */
	p->host = !f && member ? member->owner.id : -1;
	return f;
}

static const struct fault *read_page(struct api_request *ar, const struct host **host,
				     struct booking_page *p)
{
	struct list_query q;
	const struct query_param params[] = {
		{TEXT("from"), &q.from},     {TEXT("to"), &q.to},	  {TEXT("limit"), &q.limit},
		{TEXT("cursor"), &q.cursor}, {TEXT("status"), &q.status}, {TEXT("type"), &q.type},
		{TEXT("team"), &q.team},     {TEXT("host"), &q.host},
	};
	const struct fault *f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));

	if (!f)
		f = api_find_whose(ar, q.team, host);
	if (!f)
		f = find_member(ar, q.host, p);
	if (f)
		return f;
	p->owner = (*host)->owner.id;
	f = read_range(ar, *host, &q, p);
	return f ? f : read_filter(ar, *host, &q, p);
}

/* One more than asked for is read: it says whether there are more. */
static const struct fault *put_list(struct json_writer *w, struct api_request *ar,
				    const struct host *host, const struct booking *all,
				    size_t count, size_t limit)
{
	const struct fault *f = NULL;

	json_begin_object(w);
	json_key(w, "bookings");
	json_begin_list(w);
	for (size_t i = 0; !f && i < count && i < limit; i++) {
		bool overlaps;

		f = look_for_overlap(ar, &all[i], BOOK_HOST, &overlaps);
		put_booking(w, ar, &all[i], host, BOOK_HOST, overlaps);
	}
	json_end_list(w);
	if (count > limit)
		put_cursor(w, ar, &all[limit - 1]);
	json_end_object(w);
	return f;
}

const struct fault *api_bookings_list(struct api_request *ar)
{
	const struct host *host;
	struct booking *all;
	struct booking_page page = {.after = TEXT("")};
	struct json_writer w;
	struct buf body;
	size_t count, limit;
	const struct fault *f = api_need_user(ar);

	if (!f)
		f = api_find_self(ar, &host);
	if (!f)
		f = read_page(ar, &host, &page);
	limit = (size_t)page.limit++;
	if (!f)
		f = booking_page(ar->db, ar->arena, &page, &all, &count);
	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	f = put_list(&w, ar, host, all, count, limit);
	if (!f)
		api_answer(ar, 200, &body);
	return f;
}
