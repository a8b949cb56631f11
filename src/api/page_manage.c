/* page_manage - /manage/TOKEN, the page behind the link in a mail; see page.h */
#include "api/page.h"

#include "api/api.h"
#include "booking/book.h"
#include "booking/host.h"
#include "store/store.h"

static const struct fault *find_managed(struct http_request *rq, struct booking **booking,
					const struct host **host, enum book_role *role)
{
	const struct api_house *house = rq->context;
	struct text id;
	int64_t owner;
	struct db *db;
	const struct fault *f = store_reader(house->store, rq->arena, &db);

	*booking = NULL;
	*host = NULL;
	if (f || rq->segment_count != 2 ||
	    !book_token_check(house->desk, rq->arena, rq->segments[1], rq->now, &id, role) ||
	    !secret_id_owner(&house->calendar->key, id, &owner))
		return f;
	f = booking_find(db, rq->arena, owner, id, booking);
	return f ? f : host_get(house->desk, db, rq->arena, owner, host);
}

/* The booking itself is asked for by the page, so that it is said in one way only. */
static void answer_managed(struct http_request *rq, const struct booking *b,
			   const struct host *host, enum book_role role)
{
	const struct booking_type *t = host_type_by_id(host, b->type);
	const char *meeting = page_lang(rq)->words[PAGE_MEETING];
	const struct page_value values[] = {
		{"script", TEXT("manage.js")},
		{"title", t ? t->title : text_from(meeting)},
		{"host_name", owner_title(&host->owner)},
		{"of_host", page_of_host(rq->arena, owner_title(&host->owner))},
		{"description", t ? t->description : TEXT_NONE},
		{"if_secret", TEXT("hidden")},
		{"id", b->id},
		{"token", rq->segments[1]},
		{"proof", role == BOOK_ADDRESS ? TEXT("yes") : TEXT_NONE},
		{"data", page_type_json(rq->arena, host, t)},
	};

	http_set_header(rq, "X-Robots-Tag", TEXT("noindex"));
	page_answer(rq, 200, "book.html", values, ARRAY_LEN(values));
}

static void manage(struct http_request *rq)
{
	struct booking *booking;
	const struct host *host;
	enum book_role role;
	const struct fault *f = find_managed(rq, &booking, &host, &role);

	if (f)
		page_answer_fault(rq, f);
	else if (booking && host)
		answer_managed(rq, booking, host, role);
	else
		page_answer_words(rq, 404, PAGE_NO_LINK);
}

static void refuse_post(struct http_request *rq)
{
	http_set_header(rq, "Allow", TEXT("GET, HEAD"));
	page_answer_words(rq, 405, PAGE_REFUSED);
}

void page_manage(struct http_request *rq)
{
	bool is_below = rq->segment_count == 3 && text_equal(rq->segments[2], TEXT("reminders"));

	if (is_below)
		page_reminders(rq);
	else if (text_equal(rq->method, TEXT("POST")))
		refuse_post(rq);
	else
		manage(rq);
}
