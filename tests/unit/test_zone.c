/*
 * test_zone - zones by name, from VTIMEZONE, and written as VTIMEZONE
 *
 * Facts are those of the tz database 2025b (booking cases A); what the bytes of
 * a TZif file mean is in test_zone_tzif, every zone of the system in
 * test_zone_system.
 */
#include <malloc.h>

#include "shared_files.h"
#include "unit.h"

#include "base/buf.h"
#include "base/secret.h"
#include "ical/zone.h"

static struct arena *arena;

static int64_t seconds_of(const char *written)
{
	enum time_form form;
	int64_t seconds = 0;

	CHECK_TRUE(written, time_parse(text_from(written), &seconds, &form));
	return seconds;
}

static struct text utc_text(int64_t utc)
{
	struct buf b;

	buf_init(&b, arena, 32, 32);
	time_put_utc(&b, utc);
	return buf_text(&b);
}

/* ---- local times ---- */

static void test_local(void)
{
	static const struct {
		const char *name, *zone, *local, *utc;
		enum zone_fit fit;
	} rows[] = {
		{"an ordinary time", "America/New_York", "20270118T090000", "20270118T140000Z",
		 ZONE_ONCE},
		{"a gap takes the offset before it (§3.3.5)", "America/New_York", "20270314T023000",
		 "20270314T073000Z", ZONE_GAP},
		{"the second before a gap", "America/New_York", "20270314T015959",
		 "20270314T065959Z", ZONE_ONCE},
		{"the end of a gap", "America/New_York", "20270314T030000", "20270314T070000Z",
		 ZONE_ONCE},
		{"a fold means the first (§3.3.5)", "America/New_York", "20271107T013000",
		 "20271107T053000Z", ZONE_FOLD},
		{"the second before a fold", "America/New_York", "20271107T005959",
		 "20271107T045959Z", ZONE_ONCE},
		{"the end of a fold", "America/New_York", "20271107T020000", "20271107T070000Z",
		 ZONE_ONCE},
		{"Berlin, gap (case C10)", "Europe/Berlin", "20270328T023000", "20270328T013000Z",
		 ZONE_GAP},
		{"Berlin, fold (case C10)", "Europe/Berlin", "20271031T023000", "20271031T003000Z",
		 ZONE_FOLD},
		{"a gap of half an hour", "Australia/Lord_Howe", "20271003T021500",
		 "20271002T154500Z", ZONE_GAP},
		{"after it", "Australia/Lord_Howe", "20271003T023000", "20271002T153000Z",
		 ZONE_ONCE},
		{"a fold of half an hour", "Australia/Lord_Howe", "20270404T014500",
		 "20270403T144500Z", ZONE_FOLD},
		{"before it", "Australia/Lord_Howe", "20270404T012959", "20270403T142959Z",
		 ZONE_ONCE},
		{"a gap at a quarter to three", "Pacific/Chatham", "20270926T030000",
		 "20270925T141500Z", ZONE_GAP},
		{"a fold at a quarter to four", "Pacific/Chatham", "20270404T030000",
		 "20270403T131500Z", ZONE_FOLD},
		{"a gap of two hours", "Antarctica/Troll", "20270328T023000", "20270328T023000Z",
		 ZONE_GAP},
		{"a fold of two hours", "Antarctica/Troll", "20271031T013000", "20271030T233000Z",
		 ZONE_FOLD},
		{"a gap at midnight (case A12)", "Africa/Cairo", "20270430T003000",
		 "20270429T223000Z", ZONE_GAP},
		{"a day that begins at one (case A12)", "Africa/Cairo", "20270430T010000",
		 "20270429T220000Z", ZONE_ONCE},
		{"a fold before midnight", "Africa/Cairo", "20271028T233000", "20271028T203000Z",
		 ZONE_FOLD},
		{"a day that is not (case A16)", "Pacific/Apia", "20111230T120000",
		 "20111230T220000Z", ZONE_GAP},
		{"the day before (case A16)", "Pacific/Apia", "20111229T090000", "20111229T190000Z",
		 ZONE_ONCE},
		{"the day after (case A16)", "Pacific/Apia", "20111231T090000", "20111230T190000Z",
		 ZONE_ONCE},
		{"before Ramadan (case A14)", "Africa/Casablanca", "20270201T100000",
		 "20270201T090000Z", ZONE_ONCE},
		{"in Ramadan (case A14)", "Africa/Casablanca", "20270208T100000",
		 "20270208T100000Z", ZONE_ONCE},
		{"after Ramadan (case A14)", "Africa/Casablanca", "20270315T100000",
		 "20270315T090000Z", ZONE_ONCE},
		{"standard time in summer", "Europe/Dublin", "20270701T120000", "20270701T110000Z",
		 ZONE_ONCE},
		{"Kolkata (case A18)", "Asia/Kolkata", "20270118T090000", "20270118T033000Z",
		 ZONE_ONCE},
		{"Kathmandu (case A18)", "Asia/Kathmandu", "20270118T090000", "20270118T031500Z",
		 ZONE_ONCE},
		{"local mean time", "America/New_York", "18000101T000000", "18000101T045602Z",
		 ZONE_ONCE},
		{"an offset with seconds", "Africa/Monrovia", "19600101T000000", "19600101T004430Z",
		 ZONE_ONCE},
		{"after 2037", "America/New_York", "20500314T120000", "20500314T160000Z",
		 ZONE_ONCE},
		{"four centuries after older rules", "America/New_York", "24050320T120000",
		 "24050320T160000Z", ZONE_ONCE},
		{"past the table", "America/New_York", "25050320T120000", "25050320T160000Z",
		 ZONE_ONCE},
		{"a gap past the table", "Europe/Berlin", "25000328T023000", "25000328T013000Z",
		 ZONE_GAP},
		{"a fold past the table", "Europe/Berlin", "29001031T023000", "29001031T003000Z",
		 ZONE_FOLD},
		{"southern summer past the table", "Australia/Sydney", "25000101T000000",
		 "24991231T130000Z", ZONE_ONCE},
		{"the last summer", "Europe/Berlin", "99990701T120000", "99990701T100000Z",
		 ZONE_ONCE},
		{"UTC", "UTC", "20270118T090000", "20270118T090000Z", ZONE_ONCE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct zone *z = zone_find(text_from(rows[i].zone));
		int64_t local = seconds_of(rows[i].local), utc;

		if (!CHECK_TRUE(rows[i].name, z != NULL))
			continue;
		utc = zone_to_utc(z, local);
		CHECK_TEXT(rows[i].name, utc_text(utc), text_from(rows[i].utc));
		CHECK_INT(rows[i].name, zone_fit_of(z, local), rows[i].fit);
		CHECK_INT(rows[i].name, zone_to_local(z, utc) == local, rows[i].fit != ZONE_GAP);
	}
}

static void test_next_change(void)
{
	static const struct {
		const char *name, *zone, *from, *change; /* NULL: none */
	} rows[] = {
		{"the next one", "Europe/Berlin", "20270101T000000Z", "20270328T010000Z"},
		{"at this instant", "Europe/Berlin", "20270328T010000Z", "20270328T010000Z"},
		{"a second later", "Europe/Berlin", "20270328T010001Z", "20271031T010000Z"},
		{"across the end of the table", "Europe/Berlin", "24991201T000000Z",
		 "25000328T010000Z"},
		{"past the table", "Europe/Berlin", "25000328T010001Z", "25001031T010000Z"},
		{"the first of all", "Europe/Berlin", "00010101T000000Z", "18930331T230632Z"},
		{"none before the end of time", "Europe/Berlin", "99991101T000000Z", NULL},
		{"none any more", "Asia/Kolkata", "20270101T000000Z", NULL},
		{"none ever", "UTC", "00010101T000000Z", NULL},
		{"a new name is no change", "America/Anchorage", "19840101T000000Z",
		 "19840429T110000Z"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct zone *z = zone_find(text_from(rows[i].zone));
		int64_t change = 0;

		if (!CHECK_INT(rows[i].name, zone_next_change(z, seconds_of(rows[i].from), &change),
			       rows[i].change != NULL) ||
		    !rows[i].change)
			continue;
		CHECK_TEXT(rows[i].name, utc_text(change), text_from(rows[i].change));
		CHECK_TRUE(rows[i].name, zone_offset(z, change - 1) != zone_offset(z, change));
	}
}

/* ---- names ---- */

static void test_names(void)
{
	static const struct {
		const char *name, *tzid;
		const char *exact, *any; /* the zone that each search finds, or NULL */
	} rows[] = {
		{"an IANA name", "Europe/Berlin", "Europe/Berlin", "Europe/Berlin"},
		{"an alias keeps its name (case A22)", "Asia/Katmandu", "Asia/Katmandu",
		 "Asia/Katmandu"},
		{"three segments", "America/Argentina/Ushuaia", "America/Argentina/Ushuaia",
		 "America/Argentina/Ushuaia"},
		{"with a sign", "Etc/GMT+5", "Etc/GMT+5", "Etc/GMT+5"},
		{"another case", "europe/berlin", NULL, "Europe/Berlin"},
		{"another case, in parts", "AMERICA/PORT-AU-PRINCE", NULL, NULL},
		{"another case, with underlines", "america/new_york", NULL, "America/New_York"},
		{"Windows", "W. Europe Standard Time", NULL, "Europe/Berlin"},
		{"Windows, in another case", "eastern standard time", NULL, "America/New_York"},
		{"Windows, quoted", "\"Pacific Standard Time\"", NULL, "America/Los_Angeles"},
		{"what Windows shows", "(UTC-05:00) Eastern Time (US & Canada)", NULL,
		 "America/New_York"},
		{"the same alone (Ruby on Rails)", "Eastern Time (US & Canada)", NULL,
		 "America/New_York"},
		{"a list of places alone", "Chennai, Kolkata, Mumbai, New Delhi", NULL,
		 "Asia/Kolkata"},
		{"only what stands before one", "(UTC-05:00)", NULL, NULL},
		{"what Outlook shows", "(GMT+01.00) Sarajevo/Skopje/Warsaw/Zagreb", NULL, NULL},
		{"Microsoft's UTC", "tzone://Microsoft/Utc", NULL, "UTC"},
		{"libical's prefix", "/freeassociation.sourceforge.net/Europe/Berlin", NULL,
		 "Europe/Berlin"},
		{"a dated prefix", "/softwarestudio.org/Olson_20011030_5/America/Argentina/Ushuaia",
		 NULL, "America/Argentina/Ushuaia"},
		{"a fixed offset", "GMT+01:00", NULL, "UTC+01:00"},
		{"a fixed offset, short", "UTC-5", NULL, "UTC-05:00"},
		{"a fixed offset, four digits", "UTC+0545", NULL, "UTC+05:45"},
		{"a fixed offset past 14 hours", "UTC+15", NULL, NULL},
		{"no offset at all", "UTC+", NULL, NULL},
		{"blanks around it", " Europe/Berlin ", NULL, "Europe/Berlin"},
		{"unknown", "Customized Time Zone", NULL, NULL},
		{"unknown, of sound form", "Mars/Olympus_Mons", NULL, NULL},
		{"empty", "", NULL, NULL},
		{"only a slash", "/", NULL, NULL},
		{"a folder", "America", NULL, NULL},
		{"a folder with a slash", "America/", NULL, NULL},
		{"a way out (dependencies 1.2)", "../../etc/passwd", NULL, NULL},
		{"a way out, from within", "Europe/../../../../etc/passwd", NULL, NULL},
		{"an absolute path", "/etc/passwd", NULL, NULL},
		{"a file of the folder that is no zone", "tzdata.zi", NULL, NULL},
		{"another", "leapseconds", NULL, NULL},
		{"posix/ is no name, its zone is", "posix/Europe/Berlin", NULL, "Europe/Berlin"},
		{"right/ neither", "right/Europe/Berlin", NULL, "Europe/Berlin"},
		{"localtime", "localtime", NULL, NULL},
		{"posixrules", "posixrules", NULL, NULL},
		{"Factory", "Factory", NULL, NULL},
		{"a percent sign", "%s%n", NULL, NULL},
		{"a line end", "Europe/Berlin\nX", NULL, NULL},
		{"two slashes", "Europe//Berlin", NULL, NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct zone *exact = zone_find(text_from(rows[i].tzid));
		const struct zone *any = zone_find_any(text_from(rows[i].tzid));

		CHECK_TEXT(rows[i].name, exact ? zone_name(exact) : TEXT_NONE,
			   text_from(rows[i].exact));
		CHECK_TEXT(rows[i].name, any ? zone_name(any) : TEXT_NONE, text_from(rows[i].any));
	}
}

static void test_long_names(void)
{
	char *long_name = arena_alloc(arena, 5001);

	memset(long_name, 'A', 5000);
	CHECK_TRUE("5,000 letters", !zone_find(text_from(long_name)));
	CHECK_TRUE("5,000 letters", !zone_find_any(text_from(long_name)));
	for (size_t i = 0; i < 5000; i += 2)
		long_name[i] = '/';
	CHECK_TRUE("2,500 segments", !zone_find(text_from(long_name)));
	CHECK_TRUE("2,500 segments", !zone_find_any(text_from(long_name)));
	CHECK_TRUE("a NUL within", !zone_find(TEXT("Europe/Berlin\0x")));
	CHECK_TRUE("nothing", !zone_find(TEXT_NONE) && !zone_find_any(TEXT_NONE));
}

/* What a calendar's time zone may be set to: a name, or rules. */
static void test_set(void)
{
	static const char rules[] = "BEGIN:VTIMEZONE\r\nTZID:Site Clock\r\nBEGIN:STANDARD\r\n"
				    "DTSTART:19700101T000000\r\nTZOFFSETFROM:+1130\r\n"
				    "TZOFFSETTO:+1130\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
	const struct zone *z = zone_find_set(arena, text_from(rules));

	if (CHECK_TRUE("rules", z != NULL))
		CHECK_INT("rules", zone_offset(z, 0), 11 * 3600 + 1800);
	CHECK_TRUE("a name",
		   zone_find_set(arena, TEXT("Europe/Berlin")) == zone_find(TEXT("Europe/Berlin")));
	CHECK_TRUE("rules that are none", !zone_find_set(arena, TEXT("BEGIN:VTIMEZONE\r\n")));
	CHECK_TRUE("no name", !zone_find_set(arena, TEXT("Site Clock")));
	CHECK_TRUE("nothing", !zone_find_set(arena, TEXT_NONE));
}

/* Each row of CLDR names a zone that is there. */
static void test_windows(void)
{
	static const struct {
		const char *windows, *iana;
	} rows[] = {
#define WINDOWS_ZONE(windows, iana) {windows, iana},
#include "ical/windows.tbl.h"
#undef WINDOWS_ZONE
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct zone *z = zone_find_any(text_from(rows[i].windows));

		if (CHECK_TRUE(rows[i].windows, z != NULL))
			CHECK_TRUE(rows[i].windows,
				   zone_is_same(z, zone_find(text_from(rows[i].iana))));
		CHECK_TRUE(rows[i].windows,
			   i == 0 || strcmp(rows[i - 1].windows, rows[i].windows) < 0);
	}
}

/* IANA to Windows: the first row of a zone in the list that the table was made from. */
static void test_windows_names(void)
{
	struct arena *a = arena_create(1 << 22);
	struct text rest = shared_read(a, "federation/windows-zones.tsv"), line, windows, iana;
	size_t count = 0;

	CHECK_TEXT("a territory's", zone_windows_name(TEXT("Europe/Vienna")),
		   TEXT("W. Europe Standard Time"));
	CHECK_TEXT("the default", zone_windows_name(TEXT("Asia/Calcutta")),
		   TEXT("India Standard Time"));
	CHECK_TEXT("an alias", zone_windows_name(TEXT("Asia/Kolkata")),
		   TEXT("India Standard Time"));
	CHECK_TEXT("UTC", zone_windows_name(TEXT("UTC")), TEXT("UTC"));
	CHECK_TEXT("nobody's", zone_windows_name(TEXT("Antarctica/Troll")), TEXT(""));
	CHECK_TEXT("none", zone_windows_name(TEXT_NONE), TEXT(""));
	while (text_next(&rest, '\n', &line)) {
		if (text_starts(line, TEXT("#")) || !text_next(&line, '\t', &windows) ||
		    !text_next(&line, '\t', &iana))
			continue;
		count += text_equal(zone_windows_name(iana), windows);
		/* Of two rows with one zone the first holds. */
		CHECK_TRUE(text_cstr(a, iana), zone_windows_name(iana).len > 0);
	}
	CHECK_TRUE("all of them", count == 0 || count >= 737);
	arena_destroy(a);
}

static void test_same(void)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{"Asia/Katmandu", "Asia/Kathmandu", true}, /* case A22 */
		{"Europe/Kyiv", "Europe/Kiev", true},	   /* case A22 */
		{"US/Eastern", "America/New_York", true},	{"UTC", "Etc/UTC", true},
		{"Europe/Berlin", "Europe/Paris", false},	{"Etc/GMT+5", "Etc/GMT+6", false},
		{"America/New_York", "America/Toronto", false}, {"UTC", "Europe/London", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct zone *a = zone_find(text_from(rows[i].a));
		const struct zone *b = zone_find(text_from(rows[i].b));

		CHECK_TRUE(rows[i].a, a && b);
		CHECK_INT(rows[i].a, zone_is_same(a, b), rows[i].same);
		CHECK_TRUE("found again is the same", a == zone_find(text_from(rows[i].a)));
	}
	CHECK_TRUE("our own UTC", zone_is_same(zone_utc(), zone_find(TEXT("Etc/UTC"))));
	CHECK_TRUE("nothing is like nothing else", !zone_is_same(zone_utc(), NULL));
	CHECK_TRUE("the data has a version", zone_data_version() != 0);
	CHECK_INT("that stays", zone_data_version(), zone_data_version());
}

/* ---- VTIMEZONE ---- */

#define OBSERVANCE(kind, start, from, to, more)                                                    \
	"BEGIN:" kind "\r\nDTSTART:" start "\r\nTZOFFSETFROM:" from "\r\nTZOFFSETTO:" to           \
	"\r\n" more "END:" kind "\r\n"
#define VTIMEZONE(observances) "BEGIN:VTIMEZONE\r\nTZID:Mine\r\n" observances "END:VTIMEZONE\r\n"
#define EU_SUMMER                                                                                  \
	OBSERVANCE("DAYLIGHT", "19700329T020000", "+0100", "+0200",                                \
		   "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n")
#define EU_WINTER                                                                                  \
	OBSERVANCE("STANDARD", "19701025T030000", "+0200", "+0100",                                \
		   "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n")

static void test_vtimezone(void)
{
	static const struct {
		const char *name, *component, *local, *utc;
	} rows[] = {
		{"two rules, winter", VTIMEZONE(EU_SUMMER EU_WINTER), "20270118T090000",
		 "20270118T080000Z"},
		{"two rules, summer", VTIMEZONE(EU_SUMMER EU_WINTER), "20270718T090000",
		 "20270718T070000Z"},
		{"in any order", VTIMEZONE(EU_WINTER EU_SUMMER), "20270718T090000",
		 "20270718T070000Z"},
		{"a gap", VTIMEZONE(EU_SUMMER EU_WINTER), "20270328T023000", "20270328T013000Z"},
		{"a fold", VTIMEZONE(EU_SUMMER EU_WINTER), "20271031T023000", "20271031T003000Z"},
		{"before the first onset: its TZOFFSETFROM", VTIMEZONE(EU_SUMMER EU_WINTER),
		 "19600718T090000", "19600718T080000Z"},
		{"for ever", VTIMEZONE(EU_SUMMER EU_WINTER), "29990718T090000", "29990718T070000Z"},
		{"what begins late is not repeated from before",
		 VTIMEZONE(OBSERVANCE("STANDARD", "22000101T000000", "+0100", "+0300",
				      "RRULE:FREQ=YEARLY\r\n")),
		 "29990718T090000", "29990718T060000Z"},
		{"from the year 1601 (Outlook)",
		 VTIMEZONE(
			 OBSERVANCE("STANDARD", "16010101T030000", "+0200", "+0100",
				    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\n")
				 OBSERVANCE(
					 "DAYLIGHT", "16010101T020000", "+0100", "+0200",
					 "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\n")),
		 "20270718T090000", "20270718T070000Z"},
		{"from the year 1 (ical.net)",
		 VTIMEZONE(OBSERVANCE("STANDARD", "00010101T030000", "+0200", "+0100",
				      "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n")
				   OBSERVANCE("DAYLIGHT", "00010101T020000", "+0100", "+0200",
					      "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n")),
		 "20270718T090000", "20270718T070000Z"},
		{"one standard time",
		 VTIMEZONE(OBSERVANCE("STANDARD", "19700101T000000", "+0530", "+0530", "")),
		 "20270118T090000", "20270118T033000Z"},
		{"an offset with seconds",
		 VTIMEZONE(OBSERVANCE("STANDARD", "19700101T000000", "-004430", "-004430", "")),
		 "19600101T000000", "19600101T004430Z"},
		{"RDATE",
		 VTIMEZONE(OBSERVANCE("STANDARD", "20200101T000000", "+0100", "+0100", "")
				   OBSERVANCE("DAYLIGHT", "20260329T020000", "+0100", "+0200",
					      "RDATE:20270328T020000,20280326T020000\r\n")
					   OBSERVANCE("STANDARD", "20261025T030000", "+0200",
						      "+0100", "RDATE:20271031T030000\r\n")),
		 "20270718T090000", "20270718T070000Z"},
		{"RDATE in UTC, before the offset that it needs",
		 VTIMEZONE("BEGIN:DAYLIGHT\r\nRDATE:20270328T010000Z\r\nDTSTART:20260329T020000\r\n"
			   "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\n" OBSERVANCE(
				   "STANDARD", "20261025T030000", "+0200", "+0100", "")),
		 "20270328T030000", "20270328T010000Z"},
		{"RDATE of PERIOD",
		 VTIMEZONE(OBSERVANCE("STANDARD", "20200101T000000", "+0100", "+0100", "")
				   OBSERVANCE("DAYLIGHT", "20260329T020000", "+0100", "+0200",
					      "RDATE;VALUE=PERIOD:20270328T020000/PT1H\r\n")),
		 "20270718T090000", "20270718T070000Z"},
		{"UNTIL in UTC, the last summer",
		 VTIMEZONE(OBSERVANCE(
			 "DAYLIGHT", "20000326T020000", "+0100", "+0200",
			 "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20270328T010000Z\r\n")
				   EU_WINTER),
		 "20270718T090000", "20270718T070000Z"},
		{"UNTIL in UTC, the summer after",
		 VTIMEZONE(OBSERVANCE(
			 "DAYLIGHT", "20000326T020000", "+0100", "+0200",
			 "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20270328T010000Z\r\n")
				   EU_WINTER),
		 "20280718T090000", "20280718T080000Z"},
		{"UNTIL in local time",
		 VTIMEZONE(OBSERVANCE(
			 "DAYLIGHT", "20000326T020000", "+0100", "+0200",
			 "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20270328T020000\r\n")
				   EU_WINTER),
		 "20270718T090000", "20270718T070000Z"},
		{"UNTIL as a DATE",
		 VTIMEZONE(OBSERVANCE("DAYLIGHT", "20000326T020000", "+0100", "+0200",
				      "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20270328\r\n")
				   EU_WINTER),
		 "20270718T090000", "20270718T070000Z"},
		{"COUNT with UNTIL: the earlier end",
		 VTIMEZONE(OBSERVANCE("DAYLIGHT", "20260329T020000", "+0100", "+0200",
				      "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=1;UNTIL="
				      "20300101T000000Z\r\n") EU_WINTER),
		 "20270718T090000", "20270718T080000Z"},
		{"an empty RRULE",
		 VTIMEZONE(
			 OBSERVANCE("STANDARD", "19700101T000000", "+0100", "+0100", "RRULE:\r\n")),
		 "20270718T090000", "20270718T080000Z"},
		{"a component within",
		 VTIMEZONE("BEGIN:STANDARD\r\nBEGIN:X-WHAT\r\nTZOFFSETTO:+0900\r\nEND:X-WHAT\r\n"
			   "DTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\n"
			   "END:STANDARD\r\n"),
		 "20270718T090000", "20270718T080000Z"},
		{"of two at one instant the later one holds",
		 VTIMEZONE(OBSERVANCE("DAYLIGHT", "19700101T000000", "+0100", "+0200", "")
				   OBSERVANCE("STANDARD", "19700101T000000", "+0100", "+0300", "")),
		 "20270718T090000", "20270718T060000Z"},
		{"bare line feeds and folds",
		 "BEGIN:VTIMEZONE\nTZID:Mi\n ne\nBEGIN:STANDARD\nDTSTART:1970\n 0101T000000\n"
		 "TZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n",
		 "20270718T090000", "20270718T080000Z"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct zone *z;

		if (!CHECK_WELL(rows[i].name,
				zone_from_vtimezone(arena, text_from(rows[i].component), &z)))
			continue;
		CHECK_TEXT(rows[i].name, utc_text(zone_to_utc(z, seconds_of(rows[i].local))),
			   text_from(rows[i].utc));
		CHECK_TEXT(rows[i].name, zone_name(z), TEXT("Mine"));
	}
}

static const char *repeated(const char *head, const char *unit, size_t times, const char *tail)
{
	struct buf b;

	buf_init(&b, arena, 4096, 1 << 22);
	buf_put_str(&b, head);
	for (size_t i = 0; i < times; i++)
		buf_put_str(&b, unit);
	buf_put_str(&b, tail);
	return b.at;
}

static void test_broken(void)
{
#define STANDARD_OF(rule) OBSERVANCE("STANDARD", "19700101T000000", "+0100", "+0200", rule)
	const struct {
		const char *name, *component;
	} rows[] = {
		{"nothing", ""},
		{"no observance (§3.6.5)", VTIMEZONE("")},
		{"no DTSTART",
		 VTIMEZONE("BEGIN:STANDARD\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\n")},
		{"no TZOFFSETFROM", VTIMEZONE("BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETTO:"
					      "+0100\nEND:STANDARD\n")},
		{"no TZOFFSETTO", VTIMEZONE("BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:"
					    "+0100\nEND:STANDARD\n")},
		{"an offset out of range (interop 5: +5730)",
		 VTIMEZONE(OBSERVANCE("STANDARD", "19700101T000000", "+5730", "+0100", ""))},
		{"an offset without sign",
		 VTIMEZONE(OBSERVANCE("STANDARD", "19700101T000000", "0100", "+0100", ""))},
		{"DTSTART in month 13",
		 VTIMEZONE(OBSERVANCE("STANDARD", "19701301T000000", "+0100", "+0100", ""))},
		{"a line without a colon", VTIMEZONE("BEGIN:STANDARD\nDTSTART\nEND:STANDARD\n")},
		{"a rule that is none", VTIMEZONE(STANDARD_OF("RRULE:FREQ=YEARLY;BYMONTH=13\r\n"))},
		{"a rule by the day", VTIMEZONE(STANDARD_OF("RRULE:FREQ=DAILY\r\n"))},
		{"an RDATE that is none", VTIMEZONE(STANDARD_OF("RDATE:20270101T000000,x\r\n"))},
		{"more than 1,000 observances",
		 repeated("BEGIN:VTIMEZONE\nTZID:x\n", STANDARD_OF(""), 1001, "END:VTIMEZONE\n")},
		{"more than 4,000 RDATEs",
		 repeated("BEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
			  "TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRDATE:20270101T000000",
			  ",20270101T000000", 4000, "\nEND:STANDARD\nEND:VTIMEZONE\n")},
		{"rules that are too much work",
		 repeated("BEGIN:VTIMEZONE\nTZID:x\n", STANDARD_OF("RRULE:FREQ=YEARLY\r\n"), 1000,
			  "END:VTIMEZONE\n")},
		{"more changes than a zone may have",
		 repeated("BEGIN:VTIMEZONE\nTZID:x\n",
			  STANDARD_OF("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,11,21,28\r\n"), 1,
			  "END:VTIMEZONE\n")},
	};
#undef STANDARD_OF

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct zone *z = NULL;

		CHECK_FAULT(rows[i].name,
			    zone_from_vtimezone(arena, text_from(rows[i].component), &z),
			    FAULT_BAD_DATA);
		CHECK_TRUE(rows[i].name, z == NULL);
	}
}

/* ---- what is kept of them ---- */

/* One observance with that many RDATEs, every second day from a first one on. */
static void put_dated(struct buf *b, const char *kind, const char *from, const char *to,
		      int64_t day, size_t dates)
{
	buf_printf(b, "BEGIN:%s\nDTSTART:20000101T000000\nTZOFFSETFROM:%s\nTZOFFSETTO:%s\n", kind,
		   from, to);
	for (size_t i = 0; i < dates; i++) {
		buf_put_lit(b, "RDATE:");
		time_put_local(b, (day + 2 * (int64_t)i) * DAY_SECONDS);
		buf_put_lit(b, "\n");
	}
	buf_printf(b, "END:%s\n", kind);
}

/* A zone of 2 * dates changes. */
static struct text numbered(struct arena *a, int number, size_t dates)
{
	struct buf b;

	buf_init(&b, a, 1 << 15, 1 << 20);
	buf_printf(&b, "BEGIN:VTIMEZONE\nTZID:zone %d\n", number);
	put_dated(&b, "STANDARD", "+0200", "+0100", 20000, dates);
	put_dated(&b, "DAYLIGHT", "+0100", "+0200", 20001, dates);
	buf_put_lit(&b, "END:VTIMEZONE\n");
	return buf_text(&b);
}

static void test_kept(void)
{
	struct arena *other = arena_create((size_t)1 << 20);
	const struct zone *first = NULL, *again = NULL, *third = NULL;

	CHECK_WELL("compiles", zone_from_vtimezone(arena, numbered(arena, 1, 5), &first));
	CHECK_WELL("compiles", zone_from_vtimezone(other, numbered(other, 1, 5), &again));
	CHECK_WELL("compiles", zone_from_vtimezone(other, numbered(other, 2, 5), &third));
	CHECK_TRUE("equal content is compiled once", first == again);
	CHECK_TRUE("other content is another zone", first != third);
	arena_destroy(other);
	CHECK_INT("lives on in the first arena", zone_offset(first, seconds_of("20270101T000000Z")),
		  7200);
}

/* However many there are, few are kept; those in use stay, whatever else comes. */
static void test_bounded(void)
{
	enum { ZONES = 1000, DATES = 1500 };
	/* Each takes 72 KB, all of them as many MB. */
	const size_t most = 32 << 20;
	const struct zone *held = NULL;
	size_t before = mallinfo2().uordblks, after;

	CHECK_WELL("compiles", zone_from_vtimezone(arena, numbered(arena, -1, 5), &held));
	for (int i = 0; i < ZONES; i++) {
		struct arena *a = arena_create((size_t)1 << 22);
		const struct zone *z = NULL;

		CHECK_WELL("compiles", zone_from_vtimezone(a, numbered(a, i, DATES), &z));
		arena_destroy(a);
	}
	after = mallinfo2().uordblks;
	CHECK_TRUE("memory is bounded", after < before + most);
	CHECK_INT("one in use stays", zone_offset(held, seconds_of("20270101T000000Z")), 7200);
}

/* ---- writing ---- */

static void test_write_text(void)
{
	struct buf b;

	buf_init(&b, arena, 1024, 1 << 16);
	zone_put_vtimezone(&b, zone_find(TEXT("Europe/Berlin")), TEXT("Europe/Berlin"),
			   seconds_of("20270118T080000Z"));
	CHECK_TEXT("the two rules that mail programs read", buf_text(&b),
		   TEXT("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"
			"BEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nTZOFFSETFROM:+0100\r\n"
			"TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
			"END:DAYLIGHT\r\n"
			"BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\n"
			"TZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
			"END:STANDARD\r\nEND:VTIMEZONE\r\n"));
	buf_init(&b, arena, 1024, 1 << 16);
	zone_put_vtimezone(&b, zone_find(TEXT("Asia/Kolkata")), TEXT("Asia/Kolkata"),
			   seconds_of("20270118T080000Z"));
	CHECK_TEXT("one standard time", buf_text(&b),
		   TEXT("BEGIN:VTIMEZONE\r\nTZID:Asia/Kolkata\r\n"
			"BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0530\r\n"
			"TZOFFSETTO:+0530\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"));
}

/* Read back, it has the zone's offsets from a month before to a year after. */
static void check_written(const char *name, const struct zone *z, int64_t utc, bool has_rule)
{
	const struct zone *back;
	struct buf b;

	buf_init(&b, arena, 1024, 1 << 16);
	zone_put_vtimezone(&b, z, TEXT("Mine"), utc);
	CHECK_INT(name, text_find(buf_text(&b), TEXT("RRULE")) > 0, has_rule);
	if (!CHECK_WELL(name, zone_from_vtimezone(arena, buf_text(&b), &back)))
		return;
	for (int64_t t = utc - 30 * DAY_SECONDS; t < utc + 365 * DAY_SECONDS; t += 1800)
		if (!CHECK_INT(arena_printf(arena, "%s, %.*s", name, TEXT_ARG(utc_text(t))),
			       zone_offset(back, t), zone_offset(z, t)))
			return;
}

static void test_write(void)
{
	static const struct {
		const char *zone, *at;
		bool has_rule;
	} rows[] = {
		{"Europe/Berlin", "20270118T080000Z", true},
		{"Europe/Berlin", "20270718T080000Z", true},
		{"Europe/Berlin", "20270328T010000Z", true},
		{"Europe/Berlin", "19970601T000000Z", true},
		{"Europe/Berlin", "19810601T000000Z", false}, /* winter begins later from 1996 on */
		{"Europe/Berlin", "19460601T000000Z", false},
		{"Europe/Dublin", "20270118T080000Z", true},
		{"America/New_York", "20270118T080000Z", true},
		{"America/New_York", "20060701T000000Z", false}, /* its rules change in 2007 */
		{"America/New_York", "20071201T000000Z", true},
		{"America/New_York", "26270118T080000Z", true},
		{"America/Santiago", "20270118T080000Z", false}, /* Sunday after the 1st: 2 to 8 */
		{"Australia/Lord_Howe", "20270118T080000Z", true},
		{"Pacific/Chatham", "20270718T080000Z", true},
		{"Antarctica/Troll", "20270118T080000Z", true},
		{"Africa/Cairo", "20270118T080000Z",
		 false}, /* Thursday at 24 h is no Friday's rule */
		{"Africa/Casablanca", "20270118T080000Z", false},
		{"Asia/Gaza", "20270118T080000Z", false},
		{"Asia/Kolkata", "20270118T080000Z", false},
		{"Pacific/Apia", "20111220T000000Z", false},
		{"Pacific/Apia", "20270118T080000Z", false},
		{"America/Nuuk", "20270118T080000Z", false},
		{"Asia/Kathmandu", "19600101T000000Z", false},
		{"UTC", "20270118T080000Z", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_written(arena_printf(arena, "%s %s", rows[i].zone, rows[i].at),
			      zone_find(text_from(rows[i].zone)), seconds_of(rows[i].at),
			      rows[i].has_rule);
}

/* A zone of an object is written like one of the database. */
static void test_write_compiled(void)
{
	const struct zone *z;

	CHECK_WELL("compiles",
		   zone_from_vtimezone(arena, TEXT(VTIMEZONE(EU_SUMMER EU_WINTER)), &z));
	check_written("compiled", z, seconds_of("20270718T080000Z"), true);
	check_written("fixed", zone_find_any(TEXT("GMT-03:30")), seconds_of("20270718T080000Z"),
		      false);
}

static void with_arena(void (*run)(void))
{
	arena = arena_create((size_t)1 << 26);
	CHECK_WELL("secrets", secret_init(arena));
	run();
	arena_destroy(arena);
}

#define CASE(fn)                                                                                   \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		with_arena(fn);                                                                    \
	}
CASE(test_local)
CASE(test_next_change)
CASE(test_names)
CASE(test_long_names)
CASE(test_set)
CASE(test_windows)
CASE(test_windows_names)
CASE(test_same)
CASE(test_vtimezone)
CASE(test_broken)
CASE(test_kept)
CASE(test_bounded)
CASE(test_write_text)
CASE(test_write)
CASE(test_write_compiled)

UNIT_SUITE("zone", {"local times", run_test_local}, {"the next change", run_test_next_change},
	   {"names, known and hostile", run_test_names}, {"long names", run_test_long_names},
	   {"settings", run_test_set}, {"Windows names", run_test_windows},
	   {"names for Windows", run_test_windows_names}, {"aliases", run_test_same},
	   {"VTIMEZONE", run_test_vtimezone}, {"broken VTIMEZONE", run_test_broken},
	   {"compiled once", run_test_kept}, {"few are kept", run_test_bounded},
	   {"written as text", run_test_write_text}, {"written and read back", run_test_write},
	   {"zones of objects written", run_test_write_compiled})
