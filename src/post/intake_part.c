/*
 * intake_part - which part of a message is acted on. See intake_priv.h.
 *
 * One of a message, the first by this order: text/calendar that is its own (the alternative that
 * programs act on, RFC 6047 §2.4), then files of it, which are copies of the same; then what it
 * only passes on, which is nobody's answer.
 */
#include "post/intake_priv.h"

static bool is_text(const struct mail_part *p)
{
	return text_equal(p->type, TEXT("text/calendar"));
}

static bool is_any(const struct mail_part *p)
{
	return p->is_calendar;
}

const struct mail_part *intake_calendar_part(const struct mail_read *m)
{
	static const struct {
		bool (*fits)(const struct mail_part *p);
		bool is_forwarded, has_method;
	} order[] = {
		{is_text, false, true}, {is_text, false, false}, {is_any, false, false},
		{is_text, true, false}, {is_any, true, false},
	};

	for (size_t o = 0; o < ARRAY_LEN(order); o++)
		for (size_t i = 0; i < m->part_count; i++) {
			const struct mail_part *p = &m->parts[i];

			if (order[o].fits(p) && p->is_forwarded == order[o].is_forwarded &&
			    (!order[o].has_method || p->method.len > 0) && p->body.len > 0)
				return p;
		}
	return NULL;
}
