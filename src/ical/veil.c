/* veil - that time is taken, and not what for; see veil.h */

#include "ical/veil.h"

#include "base/arena.h"
#include "base/secret.h"
#include "ical/line.h"

enum { UID_DIGITS = 32 };

/* When it is, and which of a series: nothing that says what (RFC 5545 §3.8.2, §3.8.5). */
static const char *const shown[] = {
	"DTSTART", "DTEND", "DURATION", "DTSTAMP", "RECURRENCE-ID", "RRULE",
	"EXRULE",  "RDATE", "EXDATE",	"STATUS",  "TRANSP",	    "SEQUENCE",
};

static bool is_shown(const struct ical_line *l)
{
	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		if (ical_line_is(l, shown[i]))
			return true;
	return false;
}

static bool takes_no_time(const struct ical_line *l)
{
	return (ical_line_is(l, "TRANSP") && text_equal_nocase(l->value, TEXT("TRANSPARENT"))) ||
	       (ical_line_is(l, "STATUS") && text_equal_nocase(l->value, TEXT("CANCELLED")));
}

static void put_uid(struct buf *out, struct arena *scratch, struct text uid)
{
	buf_put_lit(out, "UID:");
	buf_put_text(out, text_sub(secret_digest_hex(scratch, uid), 0, UID_DIGITS));
	buf_put_lit(out, "\r\n");
}

/* Take back what was written since. */
static void take_back(struct buf *out, size_t len)
{
	if (out->len == len)
		return;
	out->len = len;
	out->at[len] = '\0';
}

void ical_put_veiled(struct buf *out, struct arena *scratch, struct text event)
{
	bool is_free = false, is_instance = false;
	size_t pos = 0, before = out->len;
	struct ical_line l;
	int depth = 0;

	buf_put_lit(out, "BEGIN:VEVENT\r\n");
	while (ical_line_next(scratch, event, &pos, &l)) {
		depth += ical_line_is(&l, "BEGIN") ? 1 : ical_line_is(&l, "END") ? -1 : 0;
		if (depth != 1)
			continue;
		is_free = is_free || takes_no_time(&l);
		is_instance = is_instance || ical_line_is(&l, "RECURRENCE-ID");
		if (ical_line_is(&l, "UID"))
			put_uid(out, scratch, l.value);
		else if (is_shown(&l))
			buf_put(out, event.at + l.begin, l.end - l.begin);
	}
	buf_put_str(out, is_free ? "SUMMARY:Free\r\n" : "SUMMARY:Busy\r\n");
	buf_put_lit(out, "END:VEVENT\r\n");
	/* An instance of a series stays, or the series would say that its time is taken. */
	if (is_free && !is_instance)
		take_back(out, before);
}
