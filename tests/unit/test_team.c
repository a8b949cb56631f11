/*
 * test_team - what is open of a team, and why not (booking cases F1, F2)
 */
#include "base/buf.h"
#include "dice.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "squad.h"
#include "unit.h"

/* ---- F1 ---------------------------------------------------------------------------------------
 */

enum { EVENTS_MAX = 12, DAYS = 5 };

struct span {
	int64_t start, end;
};

/* Anna, Ben, Cleo: hours of Berlin in winter, and what they put into their calendars. */
static bool is_free(const struct span *events, int64_t start)
{
	int64_t clock = (start - MONDAY) % (24 * HOUR);

	if (clock < 8 * HOUR || clock + HOUR > 16 * HOUR)
		return false;
	for (int i = 0; i < EVENTS_MAX; i++)
		if (events[i].start < start + HOUR && events[i].end > start)
			return false;
	return true;
}

static void random_calendars(struct squad *s, struct dice *d, struct span events[3][EVENTS_MAX])
{
	for (int h = 0; h < 3; h++)
		for (int i = 0; i < EVENTS_MAX; i++) {
			int64_t start = MONDAY_8 + dice_roll(d, 0, DAYS - 1) * 24 * HOUR +
					dice_roll(d, 0, 15) * 1800;
			int64_t end = start + 900 + dice_roll(d, 0, 11) * 900;

			events[h][i] = (struct span){start, end};
			squad_busy(s, h, arena_printf(s->a, "busy-%d-%d", h, i), start, end);
		}
}

static void compare_lists(struct squad *s, const char *slug, int need,
			  struct span events[3][EVENTS_MAX])
{
	size_t count, at = 0;
	struct slot *slots =
		squad_list(s, s->team, slug, MONDAY, MONDAY + DAYS * 24 * HOUR, &count);

	for (int64_t start = MONDAY; start < MONDAY + DAYS * 24 * HOUR; start += 1800) {
		int free = is_free(events[0], start) + is_free(events[1], start) +
			   is_free(events[2], start);
		bool listed = at < count && slots[at].start == start;

		if (listed)
			at++;
		CHECK_INT(slug, listed, free >= need);
		if (start % 86400 == 9 * HOUR)
			CHECK_INT("explained the same",
				  squad_explain(s, slug, start).verdict == SLOT_OPEN, free >= need);
	}
	CHECK_INT("all seen", at, count);
}

#define HALF_HOURLY(mode, need)                                                                    \
	"{\"durations\":[60],\"step_minutes\":30,\"team\":{\"mode\":\"" mode "\"," need            \
	"\"hosts\":[{\"name\":\"anna\"},{\"name\":\"ben\"},{\"name\":\"cleo\"}]"

static void brute_force(struct store_fixture *x)
{
	struct span events[3][EVENTS_MAX];
	struct dice d = {x->postgres ? 71 : 17};
	struct squad s;

	squad_open(&s, x, 3);
	house_type(&s.h, s.team, "all", HALF_HOURLY("collective", "") "}}");
	house_type(&s.h, s.team, "any", HALF_HOURLY("round_robin", "") "}}");
	house_type(
		&s.h, s.team, "two",
		"{\"durations\":[60],\"step_minutes\":30,\"team\":{\"mode\":\"pools\",\"pools\":["
		"{\"need\":2,\"hosts\":[{\"name\":\"anna\"},{\"name\":\"ben\"},"
		"{\"name\":\"cleo\"}]}]}}");
	random_calendars(&s, &d, events);
	compare_lists(&s, "all", 3, events);
	compare_lists(&s, "any", 1, events);
	compare_lists(&s, "two", 2, events);
	squad_close(&s);
}
STORE_CASE(brute_force)

/* ---- F2 ---------------------------------------------------------------------------------------
 */

static void move_to(struct squad *s, int host, const char *zone)
{
	struct schedule row = {
		.owner = s->hosts[host],
		.id = TEXT("default"),
		.name = TEXT("Hours"),
		.timezone = text_from(zone),
		.rules = booking_default_schedule(),
		.version = 2,
	};
	struct change *c = change_open(&s->h.calendar, s->a, CHANGE_CLIENT, HOUSE_NOW);

	CHECK_WELL("hours", change_put_schedule(c, &row));
	CHECK_WELL("hours", change_run(c));
}

/* Anna in Berlin from 08Z to 16Z, Ben in New York from 14Z to 22Z. */
static void own_hours(struct store_fixture *x)
{
	struct booking b;
	struct squad s;

	squad_open(&s, x, 2);
	move_to(&s, 1, "America/New_York");
	house_type(&s.h, s.team, "both", COLLECTIVE);
	house_type(&s.h, s.team, "any",
		   "{\"durations\":[60],\"limits\":{\"day\":1},\"team\":{\"mode\":\"round_robin\","
		   "\"hosts\":[{\"name\":\"anna\"},{\"name\":\"ben\"}]}}");
	CHECK_TRUE("Ben sleeps", !squad_is_open(&s, s.team, "both", MONDAY_8));
	CHECK_TRUE("both are there", squad_is_open(&s, s.team, "both", MONDAY_8 + 6 * HOUR));
	CHECK_TRUE("Anna is at home", !squad_is_open(&s, s.team, "both", MONDAY_8 + 8 * HOUR));
	CHECK_TRUE("explained", squad_explain(&s, "both", MONDAY_8).verdict == SLOT_OUTSIDE_HOURS);
	b = squad_booked(&s, "any", MONDAY_8);
	CHECK_INT("Anna", squad_host_at(&s, &b), 0);
	CHECK_TRUE("one a day of hers", !squad_is_open(&s, s.team, "any", MONDAY_8 + 2 * HOUR));
	CHECK_TRUE("which is not Ben's", squad_is_open(&s, s.team, "any", MONDAY_8 + 6 * HOUR));
	b = squad_booked(&s, "any", MONDAY_8 + 6 * HOUR);
	CHECK_INT("Ben", squad_host_at(&s, &b), 1);
	CHECK_TRUE("nor has he another", !squad_is_open(&s, s.team, "any", MONDAY_8 + 12 * HOUR));
	CHECK_TRUE("limited", squad_explain(&s, "any", MONDAY_8 + 12 * HOUR).verdict == SLOT_LIMIT);
	squad_close(&s);
}
STORE_CASE(own_hours)

/* ---- without a frame --------------------------------------------------------------------------
 */

enum { FRAMELESS = 5, QUARTER = 900 };

/* Hours of every day in a zone of their own, and two days of events. */
struct worker {
	const struct zone *zone;
	int64_t begin, end; /* seconds of the local day */
	struct span events[EVENTS_MAX];
};

static const char *const zones_of[FRAMELESS] = {"Europe/Berlin", "America/New_York", "Asia/Kolkata",
						"Australia/Lord_Howe", "UTC"};

static void set_hours(struct squad *s, int64_t owner, const char *id, const char *zone, int from,
		      int to)
{
	static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	struct schedule row = {
		.owner = owner,
		.id = text_from(id),
		.name = TEXT("Hours"),
		.timezone = text_from(zone),
		.version = text_equal(text_from(id), TEXT("default")) ? 2 : 1,
	};
	struct change *c = change_open(&s->h.calendar, s->a, CHANGE_CLIENT, HOUSE_NOW);
	struct buf b;

	buf_init(&b, s->a, 1024, 4096);
	buf_put_lit(&b, "{\"weekly\":[");
	for (int i = 0; i < 7; i++)
		buf_printf(&b, "%s{\"day\":\"%s\",\"start\":\"%02d:%02d\",\"end\":\"%02d:%02d\"}",
			   i ? "," : "", days[i], from / 60, from % 60, to / 60, to % 60);
	buf_put_lit(&b, "]}");
	row.rules = buf_text(&b);
	CHECK_WELL("hours", change_put_schedule(c, &row));
	CHECK_WELL("hours", change_run(c));
}

static void hire(struct squad *s, struct dice *d, struct worker *w, int host)
{
	int from = 8 * 60 + dice_roll(d, 0, 3) * 15;
	int to = from + 6 * 60 + dice_roll(d, 0, 11) * 15;

	*w = (struct worker){zone_find(text_from(zones_of[host])), from * 60, to * 60, {{0, 0}}};
	set_hours(s, s->hosts[host], "default", zones_of[host], from, to);
	for (int i = 0; i < EVENTS_MAX; i++) {
		int64_t start = MONDAY + dice_roll(d, 0, DAYS * 96 - 1) * QUARTER;

		w->events[i] =
			(struct span){start, start + QUARTER + dice_roll(d, 0, 11) * QUARTER};
		squad_busy(s, host, arena_printf(s->a, "e-%d-%d", host, i), start,
			   w->events[i].end);
	}
}

static int64_t clock_of(const struct worker *w, int64_t start)
{
	int64_t local = zone_to_local(w->zone, start);

	return (local % 86400 + 86400) % 86400;
}

static bool is_there(const struct worker *w, int64_t start)
{
	int64_t clock = clock_of(w, start);

	if (clock < w->begin || clock + HOUR > w->end)
		return false;
	for (int i = 0; i < EVENTS_MAX; i++)
		if (w->events[i].start < start + HOUR && w->events[i].end > start)
			return false;
	return true;
}

static bool is_start(const struct worker *w, int64_t start)
{
	int64_t clock = clock_of(w, start);

	return clock >= w->begin && clock < w->end && (clock - w->begin) % HOUR == 0;
}

/* At least so many of the first hosts, at a start of one of them. */
static bool expected(const struct worker *w, int count, int need, int64_t start)
{
	bool on_grid = false;

	for (int i = 0; i < count; i++) {
		on_grid = on_grid || is_start(&w[i], start);
		need -= is_there(&w[i], start);
	}
	return on_grid && need <= 0;
}

static void compare_frameless(struct squad *s, int64_t owner, const char *slug,
			      const struct worker *w, int count, int need)
{
	size_t listed, at = 0;
	struct slot *slots =
		squad_list(s, owner, slug, MONDAY, MONDAY + DAYS * (int64_t)86400, &listed);

	for (int64_t start = MONDAY; start < MONDAY + DAYS * (int64_t)86400; start += QUARTER) {
		bool wanted = expected(w, count, need, start);
		bool is_listed = at < listed && slots[at].start == start;

		at += is_listed;
		CHECK_INT(slug, is_listed, wanted);
		if (start % 86400 % 7 == 0)
			CHECK_INT("judged the same", squad_is_open(s, owner, slug, start), wanted);
	}
	CHECK_INT("all seen", at, listed);
}

/* Fred has the types, is in none of them, and never there: hours are each host's own alone. */
static void without_frame(struct store_fixture *x)
{
	struct worker w[FRAMELESS];
	struct dice d = {x->postgres ? 503 : 305};
	struct squad s;
	int64_t fred;

	squad_open(&s, x, FRAMELESS + 1);
	fred = s.hosts[FRAMELESS];
	set_hours(&s, fred, "default", "Europe/Berlin", 60, 61);
	for (int i = 0; i < FRAMELESS; i++)
		hire(&s, &d, &w[i], i);
	house_type(&s.h, fred, "any",
		   TEAM_OF("round_robin", HOST("anna") "," HOST("ben") "," HOST("cleo") "," HOST(
						  "dan") "," HOST("eva")));
	house_type(&s.h, fred, "all", TEAM_OF("collective", HOST("anna") "," HOST("eva")));
	house_type(&s.h, fred, "one",
		   TEAM_OF("collective", HOST("anna") ",{\"name\":\"cleo\",\"optional\":true}"));
	compare_frameless(&s, fred, "any", w, 5, 1);
	compare_frameless(&s, fred, "one", w, 1, 1);
	w[1] = w[4];
	compare_frameless(&s, fred, "all", w, 2, 2);
	squad_close(&s);
}
STORE_CASE(without_frame)

/* A schedule that the type names, and that of a team, is one that starts must fit as well. */
static void within_frame(struct store_fixture *x)
{
	struct squad s;
	size_t count;
	struct slot *slots;

	squad_open(&s, x, 2);
	set_hours(&s, s.hosts[1], "noon", "Europe/Berlin", 12 * 60 + 15, 14 * 60 + 15);
	house_type(&s.h, s.hosts[1], "own", TEAM_OF("collective", HOST("anna")));
	house_type(&s.h, s.hosts[1], "noon",
		   "{\"durations\":[60],\"schedule\":\"noon\",\"team\":{\"mode\":\"collective\","
		   "\"hosts\":[" HOST("anna") "]}}");
	house_type(&s.h, s.team, "team", TEAM_OF("collective", HOST("anna")));
	(void)squad_list(&s, s.hosts[1], "own", MONDAY, MONDAY + 86400, &count);
	CHECK_INT("all of Anna's day", count, 8);
	slots = squad_list(&s, s.hosts[1], "noon", MONDAY, MONDAY + 86400, &count);
	CHECK_INT("noon", count, 2);
	CHECK_INT("the grid is the frame's", slots[0].start, MONDAY_8 + 3 * HOUR + QUARTER);
	set_hours(&s, s.team, "default", "Europe/Berlin", 15 * 60, 18 * 60);
	slots = squad_list(&s, s.team, "team", MONDAY, MONDAY + 86400, &count);
	CHECK_INT("the team's afternoon, of Anna's day", count, 2);
	CHECK_INT("which begins at three", slots[0].start, MONDAY_8 + 6 * HOUR);
	squad_close(&s);
}
STORE_CASE(within_frame)

/* What a team keeps around its bookings is kept from the host's own types, and as it is now. */
static void own_buffers(struct store_fixture *x)
{
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.hosts[0], "solo", SOLO);
	house_type(&s.h, s.team, "both", COLLECTIVE);
	(void)squad_booked(&s, "both", MONDAY_8);
	CHECK_TRUE("right after it", squad_is_open(&s, s.hosts[0], "solo", MONDAY_8 + HOUR));
	house_type(&s.h, s.team, "both",
		   "{\"durations\":[60],\"buffer_after_minutes\":90,\"team\":{"
		   "\"mode\":\"collective\",\"hosts\":[{\"name\":\"anna\"},{\"name\":\"ben\"}]}}");
	CHECK_TRUE("kept free", !squad_is_open(&s, s.hosts[0], "solo", MONDAY_8 + HOUR));
	CHECK_TRUE("so long", !squad_is_open(&s, s.hosts[0], "solo", MONDAY_8 + 2 * HOUR));
	CHECK_TRUE("not longer", squad_is_open(&s, s.hosts[0], "solo", MONDAY_8 + 3 * HOUR));
	squad_close(&s);
}
STORE_CASE(own_buffers)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("team", {"zones are pinned", test_pinned},
	   STORE_ROWS("F1: lists agree with brute force", brute_force),
	   STORE_ROWS("F2: hours, zones and limits are each host's own", own_hours),
	   STORE_ROWS("F1, F2: a person's own hours are no frame for others", without_frame),
	   STORE_ROWS("F2: a schedule of the type, or of a team, is one", within_frame),
	   STORE_ROWS("F2: buffers of a team are kept by all", own_buffers))
