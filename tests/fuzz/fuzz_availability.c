/*
 * fuzz_availability - any bytes as VAVAILABILITY
 *
 * Beyond not crashing: spans cover the range that was asked about, one after the other, neighbours
 * differ, and what reads as weekly hours is still that when it was written and read again.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/secret.h"
#include "freebusy/availability.h"
#include "ical/ical.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FROM = 1800000000, TO = FROM + 40 * DAY_SECONDS };

static void check_spans(const struct availability_span *at, size_t count)
{
	int64_t end = FROM;

	for (size_t i = 0; i < count; i++) {
		assert(at[i].start == end && at[i].start < at[i].end);
		assert(i == 0 || at[i].state != at[i - 1].state);
		end = at[i].end;
	}
	assert(end == TO);
}

static void check_weekly(struct arena *a, const struct availability *v)
{
	const struct zone *z = zone_find(TEXT("Europe/Berlin"));
	struct hours h = {.zone = z}, again = {.zone = z};
	struct availability *back;
	struct buf out;

	if (!z || !availability_weekly(a, v, z, FROM, &h))
		return;
	buf_init(&out, a, 1024, AVAILABILITY_BYTES_MAX);
	availability_write(&out, &h, TEXT("hours"), FROM);
	if (out.overflow || availability_read(a, buf_text(&out), &back))
		return;
	assert(availability_weekly(a, back, z, FROM, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena *a = arena_create((size_t)1 << 28);
	struct text raw = text_of((const char *)data, size);
	struct availability_span *spans;
	struct availability *v;
	size_t count;

	if (!ready && !secret_init(a)) {
		ical_init();
		ready = true;
	}
	if (!availability_read(a, raw, &v)) {
		if (!availability_spans(a, v, FROM, TO, &spans, &count))
			check_spans(spans, count);
		check_weekly(a, v);
	}
	arena_destroy(a);
	return 0;
}
