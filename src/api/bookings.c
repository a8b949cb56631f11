/* bookings - showing what is booked. A list: bookings_list.c; making: book.c; ending and moving:
 * rebook.c */
#include "api/api_priv.h"

#include "api/query.h"
#include "booking/conference.h"
#include "store/access.h"
#include "store/outside.h"

/* ---- a booking as JSON ------------------------------------------------------------------- */

int api_status_of(struct text word)
{
	for (int i = 0; i < BOOKING_STATUS_COUNT; i++)
		if (text_equal(word, text_from(booking_status_words[i])))
			return i;
	return -1;
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
static const struct fault *look_for_overlap(struct api_request *ar, const struct api_booking *at,
					    bool *out)
{
	const struct booking *b = at->booking;

	*out = false;
	if (at->role != BOOK_HOST || !booking_stands(b) || b->end <= ar->rq->now)
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

/* The page behind a link lets whoever has it decide: none for those who come only. */
static void put_links(struct json_writer *w, struct api_request *ar, const struct api_booking *at)
{
	struct text link =
		at->comes_only ? TEXT_NONE : book_link(ar->desk, ar->arena, at->booking, at->role);
	const char *const names[] = {"cancel_url", "reschedule_url"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		json_key(w, names[i]);
		if (at->comes_only)
			json_add_null(w);
		else
			json_add_text(w, link);
	}
}

static void put_members(struct json_writer *w, struct api_request *ar, const struct api_booking *at)
{
	const struct booking *b = at->booking;

	api_put_text(w, "id", b->id);
	json_key(w, "status");
	json_add_str(w, booking_status_words[b->status]);
	put_waits_for(w, b);
	json_key(w, "version");
	json_add_int(w, b->version);
	put_type(w, b, at->host);
	api_put_time(w, "start_time", b->start);
	api_put_time(w, "end_time", b->end);
	api_put_text(w, "invitee_name", b->invitee_name);
	api_put_text(w, "invitee_email", b->invitee_email);
	api_put_text(w, "invitee_timezone", b->invitee_timezone);
	api_put_text(w, "language", b->language);
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
	put_links(w, ar, at);
	api_put_time(w, "created_at", b->created);
	api_put_time(w, "updated_at", b->modified);
}

void api_answer_booking(struct api_request *ar, int status, const struct api_booking *at)
{
	struct json_writer w;
	struct buf body;

	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	put_members(&w, ar, at);
	json_end_object(&w);
	api_set_version(ar, at->booking->version);
	api_answer(ar, status, &body);
}

/* In the calendar elsewhere of who reads it, or of its owner where a link was shown. */
static const struct fault *find_copy(struct api_request *ar, const struct api_booking *at,
				     const struct outside_copy **out)
{
	int64_t self = ar->rq->user.owner;
	struct outside_copy *copy = NULL;
	const struct fault *f = NULL;

	if (at->role == BOOK_HOST)
		f = outside_copy_get(ar->db, ar->arena, self ? self : at->booking->owner,
				     booking_holder(at->booking), &copy);
	*out = copy;
	return f;
}

static void put_copy(struct json_writer *w, const struct outside_copy *copy)
{
	static const char *const words[] = {
		[COPY_WANTED] = "waiting", [COPY_STANDS] = "written",  [COPY_REMOVED] = "removed",
		[COPY_LOST] = "deleted",   [COPY_REFUSED] = "refused", [COPY_DIFFERS] = "differs",
	};

	json_key(w, "copy");
	json_add_str(w, words[copy->state]);
	if (copy->why.len > 0)
		api_put_text(w, "copy_fault", copy->why);
}

const struct fault *api_find_reading(struct api_request *ar, const struct api_booking *at,
				     struct api_reading *out)
{
	const struct fault *f;

	*out = (struct api_reading){.at = *at};
	f = look_for_overlap(ar, at, &out->overlaps);
	if (!f)
		f = find_copy(ar, at, &out->copy);
	if (!f && at->role == BOOK_HOST)
		f = conference_is_missing(ar->desk, ar->db, ar->arena, at->booking,
					  &out->lacks_link);
	return f ? f : api_find_coming(ar, at->booking, &out->coming);
}

void api_put_reading(struct json_writer *w, struct api_request *ar, const struct api_reading *r)
{
	int64_t self = ar->rq->user.owner;

	json_begin_object(w);
	put_members(w, ar, &r->at);
	api_put_coming(w, &r->coming, r->at.role);
	if (r->at.role == BOOK_HOST && self != r->at.booking->owner &&
	    api_has_part(&r->coming, self)) {
		json_key(w, "part");
		json_add_str(w, "host");
	}
	if (r->overlaps) {
		json_key(w, "overlaps");
		json_add_bool(w, true);
	}
	if (r->at.role == BOOK_HOST && r->at.booking->mail_fault.len > 0)
		api_put_text(w, "mail_fault", r->at.booking->mail_fault);
	if (r->copy)
		put_copy(w, r->copy);
	if (r->lacks_link) {
		json_key(w, "lacks_link");
		json_add_bool(w, true);
	}
	json_end_object(w);
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

/* A host of it who is not its owner, nor of the team that is: may read, and hand a part on. */
static const struct fault *find_part(struct api_request *ar, struct api_booking *out)
{
	struct api_coming all;
	const struct fault *f = NULL;

	if (!out->booking)
		return no_booking(ar->arena);
	f = api_find_coming(ar, out->booking, &all);
	out->comes_only = !f && api_has_part(&all, ar->rq->user.owner);
	return f || out->comes_only ? f : no_booking(ar->arena);
}

const struct fault *api_require_decider(struct api_request *ar, const struct api_booking *at)
{
	if (!at->comes_only)
		return NULL;
	return fault_make(ar->arena, FAULT_FORBIDDEN, NULL,
			  "Its owner decides on it. Your part you can give to another host, or "
			  "decline in your calendar.");
}

/* By ?token= for this very booking, or as the host whom the id names. */
static const struct fault *find_role(struct api_request *ar, struct text id, int64_t owner,
				     struct api_booking *out)
{
	struct text token, named;
	const struct query_param params[] = {{TEXT("token"), &token}};
	const struct fault *f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));

	if (f)
		return f;
	if (token.at) {
		if (book_token_check(ar->desk, ar->arena, token, ar->rq->now, &named, &out->role) &&
		    text_equal(named, id))
			return NULL;
		return no_booking(ar->arena);
	}
	f = api_need_user(ar);
	if (f)
		return f;
	out->role = BOOK_HOST;
	f = api_require_host(ar, owner);
	return fault_is(f, FAULT_NOT_FOUND) ? find_part(ar, out) : f;
}

const struct fault *api_find_booking(struct api_request *ar, struct api_booking *out)
{
	struct text id = api_segment(ar, 1);
	struct booking *booking;
	int64_t owner;
	const struct fault *f;

	*out = (struct api_booking){.booking = NULL};
	/* Who may not know is told the same whether it exists or not. */
	if (!secret_id_owner(&ar->desk->calendar->key, id, &owner))
		owner = -1;
	f = booking_find(ar->db, ar->arena, owner, id, &booking);
	out->booking = booking;
	if (!f)
		f = find_role(ar, id, owner, out);
	if (!f)
		f = host_get(ar->desk, ar->db, ar->arena, owner, &out->host);
	if (f)
		return f;
	return out->booking && out->host ? NULL : no_booking(ar->arena);
}

const struct fault *api_booking_get(struct api_request *ar)
{
	struct api_booking at;
	struct api_reading r;
	struct json_writer w;
	struct buf body;
	const struct fault *f = api_find_booking(ar, &at);

	if (!f)
		f = api_find_reading(ar, &at, &r);
	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	api_put_reading(&w, ar, &r);
	api_set_version(ar, at.booking->version);
	api_answer(ar, 200, &body);
	return NULL;
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
	[BOOKING_INVITEE_DECLINED] = "invitee_declined",
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
