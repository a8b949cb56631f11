/*
 * fuzz_rules - any JSON as a meeting type
 *
 * Beyond not crashing: what is taken and checked is stored, read and stored again as the same.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "booking/rules.h"
#include "ical/ical.h"
#include "store/booking.h"
#include "json/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_type(struct arena *a, struct booking_type *t)
{
	struct booking_type again;
	struct meeting_type row, second;
	const struct fault *f;

	t->id = TEXT("id");
	t->slug = TEXT("intro");
	t->title = TEXT("Intro");
	t->version = 1;
	if (booking_type_check(a, t))
		return;
	row = booking_type_row(a, 1, t);
	f = booking_type_read(a, &row, &again);
	assert(!f);
	assert(!booking_type_check(a, &again));
	second = booking_type_row(a, 1, &again);
	assert(text_equal(row.rules, second.rules));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena *a = arena_create((size_t)1 << 26);
	const struct json *object;
	struct booking_type t;

	if (!ready) {
		ical_init();
		ready = true;
	}
	if (!json_parse(a, text_of((const char *)data, size), RULES_MAX_BYTES, &object) &&
	    json_kind(object) == JSON_KIND_OBJECT &&
	    !booking_type_from_json(a, object, " id slug title version ", &t))
		check_type(a, &t);
	arena_destroy(a);
	return 0;
}
