/* mail_room - a house to which mail comes. See mail_room.h. */
#include "mail_room.h"

#include "booking/rules.h"
#include "ical/address.h"
#include "itip/itip.h"
#include "post/kept.h"
#include "store/proposal.h"
#include "unit.h"

void mail_room_open(struct mail_room *r, struct store_fixture *x)
{
	house_open(&r->h, x);
	r->a = r->h.arena;
	r->hosts = 0;
	r->post = (struct post){
		.store = x->store,
		.calendar = &r->h.calendar,
		.desk = &r->h.desk,
		.from = TEXT("calendar@example.org"),
		.reply_address = TEXT("reply@example.org"),
		.replies = POST_REPLY_TOKEN,
		.answers_an_hour = 10,
		.invitations_of_one = 1000,
		.invitations_of_all = 1000,
		.invitations = POST_INVITED_BY_ANYONE,
	};
}

void mail_room_close(struct mail_room *r)
{
	CHECK_TEXT("the auditor finds nothing", house_findings(&r->h, r->a), TEXT(""));
	house_close(&r->h);
}

int64_t mail_room_host(struct mail_room *r, struct text address)
{
	static const struct sql forget = {
		.text = "UPDATE directory SET name = 'gone.' || CAST(owner AS TEXT) || '.' || name"
			" WHERE kind = 1 AND name NOT LIKE 'gone.%'"};
	static const struct sql forget_owner = {
		.text = "UPDATE owner SET email = 'gone.' || CAST(id AS TEXT) || '.' || email"
			" WHERE email NOT LIKE 'gone.%'"};
	struct change_owner o = {
		.owner = {.name = text_from(arena_printf(r->a, "host%d", ++r->hosts)),
			  .email = address,
			  .timezone = TEXT("Europe/Berlin")},
		.schedule = {.id = TEXT("default"),
			     .name = TEXT("Hours"),
			     .timezone = TEXT("Europe/Berlin"),
			     .rules = booking_default_schedule(),
			     .version = 1},
	};
	struct change *c = change_open(&r->h.calendar, r->a, CHANGE_CLIENT, HOUSE_NOW);

	CHECK_WELL("forget", store_fixture_sql(r->h.x, &forget));
	CHECK_WELL("forget", store_fixture_sql(r->h.x, &forget_owner));
	CHECK_WELL("a host", change_add_owner(c, &o));
	CHECK_WELL("a host", change_run(c));
	return o.id;
}

void mail_room_put(struct mail_room *r, int64_t host, struct text ics)
{
	struct change_put *put = arena_alloc(r->a, sizeof(*put));
	struct change *c = change_open(&r->h.calendar, r->a, CHANGE_IMPORT, HOUSE_NOW);
	bool is_task = text_find(ics, TEXT("BEGIN:VTODO")) >= 0;

	*put = (struct change_put){
		.owner = host,
		.collection = house_calendar(&r->h, host, is_task ? "tasks" : "calendar"),
		.name = TEXT("stored.ics"),
		.raw = ics,
		.source = ICAL_FROM_IMPORT,
	};
	CHECK_WELL("store", change_put(c, put));
	CHECK_WELL("store", change_run(c));
}

struct ical_object *mail_room_find(struct mail_room *r, int64_t host, struct text uid)
{
	struct stored_object *at = NULL;
	struct ical_object *o = NULL;

	if (uid.len == 0)
		return NULL;
	CHECK_WELL("look", object_find_uid_anywhere(r->h.db, r->a, host, uid, 0, &at));
	if (!at)
		return NULL;
	CHECK_WELL("read", object_get(r->h.db, r->a, host, at->id, &at));
	CHECK_WELL("parse", ical_object_parse(r->a, at->data, ICAL_FROM_STORE, &o));
	return o;
}

size_t mail_room_waiting(struct mail_room *r, int64_t host)
{
	struct kept *all;
	size_t count = 0;

	CHECK_WELL("kept", kept_list(&r->post, r->a, host, TEXT(""), KEPT_MAX, &all, &count));
	return count;
}

static bool is_cancelled(const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++)
		if (o->items[i].status == STATUS_CANCELLED)
			return true;
	return false;
}

static bool has_proposal(struct mail_room *r, int64_t host, struct text uid)
{
	struct proposal *all;
	size_t count = 0;

	CHECK_WELL("proposals", proposal_list(r->h.db, r->a, host, uid, HOUSE_NOW, &all, &count));
	return count > 0;
}

static bool organizes(struct mail_room *r, int64_t host, const struct ical_object *o)
{
	const struct ical_attendee *organizer = itip_organizer_of(o);
	struct owner *owner;
	struct text address;

	CHECK_WELL("owner", owner_get(r->h.db, r->a, host, &owner));
	address = ical_address(r->a, owner->email);
	return organizer && ical_address_is_among(r->a, organizer->address, &address, 1);
}

const char *mail_room_state(struct mail_room *r, int64_t host, struct text uid,
			    struct text attendee)
{
	const struct itip_user who = {.addresses = &attendee, .count = 1};
	const struct ical_object *o = mail_room_find(r, host, uid);
	const struct ical_attendee *line = NULL;

	if (!o)
		return "-";
	if (is_cancelled(o))
		return "cancelled";
	if (has_proposal(r, host, uid))
		return "proposal";
	if (!organizes(r, host, o))
		return "invited";
	/* An answer for one instance stands in the last component. */
	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_attendee *own = itip_attendee_in(r->a, &o->items[i], &who);

		line = own ? own : line;
	}
	return line ? text_cstr(r->a, line->partstat) : "uninvited";
}

const char *mail_room_word(enum intake_outcome outcome)
{
	static const char *const words[INTAKE_OUTCOMES] = {
		[INTAKE_APPLIED] = "applied",  [INTAKE_ANSWERED] = "answered",
		[INTAKE_UNVERIFIED] = "shown", [INTAKE_KEPT] = "kept",
		[INTAKE_BOUNCED] = "ignored",  [INTAKE_IGNORED] = "ignored",
	};

	return words[outcome];
}
