/*
 * test_team_life - bookings of a team, from the first to the last of their hosts (booking cases F4,
 * F5, E3, E4)
 */
#include "ical/zone.h"
#include "pinned_zones.h"
#include "squad.h"
#include "unit.h"

/* ---- F4 ---------------------------------------------------------------------------------------
 */

static const struct fault *reassign(struct squad *s, const struct booking *b, const char *from,
				    const char *to, struct booking *after)
{
	const struct team_reassignment wish = {
		.from = text_from(from),
		.to = text_from(to),
		.by = {.who = BOOKING_BY_HOST, .now = HOUSE_NOW + 60},
	};
	struct change *c;
	const struct fault *f =
		team_prepare_reassign(&s->h.desk, s->h.db, s->a, b, &wish, &c, after);

	return f ? f : change_run(c);
}

static void reassigned(struct store_fixture *x)
{
	struct booking b, after, *left = NULL;
	struct booking_page of_hers;
	struct squad s;
	struct text ics;
	size_t count = 0;

	squad_open(&s, x, 4);
	of_hers = (struct booking_page){.owner = s.team,
					.from = HOUSE_NOW,
					.to = MONDAY_8 + 24 * HOUR,
					.after = TEXT(""),
					.type = TEXT(""),
					.status = BOOKING_IS_CONFIRMED,
					.host = s.hosts[0],
					.limit = 10};
	house_type(&s.h, s.team, "any", ROUND_ROBIN);
	house_type(&s.h, s.hosts[0], "solo", SOLO);
	b = squad_booked(&s, "any", MONDAY_8);
	CHECK_INT("Anna", squad_host_at(&s, &b), 0);
	CHECK_WELL("of hers", booking_page(s.h.db, s.a, &of_hers, &left, &count));
	CHECK_INT("one is to be given away", count, 1);
	CHECK_TRUE("she is taken", !squad_is_open(&s, s.hosts[0], "solo", MONDAY_8));
	CHECK_FAULT("not one of the team", reassign(&s, &b, "anna", "dan", &after),
		    FAULT_UNPROCESSABLE);
	CHECK_FAULT("not his", reassign(&s, &b, "ben", "cleo", &after), FAULT_UNPROCESSABLE);
	squad_busy(&s, 1, "ben-is-busy", MONDAY_8, MONDAY_8 + HOUR);
	CHECK_FAULT("not free", reassign(&s, &b, "anna", "ben", &after), FAULT_SLOT_TAKEN);
	CHECK_WELL("to Cleo", reassign(&s, &b, "anna", "cleo", &after));
	CHECK_INT("Cleo", squad_host_at(&s, &after), 2);
	CHECK_TEXT("one UID", after.uid, b.uid);
	CHECK_TRUE("a new version", after.version == b.version + 1 && after.sequence > b.sequence);
	ics = squad_event_of(&s, s.team, &after);
	CHECK_TRUE("the organizer stays", squad_event_has(&s, ics, "mailto:team@example.org"));
	CHECK_TRUE("Cleo comes", squad_event_has(&s, ics, "mailto:cleo@example.org"));
	CHECK_TRUE("Anna does not", !squad_event_has(&s, ics, "mailto:anna@example.org"));
	CHECK_TRUE("in Cleo's calendar", squad_event_has(&s, squad_event_of(&s, s.hosts[2], &after),
							 "mailto:cleo@example.org"));
	CHECK_TRUE("Anna is bookable at once", squad_is_open(&s, s.hosts[0], "solo", MONDAY_8));
	CHECK_WELL("booked", squad_book(&s, s.hosts[0], "solo", MONDAY_8, &b));
	squad_close(&s);
}
STORE_CASE(reassigned)

/* Consent that is taken back closes a host to types that named them before. */
static void consent(struct store_fixture *x)
{
	int64_t members[1];
	struct change *c;
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.team, "one", TEAM_OF("collective", HOST("anna")));
	CHECK_TRUE("open to all", squad_is_open(&s, s.team, "one", MONDAY_8));
	c = change_open(&s.h.calendar, s.a, CHANGE_CLIENT, HOUSE_NOW);
	CHECK_WELL("closed", change_set_free_busy(c, s.hosts[0], FREE_BUSY_NOBODY));
	CHECK_WELL("closed", change_run(c));
	CHECK_TRUE("to none", !squad_is_open(&s, s.team, "one", MONDAY_8));
	CHECK_TRUE("by rows", squad_explain(&s, "one", MONDAY_8).verdict == SLOT_CLOSED);
	members[0] = s.hosts[0];
	c = change_open(&s.h.calendar, s.a, CHANGE_CLIENT, HOUSE_NOW);
	CHECK_WELL("of the team", change_set_members(c, s.team, members, 1));
	CHECK_WELL("of the team", change_run(c));
	CHECK_TRUE("but to their own", squad_is_open(&s, s.team, "one", MONDAY_8));
	squad_close(&s);
}
STORE_CASE(consent)

#define COURSE_OF(hosts)                                                                           \
	"{\"durations\":[60],\"series\":{\"max\":4},\"team\":{\"mode\":\"collective\",\"hosts\":"  \
	"[" hosts "]}}"

/* Whoever has left the team gives a series to one who came: all times are judged, and pass over. */
static void reassigned_series(struct store_fixture *x)
{
	const int64_t week = 7 * DAY_SECONDS;
	struct book_outcome out;
	struct book_request rq;
	struct booking after;
	struct change *c;
	struct squad s;

	squad_open(&s, x, 3);
	house_type(&s.h, s.team, "course", COURSE_OF(HOST("anna")));
	house_type(&s.h, s.hosts[1], "solo", SOLO);
	rq = (struct book_request){
		.host = squad_host(&s, s.team),
		.start = MONDAY_8,
		.invitee_name = TEXT("Somebody"),
		.invitee_email = TEXT("bob@example.com"),
		.series = {.count = 4, .every = SERIES_WEEK},
		.now = HOUSE_NOW,
	};
	rq.type = squad_type(rq.host, "course");
	CHECK_WELL("prepare", book_prepare(&s.h.desk, s.h.db, s.a, &rq, &c, &out));
	CHECK_WELL("a series", change_run(c));
	CHECK_INT("Anna", squad_host_at(&s, &out.booking), 0);
	house_type(&s.h, s.team, "course", COURSE_OF(HOST("ben") "," HOST("cleo")));
	CHECK_WELL("the third week of Ben",
		   squad_book(&s, s.hosts[1], "solo", MONDAY_8 + 2 * week, &after));
	CHECK_FAULT("is taken", reassign(&s, &out.booking, "anna", "ben", &after),
		    FAULT_SLOT_TAKEN);
	squad_busy(&s, 2, "cleo-is-busy", MONDAY_8 + 3 * week, MONDAY_8 + 3 * week + HOUR);
	CHECK_FAULT("the last of Cleo, too", reassign(&s, &out.booking, "", "cleo", &after),
		    FAULT_SLOT_TAKEN);
	CHECK_WELL("which she makes free",
		   house_remove(&s.h, s.hosts[2], "calendar", "cleo-is-busy.ics"));
	CHECK_WELL("to Cleo", reassign(&s, &out.booking, "", "cleo", &after));
	CHECK_INT("four times",
		  squad_count(&s, arena_printf(s.a,
					       "SELECT count(*) FROM hold WHERE "
					       "owner = %lld",
					       (long long)s.hosts[2])),
		  4);
	CHECK_INT("and Ben's", squad_count(&s, "SELECT count(*) FROM hold"), 5);
	squad_close(&s);
}
STORE_CASE(reassigned_series)

/* What is over is nobody's to give away; of several who come one must be named. */
static void reassigned_late(struct store_fixture *x)
{
	struct team_reassignment wish = {
		.to = TEXT("cleo"),
		.by = {.who = BOOKING_BY_HOST, .now = MONDAY_8 + HOUR},
	};
	struct booking b, after;
	struct change *c;
	struct squad s;

	squad_open(&s, x, 3);
	house_type(
		&s.h, s.team, "two",
		"{\"durations\":[60],\"team\":{\"mode\":\"pools\",\"pools\":[{\"need\":2,\"hosts\":"
		"[{\"name\":\"anna\"},{\"name\":\"ben\"},{\"name\":\"cleo\"}]}]}}");
	b = squad_booked(&s, "two", MONDAY_8);
	CHECK_FAULT("who leaves",
		    team_prepare_reassign(&s.h.desk, s.h.db, s.a, &b, &wish, &c, &after),
		    FAULT_UNPROCESSABLE);
	wish.from = TEXT("ben");
	CHECK_FAULT("it is over",
		    team_prepare_reassign(&s.h.desk, s.h.db, s.a, &b, &wish, &c, &after),
		    FAULT_NOT_OFFERED);
	wish.by.now = MONDAY_8 + HOUR - 1;
	CHECK_WELL("while it lasts",
		   team_prepare_reassign(&s.h.desk, s.h.db, s.a, &b, &wish, &c, &after));
	squad_close(&s);
}
STORE_CASE(reassigned_late)

/* ---- F5 ---------------------------------------------------------------------------------------
 */

#define THREE_POOLS                                                                                \
	"{\"durations\":[60],\"team\":{\"mode\":\"pools\",\"pools\":["                             \
	"{\"need\":2,\"hosts\":[{\"name\":\"anna\"},{\"name\":\"ben\"},{\"name\":\"cleo\"}]},"     \
	"{\"need\":1,\"hosts\":[{\"name\":\"dan\"},{\"name\":\"eva\"}]},"                          \
	"{\"need\":1,\"hosts\":[{\"name\":\"fred\"},{\"name\":\"gina\",\"optional\":true}]}]}}"

static void pools(struct store_fixture *x)
{
	struct booking b;
	struct squad s;

	squad_open(&s, x, 7);
	house_type(&s.h, s.team, "mixed", THREE_POOLS);
	squad_busy(&s, 0, "anna-1", MONDAY_8, MONDAY_8 + HOUR);
	squad_busy(&s, 3, "dan-1", MONDAY_8, MONDAY_8 + HOUR);
	b = squad_booked(&s, "mixed", MONDAY_8);
	CHECK_INT("two, one and the manager", squad_count(&s, "SELECT count(*) FROM hold"), 4);
	CHECK_INT("and who would come",
		  squad_count(&s, "SELECT count(*) FROM booking_host WHERE optional = 1"), 1);
	CHECK_TRUE("who is asked",
		   squad_event_has(&s, squad_event_of(&s, s.team, &b), "mailto:gina@example.org"));
	CHECK_TRUE("nobody else is needed twice", !squad_is_open(&s, s.team, "mixed", MONDAY_8));
	squad_busy(&s, 1, "ben-2", MONDAY_8 + HOUR, MONDAY_8 + 2 * HOUR);
	CHECK_TRUE("two of three", squad_is_open(&s, s.team, "mixed", MONDAY_8 + HOUR));
	squad_busy(&s, 2, "cleo-2", MONDAY_8 + HOUR, MONDAY_8 + 2 * HOUR);
	CHECK_TRUE("one of three", !squad_is_open(&s, s.team, "mixed", MONDAY_8 + HOUR));
	CHECK_TRUE("as they are busy",
		   squad_explain(&s, "mixed", MONDAY_8 + HOUR).verdict == SLOT_BUSY);
	CHECK_FAULT("all or nothing", squad_book(&s, s.team, "mixed", MONDAY_8 + HOUR, &b),
		    FAULT_SLOT_TAKEN);
	CHECK_INT("nothing", squad_count(&s, "SELECT count(*) FROM hold"), 4);
	squad_busy(&s, 5, "fred-3", MONDAY_8 + 2 * HOUR, MONDAY_8 + 3 * HOUR);
	CHECK_TRUE("no manager", !squad_is_open(&s, s.team, "mixed", MONDAY_8 + 2 * HOUR));
	squad_busy(&s, 6, "gina-4", MONDAY_8 + 3 * HOUR, MONDAY_8 + 4 * HOUR);
	CHECK_TRUE("who is optional is in nobody's way",
		   squad_is_open(&s, s.team, "mixed", MONDAY_8 + 3 * HOUR));
	squad_close(&s);
}
STORE_CASE(pools)

static const struct fault *let_answer(struct squad *s, int64_t room, const struct answer_limits *l)
{
	struct change *c = change_open(&s->h.calendar, s->a, CHANGE_CLIENT, HOUSE_NOW);
	const struct fault *f = change_set_answers(c, room, l);

	return change_run_unless(c, f);
}

/* One that is there on weekdays from 10 to 12 in its own zone, whatever hours it has for booking.
 */
static int64_t add_room(struct squad *s)
{
	const struct answer_limits limits = {.week = TEXT("mon-fri 10:00-12:00")};
	struct change_owner o = {
		.owner = {.kind = OWNER_ROOM,
			  .name = TEXT("room"),
			  .display_name = TEXT("The Room"),
			  .email = TEXT("room@example.org"),
			  .timezone = TEXT("Europe/Berlin")},
		.schedule = {.id = TEXT("default"),
			     .name = TEXT("Hours"),
			     .timezone = TEXT("Europe/Berlin"),
			     .rules = booking_default_schedule(),
			     .version = 1},
	};
	struct change *c = change_open(&s->h.calendar, s->a, CHANGE_CLIENT, HOUSE_NOW);

	CHECK_WELL("a room", change_add_owner(c, &o));
	CHECK_WELL("a room", change_run(c));
	CHECK_WELL("its hours", let_answer(s, o.id, &limits));
	return o.id;
}

#define WITH_ROOM                                                                                  \
	"{\"durations\":[60],\"team\":{\"mode\":\"pools\",\"pools\":["                             \
	"{\"need\":1,\"hosts\":[{\"name\":\"anna\"},{\"name\":\"ben\"}]},"                         \
	"{\"need\":1,\"hosts\":[{\"name\":\"room\"}]}]}}"

/* A room of the directory is a host as any: within its hours, held once, and told of it. */
static void real_room(struct store_fixture *x)
{
	const struct book_by by = {.who = BOOKING_BY_INVITEE, .now = HOUSE_NOW + 60};
	const struct answer_limits none = {.answers = ANSWERS_NO}, any = {.longest_min = 59};
	struct book_outcome out;
	struct booking b;
	struct change *c = NULL;
	struct squad s;
	int64_t room;

	squad_open(&s, x, 2);
	room = add_room(&s);
	house_type(&s.h, s.team, "meet", WITH_ROOM);
	CHECK_WELL("an event in it",
		   house_put(&s.h, room, "calendar", "else.ics",
			     house_event(s.a, "else", "20270118T090000Z", "20270118T100000Z", "")));
	CHECK_TRUE("before its hours", !squad_is_open(&s, s.team, "meet", MONDAY_8));
	CHECK_TRUE("so explained",
		   squad_explain(&s, "meet", MONDAY_8).verdict == SLOT_OUTSIDE_HOURS);
	CHECK_TRUE("after its hours", !squad_is_open(&s, s.team, "meet", MONDAY_8 + 3 * HOUR));
	CHECK_TRUE("taken by an event", !squad_is_open(&s, s.team, "meet", MONDAY_8 + HOUR));
	CHECK_TRUE("so explained", squad_explain(&s, "meet", MONDAY_8 + HOUR).verdict == SLOT_BUSY);
	CHECK_TRUE("free", squad_is_open(&s, s.team, "meet", MONDAY_8 + 2 * HOUR));
	b = squad_booked(&s, "meet", MONDAY_8 + 2 * HOUR);
	CHECK_INT("the room and one of them", squad_count(&s, "SELECT count(*) FROM hold"), 2);
	CHECK_INT("by the booking alone",
		  squad_count(&s, "SELECT count(*) FROM hold WHERE booking LIKE 'meeting/%'"), 0);
	CHECK_TRUE("as a room", squad_event_has(&s, squad_event_of(&s, s.team, &b), "CUTYPE=ROOM"));
	CHECK_TRUE("which has accepted",
		   squad_event_has(&s, squad_event_of(&s, s.team, &b),
				   "CUTYPE=ROOM;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED"));
	CHECK_TRUE("in its calendar", squad_event_of(&s, room, &b).len > 0);
	CHECK_TRUE("another has no room", !squad_is_open(&s, s.team, "meet", MONDAY_8 + 2 * HOUR));
	CHECK_WELL("on Tuesday", book_prepare_reschedule(&s.h.desk, s.h.db, s.a, &b,
							 MONDAY_8 + 25 * HOUR, 0, &by, &c, &out));
	CHECK_WELL("on Tuesday", change_run(c));
	CHECK_TRUE("accepted there, too",
		   squad_event_has(&s, squad_event_of(&s, room, &out.booking),
				   "PARTSTAT=ACCEPTED:mailto:room@"));
	CHECK_TRUE("the old time is free", squad_is_open(&s, s.team, "meet", MONDAY_8 + 2 * HOUR));
	CHECK_INT("still two", squad_count(&s, "SELECT count(*) FROM hold"), 2);
	CHECK_WELL("cancel", squad_cancel(&s, &out.booking));
	CHECK_INT("nothing is held", squad_count(&s, "SELECT count(*) FROM hold"), 0);
	CHECK_WELL("too long for it", let_answer(&s, room, &any));
	CHECK_TRUE("closed", !squad_is_open(&s, s.team, "meet", MONDAY_8 + 2 * HOUR));
	CHECK_WELL("it takes nothing", let_answer(&s, room, &none));
	CHECK_TRUE("closed", !squad_is_open(&s, s.team, "meet", MONDAY_8 + 2 * HOUR));
	squad_close(&s);
}
STORE_CASE(real_room)

/* ---- E3, E4 -----------------------------------------------------------------------------------
 */

static void solo_against_team(struct store_fixture *x)
{
	struct book_outcome out;
	struct change *team, *solo;
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.hosts[0], "solo", SOLO);
	house_type(&s.h, s.hosts[1], "solo-b", SOLO);
	house_type(&s.h, s.team, "both", COLLECTIVE);
	for (int first = 0; first < 2; first++) {
		int64_t at = MONDAY_8 + first * HOUR;
		const struct fault *f;

		CHECK_WELL("solo", squad_prepare(&s, s.hosts[0], "solo", at, "bob@example.com",
						 &solo, &out));
		CHECK_WELL("team",
			   squad_prepare(&s, s.team, "both", at, "eve@example.com", &team, &out));
		CHECK_WELL("the first wins", change_run(first == 0 ? solo : team));
		f = change_run(first == 0 ? team : solo);
		CHECK_TRUE("the other one does not", f != NULL);
		CHECK_INT("of the team, Ben stays free",
			  squad_is_open(&s, s.hosts[1], "solo-b", at), first == 0);
	}
	CHECK_INT("three hold their time", squad_count(&s, "SELECT count(*) FROM hold"), 3);
	squad_close(&s);
}
STORE_CASE(solo_against_team)

/* As the API does: prepared anew where others were quicker. */
static const struct fault *run_until(struct squad *s, struct change *c, int64_t at,
				     struct book_outcome *out)
{
	const struct fault *f = change_run(c);

	for (int tries = 0; tries < 10 && fault_is(f, FAULT_PRECONDITION); tries++) {
		f = squad_prepare(s, s->team, "any", at, "bob@example.com", &c, out);
		if (!f)
			f = change_run(c);
	}
	return f;
}

static void ten_want_three(struct store_fixture *x)
{
	struct book_outcome out[10];
	struct change *c[10];
	struct squad s;
	int won = 0, seen = 0;

	squad_open(&s, x, 3);
	house_type(&s.h, s.team, "any", ROUND_ROBIN);
	for (int i = 0; i < 10; i++)
		CHECK_WELL("open to all", squad_prepare(&s, s.team, "any", MONDAY_8,
							"bob@example.com", &c[i], &out[i]));
	for (int i = 0; i < 10; i++) {
		const struct fault *f = run_until(&s, c[i], MONDAY_8, &out[i]);

		if (f) {
			CHECK_TRUE("taken", fault_is(f, FAULT_SLOT_TAKEN));
			continue;
		}
		won++;
		seen |= 1 << squad_host_at(&s, &out[i].booking);
	}
	CHECK_INT("three succeed", won, 3);
	CHECK_INT("with three hosts", seen, 7);
	CHECK_INT("each with an event",
		  squad_count(&s,
			      "SELECT count(*) FROM booking b JOIN object o ON o.owner = b.owner"
			      " AND o.uid = b.uid WHERE b.status = 1"),
		  3);
	CHECK_INT("and one mail", squad_count(&s, "SELECT count(*) FROM job WHERE kind = 'mail'"),
		  3);
	squad_close(&s);
}
STORE_CASE(ten_want_three)

/* ---- the event --------------------------------------------------------------------------------
 */

static void copies(struct store_fixture *x)
{
	struct booking b;
	struct squad s;
	struct text ics;

	squad_open(&s, x, 2);
	house_type(&s.h, s.team, "both", COLLECTIVE);
	house_type(&s.h, s.hosts[0], "solo", SOLO);
	b = squad_booked(&s, "both", MONDAY_8);
	ics = squad_event_of(&s, s.team, &b);
	CHECK_TRUE("the team invites",
		   squad_event_has(&s, ics, "ORGANIZER;CN=The Team:mailto:team@") ||
			   squad_event_has(&s, ics, "ORGANIZER;CN=\"The Team\":mailto:"));
	for (int i = 0; i < 2; i++) {
		ics = squad_event_of(&s, s.hosts[i], &b);
		CHECK_TRUE("in each calendar", ics.len > 0);
		CHECK_TRUE("accepted by both",
			   !squad_event_has(
				   &s, ics,
				   arena_printf(s.a, "PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:%s",
						squad_names[i])) &&
				   squad_event_has(&s, ics,
						   arena_printf(s.a, "PARTSTAT=ACCEPTED:mailto:%s@",
								squad_names[i])));
	}
	CHECK_INT("two hold it", squad_count(&s, "SELECT count(*) FROM hold"), 2);
	CHECK_TRUE("taken", squad_explain(&s, "both", MONDAY_8).verdict == SLOT_HELD);
	CHECK_WELL("cancel", squad_cancel(&s, &b));
	CHECK_INT("given back", squad_count(&s, "SELECT count(*) FROM hold"), 0);
	CHECK_TRUE("open to all", squad_is_open(&s, s.team, "both", MONDAY_8) &&
					  squad_is_open(&s, s.hosts[0], "solo", MONDAY_8));
	squad_close(&s);
}
STORE_CASE(copies)

static void moves(struct store_fixture *x)
{
	const struct book_by by = {.who = BOOKING_BY_INVITEE, .now = HOUSE_NOW + 60};
	struct book_outcome out;
	struct change *c = NULL;
	struct booking b;
	struct squad s;
	int first;

	squad_open(&s, x, 3);
	house_type(&s.h, s.team, "any", ROUND_ROBIN);
	b = squad_booked(&s, "any", MONDAY_8);
	first = squad_host_at(&s, &b);
	CHECK_WELL("move", book_prepare_reschedule(&s.h.desk, s.h.db, s.a, &b, MONDAY_8 + HOUR, 0,
						   &by, &c, &out));
	CHECK_WELL("move", change_run(c));
	b = out.booking;
	CHECK_INT("the same host", squad_host_at(&s, &b), first);
	CHECK_TRUE("accepted there", squad_event_has(&s, squad_event_of(&s, s.hosts[first], &b),
						     "DTSTART;TZID=Europe/Berlin:20270118"
						     "T100000"));
	squad_busy(&s, first, "busy-later", MONDAY_8 + 2 * HOUR, MONDAY_8 + 3 * HOUR);
	CHECK_WELL("on", book_prepare_reschedule(&s.h.desk, s.h.db, s.a, &b, MONDAY_8 + 2 * HOUR, 0,
						 &by, &c, &out));
	CHECK_WELL("on", change_run(c));
	CHECK_TRUE("another, as that one is busy", squad_host_at(&s, &out.booking) != first);
	CHECK_INT("one hold", squad_count(&s, "SELECT count(*) FROM hold"), 1);
	squad_close(&s);
}
STORE_CASE(moves)

static void follows(struct store_fixture *x)
{
	struct booking b;
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.team, "both", COLLECTIVE);
	b = squad_booked(&s, "both", MONDAY_8);
	CHECK_WELL("removed in a calendar app",
		   house_remove(&s.h, s.team, "calendar", text_cstr(s.a, b.object_name)));
	CHECK_INT("it is over", squad_count(&s, "SELECT status FROM booking"),
		  BOOKING_IS_CANCELLED);
	CHECK_INT("all are free", squad_count(&s, "SELECT count(*) FROM hold"), 0);
	CHECK_TRUE("and bookable", squad_is_open(&s, s.team, "both", MONDAY_8));
	squad_close(&s);
}
STORE_CASE(follows)

/* Scheduling tells nobody twice: as a guest the host would be there without an event of it. */
static void guest_is_no_host(struct store_fixture *x)
{
	struct book_outcome out;
	struct change *c;
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.team, "both", COLLECTIVE);
	CHECK_FAULT("her own address",
		    squad_prepare(&s, s.team, "both", MONDAY_8, "Anna@example.org", &c, &out),
		    FAULT_UNPROCESSABLE);
	CHECK_WELL("another",
		   squad_prepare(&s, s.team, "both", MONDAY_8, "anna@example.com", &c, &out));
	CHECK_WELL("another", change_run(c));
	squad_close(&s);
}
STORE_CASE(guest_is_no_host)

/* ---- a host declines ---------------------------------------------------------------------------
 */

/* The host deletes the copy in a calendar app (RFC 6638 §3.2.2.4). */
static void leave(struct squad *s, int host, const struct booking *b)
{
	struct stored_object *o = NULL;

	CHECK_WELL("copy", object_find_uid_anywhere(s->h.db, s->a, s->hosts[host], b->uid, 0, &o));
	CHECK_TRUE("a copy", o != NULL);
	if (o)
		CHECK_WELL("deleted", house_remove(&s->h, s->hosts[host], "calendar",
						   text_cstr(s->a, o->name)));
}

static struct booking now(struct squad *s, const struct booking *b)
{
	struct booking *is = NULL;

	CHECK_WELL("booking", booking_find(s->h.db, s->a, b->owner, b->id, &is));
	return is ? *is : *b;
}

static bool substitute(struct squad *s, const struct booking *b, int missing)
{
	struct change *c = NULL;

	CHECK_WELL("look for another",
		   team_prepare_substitute(&s->h.desk, s->h.db, s->a, b, s->hosts[missing],
					   HOUSE_NOW + 60, &c));
	if (c)
		CHECK_WELL("another", change_run(c));
	return c != NULL;
}

static void another_comes(struct store_fixture *x)
{
	struct booking b, after;
	struct booking_step *steps = NULL;
	struct squad s;
	size_t count = 0;
	int first, second;

	squad_open(&s, x, 3);
	house_type(&s.h, s.team, "any", ROUND_ROBIN);
	house_type(&s.h, s.hosts[0], "solo", SOLO);
	b = squad_booked(&s, "any", MONDAY_8);
	first = squad_host_at(&s, &b);
	CHECK_INT("anna", first, 0);
	leave(&s, first, &b);
	after = now(&s, &b);
	CHECK_INT("it stands", after.status, BOOKING_IS_CONFIRMED);
	CHECK_INT("her time is free", squad_count(&s, "SELECT count(*) FROM hold"), 0);
	CHECK_TRUE("to be booked", squad_is_open(&s, s.hosts[0], "solo", MONDAY_8));
	CHECK_TRUE("the event says so",
		   squad_event_has(&s, squad_event_of(&s, s.team, &after), "PARTSTAT=DECLINED"));
	CHECK_WELL("history", history_list(s.h.db, s.a, s.team, b.id, &steps, &count));
	CHECK_INT("a step", count, 2);
	CHECK_INT("of its own", steps[1].deed.what, BOOKING_HOST_DECLINED);
	CHECK_INT("a job looks for another",
		  squad_count(&s, "SELECT count(*) FROM job WHERE kind = 'host'"), 1);
	CHECK_TEXT("no lack of order", house_findings(&s.h, s.a), TEXT(""));
	squad_busy(&s, 1, "ben-is-busy", MONDAY_8, MONDAY_8 + HOUR);
	CHECK_TRUE("another is found", substitute(&s, &after, first));
	after = now(&s, &b);
	second = squad_host_at(&s, &after);
	CHECK_INT("cleo", second, 2);
	CHECK_INT("who holds it", squad_count(&s, "SELECT owner FROM hold"), s.hosts[2]);
	CHECK_TRUE("and sees it", squad_event_of(&s, s.hosts[2], &after).len > 0);
	CHECK_TRUE("nobody is missing", !substitute(&s, &after, first));
	squad_close(&s);
}
STORE_CASE(another_comes)

/* What comes between the search and its end is seen, as of the time that was searched at. */
static void another_is_taken(struct store_fixture *x)
{
	struct change *c = NULL;
	struct booking b, after;
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.team, "any", ROUND_ROBIN);
	b = squad_booked(&s, "any", MONDAY_8);
	leave(&s, 0, &b);
	after = now(&s, &b);
	CHECK_WELL("look for another", team_prepare_substitute(&s.h.desk, s.h.db, s.a, &after,
							       s.hosts[0], HOUSE_NOW + 60, &c));
	CHECK_TRUE("ben is there", c != NULL);
	squad_busy(&s, 1, "ben-is-busy", MONDAY_8, MONDAY_8 + HOUR);
	if (c)
		CHECK_FAULT("and is no more", change_run(c), FAULT_SLOT_TAKEN);
	squad_close(&s);
}
STORE_CASE(another_is_taken)

static void nobody_comes(struct store_fixture *x)
{
	struct booking b, after;
	struct squad s;

	squad_open(&s, x, 2);
	house_type(&s.h, s.team, "both", COLLECTIVE);
	b = squad_booked(&s, "both", MONDAY_8);
	leave(&s, 1, &b);
	after = now(&s, &b);
	CHECK_INT("it stands", after.status, BOOKING_IS_CONFIRMED);
	CHECK_INT("for the other", squad_count(&s, "SELECT owner FROM hold"), s.hosts[0]);
	CHECK_TRUE("nobody is left", !substitute(&s, &after, 1));
	CHECK_WELL("it can be cancelled", squad_cancel(&s, &after));
	CHECK_INT("all is free", squad_count(&s, "SELECT count(*) FROM hold"), 0);
	squad_close(&s);
}
STORE_CASE(nobody_comes)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("team_life", {"zones are pinned", test_pinned},
	   STORE_ROWS("F4: a booking goes to another host", reassigned),
	   STORE_ROWS("whoever is closed to others is no host of theirs", consent),
	   STORE_ROWS("F4: a series goes with all its times", reassigned_series),
	   STORE_ROWS("F4: what is over goes to nobody", reassigned_late),
	   STORE_ROWS("F5: two of a team, one of rooms, and the manager", pools),
	   STORE_ROWS("F5: a room of the directory", real_room),
	   STORE_ROWS("E3: a host alone against the team", solo_against_team),
	   STORE_ROWS("E4: three hosts, ten at once", ten_want_three),
	   STORE_ROWS("one event, and its copies", copies),
	   STORE_ROWS("a meeting that moves keeps its host if it can", moves),
	   STORE_ROWS("a team's calendar is followed", follows),
	   STORE_ROWS("who books is none of those who come", guest_is_no_host),
	   STORE_ROWS("a host of a round robin declines, and another comes", another_comes),
	   STORE_ROWS("whoever comes instead is judged where it is done", another_is_taken),
	   STORE_ROWS("a host of all declines, and the meeting stands", nobody_comes))
