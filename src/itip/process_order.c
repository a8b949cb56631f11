/* process_order - which revision is later, which instances there are, and words that are known. See
 * process_priv.h. */
#include "itip/process_priv.h"

#include <stdlib.h>

#include "base/arena.h"
#include "ical/expand.h"
#include "itip/instance_priv.h"

/* Old Outlook leaves SEQUENCE at 0 and counts elsewhere (interop: receiving iMIP). */
static int64_t sequence_of(struct arena *a, const struct ical_object *o,
			   const struct ical_item *item)
{
	struct itip_part p;
	struct ical_line l;
	int64_t n;

	if (item->sequence > 0)
		return item->sequence;
	itip_part_begin(&p, a, o, item);
	if (itip_part_find(&p, "X-MICROSOFT-CDO-APPT-SEQUENCE", &l) &&
	    text_to_int64(l.value, 0, INT32_MAX, &n))
		return n;
	return item->sequence;
}

struct itip_stamp itip_stamp_of(struct arena *a, const struct ical_object *o,
				const struct ical_item *item)
{
	return (struct itip_stamp){.sequence = sequence_of(a, o, item),
				   .dtstamp = item->dtstamp.present ? item->dtstamp.seconds
								    : TIME_MIN};
}

int itip_stamp_compare(const struct itip_stamp *a, const struct itip_stamp *b)
{
	if (a->sequence != b->sequence)
		return a->sequence < b->sequence ? -1 : 1;
	return (a->dtstamp > b->dtstamp) - (a->dtstamp < b->dtstamp);
}

struct numbered {
	int64_t id;
	size_t item;
};

static int compare_numbered(const void *left, const void *right)
{
	const struct numbered *a = left, *b = right;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

const bool *itip_work_repeated(struct itip_work *w)
{
	const struct ical_object *message = w->in->message;
	size_t count = message->item_count;
	struct numbered *at = arena_alloc_array(w->arena, count, sizeof(*at));
	bool *repeated = arena_alloc_array(w->arena, count, sizeof(*repeated));

	for (size_t i = 0; i < count; i++) {
		const struct ical_item *item = &message->items[i];
		const struct ical_time *t =
			w->in->method == ITIP_ADD ? &item->dtstart : &item->recurrence_id;

		at[i] = (struct numbered){.id = t->present ? itip_instance_id(w->in->stored, t)
							   : ITIP_MASTER,
					  .item = i};
	}
	qsort(at, count, sizeof(*at), compare_numbered);
	for (size_t i = 1; i < count; i++)
		repeated[at[i].item] = at[i].id == at[i - 1].id;
	return repeated;
}

enum itip_change itip_work_change(struct itip_work *w, const struct ical_item *was,
				  const struct ical_item *is)
{
	if (!w->comparison)
		w->comparison = itip_compare(w->arena, w->in->stored, w->in->message);
	return itip_compare_items(w->comparison, was, is);
}

bool itip_work_has_instance(struct itip_work *w, const struct ical_object *o, int64_t id)
{
	struct itip_clock clock = itip_clock_of(o);
	struct expand_limits limits = {.steps = w->steps, .max_occurrences = 1000};
	int64_t local = itip_clock_local(&clock, id);
	struct expansion all;

	if (w->steps <= 0 || ical_expand(w->arena, o, id, id + 1, NULL, 0, limits, &all))
		return false;
	w->steps -= all.spent;
	for (size_t i = 0; i < all.count; i++)
		if (all.at[i].recurrence_local == local)
			return true;
	return false;
}

struct text itip_known_partstat(enum ical_component type, struct text word)
{
	static const struct {
		const char *word;
		unsigned components;
	} known[] = {
		{"ACCEPTED", COMP_VEVENT | COMP_VTODO},
		{"DECLINED", COMP_VEVENT | COMP_VTODO},
		{"TENTATIVE", COMP_VEVENT | COMP_VTODO},
		{"DELEGATED", COMP_VEVENT | COMP_VTODO},
		{"COMPLETED", COMP_VTODO},
		{"IN-PROCESS", COMP_VTODO},
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if ((known[i].components & type) &&
		    text_equal_nocase(word, text_from(known[i].word)))
			return text_from(known[i].word);
	return TEXT("NEEDS-ACTION");
}
