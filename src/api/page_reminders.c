/*
 * page_reminders - /manage/TOKEN/reminders: no reminders of this host any more, or again
 *
 * A GET shows a page that asks, and changes nothing (decisions 10). A POST is the button on it, or
 * the one click of a mail program, as List-Unsubscribe-Post says (RFC 8058 §3.2); the token in the
 * address is all that it needs. It goes by the mailbox, so also for what is booked later.
 */
#include "api/page.h"

#include "api/api.h"
#include "api/query.h"
#include "booking/book.h"
#include "booking/host.h"
#include "calendar/change.h"
#include "store/opt_out.h"
#include "store/store.h"

enum wish { WISH_NONE, WISH_STOP, WISH_AGAIN };

static const struct fault *find_invitee(struct http_request *rq, struct booking **booking,
					const struct host **host, bool *out_out)
{
	const struct api_house *house = rq->context;
	enum book_role role;
	struct text id;
	int64_t owner;
	struct db *db;
	const struct fault *f = store_reader(house->store, rq->arena, &db);

	*booking = NULL;
	*host = NULL;
	if (f || !book_token_check(house->desk, rq->arena, rq->segments[1], rq->now, &id, &role) ||
	    role == BOOK_HOST || !secret_id_owner(&house->calendar->key, id, &owner))
		return f;
	f = booking_find(db, rq->arena, owner, id, booking);
	if (!f && *booking)
		f = opt_out_find(db, rq->arena, owner, (*booking)->mailbox, out_out);
	return f ? f : host_get(house->desk, db, rq->arena, owner, host);
}

static void answer(struct http_request *rq, const struct host *host, bool is_out)
{
	const char *const *words = page_lang(rq)->words;
	enum page_word title = is_out ? PAGE_NO_REMINDERS : PAGE_REMINDERS;
	const struct page_value values[] = {
		{"text_lang", text_from(page_lang(rq)->tag)},
		{"title", text_from(words[title])},
		{"of_host", page_of_host(rq->arena, owner_title(&host->owner))},
		{"message", text_from(arena_printf(rq->arena, words[title + 1],
						   TEXT_ARG(owner_title(&host->owner))))},
		{"wish", is_out ? TEXT("yes") : TEXT("no")},
		{"button", text_from(words[title + 2])},
	};

	http_set_header(rq, "X-Robots-Tag", TEXT("noindex"));
	page_answer(rq, 200, "message.html", values, ARRAY_LEN(values));
}

/* One-click comes as a form of either kind (RFC 8058 §3.2); ours is the first. */
static enum wish wish_of(struct http_request *rq)
{
	struct text said = TEXT_NONE, click = TEXT_NONE;
	const struct query_param params[] = {{TEXT("reminders"), &said},
					     {TEXT("List-Unsubscribe"), &click}};

	if (!text_equal(rq->method, TEXT("POST")))
		return WISH_NONE;
	if (text_starts_nocase(http_header(rq, "Content-Type"), TEXT("multipart/form-data")))
		return text_find(rq->body, TEXT("List-Unsubscribe")) >= 0 &&
				       text_find(rq->body, TEXT("One-Click")) >= 0
			       ? WISH_STOP
			       : WISH_NONE;
	if (query_read(rq->arena, rq->body, params, ARRAY_LEN(params)))
		return WISH_NONE;
	if (text_equal(said, TEXT("yes")))
		return WISH_AGAIN;
	return text_equal(said, TEXT("no")) || text_equal(click, TEXT("One-Click")) ? WISH_STOP
										    : WISH_NONE;
}

/* What was wished, until it is kept. */
struct wishing {
	const struct host *host;
	bool is_out;
};

static const struct fault *wished(void *who, void *state, const struct fault *f)
{
	const struct wishing *w = state;

	if (!f)
		answer(who, w->host, w->is_out);
	return f;
}

static const struct fault *keep(struct http_request *rq, const struct booking *b,
				const struct host *host, enum wish wish)
{
	const struct api_house *house = rq->context;
	struct change *c = change_open(house->calendar, rq->arena, CHANGE_CLIENT, rq->now);
	struct wishing *w = arena_alloc(rq->arena, sizeof(*w));
	const struct fault *f = change_opt_out(c, b->owner, b->mailbox, wish == WISH_AGAIN);

	*w = (struct wishing){host, wish == WISH_STOP};
	if (!f)
		change_submit(c, http_settle, http_await(rq, wished, rq, w));
	return f;
}

void page_reminders(struct http_request *rq)
{
	struct booking *booking;
	const struct host *host;
	bool is_out = false;
	enum wish wish = wish_of(rq);
	const struct fault *f = find_invitee(rq, &booking, &host, &is_out);

	if (!f && (!booking || !host))
		page_answer_words(rq, 404, PAGE_NO_LINK);
	else if (!f && wish == WISH_NONE)
		answer(rq, host, is_out);
	else if (!f)
		f = keep(rq, booking, host, wish);
	if (f)
		page_answer_fault(rq, f);
}
