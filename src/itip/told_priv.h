/*
 * told_priv - what of an object others are told
 *
 * A copy holds what is its owner's alone: alarms, colours, notes of the server and of programs.
 * What is left out of messages is no change that a message is sent for, so both ask here.
 *
 * Threads: no state.
 */
#ifndef ITIP_TOLD_PRIV_H
#define ITIP_TOLD_PRIV_H

#include "ical/line.h"

struct arena;

/* By the name of a property, of a component or of the VCALENDAR. */
bool itip_is_told(struct text property);
/* By the name of a parameter. */
bool itip_is_told_param(struct text param);

/* Cut the next ";NAME=value" off a line's parameters; false at their end. */
bool itip_next_param(struct text *params, struct text *name_out, struct text *raw_out);

/*
 * A line without the parameters that others are not told, unfolded; false: it has none, and may
 * stay as it is.
 */
bool itip_told_line(struct arena *a, const struct ical_line *l, struct text *out);

#endif
