/*
 * test_vfreebusy - a timeline as iCalendar, to the byte
 */
#include "base/buf.h"
#include "freebusy/vfreebusy.h"
#include "ical/object.h"
#include "unit.h"

#define HEAD  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fasti//Fasti 1.0//EN\r\n"
#define TIMES "DTSTAMP:20270101T000000Z\r\nDTSTART:20270118T000000Z\r\nDTEND:20270215T000000Z\r\n"
#define TAIL  "END:VFREEBUSY\r\nEND:VCALENDAR\r\n"

enum {
	STAMP = 1798761600, /* 2027-01-01T00:00:00Z */
	START = 1800230400, /* 2027-01-18T00:00:00Z */
	END = START + 28 * 24 * 60 * 60,
	HOUR = 3600,
};

static struct text write_out(struct arena *a, const struct vfreebusy *v)
{
	struct buf b;

	buf_init(&b, a, 256, 1 << 20);
	vfreebusy_write(&b, v);
	return buf_text(&b);
}

static void test_exact(void)
{
	static const struct busy_period joined[] = {
		{START + 9 * HOUR, START + 10 * HOUR + 30 * 60, BUSY_BUSY},
		{START + 10 * HOUR, START + 11 * HOUR, BUSY_TENTATIVE},
		{START + 23 * HOUR, START + 25 * HOUR + 1, BUSY_BUSY},
		{START + 48 * HOUR, END, BUSY_UNAVAILABLE},
	};
	static const struct {
		const char *name;
		struct vfreebusy v;
		const char *want;
	} rows[] = {
		{"RFC 4791 §7.10: nothing busy",
		 {.start = START, .end = END, .stamp = STAMP},
		 HEAD "BEGIN:VFREEBUSY\r\n" TIMES TAIL},
		{"RFC 5545 §3.2.9: a line for each period with its FBTYPE",
		 {.start = START, .end = END, .stamp = STAMP, .periods = joined, .count = 4},
		 HEAD
		 "BEGIN:VFREEBUSY\r\n" TIMES
		 "FREEBUSY;FBTYPE=BUSY:20270118T090000Z/20270118T103000Z\r\n"
		 "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270118T100000Z/20270118T110000Z\r\n"
		 "FREEBUSY;FBTYPE=BUSY:20270118T230000Z/20270119T010001Z\r\n"
		 "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20270120T000000Z/20270215T000000Z\r\n" TAIL},
		{"RFC 5545 §3.6.4: who, to whom, and which",
		 {.start = START,
		  .end = END,
		  .stamp = STAMP,
		  .uid = TEXT_INIT("fb-1"),
		  .method = TEXT_INIT("REPLY"),
		  .organizer = TEXT_INIT("mailto:alice@example.org"),
		  .attendee = TEXT_INIT("mailto:bob@example.org")},
		 HEAD "METHOD:REPLY\r\nBEGIN:VFREEBUSY\r\nUID:fb-1\r\n" TIMES
		      "ORGANIZER:mailto:alice@example.org\r\n"
		      "ATTENDEE:mailto:bob@example.org\r\n" TAIL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(1 << 20);

		CHECK_TEXT(rows[i].name, write_out(a, &rows[i].v), text_from(rows[i].want));
		arena_destroy(a);
	}
}

/* Dates change from one period to the next and back to years of other lengths. */
static void test_dates(void)
{
	static const struct busy_period far[] = {
		{-1, 0, BUSY_BUSY},
		{0, 1, BUSY_BUSY},
		{INT64_C(253402300799), INT64_C(253402300800) - 1, BUSY_BUSY},
		{951782400, 951868800, BUSY_BUSY},
	};
	struct vfreebusy v = {.start = START, .end = END, .stamp = STAMP, .periods = far};
	struct arena *a = arena_create(1 << 20);
	struct text got;

	v.count = 2;
	got = write_out(a, &v);
	CHECK_TRUE("around the epoch",
		   text_find(got, TEXT("BUSY:19691231T235959Z/19700101T000000Z\r\n"
				       "FREEBUSY;FBTYPE=BUSY:19700101T000000Z/19700101T000001Z"
				       "\r\n")) > 0);
	v.periods = far + 2;
	got = write_out(a, &v);
	CHECK_TRUE("the last second there is", text_find(got, TEXT("99991231T235959Z")) > 0);
	CHECK_TRUE("a leap day", text_find(got, TEXT("20000229T000000Z/20000301T000000Z")) > 0);
	arena_destroy(a);
}

static size_t longest_line(struct text t)
{
	size_t longest = 0, len = 0;

	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] == '\n' && i > 0 && t.at[i - 1] == '\r') {
			longest = len - 1 > longest ? len - 1 : longest;
			len = 0;
		} else {
			len++;
		}
	}
	return len ? SIZE_MAX : longest;
}

static void test_folding(void)
{
	static const struct busy_period unavailable = {START, END, BUSY_UNAVAILABLE};
	struct vfreebusy v = {
		.start = START, .end = END, .stamp = STAMP, .periods = &unavailable, .count = 1};
	struct arena *a = arena_create(1 << 20);
	char *name = arena_alloc(a, 400);
	struct ical_object *o;
	struct text got;

	memcpy(name, "mailto:", 7);
	for (size_t i = 7; i < 300; i += 2)
		memcpy(name + i, "\xc3\xa4", 2); /* two bytes a character */
	v.attendee = text_of(name, 301);
	v.uid = TEXT("fold");
	got = write_out(a, &v);
	CHECK_TRUE("RFC 5545 §3.1: no line is longer than 75 octets", longest_line(got) <= 75);
	CHECK_TRUE("RFC 5545 §3.1: and none cuts a character",
		   text_is_utf8(got) && text_find(got, TEXT("\xc3\r\n")) < 0);
	CHECK_WELL("can be read", ical_object_parse(a, got, ICAL_FROM_IMPORT, &o));
	CHECK_INT("the period", (int64_t)o->items[0].period_count, 1);
	CHECK_TEXT("its type", o->items[0].periods[0].fbtype, TEXT("BUSY-UNAVAILABLE"));
	arena_destroy(a);
}

/* What comes from outside cannot add a line of its own. */
static void test_injection(void)
{
	struct vfreebusy v = {
		.start = START,
		.end = END,
		.stamp = STAMP,
		.uid = TEXT("a\r\nX-EVIL:1"),
		.organizer = TEXT("mailto:a@example.org\nX-EVIL:2"),
	};
	struct arena *a = arena_create(1 << 20);
	struct text got = write_out(a, &v);

	CHECK_TRUE("no line of its own", text_find(got, TEXT("\nX-EVIL")) < 0);
	CHECK_TRUE("but the value", text_find(got, TEXT("UID:aX-EVIL:1\r\n")) > 0);
	arena_destroy(a);
}

/* A ceiling cuts the answer; it never lets the buffer run over. */
static void test_ceiling(void)
{
	enum { MANY = 1000 };
	static struct busy_period many[MANY];
	struct vfreebusy v = {
		.start = START, .end = END, .stamp = STAMP, .periods = many, .count = MANY};
	struct arena *a = arena_create(1 << 20);
	struct buf b;

	for (int i = 0; i < MANY; i++)
		many[i] = (struct busy_period){START + i * 60, START + i * 60 + 30, BUSY_BUSY};
	buf_init(&b, a, 64, 4096);
	vfreebusy_write(&b, &v);
	CHECK_TRUE("says so", b.overflow);
	CHECK_TRUE("within it", buf_text(&b).len <= 4096);
	arena_destroy(a);
}

UNIT_SUITE("vfreebusy", {"exact text", test_exact}, {"dates", test_dates},
	   {"folding", test_folding}, {"line ends in values", test_injection},
	   {"a ceiling", test_ceiling})
