/*
 * fuzz_rrule - any bytes as a rule: work within the budget, in order, and the same from afar
 *
 * The first eight bytes are DTSTART and a window, the rest is the rule.
 */
#include <assert.h>

#include "base/arena.h"
#include "ical/recur.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One period more than the budget may have been begun. */
enum { MOST = 200, STEPS = 20000, OVERRUN = 64, HEAD_BYTES = 8 };

struct walked {
	int64_t at[MOST];
	size_t count;
	enum recur_step end;
};

static void walk(struct arena *a, const struct recur *r, int64_t start, bool date_only,
		 int64_t from, struct walked *out)
{
	struct recur_budget budget = {STEPS};
	int64_t until = r->has_until ? r->until : TIME_MAX;
	struct recur_walk w;

	out->count = 0;
	out->end = recur_begin(&w, a, r, start, date_only, until, from, &budget);
	while (out->end == RECUR_FOUND && out->count < MOST) {
		int64_t local;

		out->end = recur_next(&w, &budget, &local);
		if (out->end != RECUR_FOUND)
			break;
		assert(local >= from && local >= start && local <= until && local < TIME_MAX);
		assert(out->count == 0 || local > out->at[out->count - 1]);
		out->at[out->count++] = local;
	}
	assert(budget.steps > -OVERRUN);
}

static void walk_both(struct arena *a, const struct recur *r, int64_t start, bool date_only,
		      int64_t from)
{
	static struct walked whole, part;
	size_t first = 0;

	walk(a, r, start, date_only, INT64_MIN, &whole);
	assert(r->count == 0 || whole.count <= (size_t)r->count);
	walk(a, r, start, date_only, from, &part);
	while (first < whole.count && whole.at[first] < from)
		first++;
	for (size_t i = 0; i < part.count && first + i < whole.count; i++)
		assert(part.at[i] == whole.at[first + i]);
	if (whole.end == RECUR_END && part.end == RECUR_END)
		assert(part.count == whole.count - first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a;
	uint32_t head[2];
	int64_t start, from;

	if (size < HEAD_BYTES)
		return 0;
	memcpy(head, data, sizeof(head));
	start = (int64_t)(head[0] % 2932000) * DAY_SECONDS + TIME_MIN;
	start += head[0] % 7 ? head[0] % DAY_SECONDS : 0;
	from = start + head[1] % (200 * 366) * (int64_t)DAY_SECONDS / (1 + head[1] % 3 * 1000);
	a = arena_create((size_t)1 << 26);
	for (int policy = RECUR_STRICT; policy <= RECUR_LENIENT; policy++) {
		struct recur r;

		if (recur_parse(a, text_of((const char *)data + HEAD_BYTES, size - HEAD_BYTES),
				(enum recur_policy)policy, &r))
			continue;
		assert(r.interval > 0 && r.count >= 0);
		walk_both(a, &r, start, false, from);
		walk_both(a, &r, floor_div(start, DAY_SECONDS) * DAY_SECONDS, true, from);
	}
	arena_destroy(a);
	return 0;
}
