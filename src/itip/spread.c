/* spread - the answers in an organizer's object, entered in another's copy. See spread.h. */
#include "itip/spread.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "ical/address.h"
#include "ical/edit.h"
#include "itip/instance.h"
#include "itip/roll.h"
#include "itip/told_priv.h"

/* Somebody in one component of the organizer's. */
struct answer {
	size_t item, person; /* index of the component; number in the roll */
	const struct ical_attendee *attendee;
};

struct itip_answers {
	const struct ical_object *object;
	struct itip_instances instances;
	struct itip_roll roll;
	struct answer *at; /* by component, then person */
	size_t count;
};

static int compare_answers(const void *left, const void *right)
{
	const struct answer *a = left, *b = right;

	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	return (a->person > b->person) - (a->person < b->person);
}

struct itip_answers *itip_answers_read(struct arena *a, const struct ical_object *o)
{
	struct itip_answers *x = arena_alloc(a, sizeof(*x));
	size_t most = 0;

	for (size_t i = 0; i < o->item_count; i++)
		most += o->items[i].attendee_count;
	*x = (struct itip_answers){.object = o};
	itip_instances(a, o, &x->instances);
	itip_roll_init(&x->roll, a, most + 1);
	x->at = arena_alloc_array(a, most + 1, sizeof(*x->at));
	for (size_t i = 0; i < o->item_count; i++)
		for (size_t n = 0; n < o->items[i].attendee_count; n++) {
			const struct ical_attendee *p = &o->items[i].attendees[n];
			size_t person = itip_roll_number(&x->roll, ical_address(a, p->address));

			x->at[x->count++] = (struct answer){i, person, p};
		}
	qsort(x->at, x->count, sizeof(*x->at), compare_answers);
	return x;
}

static const struct ical_attendee *find_answer(const struct itip_answers *x,
					       const struct ical_item *item, struct text address)
{
	struct answer key = {.item = (size_t)(item - x->object->items),
			     .person = itip_roll_find(&x->roll, address)};
	const struct answer *found;

	if (key.person == SIZE_MAX || x->count == 0)
		return NULL;
	found = bsearch(&key, x->at, x->count, sizeof(key), compare_answers);
	return found ? found->attendee : NULL;
}

/* The user's answer in a component of the organizer's; NULL: they are not in it. */
static const struct ical_attendee *own_answer(const struct itip_answers *x,
					      const struct ical_item *item,
					      const struct itip_user *user)
{
	const struct ical_attendee *own = NULL;

	for (size_t i = 0; i < user->count && !own; i++)
		own = find_answer(x, item, user->addresses[i]);
	return own;
}

static struct text partstat_of(const struct ical_attendee *p)
{
	return p->partstat.len > 0 ? p->partstat : TEXT("NEEDS-ACTION");
}

static bool says_same(const struct ical_attendee *x, const struct ical_attendee *y)
{
	return text_equal_nocase(partstat_of(x), partstat_of(y)) &&
	       text_equal(x->delegated_to, y->delegated_to) &&
	       text_equal(x->delegated_from, y->delegated_from) &&
	       text_equal(x->sent_by, y->sent_by);
}

static struct text told_line(struct arena *a, const struct itip_answers *x,
			     const struct ical_attendee *p)
{
	struct ical_line l;
	struct text told;
	size_t pos = p->begin;
	bool found = ical_line_next(a, x->object->raw, &pos, &l);

	assert(found); /* the object was read from these bytes */
	(void)itip_told_line(a, &l, &told);
	return told;
}

struct spreading {
	struct arena *arena;
	const struct itip_answers *answers;
	const struct itip_user *user;
	struct ical_edit *edit;
	bool changed;
};

/* One component, as the organizer and as the copy has it; false: there are others in it. */
static bool spread_item(struct spreading *s, const struct ical_item *theirs,
			const struct ical_item *mine)
{
	if (theirs->attendee_count != mine->attendee_count)
		return false;
	for (size_t i = 0; i < mine->attendee_count; i++) {
		const struct ical_attendee *p = &mine->attendees[i], *said;
		struct text address = ical_address(s->arena, p->address);

		said = find_answer(s->answers, theirs, address);
		if (!said)
			return false;
		if (says_same(said, p) ||
		    ical_address_is_among(s->arena, p->address, s->user->addresses, s->user->count))
			continue;
		ical_edit_replace_line(s->edit, p->begin, p->end,
				       told_line(s->arena, s->answers, said));
		s->changed = true;
	}
	return true;
}

/* The very same instance in a copy; NULL: it is not there. */
static const struct ical_item *find_same(const struct itip_instances *mine,
					 const struct itip_instance *theirs)
{
	const struct itip_instance *found = itip_instance_find(mine, theirs->id);

	if (!found || found->is_master != theirs->is_master || found->id != theirs->id)
		return NULL;
	return found->item;
}

/* By a component of its own or another; what they declined by an EXDATE is not. */
static bool is_shown(const struct itip_instances *mine, int64_t id)
{
	const struct itip_instance *found = itip_instance_find(mine, id);

	return found && found->item;
}

/* A component of the copy alone, as a client makes that answers a day as the series. */
static bool has_its_own(const struct itip_answers *x, const struct itip_instances *mine)
{
	for (size_t i = 0; i < mine->count; i++) {
		const struct itip_instance *m = &mine->at[i];

		if (m->item && !m->is_master && m->item->status != STATUS_CANCELLED &&
		    !find_same(&x->instances, m))
			return true;
	}
	return false;
}

enum itip_spread itip_answers_spread(struct arena *a, const struct itip_answers *x,
				     const struct ical_object *copy, const struct itip_user *user,
				     struct text *out)
{
	struct spreading s = {.arena = a, .answers = x, .user = user};
	struct itip_instances mine;

	if (x->object->type != COMP_VEVENT || copy->type != COMP_VEVENT)
		return ITIP_SPREAD_MESSAGE;
	itip_instances(a, copy, &mine);
	if (has_its_own(x, &mine))
		return ITIP_SPREAD_MESSAGE;
	s.edit = ical_edit_begin(a, copy->raw);
	for (size_t i = 0; i < x->instances.count; i++) {
		const struct itip_instance *theirs = &x->instances.at[i];
		const struct ical_attendee *own =
			theirs->item ? own_answer(x, theirs->item, user) : NULL;
		const struct ical_item *same = own ? find_same(&mine, theirs) : NULL;

		if (!own || (!same && text_equal_nocase(own->partstat, TEXT("DECLINED")) &&
			     !is_shown(&mine, theirs->id)))
			continue;
		if (!same || !spread_item(&s, theirs->item, same))
			return ITIP_SPREAD_MESSAGE;
	}
	if (s.changed)
		*out = ical_edit_apply(s.edit);
	return s.changed ? ITIP_SPREAD_LINES : ITIP_SPREAD_NOTHING;
}
