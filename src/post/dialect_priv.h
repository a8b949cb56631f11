/*
 * dialect_priv - between the files that mend what mail programs write
 *
 *	dialect.c        bytes, METHOD, the table of habits
 *	dialect_block.c  components and their lines
 *	dialect_people.c ORGANIZER and ATTENDEE
 *	dialect_time.c   a time proposed in a REPLY
 */
#ifndef POST_DIALECT_PRIV_H
#define POST_DIALECT_PRIV_H

#include "ical/edit.h"
#include "ical/object.h"
#include "ical/walk.h"
#include "itip/check.h"
#include "post/dialect.h"

/* One part being mended. */
struct dialect_work {
	struct arena *arena;
	const struct dialect_input *in;
	struct dialect *out;
	struct text calendar; /* as it stands, with its components */
	struct ical_blocks blocks;
	enum itip_method method; /* ITIP_METHODS: none that is known */
};

/* Each says whether there was something to mend. */
bool dialect_mend_paths(struct dialect_work *w);
bool dialect_know_alias(struct dialect_work *w);
bool dialect_know_delegate(struct dialect_work *w);
bool dialect_name_attendee(struct dialect_work *w);
bool dialect_name_organizer(struct dialect_work *w);
bool dialect_name_asker(struct dialect_work *w);
bool dialect_propose(struct dialect_work *w);

/* The first line of that name, on the component's own level. */
bool dialect_find(struct dialect_work *w, size_t block, const char *name, struct ical_line *out);

/* From 0 on: the next event, to-do or whatever else stands for itself; false: no more. */
bool dialect_next_component(const struct dialect_work *w, size_t *block);

#endif
