/* Mail that did not arrive: what is noted, who is told of it, and when it is over. */
#include "mail/read.h"
#include "pinned_zones.h"
#include "post/bounce.h"
#include "post/route.h"
#include "squad.h"
#include "unit.h"

#define GUEST  "bob@example.com"
#define REASON "550 5.1.1 No such user"

/* A host, who has a booking by GUEST. */
struct stage {
	struct squad squad;
	struct post post;
	struct booking made;
};

static void stage_open(struct stage *t, struct store_fixture *x)
{
	struct squad *s = &t->squad;

	squad_open(s, x, 1);
	house_type(&s->h, s->hosts[0], "solo", SOLO);
	t->post = (struct post){.store = x->store, .calendar = &s->h.calendar, .desk = &s->h.desk};
	CHECK_WELL("book", squad_book(s, s->hosts[0], "solo", MONDAY_8, &t->made));
}

static struct bounce bounce_of(const struct stage *t, const char *attendee, const char *why)
{
	return (struct bounce){
		.owner = t->made.owner,
		.uid = t->made.uid,
		.attendee = text_from(attendee),
		.status = "5.2",
		.why = text_from(why),
	};
}

static void note(struct stage *t, const char *attendee, const char *why)
{
	const struct bounce b = bounce_of(t, attendee, why);

	CHECK_WELL(why, bounce_note(&t->post, t->squad.a, &b, HOUSE_NOW));
}

static void forget(struct stage *t, const char *attendee)
{
	CHECK_WELL(attendee, bounce_forget(&t->post, t->squad.a, t->made.owner, t->made.uid,
					   text_from(attendee), HOUSE_NOW));
}

static struct text fault_of(struct stage *t)
{
	struct squad *s = &t->squad;
	struct booking *b = NULL;

	CHECK_WELL("booking", booking_find(s->h.db, s->a, t->made.owner, t->made.id, &b));
	return b ? b->mail_fault : TEXT_NONE;
}

static bool event_has(struct stage *t, const char *words)
{
	struct squad *s = &t->squad;

	return squad_event_has(s, squad_event_of(s, t->made.owner, &t->made), words);
}

static int64_t told(struct stage *t)
{
	return squad_count(&t->squad, "SELECT COUNT(*) FROM job WHERE kind = 'notice'"
				      " AND payload LIKE '%\"letter\":\"host-bounce\"%'");
}

/* They left. */
static void send_notices(struct stage *t)
{
	static const struct sql sent = {"DELETE FROM job WHERE kind = 'notice'"};

	CHECK_WELL("sent", store_fixture_sql(t->squad.h.x, &sent));
}

/* ---- noted ----------------------------------------------------------------------------------- */

static void is_noted(struct store_fixture *x)
{
	struct stage t;

	stage_open(&t, x);
	CHECK_TEXT("before", fault_of(&t), TEXT(""));
	note(&t, "mailto:BOB@Example.COM", REASON);
	CHECK_TEXT("the booking says so", fault_of(&t), TEXT("5.2 " REASON));
	CHECK_TRUE("and the event (RFC 6638 §3.2.9)", event_has(&t, "SCHEDULE-STATUS=\"5.2\"") ||
							      event_has(&t, "SCHEDULE-STATUS=5.2"));
	forget(&t, GUEST);
	CHECK_TEXT("a later mail left", fault_of(&t), TEXT(""));
	CHECK_TRUE("nor the event",
		   !event_has(&t, "SCHEDULE-STATUS=\"5") && !event_has(&t, "SCHEDULE-STATUS=5"));
	squad_close(&t.squad);
}
STORE_CASE(is_noted)

/* One letter for each host, when it begins; a fault that ended and comes back is another one. */
static void hosts_are_told(struct store_fixture *x)
{
	struct stage t;

	stage_open(&t, x);
	note(&t, GUEST, REASON);
	CHECK_INT("told", told(&t), 1);
	CHECK_INT("why",
		  squad_count(&t.squad, "SELECT COUNT(*) FROM job WHERE kind = 'notice'"
					" AND payload LIKE '%" REASON "%'"),
		  1);
	note(&t, GUEST, "552 5.2.2 Mailbox full");
	CHECK_TEXT("the newest reason", fault_of(&t), TEXT("5.2 552 5.2.2 Mailbox full"));
	CHECK_INT("while it waits", told(&t), 1);
	send_notices(&t);
	note(&t, GUEST, REASON);
	CHECK_INT("they have heard", told(&t), 0);
	forget(&t, GUEST);
	CHECK_INT("of what is over nothing is told", told(&t), 0);
	note(&t, GUEST, REASON);
	CHECK_INT("it came back", told(&t), 1);
	squad_close(&t.squad);
}
STORE_CASE(hosts_are_told)

static void each_host_of_a_team(struct store_fixture *x)
{
	struct stage t;

	stage_open(&t, x);
	t.squad.hosts[1] = house_user(&t.squad.h, squad_names[1]);
	house_type(&t.squad.h, t.squad.team, "both", COLLECTIVE);
	t.made = squad_booked(&t.squad, "both", MONDAY_8 + 3 * HOUR);
	note(&t, GUEST, REASON);
	CHECK_INT("two come", told(&t), 2);
	squad_close(&t.squad);
}
STORE_CASE(each_host_of_a_team)

static void of_others_nothing(struct store_fixture *x)
{
	struct text before;
	struct bounce gone;
	struct stage t;

	stage_open(&t, x);
	note(&t, "carol@example.com", REASON);
	CHECK_TEXT("not the invitee", fault_of(&t), TEXT(""));
	CHECK_INT("no letter", told(&t), 0);
	before = house_dump(&t.squad.h, t.squad.a);
	forget(&t, GUEST);
	CHECK_TEXT("nothing stood in the way", house_dump(&t.squad.h, t.squad.a), before);
	gone = bounce_of(&t, GUEST, REASON);
	gone.uid = TEXT("nobodys");
	CHECK_WELL("what has gone", bounce_note(&t.post, t.squad.a, &gone, HOUSE_NOW));
	CHECK_TEXT("another UID", fault_of(&t), TEXT(""));
	CHECK_INT("no letter", told(&t), 0);
	squad_close(&t.squad);
}
STORE_CASE(of_others_nothing)

/* What a server says is a stranger's: one line, printable, of bounded length. */
static void reasons(struct store_fixture *x)
{
	char much[2 * BOUNCE_WHY_MAX + 1];
	static const struct {
		const char *said, *noted;
	} rows[] = {
		{" 550 no\r\nBcc: eve@example.com ", "5.2 550 no  Bcc: eve@example.com"},
		{"550 \xc3\xab\x1b[2J", "5.2 550    [2J"},
		{"\x01\x02", "5.2 No reason was given."},
	};
	struct stage t;

	stage_open(&t, x);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		note(&t, GUEST, rows[i].said);
		CHECK_TEXT(rows[i].noted, fault_of(&t), text_from(rows[i].noted));
	}
	memset(much, 'x', sizeof(much));
	much[sizeof(much) - 1] = '\0';
	note(&t, GUEST, much);
	CHECK_INT("cut", (int64_t)fault_of(&t).len, BOUNCE_WHY_MAX + (int64_t)strlen("5.2 "));
	squad_close(&t.squad);
}
STORE_CASE(reasons)

/* ---- reports --------------------------------------------------------------------------------- */

struct report_row {
	const char *action, *status, *diagnostic;
	const char *noted; /* NULL: nothing */
};

static const struct report_row report_rows[] = {
	{"delayed", "4.4.1", "smtp; 450 try later", NULL},
	{"delivered", "2.0.0", "", NULL},
	{"relayed", "2.0.0", "", NULL},
	{"expanded", "2.0.0", "", NULL},
	{"", "5.1.1", "", NULL},
	{"failed", "5.1.1", "smtp; 550 5.1.1 No such user", "5.2 smtp; 550 5.1.1 No such user"},
	{"Failed", "5.7.1", "smtp; 550 no", "5.3 smtp; 550 no"},
	{"failed", "4.4.7", "", "5.1 4.4.7"},
	{"failed", "", "", "5.2 No reason was given."},
	{"failed", "5.1.1",
	 "550 see https://evil.example/x or <HTTP://evil.example> WWW.evil.example",
	 "5.2 550 see or"},
	{"failed", "5.1.1", "http://evil.example", "5.2 No reason was given."},
};

static void check_report(struct stage *t, const struct report_row *row)
{
	const struct mail_report_row rows[] = {
		{TEXT("another@example.com"), TEXT("delivered"), TEXT("2.0.0"), TEXT("")},
		{TEXT("alias@example.com"), text_from(row->action), text_from(row->status),
		 text_from(row->diagnostic)},
	};
	const struct mail_report report = {.rows = rows, .row_count = ARRAY_LEN(rows)};
	const struct route_back back = {t->made.owner, t->made.uid, TEXT(GUEST)};
	bool noted;

	CHECK_WELL(row->status,
		   bounce_take(&t->post, t->squad.a, &back, &report, HOUSE_NOW, &noted));
	CHECK_TRUE(row->status, noted == (row->noted != NULL));
	CHECK_TEXT(row->action, fault_of(t), row->noted ? text_from(row->noted) : TEXT(""));
	CHECK_INT(row->action, told(t), row->noted ? 1 : 0);
	forget(t, GUEST);
	send_notices(t);
}

static void reports(struct store_fixture *x)
{
	const struct mail_report none = {.row_count = 0};
	struct route_back back;
	struct stage t;
	bool noted = true;

	stage_open(&t, x);
	for (size_t i = 0; i < ARRAY_LEN(report_rows); i++)
		check_report(&t, &report_rows[i]);
	back = (struct route_back){t.made.owner, t.made.uid, TEXT(GUEST)};
	CHECK_WELL("of nobody", bounce_take(&t.post, t.squad.a, &back, &none, HOUSE_NOW, &noted));
	CHECK_TRUE("of nobody", !noted);
	squad_close(&t.squad);
}
STORE_CASE(reports)

static void statuses(void)
{
	static const struct {
		const char *said, *want;
	} rows[] = {
		{"550 5.1.1 No such user", "5.2"},
		{"RCPT TO: 554 5.7.1 Relaying denied", "5.3"},
		{"5.7.26", "5.3"},
		{"451 4.3.0 Try again", "5.1"},
		{"4.4.7", "5.1"},
		{"no such user", "5.2"},
		{"", "5.2"},
		{"10.5.7.1 said no", "5.2"},
		{"5.7", "5.2"},
		{"2.0.0", "5.1"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_STR(rows[i].said, bounce_status(text_from(rows[i].said)), rows[i].want);
}

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("bounce", {"zones are pinned", test_pinned},
	   {"RFC 3463 §2: what a server says is a row of RFC 6638 §3.2.9", statuses},
	   STORE_ROWS("RFC 6638 §3.2.9: noted in event and booking, until a later mail leaves",
		      is_noted),
	   STORE_ROWS("hosts are told when it begins", hosts_are_told),
	   STORE_ROWS("of a team each host who comes is told", each_host_of_a_team),
	   STORE_ROWS("of others, and of what has gone, nothing is noted", of_others_nothing),
	   STORE_ROWS("a reason is one line", reasons),
	   STORE_ROWS("RFC 3464 §2.3.3: what failed alone is noted", reports))
