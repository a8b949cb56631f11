/*
 * test_recur - recurrence rules: RFC 5545 §3.8.5.3 by its examples, and what is hostile
 *
 * Instances are written as the RFC writes them: "1997 Sep 2-30 Oct 1 5" are days
 * at DTSTART's time of day, "Sep 2@ 9:00 9:20" are times of one day, and "..." at the
 * end says that the rule goes on.
 */
#include <time.h>

#include "unit.h"

#include "base/buf.h"
#include "ical/recur.h"
#include "ical/zone.h"

enum { MANY = 1000000000, LIST_BYTES = 1 << 16, STEPS_OF_ONE_PERIOD = 64 };

static struct arena *arena;

static int64_t local_of(const char *written)
{
	enum time_form form;
	int64_t local = 0;

	CHECK_TRUE(written, time_parse(text_from(written), &local, &form));
	return local;
}

/* ---- the list as the RFC writes it ---- */

static int month_named(struct text name)
{
	static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (text_equal(name, text_from(names[i])))
			return (int)i + 1;
	return 0;
}

static int64_t number(struct text t)
{
	int64_t n = -1;

	CHECK_TRUE("a number in the table", text_to_int64(t, 0, 9999, &n));
	return n;
}

struct reading {
	struct buf *out;
	int year, month;
	int64_t day, of_day;
	size_t count;
	bool goes_on;
};

static void put_instance(struct buf *out, int64_t local)
{
	time_put_local(out, local);
	buf_put_char(out, ' ');
}

/* "2", "2-30" or "2@" */
static void read_days(struct reading *r, struct text word)
{
	bool only_names = text_ends(word, TEXT("@"));
	struct text rest = only_names ? text_sub(word, 0, word.len - 1) : word, first, last;

	text_next(&rest, '-', &first);
	last = first;
	(void)text_next(&rest, '-', &last);
	for (int64_t d = number(first); d <= number(last); d++) {
		r->day = days_from_civil(r->year, r->month, (int)d) * DAY_SECONDS;
		if (only_names)
			continue;
		put_instance(r->out, r->day + r->of_day);
		r->count++;
	}
}

static void read_word(struct reading *r, struct text word)
{
	ptrdiff_t colon = text_find_char(word, ':', 0);

	if (text_equal(word, TEXT("..."))) {
		r->goes_on = true;
	} else if (colon > 0) {
		struct text hours = text_sub(word, 0, (size_t)colon);
		struct text minutes = text_sub(word, (size_t)colon + 1, word.len);

		put_instance(r->out, r->day + number(hours) * 3600 + number(minutes) * 60);
		r->count++;
	} else if (month_named(word)) {
		r->month = month_named(word);
	} else if (word.len == 4 && text_find_char(word, '-', 0) < 0) {
		r->year = (int)number(word);
	} else {
		read_days(r, word);
	}
}

static struct reading read_list(struct buf *out, const char *list, int64_t start)
{
	struct reading r = {.out = out,
			    .of_day = start - floor_div(start, DAY_SECONDS) * DAY_SECONDS};
	struct text rest = text_from(list), word;

	while (text_next(&rest, ' ', &word))
		if (word.len > 0)
			read_word(&r, word);
	return r;
}

/* ---- walking ---- */

/* UNTIL as the examples bind it: UTC by New York, a DATE through its end. */
static int64_t until_of(const struct recur *r)
{
	if (!r->has_until)
		return TIME_MAX;
	if (r->until_form == TIME_UTC)
		return zone_to_local(zone_find(TEXT("America/New_York")), r->until);
	return r->until + (r->until_form == TIME_DATE ? DAY_SECONDS - 1 : 0);
}

struct walked {
	struct text list;
	enum recur_step end;
};

/* At most max instances from `from` on, or all there are. */
static struct walked walk(const struct recur *r, int64_t start, bool date_only, int64_t from,
			  size_t max, struct recur_budget *budget)
{
	struct recur_walk w;
	struct buf out;
	enum recur_step step =
		recur_begin(&w, arena, r, start, date_only, until_of(r), from, budget);

	buf_init(&out, arena, 256, LIST_BYTES);
	while (step == RECUR_FOUND && max-- > 0) {
		int64_t local;

		step = recur_next(&w, budget, &local);
		if (step == RECUR_FOUND)
			put_instance(&out, local);
	}
	return (struct walked){buf_text(&out), step};
}

static const char NINE[] = "19970902T090000";

struct example {
	const char *name, *start, *rule, *list;
};

/* clang-format off */
static const struct example rfc_examples[] = {
	{ "daily for 10 occurrences", NINE, "FREQ=DAILY;COUNT=10", "1997 Sep 2-11" },
	{ "daily until December 24", NINE, "FREQ=DAILY;UNTIL=19971224T000000Z",
	  "1997 Sep 2-30 Oct 1-31 Nov 1-30 Dec 1-23" },
	{ "every other day", NINE, "FREQ=DAILY;INTERVAL=2",
	  "1997 Sep 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30 Oct 2 4 6 8 10 12 14 16 18 20 22 24 26 "
	  "28 30 Nov 1 3 5 7 9 11 13 15 17 19 21 23 25 27 29 Dec 1 3 ..." },
	{ "every 10 days, 5 occurrences", NINE, "FREQ=DAILY;INTERVAL=10;COUNT=5",
	  "1997 Sep 2 12 22 Oct 2 12" },
	{ "every day in January (yearly)", "19980101T090000",
	  "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
	  "1998 Jan 1-31 1999 Jan 1-31 2000 Jan 1-31" },
	{ "every day in January (daily)", "19980101T090000",
	  "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
	  "1998 Jan 1-31 1999 Jan 1-31 2000 Jan 1-31" },
	{ "weekly for 10 occurrences", NINE, "FREQ=WEEKLY;COUNT=10",
	  "1997 Sep 2 9 16 23 30 Oct 7 14 21 28 Nov 4" },
	{ "weekly until December 24", NINE, "FREQ=WEEKLY;UNTIL=19971224T000000Z",
	  "1997 Sep 2 9 16 23 30 Oct 7 14 21 28 Nov 4 11 18 25 Dec 2 9 16 23" },
	{ "every other week", NINE, "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
	  "1997 Sep 2 16 30 Oct 14 28 Nov 11 25 Dec 9 23 1998 Jan 6 20 Feb 3 17 ..." },
	{ "Tuesday and Thursday for five weeks (UNTIL)", NINE,
	  "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
	  "1997 Sep 2 4 9 11 16 18 23 25 30 Oct 2" },
	{ "Tuesday and Thursday for five weeks (COUNT)", NINE,
	  "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997 Sep 2 4 9 11 16 18 23 25 30 Oct 2" },
	{ "every other week on Monday, Wednesday, Friday", "19970901T090000",
	  "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
	  "1997 Sep 1 3 5 15 17 19 29 Oct 1 3 13 15 17 27 29 31 Nov 10 12 14 24 26 28 Dec 8 10 12 22" },
	{ "every other week on Tuesday and Thursday", NINE,
	  "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
	  "1997 Sep 2 4 16 18 30 Oct 2 14 16" },
	{ "first Friday for 10 occurrences", "19970905T090000", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
	  "1997 Sep 5 Oct 3 Nov 7 Dec 5 1998 Jan 2 Feb 6 Mar 6 Apr 3 May 1 Jun 5" },
	{ "first Friday until December 24", "19970905T090000",
	  "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997 Sep 5 Oct 3 Nov 7 Dec 5" },
	{ "first and last Sunday of every other month", "19970907T090000",
	  "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
	  "1997 Sep 7 28 Nov 2 30 1998 Jan 4 25 Mar 1 29 May 3 31" },
	{ "second-to-last Monday", "19970922T090000", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
	  "1997 Sep 22 Oct 20 Nov 17 Dec 22 1998 Jan 19 Feb 16" },
	{ "third-to-the-last day", "19970928T090000", "FREQ=MONTHLY;BYMONTHDAY=-3",
	  "1997 Sep 28 Oct 29 Nov 28 Dec 29 1998 Jan 29 Feb 26 ..." },
	{ "2nd and 15th", NINE, "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
	  "1997 Sep 2 15 Oct 2 15 Nov 2 15 Dec 2 15 1998 Jan 2 15" },
	{ "first and last day", "19970930T090000", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
	  "1997 Sep 30 Oct 1 31 Nov 1 30 Dec 1 31 1998 Jan 1 31 Feb 1" },
	{ "every 18 months on the 10th thru 15th", "19970910T090000",
	  "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
	  "1997 Sep 10 11 12 13 14 15 1999 Mar 10 11 12 13" },
	{ "every Tuesday, every other month", NINE, "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
	  "1997 Sep 2 9 16 23 30 Nov 4 11 18 25 1998 Jan 6 13 20 27 Mar 3 10 17 24 31 ..." },
	{ "yearly in June and July", "19970610T090000", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
	  "1997 Jun 10 Jul 10 1998 Jun 10 Jul 10 1999 Jun 10 Jul 10 2000 Jun 10 Jul 10 "
	  "2001 Jun 10 Jul 10" },
	{ "every other year in January, February, March", "19970310T090000",
	  "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
	  "1997 Mar 10 1999 Jan 10 Feb 10 Mar 10 2001 Jan 10 Feb 10 Mar 10 2003 Jan 10 Feb 10 Mar 10" },
	{ "1st, 100th and 200th day of every third year", "19970101T090000",
	  "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
	  "1997 Jan 1 Apr 10 Jul 19 2000 Jan 1 Apr 9 Jul 18 2003 Jan 1 Apr 10 Jul 19 2006 Jan 1" },
	{ "20th Monday of the year", "19970519T090000", "FREQ=YEARLY;BYDAY=20MO",
	  "1997 May 19 1998 May 18 1999 May 17 ..." },
	{ "Monday of week 20", "19970512T090000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
	  "1997 May 12 1998 May 11 1999 May 17 ..." },
	{ "every Thursday in March", "19970313T090000", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
	  "1997 Mar 13 20 27 1998 Mar 5 12 19 26 1999 Mar 4 11 18 25 ..." },
	{ "every Thursday in June, July, August", "19970605T090000",
	  "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
	  "1997 Jun 5 12 19 26 Jul 3 10 17 24 31 Aug 7 14 21 28 1998 Jun 4 11 18 25 "
	  "Jul 2 9 16 23 30 Aug 6 13 20 27 1999 Jun 3 10 17 24 Jul 1 8 15 22 29 Aug 5 12 19 26 ..." },
	/* The example takes DTSTART out again, by EXDATE. */
	{ "Friday the 13th", NINE, "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
	  "1997 Sep 2 1998 Feb 13 Mar 13 Nov 13 1999 Aug 13 2000 Oct 13 ..." },
	{ "Saturday after the first Sunday", "19970913T090000",
	  "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
	  "1997 Sep 13 Oct 11 Nov 8 Dec 13 1998 Jan 10 Feb 7 Mar 7 Apr 11 May 9 Jun 13 ..." },
	{ "presidential election day", "19961105T090000",
	  "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
	  "1996 Nov 5 2000 Nov 7 2004 Nov 2 ..." },
	{ "third of Tuesday, Wednesday, Thursday", "19970904T090000",
	  "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997 Sep 4 Oct 7 Nov 6" },
	{ "second-to-last weekday", "19970929T090000",
	  "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
	  "1997 Sep 29 Oct 30 Nov 27 Dec 30 1998 Jan 29 Feb 26 Mar 30 ..." },
	/* UNTIL as erratum 3883 corrects it. */
	{ "every 3 hours from 9 to 17", NINE, "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z",
	  "1997 Sep 2@ 9:00 12:00 15:00" },
	{ "every 15 minutes", NINE, "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
	  "1997 Sep 2@ 9:00 9:15 9:30 9:45 10:00 10:15" },
	{ "every hour and a half", NINE, "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
	  "1997 Sep 2@ 9:00 10:30 12:00 13:30" },
	{ "every 20 minutes from 9 to 16:40 (daily)", NINE,
	  "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
	  "1997 Sep 2@ 9:00 9:20 9:40 10:00 10:20 10:40 11:00 11:20 11:40 12:00 12:20 12:40 13:00 "
	  "13:20 13:40 14:00 14:20 14:40 15:00 15:20 15:40 16:00 16:20 16:40 Sep 3@ 9:00 9:20 ..." },
	{ "every 20 minutes from 9 to 16:40 (minutely)", NINE,
	  "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
	  "1997 Sep 2@ 9:00 9:20 9:40 10:00 10:20 10:40 11:00 11:20 11:40 12:00 12:20 12:40 13:00 "
	  "13:20 13:40 14:00 14:20 14:40 15:00 15:20 15:40 16:00 16:20 16:40 Sep 3@ 9:00 9:20 ..." },
	{ "weeks that start on Monday", "19970805T090000",
	  "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997 Aug 5 10 19 24" },
	{ "weeks that start on Sunday", "19970805T090000",
	  "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997 Aug 5 17 19 31" },
	{ "February 30 is ignored", "20070115T090000", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
	  "2007 Jan 15 30 Feb 15 Mar 15 30" },
};

static const struct example more_examples[] = {
	{ "DTSTART is the first, though not named, and counts (§3.8.5.3)", NINE,
	  "FREQ=WEEKLY;BYDAY=MO;COUNT=3", "1997 Sep 2 8 15" },
	{ "DTSTART alone, when nothing else is", NINE, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
	  "1997 Sep 2" },
	{ "UNTIL before DTSTART", NINE, "FREQ=DAILY;UNTIL=19970901T000000Z", "" },
	{ "UNTIL at an instance is part of it (§3.3.10)", NINE, "FREQ=DAILY;UNTIL=19970904T130000Z",
	  "1997 Sep 2 3 4" },
	{ "UNTIL one second earlier", NINE, "FREQ=DAILY;UNTIL=19970904T125959Z", "1997 Sep 2 3" },
	{ "UNTIL as a DATE reaches through the day", NINE, "FREQ=DAILY;UNTIL=19970904",
	  "1997 Sep 2 3 4" },
	{ "UNTIL in local time", NINE, "FREQ=DAILY;UNTIL=19970904T090000", "1997 Sep 2 3 4" },
	{ "UNTIL at the end of time (pitfall 54)", NINE, "FREQ=DAILY;UNTIL=99991231T235959Z",
	  "1997 Sep 2 3 ..." },
	{ "the end of time itself", "99991230T090000", "FREQ=DAILY", "9999 Dec 30 31" },
	{ "29 February", "20240229T090000", "FREQ=YEARLY", "2024 Feb 29 2028 Feb 29 ..." },
	{ "2100 is no leap year", "20960229T090000", "FREQ=YEARLY;COUNT=2", "2096 Feb 29 2104 Feb 29" },
	{ "the 31st, where there is one", "19970131T090000", "FREQ=MONTHLY;COUNT=4",
	  "1997 Jan 31 Mar 31 May 31 Jul 31" },
	{ "the 31st from the end", "19970101T090000", "FREQ=MONTHLY;BYMONTHDAY=-31;COUNT=4",
	  "1997 Jan 1 Mar 1 May 1 Jul 1" },
	{ "the last day, daily", "19970131T090000", "FREQ=DAILY;BYMONTHDAY=-1",
	  "1997 Jan 31 Feb 28 Mar 31 ..." },
	{ "the last day of February", "19990228T090000", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1",
	  "1999 Feb 28 2000 Feb 29 2001 Feb 28 ..." },
	{ "BYMONTHDAY alone is of every month", "19970115T090000", "FREQ=YEARLY;BYMONTHDAY=15;COUNT=3",
	  "1997 Jan 15 Feb 15 Mar 15" },
	{ "BYYEARDAY from the end", "19971231T090000", "FREQ=YEARLY;BYYEARDAY=-1,-366;COUNT=4",
	  "1997 Dec 31 1998 Dec 31 1999 Dec 31 2000 Jan 1" },
	{ "BYYEARDAY=366", "19960101T090000", "FREQ=YEARLY;BYYEARDAY=366",
	  "1996 Jan 1 Dec 31 2000 Dec 31 ..." },
	{ "BYYEARDAY with BYDAY", "19970101T090000", "FREQ=YEARLY;BYYEARDAY=1;BYDAY=TH",
	  "1997 Jan 1 1998 Jan 1 2004 Jan 1 ..." },
	{ "BYYEARDAY of hours", "19971231T230000", "FREQ=HOURLY;BYYEARDAY=1;COUNT=3",
	  "1997 Dec 31@ 23:00 1998 Jan 1@ 0:00 1:00" },
	{ "week 1 may begin in the year before", "19970101T090000",
	  "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "1997 Jan 1 Dec 29 1999 Jan 4 2000 Jan 3 2001 Jan 1 Dec 31 ..." },
	{ "week 1 from its first day on (a fault of libical)", "20251229T090000",
	  "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "2025 Dec 29 2027 Jan 4 2028 Jan 3 ..." },
	{ "week 53, where there is one", "19981228T090000", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO",
	  "1998 Dec 28 2004 Dec 27 2009 Dec 28 ..." },
	{ "the last week", "19971222T090000", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO",
	  "1997 Dec 22 1998 Dec 28 1999 Dec 27 ..." },
	{ "week 1 of weeks from Sunday", "19970101T090000", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU;WKST=SU",
	  "1997 Jan 1 1998 Jan 4 1999 Jan 3 2000 Jan 2 Dec 31 ..." },
	{ "a week's day is DTSTART's", "19970514T090000", "FREQ=YEARLY;BYWEEKNO=20",
	  "1997 May 14 1998 May 13 ..." },
	{ "the last Sunday of March", "19970330T010000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
	  "1997 Mar 30 1998 Mar 29 1999 Mar 28 ..." },
	{ "the 53rd Thursday", "19980101T090000", "FREQ=YEARLY;BYDAY=53TH",
	  "1998 Jan 1 Dec 31 2004 Dec 30 2009 Dec 31 ..." },
	{ "a fifth Monday", "19970929T090000", "FREQ=MONTHLY;BYDAY=5MO", "1997 Sep 29 Dec 29 1998 Mar 30 ..." },
	{ "every Monday and the first Friday", "19970901T090000", "FREQ=MONTHLY;BYDAY=MO,1FR;COUNT=8",
	  "1997 Sep 1 5 8 15 22 29 Oct 3 6" },
	{ "months pass a week by", "19970901T090000", "FREQ=WEEKLY;BYMONTH=9,11;COUNT=7",
	  "1997 Sep 1 8 15 22 29 Nov 3 10" },
	{ "first and last weekday of the year", "19970101T090000",
	  "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1;COUNT=4", "1997 Jan 1 Dec 31 1998 Jan 1 Dec 31" },
	{ "BYSETPOS picks times of the day", "19970901T090000",
	  "FREQ=DAILY;BYHOUR=9,12,15;BYMINUTE=0,30;BYSETPOS=2,-1;COUNT=5",
	  "1997 Sep 1@ 9:00 9:30 15:30 Sep 2@ 9:30 15:30" },
	{ "BYSETPOS past the set", "19970901T090000", "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=3",
	  "1997 Sep 1" },
	{ "BYSETPOS of hours", "19970901T090000", "FREQ=HOURLY;BYMINUTE=0,20,40;BYSETPOS=-1;COUNT=3",
	  "1997 Sep 1@ 9:00 9:40 10:40" },
	{ "BYSETPOS sees what lies before DTSTART", "19970917T090000",
	  "FREQ=MONTHLY;BYDAY=WE;BYSETPOS=3;COUNT=3", "1997 Sep 17 Oct 15 Nov 19" },
	{ "every 5 hours, through midnight", "19970901T200000", "FREQ=HOURLY;INTERVAL=5;COUNT=4",
	  "1997 Sep 1@ 20:00 Sep 2@ 1:00 6:00 11:00" },
	{ "every 5 hours, in the morning", "19970901T090000", "FREQ=HOURLY;INTERVAL=5;BYHOUR=9,10;COUNT=3",
	  "1997 Sep 1@ 9:00 Sep 2@ 10:00 Sep 6@ 9:00" },
	{ "every 1440 minutes", NINE, "FREQ=MINUTELY;INTERVAL=1440", "1997 Sep 2 3 4 ..." },
	{ "every 86400 seconds of a weekday", NINE, "FREQ=SECONDLY;INTERVAL=86400;BYDAY=MO;COUNT=3",
	  "1997 Sep 2 8 15" },
	{ "seconds", NINE, "FREQ=SECONDLY;BYSECOND=0;BYMINUTE=0,1;COUNT=4",
	  "1997 Sep 2@ 9:00 9:01 10:00 10:01" },
	{ "a leap second is the one before", "19970902T090059", "FREQ=MINUTELY;BYSECOND=60;COUNT=2",
	  "1997 Sep 2 ..." },
	{ "an hour that no step reaches", NINE, "FREQ=HOURLY;INTERVAL=2;BYHOUR=10", "1997 Sep 2" },
	{ "an INTERVAL past the end of time", NINE, "FREQ=YEARLY;INTERVAL=2147483647", "1997 Sep 2" },
	{ "INTERVAL of seconds past the end of time", NINE, "FREQ=HOURLY;INTERVAL=2147483647",
	  "1997 Sep 2" },
	{ "lower case", NINE, "freq=weekly;byday=tu;count=2;wkst=mo", "1997 Sep 2 9" },
	{ "a semicolon at the end", NINE, "FREQ=DAILY;COUNT=2;", "1997 Sep 2 3" },
	{ "RSCALE=GREGORIAN, SKIP=OMIT (RFC 7529)", "19970131T090000",
	  "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=OMIT;COUNT=2", "1997 Jan 31 Mar 31" },
	{ "leading plus signs", "19970131T090000", "FREQ=MONTHLY;BYMONTHDAY=+31;BYDAY=+5FR;COUNT=2",
	  "1997 Jan 31 Oct 31" },
};
/* clang-format on */

static void check_example(const struct example *e, bool date_only)
{
	struct recur_budget budget = {RECUR_BUDGET_DEFAULT};
	int64_t start = local_of(e->start);
	struct walked got;
	struct reading want;
	struct recur r;
	struct buf out;

	buf_init(&out, arena, 256, LIST_BYTES);
	want = read_list(&out, e->list, start);
	if (!CHECK_WELL(e->name, recur_parse(arena, text_from(e->rule), RECUR_STRICT, &r)))
		return;
	got = walk(&r, start, date_only, INT64_MIN, want.goes_on ? want.count : want.count + 1,
		   &budget);
	CHECK_TEXT(e->name, got.list, buf_text(&out));
	CHECK_INT(e->name, got.end, want.goes_on ? RECUR_FOUND : RECUR_END);
}

static void test_rfc(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rfc_examples); i++)
		check_example(&rfc_examples[i], false);
}

static void test_more(void)
{
	for (size_t i = 0; i < ARRAY_LEN(more_examples); i++)
		check_example(&more_examples[i], false);
}

/* BYHOUR and its kin are ignored for a DATE (§3.3.10); several times of a day are one date. */
static void test_dates(void)
{
	static const struct example rows[] = {
		{"BYHOUR of a DATE", "19970902", "FREQ=DAILY;BYHOUR=9,10;COUNT=3", "1997 Sep 2-4"},
		{"hours of a DATE", "19970902", "FREQ=HOURLY;COUNT=3", "1997 Sep 2-4"},
		{"every 48 hours of a DATE", "19970902", "FREQ=HOURLY;INTERVAL=48;COUNT=3",
		 "1997 Sep 2 4 6"},
		{"seconds of a DATE", "19970902", "FREQ=SECONDLY;BYDAY=MO,TU;COUNT=3",
		 "1997 Sep 2 8 9"},
		{"BYSETPOS of a DATE", "19970902", "FREQ=WEEKLY;BYDAY=TU,TH;BYSETPOS=-1;COUNT=3",
		 "1997 Sep 2 4 11"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_example(&rows[i], true);
}

/*
 * The number of a day's week, which is that of the year that most of its days are in (ISO 8601);
 * *back_out: the same counted from the end of that year, as -1, -2 …
 */
static int week_of(int64_t day, int week_start, int *back_out)
{
	int64_t middle = day - (weekday_of_day(day) - week_start + 7) % 7 + 3;
	int year, month, unused;

	civil_from_days(middle, &year, &month, &unused);
	*back_out = -(int)((days_from_civil(year + 1, 1, 1) - middle - 1) / 7) - 1;
	return (int)((middle - days_from_civil(year, 1, 1)) / 7) + 1;
}

/* BYWEEKNO against counting: the days whose week has that number, from either end. */
static void test_weeks(void)
{
	static const char *const starts[] = {[MONDAY] = "MO", [WEDNESDAY] = "WE", [SUNDAY] = "SU"};
	const int64_t first = days_from_civil(1996, 1, 1), end = days_from_civil(2036, 1, 1);

	for (int week = -53; week <= 53; week++) {
		for (size_t start = 0; week != 0 && start < ARRAY_LEN(starts); start++) {
			struct recur_budget budget = {MANY};
			struct recur r;
			struct buf b, want;

			if (!starts[start])
				continue;
			buf_init(&b, arena, 64, 128);
			buf_init(&want, arena, 1024, LIST_BYTES);
			buf_printf(&b, "FREQ=YEARLY;BYWEEKNO=%d;BYDAY=FR,SU;WKST=%s", week,
				   starts[start]);
			CHECK_WELL(b.at, recur_parse(arena, buf_text(&b), RECUR_STRICT, &r));
			for (int64_t day = first; day < end; day++) {
				int back, n = week_of(day, (int)start, &back);
				int weekday = weekday_of_day(day);

				if ((n == week || back == week) &&
				    (weekday == FRIDAY || weekday == SUNDAY))
					put_instance(&want, day * DAY_SECONDS);
			}
			CHECK_TEXT(b.at,
				   walk(&r, local_of("19900101T000000"), false, first * DAY_SECONDS,
					want.len / 16, &budget)
					   .list,
				   buf_text(&want));
		}
	}
}

/* ---- what is no rule ---- */

static void test_parse(void)
{
	static const struct {
		const char *name, *rule;
		bool strict, lenient; /* accepted? */
	} rows[] = {
		{"nothing", "", false, false},
		{"no FREQ", "COUNT=3", false, false},
		{"unknown FREQ", "FREQ=FORTNIGHTLY", false, false},
		{"FREQ twice", "FREQ=DAILY;FREQ=DAILY", false, false},
		{"no value", "FREQ", false, false},
		{"an unknown part", "FREQ=DAILY;X=1", false, false},
		{"COUNT=0", "FREQ=DAILY;COUNT=0", false, false},
		{"COUNT=-1", "FREQ=DAILY;COUNT=-1", false, false},
		{"COUNT past 31 bits", "FREQ=DAILY;COUNT=2147483648", false, false},
		{"COUNT of 31 bits", "FREQ=DAILY;COUNT=2147483647", true, true},
		{"INTERVAL=0", "FREQ=DAILY;INTERVAL=0", false, false},
		{"UNTIL of no date", "FREQ=DAILY;UNTIL=20271301", false, false},
		{"UNTIL empty", "FREQ=DAILY;UNTIL=", false, false},
		{"COUNT with UNTIL (decisions 23)", "FREQ=DAILY;COUNT=2;UNTIL=20270101", false,
		 true},
		{"BYSECOND=61", "FREQ=DAILY;BYSECOND=61", false, false},
		{"BYMINUTE=60", "FREQ=DAILY;BYMINUTE=60", false, false},
		{"BYHOUR=24", "FREQ=DAILY;BYHOUR=24", false, false},
		{"BYHOUR=-1", "FREQ=DAILY;BYHOUR=-1", false, false},
		{"BYMONTH=0", "FREQ=DAILY;BYMONTH=0", false, false},
		{"BYMONTH=13", "FREQ=DAILY;BYMONTH=13", false, false},
		{"a leap month (RFC 7529)", "FREQ=YEARLY;BYMONTH=5L", false, false},
		{"BYMONTHDAY=0", "FREQ=DAILY;BYMONTHDAY=0", false, false},
		{"BYMONTHDAY=-32", "FREQ=DAILY;BYMONTHDAY=-32", false, false},
		{"BYYEARDAY=367", "FREQ=YEARLY;BYYEARDAY=367", false, false},
		{"BYYEARDAY=-366", "FREQ=YEARLY;BYYEARDAY=-366", true, true},
		{"BYWEEKNO=54", "FREQ=YEARLY;BYWEEKNO=54", false, false},
		{"BYSETPOS=0", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", false, false},
		{"BYSETPOS=367", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367", false, false},
		{"BYSETPOS alone", "FREQ=MONTHLY;BYSETPOS=1", false, false},
		{"BYDAY empty", "FREQ=WEEKLY;BYDAY=", false, false},
		{"BYDAY with a gap", "FREQ=WEEKLY;BYDAY=MO,,TU", false, false},
		{"BYDAY of no weekday", "FREQ=WEEKLY;BYDAY=MON", false, false},
		{"BYDAY=0MO", "FREQ=MONTHLY;BYDAY=0MO", false, false},
		{"BYDAY=54MO", "FREQ=YEARLY;BYDAY=54MO", false, false},
		{"BYDAY=++1MO", "FREQ=MONTHLY;BYDAY=++1MO", false, false},
		{"WKST of no weekday", "FREQ=WEEKLY;WKST=1", false, false},
		{"a numbered weekday of weeks", "FREQ=WEEKLY;BYDAY=2TU", false, true},
		{"a numbered weekday with BYWEEKNO", "FREQ=YEARLY;BYWEEKNO=3;BYDAY=2TU", false,
		 true},
		{"BYWEEKNO of months", "FREQ=MONTHLY;BYWEEKNO=3", false, true},
		{"BYMONTHDAY of weeks", "FREQ=WEEKLY;BYMONTHDAY=3", false, true},
		{"BYYEARDAY of days", "FREQ=DAILY;BYYEARDAY=3", false, true},
		{"BYYEARDAY of months", "FREQ=MONTHLY;BYYEARDAY=3", false, true},
		{"a NUL", "FREQ=DAILY;COUNT=\0", false, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text rule = text_from(rows[i].rule);
		const bool accepted[] = {rows[i].strict, rows[i].lenient};

		for (int policy = RECUR_STRICT; policy <= RECUR_LENIENT; policy++) {
			struct recur r;
			const struct fault *f =
				recur_parse(arena, rule, (enum recur_policy)policy, &r);

			if (accepted[policy])
				CHECK_WELL(rows[i].name, f);
			else
				CHECK_FAULT(rows[i].name, f, FAULT_BAD_DATA);
		}
	}
}

/* RFC 7529 §9: another calendar, or days moved, has a refusal of its own. */
static void test_rscale(void)
{
	static const char *const rules[] = {
		"RSCALE=HEBREW;FREQ=YEARLY",
		"RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD",
		"FREQ=YEARLY;RSCALE=CHINESE;BYMONTH=5L",
	};
	struct recur r;

	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		for (int policy = RECUR_STRICT; policy <= RECUR_LENIENT; policy++)
			CHECK_FAULT(rules[i],
				    recur_parse(arena, text_from(rules[i]),
						(enum recur_policy)policy, &r),
				    FAULT_UNKNOWN_RSCALE);
}

static void test_limits(void)
{
	struct recur r;
	struct buf b;

	buf_init(&b, arena, 4096, 1 << 21);
	buf_put_lit(&b, "FREQ=WEEKLY;BYDAY=MO");
	for (int i = 1; i < RECUR_MAX_BYDAY; i++)
		buf_put_lit(&b, ",TU");
	CHECK_WELL("64 weekdays", recur_parse(arena, buf_text(&b), RECUR_STRICT, &r));
	CHECK_INT("64 weekdays", r.by_day_count, RECUR_MAX_BYDAY);
	buf_put_lit(&b, ",TU");
	CHECK_FAULT("65 weekdays", recur_parse(arena, buf_text(&b), RECUR_STRICT, &r),
		    FAULT_BAD_DATA);
	buf_init(&b, arena, 4096, 1 << 21);
	buf_put_lit(&b, "FREQ=YEARLY;BYYEARDAY=1");
	for (int i = 0; i < 200000; i++)
		buf_put_lit(&b, ",-366");
	CHECK_WELL("a list of 1 MB", recur_parse(arena, buf_text(&b), RECUR_STRICT, &r));
	CHECK_WELL("endless", recur_parse(arena, TEXT("FREQ=DAILY"), RECUR_STRICT, &r));
	CHECK_TRUE("endless", recur_is_endless(&r));
	CHECK_WELL("COUNT", recur_parse(arena, TEXT("FREQ=DAILY;COUNT=2"), RECUR_STRICT, &r));
	CHECK_TRUE("COUNT ends it", !recur_is_endless(&r));
	CHECK_WELL("UNTIL",
		   recur_parse(arena, TEXT("FREQ=DAILY;UNTIL=20270101"), RECUR_STRICT, &r));
	CHECK_TRUE("UNTIL ends it", !recur_is_endless(&r));
}

/* ---- far windows ---- */

/* The part of a list that is not before `from`: names sort as times do. */
static struct text list_from(struct text list, int64_t from, size_t max)
{
	struct buf b;
	struct text key;
	size_t at = 0;

	buf_init(&b, arena, 32, 32);
	time_put_local(&b, from);
	key = buf_text(&b);
	while (at < list.len && text_compare(text_sub(list, at, 15), key) < 0)
		at += 16;
	return text_sub(list, at, 16 * max);
}

static void test_seek(void)
{
	static const char *const rules[] = {
		"FREQ=DAILY",
		"FREQ=DAILY;COUNT=3000",
		"FREQ=DAILY;INTERVAL=3;COUNT=1000",
		"FREQ=DAILY;BYDAY=MO,WE,FR;COUNT=1500",
		"FREQ=DAILY;INTERVAL=5;BYDAY=MO,TU;COUNT=200",
		"FREQ=DAILY;BYHOUR=1,9,17;BYMINUTE=0,30;COUNT=3000",
		"FREQ=DAILY;BYMONTH=2,9;COUNT=400",
		"FREQ=WEEKLY;BYDAY=SU,MO,TH;WKST=SU;COUNT=1000",
		"FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,MO,TH;WKST=WE",
		"FREQ=WEEKLY;BYDAY=SA,SU;BYSETPOS=-1;COUNT=300",
		"FREQ=MONTHLY;COUNT=200",
		"FREQ=MONTHLY;BYMONTHDAY=2,15,28;COUNT=300",
		"FREQ=MONTHLY;BYMONTHDAY=31",
		"FREQ=MONTHLY;BYDAY=1MO,-1FR;COUNT=100",
		"FREQ=MONTHLY;INTERVAL=7;BYDAY=TU;BYSETPOS=2",
		"FREQ=YEARLY;COUNT=50",
		"FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1,53",
		"FREQ=YEARLY;BYDAY=1SU,-1SU",
		"FREQ=YEARLY;BYYEARDAY=-1,60,366;COUNT=70",
		"FREQ=HOURLY;COUNT=4000",
		"FREQ=HOURLY;INTERVAL=7;COUNT=2000",
		"FREQ=HOURLY;INTERVAL=7;BYHOUR=3,4,5;COUNT=900",
		"FREQ=HOURLY;INTERVAL=7;BYDAY=MO;COUNT=300",
		"FREQ=HOURLY;INTERVAL=7;BYMINUTE=10,20;COUNT=3000",
		"FREQ=MINUTELY;INTERVAL=90;COUNT=4000",
		"FREQ=MINUTELY;INTERVAL=50;BYHOUR=9;BYSECOND=1,2;COUNT=3000",
		"FREQ=MINUTELY;INTERVAL=1441",
		"FREQ=SECONDLY;INTERVAL=4001;COUNT=4000",
		"FREQ=SECONDLY;INTERVAL=3601;BYMINUTE=5;COUNT=100",
	};
	static const char *const windows[] = {"19970902T090000", "19970902T090001",
					      "19970915T000000", "19980101T000000",
					      "19981231T235959", "20000229T120000",
					      "20050704T091500", "20110101T000000"};

	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		struct recur_budget plenty = {MANY};
		struct recur r;
		struct text all;

		if (!CHECK_WELL(rules[i],
				recur_parse(arena, text_from(rules[i]), RECUR_STRICT, &r)))
			continue;
		all = walk(&r, local_of(NINE), false, INT64_MIN, LIST_BYTES / 16 - 1, &plenty).list;
		for (size_t k = 0; k < ARRAY_LEN(windows); k++) {
			struct recur_budget budget = {RECUR_BUDGET_DEFAULT};
			int64_t from = local_of(windows[k]);
			struct text want = list_from(all, from, 12);
			const char *name = arena_printf(arena, "%s from %s", rules[i], windows[k]);

			/* Past what was walked there is nothing to compare with. */
			if (want.len < 12 * 16 && !r.count)
				continue;
			CHECK_TEXT(name, walk(&r, local_of(NINE), false, from, 12, &budget).list,
				   want);
		}
	}
}

/* A daily COUNT that ends on a known day, asked from close before and after its end. */
static void test_seek_count_end(void)
{
	static const struct {
		const char *name, *start, *rule, *from, *list;
	} rows[] = {
		{"daily since 1601 (dependencies 1.3)", "16010101T000000",
		 "FREQ=DAILY;COUNT=155595", "20261228T120000", "2026 Dec 29 30 31 2027 Jan 1 2"},
		{"weekly, the last one (case C7)", "20260105T090000", "FREQ=WEEKLY;COUNT=55",
		 "20270112T000000", "2027 Jan 18"},
		{"weekly, one less (case C7)", "20260105T090000", "FREQ=WEEKLY;COUNT=54",
		 "20270112T000000", ""},
		{"seconds", "19700101T000000", "FREQ=SECONDLY;INTERVAL=3600;COUNT=500000",
		 "20270115T060000", "2027 Jan 15@ 6:00 7:00"},
		{"working days since 1601", "16010101T090000",
		 "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=111155", "20270119T000000",
		 "2027 Jan 19 20 21 22"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct recur_budget budget = {RECUR_BUDGET_DEFAULT};
		int64_t start = local_of(rows[i].start);
		struct walked got;
		struct recur r;
		struct buf out;

		buf_init(&out, arena, 256, LIST_BYTES);
		read_list(&out, rows[i].list, start);
		CHECK_WELL(rows[i].name,
			   recur_parse(arena, text_from(rows[i].rule), RECUR_STRICT, &r));
		got = walk(&r, start, false, local_of(rows[i].from), 100, &budget);
		CHECK_TEXT(rows[i].name, got.list, buf_text(&out));
		CHECK_INT(rows[i].name, got.end, RECUR_END);
		CHECK_TRUE(rows[i].name, budget.steps > RECUR_BUDGET_DEFAULT - 200);
	}
}

/* ---- hostile rules: no more work than was granted ---- */

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void test_hostile(void)
{
	/* What a question about one year may cost, and how it ends: 100 instances, the end, or
	 * the budget. */
	static const struct {
		const char *start, *rule;
		enum recur_step end;
		int64_t steps;
	} rows[] = {
		{"19700101T000000", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", RECUR_END, 10},
		{"19700101T000000", "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30", RECUR_END, 10},
		{"19700101T000000", "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", RECUR_END, 10},
		{"19700101T000000", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", RECUR_END, 10},
		{"19700101T000000", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", RECUR_END, 10},
		{"19700101T000000", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", RECUR_END, 10},
		{"19700101T000000", "FREQ=SECONDLY;INTERVAL=7;BYMONTH=4;BYMONTHDAY=31", RECUR_END,
		 10},
		{"19700101T000000", "FREQ=YEARLY;BYYEARDAY=1;BYMONTH=12", RECUR_END, 10},
		{"19700101T000000", "FREQ=YEARLY;BYWEEKNO=20;BYMONTH=12", RECUR_END, 10},
		{"19700101T000000", "FREQ=YEARLY;BYYEARDAY=10;BYWEEKNO=30", RECUR_END, 10},
		{"19700101T000000", "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1", RECUR_END, 10},
		{"19700131T000000", "FREQ=MONTHLY;BYMONTH=2,4,6", RECUR_END, 10},
		{"19700101T000000", "FREQ=SECONDLY;INTERVAL=60;BYSECOND=1", RECUR_END, 10},
		{"19700101T000000", "FREQ=MINUTELY;INTERVAL=1440;BYHOUR=5", RECUR_END, 10},
		{"19700101T000000", "FREQ=HOURLY;INTERVAL=24;BYHOUR=1,2,3", RECUR_END, 10},
		{"20010101T000000", "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", RECUR_END,
		 70000},
		{"19700101T000000", "FREQ=HOURLY;BYYEARDAY=-1", RECUR_FOUND, 4000},
		{"19700101T000000", "FREQ=SECONDLY;BYYEARDAY=-1", RECUR_FOUND, 1000},
		{"19700101T000000", "FREQ=SECONDLY;INTERVAL=7;BYYEARDAY=-1", RECUR_FOUND, 1000},
		{"19700101T000000", "FREQ=SECONDLY;INTERVAL=7;BYMONTHDAY=-1;BYMONTH=2;BYHOUR=3",
		 RECUR_FOUND, 1000},
		{"19700101T000000", "FREQ=DAILY;BYMONTHDAY=-1", RECUR_FOUND, 4000},
		{"16010101T000000", "FREQ=DAILY;COUNT=200000", RECUR_FOUND, 200},
		{"19700101T000000", "FREQ=SECONDLY;COUNT=2000000000", RECUR_FOUND, 200},
		{"19700101T000000", "FREQ=SECONDLY;INTERVAL=7;COUNT=2000000000", RECUR_FOUND, 200},
		{"19700101T000000", "FREQ=SECONDLY;BYSECOND=0,59;COUNT=2000000000", RECUR_FOUND,
		 200},
		{"00010101T000000", "FREQ=SECONDLY;BYSETPOS=1;BYSECOND=1,2,3;COUNT=2000000000",
		 RECUR_END, 300},
		{"00010101T000000", "FREQ=MINUTELY;BYSETPOS=1;BYSECOND=1,2,3;COUNT=2000000000",
		 RECUR_FOUND, 300},
		{"00010101T000000", "FREQ=HOURLY;COUNT=2147483647", RECUR_FOUND, 200},
		{"00010101T000000", "FREQ=WEEKLY;COUNT=2147483647", RECUR_FOUND, 500},
		{"00010101T000000", "FREQ=MONTHLY;COUNT=2147483647", RECUR_FOUND, 800},
		{"00010101T000000", "FREQ=YEARLY;COUNT=2147483647", RECUR_FOUND, 4000},
		{"00010101T000000", "FREQ=YEARLY;BYDAY=MO;COUNT=2147483647", RECUR_FOUND, 70000},
		{"00010101T000000", "FREQ=MONTHLY;BYDAY=-1SU;COUNT=2147483647", RECUR_FOUND,
		 RECUR_BUDGET_DEFAULT},
		{"00010101T000000", "FREQ=HOURLY;INTERVAL=5;BYMONTHDAY=1;COUNT=2147483647",
		 RECUR_OUT_OF_BUDGET, RECUR_BUDGET_DEFAULT},
		{"19700101T000000", "FREQ=SECONDLY;INTERVAL=120;BYMINUTE=1;BYSETPOS=1",
		 RECUR_OUT_OF_BUDGET, RECUR_BUDGET_DEFAULT},
		{"19700101T000000",
		 "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18;"
		 "BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20;"
		 "BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16;BYSETPOS=-366",
		 RECUR_FOUND, 5000},
		{"19700101T000000",
		 "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;"
		 "BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22;"
		 "BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20;"
		 "BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
		 RECUR_FOUND, 400},
	};
	double slowest = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct recur_budget budget = {RECUR_BUDGET_DEFAULT};
		size_t used = arena_used(arena);
		double began = now_ms(), took;
		struct walked got;
		struct recur r;

		if (!CHECK_WELL(rows[i].rule,
				recur_parse(arena, text_from(rows[i].rule), RECUR_LENIENT, &r)))
			continue;
		got = walk(&r, local_of(rows[i].start), false, local_of("20270101T000000"), 100,
			   &budget);
		took = now_ms() - began;
		slowest = took > slowest ? took : slowest;
		CHECK_INT(rows[i].rule, got.end, rows[i].end);
		CHECK_TRUE(rows[i].rule, RECUR_BUDGET_DEFAULT - budget.steps <=
						 rows[i].steps + STEPS_OF_ONE_PERIOD);
		CHECK_TRUE(rows[i].rule, arena_used(arena) - used < 32 * 1024);
		printf("\t%7.3f ms %7" PRId64 " steps  %.70s\n", took,
		       RECUR_BUDGET_DEFAULT - budget.steps, rows[i].rule);
	}
	printf("\tslowest: %.3f ms\n", slowest);
}

/* One budget serves all walks of a question: what one has used, the next lacks. */
static void test_budget(void)
{
	struct recur_budget budget = {50};
	struct recur r;
	struct walked got;

	CHECK_WELL("parses", recur_parse(arena, TEXT("FREQ=DAILY"), RECUR_STRICT, &r));
	got = walk(&r, 0, false, INT64_MIN, 20, &budget);
	CHECK_INT("first", got.end, RECUR_FOUND);
	got = walk(&r, 0, false, INT64_MIN, 20, &budget);
	CHECK_INT("second", got.end, RECUR_OUT_OF_BUDGET);
	CHECK_TRUE("what was found stays found", got.list.len > 0 && got.list.len < 20 * 16);
	got = walk(&r, 0, false, INT64_MIN, 20, &budget);
	CHECK_INT("DTSTART costs nothing", (int64_t)got.list.len, 16);
}

/* Also within one period, which may hold millions of instances. */
static void test_budget_of_a_period(void)
{
	static const char rule[] =
		"FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12";
	struct recur_budget budget = {500};
	struct recur r;
	struct walked got;

	CHECK_WELL(rule, recur_parse(arena, text_from(rule), RECUR_STRICT, &r));
	got = walk(&r, local_of(NINE), false, INT64_MIN, 4000, &budget);
	CHECK_INT(rule, got.end, RECUR_OUT_OF_BUDGET);
	CHECK_TRUE(rule, budget.steps > -STEPS_OF_ONE_PERIOD);
	CHECK_TRUE("what was found stays found", got.list.len > 400 * 16);
}

static void with_arena(void (*run)(void))
{
	arena = arena_create((size_t)1 << 26);
	run();
	arena_destroy(arena);
}

#define CASE(fn)                                                                                   \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		with_arena(fn);                                                                    \
	}
CASE(test_rfc)
CASE(test_more)
CASE(test_dates)
CASE(test_weeks)
CASE(test_parse)
CASE(test_rscale)
CASE(test_limits)
CASE(test_seek)
CASE(test_seek_count_end)
CASE(test_hostile)
CASE(test_budget)
CASE(test_budget_of_a_period)

UNIT_SUITE("recur", {"the examples of RFC 5545 §3.8.5.3", run_test_rfc},
	   {"each part, and edges", run_test_more}, {"dates without time", run_test_dates},
	   {"BYWEEKNO by counting", run_test_weeks}, {"what is no rule", run_test_parse},
	   {"calendars that are not followed", run_test_rscale}, {"limits", run_test_limits},
	   {"a far window as a walk", run_test_seek},
	   {"COUNT, counted in closed form", run_test_seek_count_end},
	   {"hostile rules", run_test_hostile}, {"the budget is shared", run_test_budget},
	   {"the budget of one period", run_test_budget_of_a_period})
