/*
 * test_stale - which readings count for one who asks for a reading that begins now
 */
#include "booking/stale.h"

#include "elsewhere.h"
#include "federation/sync.h"
#include "unit.h"

const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return elsewhere_provider();
}

/* What happens to a calendar after the mark, letter by letter. */
static const struct {
	const char *name, *then;
	bool is_unread;
} rows[] = {
	{"nothing", "", true},
	{"a reading", "r", false},
	{"a lease that was given back", "b", true},
	{"several of those", "bbb", true},
	{"a reading, and a lease that was given back", "rb", false},
	{"a lease that was given back, and a reading", "br", false},
	{"a reading, and the next is under way", "rt", false},
	{"one is under way", "t", true},
	{"it is to be read anew", "a", true},
	{"it is to be read anew, and was", "ar", false},
	{"a reading, and it is to be read anew", "ra", false},
	{"a reading that fails", "f", true},
	{"a reading, and one that fails", "rf", true},
	{"a reading, and all is forgotten", "rx", true},
};

struct step {
	struct elsewhere *e;
	char what;
};

static const struct fault *take(struct step *s, struct db *db, struct arena *a,
				struct outside_calendar **out)
{
	return outside_calendar_take_one(db, a, s->e->owner, s->e->calendar, HOUSE_NOW,
					 HOUSE_NOW + SYNC_LEASE_S, out);
}

static const struct fault *step_tx(struct db *db, struct arena *a, void *ctx)
{
	struct step *s = ctx;
	struct outside_calendar *c;
	const struct fault *f;

	if (s->what == 'a')
		return outside_calendar_read_anew(db, a, s->e->owner, s->e->calendar);
	if (s->what == 'x')
		return outside_calendar_forget(db, a, s->e->owner, s->e->calendar);
	f = take(s, db, a, &c);
	return f || s->what == 't' ? f : outside_calendar_settle(db, a, c, true);
}

static void go(struct elsewhere *e, char what)
{
	struct step step = {.e = e, .what = what};
	struct outside_calendar c;

	if (what == 'r' || what == 'f') {
		elsewhere_fail(what == 'f', CALL_LATER);
		CHECK_INT("reading", elsewhere_read(e, &c), what == 'f' ? CALL_LATER : CALL_OK);
	} else {
		CHECK_WELL("step", store_fixture_tx(e->h.x, step_tx, &step));
	}
}

static void check_row(struct elsewhere *e, size_t row)
{
	const struct booking_type type = {.team.mode = TEAM_NONE};
	const struct host host = {.owner = {.id = e->owner, .outside_at = HOUSE_NOW}};
	struct booking_desk desk = {.max_age_s = 1}, *is = &desk;
	struct stale s = {.desk = &desk, .arena = e->a, .now = HOUSE_NOW, .is_strict = true};

	go(e, 'r');
	CHECK_WELL(rows[row].name, stale_find(&s, e->h.db, &host, &type));
	for (const char *then = rows[row].then; *then; then++)
		go(e, *then);
	CHECK_WELL(rows[row].name, stale_desk(&s, e->h.db, &is));
	CHECK_INT(rows[row].name, (int64_t)is->unread_count, rows[row].is_unread);
}

/* It was read in the very second in which somebody asks, but before that. */
static void marks(struct store_fixture *x)
{
	static const struct sql let_go = {"UPDATE outside_calendar SET lease_until = 0"};
	struct elsewhere e;

	elsewhere_open(&e, x);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CHECK_WELL("let go", store_fixture_sql(x, &let_go));
		check_row(&e, i);
	}
	elsewhere_close(&e);
}
STORE_CASE(marks)

UNIT_SUITE("stale", STORE_ROWS("what counts as read", marks))
