/*
 * zone_vtimezone - compiled VTIMEZONE components (RFC 5545 §3.6.5)
 *
 * Each observance says at which local times its offset begins; together they are a
 * table of changes, like any zone. Compiling costs a hundred times what a look-up
 * does, so the outcome is kept by the content's digest, as long as anybody uses
 * it and a while longer.
 */

#include <pthread.h>

#include "base/arena.h"
#include "base/secret.h"
#include "ical/line.h"
#include "ical/recur.h"
#include "ical/zone_priv.h"

enum {
	VTZ_MAX_OBSERVANCES = 1000,
	VTZ_BUDGET = 400000, /* recurrence steps for all of a zone's rules */
	VTZ_MAX_DATES = 4000,
	VTZ_KEPT = 256, /* zones in the table, each of at most ZONE_MAX_CHANGES */
};

/* One value of RDATE. */
struct onset {
	int64_t when; /* local seconds, or UTC */
	bool is_utc;
	struct onset *next;
};

struct observance {
	bool is_dst;
	int64_t start; /* local seconds */
	bool has_start, has_from, has_to, has_rule;
	int from, to;
	struct recur rule;
	struct onset *dates;
	struct observance *next;
};

struct vtimezone {
	struct arena *arena;
	struct text tzid;
	struct observance *first, *last;
	size_t count, date_count;
	struct recur_budget budget;
	bool endless; /* some rule goes on for ever */
};

/* ---- reading ------------------------------------------------------------------------------- */

static const struct fault *bad(struct arena *a, const char *why)
{
	return fault_make(a, FAULT_BAD_DATA, "VTIMEZONE", "The VTIMEZONE cannot be used: %s.", why);
}

static const struct fault *read_dates(struct vtimezone *v, struct observance *o, struct text value)
{
	struct text part;

	while (text_next(&value, ',', &part)) {
		struct onset *d = arena_alloc(v->arena, sizeof(*d));
		ptrdiff_t slash = text_find_char(part, '/', 0);
		enum time_form form;

		if (slash >= 0)
			part = text_of(part.at, (size_t)slash);
		if (!time_parse(part, &d->when, &form) || v->date_count++ == VTZ_MAX_DATES)
			return bad(v->arena, "an RDATE is no date, or there are too many");
		d->is_utc = form == TIME_UTC;
		d->next = o->dates;
		o->dates = d;
	}
	return NULL;
}

static const struct fault *read_observance_line(struct vtimezone *v, struct observance *o,
						const struct ical_line *l)
{
	enum time_form form;

	if (ical_line_is(l, "DTSTART")) {
		o->has_start = time_parse(l->value, &o->start, &form);
		return o->has_start ? NULL : bad(v->arena, "DTSTART is no date");
	}
	if (ical_line_is(l, "TZOFFSETFROM")) {
		o->has_from = utc_offset_parse(l->value, &o->from);
		return o->has_from ? NULL : bad(v->arena, "TZOFFSETFROM is no offset");
	}
	if (ical_line_is(l, "TZOFFSETTO")) {
		o->has_to = utc_offset_parse(l->value, &o->to);
		return o->has_to ? NULL : bad(v->arena, "TZOFFSETTO is no offset");
	}
	if (ical_line_is(l, "RRULE") && l->value.len > 0) {
		o->has_rule = true;
		return recur_parse(v->arena, l->value, RECUR_LENIENT, &o->rule);
	}
	if (ical_line_is(l, "RDATE"))
		return read_dates(v, o, l->value);
	return NULL;
}

static struct observance *add_observance(struct vtimezone *v, bool is_dst)
{
	struct observance *o = arena_alloc(v->arena, sizeof(*o));

	o->is_dst = is_dst;
	if (v->last)
		v->last->next = o;
	else
		v->first = o;
	v->last = o;
	v->count++;
	return o;
}

static const struct fault *check_observances(const struct vtimezone *v)
{
	if (v->count == 0)
		return bad(v->arena, "it has no observance");
	for (const struct observance *o = v->first; o; o = o->next)
		if (!o->has_start || !o->has_from || !o->has_to)
			return bad(v->arena, "an observance lacks DTSTART or an offset");
	return NULL;
}

/* The kind of observance that a BEGIN opens; false for any other component. */
static bool opens_observance(const struct ical_line *l, bool *is_dst)
{
	*is_dst = text_equal_nocase(l->value, TEXT("DAYLIGHT"));
	return *is_dst || text_equal_nocase(l->value, TEXT("STANDARD"));
}

static const struct fault *read_vtimezone(struct vtimezone *v, struct text raw)
{
	struct observance *o = NULL;
	int inner = 0; /* components within an observance, of no meaning here */
	struct ical_line l;
	size_t pos = 0;
	const struct fault *f = NULL;
	bool is_dst;

	while (!f && ical_line_next(v->arena, raw, &pos, &l)) {
		if (ical_line_is(&l, "BEGIN")) {
			if (o)
				inner++;
			else if (v->count == VTZ_MAX_OBSERVANCES)
				return bad(v->arena, "it has more than 1,000 observances");
			else if (opens_observance(&l, &is_dst))
				o = add_observance(v, is_dst);
		} else if (ical_line_is(&l, "END")) {
			if (inner > 0)
				inner--;
			else
				o = NULL;
		} else if (o && inner == 0) {
			f = read_observance_line(v, o, &l);
		} else if (!o && ical_line_is(&l, "TZID")) {
			v->tzid = l.value;
		}
	}
	return f ? f : check_observances(v);
}

/* ---- compiling ------------------------------------------------------------------------------ */

/* Every onset of one observance before ZONE_TABLE_END, in UTC. */
static const struct fault *compile_observance(struct vtimezone *v, struct zone_builder *b,
					      const struct observance *o)
{
	struct recur_walk walk;
	enum recur_step step;
	int64_t until = ZONE_TABLE_END, local;

	zone_builder_add(b, o->start - o->from, o->to, o->is_dst);
	for (const struct onset *d = o->dates; d; d = d->next)
		zone_builder_add(b, d->is_utc ? d->when : d->when - o->from, o->to, o->is_dst);
	if (!o->has_rule)
		return NULL;
	if (o->rule.freq < FREQ_MONTHLY)
		return bad(v->arena, "an observance recurs more often than monthly");
	if (o->rule.has_until)
		until = o->rule.until + (o->rule.until_form == TIME_UTC ? o->from : 0);
	if (o->rule.has_until && o->rule.until_form == TIME_DATE)
		until += DAY_SECONDS - 1;
	v->endless = v->endless || recur_is_endless(&o->rule);
	step = recur_begin(&walk, v->arena, &o->rule, o->start, false, until, o->start, &v->budget);
	while (step == RECUR_FOUND) {
		step = recur_next(&walk, &v->budget, &local);
		if (step != RECUR_FOUND || local - o->from >= ZONE_TABLE_END)
			break;
		zone_builder_add(b, local - o->from, o->to, o->is_dst);
	}
	if (step == RECUR_OUT_OF_BUDGET)
		return bad(v->arena, "its rules are too much work");
	return NULL;
}

static const struct fault *compile(struct arena *a, struct text raw, struct zone **out)
{
	struct vtimezone v = {.arena = a, .budget.steps = VTZ_BUDGET};
	struct zone_builder b = {0};
	const struct observance *first;
	const struct fault *f;

	f = read_vtimezone(&v, raw);
	if (f)
		return f;
	first = v.first;
	for (const struct observance *o = v.first; o && !f; o = o->next) {
		if (o->start < first->start)
			first = o;
		f = compile_observance(&v, &b, o);
	}
	if (f) {
		free(b.changes);
		return f;
	}
	*out = zone_builder_finish(&b, v.tzid, first->from, v.endless);
	return *out ? NULL : bad(a, "it has too many changes");
}

/* ---- the table of those in use ------------------------------------------------------------------
 */

struct kept_zone {
	unsigned char digest[SECRET_DIGEST_BYTES];
	struct zone *zone;
};

static struct kept_zone kept[VTZ_KEPT];
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;

/* References are counted under the lock; the table holds one of its own. */
static void release_zone(void *object)
{
	struct zone *z = object;
	bool last;

	pthread_mutex_lock(&kept_lock);
	last = --z->refs == 0;
	pthread_mutex_unlock(&kept_lock);
	if (last)
		zone_destroy(z);
}

static struct zone *find_kept(const unsigned char digest[SECRET_DIGEST_BYTES], size_t slot)
{
	struct zone *z = NULL;

	pthread_mutex_lock(&kept_lock);
	if (kept[slot].zone && memcmp(kept[slot].digest, digest, SECRET_DIGEST_BYTES) == 0) {
		z = kept[slot].zone;
		z->refs++;
	}
	pthread_mutex_unlock(&kept_lock);
	return z;
}

/* Put it into its slot; whatever was there goes once nobody uses it. */
static void keep(const unsigned char digest[SECRET_DIGEST_BYTES], size_t slot, struct zone *z)
{
	struct zone *old;

	pthread_mutex_lock(&kept_lock);
	old = kept[slot].zone;
	memcpy(kept[slot].digest, digest, SECRET_DIGEST_BYTES);
	kept[slot].zone = z;
	z->refs = 2; /* the table's and the caller's */
	pthread_mutex_unlock(&kept_lock);
	if (old)
		release_zone(old);
}

const struct fault *zone_from_vtimezone(struct arena *a, struct text component,
					const struct zone **out)
{
	unsigned char digest[SECRET_DIGEST_BYTES];
	struct zone *z;
	size_t slot;

	secret_digest(NULL, component, digest);
	slot = ((size_t)digest[0] << 8 | digest[1]) % VTZ_KEPT;
	z = find_kept(digest, slot);
	if (!z) {
		const struct fault *f = compile(a, component, &z);

		if (f)
			return f;
		keep(digest, slot, z);
	}
	arena_defer(a, release_zone, z);
	*out = z;
	return NULL;
}
