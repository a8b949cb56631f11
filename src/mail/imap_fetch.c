/* imap_fetch - which messages there are, and one of them */
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "mail/imap_priv.h"

enum { LIST_OCTETS = 4 * 1024 * 1024 }; /* UIDs of half a million messages */

/* ---- messages -------------------------------------------------------------------------------- */

struct listing {
	uint32_t after;
	size_t count;
	struct imap_message rows[IMAP_BATCH_MAX];
};

/* In its place among the lowest, whatever order the server has. */
static void add_uid(struct listing *l, uint32_t uid)
{
	size_t at = l->count;

	while (at > 0 && l->rows[at - 1].uid > uid)
		at--;
	if (at == IMAP_BATCH_MAX || (at > 0 && l->rows[at - 1].uid == uid))
		return;
	if (l->count < IMAP_BATCH_MAX)
		l->count++;
	memmove(&l->rows[at + 1], &l->rows[at], (l->count - at - 1) * sizeof(l->rows[0]));
	l->rows[at] = (struct imap_message){.uid = uid};
}

static void hear_search(void *ctx, struct imap *c, const struct imap_answer *answer)
{
	struct listing *l = ctx;
	struct text rest, word;
	int64_t uid;

	(void)c;
	if (!text_equal_nocase(imap_untagged(answer->line, &rest), TEXT("SEARCH")))
		return;
	/* The last message is in n:* even if it is before n (RFC 3501 §9, seq-range). */
	while (text_next(&rest, ' ', &word))
		if (text_to_int64(word, 1, UINT32_MAX, &uid) && uid > l->after)
			add_uid(l, (uint32_t)uid);
}

static void hear_sizes(void *ctx, struct imap *c, const struct imap_answer *answer)
{
	struct listing *l = ctx;
	struct text rest;
	int64_t uid, size;

	(void)c;
	if (!text_equal_nocase(imap_untagged(answer->line, &rest), TEXT("FETCH")) ||
	    !imap_number_after(rest, TEXT("UID "), &uid) ||
	    !imap_number_after(rest, TEXT("RFC822.SIZE "), &size))
		return;
	for (size_t i = 0; i < l->count; i++)
		if (l->rows[i].uid == uid)
			l->rows[i].size = size;
}

void imap_put_set(struct buf *b, const uint32_t *uids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_printf(b, "%s%u", i ? "," : "", uids[i]);
}

static const struct fault *ask_sizes(struct imap *c, struct arena *a, struct listing *l)
{
	const struct imap_ask ask = {.step = "FETCH", .hear = hear_sizes, .ctx = l};
	uint32_t uids[IMAP_BATCH_MAX];
	struct buf b;

	for (size_t i = 0; i < l->count; i++)
		uids[i] = l->rows[i].uid;
	buf_init(&b, a, 2048, 4096);
	buf_put_lit(&b, "UID FETCH ");
	imap_put_set(&b, uids, l->count);
	buf_put_lit(&b, " (UID RFC822.SIZE)");
	return imap_do(c, a, &ask, b.at);
}

const struct fault *imap_list(struct imap *c, struct arena *a, uint32_t after,
			      const struct imap_message **out, size_t *count_out)
{
	struct listing *l = arena_alloc(a, sizeof(*l));
	const struct imap_ask ask = {
		.step = "SEARCH", .hear = hear_search, .ctx = l, .octets = LIST_OCTETS};
	const struct fault *f = imap_end_idle(c, a);

	*out = l->rows;
	*count_out = 0;
	l->after = after;
	c->polled_ns = clock_monotonic_ns();
	if (f || after == UINT32_MAX)
		return f;
	/* What comes from here on may be in the answer or not. */
	c->has_news = false;
	f = imap_do(c, a, &ask,
		    arena_printf(a, "UID SEARCH UID %u:* UNDELETED", (unsigned)after + 1));
	if (!f && l->count > 0)
		f = ask_sizes(c, a, l);
	if (!f)
		*count_out = l->count;
	return f;
}

struct fetched {
	uint32_t uid;
	struct text message;
};

static void hear_message(void *ctx, struct imap *c, const struct imap_answer *answer)
{
	struct fetched *m = ctx;
	struct text rest;
	int64_t uid;

	(void)c;
	if (text_equal_nocase(imap_untagged(answer->line, &rest), TEXT("FETCH")) &&
	    imap_number_after(rest, TEXT("UID "), &uid) && uid == m->uid &&
	    text_find(rest, TEXT("BODY[]")) >= 0)
		/* An empty one comes as "" or NIL. */
		m->message = answer->literal.at ? answer->literal : TEXT("");
}

const struct fault *imap_fetch(struct imap *c, struct arena *a, uint32_t uid, size_t max,
			       struct text *message_out)
{
	struct fetched m = {.uid = uid};
	const struct imap_ask ask = {.step = "FETCH",
				     .hear = hear_message,
				     .ctx = &m,
				     .octets = max,
				     .literal_max = max + 1};
	const struct fault *f = imap_end_idle(c, a);

	/* One octet more than may be, as what servers say of sizes is not always so. */
	if (!f)
		f = imap_do(c, a, &ask,
			    arena_printf(a, "UID FETCH %u (UID BODY.PEEK[]<0.%zu>)", uid, max + 1));
	if (!f && m.message.len > max)
		f = fault_make(a, FAULT_BODY_TOO_LARGE, NULL,
			       "The message is longer than %zu octets.", max);
	*message_out = m.message;
	return f;
}
