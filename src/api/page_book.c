/* page_book - /book/HOST, what a host offers, and /book/HOST/TYPE, one of these; see page.h */
#include "api/page.h"

#include "api/api.h"
#include "booking/host.h"
#include "ical/zone.h"
#include "store/store.h"
#include "json/write.h"

enum { DATA_HINT_BYTES = 1024, DATA_MAX_BYTES = 512 * 1024 };

/* ---- what the scripts are told of a type ------------------------------------------------------
 */

static void put_text(struct json_writer *w, const char *key, struct text value)
{
	json_key(w, key);
	json_add_text(w, value);
}

static void put_lengths(struct json_writer *w, const struct booking_type *t)
{
	json_key(w, "durations");
	json_begin_list(w);
	for (int32_t i = 0; i < t->duration_count; i++)
		json_add_int(w, t->durations_min[i]);
	json_end_list(w);
}

static struct text host_zone(const struct host *h, const struct booking_type *t)
{
	const struct booking_schedule *s = t ? host_schedule(h, t->schedule) : NULL;

	return s ? zone_name(s->hours.zone) : h->owner.timezone;
}

void page_put_type(struct json_writer *w, const struct host *host, const struct booking_type *t)
{
	json_begin_object(w);
	put_text(w, "host", host->owner.name);
	put_text(w, "host_name", owner_title(&host->owner));
	put_text(w, "timezone", host_zone(host, t));
	if (t) {
		put_text(w, "id", t->id);
		put_text(w, "slug", t->slug);
		put_text(w, "title", t->title);
		put_lengths(w, t);
		json_key(w, "window_days");
		json_add_int(w, t->window_days);
	}
	json_end_object(w);
}

struct text page_type_json(struct arena *a, const struct host *host,
			   const struct booking_type *type)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, a, DATA_HINT_BYTES, DATA_MAX_BYTES);
	w = (struct json_writer){.out = &b};
	page_put_type(&w, host, type);
	return buf_text(&b);
}

/* ---- /book/HOST --------------------------------------------------------------------------------
 */

static struct text list_json(struct arena *a, const struct host *host)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, a, DATA_HINT_BYTES, DATA_MAX_BYTES);
	w = (struct json_writer){.out = &b};
	json_begin_list(&w);
	for (size_t i = 0; i < host->type_count; i++)
		page_put_type(&w, host, &host->types[i]);
	json_end_list(&w);
	return buf_text(&b);
}

static void answer_list(struct http_request *rq, const struct host *host)
{
	const struct page_value values[] = {
		{"title", owner_title(&host->owner)},
		{"data", list_json(rq->arena, host)},
	};

	page_answer(rq, 200, "list.html", values, ARRAY_LEN(values));
}

/* ---- /book/HOST/TYPE ---------------------------------------------------------------------------
 */

static void answer_type(struct http_request *rq, const struct host *host,
			const struct booking_type *type)
{
	const struct page_value values[] = {
		{"title", type->title},
		{"host_name", owner_title(&host->owner)},
		{"data", page_type_json(rq->arena, host, type)},
	};

	page_answer(rq, 200, "book.html", values, ARRAY_LEN(values));
}

static const struct fault *find_host(struct http_request *rq, const struct host **host)
{
	const struct api_house *house = rq->context;
	struct db *db;
	const struct fault *f = store_reader(house->store, rq->arena, &db);

	*host = NULL;
	if (f || rq->segment_count < 2 || rq->segment_count > 3)
		return f;
	return host_find(house->desk, db, rq->arena, rq->segments[1], host);
}

void page_book(struct http_request *rq)
{
	const struct host *host;
	const struct booking_type *type = NULL;
	const struct fault *f = find_host(rq, &host);

	if (!f && host && rq->segment_count == 3)
		type = host_type_by_slug(host, rq->segments[2]);
	if (f)
		page_answer_fault(rq, f);
	else if (host && rq->segment_count == 2)
		answer_list(rq, host);
	else if (type)
		answer_type(rq, host, type);
	else
		page_answer_words(rq, 404, PAGE_NO_OFFER);
}
