/*
 * schedule_number - numbers for what is written of many copies, taken at once
 *
 * Each object that is written has the next number of its collection's sequence, and a new one the
 * next number of its owner. Of a hundred recipients these are asked for together.
 */
#include <stdlib.h>

#include "calendar/schedule_priv.h"

/* Something in its calendar: what came with one message may have gone with another. */
static bool is_written(const struct schedule_copy *copy)
{
	return copy->changed && (copy->is || copy->bytes || copy->was);
}

/* New objects of a copy's owner: the copy, and each message. */
static size_t count_new(const struct schedule_copy *copy)
{
	size_t count = copy->changed && copy->is && !copy->was;

	for (const struct schedule_item *item = copy->items; item; item = item->next)
		count++;
	return count;
}

static int compare_owners(const void *a, const void *b)
{
	const struct schedule_copy *const *x = a, *const *y = b;

	return ((*x)->owner > (*y)->owner) - ((*x)->owner < (*y)->owner);
}

/* Of whom something is written, by owner. */
static struct schedule_copy **sort_written(struct arena *a, const struct schedule_plan *plan,
					   size_t *count_out)
{
	struct schedule_copy **out = arena_alloc_array(a, plan->copy_count + 1, sizeof(*out));
	size_t count = 0;

	for (size_t i = 0; i < plan->copy_count; i++)
		if (is_written(plan->copies[i]) || plan->copies[i]->items)
			out[count++] = plan->copies[i];
	qsort(out, count, sizeof(*out), compare_owners);
	*count_out = count;
	return out;
}

/* As many for each as for who needs most: what is left of them nobody misses. */
static const struct fault *take_ids(struct change *c, struct db *db, struct schedule_copy **copies,
				    size_t count)
{
	int64_t *owners = arena_alloc_array(c->arena, count + 1, sizeof(*owners));
	int64_t *first = arena_alloc_array(c->arena, count + 1, sizeof(*first));
	struct schedule_copy **takers = arena_alloc_array(c->arena, count + 1, sizeof(*takers));
	size_t each = 0, taker_count = 0;
	const struct fault *f = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t needs = count_new(copies[i]);

		if (needs == 0)
			continue;
		each = needs > each ? needs : each;
		owners[taker_count] = copies[i]->owner;
		takers[taker_count++] = copies[i];
	}
	if (taker_count > 0)
		f = owner_take_ids(db, c->arena, owners, taker_count, (int64_t)each, first);
	for (size_t i = 0; i < taker_count && !f; i++) {
		takers[i]->next_id = first[i];
		takers[i]->end_id = first[i] + (int64_t)each;
	}
	return f;
}

static void give_seq(struct schedule_copy *copy, const struct collection_place *place)
{
	if (is_written(copy) && place->id == copy->calendar)
		copy->calendar_seq = place->mark.seq;
	else
		copy->inbox_seq = place->mark.seq;
}

static const struct fault *take_seqs(struct change *c, struct db *db, struct schedule_copy **copies,
				     size_t count)
{
	struct collection_place *places =
		arena_alloc_array(c->arena, 2 * count + 1, sizeof(*places));
	size_t place_count = 0, at = 0;
	const struct fault *f;

	for (size_t i = 0; i < count; i++) {
		if (is_written(copies[i]))
			places[place_count++] = (struct collection_place){
				copies[i]->owner, copies[i]->calendar, {0}};
		if (copies[i]->items)
			places[place_count++] =
				(struct collection_place){copies[i]->owner, copies[i]->inbox, {0}};
	}
	if (place_count == 0)
		return NULL;
	f = change_next_seqs(c, db, places, place_count, PUSH_CONTENT);
	for (size_t i = 0; i < place_count && !f; i++) {
		while (copies[at]->owner != places[i].owner)
			at++;
		give_seq(copies[at], &places[i]);
	}
	return f;
}

const struct fault *schedule_take_numbers(struct change *c, struct db *db,
					  const struct schedule_plan *plan)
{
	size_t count;
	struct schedule_copy **copies = sort_written(c->arena, plan, &count);
	const struct fault *f = take_ids(c, db, copies, count);

	return f ? f : take_seqs(c, db, copies, count);
}

const struct fault *schedule_next_seq(struct change *c, struct db *db, struct schedule_copy *copy,
				      int64_t collection, int64_t *seq_out)
{
	int64_t *taken = collection == copy->inbox ? &copy->inbox_seq : &copy->calendar_seq;

	*seq_out = *taken;
	*taken = 0;
	return *seq_out ? NULL
			: change_next_seq(c, db, copy->owner, collection, PUSH_CONTENT, seq_out);
}

int64_t schedule_next_id(struct schedule_copy *copy)
{
	return copy->next_id < copy->end_id ? copy->next_id++ : 0;
}
