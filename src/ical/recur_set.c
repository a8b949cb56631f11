/*
 * recur_set - the instances of one period
 *
 * Days times times of day, in order, but never written out: a rule may name each
 * second of a year. An instance is found by its index, and the first one at or
 * after a time by halves.
 */

#include "ical/recur_priv.h"

static uint32_t list_bits(uint8_t *out, uint64_t bits)
{
	uint32_t count = 0;

	for (; bits; bits &= bits - 1)
		out[count++] = (uint8_t)__builtin_ctzll(bits);
	return count;
}

void recur_times_fill(struct recur_times *t, uint64_t hours, uint64_t minutes, uint64_t seconds)
{
	t->hours = list_bits(t->hour, hours);
	t->minutes = list_bits(t->minute, minutes);
	t->seconds = list_bits(t->second, seconds);
}

static uint32_t times_count(const struct recur_times *t)
{
	return t->hours * t->minutes * t->seconds;
}

static int64_t times_at(const struct recur_times *t, uint32_t i)
{
	return t->hour[i / t->seconds / t->minutes] * 3600 +
	       t->minute[i / t->seconds % t->minutes] * 60 + t->second[i % t->seconds];
}

/* Is position i of n, counted from either end, in BYSETPOS? */
static bool is_picked(const struct recur *r, size_t i, size_t n)
{
	return (i < RECUR_FAR && recur_far_bit(r->by_setpos, (int)i + 1)) ||
	       (n - i <= RECUR_FAR && recur_far_bit(r->by_setpos, -(int)(n - i)));
}

size_t recur_set_close(struct recur_set *s, const struct recur *r)
{
	size_t n = s->days.count * times_count(&s->times), asked = 0;

	s->count = n;
	s->is_picked = r->has_by_setpos;
	if (!s->is_picked)
		return 0;
	s->count = 0;
	for (size_t i = 0; i < n; i++, asked++) {
		/* No position reaches into the middle. */
		if (i == RECUR_FAR && n > 2 * RECUR_FAR)
			i = n - RECUR_FAR;
		if (is_picked(r, i, n))
			s->picked[s->count++] = (uint32_t)i;
	}
	return asked;
}

int64_t recur_set_at(const struct recur_set *s, size_t i)
{
	uint32_t of_day = times_count(&s->times);
	uint32_t n = s->is_picked ? s->picked[i] : (uint32_t)i;

	return s->days.at[n / of_day] * DAY_SECONDS + times_at(&s->times, n % of_day);
}

size_t recur_set_find(const struct recur_set *s, int64_t local)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (recur_set_at(s, middle) < local)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
