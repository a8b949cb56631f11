/*
 * fuzz_schedule - any JSON as the schedule of a host
 *
 * Beyond not crashing: what is taken is stored, read and stored again as the same.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "booking/rules.h"
#include "ical/ical.h"
#include "store/booking.h"
#include "json/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1800000000 };

static void check_schedule(struct arena *a, struct booking_schedule *s)
{
	struct booking_schedule again;
	struct schedule row = {.owner = 1}, second;

	s->id = TEXT("other");
	if (booking_schedule_row(a, s, NULL, 1, NOW, &row))
		return;
	assert(!booking_schedule_read(a, &row, TEXT("Europe/Berlin"), &again));
	assert(!booking_schedule_row(a, &again, &again, 1, NOW, &second));
	assert(text_equal(row.rules, second.rules) && text_equal(row.timezone, second.timezone));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena *a = arena_create((size_t)1 << 27);
	const struct json *object;
	struct booking_schedule s;

	if (!ready) {
		ical_init();
		ready = true;
	}
	if (!json_parse(a, text_of((const char *)data, size), RULES_MAX_BYTES, &object) &&
	    json_kind(object) == JSON_KIND_OBJECT &&
	    !booking_schedule_from_json(a, object, " id name timezone version ",
					TEXT("Europe/Berlin"), &s))
		check_schedule(a, &s);
	arena_destroy(a);
	return 0;
}
