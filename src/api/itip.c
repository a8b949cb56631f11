/* itip - POST /book/HOST/TYPE: a booking asked for by an iTIP message; see booking/door.h */
#include "booking/door.h"

#include "api/fresh.h"
#include "api/page.h"
#include "api/query.h"
#include "base/metrics.h"

/* A message, until it is answered. */
struct visit {
	struct door door;
	int attempts;
};

static const struct fault *visit(struct api_request *ar, struct visit *v);

/* ---- answering --------------------------------------------------------------------------------
 */

static void count(enum door_answer answer)
{
	if (answer != DOOR_DONE)
		metrics_add(METRIC_BOOKINGS,
			    answer == DOOR_ACCEPTED ? BOOKING_CONFIRMED : BOOKING_NOT_OFFERED, 1);
}

static void answer(struct api_request *ar, const struct door *d)
{
	bool is_no = d->answer == DOOR_COUNTER || (d->answer == DOOR_DECLINED && !d->is_old);

	count(d->answer);
	http_set_header(ar->rq, "Cache-Control", TEXT("no-store"));
	if (d->answer == DOOR_DONE)
		http_answer(ar->rq, 204, NULL, TEXT_NONE);
	else
		http_answer(ar->rq, is_no ? 409 : 200,
			    d->answer == DOOR_COUNTER
				    ? "text/calendar; charset=utf-8; method=COUNTER"
				    : "text/calendar; charset=utf-8; method=REPLY",
			    d->reply);
}

/* Somebody was quicker: with the time, or with this very meeting. It is read again. */
static const struct fault *overtaken(struct api_request *ar, struct visit *v, const struct fault *f)
{
	const struct fault *failed = api_reader(ar);

	if (failed)
		return failed;
	if (v->attempts < API_ATTEMPTS && door_is_overtaken(f))
		return visit(ar, v);
	if (!fault_is(f, FAULT_SLOT_TAKEN) && !fault_is(f, FAULT_NOT_OFFERED))
		return f;
	failed = door_refuse(ar->db, ar->arena, &v->door, f);
	if (!failed)
		answer(ar, &v->door);
	return failed;
}

/* A fault is told as a problem: whoever sends messages is a program. */
static const struct fault *visited(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	struct visit *v = state;

	if (f) {
		api_uncount_mail(ar, v->door.host->owner.id, v->door.organizer);
		f = overtaken(ar, v, f);
	} else {
		answer(ar, &v->door);
	}
	if (f)
		api_answer_fault(ar->rq, f);
	return NULL;
}

/* ---- asking ------------------------------------------------------------------------------------
 */

static const struct fault *visit(struct api_request *ar, struct visit *v)
{
	struct change *c = NULL;
	const struct fault *f = door_read(ar->db, ar->arena, ar->rq->body, &v->door);

	v->attempts++;
	if (!f)
		f = door_prepare(ar->db, ar->arena, &v->door, &c);
	if (!f && c)
		f = api_count_mail(ar, v->door.host->owner.id, v->door.organizer);
	if (f)
		return f;
	if (c)
		api_commit(ar, c, visited, v);
	else
		answer(ar, &v->door);
	return NULL;
}

static bool is_calendar(struct text content_type)
{
	struct text rest = content_type, type = TEXT_NONE;

	return text_next(&rest, ';', &type) &&
	       text_equal_nocase(text_trim(type), TEXT("text/calendar"));
}

static const struct fault *find_door(struct api_request *ar, struct door *d)
{
	struct text link = TEXT_NONE;
	const struct query_param params[] = {{TEXT("link"), &link}};
	struct api_type_name name = {.id = TEXT_NONE};
	const struct fault *f;

	if (ar->rq->segment_count != 3)
		return fault_make(ar->arena, FAULT_NOT_FOUND, NULL,
				  "Messages are sent to the address of a meeting type.");
	if (!is_calendar(http_header(ar->rq, "Content-Type")))
		return fault_make(ar->arena, FAULT_BAD_MEDIA_TYPE, "Content-Type",
				  "The body must be iCalendar, with Content-Type: text/calendar.");
	name.host = ar->rq->segments[1];
	name.slug = ar->rq->segments[2];
	f = api_find_type(ar, &name, &d->host, &d->type);
	if (!f)
		f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));
	if (!f)
		f = api_check_link(ar, d->host, d->type, link, &d->link);
	d->desk = ar->desk;
	d->now = ar->rq->now;
	return f;
}

static const struct fault *enter(struct api_request *ar)
{
	struct visit *v = arena_alloc(ar->arena, sizeof(*v));
	bool waits = false;
	const struct fault *f = find_door(ar, &v->door);

	if (!f)
		f = fresh_wait(ar, v->door.host, v->door.type, enter, &waits);
	return f || waits ? f : visit(ar, v);
}

static const struct fault *handle(struct api_request *ar)
{
	const struct fault *f = api_reader(ar);

	/* A time that is not open has others looked for. */
	if (!f)
		f = api_count_question(ar);
	return f ? f : enter(ar);
}

void api_itip(struct http_request *rq)
{
	api_begin(rq, handle);
}
