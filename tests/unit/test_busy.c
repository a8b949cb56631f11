/*
 * test_busy - which slots an event takes: booking cases C1 to C13, from object to slot
 *
 * A host in Berlin, Monday 09:00-17:00, hourly, so eight slots on 2027-01-18, 08Z to
 * 15Z. A row holds the components of one object; "8 9 …" are the hours in UTC that
 * are left.
 */
#include "base/buf.h"
#include "booking/slots.h"
#include "house_fixture.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "unit.h"

enum { ARENA_BYTES = 16 << 20, HOUR = 3600 };

#define ALL "8 9 10 11 12 13 14 15"
#define TEN "8 10 11 12 13 14 15" /* 10:00 in Berlin is taken */

#define EVENT(lines)  "BEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20270101T000000Z\r\n" lines "END:VEVENT\r\n"
#define START(value)  "DTSTART" value "\r\n"
#define END_AT(value) "DTEND" value "\r\n"
#define BERLIN	      ";TZID=Europe/Berlin:"
#define AT_TEN	      START(":20270118T090000Z") END_AT(":20270118T100000Z")

/* CET all year round will do: the cases are in January. */
#define ZONE(name)                                                                                 \
	"BEGIN:VTIMEZONE\r\nTZID:" name "\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"        \
	"TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
#define WINDOWS "W. Europe Standard Time"
#define CUSTOM	"Customized Time Zone"

#define WEEKLY(rule)                                                                               \
	EVENT(START(BERLIN "20260105T100000")                                                      \
		      END_AT(BERLIN "20260105T110000") "RRULE:FREQ=WEEKLY" rule "\r\n")
#define SERIES(more)                                                                               \
	EVENT(START(BERLIN "20270104T090000")                                                      \
		      END_AT(BERLIN "20270104T100000") "RRULE:FREQ=WEEKLY\r\n" more)
#define OVERRIDE(lines) EVENT("RECURRENCE-ID" BERLIN "20270118T090000\r\n" lines)
#define INVITED(partstat)                                                                          \
	EVENT(AT_TEN "ORGANIZER:mailto:carol@example.com\r\n"                                      \
		     "ATTENDEE;PARTSTAT=" partstat ":MAILTO:USER@example.org\r\n")

static const struct {
	const char *name, *body, *want;
} rows[] = {
	{"C1 an hour", EVENT(AT_TEN), TEN},
	{"C1 from half past to half past",
	 EVENT(START(":20270118T093000Z") END_AT(":20270118T103000Z")), "8 11 12 13 14 15"},
	{"C1 ends at ten", EVENT(START(":20270118T080000Z") END_AT(":20270118T090000Z")),
	 "9 10 11 12 13 14 15"},
	{"C1 without length", EVENT(START(":20270118T090000Z") END_AT(":20270118T090000Z")), ALL},
	{"C1 without an end", EVENT(START(":20270118T090000Z")), ALL},
	{"C2 in Berlin", EVENT(START(BERLIN "20270118T100000") END_AT(BERLIN "20270118T110000")),
	 TEN},
	{"C2 floating", EVENT(START(":20270118T100000") END_AT(":20270118T110000")), TEN},
	{"C2 a Windows name",
	 ZONE(WINDOWS) EVENT(START(";TZID=" WINDOWS ":20270118T100000")
				     END_AT(";TZID=" WINDOWS ":20270118T110000")),
	 TEN},
	{"C2 a name of their own",
	 ZONE(CUSTOM) EVENT(START(";TZID=" CUSTOM ":20270118T100000")
				    END_AT(";TZID=" CUSTOM ":20270118T110000")),
	 TEN},
	{"C3 a name that nobody knows",
	 EVENT(START(";TZID=Mars:20270118T100000") END_AT(";TZID=Mars:20270118T110000")), ""},
	{"C4 a date", EVENT(START(";VALUE=DATE:20270118") END_AT(";VALUE=DATE:20270119")), ""},
	{"C4 a date alone", EVENT(START(";VALUE=DATE:20270118")), ""},
	{"C4 a date and a day", EVENT(START(";VALUE=DATE:20270118") "DURATION:P1D\r\n"), ""},
	{"C4 Sunday", EVENT(START(";VALUE=DATE:20270117")), ALL},
	{"C4 Tuesday", EVENT(START(";VALUE=DATE:20270119")), ALL},
	{"C5 transparent", EVENT(AT_TEN "TRANSP:TRANSPARENT\r\n"), ALL},
	{"C5 opaque", EVENT(AT_TEN "TRANSP:OPAQUE\r\n"), TEN},
	{"C5 cancelled", EVENT(AT_TEN "STATUS:CANCELLED\r\n"), ALL},
	{"C5 tentative", EVENT(AT_TEN "STATUS:TENTATIVE\r\n"), TEN},
	{"C5b free", EVENT(AT_TEN "X-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n"), ALL},
	{"C5b busy", EVENT(AT_TEN "X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\n"), TEN},
	{"C5b out of office", EVENT(AT_TEN "X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\n"), TEN},
	{"C5b tentative", EVENT(AT_TEN "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\r\n"), TEN},
	{"C5b elsewhere", EVENT(AT_TEN "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\r\n"), TEN},
	{"C5b only where TRANSP does not say free",
	 EVENT(AT_TEN "TRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\n"), ALL},
	{"C6 declined", INVITED("DECLINED"), ALL},
	{"C6 accepted", INVITED("ACCEPTED"), TEN},
	{"C6 not answered", INVITED("NEEDS-ACTION"), TEN},
	{"C6 tentative", INVITED("TENTATIVE"), TEN},
	{"C6 delegated", INVITED("DELEGATED"), ALL},
	{"C7 weekly, without end", WEEKLY(""), TEN},
	{"C7 the 55th", WEEKLY(";COUNT=55"), TEN},
	{"C7 not the 54th", WEEKLY(";COUNT=54"), ALL},
	{"C7 until then", WEEKLY(";UNTIL=20270118T090000Z"), TEN},
	{"C7 until a second before", WEEKLY(";UNTIL=20270118T085959Z"), ALL},
	{"C7 an exception",
	 EVENT(START(BERLIN "20260105T100000")
		       END_AT(BERLIN "20260105T110000") "RRULE:FREQ=WEEKLY\r\nEXDATE" BERLIN
							"20270118T100000\r\n"),
	 ALL},
	{"C7 a date more",
	 EVENT(START(BERLIN "20260106T100000")
		       END_AT(BERLIN "20260106T110000") "RDATE" BERLIN "20270118T100000\r\n"),
	 TEN},
	{"C8 a series", SERIES(""), "9 10 11 12 13 14 15"},
	{"C8 moved to one o'clock",
	 SERIES("") OVERRIDE(START(BERLIN "20270118T130000") END_AT(BERLIN "20270118T140000")),
	 "8 9 10 11 13 14 15"},
	{"C8 cancelled this once",
	 SERIES("") OVERRIDE(START(BERLIN "20270118T090000")
				     END_AT(BERLIN "20270118T100000") "STATUS:CANCELLED\r\n"),
	 ALL},
	{"C8 declined this once",
	 SERIES("") OVERRIDE(START(BERLIN "20270118T090000") END_AT(
		 BERLIN
		 "20270118T100000") "ORGANIZER:mailto:c@example.com\r\n"
				    "ATTENDEE;PARTSTAT=DECLINED:mailto:user@example.org\r\n"),
	 ALL},
	{"C8 this and the future",
	 SERIES("") EVENT("RECURRENCE-ID;RANGE=THISANDFUTURE" BERLIN "20270111T090000\r\n" START(
		 BERLIN "20270111T130000") END_AT(BERLIN "20270111T140000")),
	 "8 9 10 11 13 14 15"},
	{"C9 an override alone",
	 OVERRIDE(START(BERLIN "20270118T100000") END_AT(BERLIN "20270118T110000")), TEN},
	{"C13 busy time of others",
	 "BEGIN:VFREEBUSY\r\nUID:u\r\nDTSTAMP:20270101T000000Z\r\n"
	 "DTSTART:20270118T000000Z\r\nDTEND:20270119T000000Z\r\n"
	 "FREEBUSY;FBTYPE=FREE:20270118T080000Z/PT1H\r\n"
	 "FREEBUSY;FBTYPE=BUSY:20270118T090000Z/PT1H\r\n"
	 "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20270118T110000Z/20270118T120000Z\r\n"
	 "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270118T130000Z/PT30M\r\nEND:VFREEBUSY\r\n",
	 "8 10 12 14 15"},
};

/* A user whose calendar takes events and free-busy, with this object in it. */
static const struct host *host_with(struct house_fixture *h, const char *body)
{
	struct arena *a = h->arena;
	struct change_collection mk = {.name = TEXT("all"),
				       .components = COMP_VEVENT | COMP_VFREEBUSY};
	struct change_put put = {.name = TEXT("u.ics"), .source = ICAL_FROM_IMPORT};
	const struct host *host = NULL;
	struct change *c = change_open(&h->calendar, a, CHANGE_IMPORT, HOUSE_NOW);

	mk.owner = put.owner = house_user(h, "user");
	house_type(h, mk.owner, "intro", "{\"durations\":[60]}");
	CHECK_WELL("calendar", change_make_collection(c, &mk));
	CHECK_WELL("calendar", change_run(c));
	put.collection = mk.id;
	put.raw = text_from(arena_printf(a,
					 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n"
					 "%sEND:VCALENDAR\r\n",
					 body));
	c = change_open(&h->calendar, a, CHANGE_IMPORT, HOUSE_NOW);
	if (CHECK_WELL("object", change_put(c, &put)))
		CHECK_WELL("object", change_run(c));
	CHECK_WELL("host", host_find(&h->desk, h->db, a, TEXT("user"), &host));
	return host;
}

/* The hours of 2027-01-18 in UTC at which a slot starts. */
static struct text hours_left(struct house_fixture *h, const struct host *host)
{
	int64_t day = days_from_civil(2027, 1, 18) * DAY_SECONDS;
	const struct slot_ask ask = {
		.host = host,
		.type = &host->types[0],
		.duration_min = 60,
		.from = day,
		.to = day + DAY_SECONDS,
		.now = HOUSE_NOW,
	};
	struct slot *slots;
	struct buf out;
	size_t count;

	CHECK_WELL("slots", slots_list(&h->desk, h->db, h->arena, &ask, &slots, &count));
	buf_init(&out, h->arena, 64, 1024);
	for (size_t i = 0; i < count; i++)
		buf_printf(&out, "%s%d", i ? " " : "", (int)((slots[i].start - day) / HOUR));
	return buf_text(&out);
}

static void cases(struct store_fixture *x)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct house_fixture h;
		const struct host *host;
		struct change *c;

		house_open(&h, x);
		host = host_with(&h, rows[i].body);
		CHECK_TEXT(rows[i].name, hours_left(&h, host), text_from(rows[i].want));
		CHECK_TEXT(rows[i].name, house_findings(&h, h.arena), TEXT(""));
		c = change_open(&h.calendar, h.arena, CHANGE_CLIENT, HOUSE_NOW);
		CHECK_WELL("gone", change_remove_owner(c, host->owner.id));
		CHECK_WELL("gone", change_run(c));
		house_close(&h);
	}
}
STORE_CASE(cases)

/* C12: what cannot be expanded in time is busy, not free, and soon said so. */
static void endless(struct store_fixture *x)
{
	struct house_fixture h;
	const struct host *host;

	house_open(&h, x);
	host = host_with(&h, EVENT(START(":20200101T000000Z") "DURATION:PT1S\r\n"
							      "RRULE:FREQ=SECONDLY\r\n"));
	CHECK_TEXT("C12", hours_left(&h, host), TEXT(""));
	house_close(&h);
}
STORE_CASE(endless)

/* C5, C5b: unless the type says otherwise. */
static void unless_said(struct store_fixture *x)
{
	static const char *const bodies[] = {
		EVENT(AT_TEN "STATUS:TENTATIVE\r\n"),
		EVENT(AT_TEN "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\r\n"),
	};

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		struct house_fixture h;
		const struct host *host;
		struct change *c;

		house_open(&h, x);
		host = host_with(&h, bodies[i]);
		CHECK_TEXT("it blocks", hours_left(&h, host), text_from(TEN));
		host->types[0].tentative_blocks = i != 0;
		host->types[0].working_elsewhere_blocks = i != 1;
		CHECK_TEXT("it does not", hours_left(&h, host), text_from(ALL));
		c = change_open(&h.calendar, h.arena, CHANGE_CLIENT, HOUSE_NOW);
		CHECK_WELL("gone", change_remove_owner(c, host->owner.id));
		CHECK_WELL("gone", change_run(c));
		house_close(&h);
	}
}
STORE_CASE(unless_said)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("busy", {"zones are pinned", test_pinned}, STORE_ROWS("booking cases C", cases),
	   STORE_ROWS("C12: without end", endless),
	   STORE_ROWS("C5, C5b: unless the type says otherwise", unless_said))
