/* team_book - hosts of a booking as parts of a change; see team.h */
#include "booking/team.h"

#include "base/arena.h"
#include "calendar/change.h"
#include "ical/address.h"
#include "ical/edit.h"
#include "ical/object.h"

/* ---- who comes ---------------------------------------------------------------------------------
 */

const struct fault *team_find_hosts(struct booking_desk *desk, struct db *db, struct arena *a,
				    const struct slot_ask *ask, const struct team_had *had,
				    struct team_hosts *out)
{
	struct slot_question q;
	struct slot_why why;
	struct team_choice choice = {
		.frame = &q,
		.start = ask->from,
		.now = ask->now,
		.owner = ask->host->owner.id,
		.had = had,
	};
	struct team_turn *turns;
	const struct fault *f = slot_question_load(desk, db, a, ask, &q);

	*out = (struct team_hosts){.count = 0};
	if (f)
		return f;
	why = slot_explain(&q, ask->from);
	f = slot_verdict_fault(a, why.verdict);
	if (!f)
		f = team_turns(db, a, choice.owner, ask->type->id, &turns, &choice.turn_count);
	if (f)
		return f;
	choice.turns = turns;
	team_choose(a, &choice, out);
	return arena_check(a);
}

static bool is_among(const struct team_hosts *hosts, int64_t id)
{
	for (size_t i = 0; i < hosts->count; i++)
		if (hosts->at[i].host->owner.id == id)
			return true;
	return false;
}

const struct fault *team_require_guest(struct db *db, struct arena *a,
				       const struct team_hosts *hosts, struct text invitee_email)
{
	struct text address = ical_address(a, invitee_email);
	struct owner_match *here = NULL;
	size_t count = 0;
	const struct fault *f = NULL;

	if (hosts->count > 0)
		f = owner_match_addresses(db, a, &address, 1, &here, &count);
	if (f || hosts->count == 0 || count == 0 || !is_among(hosts, here[0].id))
		return f;
	return fault_make(a, FAULT_UNPROCESSABLE, "invitee_email",
			  "This is the address of one of the hosts.");
}

/* ---- inside the transaction --------------------------------------------------------------------
 */

static const struct fault *choose_anew(struct arena *a)
{
	return fault_make(a, FAULT_PRECONDITION, NULL, "One of the hosts was taken meanwhile.");
}

const struct fault *team_refresh(struct db *db, struct arena *a, const struct host **host)
{
	const struct fault *f = host_refresh(db, a, host);

	return f || *host ? f : choose_anew(a);
}

/* Those who are needed, as they are now. */
static const struct fault *refresh_all(struct db *db, struct arena *a,
				       const struct booking_type *type,
				       const struct team_hosts *hosts, struct slot_ask *ask)
{
	const struct host **chosen = arena_alloc_array(a, hosts->count, sizeof(*chosen));
	const struct fault *f = NULL;

	ask->chosen = chosen;
	ask->chosen_count = 0;
	for (size_t i = 0; !f && i < hosts->count; i++) {
		const struct booking_team_host *says;
		size_t pool;

		if (hosts->at[i].optional)
			continue;
		if (!team_names(type, hosts->at[i].host->owner.name, &pool, &says))
			return choose_anew(a);
		chosen[ask->chosen_count] = hosts->at[i].host;
		f = team_refresh(db, a, &chosen[ask->chosen_count++]);
	}
	return f;
}

const struct fault *team_require_open(struct db *db, struct arena *a, const struct slot_ask *ask,
				      const struct team_hosts *hosts)
{
	struct slot_ask now = *ask;
	struct slot_question q;
	struct slot_why why;
	const struct fault *f = refresh_all(db, a, ask->type, hosts, &now);

	if (!f)
		f = slot_question_load_stored(db, a, &now, &q);
	if (f)
		return f;
	why = slot_explain(&q, ask->from);
	return why.host ? choose_anew(a) : slot_verdict_fault(a, why.verdict);
}

/* ---- steps -------------------------------------------------------------------------------------
 */

const struct fault *team_take_holds(struct change *c, const struct team_hosts *hosts,
				    const struct hold *h)
{
	struct hold of = *h;
	const struct fault *f = NULL;

	if (hosts->count == 0)
		return change_take_hold(c, h);
	for (size_t i = 0; !f && i < hosts->count; i++) {
		of.owner = hosts->at[i].host->owner.id;
		if (!hosts->at[i].optional)
			f = change_take_hold(c, &of);
	}
	return f;
}

static struct team_claim claim_of(const struct booking *b, const struct booking_host *h)
{
	return (struct team_claim){b->owner, b->type, h->host, 0, h->cost, b->created};
}

static bool was_among(const struct team_had *had, int64_t id)
{
	for (size_t i = 0; i < had->count; i++)
		if (had->at[i].host == id && !had->at[i].declined)
			return true;
	return false;
}

/* A turn moves the clock of all first, up to which others have come. */
static const struct fault *take_turn(struct change *c, const struct team_host *h)
{
	const struct fault *f;

	if (h->stays || h->claim.cost == 0)
		return NULL;
	f = change_take_turn(c, &h->clock);
	return f ? f : change_take_turn(c, &h->claim);
}

const struct fault *team_set_hosts(struct change *c, struct arena *a, const struct booking *b,
				   const struct team_hosts *hosts, const struct team_had *had)
{
	struct booking_host *rows = arena_alloc_array(a, hosts->count, sizeof(*rows));
	const struct fault *f = NULL;

	if (hosts->count == 0 && had->count == 0)
		return NULL;
	for (size_t i = 0; !f && i < had->count; i++) {
		struct team_claim x = claim_of(b, &had->at[i]);

		if (x.cost > 0 && !is_among(hosts, x.host))
			f = change_give_back_turn(c, &x);
	}
	for (size_t i = 0; !f && i < hosts->count; i++) {
		const struct team_host *h = &hosts->at[i];

		rows[i] = (struct booking_host){h->host->owner.id, h->optional, h->claim.cost,
						h->declined};
		f = take_turn(c, h);
	}
	return f ? f : change_set_hosts(c, b->owner, booking_holder(b), rows, hosts->count);
}

const struct fault *team_release(struct change *c, struct db *db, struct arena *a,
				 const struct booking *b, bool ends)
{
	struct booking_host *hosts;
	size_t count;
	const struct fault *f = booking_holders(db, a, b, &hosts, &count);

	for (size_t i = 0; !f && i < count; i++) {
		struct team_claim x = claim_of(b, &hosts[i]);

		f = change_release_hold(c, hosts[i].host, booking_holder(b));
		if (!f && ends && x.cost > 0)
			f = change_give_back_turn(c, &x);
	}
	return f;
}

/* ---- people of the event -----------------------------------------------------------------------
 */

static struct text cutype_of(enum owner_kind kind)
{
	if (kind == OWNER_ROOM)
		return TEXT("ROOM");
	return kind == OWNER_RESOURCE ? TEXT("RESOURCE") : TEXT_NONE;
}

/* Who is needed has accepted by offering the time; who is optional is asked. */
static struct build_person person_of(const struct owner *o, bool optional)
{
	return (struct build_person){
		.cutype = cutype_of(o->kind),
		.name = owner_title(o),
		.address = o->email,
		.partstat = optional ? TEXT("NEEDS-ACTION") : TEXT("ACCEPTED"),
		.rsvp = optional,
	};
}

/* Rooms without an address hold their time, and are told by nothing else. */
struct event_people team_people(struct arena *a, const struct team_hosts *hosts)
{
	struct build_person *at = arena_alloc_array(a, hosts->count, sizeof(*at));
	size_t count = 0;

	for (size_t i = 0; i < hosts->count; i++)
		if (hosts->at[i].host->owner.email.len > 0)
			at[count++] = person_of(&hosts->at[i].host->owner, hosts->at[i].optional);
	return (struct event_people){at, count};
}

const struct fault *team_people_find(struct db *db, struct arena *a, const struct booking *b,
				     struct event_people *out)
{
	struct build_person *at;
	struct booking_host *hosts;
	size_t count;
	const struct fault *f = booking_hosts(db, a, b->owner, booking_holder(b), &hosts, &count);

	*out = (struct event_people){.count = 0};
	if (f)
		return f;
	at = arena_alloc_array(a, count, sizeof(*at));
	out->at = at;
	for (size_t i = 0; !f && i < count; i++) {
		struct owner *o;

		f = owner_get(db, a, hosts[i].host, &o);
		if (!f && o && o->email.len > 0)
			at[out->count++] = person_of(o, hosts[i].optional);
	}
	return f;
}

const struct fault *team_edit_people(struct ical_edit *e, struct db *db, struct arena *a,
				     const struct ical_object *o, const struct team_hosts *hosts,
				     const struct team_had *had)
{
	struct team_hosts come = {.count = 0};
	struct team_host *at = arena_alloc_array(a, hosts->count, sizeof(*at));
	struct event_people people;
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < had->count; i++) {
		struct text *addresses;
		size_t count;

		if (is_among(hosts, had->at[i].host) && !had->at[i].declined)
			continue;
		f = owner_addresses(db, a, had->at[i].host, &addresses, &count);
		if (!f)
			booking_event_remove(e, a, o, addresses, count);
	}
	for (size_t i = 0; i < hosts->count; i++)
		if (!was_among(had, hosts->at[i].host->owner.id))
			at[come.count++] = hosts->at[i];
	come.at = at;
	people = team_people(a, &come);
	booking_event_add(e, a, o, &people);
	return f;
}
