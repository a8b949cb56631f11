/* Within which limits invitations are accepted, and by whom they are answered. */

#include "calendar/schedule.h"
#include "place.h"
#include "store/schedule.h"
#include "unit.h"

#define OFFICE "mon-fri 08:00-12:00 13:00-18:00"

/* ---- the limits ------------------------------------------------------------------------------ */

/* Berlin is an hour before UTC in winter, two in summer; it is the first of January. */
static const struct row {
	const char *name;
	struct answer_limits limits;
	const char *start, *end, *more;
	const char *why; /* NULL: it is accepted */
} rows[] = {
	{"no limits", {0}, EIGHT, NINE, "", NULL},

	{"within hours",
	 {.week = TEXT_INIT(OFFICE)},
	 "20270118T070000Z",
	 "20270118T110000Z",
	 "",
	 NULL},
	{"before them",
	 {.week = TEXT_INIT(OFFICE)},
	 "20270118T063000Z",
	 EIGHT,
	 "",
	 "It is outside of " OFFICE ": 2027-01-18 07:30 (Europe/Berlin)."},
	{"after them",
	 {.week = TEXT_INIT(OFFICE)},
	 "20270118T160000Z",
	 "20270118T173000Z",
	 "",
	 "It is outside of"},
	{"over the break",
	 {.week = TEXT_INIT(OFFICE)},
	 "20270118T100000Z",
	 "20270118T130000Z",
	 "",
	 "It is outside of"},
	{"on another day",
	 {.week = TEXT_INIT(OFFICE)},
	 "20270116T080000Z",
	 "20270116T090000Z",
	 "",
	 "2027-01-16 09:00"},
	{"in summer by the clock",
	 {.week = TEXT_INIT(OFFICE)},
	 "20270705T060000Z",
	 "20270705T070000Z",
	 "",
	 NULL},
	{"in summer before it",
	 {.week = TEXT_INIT(OFFICE)},
	 "20270705T053000Z",
	 "20270705T070000Z",
	 "",
	 "2027-07-05 07:30"},
	{"over midnight",
	 {.week = TEXT_INIT("sun 22:00-02:00")},
	 "20270117T220000Z",
	 "20270118T010000Z",
	 "",
	 NULL},
	{"days and nights",
	 {.week = TEXT_INIT("mon-sun 00:00-24:00")},
	 "20270117T120000Z",
	 "20270120T120000Z",
	 "",
	 NULL},
	{"longer than weekly hours",
	 {.week = TEXT_INIT("mon-sun 00:00-24:00")},
	 "20270117T120000Z",
	 "20270320T120000Z",
	 "",
	 "It is outside of"},
	{"each instance within hours", {.week = TEXT_INIT(OFFICE)}, EIGHT, NINE, DAILY, NULL},
	{"two are not",
	 {.week = TEXT_INIT(OFFICE)},
	 EIGHT,
	 NINE,
	 "RRULE:FREQ=DAILY;COUNT=7\r\n",
	 ": 2027-01-23 09:00, 2027-01-24 09:00 (Europe/Berlin)."},
	{"many are not",
	 {.week = TEXT_INIT("sun 00:00-24:00")},
	 EIGHT,
	 NINE,
	 DAILY,
	 ": 2027-01-18 09:00, 2027-01-19 09:00, 2027-01-20 09:00 and 2 more (Europe/Berlin)."},
	{"all of a day",
	 {.week = TEXT_INIT("mon 00:00-24:00")},
	 "20270117T230000Z",
	 "20270118T230000Z",
	 "",
	 NULL},

	{"so far ahead", {.ahead_days = 18}, EIGHT, NINE, "", NULL},
	{"further",
	 {.ahead_days = 17},
	 EIGHT,
	 NINE,
	 "",
	 "It begins in more than 17 days: 2027-01-18 09:00 (Europe/Berlin)."},
	{"all of a series", {.ahead_days = 22}, EIGHT, NINE, DAILY, NULL},
	{"not its last one", {.ahead_days = 21}, EIGHT, NINE, DAILY, ": 2027-01-22 09:00 (E"},
	{"without end",
	 {.ahead_days = 3000},
	 EIGHT,
	 NINE,
	 "RRULE:FREQ=WEEKLY\r\n",
	 "It goes on for more than 3000 days."},
	{"with an end past the horizon",
	 {.ahead_days = 3000},
	 EIGHT,
	 NINE,
	 "RRULE:FREQ=WEEKLY;UNTIL=20340101T000000Z\r\n",
	 NULL},

	{"with notice", {.notice_min = 17 * 1440}, EIGHT, NINE, "", NULL},
	{"too soon",
	 {.notice_min = 18 * 1440},
	 EIGHT,
	 NINE,
	 "",
	 "It begins in less than 25920 minutes: 2027-01-18 09:00 (Europe/Berlin)."},

	{"so long", {.longest_min = 60}, EIGHT, NINE, DAILY, NULL},
	{"longer",
	 {.longest_min = 60},
	 EIGHT,
	 TEN,
	 "",
	 "It is longer than 60 minutes: 2027-01-18 09:00 (Europe/Berlin)."},
	{"free for who invites",
	 {.longest_min = 60, .notice_min = 18 * 1440},
	 EIGHT,
	 TEN,
	 "TRANSP:TRANSPARENT\r\n",
	 "It is longer than"},
	{"all of it past the horizon",
	 {.ahead_days = 3000},
	 "20370118T080000Z",
	 "20370118T090000Z",
	 DAILY,
	 "It begins in more than 3000 days: 2037-01-18 09:00"},
	{"what is over is not asked",
	 {.longest_min = 60, .notice_min = 1},
	 "20261118T080000Z",
	 "20261118T100000Z",
	 "",
	 NULL},
};

static void check_row(struct place *p, const struct row *r)
{
	struct schedule_note *notes;
	size_t count = 0;
	const char *uid = r->name;

	place_set(p, p->room, &r->limits);
	CHECK_WELL(r->name,
		   house_put(&p->t.h, p->t.alice, "calendar", "m.ics",
			     house_event(p->t.a, uid, r->start, r->end,
					 arena_printf(p->t.a, BY_ALICE ROOM "%s", r->more))));
	CHECK_STR(r->name, place_answer(p, p->t.alice, uid), r->why ? "DECLINED" : "ACCEPTED");
	CHECK_STR(r->name, place_answer(p, p->room, uid), r->why ? "-" : "ACCEPTED");
	CHECK_WELL(r->name,
		   schedule_note_list(p->t.h.db, p->t.a, p->room, text_from(uid), &notes, &count));
	CHECK_TRUE(r->name, count > 0);
	if (r->why && count > 0 && text_find(notes[0].why, text_from(r->why)) < 0)
		CHECK_STR(r->name, text_cstr(p->t.a, notes[0].why), r->why);
	CHECK_WELL(r->name, house_remove(&p->t.h, p->t.alice, "calendar", "m.ics"));
}

static void limits(struct store_fixture *x)
{
	struct place p;

	place_open(&p, x, OWNER_ROOM);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(&p, &rows[i]);
	place_close(&p);
}
STORE_CASE(limits)

/* RFC 5546 §3.2.3: the reason is the answer's COMMENT, and stays with the organizer. */
static void is_told(struct store_fixture *x)
{
	struct place p;
	const struct answer_limits l = {.week = TEXT("mon 10:00-11:00, tue 10:00-11:00")};
	const struct stored_object *o;

	place_open(&p, x, OWNER_ROOM);
	place_set(&p, p.room, &l);
	CHECK_WELL("save", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	o = place_find(&p, p.t.alice, "m@x");
	CHECK_TRUE("it is declined", strcmp(place_answer(&p, p.t.alice, "m@x"), "DECLINED") == 0);
	CHECK_TRUE("and why",
		   o && text_find(o->data, TEXT("It is outside of mon 10:00-11:00")) >= 0);
	CHECK_TRUE("escaped", o && text_find(o->data, TEXT("11:00\\, tue")) >= 0);
	place_close(&p);
}
STORE_CASE(is_told)

/* ---- members --------------------------------------------------------------------------------- */

static int64_t group_of(struct place *p, const char *name, const int64_t *members, size_t count)
{
	struct change_owner g = {
		.owner = {.name = text_from(name),
			  .kind = OWNER_GROUP,
			  .display_name = text_from(name),
			  .timezone = TEXT("UTC")},
		.schedule = {.id = TEXT("default"), .timezone = TEXT("UTC"), .rules = TEXT("{}")},
		.members = members,
		.member_count = count,
	};
	struct change *c = change_of(&p->t);

	CHECK_WELL(name, change_add_owner(c, &g));
	CHECK_WELL(name, change_run(c));
	return g.id;
}

static void members(struct store_fixture *x)
{
	struct place p;
	struct answer_limits l = {0};
	int64_t board;

	place_open(&p, x, OWNER_ROOM);
	board = group_of(&p, "board", &p.t.alice, 1);
	l.member_of = group_of(&p, "Staff", &board, 1);
	place_set(&p, p.room, &l);
	CHECK_WELL("a member", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL("another", place_save(&p, p.bob, "n@x", NINE, TEN, BY_BOB ROOM));
	CHECK_STR("of a group in it", place_answer(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_STR("no member", place_answer(&p, p.bob, "n@x"), "DECLINED");
	CHECK_TRUE("the reason", text_find(place_find(&p, p.bob, "n@x")->data,
					   TEXT("Only members of Staff are accepted.")) >= 0);
	place_close(&p);
}
STORE_CASE(members)

#define HANDED_ON                                                                                  \
	"ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:room@example.org\":"                    \
	"mailto:bob@example.org\r\n"                                                               \
	"ATTENDEE;DELEGATED-FROM=\"mailto:bob@example.org\":mailto:room@example.org\r\n"

/* RFC 5546 §3.2.2.3: whoever hands it on invites, and so does the organizer. */
static void members_hand_on(struct store_fixture *x)
{
	struct place p;
	struct answer_limits l = {0};
	int64_t both[2];

	place_open(&p, x, OWNER_ROOM);
	both[0] = p.t.alice;
	both[1] = p.bob;
	l.member_of = group_of(&p, "Staff", &p.t.alice, 1);
	place_set(&p, p.room, &l);
	CHECK_WELL("a member's", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE BOB));
	CHECK_WELL("handed on", place_save(&p, p.bob, "m@x", EIGHT, NINE, BY_ALICE HANDED_ON));
	CHECK_STR("by none", place_answer(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_INT("nothing is held", place_holds(&p), 0);
	CHECK_WELL("said so by the organizer",
		   place_save(&p, p.t.alice, "o@x", EIGHT, NINE, BY_ALICE HANDED_ON));
	CHECK_STR("by none", place_answer(&p, p.t.alice, "o@x"), "DECLINED");
	l.member_of = group_of(&p, "All", both, 2);
	place_set(&p, p.room, &l);
	CHECK_WELL("a member's", place_save(&p, p.t.alice, "n@x", EIGHT, NINE, BY_ALICE BOB));
	CHECK_WELL("handed on", place_save(&p, p.bob, "n@x", EIGHT, NINE, BY_ALICE HANDED_ON));
	CHECK_STR("by a member", place_answer(&p, p.t.alice, "n@x"), "ACCEPTED");
	place_close(&p);
}
STORE_CASE(members_hand_on)

/* Who may ask is judged also where no time is taken. */
static void members_in_the_past(struct store_fixture *x)
{
	struct place p;
	struct answer_limits l = {0};

	place_open(&p, x, OWNER_ROOM);
	l.member_of = group_of(&p, "Staff", &p.t.alice, 1);
	place_set(&p, p.room, &l);
	CHECK_WELL("a member", place_save(&p, p.t.alice, "m@x", "20261118T080000Z",
					  "20261118T090000Z", BY_ALICE ROOM));
	CHECK_WELL("none", place_save(&p, p.bob, "n@x", "20261118T080000Z", "20261118T090000Z",
				      BY_BOB ROOM));
	CHECK_STR("a member", place_answer(&p, p.t.alice, "m@x"), "ACCEPTED");
	CHECK_STR("none", place_answer(&p, p.bob, "n@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(members_in_the_past)

/* Between the plan and the commit alice leaves the group, which the room's version does not tell.
 */
static void leaves_meanwhile(struct store_fixture *x)
{
	struct place p;
	struct answer_limits l = {0};
	struct change *c, *other;
	struct change_put *put;

	place_open(&p, x, OWNER_ROOM);
	l.member_of = group_of(&p, "staff", &p.t.alice, 1);
	place_set(&p, p.room, &l);
	c = change_of(&p.t);
	put = put_of(&p.t, "m.ics", house_event(p.t.a, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL("plan", change_put(c, put));
	other = change_of(&p.t);
	CHECK_WELL("leave", change_set_members(other, l.member_of, &p.bob, 1));
	CHECK_WELL("leave", change_run(other));
	CHECK_WELL("run", change_run(c));
	CHECK_STR("judged anew", place_answer(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_INT("nothing is held", place_holds(&p), 0);
	place_close(&p);
}
STORE_CASE(leaves_meanwhile)

/* The same of the limits themselves, which are the room's. */
static void limited_meanwhile(struct store_fixture *x)
{
	struct place p;
	const struct answer_limits l = {.longest_min = 30};
	struct change *c;
	struct change_put *put;

	place_open(&p, x, OWNER_ROOM);
	c = change_of(&p.t);
	put = put_of(&p.t, "m.ics", house_event(p.t.a, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL("plan", change_put(c, put));
	place_set(&p, p.room, &l);
	CHECK_WELL("run", change_run(c));
	CHECK_STR("judged anew", place_answer(&p, p.t.alice, "m@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(limited_meanwhile)

/* The group has gone: nobody is a member. */
static void group_gone(struct store_fixture *x)
{
	struct place p;
	struct answer_limits l = {0};
	struct change *c;

	place_open(&p, x, OWNER_ROOM);
	l.member_of = group_of(&p, "staff", &p.t.alice, 1);
	place_set(&p, p.room, &l);
	c = change_of(&p.t);
	CHECK_WELL("delete", change_remove_owner(c, l.member_of));
	CHECK_WELL("delete", change_run(c));
	CHECK_WELL("save", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_STR("declined", place_answer(&p, p.t.alice, "m@x"), "DECLINED");
	place_close(&p);
}
STORE_CASE(group_gone)

/* ---- what it has already --------------------------------------------------------------------- */

static void keeps_what_it_has(struct store_fixture *x)
{
	struct place p;
	const struct answer_limits l = {.longest_min = 30, .notice_min = 30 * 1440};

	place_open(&p, x, OWNER_ROOM);
	CHECK_WELL("save", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM DAILY));
	place_set(&p, p.room, &l);
	CHECK_WELL("another title", place_save(&p, p.t.alice, "m@x", EIGHT, NINE,
					       BY_ALICE ROOM DAILY "SUMMARY:Other\r\n"));
	CHECK_STR("stays", place_answer(&p, p.room, "m@x"), "ACCEPTED");
	CHECK_WELL("fewer", place_save(&p, p.t.alice, "m@x", EIGHT, NINE,
				       BY_ALICE ROOM "RRULE:FREQ=DAILY;COUNT=4\r\n"));
	CHECK_STR("stays", place_answer(&p, p.room, "m@x"), "ACCEPTED");
	CHECK_INT("as many", place_holds(&p), 4);
	CHECK_WELL("more", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM DAILY));
	CHECK_STR("is asked for", place_answer(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_INT("and all is given back", place_holds(&p), 0);
	place_close(&p);
}
STORE_CASE(keeps_what_it_has)

/* ---- who answers ----------------------------------------------------------------------------- */

static const struct mode {
	const char *name;
	enum owner_kind kind;
	enum owner_answers answers;
	const char *free, *busy; /* in the organizer's object */
	const char *free_copy, *busy_copy;
	int64_t inbox; /* messages of the two that are shown */
} modes[] = {
	{"a room by itself", OWNER_ROOM, ANSWERS_BY_KIND, "ACCEPTED", "DECLINED", "ACCEPTED", "-",
	 0},
	{"a room by hand", OWNER_ROOM, ANSWERS_BY_HAND, "NEEDS-ACTION", "NEEDS-ACTION",
	 "NEEDS-ACTION", "NEEDS-ACTION", 2},
	{"a room that accepts", OWNER_ROOM, ANSWERS_WHAT_FITS, "ACCEPTED", "NEEDS-ACTION",
	 "ACCEPTED", "NEEDS-ACTION", 1},
	{"a room that declines", OWNER_ROOM, ANSWERS_WHAT_FITS_NOT, "NEEDS-ACTION", "DECLINED",
	 "NEEDS-ACTION", "-", 1},
	{"a room that is closed", OWNER_ROOM, ANSWERS_NO, "DECLINED", "DECLINED", "-", "-", 0},
	{"a person", OWNER_INDIVIDUAL, ANSWERS_BY_KIND, "NEEDS-ACTION", "NEEDS-ACTION",
	 "NEEDS-ACTION", "NEEDS-ACTION", 2},
	{"a person who has it done", OWNER_INDIVIDUAL, ANSWERS_AUTOMATIC, "ACCEPTED", "DECLINED",
	 "ACCEPTED", "DECLINED", 0},
	{"of what is free", OWNER_INDIVIDUAL, ANSWERS_WHAT_FITS, "ACCEPTED", "NEEDS-ACTION",
	 "ACCEPTED", "NEEDS-ACTION", 1},
	{"of what is not", OWNER_INDIVIDUAL, ANSWERS_WHAT_FITS_NOT, "NEEDS-ACTION", "DECLINED",
	 "NEEDS-ACTION", "DECLINED", 1},
};

static int64_t inbox_of(struct place *p)
{
	return count_of(&p->t, arena_printf(p->t.a,
					    "SELECT count(*) FROM object o JOIN collection c ON"
					    " c.owner = o.owner AND c.id = o.collection WHERE"
					    " c.name = 'inbox' AND o.owner = %lld",
					    (long long)p->room));
}

static void mode(struct store_fixture *x, const struct mode *m)
{
	struct place p;
	const struct answer_limits l = {.answers = m->answers};

	place_open(&p, x, m->kind);
	place_set(&p, p.room, &l);
	CHECK_WELL(m->name, place_save(&p, p.room, "own@x", NINE, TEN, ""));
	CHECK_WELL(m->name, place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_WELL(m->name, place_save(&p, p.t.alice, "n@x", NINE, TEN, BY_ALICE ROOM));
	CHECK_STR(m->name, place_answer(&p, p.t.alice, "m@x"), m->free);
	CHECK_STR(m->name, place_answer(&p, p.t.alice, "n@x"), m->busy);
	CHECK_STR(m->name, place_answer(&p, p.room, "m@x"), m->free_copy);
	CHECK_STR(m->name, place_answer(&p, p.room, "n@x"), m->busy_copy);
	CHECK_INT(m->name, inbox_of(&p), m->inbox);
	CHECK_INT(m->name, place_holds(&p), strcmp(m->free, "ACCEPTED") == 0 ? 1 : 0);
	place_close(&p);
}

static void room(struct store_fixture *x)
{
	mode(x, &modes[0]);
}
STORE_CASE(room)

static void room_by_hand(struct store_fixture *x)
{
	mode(x, &modes[1]);
}
STORE_CASE(room_by_hand)

static void room_accepts(struct store_fixture *x)
{
	mode(x, &modes[2]);
}
STORE_CASE(room_accepts)

static void room_declines(struct store_fixture *x)
{
	mode(x, &modes[3]);
}
STORE_CASE(room_declines)

static void room_closed(struct store_fixture *x)
{
	mode(x, &modes[4]);
}
STORE_CASE(room_closed)

static void person(struct store_fixture *x)
{
	mode(x, &modes[5]);
}
STORE_CASE(person)

static void person_automatic(struct store_fixture *x)
{
	mode(x, &modes[6]);
}
STORE_CASE(person_automatic)

static void person_accepts(struct store_fixture *x)
{
	mode(x, &modes[7]);
}
STORE_CASE(person_accepts)

static void person_declines(struct store_fixture *x)
{
	mode(x, &modes[8]);
}
STORE_CASE(person_declines)

/* What somebody said by hand is not said again for them, until they are asked anew. */
static void keeps_an_answer(struct store_fixture *x)
{
	struct place p;
	const struct answer_limits l = {.answers = ANSWERS_AUTOMATIC};
	const char *const no = BY_ALICE "ATTENDEE;PARTSTAT=DECLINED:mailto:room@example.org\r\n";

	place_open(&p, x, OWNER_INDIVIDUAL);
	place_set(&p, p.room, &l);
	CHECK_WELL("save", place_save(&p, p.t.alice, "m@x", EIGHT, NINE, BY_ALICE ROOM));
	CHECK_INT("held", place_holds(&p), 1);
	CHECK_WELL("by hand", house_put(&p.t.h, p.room, "calendar", "m@x.ics",
					house_event(p.t.a, "m@x", EIGHT, NINE, no)));
	CHECK_INT("given back", place_holds(&p), 0);
	CHECK_STR("the organizer reads so", place_answer(&p, p.t.alice, "m@x"), "DECLINED");
	CHECK_WELL("another title",
		   house_put(&p.t.h, p.t.alice, "calendar", "m@x.ics",
			     house_event(p.t.a, "m@x", EIGHT, NINE,
					 arena_printf(p.t.a, "%sSUMMARY:Other\r\n", no))));
	CHECK_STR("stays", place_answer(&p, p.room, "m@x"), "DECLINED");
	CHECK_WELL("at another time", place_save(&p, p.t.alice, "m@x", NINE, TEN, BY_ALICE ROOM));
	CHECK_STR("is asked anew", place_answer(&p, p.room, "m@x"), "ACCEPTED");
	CHECK_INT("held", place_holds(&p), 1);
	place_close(&p);
}
STORE_CASE(keeps_an_answer)

UNIT_SUITE("schedule_limits", STORE_ROWS("each limit", limits),
	   STORE_ROWS("RFC 5546 §3.2.3: the reason is told", is_told),
	   STORE_ROWS("members of a group", members),
	   STORE_ROWS("handed on by one who is none", members_hand_on),
	   STORE_ROWS("of what is over", members_in_the_past),
	   STORE_ROWS("who is none any more by the commit", leaves_meanwhile),
	   STORE_ROWS("limits that come before the commit", limited_meanwhile),
	   STORE_ROWS("a group that has gone", group_gone),
	   STORE_ROWS("time that it has stays", keeps_what_it_has),
	   STORE_ROWS("an answer by hand stays", keeps_an_answer),
	   STORE_ROWS("a room by itself", room), STORE_ROWS("a room by hand", room_by_hand),
	   STORE_ROWS("a room that accepts", room_accepts),
	   STORE_ROWS("a room that declines", room_declines),
	   STORE_ROWS("a room that is closed", room_closed), STORE_ROWS("a person", person),
	   STORE_ROWS("a person who has it done", person_automatic),
	   STORE_ROWS("of what is free", person_accepts),
	   STORE_ROWS("of what is not", person_declines))
