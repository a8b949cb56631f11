/*
 * dice.h - the same random numbers at each run
 */
#ifndef TESTS_DICE_H
#define TESTS_DICE_H

#include <stdint.h>

struct dice {
	uint64_t state; /* the seed; not 0 */
};

/* A number within [low, high] (xorshift64*). */
static inline int64_t dice_roll(struct dice *d, int64_t low, int64_t high)
{
	d->state ^= d->state >> 12;
	d->state ^= d->state << 25;
	d->state ^= d->state >> 27;
	return low + (int64_t)((d->state * UINT64_C(0x2545F4914F6CDD1D) >> 11) %
			       (uint64_t)(high - low + 1));
}

#endif
