/*
 * fuzz_tzif - any bytes as a TZif file, as its footer, and as a VTIMEZONE
 *
 * What is accepted is a zone: offsets within a day, changes in order, each of
 * them a change, and a VTIMEZONE of it that reads back.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/secret.h"
#include "ical/zone_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_CHANGES = 400 };

/* Is there at most one change within two days to either side, as in all real zones? */
static bool is_calm(const struct zone *z, int64_t utc)
{
	int64_t end = utc + 2 * DAY_SECONDS, first, second;

	return !zone_next_change(z, utc - 2 * DAY_SECONDS, &first) || first > end ||
	       !zone_next_change(z, first + 1, &second) || second > end;
}

static void look_up(const struct zone *z, int64_t utc)
{
	int offset = zone_offset(z, utc);
	int64_t local = zone_to_local(z, utc), back = zone_to_utc(z, local);

	assert(offset > -DAY_SECONDS && offset < DAY_SECONDS);
	assert(back > utc - 2 * DAY_SECONDS && back < utc + 2 * DAY_SECONDS);
	/* In a fold the first of both is meant, else the way back is the way out. */
	if (is_calm(z, utc))
		assert(zone_fit_of(z, local) == ZONE_FOLD ? back <= utc : back == utc);
}

static void walk_changes(struct arena *a, const struct zone *z, int64_t from)
{
	int64_t at = from, change;
	struct buf b;

	for (int i = 0; i < MOST_CHANGES && zone_next_change(z, at, &change); i++) {
		assert(change >= at || at < TIME_MIN);
		assert(zone_offset(z, change) != zone_offset(z, change - 1));
		look_up(z, change);
		look_up(z, change - 1);
		at = change + 1;
	}
	if (from > TIME_MIN && from < TIME_MAX) {
		const struct zone *back;

		buf_init(&b, a, 1024, 1 << 20);
		zone_put_vtimezone(&b, z, TEXT("Mine"), from);
		assert(!zone_from_vtimezone(a, buf_text(&b), &back));
	}
}

static void use(struct arena *a, const struct zone *z)
{
	static const int64_t times[] = {INT64_MIN / 2, TIME_MIN,       -1,	     0,
					1800000000,    ZONE_TABLE_END, TIME_MAX - 1, INT64_MAX / 2};

	assert(zone_is_same(z, z));
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		(void)zone_offset(z, times[i]);
		walk_changes(a, z, times[i]);
	}
}

static void use_footer(struct arena *a, struct text footer)
{
	struct zone_builder b = {0};
	bool repeats;
	struct zone *z;

	if (!zone_posix_add(&b, footer, 0, &repeats)) {
		free(b.changes);
		return;
	}
	z = zone_builder_finish(&b, TEXT("Footer"), 0, repeats);
	if (z)
		use(a, z);
	zone_destroy(z);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena *a = arena_create((size_t)1 << 26);
	struct text raw = text_of((const char *)data, size);
	const struct zone *compiled;
	struct zone *z;

	if (!ready)
		ready = !secret_init(a);
	z = zone_tzif_parse(raw, TEXT("File"));
	if (z)
		use(a, z);
	zone_destroy(z);
	use_footer(a, raw);
	if (!zone_from_vtimezone(a, raw, &compiled))
		use(a, compiled);
	(void)zone_find_any(raw);
	arena_destroy(a);
	return 0;
}
