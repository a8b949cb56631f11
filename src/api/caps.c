/*
 * caps - who may have mail sent to whom, and how often (decisions 25)
 *
 * Peers on this machine are exempt unless limits.loopback is on (decisions 24,
 * 45); http/ says so in from_loopback.
 */
#include <arpa/inet.h>

#include "api/api_priv.h"
#include "api/limiter.h"
#include "base/clock.h"
#include "base/email.h"

struct counted {
	enum limit_kind kind;
	struct text key;
	const char *sentence;
};

/* Of IPv6 the network: whoever has one address has all that begin so (RFC 4291 §2.5.4). */
static struct text source(struct arena *a, struct text peer)
{
	enum { NETWORK_BYTES = 8 };
	struct in6_addr address;

	if (inet_pton(AF_INET6, text_cstr(a, peer), &address) != 1 ||
	    IN6_IS_ADDR_V4MAPPED(&address))
		return peer;
	return text_of(arena_copy(a, &address, NETWORK_BYTES), NETWORK_BYTES);
}

enum { MAIL_CAPS = 3 };

static void fill(struct api_request *ar, int64_t host, struct text invitee_email,
		 struct counted out[MAIL_CAPS])
{
	struct arena *a = ar->arena;

	out[0] = (struct counted){LIMIT_INVITEE, email_mailbox(a, invitee_email),
				  "This address was invited too often; try again later."};
	out[1] = (struct counted){LIMIT_SOURCE, source(a, ar->rq->peer),
				  "Too many bookings come from your address; try again later."};
	out[2] = (struct counted){LIMIT_HOST, text_from(arena_printf(a, "%lld", (long long)host)),
				  "This host is being booked too often; try again later."};
}

static void give_back(struct limiter *l, const struct counted *c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		limiter_give_back(l, c[i].kind, c[i].key);
}

/* Count one of each, or none of them. */
static const struct fault *take(struct api_request *ar, const struct counted *c, size_t count)
{
	struct limiter *l = ar->house->limiter;
	int64_t now_ms = clock_monotonic_ns() / 1000000, wait_ms;

	for (size_t i = 0; i < count; i++) {
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

const struct fault *api_count_mail(struct api_request *ar, int64_t host, struct text invitee_email)
{
	struct counted c[MAIL_CAPS];

	if (ar->rq->from_loopback)
		return NULL;
	fill(ar, host, invitee_email, c);
	return take(ar, c, ARRAY_LEN(c));
}

void api_uncount_mail(struct api_request *ar, int64_t host, struct text invitee_email)
{
	struct counted c[MAIL_CAPS];

	if (ar->rq->from_loopback)
		return;
	fill(ar, host, invitee_email, c);
	give_back(ar->house->limiter, c, ARRAY_LEN(c));
}

const struct fault *api_count_hold(struct api_request *ar)
{
	const struct counted c = {LIMIT_HOLDS, source(ar->arena, ar->rq->peer),
				  "Too many times are reserved from your address; try later."};

	return ar->rq->from_loopback ? NULL : take(ar, &c, 1);
}

const struct fault *api_count_question(struct api_request *ar)
{
	const struct counted c = {LIMIT_QUESTIONS, source(ar->arena, ar->rq->peer),
				  "Too many questions come from your address; try again later."};

	return ar->rq->from_loopback ? NULL : take(ar, &c, 1);
}
