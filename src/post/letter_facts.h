/*
 * letter_facts - the facts of a letter as lines with a label, and as single values
 */
#ifndef POST_LETTER_FACTS_H
#define POST_LETTER_FACTS_H

#include "post/letter_priv.h"
#include "post/when.h"

struct letter_writer {
	const struct post *post;
	struct arena *arena;
	const struct letter_facts *facts;
	struct when_reader reader;
	const struct zone *zone;  /* in which the reader is told times */
	const struct zone *other; /* NULL: it is the same, or not told */
};
void letter_writer_init(struct letter_writer *w, const struct post *p, struct arena *a,
			const struct letter_facts *facts);

/* Values that a template repeats a section for. */
struct letter_list {
	struct arena *arena;
	struct template_values *at;
	size_t count, cap;
};
void letter_list_add(struct letter_list *l, const struct template_value *values, size_t count);

/* What and when, who and where: in HTML each zone has a line of its own. */
struct letter_list letter_details(const struct letter_writer *w, enum template_kind kind);

/* A word that has nothing to fill in. */
struct text letter_word(const struct letter_writer *w, enum template_word word);
struct text letter_meeting(const struct letter_writer *w);
/* In the zone of the reader; empty where there is no time to tell. */
struct text letter_time(const struct letter_writer *w, int64_t utc);
/* "in 24 hours" */
struct text letter_lead(const struct letter_writer *w);

#endif
