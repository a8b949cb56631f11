/* dialect: what mail programs write is made into what iTIP reads (post/dialect.h). */
#include "ical/ical.h"
#include "ical/object.h"
#include "itip/itip.h"
#include "post/dialect.h"
#include "unit.h"

static struct arena *arena;

#define HEAD  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n"
#define FOOT  "END:VCALENDAR\r\n"
#define EVENT "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270101T000000Z\r\n"
#define WHEN  "DTSTART:20270118T090000Z\r\nDTEND:20270118T093000Z\r\n"
#define END   "END:VEVENT\r\n"
#define HOST  "ORGANIZER:mailto:host@example.org\r\n"
#define BO    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@example.com\r\n"
#define CY    "ATTENDEE;PARTSTAT=DECLINED:mailto:cy@example.com\r\n"
#define STORED                                                                                     \
	HEAD EVENT WHEN HOST "ATTENDEE:mailto:bo@example.com\r\n"                                  \
			     "ATTENDEE:mailto:cy@example.com\r\n" END FOOT

/* What a row expects to stand in the text, or not to; both may be NULL. */
struct row {
	const char *name, *calendar, *method, *from, *token;
	const char *stands, *gone, *sender, *words;
};

static struct ical_object *object_of(const char *text)
{
	struct ical_object *o = NULL;

	CHECK_WELL("stored", ical_object_parse(arena, text_from(text), ICAL_FROM_STORE, &o));
	return o;
}

static const char *words_of(const struct dialect *d)
{
	const char *all = "";

	for (size_t i = 0; i < d->mended_count; i++)
		all = arena_printf(arena, "%s%s%s", all, i > 0 ? " " : "", d->mended[i]);
	return all;
}

static void run_row(const struct row *r, const char *stored)
{
	struct dialect_input in = {
		.calendar = text_from(r->calendar),
		.method = text_from(r->method ? r->method : ""),
		.from = text_from(r->from ? r->from : "bo@example.com"),
		.token_uid = r->token ? TEXT("1") : TEXT(""),
		.token_attendee = text_from(r->token ? r->token : ""),
		.stored = stored ? object_of(stored) : NULL,
	};
	struct ical_object *o;
	struct dialect d;

	if (!CHECK_WELL(r->name, dialect_normalize(arena, &in, &d)))
		return;
	CHECK_STR(r->name, words_of(&d), r->words);
	CHECK_TEXT(r->name, d.sender, text_from(r->sender ? r->sender : "bo@example.com"));
	CHECK_WELL(r->name, ical_object_parse(arena, d.calendar, ICAL_FROM_MESSAGE, &o));
	if (r->stands)
		CHECK_TRUE(r->name, text_find(d.calendar, text_from(r->stands)) >= 0);
	if (r->gone)
		CHECK_INT(r->name, text_find(d.calendar, text_from(r->gone)), -1);
}

#define RUN(rows, stored)                                                                          \
	do {                                                                                       \
		for (size_t i = 0; i < ARRAY_LEN(rows); i++)                                       \
			run_row(&(rows)[i], (stored));                                             \
	} while (0)

/* ---- bytes and METHOD ---------------------------------------------------------------------- */

#define REPLY  HEAD "METHOD:REPLY\r\n" EVENT HOST BO END FOOT
#define REPLY_ HEAD EVENT HOST BO END FOOT

static void test_bytes(void)
{
	static const struct row rows[] = {
		{.name = "as it should be", .calendar = REPLY, .words = ""},
		{.name = "a UID with a control character",
		 .calendar = HEAD "METHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:1\x01\r\n" HOST BO END FOOT,
		 .stands = "UID:1\r\n",
		 .words = "controls"},
		{.name = "CR alone ends lines",
		 .calendar = "BEGIN:VCALENDAR\rMETHOD:REPLY\rBEGIN:VEVENT\rUID:1\r"
			     "ATTENDEE:mailto:bo@example.com\rEND:VEVENT\rEND:VCALENDAR\r",
		 .stands = "METHOD:REPLY\nBEGIN",
		 .words = ""},
		{.name = "a footer of a list",
		 .calendar = REPLY "_____\r\nTo unsubscribe\r\n",
		 .gone = "unsubscribe",
		 .words = "surroundings"},
		{.name = "a name with an underscore (Notes, Outlook for Mac, Yandex)",
		 .calendar = HEAD "METHOD:REPLY\r\nX-A_B;X=Y:long\r\n er\r\n" EVENT HOST BO
				  "X-A_UID:1\r\n" END FOOT,
		 .gone = "X-A",
		 .words = "lines"},
		{.name = "a line that was broken without a blank",
		 .calendar = HEAD
		 "METHOD:REPLY\r\n" EVENT HOST
		 "ATTENDEE;CN=\"'bo\r\n@example.com'\":mailto:bo@example.com\r\n" END FOOT,
		 .stands = "'bo\r\n @example.com'",
		 .words = "lines"},
		{.name = "a name that is folded is one",
		 .calendar = HEAD "METHOD:REPLY\r\n" EVENT HOST
				  "ATTEND\r\n EE:mailto:bo@example.com\r\n" END FOOT,
		 .stands = "\r\nATTEND\r\n EE",
		 .words = ""},
		{.name = "the end of its last line is missing",
		 .calendar = HEAD "METHOD:REPLY\r\n" EVENT HOST BO END "END:VCALENDAR",
		 .words = ""},
		{.name = "blanks before it",
		 .calendar = "\r\n \r\n" REPLY,
		 .words = "surroundings"},
	};

	RUN(rows, NULL);
}

static void test_method(void)
{
	static const struct row rows[] = {
		{.name = "of MIME, where the part has none",
		 .calendar = REPLY_,
		 .method = "REPLY",
		 .stands = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nVERSION",
		 .words = "method-from-mime"},
		{.name = "of MIME, where it is empty",
		 .calendar = HEAD "METHOD:\r\n" EVENT HOST BO END FOOT,
		 .method = "REPLY",
		 .gone = "METHOD:\r\n",
		 .words = "method-from-mime"},
		{.name = "the part's counts where they are unlike (RFC 6047 §2.4)",
		 .calendar = REPLY,
		 .method = "REQUEST",
		 .stands = "METHOD:REPLY",
		 .words = "method-unlike"},
		{.name = "alike in another case",
		 .calendar = HEAD "METHOD:reply\r\n" EVENT HOST BO END FOOT,
		 .method = "REPLY",
		 .words = ""},
		{.name = "an unknown one of MIME is none",
		 .calendar = REPLY,
		 .method = "NONSENSE",
		 .words = ""},
	};

	RUN(rows, NULL);
}

/* ---- people -------------------------------------------------------------------------------- */

static void test_answers(void)
{
	static const struct row rows[] = {
		{.name = "no ORGANIZER (Exchange)",
		 .calendar = HEAD "METHOD:REPLY\r\n" EVENT BO END FOOT,
		 .stands = "ORGANIZER:mailto:host@example.org",
		 .words = "organizer-from-stored"},
		{.name = "that of the mailed copy",
		 .calendar = HEAD "METHOD:REPLY\r\n" EVENT
				  "ORGANIZER;CN=Host:mailto:cal+abc@example.net\r\n" BO END FOOT,
		 .token = "bo@example.com",
		 .stands = "ORGANIZER:mailto:host@example.org",
		 .gone = "cal+abc",
		 .words = "organizer-from-stored"},
		{.name = "another one without a token stays",
		 .calendar = HEAD "METHOD:REPLY\r\n" EVENT
				  "ORGANIZER:mailto:x@example.net\r\n" BO END FOOT,
		 .stands = "mailto:x@example.net",
		 .words = ""},
		{.name = "from an alias, to the token",
		 .calendar = HEAD "METHOD:REPLY\r\n" EVENT HOST
				  "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@alias.example\r\n" END FOOT,
		 .from = "bo@alias.example",
		 .token = "bo@example.com",
		 .stands = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@example.com",
		 .words = "attendee-by-token"},
		{.name = "from an alias, without one",
		 .calendar = HEAD "METHOD:REPLY\r\n" EVENT HOST
				  "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@alias.example\r\n" END FOOT,
		 .from = "bo@alias.example",
		 .sender = "bo@alias.example",
		 .stands = "mailto:bo@alias.example",
		 .words = ""},
		{.name = "of many lines the sender's is the token's",
		 .calendar = HEAD "METHOD:REPLY\r\n" EVENT HOST CY
				  "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@alias.example\r\n" END FOOT,
		 .from = "bo@alias.example",
		 .token = "bo@example.com",
		 .stands = "ATTENDEE;PARTSTAT=DECLINED:mailto:cy@example.com",
		 .gone = "alias",
		 .words = "attendee-by-token"},
		{.name = "many lines, none of them the sender's: whose it is nobody can tell",
		 .calendar = HEAD "METHOD:REPLY\r\n" EVENT HOST CY
				  "ATTENDEE:mailto:dan@example.com\r\n" END FOOT,
		 .from = "bo@alias.example",
		 .token = "bo@example.com",
		 .gone = "bo@example.com",
		 .words = ""},
		{.name = "COUNTER that names nobody (Exchange)",
		 .calendar = HEAD "METHOD:COUNTER\r\n" EVENT WHEN END FOOT,
		 .from = "Bo@Example.com",
		 .stands = "ATTENDEE:mailto:bo@example.com",
		 .words = "organizer-from-stored attendee-from-sender"},
		{.name = "a REPLY that names nobody has no answer in it",
		 .calendar = HEAD "METHOD:REPLY\r\n" EVENT HOST END FOOT,
		 .gone = "ATTENDEE",
		 .words = ""},
	};

	RUN(rows, STORED);
}

#define DELEGATE "ATTENDEE;DELEGATED-FROM=\"mailto:bo@example.com\":mailto:dan@example.com\r\n"
#define FORGED                                                                                     \
	HEAD "METHOD:REPLY\r\n" EVENT HOST                                                         \
	     "ATTENDEE;PARTSTAT=DECLINED;DELEGATED-FROM=\"mailto:bo@example.com\":mailto:"         \
	     "cy@example.com\r\n" END FOOT

static void run_delegates(const char *name, const char *stored_lines, const char *reply,
			  const char *from, bool is_one)
{
	const char *stored = arena_printf(arena, HEAD EVENT WHEN HOST "%s" END FOOT, stored_lines);
	const struct dialect_input in = {
		.calendar = text_from(reply),
		.from = text_from(from),
		.token_uid = TEXT("1"),
		.token_attendee = TEXT("bo@example.com"),
		.stored = object_of(stored),
	};
	struct dialect d;

	CHECK_WELL(name, dialect_normalize(arena, &in, &d));
	CHECK_INT(name, d.is_delegate, is_one);
	CHECK_TEXT(name, d.sender, text_from(is_one ? from : "bo@example.com"));
	CHECK_TRUE(name, text_find(d.calendar, TEXT("mailto:bo@example.com\r\n")) < 0);
}

/* RFC 5546 §3.2.2.3: a delegate answers in their own name, if the organizer's copy knows them. */
static void test_delegates(void)
{
#define HANDS(to) "ATTENDEE;DELEGATED-TO=\"mailto:" to "\":mailto:bo@example.com\r\n"
	static const char reply[] = HEAD "METHOD:REPLY\r\n" EVENT HOST DELEGATE END FOOT;
	static const char plain[] = "ATTENDEE:mailto:bo@example.com\r\n" CY;

	run_delegates("invited in their place", HANDS("dan@example.com") DELEGATE, reply,
		      "dan@example.com", true);
	run_delegates("named, and gone since", HANDS("dan@example.com"), reply, "dan@example.com",
		      true);
	run_delegates("that they are only the message says", plain, reply, "dan@example.com",
		      false);
	run_delegates("another attendee", plain, FORGED, "cy@example.com", false);
	run_delegates("another attendee, named as delegate", HANDS("cy@example.com") CY, FORGED,
		      "cy@example.com", false);
	run_delegates("From is another's", HANDS("dan@example.com") DELEGATE, reply,
		      "eve@example.com", false);
}

/* A token speaks for its own meeting, and for answers alone. */
static void test_token(void)
{
	struct dialect_input in = {
		.calendar = TEXT(REPLY),
		.from = TEXT("eve@example.com"),
		.token_uid = TEXT("2"),
		.token_attendee = TEXT("bo@example.com"),
	};
	struct dialect d;

	CHECK_WELL("of another UID", dialect_normalize(arena, &in, &d));
	CHECK_TEXT("it says nothing", d.sender, TEXT("eve@example.com"));
	CHECK_TRUE("nor does it vouch", !d.is_by_token);
	in.token_uid = TEXT("1");
	CHECK_WELL("of this UID", dialect_normalize(arena, &in, &d));
	CHECK_TRUE("it vouches", d.is_by_token);
	in.calendar = TEXT(HEAD "METHOD:CANCEL\r\n" EVENT HOST BO END FOOT);
	CHECK_WELL("of a CANCEL", dialect_normalize(arena, &in, &d));
	CHECK_TEXT("the sender is From", d.sender, TEXT("eve@example.com"));
	CHECK_TRUE("an attendee's token cancels nothing", !d.is_by_token);
}

#define ALIAS	     "2_GEZDQ@imip.me.com"
#define ICLOUD(mail) "ORGANIZER;CN=Al;EMAIL=" mail ":mailto:" ALIAS "\r\n"
#define FROM_ICLOUD(mail)                                                                          \
	HEAD "METHOD:REQUEST\r\n" EVENT WHEN ICLOUD(                                               \
		mail) "ATTENDEE;EMAIL=al@example.com:/aMTI4/principal/\r\n"                        \
		      "ATTENDEE;EMAIL=host@example.org:mailto:host@example.org\r\n" END FOOT

static void test_icloud(void)
{
	static const struct row known[] = {
		{.name = "paths become addresses",
		 .calendar = FROM_ICLOUD("al@example.com"),
		 .from = "al@example.com",
		 .sender = "2_gezdq@imip.me.com",
		 .stands = "ATTENDEE;EMAIL=al@example.com:mailto:al@example.com",
		 .words = "address-from-email organizer-by-alias"},
		{.name = "the server that gives the alias out",
		 .calendar = FROM_ICLOUD("al@example.com"),
		 .from = "noreply@insideicloud.icloud.com",
		 .sender = "2_gezdq@imip.me.com",
		 .words = "address-from-email organizer-by-alias"},
	};
	static const struct row others[] = {
		{.name = "nobody else stands behind the alias of what is stored",
		 .calendar = FROM_ICLOUD("eve@example.com"),
		 .from = "eve@example.com",
		 .sender = "eve@example.com",
		 .words = "address-from-email"},
		{.name = "EMAIL is somebody else's",
		 .calendar = FROM_ICLOUD("al@example.com"),
		 .from = "eve@example.com",
		 .sender = "eve@example.com",
		 .words = "address-from-email"},
	};

	RUN(known, NULL);
	RUN(known, FROM_ICLOUD("al@example.com"));
	RUN(others, FROM_ICLOUD("al@example.com"));
}

static void test_alias_elsewhere(void)
{
	static const struct row rows[] = {
		{.name = "another server's organizer has no alias",
		 .calendar = HEAD "METHOD:REQUEST\r\n" EVENT WHEN
				  "ORGANIZER;EMAIL=eve@example.com:mailto:boss@example.org\r\n"
				  "ATTENDEE:mailto:host@example.org\r\n" END FOOT,
		 .from = "eve@example.com",
		 .sender = "eve@example.com",
		 .words = ""},
	};

	RUN(rows, NULL);
}

/* ---- proposals ----------------------------------------------------------------------------- */

#define PROPOSING(when)                                                                            \
	"ATTENDEE;PARTSTAT=TENTATIVE;TO-ALL-PROPOSED-NEW-TIME=\"" when                             \
	"\":mailto:bo@example.com\r\n"
#define BERLIN                                                                                     \
	"DTSTART;TZID=Europe/Berlin:20270118T100000\r\nDTEND;TZID=Europe/Berlin:20270118T104500\r" \
	"\n"
#define DAY "DTSTART;VALUE=DATE:20270118\r\nDTEND;VALUE=DATE:20270120\r\n"
#define IPHONE(times, when)                                                                        \
	HEAD "METHOD:REPLY\r\n" EVENT times HOST PROPOSING(                                        \
		when) "X-CALENDARSERVER-PRIVATE-COMMENT:Later?\r\n" END FOOT

static void test_proposal(void)
{
	static const struct row rows[] = {
		{.name = "a REPLY becomes a COUNTER, as long as it was",
		 .calendar = IPHONE(BERLIN, "DTSTART:20270119T083000Z;STATUS:;"),
		 .stands = "DTEND:20270119T091500Z",
		 .gone = "METHOD:REPLY",
		 .words = "proposal-in-reply"},
		{.name = "with its comment",
		 .calendar = IPHONE(BERLIN, "DTSTART:20270119T083000Z;STATUS:;"),
		 .stands = "\r\nCOMMENT:Later?",
		 .words = "proposal-in-reply"},
		{.name = "whole days",
		 .calendar = IPHONE(DAY, "DTSTART:20270125;STATUS:;"),
		 .stands = "DTEND;VALUE=DATE:20270127",
		 .words = "proposal-in-reply"},
		{.name = "of another form than the event",
		 .calendar = IPHONE(DAY, "DTSTART:20270119T083000Z;STATUS:;"),
		 .stands = "METHOD:REPLY",
		 .words = ""},
		{.name = "no time in it",
		 .calendar = IPHONE(BERLIN, "STATUS:;"),
		 .stands = "METHOD:REPLY",
		 .words = ""},
		{.name = "of somebody else",
		 .calendar = IPHONE(BERLIN, "DTSTART:20270119T083000Z;STATUS:;"),
		 .from = "cy@example.com",
		 .sender = "cy@example.com",
		 .stands = "METHOD:REPLY",
		 .words = ""},
		{.name = "a plain answer",
		 .calendar = HEAD "METHOD:REPLY\r\n" EVENT BERLIN HOST BO END FOOT,
		 .stands = "METHOD:REPLY",
		 .words = ""},
	};

	RUN(rows, STORED);
}

/* ---- refused ------------------------------------------------------------------------------- */

static void test_refused(void)
{
	static const struct {
		const char *name, *calendar;
	} rows[] = {
		{"empty", ""},
		{"no calendar", "Hello,\r\nsee you there.\r\n"},
		{"two calendars (RFC 6047 §2.4)", REPLY REPLY},
		{"cut short", HEAD "METHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:1\r\n"},
		{"does not nest", HEAD "BEGIN:VEVENT\r\nEND:VTODO\r\n" FOOT},
		{"a component alone", EVENT END},
		{"not UTF-8", HEAD "METHOD:REPLY\r\n" EVENT "SUMMARY:\xE9\r\n" END FOOT},
	};
	struct dialect d;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dialect_input in = {.calendar = text_from(rows[i].calendar)};

		CHECK_FAULT(rows[i].name, dialect_normalize(arena, &in, &d), FAULT_BAD_DATA);
	}
}

/* What is left to ical/ and itip/ is still refused there. */
static void test_refused_later(void)
{
	static const struct {
		const char *name, *calendar;
	} rows[] = {
		{"no METHOD anywhere (RFC 5546 §1.4)", HEAD EVENT HOST BO END FOOT},
		{"CANCEL of nothing (Google, 2006)", HEAD "METHOD:CANCEL\r\n" FOOT},
		{"two meetings in one message",
		 HEAD "METHOD:REQUEST\r\n" EVENT WHEN HOST BO END
		      "BEGIN:VEVENT\r\nUID:2\r\n" WHEN HOST BO END FOOT},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dialect_input in = {.calendar = text_from(rows[i].calendar)};
		struct ical_object *o;
		struct dialect d;

		if (CHECK_WELL(rows[i].name, dialect_normalize(arena, &in, &d)))
			CHECK_FAULT(rows[i].name,
				    ical_object_parse(arena, d.calendar, ICAL_FROM_MESSAGE, &o),
				    FAULT_BAD_OBJECT);
	}
}

static void test_uid(void)
{
	CHECK_TEXT("of the event, not of its alarm",
		   dialect_uid(arena,
			       TEXT(HEAD "BEGIN:VTIMEZONE\r\nUID:z\r\nEND:VTIMEZONE\r\n"
					 "BEGIN:VEVENT\r\nBEGIN:VALARM\r\nUID:a\r\nEND:VALARM\r\n"
					 "UID:1\x02\r\n" END FOOT)),
		   TEXT("1"));
	CHECK_TEXT("of none", dialect_uid(arena, TEXT(HEAD FOOT)), TEXT(""));
	CHECK_TEXT("of what is no calendar", dialect_uid(arena, TEXT("Hello")), TEXT(""));
}

/* Each case has an arena of its own. */
#define CASE(name)                                                                                 \
	static void run_##name(void)                                                               \
	{                                                                                          \
		ical_init();                                                                       \
		arena = arena_create((size_t)1 << 26);                                             \
		name();                                                                            \
		arena_destroy(arena);                                                              \
	}

CASE(test_bytes)
CASE(test_method)
CASE(test_answers)
CASE(test_delegates)
CASE(test_token)
CASE(test_icloud)
CASE(test_alias_elsewhere)
CASE(test_proposal)
CASE(test_refused)
CASE(test_refused_later)
CASE(test_uid)

UNIT_SUITE("dialect", {"bytes", run_test_bytes}, {"METHOD", run_test_method},
	   {"answers", run_test_answers}, {"delegates", run_test_delegates},
	   {"tokens", run_test_token}, {"iCloud", run_test_icloud},
	   {"no alias elsewhere", run_test_alias_elsewhere}, {"proposals", run_test_proposal},
	   {"refused", run_test_refused}, {"refused later", run_test_refused_later},
	   {"UIDs", run_test_uid})
