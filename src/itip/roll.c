/* roll - addresses, numbered. See roll.h. */
#include "itip/roll.h"

#include "base/arena.h"

void itip_roll_init(struct itip_roll *r, struct arena *a, size_t most)
{
	size_t slots = 16;

	while (slots < 2 * most)
		slots *= 2;
	*r = (struct itip_roll){.mask = slots - 1};
	r->at = arena_alloc_array(a, most + 1, sizeof(*r->at));
	r->slots = arena_alloc_array(a, slots, sizeof(*r->slots));
}

size_t itip_roll_number(struct itip_roll *r, struct text address)
{
	size_t i = text_hash(address) & r->mask;

	for (; r->slots[i]; i = (i + 1) & r->mask)
		if (text_equal(r->at[r->slots[i] - 1], address))
			return r->slots[i] - 1;
	r->at[r->count++] = address;
	r->slots[i] = r->count;
	return r->count - 1;
}
