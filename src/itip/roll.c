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

/* Where it stands among the slots, or would. */
static size_t slot_of(const struct itip_roll *r, struct text address)
{
	size_t i = text_hash(address) & r->mask;

	while (r->slots[i] && !text_equal(r->at[r->slots[i] - 1], address))
		i = (i + 1) & r->mask;
	return i;
}

size_t itip_roll_number(struct itip_roll *r, struct text address)
{
	size_t slot = slot_of(r, address);

	if (!r->slots[slot]) {
		r->at[r->count++] = address;
		r->slots[slot] = r->count;
	}
	return r->slots[slot] - 1;
}

size_t itip_roll_find(const struct itip_roll *r, struct text address)
{
	return r->slots[slot_of(r, address)] - 1;
}
