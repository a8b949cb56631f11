/*
 * caldata_priv - what is asked of C:calendar-data, for the files that cut
 *
 * caldata.c reads what is asked and cuts by name; caldata_time.c cuts by time, and
 * writes instances. Memory: as caldata.h. Threads: no state.
 */
#ifndef DAV_CALDATA_PRIV_H
#define DAV_CALDATA_PRIV_H

#include "dav/caldata.h"
#include "dav/filter.h"
#include "dav/variant.h"

struct dav_prop_pick {
	struct dav_prop_pick *next;
	struct text name;
	bool has_no_value; /* name and parameters only (§9.6.4) */
};

struct dav_comp_pick {
	struct dav_comp_pick *next;
	struct text name;
	bool all_props, all_comps;
	struct dav_prop_pick *props;
	struct dav_comp_pick *comps;
};

struct dav_calendar_data {
	const struct dav_comp_pick *pick; /* NULL: all components and properties */
	const struct dav_range *expand, *limit_recurrence, *limit_freebusy;
	struct dav_variant variant; /* in which form the rest of it is given */
};

enum {
	CALDATA_MAX_INSTANCES = 20000,	     /* that one object may expand to */
	CALDATA_MAX_BYTES = 8 * 1024 * 1024, /* that may come of one object */
};

/* The instances in the range, each as a component of its own (§9.6.5). */
MUST_CHECK const struct fault *dav_caldata_expand(struct arena *a, const struct dav_range *r,
						  struct text raw, const struct zone *floating,
						  struct text *out);
/* Without the overrides that do not touch the range (§9.6.6). */
MUST_CHECK const struct fault *dav_caldata_limit_recurrence(struct arena *a,
							    const struct dav_range *r,
							    struct text raw,
							    const struct zone *floating,
							    struct text *out);
/* Without the periods of VFREEBUSY that do not (§9.6.7). */
MUST_CHECK const struct fault *dav_caldata_limit_freebusy(struct arena *a,
							  const struct dav_range *r,
							  struct text raw, struct text *out);

#endif
