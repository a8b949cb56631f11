/* mail: a winmail.dat about a meeting, and what it would have been as a calendar */
#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"
#include "ical/time.h"
#include "mail/read.h"
#include "unit.h"

static struct arena *arena;

static void begin(void)
{
	arena = arena_create(1 << 26);
}

static void end(void)
{
	arena_destroy(arena);
}

/* ---- making one (MS-OXTNEF §2.1.3) -------------------------------------------------------- */

static void put_number(struct buf *b, uint64_t n, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++, n >>= 8)
		buf_put_char(b, (char)(n & 0xFF));
}

static void put_attribute(struct buf *b, uint32_t id, struct text value)
{
	put_number(b, 1, 1);
	put_number(b, id, 4);
	put_number(b, value.len, 4);
	buf_put_text(b, value);
	put_number(b, 0, 2);
}

enum { TAGGED, APPOINTMENT, MEETING };

/* The properties of one message under way. */
struct props {
	struct buf b;
	uint32_t count;
};

static void put_name(struct props *p, uint16_t type, int set, uint32_t id)
{
	static const char guids[][17] = {
		"",
		"\x02\x20\x06\0\0\0\0\0\xC0\0\0\0\0\0\0\x46",
		"\x90\xDA\xD8\x6E\x0B\x45\x1B\x10\x98\xDA\0\xAA\0\x3F\x13\x05",
	};

	p->count++;
	put_number(&p->b, type, 2);
	put_number(&p->b, set == TAGGED ? id : 0x8000 + p->count, 2);
	if (set == TAGGED)
		return;
	buf_put(&p->b, guids[set], 16);
	put_number(&p->b, 0, 4);
	put_number(&p->b, id, 4);
}

static void put_counted(struct props *p, struct text value)
{
	put_number(&p->b, 1, 4);
	put_number(&p->b, value.len, 4);
	buf_put_text(&p->b, value);
	put_number(&p->b, 0, (4 - value.len % 4) % 4);
}

static void put_unicode(struct props *p, int set, uint32_t id, const char *ascii)
{
	struct buf wide;

	buf_init(&wide, arena, 0, 1 << 12);
	for (size_t i = 0; i <= strlen(ascii); i++)
		put_number(&wide, (unsigned char)ascii[i], 2);
	put_name(p, 0x001F, set, id);
	put_counted(p, buf_text(&wide));
}

static void put_time(struct props *p, int set, uint32_t id, const char *value)
{
	int64_t utc = 0;
	enum time_form form;

	CHECK_TRUE(value, time_parse(text_from(value), &utc, &form));
	put_name(p, 0x0040, set, id);
	put_number(&p->b, (uint64_t)(utc + INT64_C(11644473600)) * 10000000, 8);
}

static void put_true(struct props *p, int set, uint32_t id)
{
	put_name(p, 0x000B, set, id);
	put_number(&p->b, 1, 4);
}

#define CLASS_ID "040000008200e00074c5b7101a82e008"
#define REST_ID                                                                                    \
	"0000000000000000"                                                                         \
	"0000000000000000"                                                                         \
	"04000000"                                                                                 \
	"01020304"

static void put_id(struct props *p, const char *hex)
{
	char *id = arena_alloc(arena, strlen(hex));

	CHECK_TRUE(hex, codec_hex_decode(text_from(hex), id, strlen(hex) / 2));
	put_name(p, 0x0102, MEETING, 0x0003);
	put_counted(p, text_of(id, strlen(hex) / 2));
}

static struct text finish(struct props *p)
{
	struct buf b, all;

	buf_init(&all, arena, 0, 1 << 16);
	put_number(&all, p->count, 4);
	buf_put_text(&all, buf_text(&p->b));
	buf_init(&b, arena, 0, 1 << 16);
	put_number(&b, 0x223E9F78, 4);
	put_number(&b, 1, 2);
	put_attribute(&b, 0x00069007, text_of("\xE4\x04\0\0\0\0\0\0", 8));
	put_attribute(&b, 0x00069003, buf_text(&all));
	return buf_text(&b);
}

/* ---- what comes of it --------------------------------------------------------------------- */

struct sample {
	const char *name, *class, *id;
	const char *start, *end, *proposed; /* NULL: none */
	bool all_day, recurring;
	const char *replaces;
	const char *want; /* lines of the calendar, between SUMMARY and the rest; NULL: none */
	const char *why;
};

static struct text make(const struct sample *s)
{
	struct props p = {.count = 0};

	buf_init(&p.b, arena, 0, 1 << 16);
	put_unicode(&p, TAGGED, 0x001A, s->class);
	put_unicode(&p, TAGGED, 0x0037, "Lunch, or so");
	if (s->id)
		put_id(&p, s->id);
	if (s->start) {
		put_time(&p, APPOINTMENT, 0x820D, s->start);
		put_time(&p, APPOINTMENT, 0x820E, s->end);
	}
	if (s->proposed) {
		put_true(&p, APPOINTMENT, 0x8257);
		put_time(&p, APPOINTMENT, 0x8250, s->proposed);
		put_time(&p, APPOINTMENT, 0x8251, s->proposed);
	}
	if (s->all_day)
		put_true(&p, APPOINTMENT, 0x8215);
	if (s->recurring)
		put_true(&p, APPOINTMENT, 0x8223);
	if (s->replaces)
		put_time(&p, APPOINTMENT, 0x8228, s->replaces);
	return finish(&p);
}

static struct mail_read read_with(const char *row, struct text tnef)
{
	struct mail_read m;
	struct buf b;

	buf_init(&b, arena, 0, 1 << 17);
	buf_put_str(&b, "From: zoe@example.net\nTo: bob@example.org\n"
			"Date: Mon, 18 Jan 2027 08:00:00 +0000\n"
			"Content-Type: application/ms-tnef; name=winmail.dat\n"
			"Content-Transfer-Encoding: base64\n\n");
	codec_put_base64(&b, tnef.at, tnef.len);
	CHECK_WELL(row, mail_read(arena, buf_text(&b), &m));
	return m;
}

/* Lines of the event, without those that are alike in all. */
static struct text lines_of(struct text calendar)
{
	static const char *const alike[] = {"BEGIN", "END", "VERSION", "PRODID", "SUMMARY"};
	struct text line;
	struct buf b;

	buf_init(&b, arena, 0, 1 << 16);
	while (text_next(&calendar, '\n', &line)) {
		bool keep = line.len > 0;

		line = text_trim(line);
		for (size_t i = 0; i < ARRAY_LEN(alike); i++)
			keep = keep &&
			       !text_starts(line, text_from(arena_printf(arena, "%s:", alike[i])));
		if (!keep)
			continue;
		buf_put_text(&b, line);
		buf_put_lit(&b, "|");
	}
	return buf_text(&b);
}

#define UID                                                                                        \
	"UID:040000008200E00074C5B7101A82E00800000000"                                             \
	"0000000000000000"                                                                         \
	"0000000000000000"                                                                         \
	"0400000001020304|"
#define STAMP "DTSTAMP:20270118T080000Z|"
#define PEOPLE                                                                                     \
	"ORGANIZER:mailto:zoe@example.net|ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@example.org|"
#define WHOLE CLASS_ID "00000000" REST_ID

static void test_meetings(void)
{
	static const struct sample rows[] = {
		{"an invitation (MS-OXCICAL §2.1.3.1.1.1)", "IPM.Schedule.Meeting.Request", WHOLE,
		 "20270119T080000Z", "20270119T090000Z", NULL, false, false, NULL,
		 "METHOD:REQUEST|" UID STAMP
		 "DTSTART:20270119T080000Z|DTEND:20270119T090000Z|" PEOPLE,
		 NULL},
		{"an acceptance", "IPM.Schedule.Meeting.Resp.Pos", WHOLE, NULL, NULL, NULL, false,
		 false, NULL,
		 "METHOD:REPLY|" UID STAMP "ATTENDEE;PARTSTAT=ACCEPTED:mailto:zoe@example.net|",
		 NULL},
		{"a refusal, in other case", "ipm.schedule.meeting.resp.neg", WHOLE, NULL, NULL,
		 NULL, false, false, NULL,
		 "METHOD:REPLY|" UID STAMP "ATTENDEE;PARTSTAT=DECLINED:mailto:zoe@example.net|",
		 NULL},
		{"of a series", "IPM.Schedule.Meeting.Resp.Tent", WHOLE, NULL, NULL, NULL, false,
		 true, NULL,
		 "METHOD:REPLY|" UID STAMP "ATTENDEE;PARTSTAT=TENTATIVE:mailto:zoe@example.net|",
		 NULL},
		{"another time proposed (MS-OXOCAL §2.2.1.7)", "IPM.Schedule.Meeting.Resp.Tent",
		 WHOLE, "20270119T080000Z", "20270119T090000Z", "20270120T080000Z", false, false,
		 NULL,
		 "METHOD:COUNTER|" UID STAMP "DTSTART:20270120T080000Z|DTEND:20270120T080000Z|"
		 "ATTENDEE;PARTSTAT=TENTATIVE:mailto:zoe@example.net|",
		 NULL},
		{"a cancellation", "IPM.Schedule.Meeting.Canceled", WHOLE, NULL, NULL, NULL, false,
		 true, NULL, "METHOD:CANCEL|" UID STAMP PEOPLE, NULL},
		{"one instance, by its date (MS-OXOCAL §2.2.1.27)", "IPM.Schedule.Meeting.Canceled",
		 CLASS_ID "07eb0113" REST_ID, NULL, NULL, NULL, false, false, NULL,
		 "METHOD:CANCEL|" UID STAMP "RECURRENCE-ID;VALUE=DATE:20270119|" PEOPLE, NULL},
		{"one instance, by its moment", "IPM.Schedule.Meeting.Canceled",
		 CLASS_ID "07eb0113" REST_ID, NULL, NULL, NULL, false, false, "20270119T080000Z",
		 "METHOD:CANCEL|" UID STAMP "RECURRENCE-ID:20270119T080000Z|" PEOPLE, NULL},
		{"all day, east of Greenwich", "IPM.Schedule.Meeting.Request", WHOLE,
		 "20270118T230000Z", "20270119T230000Z", NULL, true, false, NULL,
		 "METHOD:REQUEST|" UID STAMP
		 "DTSTART;VALUE=DATE:20270119|DTEND;VALUE=DATE:20270120|" PEOPLE,
		 NULL},
		{"all day, west of it", "IPM.Schedule.Meeting.Request", WHOLE, "20270119T080000Z",
		 "20270120T080000Z", NULL, true, false, NULL,
		 "METHOD:REQUEST|" UID STAMP
		 "DTSTART;VALUE=DATE:20270119|DTEND;VALUE=DATE:20270120|" PEOPLE,
		 NULL},
		{"a UID of another program (MS-OXCICAL §2.1.3.1.1.20.26)",
		 "IPM.Schedule.Meeting.Resp.Pos",
		 CLASS_ID "00000000"
			  "0000000000000000"
			  "0000000000000000"
			  "12000000"
			  "7643616c2d55696401000000"
			  "6140622e6300",
		 NULL, NULL, NULL, false, false, NULL,
		 "METHOD:REPLY|UID:a@b.c|" STAMP
		 "ATTENDEE;PARTSTAT=ACCEPTED:mailto:zoe@example.net|",
		 NULL},
		{"an invitation to a series", "IPM.Schedule.Meeting.Request", WHOLE,
		 "20270119T080000Z", "20270119T090000Z", NULL, false, true, NULL, NULL, "a series"},
		{"no time", "IPM.Schedule.Meeting.Request", WHOLE, NULL, NULL, NULL, false, false,
		 NULL, NULL, "when"},
		{"it ends before it begins", "IPM.Schedule.Meeting.Request", WHOLE,
		 "20270119T090000Z", "20270119T080000Z", NULL, false, false, NULL, NULL, "when"},
		{"no id", "IPM.Schedule.Meeting.Resp.Pos", NULL, NULL, NULL, NULL, false, false,
		 NULL, NULL, "which meeting"},
		{"an id cut short", "IPM.Schedule.Meeting.Resp.Pos", CLASS_ID, NULL, NULL, NULL,
		 false, false, NULL, NULL, "which meeting"},
		{"a letter", "IPM.Note", WHOLE, NULL, NULL, NULL, false, false, NULL, NULL,
		 "no meeting"},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_read m = read_with(rows[i].name, make(&rows[i]));

		CHECK_INT(rows[i].name, (int64_t)m.part_count, rows[i].want ? 2 : 1);
		if (rows[i].want && m.part_count == 2) {
			CHECK_TEXT(rows[i].name, lines_of(m.parts[1].body),
				   text_from(rows[i].want));
			CHECK_TRUE(rows[i].name,
				   m.parts[1].is_calendar && m.parts[1].is_of_tnef && !m.tnef_why);
		} else {
			CHECK_TRUE(rows[i].name,
				   m.tnef_why && rows[i].why && strstr(m.tnef_why, rows[i].why));
		}
	}
	end();
}

/* Cut anywhere, or with any octet changed, it is read as far as it goes. */
static void test_damaged(void)
{
	const struct sample s = {.class = "IPM.Schedule.Meeting.Request",
				 .id = WHOLE,
				 .start = "20270119T080000Z",
				 .end = "20270119T090000Z"};
	struct text whole;

	begin();
	whole = make(&s);
	for (size_t len = 0; len < whole.len; len++) {
		/* A copy of its own, so that a step beyond its end is seen. */
		struct text part = text_of(arena_copy(arena, whole.at, len), len);
		struct mail_read m = read_with("cut", part);

		CHECK_TRUE("cut", m.part_count == 1 ? m.tnef_why != NULL : m.part_count == 2);
	}
	for (size_t i = 0; i < whole.len; i++) {
		char *copy = arena_copy(arena, whole.at, whole.len);

		copy[i] = (char)~copy[i];
		CHECK_TRUE("changed",
			   read_with("changed", text_of(copy, whole.len)).part_count <= 2);
	}
	end();
}

UNIT_SUITE("mail_tnef", {"meetings", test_meetings}, {"damaged ones", test_damaged})
