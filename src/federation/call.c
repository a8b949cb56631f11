/*
 * call - see call.h
 *
 * A try is: who we are, the gate, the request, what came of it. A token that is refused is asked
 * for anew, and the whole tried once more; nothing else is tried twice here, as who waits for a
 * visit decides how long it is worth waiting for.
 */
#include "federation/call.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "base/metrics.h"
#include "calendar/calendar.h"
#include "federation/gate.h"
#include "federation/oauth.h"
#include "federation/provider.h"
#include "net/fetch.h"
#include "net/url.h"

#define SECOND_NS INT64_C(1000000000)

enum {
	CALL_S = 30,
	CALL_PAUSE_S = 3600,
	CALL_RETRY_MAX_S = 24 * 3600,
	CALL_LATER_S = 60, /* where nothing says when */
	CALL_ANSWER_MAX = 32 * 1024 * 1024,
	OWN_HEADERS = 3,
};

/* How each end is counted, written down, and told where nobody has said more. */
static const struct {
	const char *word;
	int counts_as;
	enum log_level level;
} ends[] = {
	[CALL_OK] = {"ok", ASKED_OK, LOG_DEBUG},
	[CALL_GONE] = {"gone", ASKED_GONE, LOG_INFO},
	[CALL_NOT_FOUND] = {"not-found", ASKED_NOT_FOUND, LOG_INFO},
	[CALL_EXISTS] = {"exists", ASKED_CONFLICT, LOG_INFO},
	[CALL_CHANGED] = {"changed", ASKED_CONFLICT, LOG_INFO},
	[CALL_REFUSED] = {"refused", ASKED_REFUSED, LOG_WARN},
	[CALL_CONSENT] = {"consent", ASKED_CONSENT, LOG_WARN},
	[CALL_LATER] = {"later", ASKED_FAILED, LOG_WARN},
	[CALL_PAUSE] = {"pause", ASKED_SLOWED, LOG_WARN},
	[CALL_BROKEN] = {"broken", ASKED_FAILED, LOG_WARN},
};

static const struct {
	const char *what;
	int counts_as;
} deeds[] = {
	{"calendars", ASKED_FOR_CALENDARS},
	{"changes", ASKED_FOR_CHANGES},
	{"get", ASKED_FOR_GET},
	{"find", ASKED_FOR_GET},
	{"put", ASKED_FOR_PUT},
	{"remove", ASKED_FOR_REMOVE},
	{"watch", ASKED_FOR_WATCH},
	{"renew", ASKED_FOR_WATCH},
	{"unwatch", ASKED_FOR_WATCH},
};

/* One try. */
struct attempt {
	struct visit *v;
	struct call *call;
	struct gate_visitor who;
	struct text token;	   /* of OAuth: what was shown */
	struct text authorization; /* as it was shown */
	struct net_response response;
	int64_t asked_ns, took_ns;
	enum gate_outcome outcome;
	int64_t retry_s; /* as the answer says; -1: it does not */
};

static enum call_end end_with(struct visit *v, enum call_end end, const char *sentence)
{
	v->why = text_from(sentence);
	v->retry_at = v->now + CALL_LATER_S;
	return end;
}

/* ---- where to, and as whom ---------------------------------------------------------------------
 */

static struct text base_of(const struct visit *v)
{
	const struct connection *c = v->connection;

	return c->provider == PROVIDER_CALDAV ? c->url : v->fed->apps[c->provider].api_url;
}

bool call_is_same_etag(struct text x, struct text y)
{
	const struct text weak = TEXT("W/");

	x = text_starts(x, weak) ? text_sub(x, weak.len, x.len) : x;
	y = text_starts(y, weak) ? text_sub(y, weak.len, y.len) : y;
	return text_equal(x, y);
}

bool call_url_is_ours(const struct visit *v, struct text url)
{
	struct text ours, theirs;

	return net_url_origin(v->arena, base_of(v), &ours) &&
	       net_url_origin(v->arena, url, &theirs) && text_equal(ours, theirs) &&
	       (v->fed->allow_private || text_starts(theirs, TEXT("https:")));
}

/* RFC 7617: name and password, which a CalDAV account has in the place of tokens. */
static enum call_end show_password(struct attempt *x)
{
	struct visit *v = x->v;
	struct oauth_tokens kept;
	const struct fault *f;
	struct buf plain, header;

	if (v->connection->state == CONNECTION_RECONNECT) {
		v->why = v->connection->last_error;
		return CALL_CONSENT;
	}
	f = oauth_open(v->fed, v->arena, v->connection, &kept);
	if (f)
		return end_with(v, CALL_BROKEN, f->message);
	buf_init(&plain, v->arena, 256, kept.access.len + kept.refresh.len + 1);
	buf_put_text(&plain, kept.access);
	buf_put_char(&plain, ':');
	buf_put_text(&plain, kept.refresh);
	buf_init(&header, v->arena, 256, 16 + 2 * plain.len);
	buf_put_lit(&header, "Basic ");
	codec_put_base64(&header, plain.at, plain.len);
	x->authorization = buf_text(&header);
	return CALL_OK;
}

static enum call_end show_who(struct attempt *x)
{
	enum call_end end;

	if (x->v->connection->provider == PROVIDER_CALDAV)
		return show_password(x);
	/* What was shown the last time, if this is another try. */
	end = oauth_access(x->v, x->token, &x->token);
	if (end == CALL_OK)
		x->authorization =
			text_from(arena_printf(x->v->arena, "Bearer %.*s", TEXT_ARG(x->token)));
	return end;
}

/* ---- the request -------------------------------------------------------------------------------
 */

/* RFC 9110 §5.5: what a header may hold; net/ refuses line ends, and the call with them. */
static size_t write_headers(const struct attempt *x, struct net_header *to)
{
	const struct call *call = x->call;
	size_t count = 0;

	to[count++] = (struct net_header){TEXT("Authorization"), x->authorization};
	/* Google packs its answers only for who says so here as well. */
	to[count++] = (struct net_header){TEXT("User-Agent"), TEXT("Fasti (gzip)")};
	if (call->media_type.len)
		to[count++] = (struct net_header){TEXT("Content-Type"), call->media_type};
	for (size_t i = 0; i < call->header_count; i++)
		to[count++] = (struct net_header){text_from(call->headers[i].name),
						  call->headers[i].value};
	return count;
}

static const struct fault *ask(struct attempt *x)
{
	const struct federation *fed = x->v->fed;
	int64_t left_ns = x->v->until_ns - x->asked_ns;
	struct arena *a = x->v->arena;
	struct net_header *headers =
		arena_alloc_array(a, OWN_HEADERS + x->call->header_count, sizeof(*headers));
	const struct net_request request = {
		.method = x->call->method,
		.url = x->call->url,
		.headers = headers,
		.header_count = write_headers(x, headers),
		.body = x->call->body,
		.stop = &fed->calendar->stopping,
		.total_ms = max64(min64(CALL_S * SECOND_NS, left_ns) / 1000000, 1),
		.body_max = CALL_ANSWER_MAX,
		.no_redirects = true,
		.keeps = true,
		.allow_private = fed->allow_private,
		.ca_file = fed->ca_file,
	};

	return net_fetch(a, &request, &x->response);
}

static void note_answer(struct attempt *x)
{
	const struct net_response *r = &x->response;
	struct call *call = x->call;

	call->status = r->status;
	call->answer = r->body;
	call->answered_by = r->url;
	call->answer_type = net_response_header(r, TEXT("Content-Type"));
	call->etag = net_response_header(r, TEXT("ETag"));
	call->location = net_response_header(r, TEXT("Location"));
	x->retry_s = min64(net_response_retry_s(x->v->arena, r, x->v->now), CALL_RETRY_MAX_S);
}

/* ---- what came of it ---------------------------------------------------------------------------
 */

enum call_end call_judge(const struct call *call)
{
	static const struct {
		int status;
		enum call_end end;
	} rows[] = {
		{404, CALL_NOT_FOUND}, {408, CALL_LATER},   {409, CALL_CHANGED},
		{410, CALL_NOT_FOUND}, {412, CALL_CHANGED}, {423, CALL_LATER},
		{425, CALL_LATER},     {429, CALL_LATER},   {501, CALL_REFUSED},
		{505, CALL_REFUSED},   {507, CALL_PAUSE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].status == call->status)
			return rows[i].end;
	if (call->status >= 500)
		return CALL_LATER;
	return call->status >= 400 ? CALL_REFUSED : CALL_BROKEN;
}

static enum call_end judge_fault(struct attempt *x, const struct fault *f)
{
	switch (f->code) {
	case FAULT_BAD_REQUEST:
	case FAULT_FORBIDDEN: return end_with(x->v, CALL_REFUSED, f->message);
	case FAULT_BODY_TOO_LARGE: return end_with(x->v, CALL_BROKEN, f->message);
	default: x->outcome = GATE_FAILED; return end_with(x->v, CALL_LATER, f->message);
	}
}

static enum call_end judge_answer(struct attempt *x)
{
	struct visit *v = x->v;
	struct call *call = x->call;
	enum call_end end = CALL_OK;

	note_answer(x);
	if (call->status >= 200 && call->status < 300)
		return CALL_OK;
	v->why = text_from(arena_printf(v->arena, "The provider answered %d.", call->status));
	/* What a 401 means is not for the provider to say, but for whoever keeps tokens. */
	end = call->status == 401 ? CALL_CONSENT : v->provider->judge(call);
	if (end == CALL_LATER && (call->status < 500 || x->retry_s >= 0))
		x->outcome = GATE_SLOWED;
	else if (call->status >= 500 && call->status != 501 && call->status != 507)
		x->outcome = GATE_FAILED;
	return end;
}

/* Nanoseconds of the monotonic clock, as seconds UTC; not a moment too early. */
static int64_t as_utc(const struct attempt *x, int64_t at_ns)
{
	int64_t wait_ns = max64(at_ns - clock_monotonic_ns(), 0);

	return x->v->now + (wait_ns + SECOND_NS - 1) / SECOND_NS;
}

static void leave(struct attempt *x, enum call_end end)
{
	struct visit *v = x->v;
	int64_t retry_ns = 0;

	visit_go_on(v);
	if (x->retry_s >= 0)
		retry_ns = clock_monotonic_ns() + x->retry_s * SECOND_NS;
	retry_ns = gate_leave(v->fed->gate, &x->who, x->outcome, retry_ns);
	if (end == CALL_PAUSE)
		v->retry_at = v->now + max64(x->retry_s, CALL_PAUSE_S);
	else if (end == CALL_LATER)
		v->retry_at = as_utc(x, retry_ns);
}

/* ---- what is written down ----------------------------------------------------------------------
 */

static int deed_of(const char *what)
{
	for (size_t i = 0; i < ARRAY_LEN(deeds); i++)
		if (strcmp(deeds[i].what, what) == 0)
			return deeds[i].counts_as;
	return ASKED_FOR_OTHER;
}

static void count(struct attempt *x, enum call_end end)
{
	enum provider_kind provider = x->who.provider;
	int deed = deed_of(x->call->what);

	call_count(provider, deed, x->outcome == GATE_SLOWED ? ASKED_SLOWED : ends[end].counts_as);
	metrics_observe(METRIC_PROVIDER_SECONDS, metrics_pair((int)provider, deed), x->took_ns);
}

/* Once for each call that was sent; no URL, as there may be an address or a secret in it. */
static void write_down(const struct attempt *x, enum call_end end)
{
	log_event(ends[end].level, "provider-call",
		  LOG_STR("provider", provider_words[x->who.provider]),
		  LOG_TEXT("connection", x->who.connection), LOG_STR("what", x->call->what),
		  LOG_STR("method", x->call->method), LOG_INT("status", x->call->status),
		  LOG_STR("end", ends[end].word), LOG_INT("us", x->took_ns / 1000),
		  LOG_TEXT("why", end == CALL_OK ? TEXT_NONE : x->v->why));
}

/* ---- one call ----------------------------------------------------------------------------------
 */

static enum call_end ask_inside(struct attempt *x)
{
	const struct fault *f;
	enum call_end end;

	x->outcome = GATE_WELL;
	x->retry_s = -1;
	x->asked_ns = clock_monotonic_ns();
	f = ask(x);
	x->took_ns = clock_monotonic_ns() - x->asked_ns;
	end = f ? judge_fault(x, f) : judge_answer(x);
	leave(x, end);
	count(x, end);
	return end;
}

static enum call_end try(struct attempt *x)
{
	struct visit *v = x->v;
	int64_t retry_ns = 0;
	enum gate_word word;
	enum call_end end;

	x->call->status = 0;
	v->is_held = false;
	end = show_who(x);
	if (end != CALL_OK)
		return end;
	if (clock_monotonic_ns() >= v->until_ns)
		return end_with(v, CALL_LATER, "There was no time left to ask.");
	word = gate_enter(v->fed->gate, &x->who, v->until_ns, &retry_ns);
	if (word == GATE_OPEN)
		return ask_inside(x);
	call_count(x->who.provider, deed_of(x->call->what), ASKED_HELD);
	v->why = word == GATE_FULL ? TEXT("The provider has been asked as often as it allows.")
				   : TEXT("The provider is not well, and left alone for a while.");
	v->retry_at = as_utc(x, retry_ns);
	v->is_held = word == GATE_FULL;
	return CALL_LATER;
}

/*
 * A password, or a token that was had just now: there is nothing to try any more. Graph refuses a
 * token that is good where its owner has to show more; any other refusal of a new token is the
 * provider's trouble.
 */
static enum call_end refused_for_good(struct attempt *x)
{
	struct visit *v = x->v;
	struct text claims;

	if (v->connection->provider == PROVIDER_CALDAV)
		return oauth_lost(v, TEXT("The server does not take this name and password."),
				  TEXT_NONE);
	if (oauth_claims_asked(
		    v->arena, net_response_header(&x->response, TEXT("WWW-Authenticate")), &claims))
		return oauth_lost(v, TEXT("The provider wants to be asked for consent anew."),
				  claims);
	return end_with(v, CALL_LATER, "The provider refuses a token that it has just given.");
}

enum call_end call_run(struct visit *v, struct call *call)
{
	struct attempt x = {
		.v = v,
		.call = call,
		.who = {.provider = v->connection->provider,
			.owner = v->connection->owner,
			.connection = v->connection->id},
	};
	enum call_end end;

	if (!call_url_is_ours(v, call->url))
		return end_with(v, CALL_BROKEN, "A link leads away from the provider.");
	if (!net_url_origin(v->arena, call->url, &x.who.host))
		return end_with(v, CALL_BROKEN, "A link cannot be understood.");
	end = try(&x);
	if (call->status == 401 && x.token.len)
		end = try(&x);
	if (call->status == 401 && end == CALL_CONSENT)
		end = refused_for_good(&x);
	if (x.asked_ns > 0)
		write_down(&x, end);
	return end;
}

const struct fault *call_fault(const struct visit *v, enum call_end end)
{
	if (end == CALL_OK)
		return NULL;
	return fault_make(v->arena, FAULT_UNAVAILABLE, NULL, "%.*s", TEXT_ARG(v->why));
}
