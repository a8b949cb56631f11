/* revision - two revisions of an object, side by side. See revision_priv.h. */
#include "itip/revision_priv.h"

#include <stdlib.h>

#include "base/arena.h"
#include "ical/address.h"
#include "itip/instance_priv.h"
#include "itip/organizer.h"

/* ---- instances ----------------------------------------------------------------------------- */

static bool is_own(const struct itip_instance *i, int64_t id)
{
	return i && i->item && i->id == id;
}

static void add_pair(struct itip_revision *r, const struct itip_instances *was,
		     const struct itip_instances *is, int64_t id)
{
	struct itip_pair *p = &r->pairs[r->pair_count++];
	const struct itip_instance *old = itip_instance_find(was, id);
	const struct itip_instance *new = itip_instance_find(is, id);

	*p = (struct itip_pair){.is_master = id == ITIP_MASTER, .id = id};
	p->was = old ? old->item : NULL;
	p->is = new ? new->item : NULL;
	p->was_own = is_own(old, id);
	p->is_own = is_own(new, id);
	if (p->is_own)
		r->is_pairs[p->is - r->is->items] = p;
}

static size_t count_items(const struct ical_object *o)
{
	return o ? o->item_count : 0;
}

static void list_pairs(struct itip_revision *r)
{
	struct itip_instances was = {0}, is = {0};
	size_t i = 0, k = 0;

	if (r->was)
		itip_instances(r->arena, r->was, &was);
	if (r->is)
		itip_instances(r->arena, r->is, &is);
	r->pairs = arena_alloc_array(r->arena, was.count + is.count, sizeof(*r->pairs));
	r->is_pairs = arena_alloc_array(r->arena, count_items(r->is), sizeof(*r->is_pairs));
	while (i < was.count || k < is.count) {
		int64_t id = i == was.count		  ? is.at[k].id
			     : k == is.count		  ? was.at[i].id
			     : was.at[i].id < is.at[k].id ? was.at[i].id
							  : is.at[k].id;

		add_pair(r, &was, &is, id);
		i += i < was.count && was.at[i].id == id;
		k += k < is.count && is.at[k].id == id;
	}
}

/* What stands for an instance in one revision; own: by itself. */
static const struct ical_item **shown_by(struct itip_pair *p, bool was, bool *own_out)
{
	*own_out = was ? p->was_own : p->is_own;
	return was ? &p->was : &p->is;
}

/* The master shows the instances that it has, and not what an EXDATE names at random. */
static void drop_unknown(struct itip_revision *r, const struct ical_object *o, bool was)
{
	int64_t *ids = arena_alloc_array(r->arena, r->pair_count, sizeof(*ids));
	bool *has = arena_alloc_array(r->arena, r->pair_count, sizeof(*has)), own;
	size_t count = 0, n = 0;

	if (!o || !o->has_master)
		return;
	for (size_t i = 0; i < r->pair_count; i++)
		if (*shown_by(&r->pairs[i], was, &own) == &o->items[0] && !own)
			ids[count++] = r->pairs[i].id;
	itip_series_find(r->arena, o, ids, count, has);
	for (size_t i = 0; i < r->pair_count; i++) {
		const struct ical_item **shown = shown_by(&r->pairs[i], was, &own);

		if (*shown == &o->items[0] && !own && !has[n++])
			*shown = NULL;
	}
}

static void read_pairs(struct itip_revision *r)
{
	list_pairs(r);
	drop_unknown(r, r->was, true);
	drop_unknown(r, r->is, false);
	for (size_t i = 0; i < r->pair_count; i++) {
		struct itip_pair *p = &r->pairs[i];

		if (r->comparison)
			p->change = itip_compare_items(r->comparison, p->was, p->is);
		else
			p->change = p->is ? ITIP_TIMES : p->was ? ITIP_DETAILS : ITIP_SAME;
	}
}

/* ---- people -------------------------------------------------------------------------------- */

static size_t count_lines(const struct ical_object *o)
{
	size_t n = 0;

	for (size_t i = 0; o && i < o->item_count; i++)
		n += o->items[i].attendee_count;
	return n;
}

/* Whoever is no user of this save, and has an address. */
struct lines {
	struct itip_place *places;
	size_t *numbers; /* of the addresses */
	size_t count;
};

static void number_lines(struct lines *l, struct itip_roll *roll, struct arena *a,
			 const struct ical_object *o, const struct itip_user *user)
{
	size_t most = count_lines(o);

	*l = (struct lines){.places = arena_alloc_array(a, most, sizeof(*l->places)),
			    .numbers = arena_alloc_array(a, most, sizeof(*l->numbers))};
	for (size_t i = 0; o && i < o->item_count; i++)
		for (size_t n = 0; n < o->items[i].attendee_count; n++) {
			const struct ical_attendee *p = &o->items[i].attendees[n];
			struct text address = ical_address(a, p->address);

			if (address.len == 0 ||
			    ical_address_is_among(a, p->address, user->addresses, user->count))
				continue;
			l->numbers[l->count] = itip_roll_number(roll, address);
			l->places[l->count++] = (struct itip_place){&o->items[i], p};
		}
}

/* An address in the object, and whose it is. */
struct owned {
	int64_t person;
	size_t number;
};

static int compare_owned(const void *a, const void *b)
{
	const struct owned *x = a, *y = b;

	if (x->person != y->person)
		return x->person < y->person ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* Of the addresses of one person the first stands for all. */
static void join_addresses(struct itip_revision *r, const struct itip_save *s)
{
	struct owned *all = arena_alloc_array(r->arena, s->known_count, sizeof(*all));
	size_t count = 0;

	for (size_t i = 0; i < s->known_count; i++) {
		size_t number = itip_roll_find(&r->roll, s->known[i].address);

		if (number < r->roll.count)
			all[count++] = (struct owned){s->known[i].person, number};
	}
	qsort(all, count, sizeof(*all), compare_owned);
	for (size_t i = 1; i < count; i++)
		if (all[i].person == all[i - 1].person)
			r->owners[all[i].number] = r->owners[all[i - 1].number];
}

static void number_people(struct itip_revision *r, const struct itip_save *s)
{
	r->owners = arena_alloc_array(r->arena, r->roll.count, sizeof(*r->owners));
	r->people = arena_alloc_array(r->arena, r->roll.count, sizeof(*r->people));
	for (size_t i = 0; i < r->roll.count; i++)
		r->owners[i] = i;
	join_addresses(r, s);
	for (size_t i = 0; i < r->roll.count; i++) {
		size_t first = r->owners[i];

		if (first == i) {
			r->people[r->person_count].address = r->roll.at[i];
			r->owners[i] = r->person_count++;
		} else {
			r->owners[i] = r->owners[first];
		}
	}
}

static struct itip_presence *presence(struct itip_revision *r, const struct lines *l, size_t i,
				      bool was)
{
	struct itip_person *person = &r->people[r->owners[l->numbers[i]]];

	return was ? &person->was : &person->is;
}

/* Each person's lines together, in the order in which they stand. */
static void gather(struct itip_revision *r, const struct lines *l, bool was)
{
	struct itip_place *at = arena_alloc_array(r->arena, l->count, sizeof(*at));
	size_t from = 0;

	for (size_t i = 0; i < l->count; i++)
		presence(r, l, i, was)->count++;
	for (size_t i = 0; i < r->person_count; i++) {
		struct itip_presence *p = was ? &r->people[i].was : &r->people[i].is;

		p->at = at + from;
		from += p->count;
		p->count = 0;
	}
	for (size_t i = 0; i < l->count; i++) {
		struct itip_presence *p = presence(r, l, i, was);
		const struct ical_attendee *line = l->places[i].line;

		at[p->at - at + (ptrdiff_t)p->count++] = l->places[i];
		if (line->agent > p->agent)
			p->agent = line->agent;
		p->force_request =
			p->force_request || text_equal_nocase(line->force_send, TEXT("REQUEST"));
	}
}

static const struct fault *read_people(struct itip_revision *r, const struct itip_save *s)
{
	struct lines was, is;

	itip_roll_init(&r->roll, r->arena, count_lines(r->was) + count_lines(r->is));
	number_lines(&is, &r->roll, r->arena, r->is, s->user);
	number_lines(&was, &r->roll, r->arena, r->was, s->user);
	number_people(r, s);
	gather(r, &was, true);
	gather(r, &is, false);
	return arena_check(r->arena);
}

const struct itip_person *itip_person_find(const struct itip_revision *r, struct text address)
{
	size_t number = itip_roll_find(&r->roll, address);

	return number < r->roll.count ? &r->people[r->owners[number]] : NULL;
}

struct itip_user itip_person_user(const struct itip_revision *r, const struct itip_person *p)
{
	size_t number = (size_t)(p - r->people), count = 0;
	struct text *addresses;

	for (size_t i = 0; i < r->roll.count; i++)
		count += r->owners[i] == number;
	addresses = arena_alloc_array(r->arena, count, sizeof(*addresses));
	count = 0;
	for (size_t i = 0; i < r->roll.count; i++)
		if (r->owners[i] == number)
			addresses[count++] = r->roll.at[i];
	return (struct itip_user){.addresses = addresses, .count = count};
}

/* ---- one person ---------------------------------------------------------------------------- */

/* Of several lines in one component, by several addresses, the first. */
static void set_lines(const struct itip_presence *p, const struct ical_object *o,
		      const struct ical_attendee **lines, bool on)
{
	for (size_t i = p->count; i-- > 0;)
		lines[p->at[i].item - o->items] = on ? p->at[i].line : NULL;
}

void itip_revision_look(struct itip_revision *r, const struct itip_person *p)
{
	if (r->seen) {
		set_lines(&r->seen->was, r->was, r->was_lines, false);
		set_lines(&r->seen->is, r->is, r->is_lines, false);
	}
	r->seen = p;
	set_lines(&p->was, r->was, r->was_lines, true);
	set_lines(&p->is, r->is, r->is_lines, true);
}

const struct ical_attendee *itip_line_was(const struct itip_revision *r,
					  const struct ical_item *item)
{
	return item ? r->was_lines[item - r->was->items] : NULL;
}

const struct ical_attendee *itip_line_is(const struct itip_revision *r,
					 const struct ical_item *item)
{
	return item ? r->is_lines[item - r->is->items] : NULL;
}

const struct fault *itip_revision_read(struct itip_revision *r, struct arena *a,
				       const struct ical_object *was, const struct ical_object *is,
				       const struct itip_save *s)
{
	*r = (struct itip_revision){.arena = a, .was = was, .is = is};
	if (was && is)
		r->comparison = itip_compare(a, was, is);
	r->was_lines = arena_alloc_array(a, count_items(was), sizeof(*r->was_lines));
	r->is_lines = arena_alloc_array(a, count_items(is), sizeof(*r->is_lines));
	read_pairs(r);
	return read_people(r, s);
}
