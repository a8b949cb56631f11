/*
 * page_oauth - /oauth/PROVIDER/callback: a browser comes back from a provider; see page.h
 *
 * It comes from another site, and so without the cookie of who is signed in (SameSite=Strict,
 * http/session.h). The page that it gets leads it here once more, this time from here; what the
 * provider gave is used only then. It leads nowhere but to the host's own page.
 */
#include "api/page.h"

#include "api/api.h"
#include "api/query.h"
#include "base/codec.h"
#include "federation/connect.h"
#include "federation/oauth.h"

enum { AGAIN_MAX = 64 * 1024 };

struct comes_back {
	struct http_request *rq;
	struct text code, state;
	struct oauth_start start;
};

static void answer_words(struct http_request *rq, int status, enum page_word title)
{
	const char *const *words = page_lang(rq)->words;
	const struct page_value values[] = {
		{"text_lang", text_from(page_lang(rq)->tag)},
		{"title", text_from(words[title])},
		{"message", text_from(words[title + 1])},
		{"button", text_from(words[PAGE_CONSENT_BACK])},
	};

	page_answer(rq, status, "host-consent.html", values, ARRAY_LEN(values));
}

/* By the name of what is wrong, as the same fault means one thing here and another elsewhere. */
static void answer_fault(struct http_request *rq, const struct fault *f)
{
	static const struct {
		enum fault_code code;
		enum page_word title;
	} rows[] = {
		{FAULT_FORBIDDEN, PAGE_CONSENT_OLD},
		{FAULT_UNPROCESSABLE, PAGE_CONSENT_PART},
		{FAULT_CONFLICT, PAGE_CONSENT_OTHER},
		{FAULT_STORE_FULL, PAGE_CONSENT_FULL},
	};
	int status = fault_row(f->code)->http_status;

	http_note_fault(rq, f);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].code == f->code) {
			answer_words(rq, status, rows[i].title);
			return;
		}
	answer_words(rq, status, PAGE_CONSENT_LATER);
}

/* The same address, asked for by a page of this server. */
static void answer_again(const struct comes_back *x)
{
	const char *const *words = page_lang(x->rq)->words;
	struct page_value values[] = {
		{"text_lang", text_from(page_lang(x->rq)->tag)},
		{"title", text_from(words[PAGE_CONSENT_WAIT])},
		{"message", text_from(words[PAGE_CONSENT_WAIT + 1])},
		{"button", text_from(words[PAGE_CONSENT_GO_ON])},
		{"again", TEXT_NONE},
	};
	struct buf b;

	buf_init(&b, x->rq->arena, 1024, AGAIN_MAX);
	buf_put_lit(&b, "?again=1&state=");
	codec_put_query(&b, x->state);
	buf_put_lit(&b, "&code=");
	codec_put_query(&b, x->code);
	values[ARRAY_LEN(values) - 1].value = buf_text(&b);
	if (b.overflow)
		answer_words(x->rq, 400, PAGE_CONSENT_OLD);
	else
		page_answer(x->rq, 200, "host-consent-again.html", values, ARRAY_LEN(values));
}

static const struct fault *finish(void *who, void *state, const struct fault *f)
{
	struct comes_back *x = who;
	struct http_request *rq = x->rq;
	const struct api_house *house = rq->context;
	struct text connection;
	int64_t owner;

	(void)state;
	if (!f)
		f = connect_finish(house->federation, rq->arena, x->state, x->code, rq->user.owner,
				   rq->now, &owner, &connection);
	if (f) {
		answer_fault(rq, f);
	} else if (rq->user.owner == owner) {
		http_set_header(rq, "Location", TEXT("/host#connections"));
		http_set_header(rq, "Cache-Control", TEXT("no-store"));
		http_answer(rq, 303, NULL, TEXT_NONE);
	} else {
		answer_words(rq, 200, PAGE_CONNECTED);
	}
	return NULL;
}

static bool is_callback(const struct http_request *rq)
{
	return rq->segment_count == 3 && text_equal(rq->segments[2], TEXT("callback")) &&
	       (text_equal(rq->segments[1], text_from(provider_words[PROVIDER_GOOGLE])) ||
		text_equal(rq->segments[1], text_from(provider_words[PROVIDER_OUTLOOK])));
}

/* A state that was made for one provider and comes back from another is none of ours. */
static const struct fault *read_state(struct comes_back *x, const struct federation *fed)
{
	struct text verifier;
	const struct fault *f =
		oauth_state_read(fed, x->rq->arena, x->state, x->rq->now, &x->start, &verifier);

	if (!f && !text_equal(x->rq->segments[1], text_from(provider_words[x->start.provider])))
		f = fault_make(x->rq->arena, FAULT_FORBIDDEN, "state",
			       "This consent was asked of another provider.");
	return f;
}

void page_oauth(struct http_request *rq)
{
	const struct api_house *house = rq->context;
	struct comes_back *x = arena_alloc(rq->arena, sizeof(*x));
	struct text error, again;
	const struct query_param params[] = {
		{TEXT("code"), &x->code},
		{TEXT("state"), &x->state},
		{TEXT("error"), &error},
		{TEXT("again"), &again},
	};
	const struct fault *f = query_read(rq->arena, rq->query, params, ARRAY_LEN(params));

	x->rq = rq;
	if (!is_callback(rq)) {
		page_answer_words(rq, 404, PAGE_NO_FILE);
		return;
	}
	if (!f && error.len > 0) {
		answer_words(rq, 200, PAGE_NOT_CONNECTED);
		return;
	}
	if (!f)
		f = read_state(x, house->federation);
	if (f)
		answer_fault(rq, f);
	else if (x->start.by_command || rq->user.owner != 0)
		http_go_slow_with(rq, finish, x, NULL);
	else if (again.len == 0)
		answer_again(x);
	else
		answer_words(rq, 403, PAGE_CONSENT_SIGN_IN);
}
