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
	VTZ_MAX_DATES = 2000,
	VTZ_KEPT = 1024, /* zones in the table */
};

struct observance {
	bool is_dst;
	int64_t start; /* local seconds */
	bool has_start, has_from, has_to, has_rule;
	int from, to;
	struct recur rule;
	int64_t *dates; /* RDATE, local seconds */
	size_t date_count;
};

struct vtimezone {
	struct arena *arena;
	struct text tzid;
	struct observance *at;
	size_t count;
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
		enum time_form form;
		int64_t when;
		ptrdiff_t slash = text_find_char(part, '/', 0);

		if (slash >= 0)
			part = text_of(part.at, (size_t)slash);
		if (!time_parse(part, &when, &form) || o->date_count == VTZ_MAX_DATES)
			return bad(v->arena, "an RDATE is no date, or there are too many");
		if (!o->dates)
			o->dates = arena_alloc_array(v->arena, VTZ_MAX_DATES, sizeof(*o->dates));
		if (form == TIME_UTC)
			when += o->from;
		o->dates[o->date_count++] = when;
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

static const struct fault *read_vtimezone(struct vtimezone *v, struct text raw)
{
	struct observance *o = NULL;
	struct ical_line l;
	size_t pos = 0;
	const struct fault *f = NULL;

	while (!f && ical_line_next(v->arena, raw, &pos, &l)) {
		bool is_dst;

		if (ical_line_is(&l, "END")) {
			o = NULL;
			continue;
		}
		if (!ical_line_is(&l, "BEGIN")) {
			if (o)
				f = read_observance_line(v, o, &l);
			else if (ical_line_is(&l, "TZID"))
				v->tzid = l.value;
			continue;
		}
		is_dst = text_equal_nocase(l.value, TEXT("DAYLIGHT"));
		if (!is_dst && !text_equal_nocase(l.value, TEXT("STANDARD")))
			continue;
		if (v->count == VTZ_MAX_OBSERVANCES)
			return bad(v->arena, "it has more than 1,000 observances");
		o = &v->at[v->count++];
		o->is_dst = is_dst;
	}
	for (size_t i = 0; i < v->count && !f; i++)
		if (!v->at[i].has_start || !v->at[i].has_from || !v->at[i].has_to)
			f = bad(v->arena, "an observance lacks DTSTART or an offset");
	if (!f && v->count == 0)
		f = bad(v->arena, "it has no observance");
	return f;
}

/* ---- compiling ------------------------------------------------------------------------------ */

/* Every onset of one observance before ZONE_TABLE_END, in UTC. */
static const struct fault *compile_observance(struct vtimezone *v, struct zone_builder *b,
					      const struct observance *o)
{
	struct recur_walk walk;
	enum recur_step step;
	int64_t until = ZONE_TABLE_END, local;

	if (!o->has_rule || o->date_count > 0)
		zone_builder_add(b, o->start - o->from, o->to, o->is_dst);
	for (size_t i = 0; i < o->date_count; i++)
		zone_builder_add(b, o->dates[i] - o->from, o->to, o->is_dst);
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

	v.at = arena_alloc_array(a, VTZ_MAX_OBSERVANCES, sizeof(*v.at));
	f = read_vtimezone(&v, raw);
	if (f)
		return f;
	first = &v.at[0];
	for (size_t i = 0; i < v.count && !f; i++) {
		if (v.at[i].start < first->start)
			first = &v.at[i];
		f = compile_observance(&v, &b, &v.at[i]);
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
