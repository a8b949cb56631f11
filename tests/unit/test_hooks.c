/*
 * test_hooks - what is queued for webhooks, and what becomes of these
 */
#include "booking/book.h"
#include "booking/host.h"
#include "calendar/hooks.h"
#include "store/job.h"
#include "town.h"
#include "unit.h"

enum { ALL = (1 << BOOKING_EVENT_COUNT) - 1, DAY = 86400 };

static struct webhook hook_of(struct town *t, const char *id, unsigned events)
{
	struct webhook w = {.owner = t->alice,
			    .id = text_from(id),
			    .url = TEXT("https://example.org/hook"),
			    .events = events,
			    .created = HOUSE_NOW};
	struct change *c = change_of(t);

	CHECK_WELL(id, change_add_webhook(c, &w));
	CHECK_WELL(id, change_run(c));
	return w;
}

static struct booking booked(struct town *t, int64_t start)
{
	struct book_request rq = {
		.start = start,
		.invitee_name = TEXT("Ivy"),
		.invitee_email = TEXT("ivy@example.net"),
		.now = HOUSE_NOW,
	};
	struct book_outcome out;
	struct change *c;

	CHECK_WELL("host", host_get(&t->h.desk, t->h.db, t->a, t->alice, &rq.host));
	rq.type = &rq.host->types[0];
	CHECK_WELL("book", book_prepare(&t->h.desk, t->h.db, t->a, &rq, &c, &out));
	CHECK_WELL("book", change_run(c));
	return out.booking;
}

static void cancel(struct town *t, const struct booking *b)
{
	struct book_by by = {.who = BOOKING_BY_HOST, .now = HOUSE_NOW};
	struct booking after;
	struct change *c;

	CHECK_WELL("cancel", book_prepare_cancel(&t->h.desk, t->h.db, t->a, b, &by, &c, &after));
	CHECK_WELL("cancel", change_run(c));
}

static size_t told(struct town *t, const char *prefix, struct job **out)
{
	size_t count = 0;

	CHECK_WELL(prefix, job_list(t->h.db, t->a, t->alice, TEXT("webhook"), text_from(prefix), 0,
				    100, out, &count));
	return count;
}

static bool says(const struct job *j, const char *words)
{
	return text_find(j->payload, text_from(words)) >= 0;
}

/* One record for each who wants it, in the transaction of what happened (booking case G8). */
static void queued(struct store_fixture *x)
{
	struct booking b;
	struct job *jobs;
	struct town t;

	town_open(&t, x);
	house_type(&t.h, t.alice, "intro", "{\"durations\":[60]}");
	(void)hook_of(&t, "all", ALL);
	(void)hook_of(&t, "few", 1 << BOOKING_WAS_CANCELLED);
	b = booked(&t, MONDAY_8);
	CHECK_INT("one for who wants all", (int)told(&t, "all/", &jobs), 1);
	CHECK_TRUE("what happened", says(&jobs[0], "\"type\":\"booking.created\""));
	CHECK_TRUE("to which", says(&jobs[0], text_cstr(t.a, b.id)));
	CHECK_TRUE("by whose door", says(&jobs[0], "\"host\":\"alice\"") &&
					    says(&jobs[0], "\"type\":\"intro\"") &&
					    says(&jobs[0], "\"title\":"));
	CHECK_TRUE("no link", !says(&jobs[0], "/manage/"));
	CHECK_TEXT("whose", hooks_webhook_of(&jobs[0]), TEXT("all"));
	CHECK_INT("none for who does not", (int)told(&t, "few/", &jobs), 0);
	cancel(&t, &b);
	CHECK_INT("both", (int)told(&t, "all/", &jobs), 2);
	CHECK_TEXT("one queue a booking", jobs[0].queue, jobs[1].queue);
	CHECK_TRUE("the earlier first", says(&jobs[0], "created") && says(&jobs[1], "cancelled"));
	CHECK_TRUE("each its own id",
		   !text_equal(hooks_message_id(t.a, &jobs[0]), hooks_message_id(t.a, &jobs[1])));
	CHECK_INT("and the one", (int)told(&t, "few/", &jobs), 1);
	town_close(&t);
}
STORE_CASE(queued)

static struct webhook mind(struct town *t, enum webhook_deed deed, int64_t now)
{
	struct change_webhook w = {
		.owner = t->alice, .id = TEXT("w"), .deed = deed, .why = TEXT("no")};
	struct change *c = change_open(&t->h.calendar, t->a, CHANGE_CLIENT, now);

	CHECK_WELL("mind", change_webhook(c, &w));
	CHECK_WELL("mind", change_run(c));
	return w.is;
}

static void failing(struct store_fixture *x)
{
	struct webhook w;
	struct job *jobs;
	struct town t;

	town_open(&t, x);
	house_type(&t.h, t.alice, "intro", "{\"durations\":[60]}");
	(void)hook_of(&t, "w", ALL);
	w = mind(&t, WEBHOOK_FAILED, HOUSE_NOW);
	CHECK_INT("since now", w.failing_since, HOUSE_NOW);
	CHECK_INT("soon again", w.retry_at, HOUSE_NOW + HOOKS_REST_MIN_S);
	w = mind(&t, WEBHOOK_FAILED, HOUSE_NOW + 1000);
	CHECK_INT("since then", w.failing_since, HOUSE_NOW);
	CHECK_INT("the longer, the later", w.retry_at, HOUSE_NOW + 1000 + 500);
	w = mind(&t, WEBHOOK_FAILED, HOUSE_NOW + DAY);
	CHECK_INT("at least once an hour", w.retry_at, HOUSE_NOW + DAY + HOOKS_REST_MAX_S);
	w = mind(&t, WEBHOOK_ANSWERED, HOUSE_NOW + DAY);
	CHECK_TRUE("all well", w.failing_since == 0 && w.retry_at == 0 && w.last_error.len == 0);
	w = mind(&t, WEBHOOK_DISABLED, HOUSE_NOW + DAY);
	CHECK_TEXT("why", w.last_error, TEXT("no"));
	(void)booked(&t, MONDAY_8);
	CHECK_INT("it is told no more", (int)told(&t, "w/", &jobs), 0);
	w = mind(&t, WEBHOOK_ANSWERED, HOUSE_NOW + DAY);
	CHECK_TRUE("a test that arrives is no wish", w.disabled);
	w = mind(&t, WEBHOOK_ENABLED, HOUSE_NOW + DAY);
	CHECK_TRUE("its host wants it", !w.disabled);
	(void)booked(&t, MONDAY_8 + 3600);
	CHECK_INT("told again", (int)told(&t, "w/", &jobs), 1);
	town_close(&t);
}
STORE_CASE(failing)

static void secrets(struct store_fixture *x)
{
	struct secret_key *key;
	struct webhook w, other;
	struct text first;
	struct town t;

	town_open(&t, x);
	key = &t.h.calendar.key;
	w = hook_of(&t, "w", ALL);
	other = hook_of(&t, "v", ALL);
	first = hooks_secret(t.a, key, &w, 0);
	CHECK_TRUE("24 bytes or more (Standard Webhooks)", first.len >= 24);
	CHECK_TRUE("each has its own", !text_equal(first, hooks_secret(t.a, key, &other, 0)));
	w = mind(&t, WEBHOOK_RENEWED, HOUSE_NOW + 5);
	CHECK_INT("renewed", w.secret_no, 1);
	CHECK_INT("when", w.secret_since, HOUSE_NOW + 5);
	CHECK_TRUE("another", !text_equal(first, hooks_secret(t.a, key, &w, w.secret_no)));
	CHECK_TEXT("the one before is known", hooks_secret(t.a, key, &w, w.secret_no - 1), first);
	town_close(&t);
}
STORE_CASE(secrets)

static void tests(struct store_fixture *x)
{
	struct change *c;
	struct job *jobs;
	struct town t;

	town_open(&t, x);
	(void)hook_of(&t, "w", 1 << BOOKING_WAS_CANCELLED);
	c = change_of(&t);
	CHECK_WELL("test", change_test_webhook(c, t.alice, TEXT("w")));
	CHECK_WELL("test", change_run(c));
	CHECK_INT("queued", (int)told(&t, "w/", &jobs), 1);
	CHECK_TRUE("known as one", hooks_is_test(&jobs[0]));
	CHECK_TRUE("and says so", says(&jobs[0], "\"type\":\"webhook.test\""));
	c = change_of(&t);
	CHECK_WELL("no such", change_test_webhook(c, t.alice, TEXT("v")));
	CHECK_FAULT("no such", change_run(c), FAULT_NOT_FOUND);
	town_close(&t);
}
STORE_CASE(tests)

/* clang-format off */
UNIT_SUITE("hooks",
	STORE_ROWS("G8: one record for each who wants it", queued),
	STORE_ROWS("one that fails is left alone for longer and longer", failing),
	STORE_ROWS("a secret is renewed, and the one before known", secrets),
	STORE_ROWS("a test is queued whatever is wanted", tests))
/* clang-format on */
