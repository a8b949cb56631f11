/* pages - see page.h */
#include "api/page.h"

#include "api/api.h"
#include "api/problem.h"
#include "booking/book.h"
#include "booking/host.h"
#include "ical/zone.h"
#include "store/store.h"
#include "web_files.h"

enum { PAGE_HINT_BYTES = 8 * 1024, PAGE_MAX_BYTES = 256 * 1024 };

/* ---- files -------------------------------------------------------------------------------- */

static const struct web_file *find_file(struct text name)
{
	for (const struct web_file *w = web_files; w->name; w++)
		if (text_equal(name, text_from(w->name)))
			return w;
	return NULL;
}

static bool is_template(const struct web_file *w)
{
	return text_ends(text_from(w->name), TEXT(".html"));
}

static void set_headers(struct http_request *rq, struct text cache_control)
{
	/* Nothing inline, nothing from elsewhere, in nobody's frame; a link that opens a
	 * booking must not leave as a Referer. */
	http_set_header(rq, "Content-Security-Policy",
			TEXT("default-src 'none'; script-src 'self'; style-src 'self'; "
			     "img-src 'self'; connect-src 'self'; form-action 'none'; "
			     "base-uri 'none'; frame-ancestors 'none'"));
	http_set_header(rq, "Referrer-Policy", TEXT("no-referrer"));
	http_set_header(rq, "Cache-Control", cache_control);
}

static void answer_page(struct http_request *rq, int status, const char *name,
			const struct page_value *values, size_t count)
{
	const struct web_file *w = find_file(text_from(name));
	struct buf body;

	buf_init(&body, rq->arena, PAGE_HINT_BYTES, PAGE_MAX_BYTES);
	if (w)
		page_fill(&body, text_of((const char *)w->at, w->len), values, count);
	set_headers(rq, TEXT("no-store"));
	http_answer(rq, status, "text/html; charset=utf-8", buf_text(&body));
}

static void answer_message(struct http_request *rq, int status, const char *title,
			   const char *message)
{
	const struct page_value values[] = {
		{"title", text_from(title)},
		{"message", text_from(message)},
	};

	answer_page(rq, status, "message.html", values, ARRAY_LEN(values));
}

void page_answer_fault(struct http_request *rq, const struct fault *f)
{
	http_note_fault(rq, f);
	answer_message(rq, fault_row(f->code)->http_status,
		       problem_title(text_from(problem_word(f))), f->message);
}

/* An entity tag has its quotes, so it cannot be found inside of another. */
static bool has_current(const struct http_request *rq, const char *etag)
{
	return text_find(http_header(rq, "If-None-Match"), text_from(etag)) >= 0;
}

void page_file(struct http_request *rq)
{
	const struct web_file *w = NULL;

	if (rq->segment_count == 2 && !rq->path_ends_slash)
		w = find_file(rq->segments[1]);
	if (!w || is_template(w)) {
		answer_message(rq, 404, "There is nothing here", "This file does not exist.");
		return;
	}
	/* Asked for again each time, and sent again when another version of Fasti runs. */
	set_headers(rq, TEXT("no-cache"));
	http_set_header(rq, "ETag", text_from(w->etag));
	if (has_current(rq, w->etag))
		http_answer(rq, 304, NULL, TEXT_NONE);
	else
		http_answer(rq, 200, w->content_type, text_of((const char *)w->at, w->len));
}

void page_problem(struct http_request *rq)
{
	const char *title = rq->segment_count == 2 ? problem_title(rq->segments[1]) : NULL;

	if (title)
		answer_message(rq, 200, title,
			       "This is the type of an answer of the JSON API; its member "
			       "\"detail\" says more.");
	else
		answer_message(rq, 404, "There is nothing here",
			       "No answer of the JSON API has this type.");
}

/* ---- values that both pages show ---------------------------------------------------------------
 */

/* "30,60" */
static struct text durations(struct arena *a, const struct booking_type *t)
{
	struct buf b;

	buf_init(&b, a, 32, 128);
	for (int32_t i = 0; i < t->duration_count; i++) {
		if (i > 0)
			buf_put_char(&b, ',');
		buf_put_int(&b, t->durations_min[i]);
	}
	return buf_text(&b);
}

static struct text number(struct arena *a, int64_t n)
{
	struct buf b;

	buf_init(&b, a, 24, 32);
	buf_put_int(&b, n);
	return buf_text(&b);
}

static struct text instant(struct arena *a, int64_t utc)
{
	struct buf b;

	buf_init(&b, a, 24, 32);
	time_put_rfc3339(&b, utc);
	return buf_text(&b);
}

static struct text host_zone(const struct host *h, const struct booking_type *t)
{
	const struct booking_schedule *s = t ? host_schedule(h, t->schedule) : NULL;

	return s ? zone_name(s->hours.zone) : h->owner.timezone;
}

/* ---- /book/HOST/TYPE ---------------------------------------------------------------------------
 */

static const struct fault *find_offer(struct http_request *rq, const struct host **host,
				      const struct booking_type **type)
{
	const struct api_house *house = rq->context;
	struct db *db;
	const struct fault *f = store_reader(house->store, rq->arena, &db);

	*host = NULL;
	*type = NULL;
	if (f || rq->segment_count != 3)
		return f;
	f = host_find(house->desk, db, rq->arena, rq->segments[1], host);
	if (!f && *host)
		*type = host_type_by_slug(*host, rq->segments[2]);
	return f;
}

void page_book(struct http_request *rq)
{
	const struct host *host;
	const struct booking_type *type;
	const struct fault *f = find_offer(rq, &host, &type);

	if (f) {
		page_answer_fault(rq, f);
		return;
	}
	if (!type) {
		answer_message(rq, 404, "This page does not exist",
			       "Perhaps the link is incomplete, or this meeting is not offered "
			       "any more. Ask the person who sent it to you.");
		return;
	}
	const struct page_value values[] = {
		{"title", type->title},
		{"host_name", owner_title(&host->owner)},
		{"type_id", type->id},
		{"durations", durations(rq->arena, type)},
		{"timezone", host_zone(host, type)},
		{"window_days", number(rq->arena, type->window_days)},
	};

	answer_page(rq, 200, "book.html", values, ARRAY_LEN(values));
}

/* ---- /manage/TOKEN ---- */

static const struct fault *find_managed(struct http_request *rq, struct booking **booking,
					const struct host **host)
{
	const struct api_house *house = rq->context;
	struct text id;
	enum book_role role;
	int64_t owner;
	struct db *db;
	const struct fault *f = store_reader(house->store, rq->arena, &db);

	*booking = NULL;
	*host = NULL;
	if (f || rq->segment_count != 2 ||
	    !book_token_check(house->desk, rq->arena, rq->segments[1], rq->now, &id, &role) ||
	    !secret_id_owner(&house->calendar->key, id, &owner))
		return f;
	f = booking_find(db, rq->arena, owner, id, booking);
	return f ? f : host_get(house->desk, db, rq->arena, owner, host);
}

static void answer_managed(struct http_request *rq, const struct booking *b,
			   const struct host *host)
{
	const struct booking_type *t = host_type_by_id(host, b->type);
	bool is_open = b->status == BOOKING_IS_CONFIRMED || b->status == BOOKING_IS_PENDING;
	const struct page_value values[] = {
		{"title", t ? t->title : TEXT("Meeting")},
		{"host_name", owner_title(&host->owner)},
		{"id", b->id},
		{"token", rq->segments[1]},
		{"version", number(rq->arena, b->version)},
		{"status", is_open ? TEXT("confirmed") : TEXT("cancelled")},
		{"start_time", instant(rq->arena, b->start)},
		{"end_time", instant(rq->arena, b->end)},
		{"duration", number(rq->arena, (b->end - b->start) / 60)},
		{"invitee_name", b->invitee_name},
		{"invitee_timezone", b->invitee_timezone},
		{"type_id", t ? t->id : TEXT_NONE},
		{"timezone", host_zone(host, t)},
		{"window_days", number(rq->arena, t ? t->window_days : 0)},
	};

	answer_page(rq, 200, "manage.html", values, ARRAY_LEN(values));
}

void page_manage(struct http_request *rq)
{
	struct booking *booking;
	const struct host *host;
	const struct fault *f = find_managed(rq, &booking, &host);

	if (f)
		page_answer_fault(rq, f);
	else if (booking && host)
		answer_managed(rq, booking, host);
	else
		answer_message(rq, 404, "This link does not work",
			       "It may be incomplete, or too old. Look for it in the latest mail "
			       "about your booking.");
}
