/*
 * test_attach - ATTACH lines are put in, replaced and taken out (RFC 8607 §3.3 to §3.6)
 *
 * What is compared are whole objects: every other byte stays.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "ical/attach.h"
#include "ical/ical.h"
#include "unit.h"

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n"
#define FOOT "END:VCALENDAR\r\n"
#define LINE "ATTACH;MANAGED-ID=new;FMTTYPE=text/plain;SIZE=3;FILENAME=a.txt:http://x/a\r\n"
#define OLD  "ATTACH;MANAGED-ID=old;SIZE=1:http://x/old\r\n"
#define URI  "ATTACH:http://elsewhere/old\r\n"

#define EVENT(more)                                                                                \
	"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20270104T090000Z\r\n" more   \
	"END:VEVENT\r\n"
#define DAILY(more)                                                                                \
	"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20270104T090000Z\r\n"        \
	"DTEND:20270104T100000Z\r\nRRULE:FREQ=DAILY;COUNT=5\r\nEXDATE:20270106T090000Z\r\n" more   \
	"END:VEVENT\r\n"
#define OVERRIDE(day, more)                                                                        \
	"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:" day "T090000Z\r\n"   \
	"DTSTART:" day "T120000Z\r\n" more "END:VEVENT\r\n"
/* What the server makes of an instance of DAILY. */
#define MADE(day, more)                                                                            \
	"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:" day "T090000Z\r\n"   \
	"DTSTART:" day "T090000Z\r\nDTEND:" day "T100000Z\r\n" more "END:VEVENT\r\n"
#define ZONED(more)                                                                                \
	"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"                                    \
	"DTSTART;TZID=UTC:20270104T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\n" more          \
	"END:VEVENT\r\n"
#define ALLDAY                                                                                     \
	"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20270104\r\n"     \
	"DTEND;VALUE=DATE:20270106\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n"
#define ALARM "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"

static struct arena *arena;

static const struct fault *attach(enum ical_attach_action action, const char *object,
				  const char *rid, struct text *out)
{
	struct text rest = text_from(rid), list[ATTACH_INSTANCES_MAX + 1];
	struct ical_attach x = {
		.action = action,
		.managed_id = action == ATTACH_ADD ? TEXT_NONE : TEXT("old"),
		.line = {.managed_id = TEXT("new"),
			 .media_type = TEXT("text/plain"),
			 .file_name = TEXT("a.txt"),
			 .size_bytes = 3,
			 .url = TEXT("http://x/a")},
		.instances = list,
	};
	struct ical_object *o;
	const struct fault *f = ical_object_parse(arena, text_from(object), ICAL_FROM_CLIENT, &o);

	while (rid && x.instance_count <= ATTACH_INSTANCES_MAX &&
	       text_next(&rest, ',', &list[x.instance_count]))
		x.instance_count++;
	return f ? f : ical_attach(arena, o, &x, out);
}

struct row {
	const char *name;
	enum ical_attach_action action;
	const char *object, *rid, *want;
};

static const struct row rows[] = {
	{"§3.4: before END", ATTACH_ADD, HEAD EVENT("X-A:1\n") FOOT, NULL,
	 HEAD EVENT("X-A:1\n" LINE) FOOT},
	{"§3.4: properties come before alarms", ATTACH_ADD, HEAD EVENT(ALARM) FOOT, NULL,
	 HEAD EVENT(LINE ALARM) FOOT},
	{"§3.4: without rid, all components", ATTACH_ADD,
	 HEAD DAILY("") OVERRIDE("20270105", "") FOOT, NULL,
	 HEAD DAILY(LINE) OVERRIDE("20270105", LINE) FOOT},
	{"§3.3.2: M is the one without RECURRENCE-ID", ATTACH_ADD,
	 HEAD DAILY("") OVERRIDE("20270105", "") FOOT, "M",
	 HEAD DAILY(LINE) OVERRIDE("20270105", "") FOOT},
	{"§3.3.2: M of what does not recur", ATTACH_ADD, HEAD EVENT("") FOOT, "M",
	 HEAD EVENT(LINE) FOOT},
	{"§3.3.2: an override that is there", ATTACH_ADD,
	 HEAD DAILY("") OVERRIDE("20270105", "") FOOT, "20270105T090000Z",
	 HEAD DAILY("") OVERRIDE("20270105", LINE) FOOT},
	{"§3.4: an override is made", ATTACH_ADD, HEAD DAILY("SUMMARY:S\r\n" ALARM) FOOT,
	 "20270107T090000Z",
	 HEAD DAILY("SUMMARY:S\r\n" ALARM) MADE("20270107", "SUMMARY:S\r\n" LINE ALARM) FOOT},
	{"§3.3.2: several", ATTACH_ADD, HEAD DAILY("") OVERRIDE("20270105", "") FOOT,
	 "M,20270105T090000Z,20270107T090000Z",
	 HEAD DAILY(LINE) OVERRIDE("20270105", LINE) MADE("20270107", LINE) FOOT},
	{"the first instance can be one, too", ATTACH_ADD, HEAD DAILY("") FOOT, "20270104T090000Z",
	 HEAD DAILY("") MADE("20270104", LINE) FOOT},
	{"in local time, as DTSTART has it", ATTACH_ADD, HEAD ZONED("") FOOT, "20270111T090000",
	 HEAD ZONED("") "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
			"RECURRENCE-ID;TZID=UTC:20270111T090000\r\nDTSTART;TZID=UTC:"
			"20270111T090000\r\n"
			"DURATION:PT1H\r\n" LINE "END:VEVENT\r\n" FOOT},
	{"the same in UTC", ATTACH_ADD, HEAD ZONED("") FOOT, "20270111T090000Z",
	 HEAD ZONED("") "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
			"RECURRENCE-ID;TZID=UTC:20270111T090000\r\nDTSTART;TZID=UTC:"
			"20270111T090000\r\n"
			"DURATION:PT1H\r\n" LINE "END:VEVENT\r\n" FOOT},
	{"a day", ATTACH_ADD, HEAD ALLDAY FOOT, "20270118",
	 HEAD ALLDAY "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
		     "RECURRENCE-ID;VALUE=DATE:20270118\r\nDTSTART;VALUE=DATE:20270118\r\n"
		     "DTEND;VALUE=DATE:20270120\r\n" LINE "END:VEVENT\r\n" FOOT},
	{"§3.5: replaced wherever it stands", ATTACH_UPDATE,
	 HEAD DAILY(URI OLD "X-A:1\r\n") OVERRIDE("20270105", OLD) FOOT, NULL,
	 HEAD DAILY(URI LINE "X-A:1\r\n") OVERRIDE("20270105", LINE) FOOT},
	{"§3.5: though its line is folded", ATTACH_UPDATE,
	 HEAD EVENT("ATT\r\n ACH;MANA\r\n GED-ID=\"old\":http://x\r\n") FOOT, NULL,
	 HEAD EVENT(LINE) FOOT},
	{"§3.6: taken out wherever it stands", ATTACH_REMOVE,
	 HEAD DAILY(URI OLD) OVERRIDE("20270105", OLD) FOOT, NULL,
	 HEAD DAILY(URI) OVERRIDE("20270105", "") FOOT},
	{"§3.6: of one instance", ATTACH_REMOVE, HEAD DAILY(OLD) OVERRIDE("20270105", OLD) FOOT,
	 "20270105T090000Z", HEAD DAILY(OLD) OVERRIDE("20270105", "") FOOT},
	{"§3.6: of one without a component", ATTACH_REMOVE, HEAD DAILY(OLD) FOOT,
	 "20270107T090000Z", HEAD DAILY(OLD) MADE("20270107", "") FOOT},
};

static void test_rows(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text got = TEXT("");

		CHECK_WELL(rows[i].name, attach(rows[i].action, rows[i].object, rows[i].rid, &got));
		CHECK_TEXT(rows[i].name, got, text_from(rows[i].want));
	}
}

static const struct {
	const char *name;
	enum ical_attach_action action;
	const char *object, *rid;
	enum fault_code want;
} refused[] = {
	{"§3.3.2: excluded", ATTACH_ADD, HEAD DAILY("") FOOT, "20270106T090000Z",
	 FAULT_BAD_INSTANCE},
	{"§3.3.2: past the last", ATTACH_ADD, HEAD DAILY("") FOOT, "20270109T090000Z",
	 FAULT_BAD_INSTANCE},
	{"§3.3.2: at another time", ATTACH_ADD, HEAD DAILY("") FOOT, "20270105T093000Z",
	 FAULT_BAD_INSTANCE},
	{"§3.3.2: of another form", ATTACH_ADD, HEAD DAILY("") FOOT, "20270105",
	 FAULT_BAD_INSTANCE},
	{"§3.3.2: no time at all", ATTACH_ADD, HEAD DAILY("") FOOT, "m", FAULT_BAD_INSTANCE},
	{"§3.3.2: nothing", ATTACH_ADD, HEAD DAILY("") FOOT, "", FAULT_BAD_INSTANCE},
	{"§3.3.2: twice", ATTACH_ADD, HEAD DAILY("") FOOT, "M,M", FAULT_BAD_INSTANCE},
	{"§3.3.2: one good, one bad", ATTACH_ADD, HEAD DAILY("") FOOT, "M,20270106T090000Z",
	 FAULT_BAD_INSTANCE},
	{"§3.3.2: M where there is no master", ATTACH_ADD, HEAD OVERRIDE("20270105", "") FOOT, "M",
	 FAULT_BAD_INSTANCE},
	{"§3.3.2: an instance where there is no master", ATTACH_ADD,
	 HEAD OVERRIDE("20270105", "") FOOT, "20270106T090000Z", FAULT_BAD_INSTANCE},
	{"§3.5: of all instances or none", ATTACH_UPDATE, HEAD DAILY(OLD) FOOT, "M",
	 FAULT_BAD_INSTANCE},
	{"§3.5: no such id", ATTACH_UPDATE, HEAD EVENT(URI) FOOT, NULL, FAULT_BAD_MANAGED_ID},
	{"§3.6: no such id", ATTACH_REMOVE, HEAD EVENT("") FOOT, NULL, FAULT_BAD_MANAGED_ID},
	{"§3.6: not in this instance", ATTACH_REMOVE, HEAD DAILY(OLD) OVERRIDE("20270105", "") FOOT,
	 "20270105T090000Z", FAULT_BAD_MANAGED_ID},
	{"one in an alarm is not the event's", ATTACH_REMOVE,
	 HEAD EVENT("BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT5M\r\n" OLD "END:VALARM\r\n") FOOT,
	 NULL, FAULT_BAD_MANAGED_ID},
	{"RFC 5545 §3.6.4: a VFREEBUSY has none", ATTACH_ADD,
	 HEAD "BEGIN:VFREEBUSY\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
	      "DTSTART:20270104T000000Z\r\nDTEND:20270105T000000Z\r\nEND:VFREEBUSY\r\n" FOOT,
	 NULL, FAULT_BAD_OBJECT},
};

static void test_refused(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct text got = TEXT("");

		CHECK_FAULT(refused[i].name,
			    attach(refused[i].action, refused[i].object, refused[i].rid, &got),
			    refused[i].want);
	}
}

/* An event with that many attachments of which the last is there twice. */
static const char *with_many(int count)
{
	struct buf b;

	buf_init(&b, arena, 1024, 1 << 20);
	buf_put_lit(&b, HEAD "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
			     "DTSTART:20270104T090000Z\r\n");
	for (int i = 0; i <= count; i++)
		buf_printf(&b, "ATTACH;MANAGED-ID=%d:http://x\r\n", i < count ? i : count - 1);
	buf_put_lit(&b, "END:VEVENT\r\n" FOOT);
	return b.at;
}

static void test_limits(void)
{
	struct text got, many[ATTACH_INSTANCES_MAX + 1];
	struct ical_object *o;
	struct ical_attach x = {.instances = many, .instance_count = ARRAY_LEN(many)};

	CHECK_WELL("one more", attach(ATTACH_ADD, with_many(ICAL_MAX_ATTACHMENTS - 1), NULL, &got));
	CHECK_FAULT("one too many", attach(ATTACH_ADD, with_many(ICAL_MAX_ATTACHMENTS), NULL, &got),
		    FAULT_TOO_MANY_ATTACHMENTS);
	CHECK_FAULT("too many to be stored",
		    ical_object_parse(arena, text_from(with_many(ICAL_MAX_ATTACHMENTS + 1)),
				      ICAL_FROM_CLIENT, &o),
		    FAULT_TOO_MANY_ATTACHMENTS);
	CHECK_WELL("an event",
		   ical_object_parse(arena, TEXT(HEAD DAILY("") FOOT), ICAL_FROM_CLIENT, &o));
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = text_from(arena_printf(arena, "%zu", i));
	CHECK_FAULT("too many instances", ical_attach(arena, o, &x, &got), FAULT_BAD_INSTANCE);
}

/* RFC 8607 §4: values that need quotes or escapes (RFC 6868), and what may be left out. */
static void test_line(void)
{
	struct ical_object *o;
	struct ical_attach x = {.line = {.managed_id = TEXT("a;b"),
					 .file_name = TEXT("\"K\xC3\xB6ln\": 1"),
					 .url = TEXT("http://x")}};
	struct text got;

	CHECK_WELL("an event",
		   ical_object_parse(arena, TEXT(HEAD EVENT("") FOOT), ICAL_FROM_CLIENT, &o));
	CHECK_WELL("attached", ical_attach(arena, o, &x, &got));
	CHECK_TEXT("its line", got,
		   TEXT(HEAD EVENT("ATTACH;MANAGED-ID=\"a;b\";SIZE=0;"
				   "FILENAME=\"^'K\xC3\xB6ln^': 1\":http://x\r\n") FOOT));
	CHECK_WELL("read again", ical_object_parse(arena, got, ICAL_FROM_CLIENT, &o));
	CHECK_INT("known", (int64_t)o->managed_count, 1);
	CHECK_TEXT("by its id", o->managed[0], TEXT("a;b"));
}

static void with_arena(void (*run)(void))
{
	ical_init();
	arena = arena_create(1 << 26);
	run();
	arena_destroy(arena);
}

#define CASE(fn)                                                                                   \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		with_arena(fn);                                                                    \
	}
CASE(test_rows)
CASE(test_refused)
CASE(test_limits)
CASE(test_line)

UNIT_SUITE("attach", {"RFC 8607 §3: lines and instances", run_test_rows},
	   {"RFC 8607 §3.11: what is refused", run_test_refused},
	   {"RFC 8607 §6.3: limits", run_test_limits}, {"RFC 8607 §4: the line", run_test_line})
