/* policy - until when an invitee may change a booking, and what is kept of it; see book_priv.h */
#include "booking/book_priv.h"

enum { REASON_MAX_BYTES = 1000, MINUTE = 60 };

const struct fault *book_check_policy(struct arena *a, const struct booking *b,
				      const struct book_by *by, int32_t until_min, const char *word)
{
	if (by->who != BOOKING_BY_INVITEE)
		return NULL;
	if (until_min > 0 && by->now > b->start - (int64_t)until_min * MINUTE)
		return fault_make(a, FAULT_NOT_OFFERED, word,
				  "The host wants to know %d minutes ahead; it is too late now.",
				  (int)until_min);
	/* A series goes on after its first time. */
	if (by->now >= b->start && b->rule.len == 0)
		return fault_make(a, FAULT_NOT_OFFERED, word, "This meeting has begun already.");
	return NULL;
}

const struct fault *book_check_reason(struct arena *a, struct text reason)
{
	struct text rest = reason;

	if (reason.len > REASON_MAX_BYTES || !text_is_utf8(reason))
		return fault_make(a, FAULT_UNPROCESSABLE, "reason",
				  "A reason has at most 1000 bytes of UTF-8.");
	while (rest.len > 0) {
		uint32_t c = text_cut_char(&rest);

		if (c != '\n' && !text_char_is_plain(c))
			return fault_make(a, FAULT_UNPROCESSABLE, "reason",
					  "A reason may not hold control characters.");
	}
	return NULL;
}

bool book_holds_time(const struct booking_type *type, const struct booking *b)
{
	return b->status != BOOKING_IS_PENDING || b->awaits_invitee || type->pending_blocks ||
	       b->rule.len > 0;
}
