/*
 * fuzz_door - any bytes as a message to the address of a meeting type
 *
 * Beyond not crashing: what is read and prepared has an answer that can be read, or a change to be
 * made, and a fault is never our own trouble. No change is made, so that each input meets the same
 * host: alice, who has nothing to do.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/pool.h"
#include "booking/door.h"
#include "booking/host.h"
#include "calendar/change.h"
#include "freebusy/cache.h"
#include "ical/ical.h"
#include "store/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1798761600, TIMELINES_BYTES = 4 << 20, HOSTS = 4, WORKERS = 1, QUEUE = 8 };

static struct calendar calendar;
static struct booking_desk desk = {.calendar = &calendar, .url = TEXT("https://cal.example.org")};

static void must(const struct fault *f)
{
	if (!f)
		return;
	fprintf(stderr, "%s\n", f->message);
	abort();
}

static void add_host(struct arena *a)
{
	struct change_owner alice = {
		.owner = {.name = TEXT("alice"),
			  .display_name = TEXT("Alice"),
			  .email = TEXT("alice@example.org"),
			  .timezone = TEXT("Europe/Berlin")},
		.schedule = {.id = TEXT("default"),
			     .name = TEXT("Hours"),
			     .timezone = TEXT("Europe/Berlin"),
			     .rules = booking_default_schedule(),
			     .version = 1},
	};
	struct meeting_type type = {
		.id = TEXT("intro"),
		.slug = TEXT("intro"),
		.title = TEXT("Intro"),
		.rules = TEXT("{\"durations\":[30,60]}"),
		.version = 1,
	};
	struct change *c = change_open(&calendar, a, CHANGE_CLIENT, NOW);

	must(change_add_owner(c, &alice));
	must(change_run(c));
	type.owner = alice.id;
	c = change_open(&calendar, a, CHANGE_CLIENT, NOW);
	must(change_put_type(c, &type));
	must(change_run(c));
}

static void make_house(void)
{
	struct arena *a = arena_create((size_t)1 << 26);
	char dir[] = "/tmp/fuzz-door-XXXXXX";
	struct store_options o = {.may_create = true, .may_migrate = true};

	assert(mkdtemp(dir));
	o.url = arena_printf(a, "sqlite:%s/store", dir);
	must(secret_init(a));
	ical_init();
	must(store_open(a, &o, &calendar.store));
	memset(calendar.key.bytes, 7, sizeof(calendar.key.bytes));
	calendar.workers = pool_create("fuzz", WORKERS, QUEUE);
	desk.timelines = freebusy_cache_create(TIMELINES_BYTES);
	desk.hosts = host_cache_create(HOSTS);
	add_host(a);
	arena_destroy(a);
}

static void check_answer(struct arena *a, const struct door *d, const struct change *c)
{
	struct ical_object *reply;

	if (d->answer == DOOR_DONE)
		assert(d->reply.len == 0);
	else
		assert(!ical_object_parse(a, d->reply, ICAL_FROM_MESSAGE, &reply));
	if (d->answer != DOOR_ACCEPTED)
		assert(!c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create((size_t)1 << 27);
	struct door d = {.desk = &desk, .now = NOW};
	struct change *c = NULL;
	struct db *db;
	const struct fault *f;

	if (!calendar.store)
		make_house();
	must(store_reader(calendar.store, a, &db));
	must(host_find(&desk, db, a, TEXT("alice"), &d.host));
	d.type = &d.host->types[0];
	f = door_read(db, a, text_of((const char *)data, size), &d);
	if (!f)
		f = door_prepare(db, a, &d, &c);
	if (f)
		assert(fault_row(f->code)->http_status < 500 || f->code == FAULT_OUT_OF_MEMORY);
	else
		check_answer(a, &d, c);
	arena_destroy(a);
	return 0;
}
