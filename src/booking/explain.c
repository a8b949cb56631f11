/* explain - what stands in the way, by name; see explain.h */
#include "booking/explain.h"

#include "base/arena.h"
#include "booking/slots_priv.h"
#include "freebusy/collect.h"
#include "ical/line.h"
#include "ical/object.h"
#include "store/object.h"
#include "store/outside.h"
#include "store/taken.h"

enum { OBSTACLES_MAX = 50 };

struct search {
	struct db *db;
	struct arena *arena;
	const struct slot_ask *ask;
	const struct owner *whose; /* time it is: of a team that of the host it is due to */
	struct freebusy_instance instances[OBSTACLES_MAX];
	size_t instance_count;
	struct explain_obstacle *at;
	size_t count;
};

/* What something is about is for its own host alone. */
static bool is_own(const struct search *s)
{
	return s->whose->id == s->ask->host->owner.id;
}

/* ---- events -----------------------------------------------------------------------------------
 */

static void take_instance(void *ctx, const struct freebusy_instance *instance)
{
	struct search *s = ctx;
	const struct booking_type *t = s->ask->type;

	if ((instance->type == BUSY_TENTATIVE && !t->tentative_blocks) ||
	    (instance->type == BUSY_ELSEWHERE && !t->working_elsewhere_blocks))
		return;
	if (s->instance_count < OBSTACLES_MAX)
		s->instances[s->instance_count++] = *instance;
}

static struct text title_of(struct arena *a, const struct stored_object *stored)
{
	struct ical_object *object;

	/* What cannot be read takes its time without a name. */
	if (ical_object_parse(a, stored->data, ICAL_FROM_STORE, &object) || object->item_count == 0)
		return TEXT_NONE;
	return ical_text_unescape(a, object->items[0].summary);
}

static const struct fault *add_event(struct search *s, const struct freebusy_instance *i)
{
	struct stored_object *stored;
	const struct fault *f = object_get(s->db, s->arena, s->whose->id, i->object, &stored);

	if (f || !stored)
		return f;
	s->at[s->count++] = (struct explain_obstacle){
		.kind = "event",
		.id = stored->uid,
		.title = is_own(s) ? title_of(s->arena, stored) : TEXT_NONE,
		.start = i->start,
		.end = i->end,
	};
	return NULL;
}

static const struct fault *find_events(struct search *s, int64_t from, int64_t to)
{
	const struct fault *f =
		freebusy_collect_instances(s->db, s->arena, s->whose, from, to, take_instance, s);

	for (size_t i = 0; !f && i < s->instance_count && s->count < OBSTACLES_MAX; i++)
		f = add_event(s, &s->instances[i]);
	return f;
}

/* ---- bookings ---------------------------------------------------------------------------------
 */

static const struct fault *find_bookings(struct search *s, int64_t from, int64_t to)
{
	struct taken *all;
	size_t count;
	const struct fault *f = taken_range(s->db, s->arena, s->whose->id, from, to, &all, &count);

	for (size_t i = 0; !f && i < count && s->count < OBSTACLES_MAX; i++) {
		if ((all[i].expires_at > 0 && all[i].expires_at <= s->ask->now) ||
		    text_equal(all[i].booking, s->ask->but))
			continue;
		/* The name of a reservation opens it, and is its holder's alone. */
		s->at[s->count++] = (struct explain_obstacle){
			.kind = all[i].expires_at > 0 ? "reservation" : "booking",
			.id = all[i].expires_at > 0 ? TEXT_NONE : all[i].booking,
			.start = all[i].start,
			.end = all[i].end,
		};
	}
	return f;
}

/* ---- calendars elsewhere ----------------------------------------------------------------------
 */

static const struct fault *find_stale(struct search *s)
{
	const struct host *host = s->ask->host;
	int64_t now = s->ask->now;
	struct outside_calendar *all;
	size_t count;
	const struct fault *f =
		outside_calendar_list(s->db, s->arena, s->whose->id, TEXT_NONE, &all, &count);

	for (size_t i = 0; !f && i < count && s->count < OBSTACLES_MAX; i++) {
		if (!all[i].counts ||
		    !host_is_stale(host, all[i].synced_at, host->owner.outside_trust, now))
			continue;
		s->at[s->count++] = (struct explain_obstacle){
			.kind = "calendar",
			.id = all[i].connection,
			.title = is_own(s) ? all[i].title : TEXT_NONE,
			.start = all[i].synced_at,
			.end = now,
		};
	}
	return f;
}

/* ---- all of it --------------------------------------------------------------------------------
 */

static const struct fault *find_obstacles(struct search *s, const struct slot_why *why)
{
	const struct booking_type *t = s->ask->type;
	int64_t from = s->ask->from - (int64_t)t->before_min * MINUTE;
	int64_t to = s->ask->from + (int64_t)(s->ask->duration_min + t->after_min) * MINUTE;
	const struct fault *f;

	switch (why->verdict) {
	case SLOT_HELD:
	case SLOT_FULL: return find_bookings(s, why->start, why->end);
	case SLOT_BUSY:
	case SLOT_BUFFER:
		f = find_events(s, from, to);
		/* The buffer may be that of a booking, which stands further away. */
		return f || s->count > 0 ? f : find_bookings(s, why->start, why->end);
	case SLOT_CALENDAR_STALE: return find_stale(s);
	default: return NULL;
	}
}

const struct fault *explain_slot(struct db *db, struct arena *a, const struct slot_ask *ask,
				 struct explanation *out)
{
	struct search s = {.db = db, .arena = a, .ask = ask};
	struct slot_question q;
	const struct fault *f = slot_question_load_stored(db, a, ask, &q);

	*out = (struct explanation){.count = 0};
	if (f)
		return f;
	out->why = slot_explain(&q, ask->from);
	s.whose = out->why.host ? &out->why.host->owner : &ask->host->owner;
	s.at = arena_alloc_array(a, OBSTACLES_MAX, sizeof(*s.at));
	f = find_obstacles(&s, &out->why);
	out->obstacles = s.at;
	out->count = s.count;
	return f ? f : arena_check(a);
}
