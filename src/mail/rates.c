/*
 * rates - buckets
 *
 * Counted in sixtieths of a mail, so that so many a minute are so many of these a second. A bucket
 * that is full again says nothing, and another domain may have its place.
 */
#include "mail/rates.h"

#include <pthread.h>

#include "base/base.h"

enum {
	BUCKETS = 4096,
	LOOKED_AT = 8, /* places for one domain */
	ONE = 60,      /* mail */
	AT_ONCE_S = 10
};

struct bucket {
	uint64_t domain; /* hash; 0: nobody's yet */
	int64_t level, at;
	int64_t next_ms; /* when those who wait have all been told to come */
};

struct mail_rates {
	int64_t per_minute, full;
	pthread_mutex_t lock; /* of the buckets */
	struct bucket buckets[BUCKETS];
};

struct mail_rates *mail_rates_create(int per_minute)
{
	struct mail_rates *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->per_minute = per_minute;
	r->full = per_minute * AT_ONCE_S < ONE ? ONE : (int64_t)per_minute * AT_ONCE_S;
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

void mail_rates_destroy(struct mail_rates *r)
{
	if (!r)
		return;
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* Whatever the case: a domain has none (RFC 5321 §2.4). */
static uint64_t domain_of(struct text to)
{
	ptrdiff_t at = text_find_char(to, '@', 0);
	struct text domain = at < 0 ? to : text_sub(to, (size_t)at + 1, to.len);
	char lower[255];

	domain = text_sub(domain, 0, sizeof(lower));
	for (size_t i = 0; i < domain.len; i++) {
		char c = domain.at[i];

		lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return text_hash(text_of(lower, domain.len)) | 1;
}

/* Its own, or else the one that was used the longest ago. */
static struct bucket *find(struct mail_rates *r, uint64_t domain, int64_t now)
{
	struct bucket *oldest = NULL;

	for (size_t i = 0; i < LOOKED_AT; i++) {
		struct bucket *b = &r->buckets[(domain + i) % BUCKETS];

		if (b->domain == domain)
			return b;
		if (!oldest || b->at < oldest->at)
			oldest = b;
	}
	*oldest = (struct bucket){.domain = domain, .level = r->full, .at = now};
	return oldest;
}

static void refill(const struct mail_rates *r, struct bucket *b, int64_t now)
{
	int64_t passed = now - b->at;

	/* The clock was set back: nobody waits until it has caught up. */
	if (passed < 0)
		b->next_ms = 0;
	else if (passed > ONE + AT_ONCE_S || b->level + passed * r->per_minute > r->full)
		b->level = r->full;
	else
		b->level += passed * r->per_minute;
	b->at = now;
}

static int64_t take(const struct mail_rates *r, struct bucket *b, int64_t now)
{
	if (b->level >= ONE) {
		b->level -= ONE;
		return 0;
	}
	if (b->next_ms < now * 1000)
		b->next_ms = now * 1000;
	b->next_ms += 60 * 1000 / r->per_minute;
	return b->next_ms / 1000 + 1;
}

int64_t mail_rates_ask(struct mail_rates *r, struct text to, int64_t now)
{
	uint64_t domain = domain_of(to);
	struct bucket *b;
	int64_t until;

	if (r->per_minute == 0)
		return 0;
	pthread_mutex_lock(&r->lock);
	b = find(r, domain, now);
	refill(r, b, now);
	until = take(r, b, now);
	pthread_mutex_unlock(&r->lock);
	return until;
}
