/*
 * host - hosts in memory, and how they are known to be fresh; see host.h
 *
 * An entry remembers the store's generation at which its version was last read.
 * While the generation is the same, nothing was committed, and nothing has to be
 * read; otherwise one point read tells the version of now. It is loaded anew only
 * when the rules changed: bookings and events raise the version alone.
 */
#include "booking/host_priv.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/log.h"
#include "booking/room.h"
#include "ical/object.h"
#include "store/collection.h"
#include "store/store.h"

enum {
	HOST_ARENA_BYTES = 8 * 1024 * 1024,
	HOST_USUAL_BYTES = 8 * 1024,
	BOOKED_CACHE_BYTES = 64 * 1024 * 1024,
};

struct host_entry {
	struct lru_item item;
	struct host host;
	struct arena *arena;  /* holds all that host points to */
	pthread_mutex_t lock; /* of the next four, which belong together */
	int64_t generation;   /* of the store, when the others were last seen to be right */
	int64_t version;
	int64_t outside_at; /* see struct owner_version */
	bool outside_trust; /* likewise */
};

struct host_cache *host_cache_create(size_t max_hosts)
{
	struct host_cache *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->by_name = lru_create(max_hosts);
	c->by_id = lru_create(max_hosts);
	c->booked = lru_create(BOOKED_CACHE_BYTES);
	if (!c->by_name || !c->by_id || !c->booked) {
		host_cache_destroy(c);
		return NULL;
	}
	return c;
}

void host_cache_destroy(struct host_cache *c)
{
	if (!c)
		return;
	lru_destroy(c->by_name);
	lru_destroy(c->by_id);
	lru_destroy(c->booked);
	free(c);
}

static void entry_destroy(struct lru_item *item)
{
	struct host_entry *e = (struct host_entry *)item;

	arena_destroy(e->arena);
	pthread_mutex_destroy(&e->lock);
	free(e);
}

/* ---- reading a host ----------------------------------------------------------------------- */

static void log_unreadable(const struct owner *owner, const char *what, struct text id,
			   const struct fault *f)
{
	log_event(LOG_WARN, "unreadable-rules", LOG_TEXT("host", owner->name),
		  LOG_STR("what", what), LOG_TEXT("id", id), LOG_STR("why", f->message));
}

static const struct fault *read_schedules(struct db *db, struct arena *a, struct host *h)
{
	struct schedule *rows;
	size_t count;
	const struct fault *f = schedule_list(db, a, h->owner.id, &rows, &count);

	if (f)
		return f;
	h->schedules = arena_alloc_array(a, count, sizeof(*h->schedules));
	for (size_t i = 0; i < count; i++) {
		f = booking_schedule_read(a, &rows[i], h->owner.timezone,
					  &h->schedules[h->schedule_count]);
		if (f)
			log_unreadable(&h->owner, "schedule", rows[i].id, f);
		else
			h->schedule_count++;
	}
	return arena_check(a);
}

static int32_t max32(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

static const struct fault *read_types(struct db *db, struct arena *a, struct host *h)
{
	struct meeting_type *rows;
	size_t count;
	const struct fault *f = meeting_type_list(db, a, h->owner.id, &rows, &count);

	if (f)
		return f;
	h->types = arena_alloc_array(a, count, sizeof(*h->types));
	for (size_t i = 0; i < count; i++) {
		struct booking_type *t = &h->types[h->type_count];

		f = booking_type_read(a, &rows[i], t);
		if (f) {
			log_unreadable(&h->owner, "type", rows[i].id, f);
			continue;
		}
		h->buffer_max_min = max32(h->buffer_max_min, max32(t->before_min, t->after_min));
		h->type_count++;
	}
	return arena_check(a);
}

/* Bookings go to `calendar`; where that was removed, to the first that takes events. */
static const struct fault *read_calendar(struct db *db, struct arena *a, struct host *h)
{
	struct collection *all;
	size_t count;
	const struct fault *f = collection_list(db, a, h->owner.id, &all, &count);

	for (size_t i = 0; !f && i < count; i++) {
		if (all[i].kind != COLLECTION_CALENDAR || !(all[i].components & COMP_VEVENT))
			continue;
		if (h->calendar == 0 || text_equal(all[i].name, TEXT("calendar")))
			h->calendar = all[i].id;
	}
	return f;
}

const struct fault *host_read(struct db *db, struct arena *a, const struct owner *owner,
			      int64_t max_age_s, struct host *out)
{
	const struct fault *f;

	*out = (struct host){.owner = *owner, .max_age_s = max_age_s};
	f = read_schedules(db, a, out);
	if (!f)
		f = read_types(db, a, out);
	if (!f)
		f = read_calendar(db, a, out);
	return f ? f : room_read(db, a, owner, &out->room);
}

/* A poll may have gone by since the host was looked up. */
static void take_age(struct arena *a, const struct host **host, const struct owner_version *now)
{
	struct host *h;

	if (now->outside_at == (*host)->owner.outside_at &&
	    now->outside_trust == (*host)->owner.outside_trust)
		return;
	h = arena_alloc(a, sizeof(*h));
	*h = **host;
	h->owner.outside_at = now->outside_at;
	h->owner.outside_trust = now->outside_trust;
	*host = h;
}

const struct fault *host_refresh(struct db *db, struct arena *a, const struct host **host)
{
	const struct host *was = *host;
	struct owner_version now;
	struct owner *owner;
	struct host *fresh;
	const struct fault *f = owner_version(db, a, was->owner.id, &now);

	if (!f && now.rules == was->owner.rules)
		take_age(a, host, &now);
	if (f || now.rules == was->owner.rules)
		return f;
	*host = NULL;
	f = owner_get(db, a, was->owner.id, &owner);
	if (f || !owner)
		return f;
	fresh = arena_alloc(a, sizeof(*fresh));
	f = host_read(db, a, owner, was->max_age_s, fresh);
	fresh->is_unread = was->is_unread;
	*host = fresh;
	return f;
}

/* ---- loading an entry ----------------------------------------------------------------------- */

/* Whom to look for: by name, or by number where name.at is NULL. */
struct wanted {
	struct text name;
	int64_t id;
	int64_t max_age_s; /* the desk's */
};

static const struct fault *entry_read(struct host_entry *e, struct db *db, const struct wanted *w,
				      bool *found_out)
{
	struct owner *owner;
	const struct fault *f = w->name.at ? owner_find(db, e->arena, w->name, &owner)
					   : owner_get(db, e->arena, w->id, &owner);

	*found_out = !f && owner;
	if (f || !owner)
		return f;
	return host_read(db, e->arena, owner, w->max_age_s, &e->host);
}

/* A new entry, held once; NULL in *out when there is no such host. */
static const struct fault *entry_load(struct db *db, struct arena *a, const struct wanted *w,
				      int64_t generation, struct host_entry **out)
{
	struct host_entry *e = calloc(1, sizeof(*e));
	const struct fault *f;
	bool found = false;

	*out = NULL;
	if (!e)
		return fault_static(FAULT_OUT_OF_MEMORY);
	e->arena = arena_create(HOST_ARENA_BYTES);
	pthread_mutex_init(&e->lock, NULL);
	e->generation = generation;
	f = store_snapshot_begin(db, a);
	if (!f) {
		f = entry_read(e, db, w, &found);
		store_snapshot_end(db);
	}
	lru_item_init(&e->item, 1 + arena_used(e->arena) / HOST_USUAL_BYTES, entry_destroy);
	if (!f && found) {
		e->version = e->host.owner.version;
		e->outside_at = e->host.owner.outside_at;
		e->outside_trust = e->host.owner.outside_trust;
		*out = e;
		return NULL;
	}
	f = fault_copy(a, f);
	entry_destroy(&e->item);
	return f;
}

static struct text id_key(const int64_t *id)
{
	return text_of((const char *)id, sizeof(*id));
}

static void entry_keep(struct host_cache *c, struct host_entry *e, const struct wanted *w)
{
	lru_put(c->by_id, id_key(&e->host.owner.id), &e->item);
	if (w->name.at)
		lru_put(c->by_name, w->name, &e->item);
}

/*
 * Was its version read when the generation was given out, or after? Numbers of generations only
 * rise.
 */
static bool entry_is_known(struct host_entry *e, int64_t generation, struct owner_version *out)
{
	bool known;

	pthread_mutex_lock(&e->lock);
	known = e->generation >= generation;
	*out = (struct owner_version){e->version, e->host.owner.rules, e->outside_at,
				      e->outside_trust};
	pthread_mutex_unlock(&e->lock);
	return known;
}

/*
 * Take a version that was just read, if what stands in the entry still holds. Of two that read it
 * at once the later one wins: versions only rise. The age of copies may change without one.
 */
static bool entry_renew(struct host_entry *e, int64_t generation, const struct owner_version *now)
{
	if (now->rules != e->host.owner.rules)
		return false;
	pthread_mutex_lock(&e->lock);
	if (now->version >= e->version) {
		if (now->version > e->version || generation >= e->generation) {
			e->outside_at = now->outside_at;
			e->outside_trust = now->outside_trust;
		}
		e->version = now->version;
		e->generation = max64(e->generation, generation);
	}
	pthread_mutex_unlock(&e->lock);
	return true;
}

/* The version of now, when what stands in the entry still holds. False also for a fault. */
static bool entry_is_fresh(struct host_entry *e, struct db *db, struct arena *a, int64_t generation,
			   struct owner_version *out)
{
	if (entry_is_known(e, generation, out))
		return true;
	if (owner_version(db, a, e->host.owner.id, out))
		return false;
	return entry_renew(e, generation, out);
}

static bool is_unread(const struct booking_desk *desk, int64_t owner)
{
	for (size_t i = 0; i < desk->unread_count; i++)
		if (desk->unread[i] == owner)
			return true;
	return false;
}

/* What is in the cache, held by the arena; NULL: nothing is. */
static struct host_entry *entry_find(struct host_cache *c, struct arena *a, const struct wanted *w)
{
	struct lru_item *item =
		w->name.at ? lru_find(c->by_name, w->name) : lru_find(c->by_id, id_key(&w->id));

	if (item)
		lru_give(a, item);
	return (struct host_entry *)item;
}

/*
 * The host as it is now, from what was in the cache (NULL: nothing) or anew. The generation is of
 * before anything is read: what is committed since gives another number.
 */
static const struct fault *host_take(struct booking_desk *desk, struct db *db, struct arena *a,
				     const struct wanted *w, int64_t generation,
				     struct host_entry *e, const struct host **out)
{
	const struct fault *f;
	struct host *host;
	struct owner_version now;

	*out = NULL;
	if (!e || !entry_is_fresh(e, db, a, generation, &now)) {
		f = entry_load(db, a, w, generation, &e);
		if (f || !e)
			return f;
		(void)entry_is_known(e, generation, &now);
		entry_keep(desk->hosts, e, w);
		lru_give(a, &e->item);
	}
	host = arena_alloc(a, sizeof(*host));
	*host = e->host;
	host->owner.version = now.version;
	host->owner.outside_at = now.outside_at;
	host->owner.outside_trust = now.outside_trust;
	host->is_unread = is_unread(desk, host->owner.id);
	*out = host;
	return NULL;
}

static const struct fault *host_look_up(struct booking_desk *desk, struct db *db, struct arena *a,
					const struct wanted *w, const struct host **out)
{
	int64_t generation = store_generation(desk->calendar->store, db);

	return host_take(desk, db, a, w, generation, entry_find(desk->hosts, a, w), out);
}

const struct fault *host_find(struct booking_desk *desk, struct db *db, struct arena *a,
			      struct text name, const struct host **out)
{
	struct wanted w = {
		.name = {name.at ? name.at : "", name.len},
		.max_age_s = desk->max_age_s,
	};

	return host_look_up(desk, db, a, &w, out);
}

const struct fault *host_get(struct booking_desk *desk, struct db *db, struct arena *a,
			     int64_t owner, const struct host **out)
{
	struct wanted w = {.id = owner, .max_age_s = desk->max_age_s};

	return host_look_up(desk, db, a, &w, out);
}

/* ---- several at once ----------------------------------------------------------------------- */

static int compare_entry(const void *a, const void *b)
{
	const struct host_entry *const *x = a, *const *y = b;

	return ((*x)->host.owner.id > (*y)->host.owner.id) -
	       ((*x)->host.owner.id < (*y)->host.owner.id);
}

/* Those whose version is not known, ascending, and each once. */
static size_t find_unknown(struct host_entry *const *entries, size_t count, int64_t generation,
			   struct host_entry **out)
{
	size_t unknown = 0, kept = 0;
	struct owner_version version;

	for (size_t i = 0; i < count; i++)
		if (entries[i] && !entry_is_known(entries[i], generation, &version))
			out[unknown++] = entries[i];
	if (unknown > 1)
		qsort(out, unknown, sizeof(struct host_entry *), compare_entry);
	for (size_t i = 0; i < unknown; i++)
		if (kept == 0 || compare_entry(&out[kept - 1], &out[i]) != 0)
			out[kept++] = out[i];
	return kept;
}

/* Whose rules are others by now is left for whoever takes them: they are read anew. */
static const struct fault *renew_all(struct db *db, struct arena *a,
				     struct host_entry *const *entries, size_t count,
				     int64_t generation)
{
	struct host_entry **old = arena_alloc_array(a, count, sizeof(struct host_entry *));
	size_t unknown = find_unknown(entries, count, generation, old);
	struct owner_version *versions = arena_alloc_array(a, unknown, sizeof(*versions));
	int64_t *ids = arena_alloc_array(a, unknown, sizeof(*ids));
	const struct fault *f;

	for (size_t i = 0; i < unknown; i++)
		ids[i] = old[i]->host.owner.id;
	f = owner_versions(db, a, ids, unknown, versions);
	for (size_t i = 0; !f && i < unknown; i++)
		(void)entry_renew(old[i], generation, &versions[i]);
	return f;
}

const struct fault *host_find_all(struct booking_desk *desk, struct db *db, struct arena *a,
				  const struct text *names, size_t count, const struct host **out)
{
	int64_t generation = store_generation(desk->calendar->store, db);
	struct host_entry **entries = arena_alloc_array(a, count, sizeof(struct host_entry *));
	const struct fault *f;

	for (size_t i = 0; i < count; i++)
		entries[i] = entry_find(desk->hosts, a, &(struct wanted){.name = names[i]});
	f = renew_all(db, a, entries, count, generation);
	for (size_t i = 0; !f && i < count; i++) {
		struct wanted w = {.name = names[i], .max_age_s = desk->max_age_s};

		f = host_take(desk, db, a, &w, generation, entries[i], &out[i]);
	}
	return f;
}

/* ---- inside a host ------------------------------------------------------------------------- */

const struct booking_type *host_type_by_slug(const struct host *h, struct text slug)
{
	for (size_t i = 0; i < h->type_count; i++)
		if (text_equal(h->types[i].slug, slug))
			return &h->types[i];
	return NULL;
}

const struct booking_type *host_type_by_id(const struct host *h, struct text id)
{
	for (size_t i = 0; i < h->type_count; i++)
		if (text_equal(h->types[i].id, id))
			return &h->types[i];
	return NULL;
}

const struct booking_schedule *host_schedule(const struct host *h, struct text id)
{
	for (size_t i = 0; i < h->schedule_count; i++)
		if (text_equal(h->schedules[i].id, id))
			return &h->schedules[i];
	return NULL;
}
