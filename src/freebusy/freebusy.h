/*
 * freebusy - when is a person free
 *
 * Joins what events, free-busy objects and weekly hours say into a timeline,
 * and writes it as VFREEBUSY. Pure, but for collect.h, which reads occurrences, and the
 * cache of timelines keyed by the owner's version.
 *
 * Owns RFC 4791 §7.10 (free-busy-query), RFC 5545 §3.6.4 (VFREEBUSY), and the
 * wall-clock reading of availability (RFC 7953, decisions 11).
 *
 * Reading order: timeline.h · collect.h · pieces.h · cache.h · hours.h · week.h ·
 * availability.h · vfreebusy.h.
 */
#ifndef FREEBUSY_FREEBUSY_H
#define FREEBUSY_FREEBUSY_H

#endif
