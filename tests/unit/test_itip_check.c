/*
 * test_itip_check - the restriction tables of RFC 5546 §3
 *
 * The RFC's tables stand here once more, as it prints them; each cell is tried with none, one and
 * two of the property in a message that is right otherwise.
 */
#include "base/buf.h"
#include "base/secret.h"
#include "ical/ical.h"
#include "itip/check.h"
#include "unit.h"

static struct arena *arena;

/*
 * "0", "1", "+" (1+), "*" (0+), "o" (0 or 1), "-" (no such METHOD), in the order of §3.2: PUBLISH,
 * REQUEST, REPLY, ADD, CANCEL, REFRESH, COUNTER, DECLINECOUNTER.
 SEQUENCE of
 * a COUNTER and SUMMARY of a VTODO as rules.tbl.h corrects them; of the VFREEBUSYs of a PUBLISH an
 * object holds one.
 */
static const struct cell_row {
	const char *component, *name, *cells;
} cell_rows[] = {
	{"VEVENT", "ATTACH", "*****0**"},
	{"VEVENT", "ATTENDEE", "0+1**1*+"},
	{"VEVENT", "CATEGORIES", "*****0**"},
	{"VEVENT", "CLASS", "ooooo0oo"},
	{"VEVENT", "COMMENT", "********"},
	{"VEVENT", "CONTACT", "o****0**"},
	{"VEVENT", "CREATED", "ooooo0oo"},
	{"VEVENT", "DESCRIPTION", "ooooo0oo"},
	{"VEVENT", "DTEND", "ooooo0oo"},
	{"VEVENT", "DTSTAMP", "11111111"},
	{"VEVENT", "DTSTART", "11o1o01o"},
	{"VEVENT", "DURATION", "ooooo0oo"},
	{"VEVENT", "EXDATE", "***0*0**"},
	{"VEVENT", "GEO", "ooooo0oo"},
	{"VEVENT", "LAST-MODIFIED", "ooooo0oo"},
	{"VEVENT", "LOCATION", "ooooo0oo"},
	{"VEVENT", "ORGANIZER", "11111111"},
	{"VEVENT", "PRIORITY", "ooooo0oo"},
	{"VEVENT", "RDATE", "***0*0**"},
	{"VEVENT", "RECURRENCE-ID", "ooo0oooo"},
	{"VEVENT", "RELATED-TO", "*****0**"},
	{"VEVENT", "REQUEST-STATUS", "00*000**"},
	{"VEVENT", "RESOURCES", "*****0**"},
	{"VEVENT", "RRULE", "ooo0o0oo"},
	{"VEVENT", "SEQUENCE", "ooo110o1"},
	{"VEVENT", "STATUS", "ooooo0oo"},
	{"VEVENT", "SUMMARY", "11o1o01o"},
	{"VEVENT", "TRANSP", "ooooo0oo"},
	{"VEVENT", "UID", "11111111"},
	{"VEVENT", "URL", "ooooo0oo"},
	{"VEVENT", "VALARM", "**0*00*0"},
	{"VEVENT", "VEVENT", "+++1+11+"},
	{"VEVENT", "VTIMEZONE", "**o*****"},
	{"VFREEBUSY", "ATTENDEE", "0+1-----"},
	{"VFREEBUSY", "COMMENT", "***-----"},
	{"VFREEBUSY", "CONTACT", "ooo-----"},
	{"VFREEBUSY", "DTEND", "111-----"},
	{"VFREEBUSY", "DTSTAMP", "111-----"},
	{"VFREEBUSY", "DTSTART", "111-----"},
	{"VFREEBUSY", "DURATION", "000-----"},
	{"VFREEBUSY", "FREEBUSY", "*0*-----"},
	{"VFREEBUSY", "ORGANIZER", "111-----"},
	{"VFREEBUSY", "REQUEST-STATUS", "00*-----"},
	{"VFREEBUSY", "SEQUENCE", "**0-----"},
	{"VFREEBUSY", "UID", "111-----"},
	{"VFREEBUSY", "URL", "o0o-----"},
	{"VFREEBUSY", "VALARM", "000-----"},
	{"VFREEBUSY", "VFREEBUSY", "111-----"},
	{"VFREEBUSY", "VTIMEZONE", "000-----"},
	{"VTODO", "ATTACH", "*****0**"},
	{"VTODO", "ATTENDEE", "0+1**1++"},
	{"VTODO", "CATEGORIES", "*****0**"},
	{"VTODO", "CLASS", "ooooo0oo"},
	{"VTODO", "COMMENT", "*****0**"},
	{"VTODO", "COMPLETED", "ooooo0oo"},
	{"VTODO", "CONTACT", "*****0**"},
	{"VTODO", "CREATED", "ooooo0oo"},
	{"VTODO", "DESCRIPTION", "ooooo0oo"},
	{"VTODO", "DTSTAMP", "11111111"},
	{"VTODO", "DTSTART", "11ooo0oo"},
	{"VTODO", "DUE", "ooooo0oo"},
	{"VTODO", "DURATION", "ooooo0oo"},
	{"VTODO", "EXDATE", "***0*0**"},
	{"VTODO", "GEO", "ooooo0oo"},
	{"VTODO", "LAST-MODIFIED", "ooooo0oo"},
	{"VTODO", "LOCATION", "ooooo0oo"},
	{"VTODO", "ORGANIZER", "11111011"},
	{"VTODO", "PERCENT-COMPLETE", "ooooo0oo"},
	{"VTODO", "PRIORITY", "11o1o01o"},
	{"VTODO", "RDATE", "***0*0**"},
	{"VTODO", "RECURRENCE-ID", "ooo0oooo"},
	{"VTODO", "RELATED-TO", "*****0**"},
	{"VTODO", "REQUEST-STATUS", "00*000**"},
	{"VTODO", "RESOURCES", "*****0**"},
	{"VTODO", "RRULE", "ooo0o0oo"},
	{"VTODO", "SEQUENCE", "ooo110o1"},
	{"VTODO", "STATUS", "ooooo0oo"},
	{"VTODO", "SUMMARY", "11o1o01o"},
	{"VTODO", "UID", "11111111"},
	{"VTODO", "URL", "ooooo0oo"},
	{"VTODO", "VALARM", "**0*00*0"},
	{"VTODO", "VTIMEZONE", "**o*o*o*"},
	{"VTODO", "VTODO", "+++1+111"},
};

/* A line of each, and another one for what may stand twice. */
static const struct sample {
	const char *name, *line;
} samples[] = {
	{"ATTACH", "ATTACH:http://x.y/a"},
	{"ATTENDEE", "ATTENDEE:mailto:bo@x.y"},
	{"CATEGORIES", "CATEGORIES:A"},
	{"CLASS", "CLASS:PUBLIC"},
	{"COMMENT", "COMMENT:A"},
	{"COMPLETED", "COMPLETED:20270118T080000Z"},
	{"CONTACT", "CONTACT:A"},
	{"CREATED", "CREATED:20270118T080000Z"},
	{"DESCRIPTION", "DESCRIPTION:A"},
	{"DTEND", "DTEND:20270118T090000Z"},
	{"DTSTAMP", "DTSTAMP:20270101T080000Z"},
	{"DTSTART", "DTSTART:20270118T080000Z"},
	{"DUE", "DUE:20270118T090000Z"},
	{"DURATION", "DURATION:PT1H"},
	{"EXDATE", "EXDATE:20270119T080000Z"},
	{"FREEBUSY", "FREEBUSY:20270118T080000Z/PT1H"},
	{"GEO", "GEO:1.5;2.5"},
	{"LAST-MODIFIED", "LAST-MODIFIED:20270101T080000Z"},
	{"LOCATION", "LOCATION:A"},
	{"ORGANIZER", "ORGANIZER:mailto:al@x.y"},
	{"PERCENT-COMPLETE", "PERCENT-COMPLETE:40"},
	{"PRIORITY", "PRIORITY:1"},
	{"RDATE", "RDATE:20270119T080000Z"},
	{"RECURRENCE-ID", "RECURRENCE-ID:20270118T080000Z"},
	{"RELATED-TO", "RELATED-TO:2"},
	{"REQUEST-STATUS", "REQUEST-STATUS:2.0;Success"},
	{"RESOURCES", "RESOURCES:A"},
	{"RRULE", "RRULE:FREQ=DAILY;COUNT=3"},
	{"SEQUENCE", "SEQUENCE:1"},
	{"STATUS", "STATUS:"},
	{"SUMMARY", "SUMMARY:A"},
	{"TRANSP", "TRANSP:OPAQUE"},
	{"UID", "UID:1"},
	{"URL", "URL:http://x.y/"},
	{"VALARM",
	 "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:D\r\nTRIGGER:-PT5M\r\nEND:VALARM"},
};

static const char *sample_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(samples); i++)
		if (strcmp(samples[i].name, name) == 0)
			return samples[i].line;
	return NULL;
}

static const char *status_of(const struct cell_row *row, int method)
{
	return method == ITIP_CANCEL		      ? "CANCELLED"
	       : strcmp(row->component, "VTODO") == 0 ? "IN-PROCESS"
						      : "CONFIRMED";
}

static bool is_needed(const char *cells, int method)
{
	return cells[method] == '1' || cells[method] == '+';
}

static bool is_allowed(char cell, int count)
{
	switch (cell) {
	case '0': return count == 0;
	case '1': return count == 1;
	case '+': return count >= 1;
	case 'o': return count <= 1;
	default: return true;
	}
}

static void put_component(struct buf *b, const struct cell_row *row, int method, int times,
			  const char *more)
{
	buf_printf(b, "BEGIN:%s\r\n", row->component);
	for (size_t i = 0; i < ARRAY_LEN(cell_rows); i++) {
		const struct cell_row *r = &cell_rows[i];
		const char *line = sample_of(r->name);
		int n = r == row ? times : is_needed(r->cells, method) ? 1 : 0;

		if (!line || strcmp(r->component, row->component) != 0)
			continue;
		for (int k = 0; k < n; k++)
			buf_printf(b, "%s%s\r\n", line,
				   strcmp(r->name, "STATUS") == 0 ? status_of(row, method) : "");
	}
	buf_printf(b, "%sEND:%s\r\n", more, row->component);
}

/* A message that is right but for how often the row's property stands there. */
static struct text message(const struct cell_row *row, int method, int times)
{
	bool is_component = strcmp(row->name, row->component) == 0;
	bool is_zone = strcmp(row->name, "VTIMEZONE") == 0;
	struct buf b;

	buf_init(&b, arena, 1024, 1 << 20);
	buf_printf(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\nMETHOD:%s\r\n",
		   itip_method_name((enum itip_method)method));
	for (int i = 0; is_zone && i < times; i++)
		buf_printf(&b,
			   "BEGIN:VTIMEZONE\r\nTZID:Z%d\r\nBEGIN:STANDARD\r\n"
			   "DTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\n"
			   "END:STANDARD\r\nEND:VTIMEZONE\r\n",
			   i);
	put_component(&b, row, method, is_component ? 0 : times, "");
	if (is_component && times > 1)
		put_component(&b, row, method, 0, "RECURRENCE-ID:20270119T080000Z\r\n");
	buf_put_str(&b, "END:VCALENDAR\r\n");
	return buf_text(&b);
}

/* What the parser refuses never reaches the check. */
static bool passes(struct text raw)
{
	struct ical_object *o;

	return !ical_object_parse(arena, raw, ICAL_FROM_MESSAGE, &o) && !itip_check_sent(arena, o);
}

static void check_cell(const struct cell_row *row, int method)
{
	bool is_component = strcmp(row->name, row->component) == 0;

	for (int times = is_component ? 1 : 0; times <= 2; times++) {
		const char *name = arena_printf(arena, "METHOD:%s of a %s with %d %s",
						itip_method_name((enum itip_method)method),
						row->component, times, row->name);

		if (!CHECK_INT(name, passes(message(row, method, times)),
			       is_allowed(row->cells[method], times)))
			printf("%.*s\n", TEXT_ARG(message(row, method, times)));
	}
}

static void test_cells(void)
{
	for (size_t i = 0; i < ARRAY_LEN(cell_rows); i++)
		for (int method = 0; method < ITIP_METHODS; method++) {
			const struct cell_row *row = &cell_rows[i];

			if (row->cells[method] == '-')
				CHECK_INT(row->name, passes(message(row, method, 1)), 0);
			else
				check_cell(row, method);
		}
}

/* ---- values, and what is granted ---- */

#define E(method, lines) method, "VEVENT", "UID:1\r\n" lines
#define STAMPED		 "DTSTAMP:20270101T080000Z\r\n"
#define AT		 "DTSTART:20270118T080000Z\r\n"
#define AL		 "ORGANIZER:mailto:al@x.y\r\n"
#define BO		 "ATTENDEE:mailto:bo@x.y\r\n"
#define CY		 "ATTENDEE:mailto:cy@x.y\r\n"
#define TITLE		 "SUMMARY:S\r\n"
#define ALARM		 "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:D\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"

static const struct value_row {
	const char *name, *method, *component, *lines;
	bool sent, received; /* does it pass when we send it, and when it comes in? */
} value_rows[] = {
	{"REQUEST", E("REQUEST", STAMPED AT AL BO TITLE), true, true},
	{"METHOD in lower case (interop §7)", E("request", STAMPED AT AL BO TITLE), true, true},
	{"no METHOD of iTIP", E("INVITE", STAMPED AT AL BO TITLE), false, false},
	{"REQUEST without SUMMARY", E("REQUEST", STAMPED AT AL BO), false, true},
	{"REQUEST to nobody", E("REQUEST", STAMPED AT AL TITLE), false, false},
	{"REQUEST of nobody", E("REQUEST", STAMPED AT BO TITLE), false, false},
	{"REQUEST at no time", E("REQUEST", STAMPED AL BO TITLE), false, false},
	{"REPLY without ORGANIZER (interop §7, Exchange)", E("REPLY", STAMPED BO), false, true},
	{"REPLY with the whole event (interop §7)", E("REPLY", STAMPED AT AL BO CY ALARM), false,
	 true},
	{"REPLY of nobody", E("REPLY", STAMPED AL), false, false},
	{"CANCEL without SEQUENCE", E("CANCEL", STAMPED AL BO), false, true},
	{"CANCEL with STATUS (§3.2.5)",
	 E("CANCEL", STAMPED AL BO "SEQUENCE:1\r\nSTATUS:CANCELLED\r\n"), true, true},
	{"CANCEL that confirms (§3.2.5)",
	 E("CANCEL", STAMPED AL BO "SEQUENCE:1\r\nSTATUS:CONFIRMED\r\n"), false, true},
	{"REQUEST that cancels (§3.2.2)",
	 E("REQUEST", STAMPED AT AL BO TITLE "STATUS:CANCELLED\r\n"), false, true},
	{"ADD with SEQUENCE 0 (§3.2.4)", E("ADD", STAMPED AT AL TITLE "SEQUENCE:0\r\n"), false,
	 true},
	{"ADD of a series (§3.2.4)",
	 E("ADD", STAMPED AT AL TITLE "SEQUENCE:1\r\nRRULE:FREQ=DAILY\r\n"), false, false},
	{"REFRESH", E("REFRESH", STAMPED AL BO), true, true},
	{"COUNTER without ORGANIZER", E("COUNTER", STAMPED AT BO TITLE), false, true},
	{"COUNTER at no time", E("COUNTER", STAMPED AL BO TITLE), false, false},
	{"DECLINECOUNTER to nobody by name", E("DECLINECOUNTER", STAMPED AL "SEQUENCE:1\r\n"),
	 false, true},
	{"PUBLISH of whom is invited", E("PUBLISH", STAMPED AT AL BO TITLE), false, true},
	{"REQUEST of a task without times and PRIORITY", "REQUEST", "VTODO",
	 "UID:1\r\n" STAMPED AL BO TITLE, false, true},
	{"VFREEBUSY in local time (§3.3.2)", "REQUEST", "VFREEBUSY",
	 "UID:1\r\n" STAMPED AL BO "DTSTART:20270118T080000\r\nDTEND:20270119T080000Z\r\n", false,
	 false},
	{"VFREEBUSY until local time (§3.3.2)", "REQUEST", "VFREEBUSY",
	 "UID:1\r\n" STAMPED AL BO "DTSTART:20270118T080000Z\r\nDTEND:20270119T080000\r\n", false,
	 false},
	{"a METHOD that VFREEBUSY has not (§3.3)", "CANCEL", "VFREEBUSY",
	 "UID:1\r\n" STAMPED AL BO AT "DTEND:20270119T080000Z\r\n", false, false},
	{"a component without tables", "REQUEST", "VJOURNAL", "UID:1\r\n" STAMPED AT AL BO TITLE,
	 false, false},
};

/* Messages as RFC 5546 §4 shows them, in few lines; what it gets wrong itself is said. */
static const struct value_row example_rows[] = {
	{"§4.1.1 a published event", E("PUBLISH", STAMPED AT AL TITLE "DESCRIPTION:D\r\n"), true,
	 true},
	{"§4.1.2 a changed one", E("PUBLISH", STAMPED AT AL TITLE "SEQUENCE:1\r\n"), true, true},
	{"§4.1.3 a cancelled one",
	 E("CANCEL", STAMPED AL "COMMENT:C\r\nSEQUENCE:2\r\nSTATUS:CANCELLED\r\n"), true, true},
	{"§4.2.1 a group event",
	 E("REQUEST", STAMPED AT AL TITLE BO CY "ATTENDEE;CUTYPE=ROOM:mailto:room@x.y\r\n"
						"SEQUENCE:0\r\nSTATUS:CONFIRMED\r\n"),
	 true, true},
	{"§4.2.2 a reply",
	 E("REPLY", STAMPED AL "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@x.y\r\nSEQUENCE:0\r\n"
			       "REQUEST-STATUS:2.0;Success\r\n"),
	 true, true},
	{"§4.2.4 a counter", E("COUNTER", STAMPED AT AL TITLE BO CY "SEQUENCE:0\r\nCOMMENT:C\r\n"),
	 true, true},
	{"§4.2.4 a counter declined, naming nobody (§3.2.8: MUST for all Attendees)",
	 E("DECLINECOUNTER", STAMPED AL "COMMENT:C\r\nSEQUENCE:0\r\n"), false, true},
	{"§4.2.5 delegated: the reply",
	 E("REPLY", STAMPED AL "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:cy@x.y\":"
			       "mailto:bo@x.y\r\nSEQUENCE:0\r\n"),
	 true, true},
	{"§4.3.1 published busy time without UID (§3.3.1: one)", "PUBLISH", "VFREEBUSY",
	 STAMPED AL AT "DTEND:20270119T080000Z\r\nFREEBUSY:20270118T080000Z/PT1H\r\n", false, true},
	{"§4.3.2 busy time asked for", "REQUEST", "VFREEBUSY",
	 "UID:1\r\n" STAMPED AL BO CY AT "DTEND:20270119T080000Z\r\n", true, true},
	{"§4.3.3 and answered", "REPLY", "VFREEBUSY",
	 "UID:1\r\n" STAMPED AL BO AT
	 "DTEND:20270119T080000Z\r\nFREEBUSY:20270118T080000Z/PT1H\r\n",
	 true, true},
	{"§4.4.1 a series",
	 E("REQUEST", STAMPED AT AL TITLE BO "RRULE:FREQ=MONTHLY\r\nRDATE:"
					     "20270119T080000Z\r\n"),
	 true, true},
	{"§4.4.2 one instance moved",
	 E("REQUEST", STAMPED AT AL TITLE BO "RECURRENCE-ID:20270117T080000Z\r\nSEQUENCE:1\r\n"),
	 true, true},
	{"§4.4.3 one instance cancelled",
	 E("CANCEL", STAMPED AL BO "RECURRENCE-ID:20270117T080000Z\r\nSEQUENCE:2\r\n"), true, true},
	{"§4.4.6 an instance added", E("ADD", STAMPED AT AL TITLE BO "SEQUENCE:4\r\n"), true, true},
	{"§4.5.1 a task", "REQUEST", "VTODO",
	 "UID:1\r\n" STAMPED AT AL BO TITLE "DUE:20270119T080000Z\r\nPRIORITY:1\r\n", true, true},
	{"§4.5.2 in work", "REPLY", "VTODO",
	 "UID:1\r\n" STAMPED AL "ATTENDEE;PARTSTAT=IN-PROCESS:mailto:bo@x.y\r\n"
	 "PERCENT-COMPLETE:75\r\n",
	 true, true},
	{"§4.7 refreshed by two (§3.2.6: one)", E("REFRESH", STAMPED AL BO CY), false, true},
};

static void check_values(const struct value_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct value_row *row = &rows[i];
		char *raw = arena_printf(arena,
					 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n"
					 "METHOD:%s\r\nBEGIN:%s\r\n%sEND:%s\r\nEND:VCALENDAR\r\n",
					 row->method, row->component, row->lines, row->component);
		struct ical_object *o;
		enum itip_method method;
		const struct fault *f;

		if (!CHECK_WELL(row->name,
				ical_object_parse(arena, text_from(raw), ICAL_FROM_MESSAGE, &o)))
			continue;
		CHECK_INT(row->name, !itip_check_sent(arena, o), row->sent);
		if ((f = itip_check(arena, o, &method)))
			CHECK_INT(row->name, f->code, FAULT_BAD_OBJECT);
		else
			CHECK_INT(row->name, method, itip_method_find(text_from(row->method)));
		CHECK_INT(row->name, !f, row->received);
	}
}

static void test_values(void)
{
	check_values(value_rows, ARRAY_LEN(value_rows));
}

static void test_examples(void)
{
	check_values(example_rows, ARRAY_LEN(example_rows));
}

static void test_names(void)
{
	for (int m = 0; m < ITIP_METHODS; m++)
		CHECK_INT("there and back",
			  itip_method_find(text_from(itip_method_name((enum itip_method)m))), m);
	CHECK_INT("none", itip_method_find(TEXT("")), ITIP_METHODS);
	CHECK_STR("no name", itip_method_name(ITIP_METHODS), "");
}

static void with_arena(void (*run)(void))
{
	arena = arena_create((size_t)1 << 28);
	CHECK_WELL("secrets", secret_init(arena));
	ical_init();
	run();
	arena_destroy(arena);
}

#define CASE(fn)                                                                                   \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		with_arena(fn);                                                                    \
	}
CASE(test_cells)
CASE(test_values)
CASE(test_examples)
CASE(test_names)

UNIT_SUITE("itip_check", {"RFC 5546 §3.2, §3.3, §3.4: each cell", run_test_cells},
	   {"values, and what is granted", run_test_values}, {"RFC 5546 §4", run_test_examples},
	   {"names", run_test_names})
