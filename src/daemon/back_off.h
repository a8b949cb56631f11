/*
 * back_off - how long a job that failed rests
 */
#ifndef DAEMON_BACK_OFF_H
#define DAEMON_BACK_OFF_H

#include <stdint.h>

enum { BACK_OFF_ATTEMPTS_MAX = 40 }; /* some five days of trying */

/*
 * Seconds until the next try, by attempts so far (at least 1), a fifth more or less by the dice:
 * what failed together does not come back together.
 */
int64_t back_off(int32_t attempts, uint32_t dice);

#endif
