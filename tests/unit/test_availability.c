/*
 * test_availability - VAVAILABILITY as open and closed time (RFC 7953)
 *
 * A row is the inside of a VCALENDAR, a range, and its spans: "o" is open, "u" unavailable, "t"
 * tentative, "b" busy, and "." is what nothing is said about.
 */
#include "base/buf.h"
#include "base/secret.h"
#include "freebusy/availability.h"
#include "freebusy/timeline.h"
#include "hours_rows.h"
#include "ical/ical.h"
#include "pinned_zones.h"
#include "unit.h"

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"
#define V(inside)                                                                                  \
	"BEGIN:VAVAILABILITY\r\nUID:v\r\nDTSTAMP:20260101T000000Z\r\n" inside                      \
	"END:VAVAILABILITY\r\n"
#define A(inside)                                                                                  \
	"BEGIN:AVAILABLE\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\n" inside "END:AVAILABLE\r\n"
#define FROM_TO(zone, from, to) "DTSTART;TZID=" zone ":" from "\r\nDTEND;TZID=" zone ":" to "\r\n"
#define BERLIN(from, to)	FROM_TO("Europe/Berlin", from, to)
#define WEEKDAYS		"RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\n"
#define DAILY			"RRULE:FREQ=DAILY\r\n"
#define NINE_TO_FIVE		A(BERLIN("20260105T090000", "20260105T170000") WEEKDAYS)

struct row {
	const char *name, *data, *range, *want;
};

/* Monday 2027-01-18 is 0118; Berlin is an hour ahead in winter. */
static const struct row rows[] = {
	{"§3.1 nothing available", V(""), "0118T0000-0119T0000", "u0118T0000-0119T0000"},
	{"§3.1 AVAILABLE opens", V(NINE_TO_FIVE), "0118T0000-0119T0000",
	 "u0118T0000-0118T0800 o0118T0800-0118T1600 u0118T1600-0119T0000"},
	{"§3.1 not on other days", V(NINE_TO_FIVE), "0117T0000-0118T0000", "u0117T0000-0118T0000"},
	{"§3.1 bounded: nothing is said outside",
	 V("DTSTART:20270118T060000Z\r\nDTEND:20270118T120000Z\r\n" NINE_TO_FIVE),
	 "0118T0000-0119T0000",
	 ".0118T0000-0118T0600 u0118T0600-0118T0800 o0118T0800-0118T1200 .0118T1200-0119T0000"},
	{"§3.1 DURATION from a DTSTART", V("DTSTART:20270118T060000Z\r\nDURATION:PT6H\r\n"),
	 "0118T0000-0119T0000", ".0118T0000-0118T0600 u0118T0600-0118T1200 .0118T1200-0119T0000"},
	{"§3.1 bounded at one side", V("DTSTART:20270118T060000Z\r\n"), "0118T0000-0119T0000",
	 ".0118T0000-0118T0600 u0118T0600-0119T0000"},
	{"§3.1 AVAILABLE once", V(A("DTSTART:20270118T080000Z\r\nDURATION:PT1H\r\n")),
	 "0118T0000-0119T0000", "u0118T0000-0118T0800 o0118T0800-0118T0900 u0118T0900-0119T0000"},
	{"§3.1 EXDATE closes",
	 V(A(BERLIN("20260105T090000", "20260105T170000") WEEKDAYS
	     "EXDATE;TZID=Europe/Berlin:20270118T090000\r\n")),
	 "0118T0000-0119T0000", "u0118T0000-0119T0000"},
	{"§3.1 RDATE opens",
	 V(A(BERLIN("20260105T090000",
		    "20260105T170000") "RDATE;TZID=Europe/Berlin:20270118T090000\r\n")),
	 "0118T0000-0119T0000", "u0118T0000-0118T0800 o0118T0800-0118T1600 u0118T1600-0119T0000"},
	{"§3.1 RDATE with a period has its own length",
	 V(A(BERLIN("20260105T090000",
		    "20260105T170000") "RDATE;VALUE=PERIOD:20270118T080000Z/PT1H\r\n")),
	 "0118T0000-0119T0000", "u0118T0000-0118T0800 o0118T0800-0118T0900 u0118T0900-0119T0000"},
	{"§3.1 RECURRENCE-ID moves one",
	 V(NINE_TO_FIVE A(
		 BERLIN("20270118T120000",
			"20270118T130000") "RECURRENCE-ID;TZID=Europe/Berlin:20270118T090000\r\n")),
	 "0118T0000-0119T0000", "u0118T0000-0118T1100 o0118T1100-0118T1200 u0118T1200-0119T0000"},
	{"§3.2 BUSYTYPE=BUSY", V("BUSYTYPE:BUSY\r\n"), "0118T0000-0119T0000",
	 "b0118T0000-0119T0000"},
	{"§3.2 BUSYTYPE=BUSY-TENTATIVE", V("BUSYTYPE:BUSY-TENTATIVE\r\n"), "0118T0000-0119T0000",
	 "t0118T0000-0119T0000"},
	{"§3.2 an unknown BUSYTYPE", V("BUSYTYPE:X-ODD\r\n"), "0118T0000-0119T0000",
	 "u0118T0000-0119T0000"},
	{"C14 §4 the higher priority, unbounded, closes the afternoon",
	 V("PRIORITY:1\r\n" A(BERLIN("20260105T090000", "20260105T120000") WEEKDAYS))
		 V("PRIORITY:5\r\n" NINE_TO_FIVE),
	 "0118T0000-0119T0000", "u0118T0000-0118T0800 o0118T0800-0118T1100 u0118T1100-0119T0000"},
	{"C14 §4 the higher one bounded to the morning leaves the afternoon open",
	 V("PRIORITY:1\r\n" BERLIN("20270118T090000", "20270118T120000")
		   A(BERLIN("20260105T090000", "20260105T120000") WEEKDAYS))
		 V("PRIORITY:5\r\n" NINE_TO_FIVE),
	 "0118T0000-0119T0000", "u0118T0000-0118T0800 o0118T0800-0118T1600 u0118T1600-0119T0000"},
	{"§4 whichever stands first",
	 V("PRIORITY:5\r\n" NINE_TO_FIVE)
		 V("PRIORITY:1\r\n" A(BERLIN("20260105T090000", "20260105T120000") WEEKDAYS)),
	 "0118T0000-0119T0000", "u0118T0000-0118T0800 o0118T0800-0118T1100 u0118T1100-0119T0000"},
	{"§4 PRIORITY 0 is the lowest", V("PRIORITY:0\r\n") V("PRIORITY:9\r\n" NINE_TO_FIVE),
	 "0118T0000-0119T0000", "u0118T0000-0118T0800 o0118T0800-0118T1600 u0118T1600-0119T0000"},
	{"§4 an absence over the week",
	 V("PRIORITY:1\r\nBUSYTYPE:BUSY\r\n" BERLIN("20270118T120000", "20270118T130000"))
		 V(NINE_TO_FIVE),
	 "0118T0800-0118T1600", "o0118T0800-0118T1100 b0118T1100-0118T1200 o0118T1200-0118T1600"},
	{"§4 of one priority the more closed one holds",
	 V(NINE_TO_FIVE) V(A(BERLIN("20260105T090000", "20260105T120000") WEEKDAYS)),
	 "0118T0800-0118T1600", "o0118T0800-0118T1100 u0118T1100-0118T1600"},
	{"A3 Berlin, a gap inside", V(A(BERLIN("20260104T010000", "20260104T040000") DAILY)),
	 "0327T2300-0328T0400", "u0327T2300-0328T0000 o0328T0000-0328T0200 u0328T0200-0328T0400"},
	{"A4 Berlin, a fold inside", V(A(BERLIN("20260104T010000", "20260104T040000") DAILY)),
	 "1030T2200-1031T0400", "u1030T2200-1030T2300 o1030T2300-1031T0300 u1031T0300-1031T0400"},
	{"A5 begins in the gap", V(A(BERLIN("20260104T023000", "20260104T050000") DAILY)),
	 "0328T0000-0328T0400", "u0328T0000-0328T0130 o0328T0130-0328T0300 u0328T0300-0328T0400"},
	{"A6 lies in the gap", V(A(BERLIN("20260104T020000", "20260104T030000") DAILY)),
	 "0328T0000-0328T0400", "u0328T0000-0328T0400"},
	{"A7 ends at the first of two", V(A(BERLIN("20260104T010000", "20260104T023000") DAILY)),
	 "1030T2200-1031T0400", "u1030T2200-1030T2300 o1030T2300-1031T0030 u1031T0030-1031T0400"},
	{"A16 a date that does not exist opens no other",
	 V(A(FROM_TO("Pacific/Apia", "20111202T090000",
		     "20111202T100000") "RRULE:FREQ=WEEKLY;BYDAY=FR\r\n")),
	 "2011-1229T1000-2011-1231T1000", "u2011-1229T1000-2011-1231T1000"},
	{"B1 past midnight", V(A(BERLIN("20260105T210000", "20260106T020000") WEEKDAYS)),
	 "0118T1900-0119T0200", "u0118T1900-0118T2000 o0118T2000-0119T0100 u0119T0100-0119T0200"},
	{"B2 all day, each day, over a gap",
	 V(A(BERLIN("20260104T000000", "20260105T000000") DAILY)), "0325T0000-0401T0000",
	 "o0325T0000-0401T0000"},
	{"B2 and over a fold", V(A(BERLIN("20260104T000000", "20260105T000000") DAILY)),
	 "1028T0000-1104T0000", "o1028T0000-1104T0000"},
	{"a DURATION is exact",
	 V(A("DTSTART;TZID=Europe/Berlin:20260104T010000\r\n"
	     "DURATION:PT3H\r\n" DAILY)),
	 "0328T0000-0328T0400", "o0328T0000-0328T0300 u0328T0300-0328T0400"},
};

static void put_spans(struct buf *out, const struct availability_span *at, size_t count)
{
	static const char states[] = ".otub";

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_char(out, ' ');
		buf_put_char(out, states[at[i].state]);
		instant_put(out, at[i].start);
		buf_put_char(out, '-');
		instant_put(out, at[i].end);
	}
}

static struct text whole(struct arena *a, const char *inside)
{
	return text_from(arena_printf(a, HEAD "%sEND:VCALENDAR\r\n", inside));
}

static void check_row(const struct row *row)
{
	struct arena *a = arena_create(1 << 24);
	struct availability *v;
	struct availability_span *spans;
	size_t count;
	struct text range = text_from(row->range);
	/* Both sides are written alike. */
	int64_t from = instant_row(text_sub(range, 0, range.len / 2));
	int64_t to = instant_row(text_sub(range, range.len / 2 + 1, range.len));
	struct buf got;

	buf_init(&got, a, 256, 4096);
	if (CHECK_WELL(row->name, availability_read(a, whole(a, row->data), &v)) &&
	    CHECK_WELL(row->name, availability_spans(a, v, from, to, &spans, &count))) {
		put_spans(&got, spans, count);
		CHECK_TEXT(row->name, buf_text(&got), text_from(row->want));
	}
	arena_destroy(a);
}

static void says_when(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(&rows[i]);
}

static const struct {
	const char *name, *data;
	enum fault_code code;
} refused[] = {
	{"§7.2.4 no component", "", FAULT_BAD_OBJECT},
	{"§7.2.4 an event", "BEGIN:VEVENT\r\nUID:e\r\nEND:VEVENT\r\n", FAULT_BAD_OBJECT},
	{"§3.1 no UID", "BEGIN:VAVAILABILITY\r\nEND:VAVAILABILITY\r\n", FAULT_BAD_OBJECT},
	{"§3.1 a DTEND before DTSTART", V("DTSTART:20270118T060000Z\r\nDTEND:20270118T050000Z\r\n"),
	 FAULT_BAD_OBJECT},
	{"§3.1 DTEND and DURATION",
	 V("DTSTART:20270118T060000Z\r\nDTEND:20270118T070000Z\r\nDURATION:PT1H\r\n"),
	 FAULT_BAD_OBJECT},
	{"§3.1 DURATION without DTSTART", V("DURATION:PT1H\r\n"), FAULT_BAD_OBJECT},
	{"§3.1 a floating time", V("DTSTART:20270118T060000\r\n"), FAULT_BAD_OBJECT},
	{"§3.1 a date", V(A("DTSTART;VALUE=DATE:20270118\r\n")), FAULT_BAD_OBJECT},
	{"§3.1 an unknown zone", V(A("DTSTART;TZID=Nowhere:20270118T060000\r\n")),
	 FAULT_BAD_OBJECT},
	{"§3.1 AVAILABLE without DTSTART", V(A("")), FAULT_BAD_OBJECT},
	{"§3.1 an unreadable rule", V(A("DTSTART:20270118T060000Z\r\nRRULE:FREQ=ODD\r\n")),
	 FAULT_BAD_DATA},
	{"an endless rule of seconds",
	 V(A("DTSTART:20270118T060000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY\r\n")),
	 FAULT_TOO_MANY_INSTANCES},
	{"PRIORITY of a word", V("PRIORITY:high\r\n"), FAULT_BAD_DATA},
	{"a component that does not end", "BEGIN:VAVAILABILITY\r\n", FAULT_BAD_DATA},
};

static void is_refused(void)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct arena *a = arena_create(1 << 24);
		struct availability *v;

		CHECK_FAULT(refused[i].name, availability_read(a, whole(a, refused[i].data), &v),
			    refused[i].code);
		arena_destroy(a);
	}
}

/* §5: what is closed is busy, by its type; what is open or not told is not. */
static void adds_busy_time(void)
{
	struct arena *a = arena_create(1 << 24);
	struct availability *v;
	size_t one, count;
	struct busy_period *range = busy_row(a, "0118T0000-0119T0000", &one);
	struct timeline *t = timeline_create(a, range->start, range->end);
	const struct busy_period *got;
	struct text data =
		whole(a, V("BUSYTYPE:BUSY-TENTATIVE\r\nDTSTART:20270118T060000Z\r\n" NINE_TO_FIVE));

	CHECK_WELL("read", availability_read(a, data, &v));
	CHECK_WELL("add", availability_add(a, v, range->start, range->end, t));
	got = timeline_periods(t, &count);
	if (CHECK_INT("before and after", (int64_t)count, 2)) {
		CHECK_INT("type", got[0].type, BUSY_TENTATIVE);
		CHECK_INT("start", got[0].start - range->start, 6 * 3600);
		CHECK_INT("end", got[0].end - range->start, 8 * 3600);
		CHECK_INT("start", got[1].start - range->start, 16 * 3600);
	}
	arena_destroy(a);
}

/* The budget of one question ends, and what is left counts as closed (case C12). */
static void is_bounded(void)
{
	struct arena *a = arena_create(1 << 27);
	struct buf data;
	struct availability *v;
	struct availability_span *spans;
	size_t count;

	buf_init(&data, a, 4096, AVAILABILITY_BYTES_MAX);
	buf_put_lit(&data, HEAD "BEGIN:VAVAILABILITY\r\nUID:v\r\n");
	for (int i = 0; i < AVAILABILITY_PARTS_MAX; i++)
		buf_printf(
			&data,
			"BEGIN:AVAILABLE\r\nUID:%d\r\nDTSTART:20000101T000000Z\r\nDURATION:PT1S\r\n"
			"RRULE:FREQ=HOURLY;BYMINUTE=%d;BYSECOND=1,3,5,7,9\r\nEND:AVAILABLE\r\n",
			i, i % 60);
	buf_put_lit(&data, "END:VAVAILABILITY\r\nEND:VCALENDAR\r\n");
	if (CHECK_WELL("read", availability_read(a, buf_text(&data), &v)) &&
	    CHECK_WELL("ask for ten years",
		       availability_spans(a, v, 1800000000, 2100000000, &spans, &count)))
		CHECK_INT("the end is closed", spans[count - 1].state, AVAILABILITY_UNAVAILABLE);
	arena_destroy(a);
}

/* ---- weekly hours ---------------------------------------------------------------------------- */

static const struct {
	const char *name, *data;
	bool readable;
} weeks[] = {
	{"weekdays", V(NINE_TO_FIVE), true},
	{"every day", V(A(BERLIN("20260105T090000", "20260105T170000") DAILY)), true},
	{"nothing at all", V(""), true},
	{"begun on a day of its own this week",
	 V(A(BERLIN("20270120T090000", "20270120T170000") "RRULE:FREQ=WEEKLY\r\n")), true},
	{"begins later", V(A(BERLIN("20270125T090000", "20270125T170000") WEEKDAYS)), false},
	{"two components", V(NINE_TO_FIVE) V("PRIORITY:1\r\n"), false},
	{"bounded", V("DTEND:20280101T000000Z\r\n" NINE_TO_FIVE), false},
	{"another zone",
	 V(A(FROM_TO("America/New_York", "20260105T090000", "20260105T170000") WEEKDAYS)), false},
	{"in UTC", V(A("DTSTART:20260105T090000Z\r\nDTEND:20260105T170000Z\r\n" WEEKDAYS)), false},
	{"every other week",
	 V(A(BERLIN("20260105T090000", "20260105T170000") "RRULE:FREQ=WEEKLY;INTERVAL=2\r\n")),
	 false},
	{"with an end",
	 V(A(BERLIN("20260105T090000", "20260105T170000") "RRULE:FREQ=WEEKLY;COUNT=500\r\n")),
	 false},
	{"with an exception",
	 V(A(BERLIN("20260105T090000", "20260105T170000") WEEKDAYS
	     "EXDATE;TZID=Europe/Berlin:20270118T090000\r\n")),
	 false},
	{"once", V(A(BERLIN("20270119T090000", "20270119T170000"))), false},
	{"each first Monday",
	 V(A(BERLIN("20260105T090000", "20260105T170000") "RRULE:FREQ=MONTHLY;BYDAY=1MO\r\n")),
	 false},
};

static void is_weekly_or_not(void)
{
	for (size_t i = 0; i < ARRAY_LEN(weeks); i++) {
		struct arena *a = arena_create(1 << 24);
		struct availability *v;
		struct hours h = {0};
		int64_t monday = instant_row(TEXT("0118T1200"));

		if (CHECK_WELL(weeks[i].name, availability_read(a, whole(a, weeks[i].data), &v)))
			CHECK_INT(weeks[i].name,
				  availability_weekly(a, v, zone_find(TEXT("Europe/Berlin")),
						      monday, &h),
				  weeks[i].readable);
		arena_destroy(a);
	}
}

static const char *const written[] = {
	"mon 09:00-17:00, tue 09:00-17:00, fri 09:00-12:00, fri 13:00-17:00",
	EVERY("00:00-24:00"),
	"sun 21:00-02:00",
	"sat 10:00-10:15",
};

/* What is written says the same when it is read, as weekly hours and as spans. */
static void is_read_back(void)
{
	for (size_t i = 0; i < ARRAY_LEN(written); i++) {
		struct arena *a = arena_create(1 << 24);
		struct availability *v;
		struct hours h, back = {0};
		struct buf out;
		int64_t at = instant_row(TEXT("0118T1200"));

		hours_row(a, "America/New_York", written[i], "", &h);
		buf_init(&out, a, 1024, AVAILABILITY_BYTES_MAX);
		availability_write(&out, &h, TEXT("hours"), at);
		CHECK_WELL(written[i], availability_read(a, buf_text(&out), &v));
		CHECK_TRUE(written[i], availability_weekly(a, v, h.zone, at, &back));
		for (int d = 0; d < 7; d++) {
			CHECK_INT(written[i], (int64_t)back.weekly_count[d],
				  (int64_t)h.weekly_count[d]);
			for (size_t k = 0; k < h.weekly_count[d]; k++) {
				CHECK_INT(written[i], back.weekly[d][k].start_min,
					  h.weekly[d][k].start_min);
				CHECK_INT(written[i], back.weekly[d][k].end_min,
					  h.weekly[d][k].end_min);
			}
		}
		arena_destroy(a);
	}
}

static void prepare_then_says_when(void)
{
	struct arena *a = arena_create(4096);

	CHECK_WELL("libsodium", secret_init(a));
	arena_destroy(a);
	ical_init();
	pinned_zones_use();
	says_when();
}

UNIT_SUITE("availability", {"says when", prepare_then_says_when}, {"is refused", is_refused},
	   {"adds busy time", adds_busy_time}, {"is bounded", is_bounded},
	   {"is weekly or not", is_weekly_or_not}, {"is read back", is_read_back})
