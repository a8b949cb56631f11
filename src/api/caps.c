/* caps - who may have mail sent to whom, and how often (decisions 24, 25, 45) */
#include "api/api_priv.h"

#include "api/limiter.h"
#include "base/clock.h"

struct counted {
	enum limit_kind kind;
	struct text key;
	const char *sentence;
};

/* A peer on this machine is the operator's own, unless it speaks for others as a proxy. */
static bool is_exempt(const struct http_request *rq, const struct limiter *l)
{
	bool own = text_starts(rq->peer, TEXT("127.")) || text_equal(rq->peer, TEXT("::1"));

	return rq->from_loopback && own && !limiter_caps(l)->loopback;
}

/* An address as one key whatever its case: the domain has none, and hardly any local part. */
static void fill(struct api_request *ar, int64_t host, struct text invitee_email,
		 struct counted out[LIMIT_KIND_COUNT])
{
	out[0] = (struct counted){LIMIT_INVITEE, text_lower(ar->arena, invitee_email),
				  "This address was invited too often; try again later."};
	out[1] = (struct counted){LIMIT_SOURCE, ar->rq->peer,
				  "Too many bookings come from your address; try again later."};
	out[2] = (struct counted){LIMIT_HOST,
				  text_from(arena_printf(ar->arena, "%lld", (long long)host)),
				  "This host is being booked too often; try again later."};
}

static void give_back(struct limiter *l, const struct counted *c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		limiter_give_back(l, c[i].kind, c[i].key);
}

const struct fault *api_count_mail(struct api_request *ar, int64_t host, struct text invitee_email)
{
	struct limiter *l = ar->house->limiter;
	int64_t now_ms = clock_monotonic_ns() / 1000000, wait_ms;
	struct counted c[LIMIT_KIND_COUNT];

	if (is_exempt(ar->rq, l))
		return NULL;
	fill(ar, host, invitee_email, c);
	for (size_t i = 0; i < ARRAY_LEN(c); i++) {
		if (limiter_take(l, c[i].kind, c[i].key, now_ms, &wait_ms))
			continue;
		give_back(l, c, i);
		http_set_header(ar->rq, "Retry-After",
				text_from(arena_printf(ar->arena, "%lld",
						       (long long)(wait_ms / 1000 + 1))));
		return fault_make(ar->arena, FAULT_TOO_MANY_REQUESTS, NULL, "%s", c[i].sentence);
	}
	return NULL;
}

void api_uncount_mail(struct api_request *ar, int64_t host, struct text invitee_email)
{
	struct limiter *l = ar->house->limiter;
	struct counted c[LIMIT_KIND_COUNT];

	if (is_exempt(ar->rq, l))
		return;
	fill(ar, host, invitee_email, c);
	give_back(l, c, ARRAY_LEN(c));
}
