/* page_book - /book/HOST, what a host offers, and /book/HOST/TYPE, one of these; see page.h */
#include "api/page.h"

#include "api/api.h"
#include "api/query.h"
#include "booking/link.h"
#include "store/store.h"
#include "json/write.h"

enum { LIST_HINT_BYTES = 4096, LIST_MAX_BYTES = 1024 * 1024 };

/* What a path names; NULL where it names none, or none for who asks. */
struct offer {
	const struct host *host;
	const struct booking_type *type;
	struct text people; /* see page_people() */
};

/* ---- /book/HOST --------------------------------------------------------------------------------
 */

static struct text list_json(struct arena *a, const struct host *host)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, a, LIST_HINT_BYTES, LIST_MAX_BYTES);
	w = (struct json_writer){.out = &b};
	json_begin_list(&w);
	for (size_t i = 0; i < host->type_count; i++)
		if (!host->types[i].hidden && host->types[i].access == BOOKING_FOR_EVERYBODY)
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

static void answer_type(struct http_request *rq, const struct offer *o)
{
	const struct owner *owner = &o->host->owner;
	const struct page_value values[] = {
		{"script", TEXT("book.js")},
		{"title", o->type->title},
		{"host_name", owner_title(owner)},
		{"of_host", page_of_host(rq->arena, owner_title(owner))},
		{"people", o->people},
		{"description", o->type->description},
		{"data", page_type_json(rq->arena, o->host, o->type)},
		{"name", owner->name},
		{"if_secret", owner->free_busy == FREE_BUSY_PUBLIC ? TEXT_NONE : TEXT("hidden")},
	};

	page_answer(rq, 200, "book.html", values, ARRAY_LEN(values));
}

/*
 * What is booked by link alone is there for those who have one; for others there is no such page.
 * LINK_SPENT: there was, for who has this one.
 */
static const struct fault *may_see(struct http_request *rq, struct db *db, const struct host *host,
				   const struct booking_type *type, bool *out)
{
	struct text secret = TEXT_NONE;
	const struct query_param params[] = {{TEXT("link"), &secret}};
	struct booking_link *l = NULL;
	const struct fault *f;

	*out = type->access == BOOKING_FOR_EVERYBODY;
	if (*out)
		return NULL;
	f = query_read(rq->arena, rq->query, params, ARRAY_LEN(params));
	if (!f)
		f = link_of_type(db, rq->arena, host, type, secret, &l);
	if (!f && l && !link_is_alive(l, rq->now))
		f = fault_make(rq->arena, FAULT_LINK_SPENT, "link",
			       "This link was used up, or is too old.");
	*out = l != NULL;
	return f;
}

static const struct fault *find_offer(struct http_request *rq, struct offer *o)
{
	const struct api_house *house = rq->context;
	struct db *db;
	const struct fault *f = store_reader(house->store, rq->arena, &db);
	bool is_open = false;

	if (f || rq->segment_count < 2 || rq->segment_count > 3)
		return f;
	f = host_find(house->desk, db, rq->arena, rq->segments[1], &o->host);
	if (f || !o->host || rq->segment_count == 2)
		return f;
	o->type = host_type_by_slug(o->host, rq->segments[2]);
	if (o->type)
		f = may_see(rq, db, o->host, o->type, &is_open);
	if (!is_open)
		o->type = NULL;
	if (!f && o->type)
		f = page_people(db, rq->arena, o->type, &o->people);
	return f;
}

void page_book(struct http_request *rq)
{
	struct offer o = {.host = NULL};
	const struct fault *f;

	if (text_equal(rq->method, TEXT("POST"))) {
		api_itip(rq);
		return;
	}
	f = find_offer(rq, &o);
	if (f)
		page_answer_fault(rq, f);
	else if (o.host && rq->segment_count == 2)
		answer_list(rq, o.host);
	else if (o.type)
		answer_type(rq, &o);
	else
		page_answer_words(rq, 404, PAGE_NO_OFFER);
}
