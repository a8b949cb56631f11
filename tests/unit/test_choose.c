/*
 * test_choose - which calendars elsewhere count is for their owner to say, whatever somebody else
 * has read before, and writes since
 */
#include "unit.h"

#include "elsewhere.h"

#include "base/clock.h"
#include "calendar/change_outside.h"
#include "federation/connect.h"
#include "federation/sync.h"

const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return elsewhere_provider();
}

static const struct remote_calendar there[] = {
	{.remote = TEXT_INIT("primary"), .title = TEXT_INIT("Renamed"), .is_primary = true},
	{.remote = TEXT_INIT("other"), .title = TEXT_INIT("Other"), .may_write = true},
	{.remote = TEXT_INIT("third"), .title = TEXT_INIT("Third"), .may_write = true},
};

static const struct fault *choose(struct elsewhere *e, struct change_choice *choices, size_t count)
{
	struct change *c = change_open(&e->h.calendar, e->a, CHANGE_CLIENT, clock_now());

	return change_run_unless(c, change_choose(c, e->owner, e->connection, choices, count));
}

static enum call_end list_calendars(struct elsewhere *e)
{
	struct connection account = elsewhere_account(e);
	struct visit v = {
		.fed = &e->fed,
		.provider = elsewhere_provider(),
		.connection = &account,
		.arena = e->a,
		.until_ns = INT64_MAX,
		.now = clock_now(),
	};

	return sync_calendars(&v);
}

static struct outside_calendar *all(struct elsewhere *e, size_t *count)
{
	struct outside_calendar *list = NULL;

	CHECK_WELL("list", outside_calendar_list(e->h.db, e->a, e->owner, TEXT_NONE, &list, count));
	return list;
}

static struct outside_calendar named(struct elsewhere *e, const char *title)
{
	size_t count;
	struct outside_calendar *list = all(e, &count), none = {.id = 0};

	for (size_t i = 0; i < count; i++)
		if (text_equal(list[i].title, text_from(title)))
			return list[i];
	return none;
}

/* An account with three calendars, the first of which counts and was read. */
static void open_three(struct elsewhere *e, struct store_fixture *x)
{
	struct outside_calendar c;

	elsewhere_open(e, x);
	elsewhere_put("a", "a", OUTSIDE_SINGLE, ELSEWHERE_NINE);
	elsewhere_calendars(there, ARRAY_LEN(there));
	CHECK_INT("read", elsewhere_read(e, &c), CALL_OK);
	CHECK_INT("listed", list_calendars(e), CALL_OK);
}

/* ---- what is chosen ---------------------------------------------------------------------------
 */

static void counts(struct store_fixture *x)
{
	struct change_choice choice = {.counts = true};
	struct elsewhere e;
	size_t count;

	open_three(&e, x);
	choice.calendar = named(&e, "Other").id;
	CHECK_WELL("on", choose(&e, &choice, 1));
	CHECK_TRUE("it counts", named(&e, "Other").counts && !choice.has_ended);
	CHECK_INT("and is read at once", named(&e, "Other").due_at, clock_now());
	CHECK_TRUE("others stay", named(&e, "Renamed").counts && !named(&e, "Third").counts);
	choice = (struct change_choice){.calendar = e.calendar};
	CHECK_WELL("off", choose(&e, &choice, 1));
	CHECK_TRUE("it counted", choice.has_ended);
	CHECK_TRUE("never read again", named(&e, "Renamed").due_at == INT64_MAX);
	CHECK_TRUE("what was read is forgotten",
		   named(&e, "Renamed").synced_at == 0 && named(&e, "Renamed").cursor.len == 0);
	all(&e, &count);
	CHECK_INT("none is lost", (int64_t)count, 3);
	elsewhere_close(&e);
}
STORE_CASE(counts)

static void takes(struct store_fixture *x)
{
	struct change_choice two[] = {{.takes = true}, {.takes = true}};
	struct elsewhere e;

	open_three(&e, x);
	two[0].calendar = named(&e, "Other").id;
	two[1].calendar = named(&e, "Third").id;
	CHECK_FAULT("not both", choose(&e, two, 2), FAULT_UNPROCESSABLE);
	CHECK_WELL("one", choose(&e, two, 1));
	CHECK_WELL("the other", choose(&e, two + 1, 1));
	CHECK_TRUE("alone", !named(&e, "Other").takes && named(&e, "Third").takes);
	two[0] = (struct change_choice){.calendar = e.calendar, .takes = true};
	CHECK_FAULT("one that can only be read", choose(&e, two, 1), FAULT_UNPROCESSABLE);
	two[0].calendar = 4711;
	CHECK_FAULT("one that is not", choose(&e, two, 1), FAULT_UNPROCESSABLE);
	e.connection = TEXT("nobody's");
	CHECK_FAULT("an account that is not", choose(&e, two + 1, 1), FAULT_NOT_FOUND);
	CHECK_TRUE("all stays", named(&e, "Third").takes);
	elsewhere_close(&e);
}
STORE_CASE(takes)

/* What was read stands until it was read anew; a reading that goes by the old choice ends. */
static void unanswered(struct store_fixture *x)
{
	const bool yes = true;
	struct change_choice choice = {.counts = true, .skips_unanswered = &yes};
	struct outside_calendar c, is;
	struct elsewhere e;

	open_three(&e, x);
	c = named(&e, "Renamed");
	CHECK_TRUE("they count at first", !c.skips_unanswered && c.cursor.len > 0);
	choice.calendar = c.id;
	CHECK_WELL("chosen", choose(&e, &choice, 1));
	is = named(&e, "Renamed");
	CHECK_TRUE("known", is.skips_unanswered && is.id == c.id);
	CHECK_TRUE("to be read from the beginning", is.cursor.len == 0 && is.lease > c.lease);
	CHECK_INT("at once", is.due_at, clock_now());
	CHECK_INT("what is known stays", elsewhere_objects(&e), 1);
	CHECK_INT("read", elsewhere_read(&e, &c), CALL_OK);
	CHECK_INT("and after that", elsewhere_objects(&e), 1);
	choice.skips_unanswered = NULL;
	CHECK_WELL("another choice", choose(&e, &choice, 1));
	is = named(&e, "Renamed");
	CHECK_TRUE("leaves it", is.skips_unanswered && is.cursor.len > 0);
	elsewhere_close(&e);
}
STORE_CASE(unanswered)

/* ---- what others write ------------------------------------------------------------------------
 */

/* While the provider is asked for its list, its owner chooses. */
static void choose_amid(void *ctx, int call)
{
	struct elsewhere *e = ctx;
	const bool yes = true;
	struct change_choice choices[] = {
		{.calendar = e->calendar, .counts = true, .skips_unanswered = &yes},
		{.calendar = named(e, "Other").id, .counts = true, .takes = true},
	};

	if (call == 1)
		CHECK_WELL("chosen", choose(e, choices, ARRAY_LEN(choices)));
}

static void amid_a_list(struct store_fixture *x)
{
	struct remote_calendar renamed[ARRAY_LEN(there)];
	struct outside_calendar is;
	struct elsewhere e;

	open_three(&e, x);
	memcpy(renamed, there, sizeof(there));
	renamed[1].title = TEXT("Another name");
	elsewhere_calendars(renamed, ARRAY_LEN(renamed));
	elsewhere_during(choose_amid, &e);
	CHECK_INT("listed", list_calendars(&e), CALL_OK);
	elsewhere_during(NULL, NULL);
	is = named(&e, "Another name");
	CHECK_TRUE("the choice stands", is.counts && is.takes);
	CHECK_TRUE("as does the other", named(&e, "Renamed").skips_unanswered);
	elsewhere_close(&e);
}
STORE_CASE(amid_a_list)

/* As it was read before the choice, and comes to be written after it. */
static void list_of_before(struct store_fixture *x)
{
	struct change_choice choice = {.counts = true, .takes = true};
	struct change_connection old = {.is_new = false};
	struct outside_calendar is;
	struct change *c;
	struct elsewhere e;

	open_three(&e, x);
	old.connection = elsewhere_account(&e);
	old.calendars = all(&e, &old.calendar_count);
	for (size_t i = 0; i < old.calendar_count; i++)
		old.calendars[i].due_at = INT64_MAX;
	choice.calendar = named(&e, "Other").id;
	CHECK_WELL("chosen", choose(&e, &choice, 1));
	c = change_open(&e.h.calendar, e.a, CHANGE_PROVIDER, clock_now());
	CHECK_WELL("written", change_run_unless(c, change_connect(c, &old)));
	is = named(&e, "Other");
	CHECK_TRUE("it stands", is.counts && is.takes);
	CHECK_INT("and is due", is.due_at, clock_now());
	elsewhere_close(&e);
}
STORE_CASE(list_of_before)

/* Two accounts are connected at once: each wants its own calendar to take bookings. */
static void second_account(struct store_fixture *x)
{
	struct change_choice choice = {.counts = true, .takes = true};
	struct outside_calendar own = {.remote = TEXT("work"),
				       .title = TEXT("Work"),
				       .may_write = true,
				       .counts = true,
				       .takes = true,
				       .due_at = HOUSE_NOW};
	struct change_connection more = {.is_new = true, .calendars = &own, .calendar_count = 1};
	struct change *c;
	struct elsewhere e;

	open_three(&e, x);
	choice.calendar = named(&e, "Other").id;
	CHECK_WELL("chosen", choose(&e, &choice, 1));
	more.connection = elsewhere_account(&e);
	more.connection.id = secret_id_make(e.a, &e.h.calendar.key, e.owner);
	more.connection.subject = TEXT("2");
	c = change_open(&e.h.calendar, e.a, CHANGE_CLIENT, clock_now());
	CHECK_WELL("connected", change_run_unless(c, change_connect(c, &more)));
	CHECK_TRUE("it counts", named(&e, "Work").counts);
	CHECK_TRUE("one takes bookings already",
		   named(&e, "Other").takes && !named(&e, "Work").takes);
	elsewhere_close(&e);
}
STORE_CASE(second_account)

UNIT_SUITE("choose", STORE_ROWS("one counts, another does not any more", counts),
	   STORE_ROWS("one takes bookings", takes),
	   STORE_ROWS("invitations that were not answered", unanswered),
	   STORE_ROWS("chosen while the list is fetched", amid_a_list),
	   STORE_ROWS("a list of before the choice", list_of_before),
	   STORE_ROWS("another account", second_account))
