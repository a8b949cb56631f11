/*
 * test_itip_organizer - what a save by the organizer makes of messages (RFC 6638 §3.2.1)
 */
#include "saves_fixture.h"

#include "ical/ical.h"
#include "itip/organizer.h"

struct row {
	const char *name;
	const char *was, *is; /* NULL: it is new, or removed */
	const char *messages;
	const char *stored; /* components; NULL: as the client wrote them */
};

#define SERIES EVENT(DAILY ORGANIZED INVITED("bo") INVITED("cy"))

static void check(const struct row *row, bool saw_answers)
{
	struct itip_save s = {
		.was = saves_fixture_object(row->name, row->was),
		.is = saves_fixture_object(row->name, row->is),
		.user = saves_fixture_user("al"),
		.saw_answers = saw_answers,
		.now = SAVES_NOW,
	};
	struct itip_plan plan;

	if (!CHECK_WELL(row->name, itip_plan_organizer(saves_fixture_arena(), &s, &plan)))
		return;
	CHECK_TEXT(row->name, saves_fixture_messages(&plan), text_from(row->messages));
	saves_fixture_check(row->name, &plan);
	if (row->is) {
		struct text want = saves_fixture_text(row->stored ? row->stored : row->is),
			    got = plan.object;
		struct buf b;

		/* Lines that are written anew end with CRLF. */
		buf_init(&b, saves_fixture_arena(), got.len, got.len);
		for (size_t i = 0; i < got.len; i++)
			if (got.at[i] != '\r')
				buf_put_char(&b, got.at[i]);
		CHECK_TEXT(row->name, buf_text(&b), want);
		CHECK_INT(row->name, plan.edited, row->stored != NULL);
	}
}

static void check_rows(const struct row *rows, size_t count, bool saw_answers)
{
	saves_fixture_begin();
	for (size_t i = 0; i < count; i++)
		check(&rows[i], saw_answers);
	saves_fixture_end();
}

#define AGENT(who, agent) "ATTENDEE;SCHEDULE-AGENT=" agent ":mailto:" who "@x.y\n"

static void test_tables(void)
{
	static const struct row rows[] = {
		{"§3.2.1.1 create: SERVER", NULL, SERIES, "REQUEST bo series; REQUEST cy series",
		 NULL},
		{"§3.2.1.1 create: CLIENT, NONE, unknown", NULL,
		 EVENT(NINE ORGANIZED AGENT("bo", "CLIENT") AGENT("cy", "NONE") AGENT("di", "X-ME")
			       AGENT("ed", "SERVER")),
		 "REQUEST ed series", NULL},
		{"§3.2.1 the organizer as attendee is sent nothing", NULL,
		 EVENT(NINE ORGANIZED ACCEPTED("al") INVITED("bo")), "REQUEST bo series", NULL},
		{"§3.2.1.2 absent, SERVER", EVENT(NINE ORGANIZED INVITED("bo")),
		 EVENT(NINE ORGANIZED INVITED("bo") INVITED("cy")),
		 "REQUEST bo series; REQUEST cy series", NULL},
		{"§3.2.1.2 absent, CLIENT", EVENT(NINE ORGANIZED),
		 EVENT(NINE ORGANIZED AGENT("cy", "CLIENT")), "", NULL},
		{"§3.2.1.2 SERVER, removed", EVENT(NINE ORGANIZED INVITED("bo") INVITED("cy")),
		 EVENT(NINE ORGANIZED INVITED("bo")), "REQUEST bo series#1; CANCEL cy series#1",
		 EVENT(NINE ORGANIZED INVITED("bo") "SEQUENCE:1\n")},
		{"§3.2.1.2 SERVER, CLIENT", EVENT(NINE ORGANIZED INVITED("bo")),
		 EVENT(NINE ORGANIZED AGENT("bo", "CLIENT")), "CANCEL bo series#1",
		 EVENT(NINE ORGANIZED AGENT("bo", "CLIENT") "SEQUENCE:1\n")},
		{"§3.2.1.2 SERVER, NONE", EVENT(NINE ORGANIZED INVITED("bo")),
		 EVENT(NINE ORGANIZED AGENT("bo", "NONE")), "CANCEL bo series#1",
		 EVENT(NINE ORGANIZED AGENT("bo", "NONE") "SEQUENCE:1\n")},
		{"§3.2.1.2 CLIENT, SERVER", EVENT(NINE ORGANIZED AGENT("bo", "CLIENT")),
		 EVENT(NINE ORGANIZED AGENT("bo", "SERVER")), "REQUEST bo series", NULL},
		{"§3.2.1.2 NONE, SERVER", EVENT(NINE ORGANIZED AGENT("bo", "NONE")),
		 EVENT(NINE ORGANIZED INVITED("bo")), "REQUEST bo series", NULL},
		{"§3.2.1.2 CLIENT, removed",
		 EVENT(NINE ORGANIZED AGENT("bo", "CLIENT") AGENT("cy", "NONE")),
		 EVENT(NINE ORGANIZED), "", NULL},
		{"§3.2.1.3 remove", SERIES, NULL, "CANCEL bo series#1; CANCEL cy series#1", NULL},
		{"§3.2.1.3 remove: CLIENT, NONE",
		 EVENT(NINE ORGANIZED AGENT("bo", "CLIENT") AGENT("cy", "NONE") INVITED("di")),
		 NULL, "CANCEL di series#1", NULL},
		{"interop §1 the last attendee goes, and ORGANIZER with them", SERIES, EVENT(DAILY),
		 "CANCEL bo series#1; CANCEL cy series#1", NULL},
	};

	check_rows(rows, ARRAY_LEN(rows), true);
}

UNIT_SUITE("itip organizer", {"the tables of RFC 6638 §3.2.1", test_tables})
