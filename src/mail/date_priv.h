/*
 * date - the date of a mail (RFC 5322 §3.3, with the zones and short years of §4.3)
 */
#ifndef MAIL_DATE_PRIV_H
#define MAIL_DATE_PRIV_H

#include "base/text.h"

struct arena;

/* UTC seconds; false: it cannot be read. */
MUST_CHECK bool mail_date_parse(struct arena *a, struct text unfolded, int64_t *utc_out);

#endif
