/*
 * schedule_copy - who is local, and what they have of an object. See schedule_round_priv.h.
 *
 * Nobody is read before a message to them is looked at, and nobody twice: an owner has several
 * addresses and one copy.
 */
#include "calendar/schedule_round_priv.h"
#include "ical/address.h"

/* What one recipient costs beside what is kept; a request's arena has room for a thousand. */
enum { SCRATCH_BYTES = 32 << 20 };

static void release_scratch(void *arena)
{
	arena_destroy(arena);
}

struct schedule_round *schedule_round_begin(struct change *c, struct db *db,
					    struct schedule_plan *plan)
{
	struct schedule_round *r = arena_alloc(c->arena, sizeof(*r));

	*r = (struct schedule_round){
		.c = c,
		.arena = c->arena,
		.scratch = arena_create(SCRATCH_BYTES),
		.spare = arena_create(SCRATCH_BYTES),
		.outside = arena_create(SCRATCH_BYTES),
		.db = db,
		.plan = plan,
		.share = schedule_share_begin(c),
	};
	plan->copies = arena_alloc_array(c->arena, SCHEDULE_LOCAL_MAX, sizeof(*plan->copies));
	plan->owners = arena_alloc_array(c->arena, SCHEDULE_LOCAL_MAX, sizeof(*plan->owners));
	arena_defer(c->arena, release_scratch, r->scratch);
	arena_defer(c->arena, release_scratch, r->spare);
	arena_defer(c->arena, release_scratch, r->outside);
	return r;
}

void schedule_round_enter(struct schedule_round *r)
{
	struct arena *of_cause = r->scratch;

	r->is_answering = true;
	r->scratch = r->spare;
	r->spare = of_cause;
}

void schedule_round_leave(struct schedule_round *r)
{
	struct arena *of_cause = r->spare;

	r->spare = r->scratch;
	r->scratch = of_cause;
	r->is_answering = false;
	arena_reset(r->spare);
}

/* ---- who is local ---------------------------------------------------------------------------- */

static int compare_known(const void *a, const void *b)
{
	const struct schedule_known *x = a, *y = b;

	return text_compare(x->match.address, y->match.address);
}

struct schedule_known *schedule_round_find(const struct schedule_round *r, struct text address)
{
	struct schedule_known key = {.match.address = address};

	if (r->known_count == 0)
		return NULL;
	return bsearch(&key, r->known, r->known_count, sizeof(key), compare_known);
}

/* An owner has several addresses, and one copy. */
static struct schedule_copy *find_copy(const struct schedule_plan *plan, int64_t owner)
{
	for (size_t i = 0; i < plan->copy_count; i++)
		if (plan->copies[i]->owner == owner)
			return plan->copies[i];
	return NULL;
}

const struct fault *schedule_round_look_up(struct schedule_round *r, const struct text *addresses,
					   size_t count)
{
	struct owner_match *found;
	size_t found_count, kept = r->known_count;
	struct schedule_known *all;
	const struct fault *f =
		owner_match_addresses(r->db, r->arena, addresses, count, &found, &found_count);

	if (f)
		return f;
	all = arena_alloc_array(r->arena, r->known_count + found_count + 1, sizeof(*all));
	for (size_t i = 0; i < r->known_count; i++)
		all[i] = r->known[i];
	for (size_t i = 0; i < found_count; i++)
		if (!schedule_round_find(r, found[i].address))
			all[kept++] =
				(struct schedule_known){found[i], find_copy(r->plan, found[i].id)};
	qsort(all, kept, sizeof(*all), compare_known);
	r->known = all;
	r->known_count = kept;
	return NULL;
}

void schedule_round_known(struct schedule_round *r, const struct itip_known **out,
			  size_t *count_out)
{
	struct itip_known *all = arena_alloc_array(r->arena, r->known_count, sizeof(*all));

	for (size_t i = 0; i < r->known_count; i++)
		all[i] = (struct itip_known){r->known[i].match.address, r->known[i].match.id};
	*out = all;
	*count_out = r->known_count;
}

const struct fault *schedule_person(struct db *db, struct arena *a, struct text address,
				    struct itip_user *out)
{
	struct text *own = arena_alloc_array(a, 1, sizeof(*own)), *all;
	struct owner_match *here;
	size_t count;
	const struct fault *f;

	own[0] = ical_address(a, address);
	*out = (struct itip_user){.addresses = own, .count = 1};
	f = owner_match_addresses(db, a, own, 1, &here, &count);
	if (f || count == 0)
		return f;
	f = owner_addresses(db, a, here[0].id, &all, &count);
	if (!f && count > 0)
		*out = (struct itip_user){.addresses = all, .count = count};
	return f;
}

/* ---- their copies ---------------------------------------------------------------------------- */

/* A name that nothing has there, whoever chose the UID and whatever else is called so. */
static const struct fault *choose_name(struct schedule_round *r, struct schedule_copy *copy)
{
	struct stored_object *taken;
	const struct fault *f;

	copy->name = object_name_of(r->arena, r->plan->uid, object_uid_is_safe(r->plan->uid));
	f = object_find(r->db, r->arena, copy->owner, copy->calendar, copy->name, &taken);
	if (!f && taken)
		copy->name = object_name_of(
			r->arena, secret_id_make(r->arena, &r->c->cal->key, copy->owner), true);
	return f;
}

static const struct fault *read_places(struct schedule_round *r, struct schedule_copy *copy)
{
	struct collection *calendar, *inbox;
	const struct fault *f = collection_for_delivery(r->db, r->arena, copy->owner,
							copy->component, &calendar, &inbox);

	if (f)
		return f;
	copy->inbox = inbox ? inbox->id : 0;
	if (copy->was) {
		copy->calendar = copy->was->collection;
		copy->name = copy->was->name;
		return NULL;
	}
	copy->calendar = calendar ? calendar->id : 0;
	return calendar ? choose_name(r, copy) : NULL;
}

const struct fault *schedule_copy_read(struct schedule_round *r, const struct owner_match *m,
				       unsigned component, struct schedule_copy **out)
{
	struct schedule_copy *copy = arena_alloc(r->arena, sizeof(*copy));
	struct stored_object *was = NULL;
	struct text *addresses;
	const struct fault *f;

	if (r->plan->copy_count == SCHEDULE_LOCAL_MAX)
		return fault_make(r->arena, FAULT_TOO_MANY_ATTENDEES, NULL,
				  "At most %d people of this server are invited at once.",
				  SCHEDULE_LOCAL_MAX);
	*copy = (struct schedule_copy){
		.owner = m->id,
		.kind = m->kind,
		.answers = m->answers,
		.version = m->version,
		.denies = m->denies,
		.component = component,
	};
	f = owner_addresses(r->db, r->arena, m->id, &addresses, &copy->user.count);
	copy->user.addresses = addresses;
	if (!f)
		f = object_find_uid_anywhere(r->db, r->arena, m->id, r->plan->uid, 0, &was);
	copy->was = was;
	if (!f)
		f = read_places(r, copy);
	if (f)
		return f;
	r->plan->copies[r->plan->copy_count] = copy;
	r->plan->owners[r->plan->copy_count++] = copy->owner;
	*out = copy;
	return arena_check(r->arena);
}

const struct fault *schedule_copy_of(struct schedule_round *r, struct schedule_known *k,
				     unsigned component, struct schedule_copy **out)
{
	const struct fault *f = NULL;

	if (!k->copy)
		k->copy = find_copy(r->plan, k->match.id);
	if (!k->copy)
		f = schedule_copy_read(r, &k->match, component, &k->copy);
	*out = k->copy;
	return f;
}

const struct fault *schedule_copy_load(struct schedule_round *r, const struct schedule_copy *copy,
				       const struct ical_object **out)
{
	struct stored_object *whole;
	struct ical_object *o;
	const struct fault *f;

	*out = copy->is;
	if (copy->is || (copy->changed && !copy->bytes) || !copy->was)
		return NULL;
	if (copy->bytes) {
		f = ical_object_parse(r->scratch, copy->bytes->raw, ICAL_FROM_STORE, &o);
	} else {
		f = object_get(r->db, r->scratch, copy->owner, copy->was->id, &whole);
		if (f || !whole)
			return f;
		f = schedule_read_stored(r->scratch, whole, &o);
	}
	*out = f ? NULL : o;
	return f;
}

/* ---- what is remembered of answers ----------------------------------------------------------- */

const struct fault *schedule_read_stored(struct arena *a, const struct stored_object *o,
					 struct ical_object **out)
{
	const struct fault *f = ical_object_parse(a, o->data, ICAL_FROM_STORE, out);
	struct text joined;

	if (f || o->answers.len == 0)
		return f;
	joined = itip_memory_join(a, *out, o->answers);
	return ical_object_parse(a, joined, ICAL_FROM_STORE, out);
}

const struct fault *schedule_part_answers(struct arena *a, const struct ical_object **object,
					  struct text *answers_out)
{
	struct text parted = itip_memory_part(a, *object, answers_out);
	struct ical_object *o;
	const struct fault *f;

	if (text_equal(parted, (*object)->raw))
		return NULL;
	f = ical_object_parse(a, parted, ICAL_FROM_STORE, &o);
	*object = f ? *object : o;
	return f;
}

/* ---- what an attendee brings ---------------------------------------------------------------- */

static bool invites(struct arena *a, const struct ical_object *o, const struct itip_user *user)
{
	for (size_t i = 0; i < o->item_count; i++)
		if (itip_attendee_in(a, &o->items[i], user))
			return true;
	return false;
}

const struct fault *schedule_judge_brought(struct schedule_round *r, const struct ical_object *o,
					   const struct itip_user *user, struct text *organizer_out,
					   const char **status_out)
{
	struct text organizer = ical_address(r->arena, itip_organizer_of(o)->address);
	const struct ical_object *theirs;
	struct schedule_known *k;
	struct schedule_copy *copy;
	const struct fault *f = schedule_round_look_up(r, &organizer, 1);

	*status_out = NULL;
	*organizer_out = organizer;
	k = f ? NULL : schedule_round_find(r, organizer);
	if (!k || k->match.kind == OWNER_GROUP)
		return f;
	if ((f = schedule_copy_of(r, k, o->type, &copy)) ||
	    (f = schedule_copy_load(r, copy, &theirs)))
		return f;
	if (!theirs)
		*status_out = "5.1";
	else if (!invites(r->arena, theirs, user))
		*status_out = "3.8";
	return NULL;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* An organizer's is like nobody else's. */
static const struct fault *plan_organized(struct schedule_round *r, struct schedule_copy *copy)
{
	struct object_plan *plan = arena_alloc(r->arena, sizeof(*plan));
	const struct fault *f;
	struct text answers;

	if ((f = schedule_part_answers(r->arena, &copy->is, &answers)) ||
	    (f = object_plan_make(r->c->cal, r->arena, copy->owner, copy->is, r->c->now, plan)))
		return f;
	plan->answers = answers;
	copy->plan = plan;
	copy->bytes = NULL;
	return NULL;
}

/* Asked of the one line before all attendees are looked through. */
static bool is_organized(struct arena *a, const struct schedule_copy *copy)
{
	const struct ical_attendee *organizer = itip_organizer_of(copy->is);

	return organizer &&
	       ical_address_is_among(a, organizer->address, copy->user.addresses,
				     copy->user.count) &&
	       itip_role_of(a, copy->is, &copy->user) == ITIP_ORGANIZER;
}

static const struct fault *plan_copy(struct schedule_round *r, struct schedule_copy *copy)
{
	if (is_organized(r->arena, copy))
		return plan_organized(r, copy);
	return schedule_share_plan(r->share, copy->is, copy->owner, &copy->user, &copy->plan,
				   &copy->bytes);
}

const struct fault *schedule_round_end(struct schedule_round *r)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < r->plan->copy_count && !f; i++) {
		struct schedule_copy *copy = r->plan->copies[i];

		if (copy->is && copy->changed)
			f = plan_copy(r, copy);
		if (!f && copy->is && copy->changed && schedule_may_hold(copy))
			f = schedule_plan_holds(r->c, r->db, r->scratch, copy);
		arena_reset(r->scratch);
	}
	schedule_share_holds(r->plan);
	return f;
}
