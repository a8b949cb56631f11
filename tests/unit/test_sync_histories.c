/*
 * test_sync_histories - edits of a calendar elsewhere and readings of it, with troubles, at random
 */
#include "dice.h"
#include "elsewhere.h"
#include "unit.h"

#define NINE ELSEWHERE_NINE
#define MOVED                                                                                      \
	"RECURRENCE-ID:20270119T090000Z\r\nDTSTART:20270119T150000Z\r\nDTEND:20270119T160000Z\r\n"

const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return elsewhere_provider();
}

enum { THINGS = 12 };

/* What should be there, by its series. */
struct model {
	bool stands[THINGS];
};

static void edit(struct dice *d, struct model *m)
{
	int64_t i = dice_roll(d, 0, THINGS - 1);
	char remote[32], instance[32];

	snprintf(remote, sizeof(remote), "t%d", (int)i);
	snprintf(instance, sizeof(instance), "t%d_1", (int)i);
	switch (dice_roll(d, 0, 5)) {
	case 0:
		elsewhere_put(remote, remote, OUTSIDE_SINGLE, "");
		elsewhere_remove(instance);
		m->stands[i] = false;
		return;
	case 1:
		elsewhere_remove(instance);
		elsewhere_remove(remote);
		m->stands[i] = false;
		return;
	case 2: elsewhere_put(instance, remote, OUTSIDE_INSTANCE, MOVED); break;
	case 3:
		elsewhere_put(remote, remote, OUTSIDE_MASTER, NINE "RRULE:FREQ=DAILY;COUNT=5\r\n");
		break;
	default:
		elsewhere_remove(instance);
		elsewhere_put(remote, remote, OUTSIDE_SINGLE, NINE);
		break;
	}
	m->stands[i] = true;
}

static void trouble(struct dice *d)
{
	static const enum call_end ends[] = {CALL_LATER, CALL_BROKEN, CALL_REFUSED, CALL_GONE};

	switch (dice_roll(d, 0, 5)) {
	case 0: elsewhere_forget_cursors(); break;
	case 1:
	case 2:
		elsewhere_fail((int)dice_roll(d, 1, 3), ends[dice_roll(d, 0, ARRAY_LEN(ends) - 1)]);
		break;
	default: break;
	}
}

static void one_history(struct elsewhere *e, uint64_t seed)
{
	struct dice d = {seed};
	struct model m = {{false}};
	struct outside_calendar c;
	char name[64];
	int64_t want = 0;

	snprintf(name, sizeof(name), "history %llu", (unsigned long long)seed);
	elsewhere_reset((int)dice_roll(&d, 1, 4));
	/* What stood there in the history before. */
	elsewhere_forget_cursors();
	for (int step = 0; step < 12; step++) {
		for (int64_t n = dice_roll(&d, 0, 4); n > 0; n--)
			edit(&d, &m);
		trouble(&d);
		(void)elsewhere_read(e, &c);
	}
	elsewhere_fail(0, CALL_OK);
	CHECK_INT(name, elsewhere_read(e, &c), CALL_OK);
	for (int i = 0; i < THINGS; i++) {
		char remote[32];

		snprintf(remote, sizeof(remote), "t%d", i);
		CHECK_INT(name, elsewhere_has(e, remote), m.stands[i]);
		want += m.stands[i];
	}
	CHECK_INT(name, elsewhere_objects(e), want);
}

static void histories(struct store_fixture *x)
{
	struct elsewhere e;

	elsewhere_open(&e, x);
	for (uint64_t seed = 1; seed <= 20; seed++)
		one_history(&e, seed);
	elsewhere_close(&e);
}
STORE_CASE(histories)

UNIT_SUITE("sync_histories", STORE_ROWS("edits and troubles at random", histories))
