/*
 * revision_priv - two revisions of an object, side by side
 *
 * What a save means is asked instance by instance and person by person (RFC 6638 §3.2.1.2). A pair
 * holds the components that show one instance in both revisions; a person, everywhere that they
 * are named. Both are made in one pass over each revision, so that a question about one person or
 * one instance reads no other.
 *
 * Memory: in the arena, borrowing the objects. Threads: no state.
 */
#ifndef ITIP_REVISION_PRIV_H
#define ITIP_REVISION_PRIV_H

#include "itip/instance.h"
#include "itip/person.h"
#include "itip/roll.h"

struct itip_save;

/* One instance, or the master. What an EXDATE takes out is shown by nothing. */
struct itip_pair {
	bool is_master;
	bool was_own, is_own; /* the component is of this instance alone, or the master */
	int64_t id;	      /* ITIP_MASTER */
	const struct ical_item *was, *is;
	enum itip_change change;
};

/* One line that names a person. */
struct itip_place {
	const struct ical_item *item;
	const struct ical_attendee *line;
};

/* A person in one revision. */
struct itip_presence {
	const struct itip_place *at; /* in order of the components */
	size_t count;
	enum ical_agent agent; /* the strictest that is said */
	bool force_request;
};

struct itip_person {
	struct text address; /* as ical_address() makes it; of several the first, that of `is` */
	struct itip_presence was, is;
};

struct itip_revision {
	struct arena *arena;
	const struct ical_object *was, *is; /* NULL: it is new, or removed */
	struct itip_pair *pairs;	    /* the master first, then by id */
	size_t pair_count;
	struct itip_person *people; /* without the user; those of `is` first */
	size_t person_count;
	struct itip_roll roll;		    /* the numbers of addresses */
	size_t *owners;			    /* by these: the numbers of the people */
	struct itip_comparison *comparison; /* where both stand */
	const struct itip_pair **is_pairs;  /* by component of `is`: the pair that is its own */
	const struct itip_person *seen;	    /* who is looked at; by component, their lines */
	const struct ical_attendee **was_lines, **is_lines;
};

/* The lines of the user whose save it is are no person's. OUT_OF_MEMORY. */
MUST_CHECK const struct fault *itip_revision_read(struct itip_revision *r, struct arena *a,
						  const struct ical_object *was,
						  const struct ical_object *is,
						  const struct itip_save *s);

/* NULL: there is no such person in either revision. */
const struct itip_person *itip_person_find(const struct itip_revision *r, struct text address);
/* By all addresses that the revisions have of them. */
struct itip_user itip_person_user(const struct itip_revision *r, const struct itip_person *p);

/* Their lines, for the two below, until the next person is looked at. */
void itip_revision_look(struct itip_revision *r, const struct itip_person *p);
/* Their line in a component; NULL: they are not in it, or there is none. */
const struct ical_attendee *itip_line_was(const struct itip_revision *r,
					  const struct ical_item *item);
const struct ical_attendee *itip_line_is(const struct itip_revision *r,
					 const struct ical_item *item);

#endif
