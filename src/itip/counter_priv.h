/*
 * counter_priv - between the files about proposals
 *
 * counter.c knows which instance one is about, and what it says; counter_write.c writes the
 * objects and messages that follow from that.
 */
#ifndef ITIP_COUNTER_PRIV_H
#define ITIP_COUNTER_PRIV_H

#include "itip/counter.h"
#include "itip/process_priv.h"

/* The component that shows an instance: its own, that of a range, or the series'; NULL: none. */
const struct ical_item *itip_counter_item(struct arena *a, const struct ical_object *o, int64_t id);

/* The component of a COUNTER that is about this instance of the stored object; NULL: none. */
const struct ical_item *itip_counter_source(struct arena *a, const struct ical_object *stored,
					    const struct ical_object *message, int64_t instance);

/* Where it takes place by this component, at an id; ITIP_MASTER: as it says itself. */
struct itip_span itip_counter_span(const struct ical_object *series, const struct ical_item *item,
				   int64_t id);

#endif
