/*
 * fuzz_holidays - any bytes as somebody's calendar of holidays
 *
 * Beyond not crashing: what is taken are dates in their order, each once.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/secret.h"
#include "booking/rules.h"
#include "ical/ical.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1800000000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena *a = arena_create((size_t)1 << 28);
	struct booking_schedule s = {.id = TEXT("other")};

	if (!ready && !secret_init(a)) {
		ical_init();
		ready = true;
	}
	s.hours.zone = zone_find(TEXT("Europe/Berlin"));
	if (!booking_schedule_take_holidays(a, text_of((const char *)data, size), NOW, &s))
		for (size_t i = 1; i < s.holiday_count; i++)
			assert(s.holidays[i - 1].day < s.holidays[i].day);
	arena_destroy(a);
	return 0;
}
