/*
 * itip - scheduling messages
 *
 * What scheduling means, as functions over calendar objects: who somebody is in one, what a save
 * makes of messages, what a message makes of an object. Values in, values out: no store, no
 * clock, no mail. Who is local, and what is written and sent, is decided in calendar/schedule*.c.
 *
 * Owns RFC 5546 (iTIP), and of RFC 6638 what it says of calendar data: §3.1, §3.2, §4.1, §4.2, §7.
 *
 * Reading order: person.h (who) · instance.h (one instance of an object) · check.h (what a METHOD
 * needs) · message.h (METHODs, written) · organizer.h (a save by the organizer) · attendee.h (a
 * save by an attendee) · process.h (a message that came in) · counter.h (proposals) · memory.h
 * (what is remembered of answers) · spread.h (an answer, in the others' copies) · freebusy.h
 * (VFREEBUSY).
 */
#ifndef ITIP_ITIP_H
#define ITIP_ITIP_H

#include "itip/attendee.h"
#include "itip/check.h"
#include "itip/counter.h"
#include "itip/freebusy.h"
#include "itip/memory.h"
#include "itip/organizer.h"
#include "itip/process.h"
#include "itip/spread.h"

#endif
