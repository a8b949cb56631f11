/*
 * test_team_turns - whose turn it is (booking case F3)
 */
#include "ical/zone.h"
#include "pinned_zones.h"
#include "squad.h"
#include "unit.h"

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
	b = squad_booked(&s, "any", MONDAY_8);
	first = squad_host_at(&s, &b);
	CHECK_WELL("cancel", squad_cancel(&s, &b));
	CHECK_INT("nothing is held", squad_count(&s, "SELECT count(*) FROM hold"), 0);
	again = squad_booked(&s, "any", MONDAY_8 + HOUR);
	CHECK_INT("it is the same one's turn", squad_host_at(&s, &again), first);
	b = squad_booked(&s, "any", MONDAY_8 + 2 * HOUR);
	CHECK_TRUE("then another's", squad_host_at(&s, &b) != first);
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
	b = squad_booked(&s, "ask", MONDAY_8);
	first = squad_host_at(&s, &b);
	CHECK_INT("it is held", squad_count(&s, "SELECT count(*) FROM hold"), 1);
	CHECK_WELL("refused", decide(&s, &b, true));
	CHECK_INT("nothing is held", squad_count(&s, "SELECT count(*) FROM hold"), 0);
	again = squad_booked(&s, "ask", MONDAY_8 + HOUR);
	CHECK_INT("it is the same one's turn", squad_host_at(&s, &again), first);
	CHECK_WELL("confirmed", decide(&s, &again, false));
	b = squad_booked(&s, "ask", MONDAY_8 + 2 * HOUR);
	CHECK_TRUE("and then another's", squad_host_at(&s, &b) != first);
	squad_close(&s);
}
STORE_CASE(refused_turn)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("team_turns", {"zones are pinned", test_pinned}, {"F3: shares are by weight", weights},
	   {"F3: who is new begins where others are", newcomer},
	   {"F3: who was away is not flooded", absent},
	   {"F3: priorities go before turns", priorities},
	   STORE_ROWS("F3: a cancelled booking returns its turn", turn_comes_back),
	   STORE_ROWS("F3: so does a refused one", refused_turn))
