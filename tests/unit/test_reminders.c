/*
 * test_reminders - when reminders are due, and which of them are queued as bookings come and go
 */
#include "base/buf.h"
#include "booking/book.h"
#include "booking/host.h"
#include "calendar/reminders.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600, MONDAY_9 = MONDAY_8 + HOUR };

/* ---- when -------------------------------------------------------------------------------------
 */

static int64_t at(const char *utc)
{
	enum time_form form;
	int64_t seconds = 0;

	CHECK_TRUE(utc, time_parse(text_from(utc), &seconds, &form));
	return seconds;
}

static struct reminder span(const char *said)
{
	struct reminder r = {.days = 0};

	CHECK_TRUE(said, reminder_read_span(text_from(said), &r));
	return r;
}

static void test_due(void)
{
	static const struct {
		const char *name, *span;
		bool after;
		const char *zone, *start, *due;
	} rows[] = {
		{"G6 24 hours leave at 08:00", "PT24H", false, "America/New_York",
		 "20270314T130000Z", "20270313T130000Z"},
		{"G6 a day leaves at 09:00", "P1D", false, "America/New_York", "20270314T130000Z",
		 "20270313T140000Z"},
		{"G6 the other way in autumn", "P1D", false, "America/New_York", "20271107T140000Z",
		 "20271106T130000Z"},
		{"a week is seven days", "P1W", false, "Europe/Berlin", "20270329T070000Z",
		 "20270322T080000Z"},
		{"an hour", "PT1H", false, "Europe/Berlin", "20270118T080000Z", "20270118T070000Z"},
		{"two hours after the end", "PT2H", true, "Europe/Berlin", "20270118T080000Z",
		 "20270118T110000Z"},
		{"the next day", "P1D", true, "America/New_York", "20270313T140000Z",
		 "20270314T140000Z"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reminder r = span(rows[i].span);
		int64_t start = at(rows[i].start);

		r.after = rows[i].after;
		CHECK_INT(rows[i].name,
			  reminder_due(&r, zone_find(text_from(rows[i].zone)), start, start + HOUR),
			  at(rows[i].due));
	}
}

static void test_timely(void)
{
	static const struct {
		const char *name, *span;
		bool after;
		int64_t now; /* after the start, in seconds */
		bool well;
	} rows[] = {
		{"just then", "PT24H", false, -24 * HOUR, true},
		{"before its time", "PT24H", false, -24 * HOUR - 1, false},
		{"late by half", "PT24H", false, -12 * HOUR, true},
		{"later", "PT24H", false, -12 * HOUR + 1, false},
		{"an hour, late by half", "PT1H", false, -HOUR / 2, true},
		{"an hour, later", "PT1H", false, -HOUR / 2 + 1, false},
		{"it has begun", "PT1H", false, 0, false},
		{"it is not over", "PT1H", true, HOUR, false},
		{"an hour after its end", "PT1H", true, 2 * HOUR, true},
		{"three days late", "PT1H", true, 2 * HOUR + 3 * DAY_SECONDS, true},
		{"later than that", "PT1H", true, 2 * HOUR + 3 * DAY_SECONDS + 1, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reminder r = span(rows[i].span);

		r.after = rows[i].after;
		CHECK_INT(rows[i].name,
			  reminder_is_timely(&r, zone_utc(), MONDAY_8, MONDAY_8 + HOUR,
					     MONDAY_8 + rows[i].now),
			  rows[i].well);
	}
}

static void test_text(void)
{
	static const char kept[] =
		"PT24H mail both\nP2D mail host\nPT1H30M webhook invitee\nPT45M mail after";
	struct arena *a = arena_create(1 << 20);
	struct reminders all;

	reminders_read(text_from(kept), &all);
	CHECK_INT("four", (int64_t)all.count, 4);
	CHECK_TEXT("and out again", reminders_text(a, &all), text_from(kept));
	reminders_read(TEXT("P1D mail\nPT0S mail both\nPT1H pigeon host\nP1D mail host"), &all);
	CHECK_TEXT("what cannot be read is left out", reminders_text(a, &all),
		   TEXT("P1D mail host"));
	arena_destroy(a);
}

/* ---- as bookings come and go ------------------------------------------------------------------
 */

#define TOLD                                                                                       \
	"\"reminders\":[{\"before\":\"PT24H\",\"to\":\"both\"},{\"before\":\"P1D\","               \
	"\"by\":\"webhook\"},{\"before\":\"PT1H\"}],\"follow_up\":{\"after\":\"PT1H\","            \
	"\"text\":\"Thank you.\"}"

static void open_with(struct town *t, struct store_fixture *x, const char *more)
{
	town_open(t, x);
	house_type(&t->h, t->alice, "intro",
		   arena_printf(t->a, "{\"durations\":[60],\"series\":{\"max\":12}," TOLD "%s}",
				more));
}

static struct booking booked(struct town *t, int64_t start, int64_t now)
{
	struct book_request rq = {
		.start = start,
		.invitee_name = TEXT("Ivy"),
		.invitee_email = TEXT("ivy@example.net"),
		.invitee_timezone = TEXT("Europe/Berlin"),
		.now = now,
	};
	struct book_outcome out;
	struct change *c;

	CHECK_WELL("host", host_get(&t->h.desk, t->h.db, t->a, t->alice, &rq.host));
	rq.type = &rq.host->types[0];
	CHECK_WELL("book", book_prepare(&t->h.desk, t->h.db, t->a, &rq, &c, &out));
	CHECK_WELL("book", change_run(c));
	return out.booking;
}

/* The keys of what is queued, without the id of the booking, and when; by id. */
static struct text queued(struct town *t, const struct booking *b)
{
	struct job *all;
	size_t count;
	struct buf out;

	CHECK_WELL("jobs",
		   job_list(t->h.db, t->a, t->alice, TEXT("remind"), b->id, 0, 100, &all, &count));
	buf_init(&out, t->a, 512, 1 << 20);
	for (size_t i = 0; i < count; i++)
		buf_printf(&out, "%.*s@%lld ",
			   TEXT_ARG(text_sub(all[i].key, b->id.len + 1, all[i].key.len)),
			   (long long)(all[i].due_at - MONDAY_8) / 60);
	return buf_text(&out);
}

#define AT_8                                                                                       \
	"0/invitee/0/1800259200@-1440 0/host/0/1800259200@-1440 1/webhooks/0/1800259200@-1440 "    \
	"2/invitee/0/1800259200@-60 3/invitee/0/1800259200@120 "
#define AT_9                                                                                       \
	"0/invitee/0/1800262800@-1380 0/host/0/1800262800@-1380 1/webhooks/0/1800262800@-1380 "    \
	"2/invitee/0/1800262800@0 3/invitee/0/1800262800@180 "

static void follows(struct store_fixture *x)
{
	struct book_by by = {.who = BOOKING_BY_HOST, .now = HOUSE_NOW};
	struct book_outcome out;
	struct booking b, after;
	struct change *c;
	struct town t;

	open_with(&t, x, "");
	b = booked(&t, MONDAY_8, HOUSE_NOW);
	CHECK_TEXT("G6: booked", queued(&t, &b), TEXT(AT_8));
	CHECK_WELL("move",
		   book_prepare_reschedule(&t.h.desk, t.h.db, t.a, &b, MONDAY_9, 0, &by, &c, &out));
	CHECK_WELL("move", change_run(c));
	CHECK_TEXT("G6: only the new ones", queued(&t, &b), TEXT(AT_9));
	CHECK_WELL("cancel",
		   book_prepare_cancel(&t.h.desk, t.h.db, t.a, &out.booking, &by, &c, &after));
	CHECK_WELL("cancel", change_run(c));
	CHECK_TEXT("G6: none", queued(&t, &b), TEXT(""));
	town_close(&t);
}
STORE_CASE(follows)

/* What its host's calendar app does to the event, and those of others stay as they are. */
static void by_calendar(struct store_fixture *x)
{
	struct booking b, other;
	struct stored_object *event = NULL;
	struct town t;
	char *ics;

	open_with(&t, x, "");
	b = booked(&t, MONDAY_8, HOUSE_NOW);
	other = booked(&t, MONDAY_8 + 4 * HOUR, HOUSE_NOW);
	CHECK_WELL("event", booking_event_find(t.h.db, t.a, &b, &event));
	ics = text_cstr(t.a, event->data);
	memcpy(strstr(ics, "T090000"), "T100000", 7);
	memcpy(strstr(strstr(ics, "DTEND"), "T100000"), "T110000", 7);
	CHECK_WELL("drag",
		   house_put(&t.h, t.alice, "calendar", text_cstr(t.a, b.object_name), ics));
	CHECK_TEXT("G5, G6: follows the event", queued(&t, &b), TEXT(AT_9));
	CHECK_WELL("delete",
		   house_remove(&t.h, t.alice, "calendar", text_cstr(t.a, b.object_name)));
	CHECK_TEXT("G5, G6: none", queued(&t, &b), TEXT(""));
	CHECK_TRUE("the other's", queued(&t, &other).len > 0);
	town_close(&t);
}
STORE_CASE(by_calendar)

static void inside_lead(struct store_fixture *x)
{
	struct booking b;
	struct town t;

	open_with(&t, x, "");
	b = booked(&t, MONDAY_8, MONDAY_8 - 2 * HOUR);
	CHECK_TEXT("G6: none, not late", queued(&t, &b),
		   TEXT("2/invitee/0/1800259200@-60 3/invitee/0/1800259200@120 "));
	town_close(&t);
}
STORE_CASE(inside_lead)

static void pending(struct store_fixture *x)
{
	struct booking b, after;
	struct change *c;
	struct town t;

	open_with(&t, x, ",\"confirm\":true");
	b = booked(&t, MONDAY_8, HOUSE_NOW);
	CHECK_TEXT("not before it is confirmed", queued(&t, &b), TEXT(""));
	CHECK_WELL("confirm",
		   book_prepare_confirm(&t.h.desk, t.h.db, t.a, &b, HOUSE_NOW, &c, &after));
	CHECK_WELL("confirm", change_run(c));
	CHECK_TEXT("now", queued(&t, &b), TEXT(AT_8));
	town_close(&t);
}
STORE_CASE(pending)

/* clang-format off */
UNIT_SUITE("reminders",
	   {"G6: when they are due", test_due},
	   {"G6: how late they may be", test_timely},
	   {"as bookings keep them", test_text},
	   STORE_ROWS("G6: they follow a move and vanish with a cancel", follows),
	   STORE_ROWS("G5: they follow the event", by_calendar),
	   STORE_ROWS("G6: booked inside the lead time", inside_lead),
	   STORE_ROWS("E8: none while it waits", pending))
