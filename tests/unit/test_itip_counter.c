/*
 * test_itip_counter - another time, proposed (RFC 5546 §3.2.7, §3.2.8, §3.4.7)
 */
#include "itip_fixture.h"

#include "base/buf.h"
#include "ical/time.h"

static struct arena *arena;

#define EVENT(inner) "BEGIN:VEVENT\nUID:1\nDTSTAMP:20270101T000000Z\n" inner "END:VEVENT\n"
#define TODO(inner)  "BEGIN:VTODO\nUID:1\nDTSTAMP:20270101T000000Z\n" inner "END:VTODO\n"
#define PEOPLE                                                                                     \
	"ORGANIZER:mailto:al@x.y\nATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@x.y\n"                      \
	"ATTENDEE:mailto:cy@x.y\n"
#define TIMES "DTSTART:20270201T090000Z\nDTEND:20270201T100000Z\n"
#define LATER "DTSTART:20270201T140000Z\nDTEND:20270201T153000Z\n"
#define PLAN  EVENT("SUMMARY:S\n" TIMES PEOPLE)
#define ZONED                                                                                      \
	"DTSTART;TZID=Europe/Berlin:20270201T100000\nDTEND;TZID=Europe/Berlin:20270201T110000\n"
#define DAILY  EVENT("SUMMARY:S\n" ZONED "RRULE:FREQ=DAILY;COUNT=5\n" PEOPLE)
#define SECOND EVENT("SUMMARY:S\nRECURRENCE-ID:20270202T090000Z\n" LATER PEOPLE)

static struct ical_object *parsed(const char *name, struct text raw, enum ical_source source)
{
	struct ical_object *o = NULL;

	return CHECK_WELL(name, ical_object_parse(arena, raw, source, &o)) ? o : NULL;
}

static struct ical_object *object(const char *name, const char *components)
{
	return parsed(name, itip_object(arena, components), ICAL_FROM_STORE);
}

static struct ical_object *counter(const char *name, const char *components)
{
	return parsed(name, itip_message(arena, "COUNTER", components), ICAL_FROM_MESSAGE);
}

static struct text moment(const struct itip_span *s, int64_t at)
{
	struct buf b;

	buf_init(&b, arena, 32, 32);
	if (!s->present)
		return TEXT("none");
	if (s->form == TIME_UTC)
		time_put_utc(&b, at);
	else if (s->form == TIME_DATE)
		time_put_date(&b, at);
	else
		time_put_local(&b, at);
	return buf_text(&b);
}

/* ---- read ---------------------------------------------------------------------------------- */

static const struct reading {
	const char *name, *stored, *message;
	const char *instance; /* NULL: the whole; "-": none at all */
	const char *was, *start, *end;
	bool is_outdated;
} readings[] = {
	{"another time (§3.2.7)", PLAN, EVENT("SUMMARY:S\n" LATER PEOPLE), NULL, "20270201T090000Z",
	 "20270201T140000Z", "20270201T153000Z", false},
	{"by DURATION", PLAN, EVENT("DTSTART:20270201T140000Z\nDURATION:PT90M\n" PEOPLE), NULL,
	 "20270201T090000Z", "20270201T140000Z", "20270201T153000Z", false},
	{"for an instance of the series, told by its rule (§4.4.9)", DAILY, SECOND,
	 "20270202T090000Z", "20270202T090000Z", "20270201T140000Z", "20270201T153000Z", false},
	{"for an instance that was moved before",
	 DAILY EVENT("RECURRENCE-ID:20270202T090000Z\nDTSTART:20270202T120000Z\n"
		     "DTEND:20270202T130000Z\n" PEOPLE),
	 SECOND, "20270202T090000Z", "20270202T120000Z", "20270201T140000Z", "20270201T153000Z",
	 false},
	{"for an instance that there is not", DAILY,
	 EVENT("RECURRENCE-ID:20270222T090000Z\n" LATER PEOPLE), "-", NULL, NULL, NULL, false},
	{"for an instance that was left out",
	 EVENT(ZONED "RRULE:FREQ=DAILY;COUNT=5\n"
		     "EXDATE:20270202T090000Z\n" PEOPLE),
	 SECOND, "-", NULL, NULL, NULL, false},
	{"for an instance, to who organizes that one alone", SECOND,
	 EVENT("RECURRENCE-ID:20270202T090000Z\nDTSTART:20270202T080000Z\n"
	       "DTEND:20270202T083000Z\n" PEOPLE),
	 "20270202T090000Z", "20270201T140000Z", "20270202T080000Z", "20270202T083000Z", false},
	{"Outlook: the instance by its time alone (interop §7)", DAILY,
	 EVENT(LATER "X-MS-OLK-ORIGINALSTART:20270203T090000Z\n" PEOPLE), "20270203T090000Z",
	 "20270203T090000Z", "20270201T140000Z", "20270201T153000Z", false},
	{"Outlook: what stands elsewhere by now (interop §7)", PLAN,
	 EVENT(LATER "X-MS-OLK-ORIGINALSTART:20270201T080000Z\n" PEOPLE), NULL, "20270201T090000Z",
	 "20270201T140000Z", "20270201T153000Z", true},
	{"of an earlier revision (§2.1.5)", EVENT("SEQUENCE:2\n" TIMES PEOPLE),
	 EVENT("SEQUENCE:1\n" LATER PEOPLE), NULL, "20270201T090000Z", "20270201T140000Z",
	 "20270201T153000Z", true},
	{"the whole object, of which one instance is moved", DAILY, DAILY SECOND,
	 "20270202T090000Z", "20270202T090000Z", "20270201T140000Z", "20270201T153000Z", false},
	{"past the years that can be written", PLAN,
	 EVENT("DTSTART:99991230T000000Z\nDURATION:P9W\n" PEOPLE), "-", NULL, NULL, NULL, false},
	{"of whole days", EVENT("DTSTART;VALUE=DATE:20270201\n" PEOPLE),
	 EVENT("DTSTART;VALUE=DATE:20270203\nDTEND;VALUE=DATE:20270205\n" PEOPLE), NULL, "20270201",
	 "20270203", "20270205", false},
	{"of a to-do (§3.4.7)", TODO("DUE:20270201T090000Z\n" PEOPLE),
	 TODO("DUE:20270203T090000Z\n" PEOPLE), NULL, "20270201T090000Z", "20270203T090000Z",
	 "20270203T090000Z", false},
	{"of a to-do without time", TODO("SUMMARY:S\n" PEOPLE),
	 TODO("DUE:20270203T090000Z\n" PEOPLE), NULL, "none", "20270203T090000Z",
	 "20270203T090000Z", false},
};

static void check_reading(const struct reading *r)
{
	struct text bo = TEXT("bo@x.y");
	struct itip_user user = {&bo, 1};
	const struct ical_object *o = object(r->name, r->stored), *m = counter(r->name, r->message);
	struct itip_span id = {.present = true, .form = TIME_UTC};
	struct itip_proposal p;
	bool is_none = r->instance && r->instance[0] == '-';

	if (!o || !m || !CHECK_INT(r->name, itip_counter_read(arena, o, m, &user, &p), !is_none) ||
	    is_none)
		return;
	if (r->instance)
		CHECK_TEXT(r->name, moment(&id, p.instance), text_from(r->instance));
	else
		CHECK_TRUE(r->name, p.instance == ITIP_MASTER);
	CHECK_TEXT(r->name, moment(&p.was, p.was.start), text_from(r->was));
	CHECK_TEXT(r->name, moment(&p.is, p.is.start), text_from(r->start));
	CHECK_TEXT(r->name, moment(&p.is, p.is.end), text_from(r->end));
	CHECK_INT(r->name, p.is_outdated, r->is_outdated);
}

static void test_read(void)
{
	struct text bo = TEXT("bo@x.y");
	struct itip_user user = {&bo, 1};
	struct itip_proposal p;
	const struct ical_object *o, *m;

	arena = arena_create(64 << 20);
	for (size_t i = 0; i < ARRAY_LEN(readings); i++)
		check_reading(&readings[i]);
	o = object("place", EVENT("LOCATION:Green\n" TIMES PEOPLE));
	m = counter("place", EVENT("LOCATION:Blue\\, 2\nCOMMENT:Too\\nbig\n" LATER PEOPLE));
	if (CHECK_TRUE("place", o && m && itip_counter_read(arena, o, m, &user, &p))) {
		CHECK_TEXT("another place (§4.2.4)", p.location, TEXT("Blue, 2"));
		CHECK_TEXT("why", p.comment, TEXT("Too\nbig"));
		CHECK_TEXT("Gmail's answer that comes along (interop §7)", p.partstat,
			   TEXT("ACCEPTED"));
	}
	arena_destroy(arena);
}

/* ---- taken up ------------------------------------------------------------------------------ */

static const struct taking {
	const char *name, *stored, *message, *instance, *want; /* want NULL: refused */
} takings[] = {
	{"time and place, and nothing else (§4.2.4)",
	 EVENT("SUMMARY:S\nX-MINE:1\nLOCATION:Green\n" TIMES PEOPLE),
	 EVENT("SUMMARY:New time proposed: S\nLOCATION:Blue\nDESCRIPTION:Junk\n" LATER PEOPLE
	       "ATTENDEE:mailto:di@x.y\n"),
	 NULL, EVENT("SUMMARY:S\nX-MINE:1\nLOCATION:Blue\n" LATER PEOPLE)},
	{"in the zone of the series, not in UTC", DAILY,
	 EVENT("DTSTART:20270201T140000Z\nDURATION:PT1H\n" PEOPLE), NULL,
	 EVENT("SUMMARY:S\nDTSTART;TZID=Europe/Berlin:20270201T150000\n"
	       "DTEND;TZID=Europe/Berlin:20270201T160000\nRRULE:FREQ=DAILY;COUNT=5\n" PEOPLE)},
	{"one instance becomes an override", DAILY, SECOND, "20270202T090000Z",
	 DAILY EVENT("SUMMARY:S\nRECURRENCE-ID;TZID=Europe/Berlin:20270202T100000\n"
		     "DTSTART;TZID=Europe/Berlin:20270201T150000\n"
		     "DTEND;TZID=Europe/Berlin:20270201T163000\n" PEOPLE)},
	{"an override is moved, and the series is not", DAILY SECOND,
	 EVENT("RECURRENCE-ID:20270202T090000Z\n" TIMES PEOPLE), "20270202T090000Z",
	 DAILY EVENT("SUMMARY:S\nRECURRENCE-ID:20270202T090000Z\n" TIMES PEOPLE)},
	{"a series whose instances would stay behind", DAILY SECOND,
	 EVENT("RRULE:FREQ=DAILY;COUNT=5\n" LATER PEOPLE), NULL, NULL},
	{"timed instead of whole days", EVENT("SUMMARY:S\nDTSTART;VALUE=DATE:20270201\n" PEOPLE),
	 EVENT(LATER PEOPLE), NULL, EVENT("SUMMARY:S\n" LATER PEOPLE)},
	{"another rule", DAILY, EVENT(ZONED "RRULE:FREQ=WEEKLY;COUNT=5\n" PEOPLE), NULL,
	 EVENT("SUMMARY:S\n" ZONED "RRULE:FREQ=WEEKLY;COUNT=5\n" PEOPLE)},
	{"a to-do (§3.4.7)", TODO("DTSTART:20270201T080000Z\nDUE:20270201T090000Z\n" PEOPLE),
	 TODO("DTSTART:20270202T080000Z\nDUE:20270203T090000Z\n" PEOPLE), NULL,
	 TODO("DTSTART:20270202T080000Z\nDUE:20270203T090000Z\n" PEOPLE)},
	{"a to-do that is due alone", TODO("DUE;VALUE=DATE:20270201\n" PEOPLE),
	 TODO("DUE;VALUE=DATE:20270203\n" PEOPLE), NULL, TODO("DUE;VALUE=DATE:20270203\n" PEOPLE)},
};

static int64_t instant(const char *t)
{
	enum time_form form;
	int64_t at = ITIP_MASTER;

	return t && !time_parse(text_from(t), &at, &form) ? 0 : at;
}

static void test_take(void)
{
	arena = arena_create(64 << 20);
	for (size_t i = 0; i < ARRAY_LEN(takings); i++) {
		const struct taking *t = &takings[i];
		const struct ical_object *o = object(t->name, t->stored);
		const struct ical_object *m = counter(t->name, t->message);
		const struct fault *f;
		struct text out;

		if (!o || !m)
			continue;
		f = itip_counter_take(arena, o, m, instant(t->instance), &out);
		if (!t->want)
			CHECK_FAULT(t->name, f, FAULT_CONFLICT);
		else if (CHECK_WELL(t->name, f) && parsed(t->name, out, ICAL_FROM_CLIENT))
			itip_same(arena, t->name, out, t->want);
	}
	arena_destroy(arena);
}

/* ---- made ---------------------------------------------------------------------------------- */

static const struct making {
	const char *name, *stored, *instance, *start, *end, *comment;
	const char *want;     /* NULL: refused */
	enum fault_code code; /* with this */
} makings[] = {
	{"as long as it was (§3.2.7)", EVENT("SUMMARY:S\nX-MINE:1\n" TIMES PEOPLE), NULL,
	 "20270201T140000Z", NULL, "Too early; sorry",
	 "BEGIN:VEVENT\nUID:1\nDTSTAMP:20270115T080000Z\nSEQUENCE:0\nSUMMARY:S\n"
	 "DTSTART:20270201T140000Z\nDTEND:20270201T150000Z\nCOMMENT:Too early\\; sorry\n" PEOPLE
	 "END:VEVENT\n",
	 FAULT_COUNT},
	{"an instance alone, with its SEQUENCE",
	 EVENT("SUMMARY:S\nSEQUENCE:4\n"
	       "DTSTART:20270201T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\n" PEOPLE) SECOND,
	 "20270203T090000Z", "20270203T140000Z", "20270203T143000Z", NULL,
	 "BEGIN:VEVENT\nUID:1\nDTSTAMP:20270115T080000Z\nSEQUENCE:4\nSUMMARY:S\n"
	 "RECURRENCE-ID:20270203T090000Z\n"
	 "DTSTART:20270203T140000Z\nDTEND:20270203T143000Z\n" PEOPLE "END:VEVENT\n",
	 FAULT_COUNT},
	{"no such instance", DAILY, "20270203T093000Z", "20270203T140000Z", NULL, NULL, NULL,
	 FAULT_NOT_FOUND},
	{"as it stands", PLAN, NULL, "20270201T090000Z", NULL, NULL, NULL, FAULT_UNPROCESSABLE},
	{"ended before it begins", PLAN, NULL, "20270201T140000Z", "20270201T130000Z", NULL, NULL,
	 FAULT_UNPROCESSABLE},
	{"an hour instead of whole days", EVENT("DTSTART;VALUE=DATE:20270201\n" PEOPLE), NULL,
	 "20270202T120000Z", NULL, NULL, NULL, FAULT_UNPROCESSABLE},
	{"other days", EVENT("SUMMARY:S\nDTSTART;VALUE=DATE:20270201\n" PEOPLE), NULL, "20270203",
	 "20270205", NULL,
	 "BEGIN:VEVENT\nUID:1\nDTSTAMP:20270115T080000Z\nSEQUENCE:0\nSUMMARY:S\n"
	 "DTSTART;VALUE=DATE:20270203\nDTEND;VALUE=DATE:20270205\n" PEOPLE "END:VEVENT\n",
	 FAULT_COUNT},
	{"in the last days that can be written", PLAN, NULL, "99991231T235900Z", NULL, NULL, NULL,
	 FAULT_UNPROCESSABLE},
	{"the organizer takes none (MS-OXCICAL)",
	 EVENT("X-MICROSOFT-DISALLOW-COUNTER:TRUE\n" TIMES PEOPLE), NULL, "20270201T140000Z", NULL,
	 NULL, NULL, FAULT_CONFLICT},
};

static void test_make(void)
{
	arena = arena_create(64 << 20);
	for (size_t i = 0; i < ARRAY_LEN(makings); i++) {
		const struct making *m = &makings[i];
		const struct ical_object *o = object(m->name, m->stored), *made;
		const struct itip_counter c = {
			.instance = instant(m->instance),
			.form = text_from(m->start).len == 8 ? TIME_DATE : TIME_UTC,
			.start = instant(m->start),
			.end = instant(m->end),
			.has_end = m->end != NULL,
			.comment = text_from(m->comment),
			.now = ITIP_NOW,
		};
		const struct fault *f;
		struct text out;

		f = itip_counter_write(arena, o, &c, &out);
		if (!m->want) {
			CHECK_FAULT(m->name, f, m->code);
		} else if (CHECK_WELL(m->name, f) &&
			   (made = parsed(m->name, out, ICAL_FROM_MESSAGE))) {
			CHECK_WELL(m->name, itip_check_sent(arena, made));
			CHECK_TEXT(m->name, itip_listed(arena, out),
				   itip_listed(arena, itip_message(arena, "COUNTER", m->want)));
		}
	}
	arena_destroy(arena);
}

/* ---- declined, and settled ----------------------------------------------------------------- */

static void test_decline(void)
{
	const struct ical_object *o, *m, *made;
	struct text out;

	arena = arena_create(64 << 20);
	o = object("series", DAILY);
	m = counter("instance", EVENT("SEQUENCE:3\nRECURRENCE-ID;TZID=Europe/Berlin:"
				      "20270202T100000\n" LATER PEOPLE));
	out = itip_counter_decline(arena, o, m, TEXT("bo@x.y"), TEXT("No, sorry"), ITIP_NOW);
	made = parsed("declined", out, ICAL_FROM_MESSAGE);
	if (made && CHECK_WELL("what it needs (§3.2.8)", itip_check_sent(arena, made))) {
		CHECK_TRUE("which, why, to whom, of which revision",
			   text_find(out,
				     TEXT("RECURRENCE-ID;TZID=Europe/Berlin:20270202T100000\r\n")) >
					   0 &&
				   text_find(out, TEXT("COMMENT:No\\, sorry\r\n")) > 0 &&
				   text_find(out, TEXT("ATTENDEE:mailto:bo@x.y\r\n")) > 0 &&
				   text_find(out, TEXT("SEQUENCE:3\r\n")) > 0);
		CHECK_TRUE("the zone that it names", text_find(out, TEXT("BEGIN:VTIMEZONE")) > 0);
		CHECK_TRUE("and nobody else", text_find(out, TEXT("cy@x.y")) < 0);
	}
	arena_destroy(arena);
}

#define MOVED EVENT("SUMMARY:S\nSEQUENCE:1\n" LATER PEOPLE)

static const struct settling {
	const char *name, *was, *is, *instance;
	bool settled;
} settlings[] = {
	{"moved to that time or another (§3.2.7)", PLAN, MOVED, NULL, true},
	{"renamed", PLAN, EVENT("SUMMARY:T\nSEQUENCE:1\n" TIMES PEOPLE), NULL, false},
	{"answered by others", PLAN,
	 EVENT("SUMMARY:S\n" TIMES "ORGANIZER:mailto:al@x.y\nATTENDEE:mailto:bo@x.y\n"
	       "ATTENDEE;PARTSTAT=DECLINED:mailto:cy@x.y\n"),
	 NULL, false},
	{"the proposer is invited no more", PLAN,
	 EVENT("SUMMARY:S\n" TIMES "ORGANIZER:mailto:al@x.y\nATTENDEE:mailto:cy@x.y\n"), NULL,
	 true},
	{"the instance is moved", DAILY, DAILY SECOND, "20270202T090000Z", true},
	{"another instance is moved", DAILY, DAILY SECOND, "20270203T090000Z", false},
	{"the instance is left out", DAILY,
	 EVENT("SUMMARY:S\n" ZONED "RRULE:FREQ=DAILY;COUNT=5\nEXDATE:20270202T090000Z\n" PEOPLE),
	 "20270202T090000Z", true},
	{"the series is moved", DAILY,
	 EVENT("SUMMARY:S\nDTSTART;TZID=Europe/Berlin:20270201T150000\nDURATION:PT1H\n"
	       "RRULE:FREQ=DAILY;COUNT=5\n" PEOPLE),
	 "20270202T090000Z", true},
	{"the series goes on longer", DAILY,
	 EVENT("SUMMARY:S\n" ZONED "RRULE:FREQ=DAILY;COUNT=9\n" PEOPLE), "20270202T090000Z", false},
};

static void test_settled(void)
{
	arena = arena_create(64 << 20);
	for (size_t i = 0; i < ARRAY_LEN(settlings); i++) {
		const struct settling *s = &settlings[i];
		const struct ical_object *was = object(s->name, s->was);
		const struct ical_object *is = object(s->name, s->is);

		CHECK_INT(s->name,
			  itip_counter_is_settled(arena, itip_compare(arena, was, is), was, is,
						  instant(s->instance), TEXT("bo@x.y")),
			  s->settled);
	}
	arena_destroy(arena);
}

/* clang-format off */
UNIT_SUITE("itip-counter",
	   {"read (RFC 5546 §3.2.7)", test_read},
	   {"taken up (RFC 5546 §3.2.7)", test_take},
	   {"made (RFC 5546 §3.2.7)", test_make},
	   {"declined (RFC 5546 §3.2.8)", test_decline},
	   {"settled by what the organizer saves", test_settled})
