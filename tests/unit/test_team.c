/*
 * test_team - meetings with several hosts (booking cases F, E3, E4)
 */
#include "base/buf.h"
#include "booking/book_priv.h"
#include "dice.h"
#include "house_fixture.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "unit.h"

enum { HOUR = 3600, HOSTS_MAX = 8 };

#define MONDAY_8                                                                                   \
	INT64_C(1800259200) /* 2027-01-18T08:00:00Z: 09:00 in Berlin, where hours begin            \
			     */
#define MONDAY (MONDAY_8 - 8 * HOUR)

static const char *const names[HOSTS_MAX] = {"anna", "ben",  "cleo", "dan",
					     "eva",  "fred", "gina", "hal"};

/* A team, and people of whom its types name some. */
struct squad {
	struct house_fixture h;
	struct arena *a;
	int64_t team, hosts[HOSTS_MAX];
};

static int64_t add_team(struct squad *s)
{
	struct change_owner o = {
		.owner = {.kind = OWNER_TEAM,
			  .name = TEXT("team"),
			  .display_name = TEXT("The Team"),
			  .email = TEXT("team@example.org"),
			  .timezone = TEXT("Europe/Berlin")},
		.schedule = {.id = TEXT("default"),
			     .name = TEXT("Hours"),
			     .timezone = TEXT("Europe/Berlin"),
			     .rules = booking_team_schedule(),
			     .version = 1},
	};
	struct change *c = change_open(&s->h.calendar, s->a, CHANGE_CLIENT, HOUSE_NOW);

	CHECK_WELL("a team", change_add_owner(c, &o));
	CHECK_WELL("a team", change_run(c));
	return o.id;
}

static void squad_open(struct squad *s, struct store_fixture *x, int count)
{
	house_open(&s->h, x);
	s->a = s->h.arena;
	s->team = add_team(s);
	for (int i = 0; i < count; i++)
		s->hosts[i] = house_user(&s->h, names[i]);
}

static void squad_close(struct squad *s)
{
	CHECK_TEXT("the auditor finds nothing", house_findings(&s->h, s->a), TEXT(""));
	house_close(&s->h);
}

static int64_t count_of(struct squad *s, const char *query)
{
	struct sql *sql = arena_alloc(s->a, sizeof(*sql));

	sql->text = query;
	return store_fixture_int(s->h.x, sql);
}

static const struct host *host_of(struct squad *s, int64_t owner)
{
	const struct host *host = NULL;

	CHECK_WELL("host", host_get(&s->h.desk, s->h.db, s->a, owner, &host));
	return host;
}

static const struct booking_type *type_of(const struct host *host, const char *slug)
{
	const struct booking_type *t = host_type_by_slug(host, text_from(slug));

	CHECK_TRUE(slug, t != NULL);
	return t;
}

/* The starts that are open, as bits of the hours or half hours from `from` on. */
static struct slot *list(struct squad *s, int64_t owner, const char *slug, int64_t from, int64_t to,
			 size_t *count)
{
	const struct host *host = host_of(s, owner);
	struct slot *slots = NULL;
	const struct slot_ask ask = {
		.host = host,
		.type = type_of(host, slug),
		.duration_min = 60,
		.from = from,
		.to = to,
		.now = HOUSE_NOW,
	};

	CHECK_WELL("list", slots_list(&s->h.desk, s->h.db, s->a, &ask, &slots, count));
	return slots;
}

static bool is_open(struct squad *s, int64_t owner, const char *slug, int64_t start)
{
	size_t count = 0;

	(void)list(s, owner, slug, start, start + 1, &count);
	return count == 1;
}

/* By rows, as inside a transaction. */
static struct slot_why explain(struct squad *s, const char *slug, int64_t start)
{
	const struct host *host = host_of(s, s->team);
	const struct slot_ask ask = {
		.host = host,
		.type = type_of(host, slug),
		.duration_min = 60,
		.from = start,
		.to = start + 1,
		.now = HOUSE_NOW,
	};
	struct slot_question q;

	CHECK_WELL("load", slot_question_load_stored(s->h.db, s->a, &ask, &q));
	return slot_explain(&q, start);
}

static const struct fault *prepare(struct squad *s, int64_t owner, const char *slug, int64_t start,
				   const char *email, struct change **c, struct book_outcome *out)
{
	const struct host *host = host_of(s, owner);
	const struct book_request rq = {
		.host = host,
		.type = type_of(host, slug),
		.start = start,
		.invitee_name = TEXT("Somebody"),
		.invitee_email = text_from(email),
		.now = HOUSE_NOW,
	};

	return book_prepare(&s->h.desk, s->h.db, s->a, &rq, c, out);
}

static const struct fault *book(struct squad *s, int64_t owner, const char *slug, int64_t start,
				struct booking *b)
{
	struct book_outcome out;
	struct change *c;
	const struct fault *f = prepare(s, owner, slug, start, "bob@example.com", &c, &out);

	*b = out.booking;
	return f ? f : change_run(c);
}

static struct booking booked(struct squad *s, const char *slug, int64_t start)
{
	struct booking b;

	CHECK_WELL("book", book(s, s->team, slug, start, &b));
	return b;
}

static const struct fault *cancel(struct squad *s, const struct booking *b)
{
	const struct book_by by = {.who = BOOKING_BY_INVITEE, .now = HOUSE_NOW + 60};
	struct booking after;
	struct change *c;
	const struct fault *f = book_prepare_cancel(&s->h.desk, s->h.db, s->a, b, &by, &c, &after);

	return f || !c ? f : change_run(c);
}

/* Which of the hosts has a booking: its place among them, or -1. */
static int host_at(struct squad *s, const struct booking *b)
{
	struct booking_host *hosts = NULL;
	size_t count = 0;

	CHECK_WELL("hosts", booking_hosts(s->h.db, s->a, b->owner, b->id, &hosts, &count));
	CHECK_INT("one host", count, 1);
	for (int i = 0; count == 1 && i < HOSTS_MAX; i++)
		if (s->hosts[i] == hosts[0].host)
			return i;
	return -1;
}

static void busy(struct squad *s, int host, const char *uid, int64_t start, int64_t end)
{
	char *times[2];
	struct buf b;

	for (int i = 0; i < 2; i++) {
		buf_init(&b, s->a, 32, 64);
		time_put_utc(&b, i == 0 ? start : end);
		times[i] = text_cstr(s->a, buf_text(&b));
	}
	CHECK_WELL("event",
		   house_put(&s->h, s->hosts[host], "calendar", arena_printf(s->a, "%s.ics", uid),
			     house_event(s->a, uid, times[0], times[1], "")));
}

static struct text event_of(struct squad *s, int64_t owner, const struct booking *b)
{
	struct stored_object *o = NULL;
	struct booking at = *b;

	at.owner = owner;
	CHECK_WELL("event", booking_event_find(s->h.db, s->a, &at, &o));
	return o ? o->data : TEXT_NONE;
}

/* Is it accepted there by the host? Lines may be folded. */
static bool has(struct squad *s, struct text ics, const char *words)
{
	struct buf b;

	buf_init(&b, s->a, ics.len + 1, ics.len + 1);
	for (size_t i = 0; i < ics.len; i++)
		if (ics.at[i] == '\r' || ics.at[i] == '\n') {
			if (i + 1 < ics.len && ics.at[i] == '\n' && ics.at[i + 1] == ' ')
				i++;
			else if (ics.at[i] == '\n')
				buf_put_char(&b, '\n');
		} else {
			buf_put_char(&b, ics.at[i]);
		}
	return text_find(buf_text(&b), text_from(words)) >= 0;
}

#define ROUND_ROBIN                                                                                \
	"{\"durations\":[60],\"team\":{\"mode\":\"round_robin\",\"hosts\":[{\"name\":\"anna\"},"   \
	"{\"name\":\"ben\"},{\"name\":\"cleo\"}]}}"
#define COLLECTIVE                                                                                 \
	"{\"durations\":[60],\"team\":{\"mode\":\"collective\",\"hosts\":[{\"name\":\"anna\"},"    \
	"{\"name\":\"ben\"}]}}"
#define SOLO "{\"durations\":[60]}"

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
			busy(s, h, arena_printf(s->a, "busy-%d-%d", h, i), start, end);
		}
}

static void compare_lists(struct squad *s, const char *slug, int need,
			  struct span events[3][EVENTS_MAX])
{
	size_t count, at = 0;
	struct slot *slots = list(s, s->team, slug, MONDAY, MONDAY + DAYS * 24 * HOUR, &count);

	for (int64_t start = MONDAY; start < MONDAY + DAYS * 24 * HOUR; start += 1800) {
		int free = is_free(events[0], start) + is_free(events[1], start) +
			   is_free(events[2], start);
		bool listed = at < count && slots[at].start == start;

		if (listed)
			at++;
		CHECK_INT(slug, listed, free >= need);
		if (start % 86400 == 9 * HOUR)
			CHECK_INT("explained the same",
				  explain(s, slug, start).verdict == SLOT_OPEN, free >= need);
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
	CHECK_TRUE("Ben sleeps", !is_open(&s, s.team, "both", MONDAY_8));
	CHECK_TRUE("both are there", is_open(&s, s.team, "both", MONDAY_8 + 6 * HOUR));
	CHECK_TRUE("Anna is at home", !is_open(&s, s.team, "both", MONDAY_8 + 8 * HOUR));
	CHECK_TRUE("explained", explain(&s, "both", MONDAY_8).verdict == SLOT_OUTSIDE_HOURS);
	b = booked(&s, "any", MONDAY_8);
	CHECK_INT("Anna", host_at(&s, &b), 0);
	CHECK_TRUE("one a day of hers", !is_open(&s, s.team, "any", MONDAY_8 + 2 * HOUR));
	CHECK_TRUE("which is not Ben's", is_open(&s, s.team, "any", MONDAY_8 + 6 * HOUR));
	b = booked(&s, "any", MONDAY_8 + 6 * HOUR);
	CHECK_INT("Ben", host_at(&s, &b), 1);
	CHECK_TRUE("nor has he another", !is_open(&s, s.team, "any", MONDAY_8 + 12 * HOUR));
	CHECK_TRUE("limited", explain(&s, "any", MONDAY_8 + 12 * HOUR).verdict == SLOT_LIMIT);
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
		busy(s, host, arena_printf(s->a, "e-%d-%d", host, i), start, w->events[i].end);
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
	struct slot *slots = list(s, owner, slug, MONDAY, MONDAY + DAYS * (int64_t)86400, &listed);

	for (int64_t start = MONDAY; start < MONDAY + DAYS * (int64_t)86400; start += QUARTER) {
		bool wanted = expected(w, count, need, start);
		bool is_listed = at < listed && slots[at].start == start;

		at += is_listed;
		CHECK_INT(slug, is_listed, wanted);
		if (start % 86400 % 7 == 0)
			CHECK_INT("judged the same", is_open(s, owner, slug, start), wanted);
	}
	CHECK_INT("all seen", at, listed);
}

#define HOST(name) "{\"name\":\"" name "\"}"
#define TEAM_OF(mode, hosts)                                                                       \
	"{\"durations\":[60],\"team\":{\"mode\":\"" mode "\",\"hosts\":[" hosts "]}}"

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
	(void)list(&s, s.hosts[1], "own", MONDAY, MONDAY + 86400, &count);
	CHECK_INT("all of Anna's day", count, 8);
	slots = list(&s, s.hosts[1], "noon", MONDAY, MONDAY + 86400, &count);
	CHECK_INT("noon", count, 2);
	CHECK_INT("the grid is the frame's", slots[0].start, MONDAY_8 + 3 * HOUR + QUARTER);
	set_hours(&s, s.team, "default", "Europe/Berlin", 15 * 60, 18 * 60);
	slots = list(&s, s.team, "team", MONDAY, MONDAY + 86400, &count);
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
	(void)booked(&s, "both", MONDAY_8);
	CHECK_TRUE("right after it", is_open(&s, s.hosts[0], "solo", MONDAY_8 + HOUR));
	house_type(&s.h, s.team, "both",
		   "{\"durations\":[60],\"buffer_after_minutes\":90,\"team\":{"
		   "\"mode\":\"collective\",\"hosts\":[{\"name\":\"anna\"},{\"name\":\"ben\"}]}}");
	CHECK_TRUE("kept free", !is_open(&s, s.hosts[0], "solo", MONDAY_8 + HOUR));
	CHECK_TRUE("so long", !is_open(&s, s.hosts[0], "solo", MONDAY_8 + 2 * HOUR));
	CHECK_TRUE("not longer", is_open(&s, s.hosts[0], "solo", MONDAY_8 + 3 * HOUR));
	squad_close(&s);
}
STORE_CASE(own_buffers)

/* ---- F3: turns, without a store ----------------------------------------------------------------
 */

struct game {
	struct arena *a;
	struct booking_type type;
	struct hours_open always;
	struct host hosts[HOSTS_MAX];
	struct booking_team_host says[HOSTS_MAX];
	struct slot_member members[HOSTS_MAX];
	struct slot_pool pool;
	struct slot_team team;
	struct slot_question frame;
	struct team_turn turns[64];
	size_t turn_count;
	int64_t now;
	int given[HOSTS_MAX];
};

static void game_begin(struct game *g, struct arena *a, const int *weights, size_t count)
{
	memset(g, 0, sizeof(*g));
	g->a = a;
	booking_type_init(&g->type);
	g->type.id = TEXT("type");
	g->type.durations_min[0] = 60;
	g->type.duration_count = 1;
	g->always = (struct hours_open){.start = 0, .end = INT64_C(1) << 40};
	for (size_t i = 0; i < count; i++) {
		g->hosts[i].owner.id = (int64_t)i + 1;
		g->says[i] = (struct booking_team_host){.weight = weights[i]};
		g->members[i].says = &g->says[i];
		g->members[i].host = &g->hosts[i];
		g->members[i].question = (struct slot_question){
			.type = &g->type,
			.duration_min = 60,
			.of_team = true,
			.hours = &g->always,
			.hours_count = 1,
		};
	}
	g->pool = (struct slot_pool){.members = g->members, .count = count, .need = 1};
	g->team = (struct slot_team){.pools = &g->pool, .count = 1};
	g->frame = (struct slot_question){.type = &g->type, .team = &g->team};
}

/* As store/team.c keeps them. */
static void take(struct game *g, const struct team_claim *c)
{
	struct team_turn *t = g->turns;

	while (t < g->turns + g->turn_count && t->host != c->host)
		t++;
	if (t == g->turns + g->turn_count)
		g->turns[g->turn_count++] = (struct team_turn){c->host, c->floor, 0};
	t->taken = max64(t->taken, c->floor) + c->cost;
	t->last = c->at;
}

static int play(struct game *g)
{
	const struct team_choice choice = {
		.frame = &g->frame,
		.start = 1000,
		.now = ++g->now,
		.owner = 99,
		.turns = g->turns,
		.turn_count = g->turn_count,
	};
	struct team_hosts chosen;

	team_choose(g->a, &choice, &chosen);
	if (!CHECK_INT("one is chosen", chosen.count, 1))
		return -1;
	take(g, &chosen.at[0].clock);
	take(g, &chosen.at[0].claim);
	g->given[chosen.at[0].claim.host - 1]++;
	return (int)chosen.at[0].claim.host - 1;
}

static void play_many(struct game *g, int count)
{
	memset(g->given, 0, sizeof(g->given));
	for (int i = 0; i < count; i++)
		(void)play(g);
}

static void weights(void)
{
	static const int two_one_one[] = {2, 1, 1};
	struct arena *a = arena_create(64 << 20);
	struct game g;

	game_begin(&g, a, two_one_one, 3);
	play_many(&g, 4000);
	CHECK_TRUE("half", g.given[0] >= 1960 && g.given[0] <= 2040);
	CHECK_TRUE("a quarter", g.given[1] >= 980 && g.given[1] <= 1020);
	CHECK_TRUE("a quarter", g.given[2] >= 980 && g.given[2] <= 1020);
	arena_destroy(a);
}

static void newcomer(void)
{
	static const int equal[] = {1, 1, 1, 1};
	struct arena *a = arena_create(64 << 20);
	struct game g;

	game_begin(&g, a, equal, 4);
	g.members[3].question.no_calendar = true; /* not there yet */
	play_many(&g, 300);
	CHECK_INT("others share", g.given[3], 0);
	g.members[3].question.no_calendar = false;
	play_many(&g, 40);
	CHECK_TRUE("begins where they are", g.given[3] >= 9 && g.given[3] <= 11);
	arena_destroy(a);
}

static void absent(void)
{
	static const int equal[] = {1, 1, 1};
	struct arena *a = arena_create(64 << 20);
	struct game g;

	game_begin(&g, a, equal, 3);
	play_many(&g, 30);
	g.members[0].question.no_calendar = true;
	play_many(&g, 200);
	CHECK_INT("away", g.given[0], 0);
	g.members[0].question.no_calendar = false;
	play_many(&g, 30);
	CHECK_TRUE("neither punished nor flooded", g.given[0] >= 10 && g.given[0] <= 13);
	arena_destroy(a);
}

static void priorities(void)
{
	static const int equal[] = {1, 1, 1};
	struct arena *a = arena_create(64 << 20);
	struct game g;

	game_begin(&g, a, equal, 3);
	g.says[1].priority = g.says[2].priority = 5;
	play_many(&g, 100);
	CHECK_INT("lower ones wait", g.given[0], 0);
	CHECK_INT("the others share", g.given[1], 50);
	g.members[1].question.no_calendar = g.members[2].question.no_calendar = true;
	CHECK_INT("until nobody else is there", play(&g), 0);
	arena_destroy(a);
}

static void turn_comes_back(struct store_fixture *x)
{
	struct booking b, again;
	struct squad s;
	int first;

	squad_open(&s, x, 3);
	house_type(&s.h, s.team, "any", ROUND_ROBIN);
	b = booked(&s, "any", MONDAY_8);
	first = host_at(&s, &b);
	CHECK_WELL("cancel", cancel(&s, &b));
	CHECK_INT("nothing is held", count_of(&s, "SELECT count(*) FROM hold"), 0);
	again = booked(&s, "any", MONDAY_8 + HOUR);
	CHECK_INT("it is the same one's turn", host_at(&s, &again), first);
	b = booked(&s, "any", MONDAY_8 + 2 * HOUR);
	CHECK_TRUE("then another's", host_at(&s, &b) != first);
	squad_close(&s);
}
STORE_CASE(turn_comes_back)

static const struct fault *decide(struct squad *s, const struct booking *b, bool decline)
{
	const struct book_by by = {.who = BOOKING_BY_HOST, .now = HOUSE_NOW + 60};
	struct booking after;
	struct change *c;
	const struct fault *f =
		decline ? book_prepare_decline(&s->h.desk, s->h.db, s->a, b, &by, &c, &after)
			: book_prepare_confirm(&s->h.desk, s->h.db, s->a, b, by.now, &c, &after);

	return f || !c ? f : change_run(c);
}

static void refused_turn(struct store_fixture *x)
{
	struct booking b, again;
	struct squad s;
	int first;

	squad_open(&s, x, 3);
	house_type(&s.h, s.team, "ask",
		   "{\"durations\":[60],\"confirm\":true,\"team\":{\"mode\":\"round_robin\","
		   "\"hosts\":[{\"name\":\"anna\"},{\"name\":\"ben\"},{\"name\":\"cleo\"}]}}");
	b = booked(&s, "ask", MONDAY_8);
	first = host_at(&s, &b);
	CHECK_INT("it is held", count_of(&s, "SELECT count(*) FROM hold"), 1);
	CHECK_WELL("refused", decide(&s, &b, true));
	CHECK_INT("nothing is held", count_of(&s, "SELECT count(*) FROM hold"), 0);
	again = booked(&s, "ask", MONDAY_8 + HOUR);
	CHECK_INT("it is the same one's turn", host_at(&s, &again), first);
	CHECK_WELL("confirmed", decide(&s, &again, false));
	b = booked(&s, "ask", MONDAY_8 + 2 * HOUR);
	CHECK_TRUE("and then another's", host_at(&s, &b) != first);
	squad_close(&s);
}
STORE_CASE(refused_turn)

/* ---- F4 ---------------------------------------------------------------------------------------
 */

static const struct fault *reassign(struct squad *s, const struct booking *b, const char *from,
				    const char *to, struct booking *after)
{
	const struct team_reassignment wish = {
		.from = text_from(from),
		.to = text_from(to),
		.by = {.who = BOOKING_BY_HOST, .now = HOUSE_NOW + 60},
	};
	struct change *c;
	const struct fault *f =
		team_prepare_reassign(&s->h.desk, s->h.db, s->a, b, &wish, &c, after);

	return f ? f : change_run(c);
}

static void reassigned(struct store_fixture *x)
{
	struct booking b, after, *left = NULL;
	struct booking_page of_hers;
	struct squad s;
	struct text ics;
	size_t count = 0;

	squad_open(&s, x, 4);
	of_hers = (struct booking_page){.owner = s.team,
					.from = HOUSE_NOW,
					.to = MONDAY_8 + 24 * HOUR,
					.after = TEXT(""),
					.type = TEXT(""),
					.status = BOOKING_IS_CONFIRMED,
					.host = s.hosts[0],
					.limit = 10};
	house_type(&s.h, s.team, "any", ROUND_ROBIN);
	house_type(&s.h, s.hosts[0], "solo", SOLO);
	b = booked(&s, "any", MONDAY_8);
	CHECK_INT("Anna", host_at(&s, &b), 0);
	CHECK_WELL("of hers", booking_page(s.h.db, s.a, &of_hers, &left, &count));
	CHECK_INT("one is to be given away", count, 1);
	CHECK_TRUE("she is taken", !is_open(&s, s.hosts[0], "solo", MONDAY_8));
	CHECK_FAULT("not one of the team", reassign(&s, &b, "anna", "dan", &after),
		    FAULT_UNPROCESSABLE);
	CHECK_FAULT("not his", reassign(&s, &b, "ben", "cleo", &after), FAULT_UNPROCESSABLE);
	busy(&s, 1, "ben-is-busy", MONDAY_8, MONDAY_8 + HOUR);
	CHECK_FAULT("not free", reassign(&s, &b, "anna", "ben", &after), FAULT_SLOT_TAKEN);
	CHECK_WELL("to Cleo", reassign(&s, &b, "anna", "cleo", &after));
	CHECK_INT("Cleo", host_at(&s, &after), 2);
	CHECK_TEXT("one UID", after.uid, b.uid);
	CHECK_TRUE("a new version", after.version == b.version + 1 && after.sequence > b.sequence);
	ics = event_of(&s, s.team, &after);
	CHECK_TRUE("the organizer stays", has(&s, ics, "mailto:team@example.org"));
	CHECK_TRUE("Cleo comes", has(&s, ics, "mailto:cleo@example.org"));
	CHECK_TRUE("Anna does not", !has(&s, ics, "mailto:anna@example.org"));
	CHECK_TRUE("in Cleo's calendar",
		   has(&s, event_of(&s, s.hosts[2], &after), "mailto:cleo@example.org"));
	CHECK_TRUE("Anna is bookable at once", is_open(&s, s.hosts[0], "solo", MONDAY_8));
	CHECK_WELL("booked", book(&s, s.hosts[0], "solo", MONDAY_8, &b));
	squad_close(&s);
}
STORE_CASE(reassigned)

/* Consent that is taken back closes a host to types that named them before. */
static void consent(struct store_fixture *x)
{
	int64_t members[1];
	struct change *c;
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.team, "one", TEAM_OF("collective", HOST("anna")));
	CHECK_TRUE("open to all", is_open(&s, s.team, "one", MONDAY_8));
	c = change_open(&s.h.calendar, s.a, CHANGE_CLIENT, HOUSE_NOW);
	CHECK_WELL("closed", change_set_free_busy(c, s.hosts[0], FREE_BUSY_NOBODY));
	CHECK_WELL("closed", change_run(c));
	CHECK_TRUE("to none", !is_open(&s, s.team, "one", MONDAY_8));
	CHECK_TRUE("by rows", explain(&s, "one", MONDAY_8).verdict == SLOT_CLOSED);
	members[0] = s.hosts[0];
	c = change_open(&s.h.calendar, s.a, CHANGE_CLIENT, HOUSE_NOW);
	CHECK_WELL("of the team", change_set_members(c, s.team, members, 1));
	CHECK_WELL("of the team", change_run(c));
	CHECK_TRUE("but to their own", is_open(&s, s.team, "one", MONDAY_8));
	squad_close(&s);
}
STORE_CASE(consent)

#define COURSE_OF(hosts)                                                                           \
	"{\"durations\":[60],\"series\":{\"max\":4},\"team\":{\"mode\":\"collective\",\"hosts\":"  \
	"[" hosts "]}}"

/* Whoever has left the team gives a series to one who came: all times are judged, and pass over. */
static void reassigned_series(struct store_fixture *x)
{
	const int64_t week = 7 * DAY_SECONDS;
	struct book_outcome out;
	struct book_request rq;
	struct booking after;
	struct change *c;
	struct squad s;

	squad_open(&s, x, 3);
	house_type(&s.h, s.team, "course", COURSE_OF(HOST("anna")));
	house_type(&s.h, s.hosts[1], "solo", SOLO);
	rq = (struct book_request){
		.host = host_of(&s, s.team),
		.start = MONDAY_8,
		.invitee_name = TEXT("Somebody"),
		.invitee_email = TEXT("bob@example.com"),
		.series = {.count = 4, .every = SERIES_WEEK},
		.now = HOUSE_NOW,
	};
	rq.type = type_of(rq.host, "course");
	CHECK_WELL("prepare", book_prepare(&s.h.desk, s.h.db, s.a, &rq, &c, &out));
	CHECK_WELL("a series", change_run(c));
	CHECK_INT("Anna", host_at(&s, &out.booking), 0);
	house_type(&s.h, s.team, "course", COURSE_OF(HOST("ben") "," HOST("cleo")));
	CHECK_WELL("the third week of Ben",
		   book(&s, s.hosts[1], "solo", MONDAY_8 + 2 * week, &after));
	CHECK_FAULT("is taken", reassign(&s, &out.booking, "anna", "ben", &after),
		    FAULT_SLOT_TAKEN);
	busy(&s, 2, "cleo-is-busy", MONDAY_8 + 3 * week, MONDAY_8 + 3 * week + HOUR);
	CHECK_FAULT("the last of Cleo, too", reassign(&s, &out.booking, "", "cleo", &after),
		    FAULT_SLOT_TAKEN);
	CHECK_WELL("which she makes free",
		   house_remove(&s.h, s.hosts[2], "calendar", "cleo-is-busy.ics"));
	CHECK_WELL("to Cleo", reassign(&s, &out.booking, "", "cleo", &after));
	CHECK_INT("four times",
		  count_of(&s, arena_printf(s.a,
					    "SELECT count(*) FROM hold WHERE "
					    "owner = %lld",
					    (long long)s.hosts[2])),
		  4);
	CHECK_INT("and Ben's", count_of(&s, "SELECT count(*) FROM hold"), 5);
	squad_close(&s);
}
STORE_CASE(reassigned_series)

/* What is over is nobody's to give away; of several who come one must be named. */
static void reassigned_late(struct store_fixture *x)
{
	struct team_reassignment wish = {
		.to = TEXT("cleo"),
		.by = {.who = BOOKING_BY_HOST, .now = MONDAY_8 + HOUR},
	};
	struct booking b, after;
	struct change *c;
	struct squad s;

	squad_open(&s, x, 3);
	house_type(
		&s.h, s.team, "two",
		"{\"durations\":[60],\"team\":{\"mode\":\"pools\",\"pools\":[{\"need\":2,\"hosts\":"
		"[{\"name\":\"anna\"},{\"name\":\"ben\"},{\"name\":\"cleo\"}]}]}}");
	b = booked(&s, "two", MONDAY_8);
	CHECK_FAULT("who leaves",
		    team_prepare_reassign(&s.h.desk, s.h.db, s.a, &b, &wish, &c, &after),
		    FAULT_UNPROCESSABLE);
	wish.from = TEXT("ben");
	CHECK_FAULT("it is over",
		    team_prepare_reassign(&s.h.desk, s.h.db, s.a, &b, &wish, &c, &after),
		    FAULT_NOT_OFFERED);
	wish.by.now = MONDAY_8 + HOUR - 1;
	CHECK_WELL("while it lasts",
		   team_prepare_reassign(&s.h.desk, s.h.db, s.a, &b, &wish, &c, &after));
	squad_close(&s);
}
STORE_CASE(reassigned_late)

/* ---- F5 ---------------------------------------------------------------------------------------
 */

#define THREE_POOLS                                                                                \
	"{\"durations\":[60],\"team\":{\"mode\":\"pools\",\"pools\":["                             \
	"{\"need\":2,\"hosts\":[{\"name\":\"anna\"},{\"name\":\"ben\"},{\"name\":\"cleo\"}]},"     \
	"{\"need\":1,\"hosts\":[{\"name\":\"dan\"},{\"name\":\"eva\"}]},"                          \
	"{\"need\":1,\"hosts\":[{\"name\":\"fred\"},{\"name\":\"gina\",\"optional\":true}]}]}}"

static void pools(struct store_fixture *x)
{
	struct booking b;
	struct squad s;

	squad_open(&s, x, 7);
	house_type(&s.h, s.team, "mixed", THREE_POOLS);
	busy(&s, 0, "anna-1", MONDAY_8, MONDAY_8 + HOUR);
	busy(&s, 3, "dan-1", MONDAY_8, MONDAY_8 + HOUR);
	b = booked(&s, "mixed", MONDAY_8);
	CHECK_INT("two, one and the manager", count_of(&s, "SELECT count(*) FROM hold"), 4);
	CHECK_INT("and who would come",
		  count_of(&s, "SELECT count(*) FROM booking_host WHERE optional = 1"), 1);
	CHECK_TRUE("who is asked", has(&s, event_of(&s, s.team, &b), "mailto:gina@example.org"));
	CHECK_TRUE("nobody else is needed twice", !is_open(&s, s.team, "mixed", MONDAY_8));
	busy(&s, 1, "ben-2", MONDAY_8 + HOUR, MONDAY_8 + 2 * HOUR);
	CHECK_TRUE("two of three", is_open(&s, s.team, "mixed", MONDAY_8 + HOUR));
	busy(&s, 2, "cleo-2", MONDAY_8 + HOUR, MONDAY_8 + 2 * HOUR);
	CHECK_TRUE("one of three", !is_open(&s, s.team, "mixed", MONDAY_8 + HOUR));
	CHECK_TRUE("as they are busy", explain(&s, "mixed", MONDAY_8 + HOUR).verdict == SLOT_BUSY);
	CHECK_FAULT("all or nothing", book(&s, s.team, "mixed", MONDAY_8 + HOUR, &b),
		    FAULT_SLOT_TAKEN);
	CHECK_INT("nothing", count_of(&s, "SELECT count(*) FROM hold"), 4);
	busy(&s, 5, "fred-3", MONDAY_8 + 2 * HOUR, MONDAY_8 + 3 * HOUR);
	CHECK_TRUE("no manager", !is_open(&s, s.team, "mixed", MONDAY_8 + 2 * HOUR));
	busy(&s, 6, "gina-4", MONDAY_8 + 3 * HOUR, MONDAY_8 + 4 * HOUR);
	CHECK_TRUE("who is optional is in nobody's way",
		   is_open(&s, s.team, "mixed", MONDAY_8 + 3 * HOUR));
	squad_close(&s);
}
STORE_CASE(pools)

static const struct fault *let_answer(struct squad *s, int64_t room, const struct answer_limits *l)
{
	struct change *c = change_open(&s->h.calendar, s->a, CHANGE_CLIENT, HOUSE_NOW);
	const struct fault *f = change_set_answers(c, room, l);

	return change_run_unless(c, f);
}

/* One that is there on weekdays from 10 to 12 in its own zone, whatever hours it has for booking.
 */
static int64_t add_room(struct squad *s)
{
	const struct answer_limits limits = {.week = TEXT("mon-fri 10:00-12:00")};
	struct change_owner o = {
		.owner = {.kind = OWNER_ROOM,
			  .name = TEXT("room"),
			  .display_name = TEXT("The Room"),
			  .email = TEXT("room@example.org"),
			  .timezone = TEXT("Europe/Berlin")},
		.schedule = {.id = TEXT("default"),
			     .name = TEXT("Hours"),
			     .timezone = TEXT("Europe/Berlin"),
			     .rules = booking_default_schedule(),
			     .version = 1},
	};
	struct change *c = change_open(&s->h.calendar, s->a, CHANGE_CLIENT, HOUSE_NOW);

	CHECK_WELL("a room", change_add_owner(c, &o));
	CHECK_WELL("a room", change_run(c));
	CHECK_WELL("its hours", let_answer(s, o.id, &limits));
	return o.id;
}

#define WITH_ROOM                                                                                  \
	"{\"durations\":[60],\"team\":{\"mode\":\"pools\",\"pools\":["                             \
	"{\"need\":1,\"hosts\":[{\"name\":\"anna\"},{\"name\":\"ben\"}]},"                         \
	"{\"need\":1,\"hosts\":[{\"name\":\"room\"}]}]}}"

/* A room of the directory is a host as any: within its hours, held once, and told of it. */
static void real_room(struct store_fixture *x)
{
	const struct book_by by = {.who = BOOKING_BY_INVITEE, .now = HOUSE_NOW + 60};
	const struct answer_limits none = {.answers = ANSWERS_NO}, any = {.longest_min = 59};
	struct book_outcome out;
	struct booking b;
	struct change *c = NULL;
	struct squad s;
	int64_t room;

	squad_open(&s, x, 2);
	room = add_room(&s);
	house_type(&s.h, s.team, "meet", WITH_ROOM);
	CHECK_WELL("an event in it",
		   house_put(&s.h, room, "calendar", "else.ics",
			     house_event(s.a, "else", "20270118T090000Z", "20270118T100000Z", "")));
	CHECK_TRUE("before its hours", !is_open(&s, s.team, "meet", MONDAY_8));
	CHECK_TRUE("so explained", explain(&s, "meet", MONDAY_8).verdict == SLOT_OUTSIDE_HOURS);
	CHECK_TRUE("after its hours", !is_open(&s, s.team, "meet", MONDAY_8 + 3 * HOUR));
	CHECK_TRUE("taken by an event", !is_open(&s, s.team, "meet", MONDAY_8 + HOUR));
	CHECK_TRUE("so explained", explain(&s, "meet", MONDAY_8 + HOUR).verdict == SLOT_BUSY);
	CHECK_TRUE("free", is_open(&s, s.team, "meet", MONDAY_8 + 2 * HOUR));
	b = booked(&s, "meet", MONDAY_8 + 2 * HOUR);
	CHECK_INT("the room and one of them", count_of(&s, "SELECT count(*) FROM hold"), 2);
	CHECK_INT("by the booking alone",
		  count_of(&s, "SELECT count(*) FROM hold WHERE booking LIKE 'meeting/%'"), 0);
	CHECK_TRUE("as a room", has(&s, event_of(&s, s.team, &b), "CUTYPE=ROOM"));
	CHECK_TRUE("which has accepted", has(&s, event_of(&s, s.team, &b),
					     "CUTYPE=ROOM;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED"));
	CHECK_TRUE("in its calendar", event_of(&s, room, &b).len > 0);
	CHECK_TRUE("another has no room", !is_open(&s, s.team, "meet", MONDAY_8 + 2 * HOUR));
	CHECK_WELL("on Tuesday", book_prepare_reschedule(&s.h.desk, s.h.db, s.a, &b,
							 MONDAY_8 + 25 * HOUR, 0, &by, &c, &out));
	CHECK_WELL("on Tuesday", change_run(c));
	CHECK_TRUE("accepted there, too",
		   has(&s, event_of(&s, room, &out.booking), "PARTSTAT=ACCEPTED:mailto:room@"));
	CHECK_TRUE("the old time is free", is_open(&s, s.team, "meet", MONDAY_8 + 2 * HOUR));
	CHECK_INT("still two", count_of(&s, "SELECT count(*) FROM hold"), 2);
	CHECK_WELL("cancel", cancel(&s, &out.booking));
	CHECK_INT("nothing is held", count_of(&s, "SELECT count(*) FROM hold"), 0);
	CHECK_WELL("too long for it", let_answer(&s, room, &any));
	CHECK_TRUE("closed", !is_open(&s, s.team, "meet", MONDAY_8 + 2 * HOUR));
	CHECK_WELL("it takes nothing", let_answer(&s, room, &none));
	CHECK_TRUE("closed", !is_open(&s, s.team, "meet", MONDAY_8 + 2 * HOUR));
	squad_close(&s);
}
STORE_CASE(real_room)

/* ---- E3, E4 -----------------------------------------------------------------------------------
 */

static void solo_against_team(struct store_fixture *x)
{
	struct book_outcome out;
	struct change *team, *solo;
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.hosts[0], "solo", SOLO);
	house_type(&s.h, s.hosts[1], "solo-b", SOLO);
	house_type(&s.h, s.team, "both", COLLECTIVE);
	for (int first = 0; first < 2; first++) {
		int64_t at = MONDAY_8 + first * HOUR;
		const struct fault *f;

		CHECK_WELL("solo",
			   prepare(&s, s.hosts[0], "solo", at, "bob@example.com", &solo, &out));
		CHECK_WELL("team", prepare(&s, s.team, "both", at, "eve@example.com", &team, &out));
		CHECK_WELL("the first wins", change_run(first == 0 ? solo : team));
		f = change_run(first == 0 ? team : solo);
		CHECK_TRUE("the other one does not", f != NULL);
		CHECK_INT("of the team, Ben stays free", is_open(&s, s.hosts[1], "solo-b", at),
			  first == 0);
	}
	CHECK_INT("three hold their time", count_of(&s, "SELECT count(*) FROM hold"), 3);
	squad_close(&s);
}
STORE_CASE(solo_against_team)

/* As the API does: prepared anew where others were quicker. */
static const struct fault *run_until(struct squad *s, struct change *c, int64_t at,
				     struct book_outcome *out)
{
	const struct fault *f = change_run(c);

	for (int tries = 0; tries < 10 && fault_is(f, FAULT_PRECONDITION); tries++) {
		f = prepare(s, s->team, "any", at, "bob@example.com", &c, out);
		if (!f)
			f = change_run(c);
	}
	return f;
}

static void ten_want_three(struct store_fixture *x)
{
	struct book_outcome out[10];
	struct change *c[10];
	struct squad s;
	int won = 0, seen = 0;

	squad_open(&s, x, 3);
	house_type(&s.h, s.team, "any", ROUND_ROBIN);
	for (int i = 0; i < 10; i++)
		CHECK_WELL("open to all",
			   prepare(&s, s.team, "any", MONDAY_8, "bob@example.com", &c[i], &out[i]));
	for (int i = 0; i < 10; i++) {
		const struct fault *f = run_until(&s, c[i], MONDAY_8, &out[i]);

		if (f) {
			CHECK_TRUE("taken", fault_is(f, FAULT_SLOT_TAKEN));
			continue;
		}
		won++;
		seen |= 1 << host_at(&s, &out[i].booking);
	}
	CHECK_INT("three succeed", won, 3);
	CHECK_INT("with three hosts", seen, 7);
	CHECK_INT("each with an event",
		  count_of(&s, "SELECT count(*) FROM booking b JOIN object o ON o.owner = b.owner"
			       " AND o.uid = b.uid WHERE b.status = 1"),
		  3);
	CHECK_INT("and one mail", count_of(&s, "SELECT count(*) FROM job WHERE kind = 'mail'"), 3);
	squad_close(&s);
}
STORE_CASE(ten_want_three)

/* ---- the event --------------------------------------------------------------------------------
 */

static void copies(struct store_fixture *x)
{
	struct booking b;
	struct squad s;
	struct text ics;

	squad_open(&s, x, 2);
	house_type(&s.h, s.team, "both", COLLECTIVE);
	house_type(&s.h, s.hosts[0], "solo", SOLO);
	b = booked(&s, "both", MONDAY_8);
	ics = event_of(&s, s.team, &b);
	CHECK_TRUE("the team invites", has(&s, ics, "ORGANIZER;CN=The Team:mailto:team@") ||
					       has(&s, ics, "ORGANIZER;CN=\"The Team\":mailto:"));
	for (int i = 0; i < 2; i++) {
		ics = event_of(&s, s.hosts[i], &b);
		CHECK_TRUE("in each calendar", ics.len > 0);
		CHECK_TRUE(
			"accepted by both",
			!has(&s, ics,
			     arena_printf(s.a, "PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:%s",
					  names[i])) &&
				has(&s, ics,
				    arena_printf(s.a, "PARTSTAT=ACCEPTED:mailto:%s@", names[i])));
	}
	CHECK_INT("two hold it", count_of(&s, "SELECT count(*) FROM hold"), 2);
	CHECK_TRUE("taken", explain(&s, "both", MONDAY_8).verdict == SLOT_HELD);
	CHECK_WELL("cancel", cancel(&s, &b));
	CHECK_INT("given back", count_of(&s, "SELECT count(*) FROM hold"), 0);
	CHECK_TRUE("open to all", is_open(&s, s.team, "both", MONDAY_8) &&
					  is_open(&s, s.hosts[0], "solo", MONDAY_8));
	squad_close(&s);
}
STORE_CASE(copies)

static void moves(struct store_fixture *x)
{
	const struct book_by by = {.who = BOOKING_BY_INVITEE, .now = HOUSE_NOW + 60};
	struct book_outcome out;
	struct change *c = NULL;
	struct booking b;
	struct squad s;
	int first;

	squad_open(&s, x, 3);
	house_type(&s.h, s.team, "any", ROUND_ROBIN);
	b = booked(&s, "any", MONDAY_8);
	first = host_at(&s, &b);
	CHECK_WELL("move", book_prepare_reschedule(&s.h.desk, s.h.db, s.a, &b, MONDAY_8 + HOUR, 0,
						   &by, &c, &out));
	CHECK_WELL("move", change_run(c));
	b = out.booking;
	CHECK_INT("the same host", host_at(&s, &b), first);
	CHECK_TRUE("accepted there", has(&s, event_of(&s, s.hosts[first], &b),
					 "DTSTART;TZID=Europe/Berlin:20270118"
					 "T100000"));
	busy(&s, first, "busy-later", MONDAY_8 + 2 * HOUR, MONDAY_8 + 3 * HOUR);
	CHECK_WELL("on", book_prepare_reschedule(&s.h.desk, s.h.db, s.a, &b, MONDAY_8 + 2 * HOUR, 0,
						 &by, &c, &out));
	CHECK_WELL("on", change_run(c));
	CHECK_TRUE("another, as that one is busy", host_at(&s, &out.booking) != first);
	CHECK_INT("one hold", count_of(&s, "SELECT count(*) FROM hold"), 1);
	squad_close(&s);
}
STORE_CASE(moves)

static void follows(struct store_fixture *x)
{
	struct booking b;
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.team, "both", COLLECTIVE);
	b = booked(&s, "both", MONDAY_8);
	CHECK_WELL("removed in a calendar app",
		   house_remove(&s.h, s.team, "calendar", text_cstr(s.a, b.object_name)));
	CHECK_INT("it is over", count_of(&s, "SELECT status FROM booking"), BOOKING_IS_CANCELLED);
	CHECK_INT("all are free", count_of(&s, "SELECT count(*) FROM hold"), 0);
	CHECK_TRUE("and bookable", is_open(&s, s.team, "both", MONDAY_8));
	squad_close(&s);
}
STORE_CASE(follows)

/* Scheduling tells nobody twice: as a guest the host would be there without an event of it. */
static void guest_is_no_host(struct store_fixture *x)
{
	struct book_outcome out;
	struct change *c;
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.team, "both", COLLECTIVE);
	CHECK_FAULT("her own address",
		    prepare(&s, s.team, "both", MONDAY_8, "Anna@example.org", &c, &out),
		    FAULT_UNPROCESSABLE);
	CHECK_WELL("another", prepare(&s, s.team, "both", MONDAY_8, "anna@example.com", &c, &out));
	CHECK_WELL("another", change_run(c));
	squad_close(&s);
}
STORE_CASE(guest_is_no_host)

/* ---- a host declines ---------------------------------------------------------------------------
 */

/* The host deletes the copy in a calendar app (RFC 6638 §3.2.2.4). */
static void leave(struct squad *s, int host, const struct booking *b)
{
	struct stored_object *o = NULL;

	CHECK_WELL("copy", object_find_uid_anywhere(s->h.db, s->a, s->hosts[host], b->uid, 0, &o));
	CHECK_TRUE("a copy", o != NULL);
	if (o)
		CHECK_WELL("deleted", house_remove(&s->h, s->hosts[host], "calendar",
						   text_cstr(s->a, o->name)));
}

static struct booking now(struct squad *s, const struct booking *b)
{
	struct booking *is = NULL;

	CHECK_WELL("booking", booking_find(s->h.db, s->a, b->owner, b->id, &is));
	return is ? *is : *b;
}

static bool substitute(struct squad *s, const struct booking *b, int missing)
{
	struct change *c = NULL;

	CHECK_WELL("look for another",
		   team_prepare_substitute(&s->h.desk, s->h.db, s->a, b, s->hosts[missing],
					   HOUSE_NOW + 60, &c));
	if (c)
		CHECK_WELL("another", change_run(c));
	return c != NULL;
}

static void another_comes(struct store_fixture *x)
{
	struct booking b, after;
	struct booking_step *steps = NULL;
	struct squad s;
	size_t count = 0;
	int first, second;

	squad_open(&s, x, 3);
	house_type(&s.h, s.team, "any", ROUND_ROBIN);
	house_type(&s.h, s.hosts[0], "solo", SOLO);
	b = booked(&s, "any", MONDAY_8);
	first = host_at(&s, &b);
	CHECK_INT("anna", first, 0);
	leave(&s, first, &b);
	after = now(&s, &b);
	CHECK_INT("it stands", after.status, BOOKING_IS_CONFIRMED);
	CHECK_INT("her time is free", count_of(&s, "SELECT count(*) FROM hold"), 0);
	CHECK_TRUE("to be booked", is_open(&s, s.hosts[0], "solo", MONDAY_8));
	CHECK_TRUE("the event says so", has(&s, event_of(&s, s.team, &after), "PARTSTAT=DECLINED"));
	CHECK_WELL("history", history_list(s.h.db, s.a, s.team, b.id, &steps, &count));
	CHECK_INT("a step", count, 2);
	CHECK_INT("of its own", steps[1].deed.what, BOOKING_HOST_DECLINED);
	CHECK_INT("a job looks for another",
		  count_of(&s, "SELECT count(*) FROM job WHERE kind = 'host'"), 1);
	CHECK_TEXT("no lack of order", house_findings(&s.h, s.a), TEXT(""));
	busy(&s, 1, "ben-is-busy", MONDAY_8, MONDAY_8 + HOUR);
	CHECK_TRUE("another is found", substitute(&s, &after, first));
	after = now(&s, &b);
	second = host_at(&s, &after);
	CHECK_INT("cleo", second, 2);
	CHECK_INT("who holds it", count_of(&s, "SELECT owner FROM hold"), s.hosts[2]);
	CHECK_TRUE("and sees it", event_of(&s, s.hosts[2], &after).len > 0);
	CHECK_TRUE("nobody is missing", !substitute(&s, &after, first));
	squad_close(&s);
}
STORE_CASE(another_comes)

/* What comes between the search and its end is seen, as of the time that was searched at. */
static void another_is_taken(struct store_fixture *x)
{
	struct change *c = NULL;
	struct booking b, after;
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.team, "any", ROUND_ROBIN);
	b = booked(&s, "any", MONDAY_8);
	leave(&s, 0, &b);
	after = now(&s, &b);
	CHECK_WELL("look for another", team_prepare_substitute(&s.h.desk, s.h.db, s.a, &after,
							       s.hosts[0], HOUSE_NOW + 60, &c));
	CHECK_TRUE("ben is there", c != NULL);
	busy(&s, 1, "ben-is-busy", MONDAY_8, MONDAY_8 + HOUR);
	if (c)
		CHECK_FAULT("and is no more", change_run(c), FAULT_SLOT_TAKEN);
	squad_close(&s);
}
STORE_CASE(another_is_taken)

static void nobody_comes(struct store_fixture *x)
{
	struct booking b, after;
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.team, "both", COLLECTIVE);
	b = booked(&s, "both", MONDAY_8);
	leave(&s, 1, &b);
	after = now(&s, &b);
	CHECK_INT("it stands", after.status, BOOKING_IS_CONFIRMED);
	CHECK_INT("for the other", count_of(&s, "SELECT owner FROM hold"), s.hosts[0]);
	CHECK_TRUE("nobody is left", !substitute(&s, &after, 1));
	CHECK_WELL("it can be cancelled", cancel(&s, &after));
	CHECK_INT("all is free", count_of(&s, "SELECT count(*) FROM hold"), 0);
	squad_close(&s);
}
STORE_CASE(nobody_comes)

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
	   STORE_ROWS("F2: buffers of a team are kept by all", own_buffers),
	   {"F3: shares are by weight", weights},
	   {"F3: who is new begins where others are", newcomer},
	   {"F3: who was away is not flooded", absent},
	   {"F3: priorities go before turns", priorities},
	   STORE_ROWS("F3: a cancelled booking returns its turn", turn_comes_back),
	   STORE_ROWS("F3: so does a refused one", refused_turn),
	   STORE_ROWS("F4: a booking goes to another host", reassigned),
	   STORE_ROWS("whoever is closed to others is no host of theirs", consent),
	   STORE_ROWS("F4: a series goes with all its times", reassigned_series),
	   STORE_ROWS("F4: what is over goes to nobody", reassigned_late),
	   STORE_ROWS("F5: two of a team, one of rooms, and the manager", pools),
	   STORE_ROWS("F5: a room of the directory", real_room),
	   STORE_ROWS("E3: a host alone against the team", solo_against_team),
	   STORE_ROWS("E4: three hosts, ten at once", ten_want_three),
	   STORE_ROWS("one event, and its copies", copies),
	   STORE_ROWS("a meeting that moves keeps its host if it can", moves),
	   STORE_ROWS("a team's calendar is followed", follows),
	   STORE_ROWS("who books is none of those who come", guest_is_no_host),
	   STORE_ROWS("a host of a round robin declines, and another comes", another_comes),
	   STORE_ROWS("whoever comes instead is judged where it is done", another_is_taken),
	   STORE_ROWS("a host of all declines, and the meeting stands", nobody_comes))
