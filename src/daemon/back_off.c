/* back_off - see back_off.h */
#include "daemon/back_off.h"

#include <assert.h>

#include "base/base.h"

/* By attempts so far; the last one repeats. */
static const int64_t rests[] = {10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400};

int64_t back_off(int32_t attempts, uint32_t dice)
{
	size_t step = (size_t)attempts - 1;
	int64_t rest;

	assert(attempts > 0);
	if (step >= ARRAY_LEN(rests))
		step = ARRAY_LEN(rests) - 1;
	rest = rests[step];
	return rest - rest / 5 + dice % (2 * (rest / 5) + 1);
}
