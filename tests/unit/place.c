/*
 * place - a town with a room
 */
#include "place.h"

#include "booking/rules.h"
#include "itip/itip.h"
#include "unit.h"

void place_open(struct place *p, struct store_fixture *x, enum owner_kind kind)
{
	struct change_owner room = {
		.owner = {.name = TEXT("room"),
			  .kind = kind,
			  .display_name = TEXT("Room"),
			  .email = TEXT("room@example.org"),
			  .timezone = TEXT("Europe/Berlin")},
		.schedule = {.id = TEXT("default"),
			     .name = TEXT("Hours"),
			     .timezone = TEXT("Europe/Berlin"),
			     .rules = booking_default_schedule(),
			     .version = 1},
	};
	struct change *c;

	town_open(&p->t, x);
	p->bob = house_user(&p->t.h, "bob");
	c = change_of(&p->t);
	CHECK_WELL("a room", change_add_owner(c, &room));
	CHECK_WELL("a room", change_run(c));
	p->room = room.id;
}

void place_close(struct place *p)
{
	town_close(&p->t);
}

const struct fault *place_save(struct place *p, int64_t owner, const char *uid, const char *start,
			       const char *end, const char *who)
{
	return house_put(&p->t.h, owner, "calendar", arena_printf(p->t.a, "%s.ics", uid),
			 house_event(p->t.a, uid, start, end, who));
}

struct stored_object *place_find(struct place *p, int64_t owner, const char *uid)
{
	struct stored_object *o = NULL, *whole = NULL;

	CHECK_WELL("look",
		   object_find_uid_anywhere(p->t.h.db, p->t.a, owner, text_from(uid), 0, &o));
	if (o)
		CHECK_WELL("read", object_get(p->t.h.db, p->t.a, owner, o->id, &whole));
	return whole;
}

const char *place_answer_of(struct place *p, int64_t owner, const char *uid, const char *address)
{
	struct text who = text_from(address);
	const struct itip_user user = {.addresses = &who, .count = 1};
	const struct stored_object *o = place_find(p, owner, uid);
	const struct ical_attendee *said;
	struct ical_object *read;

	if (!o)
		return "-";
	CHECK_WELL("parse", ical_object_parse(p->t.a, o->data, ICAL_FROM_STORE, &read));
	said = itip_attendee_in(p->t.a, &read->items[0], &user);
	return said ? text_cstr(p->t.a, said->partstat) : "uninvited";
}

const char *place_answer(struct place *p, int64_t owner, const char *uid)
{
	return place_answer_of(p, owner, uid, "room@example.org");
}

void place_set(struct place *p, int64_t owner, const struct answer_limits *l)
{
	struct change *c = change_of(&p->t);

	CHECK_WELL("limits", change_set_answers(c, owner, l));
	CHECK_WELL("limits", change_run(c));
}

int64_t place_holds(struct place *p)
{
	return count_of(&p->t, arena_printf(p->t.a,
					    "SELECT count(*) FROM hold WHERE owner = %lld AND"
					    " reason = 3",
					    (long long)p->room));
}

int64_t place_holds_at(struct place *p, int64_t start)
{
	return count_of(&p->t, arena_printf(p->t.a,
					    "SELECT count(*) FROM hold WHERE owner = %lld AND"
					    " starts = %lld",
					    (long long)p->room, (long long)start));
}
