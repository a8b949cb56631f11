/* veil - that time is taken, and not what for; see veil.h */

#include "ical/veil.h"

#include "base/arena.h"
#include "base/secret.h"
#include "ical/ical.h"
#include "ical/line.h"
#include "ical/zone.h"

enum { NAME_DIGITS = 32 };

/* When it is, and which of a series: nothing that says what (RFC 5545 §3.8.2, §3.8.5). */
static const char *const shown[] = {
	"DTSTART", "DTEND", "DURATION", "DTSTAMP", "RECURRENCE-ID", "RRULE",
	"EXRULE",  "RDATE", "EXDATE",	"STATUS",  "TRANSP",	    "SEQUENCE",
};

/* Of a VTIMEZONE its rules (§3.6.5). */
static const char *const shown_of_zone[] = {
	"BEGIN", "END", "DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO",
};

static bool is_among(const struct ical_line *l, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ical_line_is(l, names[i]))
			return true;
	return false;
}

static bool takes_no_time(const struct ical_line *l)
{
	return (ical_line_is(l, "TRANSP") && text_equal_nocase(l->value, TEXT("TRANSPARENT"))) ||
	       (ical_line_is(l, "STATUS") && text_equal_nocase(l->value, TEXT("CANCELLED")));
}

/* What a name becomes for those who have this feed. */
static struct text veiled(struct arena *scratch, struct text name, struct text key)
{
	const char *both = arena_printf(scratch, "%.*s\n%.*s", TEXT_ARG(key), TEXT_ARG(name));

	return text_sub(secret_digest_hex(scratch, text_from(both)), 0, NAME_DIGITS);
}

/* A TZID that everybody knows says nothing; one that somebody made up may. */
static struct text veiled_zone(struct arena *scratch, struct text tzid, struct text key)
{
	return zone_find(tzid) ? tzid : veiled(scratch, tzid, key);
}

static void put_line(struct buf *out, struct arena *scratch, const char *name, struct text value)
{
	ical_put_line(out, text_from(arena_printf(scratch, "%s:%.*s", name, TEXT_ARG(value))));
}

/* With the parameters that say how its value is meant, and no others. */
static void put_shown(struct buf *out, struct arena *scratch, const struct ical_line *l,
		      struct text key)
{
	struct text tzid = ical_line_param(scratch, l, "TZID");
	struct text type = ical_line_param(scratch, l, "VALUE");
	struct text range = ical_line_param(scratch, l, "RANGE");
	struct buf b;

	buf_init(&b, scratch, 128, ICAL_MAX_LINE_BYTES);
	buf_put_text(&b, l->name);
	if (range.at)
		buf_put_lit(&b, ";RANGE=THISANDFUTURE");
	if (type.at) {
		buf_put_lit(&b, ";VALUE=");
		ical_put_param(&b, type);
	}
	if (tzid.at) {
		buf_put_lit(&b, ";TZID=");
		ical_put_param(&b, veiled_zone(scratch, tzid, key));
	}
	buf_put_char(&b, ':');
	buf_put_text(&b, l->value);
	ical_put_line(out, buf_text(&b));
}

void ical_put_veiled_zone(struct buf *out, struct arena *scratch, struct text zone, struct text key)
{
	struct ical_line l;
	size_t pos = 0;

	while (ical_line_next(scratch, zone, &pos, &l)) {
		if (ical_line_is(&l, "TZID"))
			put_line(out, scratch, "TZID", veiled_zone(scratch, l.value, key));
		else if (is_among(&l, shown_of_zone, ARRAY_LEN(shown_of_zone)))
			put_shown(out, scratch, &l, key);
	}
}

void ical_put_veiled(struct buf *out, struct arena *scratch, struct text event, struct text key)
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
			put_line(out, scratch, "UID", veiled(scratch, l.value, key));
		else if (is_among(&l, shown, ARRAY_LEN(shown)))
			put_shown(out, scratch, &l, key);
	}
	buf_put_str(out, is_free ? "SUMMARY:Free\r\n" : "SUMMARY:Busy\r\n");
	buf_put_lit(out, "END:VEVENT\r\n");
	/* An instance of a series stays, or the series would say that its time is taken. */
	if (is_free && !is_instance)
		buf_cut(out, before);
}
