/*
 * test_itip_process - who may send what, and what is asked and proposed (RFC 5546 §3, §6.1)
 */
#include "itip_rows.h"

#include <stdlib.h>

#include "base/buf.h"

/* One instance in two forms, which no reader of the message alone can know to be one. */
#define TWICE(partstat)                                                                            \
	EVENT(DTSTAMP("09") "SEQUENCE:1\n" ON("03", "12") AL BO(partstat))                         \
	EVENT(DTSTAMP("09") "SEQUENCE:1\nRECURRENCE-ID;VALUE=DATE:20270203\n"                      \
			    "DTSTART:20270203T150000Z\nDTEND:20270203T160000Z\nSUMMARY:S\n" AL BO( \
				    partstat))

static void test_repeated(void)
{
	struct arena *arena = itip_rows_arena();
	static const char series[] = EVENT(DTSTAMP("08") DAILY AL BO("NEEDS-ACTION"));
	static const char both[] = EVENT(DTSTAMP("08") DAILY AL BO("NEEDS-ACTION"))
		EVENT(DTSTAMP("08") ON("03", "13") AL BO("NEEDS-ACTION"));
	const struct itip_try tries[] = {
		{series, "REQUEST", TWICE("NEEDS-ACTION"), "bo@x.y", "al@x.y", false},
		{both, "REQUEST", TWICE("NEEDS-ACTION"), "bo@x.y", "al@x.y", false},
		{series, "CANCEL", TWICE("NEEDS-ACTION"), "bo@x.y", "al@x.y", false},
		{both, "CANCEL", TWICE("NEEDS-ACTION"), "bo@x.y", "al@x.y", false},
		{series, "REPLY", TWICE("ACCEPTED"), "al@x.y", "bo@x.y", false},
		{both, "REPLY", TWICE("ACCEPTED"), "al@x.y", "bo@x.y", false},
	};
	struct itip_outcome out;

	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		struct ical_object *o;

		if (itip_run(arena, "twice in one message", &tries[i], &out) &&
		    CHECK_INT(tries[i].method, out.action, ITIP_STORE) &&
		    CHECK_WELL(tries[i].method,
			       ical_object_parse(arena, out.object, ICAL_FROM_STORE, &o)))
			CHECK_INT(tries[i].method, (int64_t)o->item_count, 2);
	}
	arena_reset(arena);
}

/* ---- REFRESH, COUNTER, DECLINECOUNTER ---------------------------------------------------- */

#define SHORT(inner) EVENT(DTSTAMP("10") ORGANIZER inner)
#define PROPOSAL(sequence)                                                                         \
	EVENT(DTSTAMP("10") sequence LATER ORGANIZER BARE_BO                                       \
	      "X-MS-OLK-ORIGINALSTART:20270201T090000Z\n")

static const struct itip_row to_organizer[] = {
	{"a proposal (RFC 5546 §3.2.7)", EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO), "COUNTER",
	 PROPOSAL(""), ITIP_NOTE, false, true, "1.2", NULL},
	{"a proposal for what was rescheduled since (RFC 5546 §2.1.5)",
	 EVENT(DTSTAMP("08") "SEQUENCE:1\n" TIMES ORGANIZER BARE_BO), "COUNTER", PROPOSAL(""),
	 ITIP_IGNORE, false, false, "1.2", NULL},
	{"a proposal by who is not invited", EVENT(DTSTAMP("08") TIMES ORGANIZER CY), "COUNTER",
	 PROPOSAL(""), ITIP_IGNORE, false, false, "3.8", NULL},
	{"a proposal for nothing (RFC 6638 §4.2)", NULL, "COUNTER", PROPOSAL(""), ITIP_IGNORE,
	 false, false, "5.1", NULL},
	{"REFRESH by who is not invited (RFC 5546 §6.1.6)", EVENT(DTSTAMP("08") TIMES ORGANIZER CY),
	 "REFRESH", SHORT(BARE_BO), ITIP_IGNORE, false, false, "3.8", NULL},
	{"REFRESH of nothing (RFC 6638 §4.2)", NULL, "REFRESH", SHORT(BARE_BO), ITIP_IGNORE, false,
	 false, "5.1", NULL},
};

/* What is off is told by CANCEL (RFC 5546 §3.4.6). */
static void test_refresh_cancelled(void)
{
	static const struct {
		const char *name, *stored, *ask;
		enum itip_method method;
	} rows[] = {
		{"all of it", EVENT(DTSTAMP("08") "STATUS:CANCELLED\n" TIMES ORGANIZER BARE_BO),
		 SHORT(BARE_BO), ITIP_CANCEL},
		{"an instance that is cancelled",
		 EVENT(DTSTAMP("08") DAILY ORGANIZER BARE_BO)
			 EVENT(DTSTAMP("08") "STATUS:CANCELLED\n" AS_IS("03") ORGANIZER BARE_BO),
		 SHORT(BARE_BO "RECURRENCE-ID:20270203T090000Z\n"), ITIP_CANCEL},
		{"an instance that was taken out",
		 EVENT(DTSTAMP("08") DAILY "EXDATE:20270203T090000Z\n" ORGANIZER BARE_BO),
		 SHORT(BARE_BO "RECURRENCE-ID:20270203T090000Z\n"), ITIP_CANCEL},
		{"an instance that takes place",
		 EVENT(DTSTAMP("08") DAILY "EXDATE:20270203T090000Z\n" ORGANIZER BARE_BO),
		 SHORT(BARE_BO "RECURRENCE-ID:20270204T090000Z\n"), ITIP_REQUEST},
	};
	struct itip_outcome out;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct itip_try t = {rows[i].stored, "REFRESH", rows[i].ask,
				     "al@x.y",	     "bo@x.y",	false};

		if (itip_run(itip_rows_arena(), rows[i].name, &t, &out))
			itip_check_answer(rows[i].name, &out, rows[i].method, "bo@x.y", NULL);
	}
}

static void test_to_organizer(void)
{
	struct arena *arena = itip_rows_arena();
	struct itip_try refresh = {
		EVENT(DTSTAMP("08") TIMES ORGANIZER REPLIED("ACCEPTED", "0", "09") ALARM),
		"REFRESH",
		SHORT(BARE_BO),
		"al@x.y",
		"bo@x.y",
		false};
	struct itip_try counter = {EVENT(DTSTAMP("08") TIMES ORGANIZER BARE_BO
					 "X-MICROSOFT-DISALLOW-COUNTER:TRUE\n"),
				   "COUNTER",
				   PROPOSAL(""),
				   "al@x.y",
				   "bo@x.y",
				   false};
	struct itip_outcome out;

	itip_check_rows(to_organizer, ARRAY_LEN(to_organizer), "al@x.y", "bo@x.y");
	if (itip_run(arena, "REFRESH (RFC 5546 §3.2.6)", &refresh, &out))
		itip_check_answer("REFRESH (RFC 5546 §3.2.6)", &out, ITIP_REQUEST, "bo@x.y", NULL);
	if (itip_run(arena, "no proposals wanted", &counter, &out))
		itip_check_answer("no proposals wanted", &out, ITIP_DECLINECOUNTER, "bo@x.y", NULL);
	CHECK_INT("no proposals wanted", out.to_inbox, 0);
}

static const struct itip_row to_attendee[] = {
	{"stays as planned (RFC 5546 §3.2.8)", EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED")),
	 "DECLINECOUNTER", EVENT(DTSTAMP("10") "SEQUENCE:0\n" TIMES AL BO("ACCEPTED")), ITIP_NOTE,
	 false, true, "1.2", NULL},
	{"of nothing", NULL, "DECLINECOUNTER",
	 EVENT(DTSTAMP("10") "SEQUENCE:0\n" TIMES AL BO("ACCEPTED")), ITIP_IGNORE, false, false,
	 "1.2", NULL},
};

static void test_to_attendee(void)
{
	itip_check_rows(to_attendee, ARRAY_LEN(to_attendee), "bo@x.y", "al@x.y");
}

/* ---- who may send it --------------------------------------------------------------------- */

#define EVE  "ORGANIZER:mailto:eve@x.y\n"
#define MINE EVENT(DTSTAMP("08") TIMES AL BO("ACCEPTED"))

static const struct forgery {
	const char *name, *stored, *method, *message, *sender;
} ignored[] = {
	{"eve updates al's event", MINE, "REQUEST",
	 EVENT(DTSTAMP("09") LATER AL BO("NEEDS-ACTION")), "eve@x.y"},
	{"eve cancels al's event", MINE, "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES AL BO("ACCEPTED")), "eve@x.y"},
	{"eve cancels as the organizer that she is not", MINE, "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES EVE BO("ACCEPTED")), "eve@x.y"},
	{"eve says that al sent her", MINE, "REQUEST",
	 EVENT(DTSTAMP("09") LATER
	       "ORGANIZER;SENT-BY=\"mailto:eve@x.y\":mailto:al@x.y\n" BO("NEEDS-ACTION")),
	 "eve@x.y"},
	{"an attendee updates the event", MINE, "REQUEST",
	 EVENT(DTSTAMP("09") LATER AL BO("NEEDS-ACTION") CY), "cy@x.y"},
	{"eve cancels what is bo's own (pitfall 50)", EVENT(DTSTAMP("08") TIMES), "CANCEL",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" TIMES EVE BO("ACCEPTED")), "eve@x.y"},
	{"eve tells bo of bo's own meeting",
	 EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:bo@x.y\n" CY), "REQUEST",
	 EVENT(DTSTAMP("09") LATER "ORGANIZER:mailto:bo@x.y\n" BO("NEEDS-ACTION")), "eve@x.y"},
	{"bo answers himself as attendee", MINE, "REPLY", EVENT(DTSTAMP("09") TIMES AL CY),
	 "cy@x.y"},
	{"a new one in al's name", NULL, "REQUEST",
	 EVENT(DTSTAMP("09") LATER AL BO("NEEDS-ACTION") CY), "cy@x.y"},
	{"DECLINECOUNTER from eve", MINE, "DECLINECOUNTER",
	 EVENT(DTSTAMP("09") "SEQUENCE:0\n" TIMES AL BO("ACCEPTED")), "eve@x.y"},
};

/* decisions 16: a UID that is known under another organizer. */
static const struct forgery refused[] = {
	{"eve takes al's event over (pitfall 38)", MINE, "REQUEST",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" LATER EVE BO("NEEDS-ACTION")), "eve@x.y"},
	{"eve takes bo's own over (pitfall 50)", EVENT(DTSTAMP("08") TIMES), "REQUEST",
	 EVENT(DTSTAMP("09") LATER EVE BO("NEEDS-ACTION")), "eve@x.y"},
	{"eve takes bo's meeting over", EVENT(DTSTAMP("08") TIMES "ORGANIZER:mailto:bo@x.y\n" CY),
	 "REQUEST", EVENT(DTSTAMP("09") LATER EVE BO("NEEDS-ACTION")), "eve@x.y"},
	{"eve publishes over it", EVENT(DTSTAMP("08") TIMES ORGANIZER), "PUBLISH",
	 EVENT(DTSTAMP("09") LATER EVE), "eve@x.y"},
	{"eve adds to it", EVENT(DTSTAMP("08") DAILY AL BO("ACCEPTED")), "ADD",
	 EVENT(DTSTAMP("09") "SEQUENCE:1\n" LATER EVE BO("NEEDS-ACTION")), "eve@x.y"},
};

static void test_forgeries(void)
{
	struct arena *arena = itip_rows_arena();
	struct itip_outcome out;

	for (size_t i = 0; i < ARRAY_LEN(ignored); i++) {
		const struct forgery *f = &ignored[i];
		struct itip_try t = {f->stored, f->method, f->message, "bo@x.y", f->sender, true};

		if (!itip_run(arena, f->name, &t, &out))
			continue;
		CHECK_INT(f->name, out.action, ITIP_IGNORE);
		CHECK_STR(f->name, out.status, "3.8");
		CHECK_INT(f->name, out.to_inbox, 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		const struct forgery *f = &refused[i];
		struct itip_try t = {f->stored, f->method, f->message, "bo@x.y", f->sender, true};

		CHECK_FAULT(f->name, itip_run_fault(arena, f->name, &t, &out),
			    FAULT_ORGANIZER_CHANGE);
	}
	arena_reset(arena);
}

static const struct itip_row speaks[] = {
	{"new, delegated by cy, who says so alone (RFC 5546 §3.2.2.3, §6.1.1)", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") TIMES ORGANIZER
	       "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:bo@x.y\":mailto:cy@x.y\n"
	       "ATTENDEE;RSVP=TRUE;DELEGATED-FROM=\"mailto:cy@x.y\":mailto:bo@x.y\n"),
	 ITIP_NOTE, false, true, "1.2", NULL},
	{"new, by al's secretary, who says so alone (RFC 5546 §3.2.2.5, §6.1.1)", NULL, "REQUEST",
	 EVENT(DTSTAMP("08") TIMES "ORGANIZER;SENT-BY=\"mailto:cy@x.y\":mailto:al@x.y\n" BARE_BO),
	 ITIP_NOTE, false, true, "1.2", NULL},
	{"by al's secretary, who is known (RFC 5546 §3.2.2.5)",
	 EVENT(DTSTAMP("08") TIMES "ORGANIZER;SENT-BY=\"mailto:cy@x.y\":mailto:al@x.y\n" BARE_BO),
	 "REQUEST",
	 EVENT(DTSTAMP("09") LATER "ORGANIZER;SENT-BY=\"mailto:cy@x.y\":mailto:al@x.y\n" BARE_BO),
	 ITIP_STORE, false, true, "1.2", NULL},
};

static void test_speaks(void)
{
	itip_check_rows(speaks, ARRAY_LEN(speaks), "bo@x.y", "cy@x.y");
}

/* ---- bounded work ------------------------------------------------------------------------ */

/* Many components, each about another instance of a daily series. */
static const char *many_instances(struct arena *a, const char *method_lines, int count)
{
	struct buf b;

	buf_init(&b, a, 1 << 16, 1 << 24);
	for (int i = 0; i < count; i++) {
		int64_t at = ITIP_NOW + (int64_t)i * 86400;

		buf_put_lit(&b, "BEGIN:VEVENT\nUID:1\nDTSTAMP:20270110T100000Z\nRECURRENCE-ID:");
		time_put_utc(&b, at);
		buf_put_lit(&b, "\nDTSTART:");
		time_put_utc(&b, at);
		buf_printf(&b, "\nSUMMARY:S\n%sEND:VEVENT\n", method_lines);
	}
	buf_put_char(&b, '\0');
	return b.at;
}

static const char *crowded_series(struct arena *a, int people)
{
	struct buf b;

	buf_init(&b, a, 1 << 16, 1 << 24);
	buf_put_lit(&b, "BEGIN:VEVENT\nUID:1\nDTSTAMP:20270101T000000Z\nSUMMARY:S\nDTSTART:");
	time_put_utc(&b, ITIP_NOW);
	buf_put_lit(&b, "\nRRULE:FREQ=DAILY\n" ORGANIZER BARE_BO);
	for (int i = 0; i < people; i++)
		buf_printf(&b, "ATTENDEE;X-FASTI-REPLIED=0-20270102T000000Z:mailto:p%d@x.y\n", i);
	buf_put_lit(&b, "END:VEVENT\n");
	buf_put_char(&b, '\0');
	return b.at;
}

/* Each instance is cut from a series of a thousand: it ends with the arena, and no later. */
static void test_bounded(void)
{
	enum { CEILING = 16 << 20, COMPONENTS = 3000, PEOPLE = 999 };
	static const struct {
		const char *method, *lines, *user, *sender;
	} rows[] = {
		{"REPLY", ORGANIZER "ATTENDEE;PARTSTAT=DECLINED:mailto:bo@x.y\n", "al@x.y",
		 "bo@x.y"},
		{"CANCEL", "SEQUENCE:1\n" ORGANIZER BARE_BO, "bo@x.y", "al@x.y"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(CEILING);
		struct itip_try t = {crowded_series(itip_rows_arena(), PEOPLE),
				     rows[i].method,
				     many_instances(itip_rows_arena(), rows[i].lines, COMPONENTS),
				     rows[i].user,
				     rows[i].sender,
				     false};
		struct itip_outcome out;

		CHECK_FAULT(rows[i].method, itip_run_fault(a, rows[i].method, &t, &out),
			    FAULT_OUT_OF_MEMORY);
		CHECK_TRUE(rows[i].method, arena_used(a) < 2 * CEILING);
		arena_destroy(a);
		arena_reset(itip_rows_arena());
	}
}

/* ---- docs/itip.md ------------------------------------------------------------------------ */

#define DOCS "docs/itip.md"

static struct text read_docs(void)
{
	FILE *f = fopen(DOCS, "rb");
	struct buf b;
	char *at;

	buf_init(&b, itip_rows_arena(), 1 << 16, 1 << 20);
	while (f && (at = buf_reserve(&b, 4096))) {
		size_t n = fread(at, 1, 4096, f);

		if (n == 0)
			break;
		b.len += n;
	}
	if (f)
		fclose(f);
	return buf_text(&b);
}

static void write_docs(struct text before, struct text rows, struct text after)
{
	FILE *f = fopen(DOCS, "wb");

	if (!CHECK_TRUE(DOCS, f != NULL))
		return;
	fprintf(f, "%.*s%.*s%.*s", TEXT_ARG(before), TEXT_ARG(rows), TEXT_ARG(after));
	fclose(f);
}

/* The page has the rows of the table; with FASTI_WRITE_DOCS it gets them. */
static void test_docs(void)
{
	struct text docs = read_docs(), begins = TEXT("-->\n"), ends = TEXT("\n<!-- end of rows");
	ptrdiff_t from = text_find(docs, begins), to = text_find(docs, ends);
	struct buf rows;

	if (!CHECK_TRUE("the page has a place for the rows", from > 0 && to >= from + 3))
		return;
	from += (ptrdiff_t)begins.len;
	to++;
	buf_init(&rows, itip_rows_arena(), 1 << 13, 1 << 16);
	buf_put_lit(&rows, "\n| METHOD | Component | Role | What happens | Section |\n"
			   "|---|---|---|---|---|\n");
	itip_process_describe(&rows);
	buf_put_char(&rows, '\n');
	if (getenv("FASTI_WRITE_DOCS"))
		write_docs(text_sub(docs, 0, (size_t)from), buf_text(&rows),
			   text_sub(docs, (size_t)to, docs.len));
	else
		CHECK_TEXT(DOCS, text_sub(docs, (size_t)from, (size_t)(to - from)),
			   buf_text(&rows));
}

UNIT_SUITE("itip_process", {"an instance twice in one message", test_repeated},
	   {"REFRESH, COUNTER (RFC 5546 §3.2.6, §3.2.7)", test_to_organizer},
	   {"REFRESH of what is cancelled (RFC 5546 §3.4.6)", test_refresh_cancelled},
	   {"DECLINECOUNTER (RFC 5546 §3.2.8)", test_to_attendee},
	   {"forged messages (RFC 5546 §6.1)", test_forgeries},
	   {"no more work than memory", test_bounded}, {"docs/itip.md has the table", test_docs},
	   {"senders for others (RFC 5546 §3.2.2.3, §3.2.2.5)", test_speaks})
