/*
 * offer - what there is: methods, REPORTs and properties, as their tables have it
 *
 * OPTIONS, Allow and the properties that list them are computed from the tables. They are rows of
 * these themselves; so a request brings the tables along (dispatch.c), and no row's function names
 * the table that it stands in.
 */
#ifndef DAV_OFFER_H
#define DAV_OFFER_H

#include "dav/props.h"

struct dav_offer {
	const struct dav_method *methods; /* ended by a NULL name */
	const struct dav_report *reports; /* the same */
	void (*each_prop)(dav_prop_fn fn, void *ctx);
};

/* "OPTIONS, GET, …" for a kind of resource (options.c). */
void dav_put_allow(const struct dav_offer *offer, enum dav_kind kind, struct buf *out);

#endif
