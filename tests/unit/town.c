/*
 * town - one user with an empty calendar
 */
#include "town.h"

#include "ical/time.h"
#include "store/occurrence.h"
#include "unit.h"

void town_open(struct town *t, struct store_fixture *x)
{
	house_open(&t->h, x);
	t->a = t->h.arena;
	t->alice = house_user(&t->h, "alice");
	t->calendar = house_calendar(&t->h, t->alice, "calendar");
}

void town_close(struct town *t)
{
	CHECK_TEXT("the auditor finds nothing", house_findings(&t->h, t->a), TEXT(""));
	house_close(&t->h);
}

struct change *change_of(struct town *t)
{
	return change_open(&t->h.calendar, t->a, CHANGE_CLIENT, HOUSE_NOW);
}

/* SQL with one number. */
int64_t count_of(struct town *t, const char *query)
{
	struct sql *sql = arena_alloc(t->a, sizeof(*sql));

	sql->text = query;
	return store_fixture_int(t->h.x, sql);
}

struct change_put *put_of(struct town *t, const char *name, const char *ics)
{
	struct change_put *put = arena_alloc(t->a, sizeof(*put));

	*put = (struct change_put){
		.owner = t->alice,
		.collection = t->calendar,
		.name = text_from(name),
		.raw = text_from(ics),
		.source = ICAL_FROM_CLIENT,
	};
	return put;
}

const struct fault *run_put(struct town *t, struct change_put *put)
{
	struct change *c = change_of(t);
	const struct fault *f = change_put(c, put);

	return f ? f : change_run(c);
}

void make_work(struct town *t)
{
	struct change_collection *mk = arena_alloc(t->a, sizeof(*mk));
	struct change *c = change_of(t);

	*mk = (struct change_collection){
		.owner = t->alice, .name = TEXT("work"), .components = COMP_VEVENT};
	CHECK_WELL("work", change_make_collection(c, mk));
	CHECK_WELL("work", change_run(c));
}

static const struct fault *set_horizon_tx(struct db *db, struct arena *a, void *ctx)
{
	return occurrence_set_horizon(db, a, HOUSE_NOW - 366 * DAY_SECONDS, *(int64_t *)ctx);
}

void set_horizon(struct town *t, int64_t until)
{
	CHECK_WELL("horizon", store_fixture_tx(t->h.x, set_horizon_tx, &until));
}
