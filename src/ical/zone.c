/* zone - looking up offsets in a table of changes */

#include "ical/zone_priv.h"

/* ---- building -------------------------------------------------------------------------- */

void zone_builder_add(struct zone_builder *b, int64_t utc, int32_t offset, bool is_dst)
{
	if (b->failed)
		return;
	if (b->count == b->cap) {
		size_t cap = b->cap ? 2 * b->cap : 256;
		struct zone_change *grown = NULL;

		if (cap <= ZONE_MAX_CHANGES)
			grown = realloc(b->changes, cap * sizeof(*grown));
		if (!grown) {
			b->failed = true;
			return;
		}
		b->changes = grown;
		b->cap = cap;
	}
	/* Until all are in, `local` holds their order. */
	b->changes[b->count] = (struct zone_change){utc, (int64_t)b->count, offset, is_dst};
	b->count++;
}

static int compare_changes(const void *a, const void *b)
{
	const struct zone_change *x = a, *y = b;

	if (x->utc != y->utc)
		return x->utc > y->utc ? 1 : -1;
	return (x->local > y->local) - (x->local < y->local);
}

/*
 * Local times from which each offset counts: in a gap the offset before it still
 * holds, and of a repeated hour the first pass is meant, so both times the new
 * offset begins where the larger of the two puts the change.
 */
static size_t fill_local(struct zone_change *at, size_t count, int32_t first_offset)
{
	int32_t before = first_offset;
	int64_t floor = INT64_MIN;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct zone_change c = at[i];

		if ((i + 1 < count && at[i + 1].utc == c.utc) || c.offset == before)
			continue;
		c.local = c.utc + max64(before, c.offset);
		if (c.local < floor)
			c.local = floor;
		floor = c.local;
		before = c.offset;
		at[kept++] = c;
	}
	return kept;
}

/* Does the cycle that is to be repeated begin with the offset that it ends with? */
static bool ends_as_it_began(const struct zone *z)
{
	return zone_offset(z, ZONE_TABLE_END - ZONE_CYCLE - 1) ==
	       zone_offset(z, ZONE_TABLE_END - 1);
}

/*
 * Fit the memory to what is held. A local time of the table's last hours may be an
 * instant past its end, so a table that repeats ends with what its cycle begins with.
 */
static bool close_table(struct zone *z)
{
	const int64_t begin = ZONE_TABLE_END - ZONE_CYCLE;
	const struct zone_change *c = zone_change_at(z, begin - 1);
	size_t first = c ? (size_t)(c - z->changes) + 1 : 0, more = 0;
	struct zone_change *at;

	if (z->count == 0)
		return true;
	while (z->repeats && first + more < z->count &&
	       z->changes[first + more].utc < begin + 2 * DAY_SECONDS)
		more++;
	at = realloc(z->changes, (z->count + more) * sizeof(*at));
	if (!at)
		return false;
	z->changes = at;
	for (size_t i = first; i < first + more; i++) {
		struct zone_change next = at[i];

		next.utc += ZONE_CYCLE;
		next.local = max64(next.local + ZONE_CYCLE, at[z->count - 1].local);
		at[z->count++] = next;
	}
	return true;
}

struct zone *zone_builder_finish(struct zone_builder *b, struct text name, int32_t first_offset,
				 bool repeats)
{
	struct zone *z = b->failed ? NULL : calloc(1, sizeof(*z) + name.len + 1);
	char *copy;

	if (!z) {
		free(b->changes);
		b->changes = NULL;
		return NULL;
	}
	copy = (char *)(z + 1);
	if (name.len > 0)
		memcpy(copy, name.at, name.len);
	z->name = text_of(copy, name.len);
	if (b->count > 0)
		qsort(b->changes, b->count, sizeof(*b->changes), compare_changes);
	z->first_offset = first_offset;
	memcpy(z->calls, b->calls, sizeof(z->calls));
	z->count = fill_local(b->changes, b->count, first_offset);
	/* Where the table is repeated, nothing stands behind its end. */
	while (repeats && z->count > 0 && b->changes[z->count - 1].utc >= ZONE_TABLE_END)
		z->count--;
	z->changes = b->changes;
	b->changes = NULL;
	z->repeats = repeats && ends_as_it_began(z);
	if (!close_table(z)) {
		zone_destroy(z);
		return NULL;
	}
	return z;
}

void zone_destroy(struct zone *z)
{
	if (!z)
		return;
	free(z->changes);
	free(z);
}

/* ---- looking up --------------------------------------------------------------------------- */

/* How many whole cycles lie between t and the table, so that t - n * CYCLE is in it. */
static int64_t cycles_past(const struct zone *z, int64_t t)
{
	if (!z->repeats || t < ZONE_TABLE_END)
		return 0;
	return (t - ZONE_TABLE_END) / ZONE_CYCLE + 1;
}

const struct zone_change *zone_change_at(const struct zone *z, int64_t utc)
{
	size_t low = 0, high = z->count;

	utc -= cycles_past(z, utc) * ZONE_CYCLE;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (z->changes[middle].utc <= utc)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &z->changes[low - 1] : NULL;
}

int64_t zone_later(const struct zone *z, int64_t utc, struct duration d)
{
	if (!z || d.days == 0)
		return utc + d.days * DAY_SECONDS + d.seconds;
	return zone_to_utc(z, zone_to_local(z, utc) + d.days * DAY_SECONDS) + d.seconds;
}

int zone_offset(const struct zone *z, int64_t utc)
{
	const struct zone_change *c = zone_change_at(z, utc);

	return c ? c->offset : z->first_offset;
}

int64_t zone_to_local(const struct zone *z, int64_t utc)
{
	return utc + zone_offset(z, utc);
}

int64_t zone_to_utc(const struct zone *z, int64_t local)
{
	size_t low = 0, high = z->count;
	int64_t shift = cycles_past(z, local) * ZONE_CYCLE;

	local -= shift;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (z->changes[middle].local <= local)
			low = middle + 1;
		else
			high = middle;
	}
	return local + shift - (low > 0 ? z->changes[low - 1].offset : z->first_offset);
}

enum zone_fit zone_fit_of(const struct zone *z, int64_t local)
{
	int64_t utc = zone_to_utc(z, local);
	int64_t change;

	if (zone_to_local(z, utc) != local)
		return ZONE_GAP;
	/* Said twice when a change soon after sets the clock back to it. */
	if (zone_next_change(z, utc + 1, &change)) {
		int before = zone_offset(z, change - 1), after = zone_offset(z, change);

		if (after < before && local >= change + after && local < change + before)
			return ZONE_FOLD;
	}
	return ZONE_ONCE;
}

bool zone_next_change(const struct zone *z, int64_t utc, int64_t *change_out)
{
	int64_t before = max64(utc, TIME_MIN) - 1, shift = cycles_past(z, before) * ZONE_CYCLE;
	const struct zone_change *c = zone_change_at(z, before);
	size_t next = c ? (size_t)(c - z->changes) + 1 : 0;

	if (next == z->count && z->repeats && z->count > 0) {
		/* The first change of the next cycle is that of 400 years before. */
		shift += ZONE_CYCLE;
		c = zone_change_at(z, ZONE_TABLE_END - ZONE_CYCLE - 1);
		next = c ? (size_t)(c - z->changes) + 1 : 0;
	}
	if (next >= z->count || z->changes[next].utc + shift >= TIME_MAX)
		return false;
	*change_out = z->changes[next].utc + shift;
	return true;
}

struct text zone_name(const struct zone *z)
{
	return z->name;
}

struct text zone_abbreviation(const struct zone *z, int64_t utc)
{
	int offset = zone_offset(z, utc);

	for (size_t i = 0; i < ARRAY_LEN(z->calls); i++)
		if (z->calls[i].word[0] && z->calls[i].offset == offset)
			return text_from(z->calls[i].word);
	return TEXT_NONE;
}

bool zone_is_same(const struct zone *a, const struct zone *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->count != b->count || a->first_offset != b->first_offset ||
	    a->repeats != b->repeats)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->changes[i].utc != b->changes[i].utc ||
		    a->changes[i].offset != b->changes[i].offset)
			return false;
	return true;
}
