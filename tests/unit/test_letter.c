/*
 * test_letter - what letters say: dates in languages, both zones, folds, and nothing of a stranger
 */
#include "ical/zone.h"
#include "post/letter.h"
#include "post/template_set.h"
#include "post/when.h"
#include "unit.h"

/* 2026-03-03T19:00:00Z, and around the end of daylight saving time in New York. */
enum { MARCH = 1772564400, FOLD_FIRST = 1793509200, FOLD_SECOND = 1793512800 };

static const struct zone *zone(const char *name)
{
	return zone_find(text_from(name));
}

static void test_dates(void)
{
	static const struct {
		const char *row;
		enum template_language language;
		const char *home, *where;
		int64_t at;
		const char *want;
	} rows[] = {
		{"en-US", LANGUAGE_EN, "America/New_York", "America/New_York", MARCH,
		 "Tuesday, March 3, 2026 at 2:00 PM EST"},
		{"en-US, elsewhere", LANGUAGE_EN, "America/New_York", "Europe/London", MARCH,
		 "Tuesday, March 3, 2026 at 7:00 PM GMT"},
		{"en, at home in London", LANGUAGE_EN, "Europe/London", "Europe/London", MARCH,
		 "Tuesday, 3 March 2026 at 19:00 GMT"},
		{"de", LANGUAGE_DE, "Europe/Berlin", "Europe/Berlin", MARCH,
		 "Dienstag, 3. März 2026, 20:00 Uhr MEZ"},
		{"de, in America", LANGUAGE_DE, "America/New_York", "America/New_York", MARCH,
		 "Dienstag, 3. März 2026, 14:00 Uhr EST"},
		{"fr", LANGUAGE_FR, "Europe/Paris", "Europe/Paris", MARCH,
		 "mardi 3 mars 2026 à 20:00 CET"},
		{"fr, the first", LANGUAGE_FR, "Europe/Paris", "Europe/Paris", MARCH - 2 * 86400,
		 "dimanche 1er mars 2026 à 20:00 CET"},
		{"es", LANGUAGE_ES, "Europe/Madrid", "Europe/Madrid", MARCH,
		 "martes, 3 de marzo de 2026, 20:00 CET"},
		{"no abbreviation", LANGUAGE_EN, "Europe/London", "America/Sao_Paulo", MARCH,
		 "Tuesday, 3 March 2026 at 16:00 UTC-03:00"},
		{"half an hour", LANGUAGE_EN, "Europe/London", "Asia/Kathmandu", MARCH,
		 "Wednesday, 4 March 2026 at 00:45 UTC+05:45"},
		{"UTC", LANGUAGE_EN, "UTC", "UTC", MARCH, "Tuesday, 3 March 2026 at 19:00 UTC"},
		{"G9: a fold, first pass", LANGUAGE_EN, "America/New_York", "America/New_York",
		 FOLD_FIRST, "Sunday, November 1, 2026 at 1:00 AM EDT, UTC-04:00"},
		{"G9: a fold, second pass", LANGUAGE_EN, "America/New_York", "America/New_York",
		 FOLD_SECOND, "Sunday, November 1, 2026 at 1:00 AM EST, UTC-05:00"},
		{"midnight", LANGUAGE_EN, "America/New_York", "America/New_York", MARCH + 36000,
		 "Wednesday, March 4, 2026 at 12:00 AM EST"},
		{"noon", LANGUAGE_EN, "America/New_York", "America/New_York", MARCH - 7200,
		 "Tuesday, March 3, 2026 at 12:00 PM EST"},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct when_reader r = {rows[i].language, zone(rows[i].home)};

		CHECK_TEXT(rows[i].row, when_instant(a, &r, zone(rows[i].where), rows[i].at),
			   text_from(rows[i].want));
	}
	CHECK_STR("city", when_city(a, zone("America/Argentina/Buenos_Aires")).at, "Buenos Aires");
	CHECK_TEXT("length", when_length(a, 5400), TEXT("1 h 30 min"));
	CHECK_TEXT("an hour", when_length(a, 3600), TEXT("1 h"));
	arena_destroy(a);
}

static struct post post_of(struct arena *a)
{
	struct post p = {.store = NULL};

	CHECK_WELL("letters", template_set_read(a, NULL, &p.templates));
	return p;
}

static struct letter_facts facts(void)
{
	return (struct letter_facts){
		.zone = zone("America/New_York"),
		.other_zone = zone("Europe/London"),
		.meeting = TEXT("Intro"),
		.host = TEXT("Alice"),
		.host_email = TEXT("alice@example.org"),
		.guest = TEXT("Zoë"),
		.guest_email = TEXT("zoe@example.net"),
		.start = MARCH,
		.end = MARCH + 1800,
		.manage = TEXT("https://cal.example.org/manage/TOKEN"),
		.page = TEXT("https://cal.example.org/book/alice/intro?date=2026-03-03"),
	};
}

static bool has(struct text t, const char *words)
{
	return text_find(t, text_from(words)) >= 0;
}

static void test_both_zones(void)
{
	struct arena *a = arena_create(1 << 24);
	struct post p = post_of(a);
	struct letter_facts x = facts();
	struct letter l;

	CHECK_WELL("both", letter_write(&p, a, LETTER_BOOKED, &x, &l));
	CHECK_TRUE("both",
		   has(l.text, "For you (New York): Tuesday, March 3, 2026 at 2:00 PM EST · for "
			       "your host (London): Tuesday, March 3, 2026 at 7:00 PM GMT\n"));
	CHECK_TRUE("link", has(l.text, "Change or cancel: https://cal.example.org/manage/TOKEN"));
	CHECK_TRUE("html", has(l.html, "href=\"https://cal.example.org/manage/TOKEN\""));
	CHECK_TRUE("html", has(l.html, ">For your host (London)<"));
	x.other_zone = x.zone;
	CHECK_WELL("one", letter_write(&p, a, LETTER_BOOKED, &x, &l));
	CHECK_TRUE("one", has(l.text, "When: Tuesday, March 3, 2026 at 2:00 PM EST (New York)\n"));
	x.language = TEXT("de-AT");
	x.other_zone = zone("Europe/Vienna");
	x.to_host = true;
	CHECK_WELL("host", letter_write(&p, a, LETTER_HOST_BOOKED, &x, &l));
	CHECK_TRUE("host",
		   has(l.text, "für Ihren Gast (Vienna): Dienstag, 3. März 2026, 20:00 Uhr"));
	CHECK_TRUE("host", has(l.text, "Gast: Zoë <zoe@example.net>"));
	arena_destroy(a);
}

/* The subject is the same for all that is one invitation, and holds no word of its state. */
static void test_subject_stays(void)
{
	static const enum letter_kind same[] = {LETTER_BOOKED, LETTER_MOVED, LETTER_CHANGED,
						LETTER_CANCELLED, LETTER_CANCELLED_OWN};
	struct arena *a = arena_create(1 << 24);
	struct post p = post_of(a);
	struct letter_facts x = facts();
	struct letter first, l;

	for (int i = 0; i < LANGUAGES; i++) {
		x.language = text_from(template_language_tags[i]);
		CHECK_WELL("first", letter_write(&p, a, LETTER_BOOKED, &x, &first));
		for (size_t k = 0; k < ARRAY_LEN(same); k++) {
			CHECK_WELL("next", letter_write(&p, a, same[k], &x, &l));
			CHECK_TEXT(letter_name(same[k]), l.subject, first.subject);
		}
	}
	arena_destroy(a);
}

/* Nothing that somebody else wrote gets out of its place, in any letter and language. */
static void test_hostile(void)
{
	static const struct letter_person evil_person = {TEXT_INIT("<script>p</script>\r\nBcc: x"),
							 TEXT_INIT("\"><img src=x>"),
							 TEXT_INIT("<b>")};
	struct arena *a = arena_create(1 << 28);
	struct post p = post_of(a);
	const struct text evil =
		TEXT("<script>alert(1)</script>\r\n\r\nBcc: e@example.com\xe2\x80\xae"
		     "{{manage}}\"'>&");
	struct letter_facts x = facts();

	x.meeting = x.host = x.guest = x.guest_email = x.place = x.reason = x.note = x.why = evil;
	x.words = TEXT("<script>{{manage}}</script>");
	x.join_url = TEXT("javascript:alert(1)");
	x.people = &evil_person;
	x.people_count = 1;
	for (int i = 0; i < LANGUAGES * LETTER_KINDS; i++) {
		enum letter_kind kind = (enum letter_kind)(i % LETTER_KINDS);
		const char *row = letter_name(kind);
		struct letter l;

		x.language = text_from(template_language_tags[i / LETTER_KINDS]);
		CHECK_WELL(row, letter_write(&p, a, kind, &x, &l));
		CHECK_TRUE(row, !has(l.html, "<script") && !has(l.html, "<img"));
		CHECK_TRUE(row, !has(l.html, "href=\"javascript"));
		CHECK_TRUE(row, !text_has_control(l.subject));
		CHECK_TRUE(row, !has(l.text, "\nBcc") && !has(l.text, "\r"));
		CHECK_TRUE(row, !has(l.text, "\xe2\x80\xae") && !has(l.html, "\xe2\x80\xae"));
	}
	arena_destroy(a);
}

/* No letter has a hole where nothing is known but a name. */
static void test_little_is_known(void)
{
	struct arena *a = arena_create(1 << 28);
	struct post p = post_of(a);
	struct letter_facts x = {.host = TEXT("Alice"), .guest = TEXT("Zoë")};
	struct letter l;

	for (int i = 0; i < LANGUAGES * LETTER_KINDS; i++) {
		enum letter_kind kind = (enum letter_kind)(i % LETTER_KINDS);
		const char *row = letter_name(kind);

		x.language = text_from(template_language_tags[i / LETTER_KINDS]);
		CHECK_WELL(row, letter_write(&p, a, kind, &x, &l));
		CHECK_TRUE(row, l.subject.len > 0 && l.text.len > 0);
		CHECK_TRUE(row, !has(l.text, "{{") && !has(l.text, "()") && !has(l.text, ": \n"));
		CHECK_TRUE(row, !has(l.html, "href=\"\""));
	}
	arena_destroy(a);
}

static void test_series(void)
{
	static const struct {
		const char *rule, *want;
	} rows[] = {
		{"RRULE:FREQ=WEEKLY;COUNT=5", "Repeats: every week, 5 times\n"},
		{"RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=5\nEXDATE:x",
		 "Repeats: every 2 weeks, 5 times\n"},
		{"RRULE:FREQ=DAILY;INTERVAL=1", "Repeats: every day\n"},
		{"RRULE:FREQ=MONTHLY;COUNT=3", "Repeats: every month, 3 times\n"},
	};
	struct arena *a = arena_create(1 << 24);
	struct post p = post_of(a);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct letter_facts x = facts();
		struct letter l;

		x.rule = text_from(rows[i].rule);
		CHECK_WELL(rows[i].rule, letter_write(&p, a, LETTER_BOOKED, &x, &l));
		CHECK_TRUE(rows[i].rule, has(l.text, rows[i].want));
	}
	arena_destroy(a);
}

static void test_days(void)
{
	struct arena *a = arena_create(1 << 24);
	struct post p = post_of(a);
	struct letter_facts x = {.meeting = TEXT("Fair"), .host = TEXT("Alice")};
	struct letter l;

	x.timing = LETTER_DAYS;
	x.start = MARCH - 19 * 3600;
	x.end = x.start + 2 * 86400;
	CHECK_WELL("days", letter_write(&p, a, LETTER_INVITES, &x, &l));
	CHECK_TRUE("days", has(l.text, "When: Tuesday, 3 March 2026 to Wednesday, 4 March 2026\n"));
	x.end = x.start + 86400;
	CHECK_WELL("day", letter_write(&p, a, LETTER_INVITES, &x, &l));
	CHECK_TRUE("day", has(l.text, "When: Tuesday, 3 March 2026\n"));
	x.timing = LETTER_FLOATING;
	x.start = MARCH;
	x.end = 0;
	CHECK_WELL("floating", letter_write(&p, a, LETTER_INVITES, &x, &l));
	CHECK_TRUE("floating", has(l.text, "When: Tuesday, 3 March 2026 at 19:00\n"));
	arena_destroy(a);
}

UNIT_SUITE("letter", {"G9: days and times in four languages", test_dates},
	   {"G9: in the zones of both", test_both_zones},
	   {"G2: one subject, without a state", test_subject_stays},
	   {"what strangers wrote stays in its place", test_hostile},
	   {"where little is known nothing is missing", test_little_is_known},
	   {"E14: how often", test_series}, {"whole days, and times of no zone", test_days})
