/* mirror_sort - the events of a page in the order in which they are planned; see mirror.h */

#include "federation/mirror.h"

#include <stdlib.h>

#include "base/arena.h"

struct place {
	struct remote_event event;
	size_t at;
};

struct text mirror_series(const struct remote_event *e)
{
	return e->series.len > 0 ? e->series : e->remote;
}

static int by_remote(const void *left, const void *right)
{
	const struct place *a = left, *b = right;
	int order = text_compare(a->event.remote, b->event.remote);

	/* The last first. */
	return order ? order : (a->at < b->at) - (a->at > b->at);
}

static int by_series(const void *left, const void *right)
{
	const struct place *a = left, *b = right;
	int order = text_compare(mirror_series(&a->event), mirror_series(&b->event));

	return order ? order : (a->at > b->at) - (a->at < b->at);
}

size_t mirror_sort(struct arena *a, struct remote_event *events, size_t count)
{
	struct place *places = arena_alloc_array(a, count, sizeof(*places));
	size_t left = 0;

	for (size_t i = 0; i < count; i++)
		places[i] = (struct place){events[i], i};
	qsort(places, count, sizeof(*places), by_remote);
	for (size_t i = 0; i < count; i++)
		if (left == 0 || !text_equal(places[left - 1].event.remote, places[i].event.remote))
			places[left++] = places[i];
	qsort(places, left, sizeof(*places), by_series);
	for (size_t i = 0; i < left; i++)
		events[i] = places[i].event;
	return left;
}
