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

#include "base/text.h"

/* By the name of a property, of a component or of the VCALENDAR. */
bool itip_is_told(struct text property);
/* By the name of a parameter. */
bool itip_is_told_param(struct text param);

#endif
