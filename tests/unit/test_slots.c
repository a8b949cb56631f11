/*
 * test_slots - what may be booked: rules, busy time, buffers
 *
 * Rows are the booking cases A19-D5 on busy and booked periods that are given;
 * how events become busy periods is test_busy.c's. At the end, random
 * hosts are judged by a second judge that shares no code with the first (E16).
 */
#include "base/buf.h"
#include "booking/slots.h"
#include "hours_rows.h"
#include "pinned_zones.h"
#include "unit.h"

enum { MINUTE = 60, HOUR = 3600, BOOKED = 8 };

struct row {
	const char *name;
	const char *zone; /* NULL: Europe/Berlin */
	const char *weekly;
	const char *overrides;
	struct booking_type type; /* no duration: an hour, and a window of a year */
	const char *now;	  /* NULL: the first of January */
	int64_t now_s;		  /* seconds past it */
	const char *busy;
	struct { /* already booked */
		const char *time;
		int32_t before, after;
		bool expired;
		int32_t seats;
		bool is_free; /* it only counts */
	} booked[BOOKED];
	struct {
		const char *zone, *first, *last; /* dates as "0118"; no zone: at home */
	} travel;
	const char *series; /* a start that is to be booked with this one; NULL: none */
	const char *from, *to;
	const char *want;
};

#define MON_C "mon 09:00-17:00"
#define C_DAY .weekly = MON_C, .from = "0118T0000", .to = "0119T0000"
#define IN_LA .weekly = EVERY("09:00-17:00"), .travel = {"America/Los_Angeles", "0118", "0119"}
#define MIN30 .durations_min = {30}, .duration_count = 1

static const struct row rows[] = {
	{"a free Monday has eight slots", C_DAY,
	 .want = "0118T0800 0118T0900 0118T1000 0118T1100 0118T1200 0118T1300 0118T1400 0118T1500"},
	/* Wall clock */
	{"A1 the morning the clocks went on", .zone = "America/New_York",
	 .weekly = "sun 13:00-18:00", .from = "0314T0000", .to = "0315T0600",
	 .want = "0314T1700 0314T1800 0314T1900 0314T2000 0314T2100"},
	{"A2 nine o'clock stays nine, spring", .zone = "America/New_York",
	 .weekly = EVERY("09:00-17:00"), .from = "0314T0000", .to = "0315T0000",
	 .want = "0314T1300 0314T1400 0314T1500 0314T1600 0314T1700 0314T1800 0314T1900 0314T2000"},
	{"A2 nine o'clock stays nine, autumn", .zone = "America/New_York",
	 .weekly = EVERY("09:00-17:00"), .from = "1107T0000", .to = "1108T0000",
	 .want = "1107T1400 1107T1500 1107T1600 1107T1700 1107T1800 1107T1900 1107T2000 1107T2100"},
	{"A3 no two o'clock", .weekly = "sun 01:00-04:00", .from = "0328T0000", .to = "0329T0000",
	 .want = "0328T0000 0328T0100"},
	{"A4 both hours of a fold are bookable", .weekly = "sun 01:00-04:00", .from = "1030T0000",
	 .to = "1101T0000", .want = "1030T2300 1031T0000 1031T0100 1031T0200"},
	{"A5 half hours after a gap", .weekly = "sun 02:30-05:00", .type = {MIN30},
	 .from = "0328T0000", .to = "0329T0000", .want = "0328T0130 0328T0200 0328T0230"},
	{"A6 hours that do not exist", .weekly = "sun 02:00-03:00", .from = "0328T0000",
	 .to = "0329T0000", .want = ""},
	{"A7 before the second half past two", .weekly = "sun 01:00-02:30", .type = {MIN30},
	 .from = "1030T0000", .to = "1101T0000", .want = "1030T2300 1030T2330 1031T0000"},
	{"A8 Lord Howe, half an hour back", .zone = "Australia/Lord_Howe",
	 .weekly = "sun 01:00-04:00", .type = {MIN30}, .from = "0403T0000", .to = "0405T0000",
	 .want = "0403T1400 0403T1430 0403T1500 0403T1530 0403T1600 0403T1630 0403T1700"},
	{"A8 Lord Howe, half an hour on", .zone = "Australia/Lord_Howe",
	 .weekly = "sun 01:00-04:00", .type = {MIN30}, .from = "1002T0000", .to = "1004T0000",
	 .want = "1002T1430 1002T1500 1002T1530 1002T1600 1002T1630"},
	{"A9 elapsed hours after a gap of half of one", .zone = "Australia/Lord_Howe",
	 .weekly = "sun 01:00-05:00", .from = "1002T0000", .to = "1004T0000",
	 .want = "1002T1430 1002T1530 1002T1630"},
	{"A9 by the clock", .zone = "Australia/Lord_Howe", .weekly = "sun 01:00-05:00",
	 .type = {.align_to_clock = true}, .from = "1002T0000", .to = "1004T0000",
	 .want = "1002T1430 1002T1600 1002T1700"},
	{"A9 by the clock, hours that begin at a quarter past", .weekly = "mon 09:15-12:00",
	 .type = {.align_to_clock = true, .step_min = 30}, .from = "0118T0000", .to = "0119T0000",
	 .want = "0118T0830 0118T0900 0118T0930 0118T1000"},
	{"A12 no midnight in Cairo", .zone = "Africa/Cairo", .weekly = "fri 00:00-02:00",
	 .type = {MIN30}, .from = "0429T0000", .to = "0501T0000", .want = "0429T2200 0429T2230"},
	{"A10 Chatham, three quarters of an hour", .zone = "Pacific/Chatham",
	 .weekly = "sun 02:00-05:00", .from = "0403T0000", .to = "0405T0000",
	 .want = "0403T1215 0403T1315 0403T1415 0403T1515"},
	{"A11 Troll, two hours at once", .zone = "Antarctica/Troll", .weekly = "sun 00:00-05:00",
	 .from = "0327T1200", .to = "0329T0000", .want = "0328T0000 0328T0100 0328T0200"},
	{"A13 Cairo, both 23:00 hours", .zone = "Africa/Cairo",
	 .weekly = "thu 22:00-24:00, fri 00:00-01:00", .from = "1028T1200", .to = "1029T1200",
	 .want = "1028T1900 1028T2000 1028T2100 1028T2200"},
	{"A13 are Thursday's for a limit", .zone = "Africa/Cairo",
	 .weekly = "thu 22:00-24:00, fri 00:00-01:00", .type = {.limits = {.day = 1}},
	 .booked = {{"1028T2100-1028T2200", 0, 0, false}}, .from = "1028T1200", .to = "1029T1200",
	 .want = "1028T2200"},
	{"A13 and for an override", .zone = "Africa/Cairo",
	 .weekly = "thu 22:00-24:00, fri 00:00-01:00", .overrides = "2027-10-28",
	 .from = "1028T1200", .to = "1029T1200", .want = "1028T2200"},
	{"A13 Havana, both midnights are Sunday's", .zone = "America/Havana",
	 .weekly = "sat 23:00-24:00, sun 00:00-01:00", .type = {.limits = {.day = 1}},
	 .booked = {{"1107T0400-1107T0500", 0, 0, false}}, .from = "1106T1200", .to = "1107T1200",
	 .want = "1107T0300"},
	{"A14 Casablanca before, in and after Ramadan", .zone = "Africa/Casablanca",
	 .weekly = "mon 10:00-11:00", .from = "0201T0000", .to = "0316T0000",
	 .want = "0201T0900 0208T1000 0215T1000 0222T1000 0301T1000 0308T1000 0315T0900"},
	{"A15 Casablanca, the fold at three", .zone = "Africa/Casablanca",
	 .weekly = "sun 01:00-04:00", .from = "0206T1200", .to = "0208T0000",
	 .want = "0207T0000 0207T0100 0207T0200 0207T0300"},
	{"A16 Apia, a date that does not exist", .zone = "Pacific/Apia",
	 .weekly = EVERY("09:00-10:00"), .now = "2011-1220T0000", .from = "2011-1229T0000",
	 .to = "2011-1231T0000", .want = "2011-1229T1900 2011-1230T1900"},
	{"A16 a Friday rule does not open Saturday", .zone = "Pacific/Apia",
	 .weekly = "fri 09:00-10:00", .now = "2011-1220T0000", .from = "2011-1226T0000",
	 .to = "2012-0102T0000", .want = ""},
	{"A18 Kolkata", .zone = "Asia/Kolkata", .weekly = "mon 09:00-12:00", .from = "0118T0000",
	 .to = "0119T0000", .want = "0118T0330 0118T0430 0118T0530"},
	{"A18 Kathmandu", .zone = "Asia/Kathmandu", .weekly = "mon 09:00-12:00",
	 .from = "0118T0000", .to = "0119T0000", .want = "0118T0315 0118T0415 0118T0515"},
	/* Windows */
	{"B1 across midnight", .zone = "America/Los_Angeles", .weekly = "mon 21:00-02:00",
	 .type = {.step_min = 30}, .from = "0119T0700", .to = "0120T0000",
	 .want = "0119T0700 0119T0730 0119T0800 0119T0830 0119T0900"},
	{"B2 a slot across midnight fits in two days", .weekly = EVERY("00:00-24:00"),
	 .type = {.durations_min = {90}, .duration_count = 1, .step_min = 60}, .from = "0118T2100",
	 .to = "0118T2300", .want = "0118T2100 0118T2200"},
	{"B3 touching windows act as one", .weekly = "mon 09:00-12:00, mon 12:00-14:00",
	 .type = {.step_min = 30}, .from = "0118T1000", .to = "0118T1200",
	 .want = "0118T1000 0118T1030 0118T1100 0118T1130"},
	{"B3 overlapping windows list a slot once", .weekly = "mon 22:00-03:00, tue 00:00-02:00",
	 .from = "0118T2200", .to = "0119T0600", .want = "0118T2200 0118T2300 0119T0000 0119T0100"},
	{"B4 closed after midnight", .zone = "America/Los_Angeles", .weekly = "mon 21:00-02:00",
	 .overrides = "2027-01-19", .type = {.step_min = 30}, .from = "0118T0000",
	 .to = "0121T0000", .want = "0119T0500 0119T0530 0119T0600 0119T0630 0119T0700"},
	{"B5 an override opens a closed weekday", .weekly = MON_C,
	 .overrides = "2027-01-24 10:00-12:00", .from = "0124T0000", .to = "0125T0000",
	 .want = "0124T0900 0124T1000"},
	{"B5 it replaces, and does not add", .weekly = MON_C, .overrides = "2027-01-18 18:00-19:00",
	 .from = "0118T0000", .to = "0119T0000", .want = "0118T1700"},
	{"B6 seen from UTC", .weekly = "", .overrides = "2027-01-24 00:00-00:15",
	 .type = {.durations_min = {15}, .duration_count = 1}, .from = "0123T0000",
	 .to = "0126T0000", .want = "0123T2300"},
	{"B7 only what starts inside", .weekly = EVERY("00:00-24:00"),
	 .type = {.durations_min = {180}, .duration_count = 1, .step_min = 240},
	 .from = "0118T0000", .to = "0119T0000",
	 .want = "0118T0300 0118T0700 0118T1100 0118T1500 0118T1900 0118T2300"},
	{"B8 notice is elapsed time", .zone = "America/New_York", .weekly = "sun 09:30-12:00",
	 .type = {MIN30, .notice_min = 1440}, .now = "0313T1400", .from = "0314T0000",
	 .to = "0315T0000", .want = "0314T1400 0314T1430 0314T1500 0314T1530"},
	{"B8 a second more is too soon", .zone = "America/New_York", .weekly = "sun 09:30-12:00",
	 .type = {MIN30, .notice_min = 1440}, .now = "0313T1400", .now_s = 1, .from = "0314T0000",
	 .to = "0315T0000", .want = "0314T1430 0314T1500 0314T1530"},
	{"B8 a calendar day: nothing today, all of tomorrow", .zone = "America/New_York",
	 .weekly = EVERY("22:00-24:00"), .type = {.notice_days = 1}, .now = "0118T0600",
	 .from = "0118T0000", .to = "0121T0000", .want = "0120T0300 0120T0400"},
	{"B9 the dates of a window, both included", .weekly = EVERY("09:00-10:00"),
	 .type = {.window_from = 20837, .window_to = 20838}, .from = "0115T0000", .to = "0125T0000",
	 .want = "0119T0800 0120T0800"},
	{"B9 the narrower of two windows", .weekly = EVERY("09:00-10:00"),
	 .type = {.window_days = 2, .window_to = 20838}, .now = "0116T1200", .from = "0115T0000",
	 .to = "0125T0000", .want = "0117T0800 0118T0800"},
	{"B9 today and seven more dates, whole", .zone = "America/New_York",
	 .weekly = EVERY("20:00-24:00"), .type = {.window_days = 7}, .now = "0118T1400",
	 .from = "0126T0000", .to = "0128T0000", .want = "0126T0100 0126T0200 0126T0300 0126T0400"},
	{"B10 three quarters in an hour", .weekly = "mon 09:00-10:00",
	 .type = {.durations_min = {45}, .duration_count = 1, .step_min = 15}, .from = "0118T0000",
	 .to = "0119T0000", .want = "0118T0800 0118T0815"},
	{"B10 as long as the window", .weekly = "mon 09:00-10:00", .from = "0118T0000",
	 .to = "0119T0000", .want = "0118T0800"},
	{"B10 longer", .weekly = "mon 09:00-10:00",
	 .type = {.durations_min = {75}, .duration_count = 1}, .from = "0118T0000",
	 .to = "0119T0000", .want = ""},
	{"B11 seconds never leak into starts", .weekly = "mon 11:00-12:00",
	 .type = {.durations_min = {15}, .duration_count = 1}, .now = "0118T1017", .now_s = 42,
	 .from = "0118T0000", .to = "0119T0000", .want = "0118T1030 0118T1045"},
	{"decisions 34: the step is the shortest duration", .weekly = "mon 09:00-11:00",
	 .type = {.durations_min = {60, 30}, .duration_count = 2}, .from = "0118T0000",
	 .to = "0119T0000", .want = "0118T0800 0118T0830 0118T0900"},
	/* Busy time */
	{"C1 an event on the hour", C_DAY, .busy = "0118T0900-0118T1000",
	 .want = "0118T0800 0118T1000 0118T1100 0118T1200 0118T1300 0118T1400 0118T1500"},
	{"C1 an event on the half hour takes two", C_DAY, .busy = "0118T0930-0118T1030",
	 .want = "0118T0800 0118T1100 0118T1200 0118T1300 0118T1400 0118T1500"},
	{"C4 a whole day", C_DAY, .busy = "0117T2300-0118T2300", .want = ""},
	{"C4 of a host elsewhere", C_DAY, .busy = "0118T0800-0119T0800", .want = ""},
	{"C10 in the spring", .weekly = "sun 02:00-05:00", .busy = "0328T0130-0328T0145",
	 .type = {MIN30}, .from = "0328T0000", .to = "0329T0000",
	 .want = "0328T0100 0328T0200 0328T0230"},
	/* Buffers */
	{"D1 buffers add up", .weekly = MON_C, .type = {MIN30, .step_min = 5, .before_min = 10},
	 .busy = "0118T0900-0118T0930", .booked = {{"0118T0900-0118T0930", 0, 15, false}},
	 .from = "0118T0815", .to = "0118T1000",
	 .want = "0118T0815 0118T0820 0118T0825 0118T0830"
		 " 0118T0955"},
	{"D1 shared buffers do not", .weekly = MON_C,
	 .type = {MIN30, .step_min = 5, .before_min = 10, .shared_buffers = true},
	 .busy = "0118T0900-0118T0930", .booked = {{"0118T0900-0118T0930", 0, 15, false}},
	 .from = "0118T0830", .to = "0118T0950", .want = "0118T0830 0118T0945"},
	{"D1 before a booking with a buffer, as well", .weekly = MON_C,
	 .type = {MIN30, .step_min = 5, .after_min = 10}, .busy = "0118T0930-0118T1000",
	 .booked = {{"0118T0930-0118T1000", 15, 0, false}}, .from = "0118T0830", .to = "0118T1005",
	 .want = "0118T0830 0118T0835 0118T1000"},
	{"D2 a foreign event knows the type's buffers alone", .weekly = MON_C,
	 .type = {MIN30, .step_min = 15, .before_min = 15, .after_min = 15},
	 .busy = "0118T1200-0118T1300", .from = "0118T1100", .to = "0118T1330",
	 .want = "0118T1100 0118T1115 0118T1315"},
	{"D3 a buffer may lie before the hours", .weekly = "mon 09:00-10:00",
	 .type = {MIN30, .step_min = 15, .before_min = 15}, .from = "0118T0000", .to = "0119T0000",
	 .want = "0118T0800 0118T0815 0118T0830"},
	{"D3 but not on an event there", .weekly = "mon 09:00-10:00",
	 .type = {MIN30, .step_min = 15, .before_min = 15}, .busy = "0118T0730-0118T0800",
	 .from = "0118T0000", .to = "0119T0000", .want = "0118T0815 0118T0830"},
	{"D3 buffers inside hours", .weekly = "mon 09:00-11:00",
	 .type = {MIN30, .step_min = 15, .before_min = 15, .after_min = 15,
		  .buffers_inside_hours = true},
	 .from = "0118T0000", .to = "0119T0000",
	 .want = "0118T0815 0118T0830 0118T0845 0118T0900 0118T0915"},
	{"D4 buffers do not count for a limit of time", .weekly = "mon 09:00-12:00",
	 .type = {.limits = {.minutes_day = 120}, .after_min = 30},
	 .booked = {{"0118T0800-0118T0900", 60, 60, false}}, .from = "0118T0000", .to = "0119T0000",
	 .want = "0118T1000"},
	{"D6 a limit of one a day, in Brisbane", .zone = "Australia/Brisbane",
	 .weekly = EVERY("15:00-18:00"), .type = {.limits = {.day = 1}},
	 .booked = {{"0118T0600-0118T0700", 0, 0, false}}, .from = "0117T1400", .to = "0119T1400",
	 .want = "0119T0500 0119T0600 0119T0700"},
	{"D6 what waits and holds no time counts", .weekly = "mon 09:00-11:00",
	 .type = {.limits = {.day = 1}}, .booked = {{"0118T1500-0118T1600", .is_free = true}},
	 .from = "0118T0000", .to = "0119T0000", .want = ""},
	{"D6 what ran out does not", .weekly = "mon 09:00-11:00", .type = {.limits = {.day = 1}},
	 .booked = {{"0118T1500-0118T1600", .expired = true}}, .from = "0118T0000",
	 .to = "0119T0000", .want = "0118T0800 0118T0900"},
	{"D7 late on Sunday counts in that week", .weekly = "mon 09:00-10:00",
	 .type = {.limits = {.week = 1}}, .booked = {{"0117T2230-0117T2300", 0, 0, false}},
	 .from = "0111T0000", .to = "0126T0000", .want = "0118T0800 0125T0800"},
	{"D7 early on Monday in the next", .weekly = "mon 09:00-10:00",
	 .type = {.limits = {.week = 1}}, .booked = {{"0117T2300-0117T2330", 0, 0, false}},
	 .from = "0111T0000", .to = "0126T0000", .want = "0111T0800 0125T0800"},
	{"D7 a limit of a month", .weekly = "mon 09:00-10:00", .type = {.limits = {.month = 2}},
	 .booked = {{"0111T0800-0111T0900", 0, 0, false},
		    {"0201T0800-0201T0900", 0, 0, false},
		    {"0202T0800-0202T0900", 0, 0, false}},
	 .from = "0104T0000", .to = "0302T0000", .want = "0104T0800 0118T0800 0125T0800 0301T0800"},
	/* Seats */
	{"C16 a seated event does not block its own seats", .weekly = "mon 09:00-11:00",
	 .type = {.seats = 2}, .booked = {{"0118T0800-0118T0900", .seats = 1}}, .from = "0118T0000",
	 .to = "0119T0000", .want = "0118T0800 0118T0900"},
	{"C16 nor its limit", .weekly = "mon 09:00-11:00",
	 .type = {.seats = 2, .limits = {.day = 1}},
	 .booked = {{"0118T0800-0118T0900", .seats = 1}}, .from = "0118T0000", .to = "0119T0000",
	 .want = "0118T0800"},
	{"E5 until they are taken", .weekly = "mon 09:00-11:00", .type = {.seats = 2},
	 .booked = {{"0118T0800-0118T0900", .seats = 2}}, .from = "0118T0000", .to = "0119T0000",
	 .want = "0118T0900"},
	{"D4 buffers do not lengthen the slot", .weekly = "mon 09:00-10:00",
	 .type = {.before_min = 30, .after_min = 30}, .from = "0118T0000", .to = "0119T0000",
	 .want = "0118T0800"},
	{"D5 a buffer over midnight", .zone = "Etc/UTC", .weekly = EVERY("00:00-24:00"),
	 .booked = {{"0117T2200-0117T2330", 0, 90, false}}, .from = "0118T0000", .to = "0118T0300",
	 .want = "0118T0100 0118T0200"},
	/* Series */
	{"D6 the others of a series count for a limit", .weekly = "mon 09:00-11:00",
	 .type = {.limits = {.day = 1}}, .series = "0118T1500", .from = "0118T0000",
	 .to = "0119T0000", .want = ""},
	{"D6 and for one of time", .weekly = "mon 09:00-11:00",
	 .type = {.limits = {.minutes_week = 119}}, .series = "0119T1500", .from = "0118T0000",
	 .to = "0119T0000", .want = ""},
	{"D6 but not in another week", .weekly = "mon 09:00-11:00", .type = {.limits = {.week = 1}},
	 .series = "0125T0800", .from = "0118T0000", .to = "0119T0000",
	 .want = "0118T0800 0118T0900"},
	/* Journeys: a date is one of where the host is */
	{"B8, B12 no notice of a day is kept at home", IN_LA, .type = {.notice_days = 1},
	 .now = "0118T1800", .from = "0118T0000", .to = "0120T0800",
	 .want = "0119T1700 0119T1800 0119T1900 0119T2000 0119T2100 0119T2200 0119T2300 0120T0000"},
	{"B9, B12 the last date of a window is whole", IN_LA, .type = {.window_days = 1},
	 .now = "0118T2330", .from = "0118T2300", .to = "0121T0000",
	 .want = "0119T0000 0119T1700 0119T1800 0119T1900 0119T2000 0119T2100 0119T2200 "
		 "0119T2300 0120T0000"},
	{"D6, B12 a limit is one of the date abroad", IN_LA, .type = {.limits = {.day = 1}},
	 .booked = {{"0118T1700-0118T1800", 0, 0, false}}, .from = "0118T0000", .to = "0119T0900",
	 .want = ""},
	{"D6, B12 and none of the next", IN_LA, .type = {.limits = {.day = 1}},
	 .booked = {{"0119T0000-0119T0100", 0, 0, false}}, .from = "0119T0000", .to = "0120T0800",
	 .want = "0119T1700 0119T1800 0119T1900 0119T2000 0119T2100 0119T2200 0119T2300 0120T0000"},
	{"A9, B12 by the clock that hangs there", .weekly = MON_C,
	 .travel = {"Asia/Kolkata", "0118", "0118"},
	 .type = {.align_to_clock = true, .durations_min = {120}, .duration_count = 1},
	 .from = "0118T0000", .to = "0119T0000", .want = "0118T0430 0118T0630 0118T0830"},
	/* Holds */
	{"E7 a reservation takes the time", .weekly = "mon 09:00-11:00",
	 .booked = {{"0118T0900-0118T1000", 0, 0, false}}, .from = "0118T0000", .to = "0119T0000",
	 .want = "0118T0800"},
	{"E7 and none that has run out", .weekly = "mon 09:00-11:00",
	 .booked = {{"0118T0900-0118T1000", 30, 30, true}}, .from = "0118T0000", .to = "0119T0000",
	 .want = "0118T0800 0118T0900"},
};

/* ---- rows as questions -------------------------------------------------------------------- */

static int64_t row_now(const struct row *r)
{
	return instant_row(text_from(r->now ? r->now : "0101T0000")) + r->now_s;
}

static void set_booked(struct arena *a, const struct row *r, struct slot_question *q)
{
	struct booked *at = arena_alloc_array(a, BOOKED, sizeof(*at));
	struct booked *counted = arena_alloc_array(a, BOOKED, sizeof(*counted));
	struct text time;

	q->counted = counted;
	for (size_t i = 0; i < BOOKED && r->booked[i].time; i++) {
		struct booked *b = r->booked[i].is_free ? &counted[q->counted_count++]
							: &at[q->booked_count++];

		time = text_from(r->booked[i].time);
		*b = (struct booked){
			.start = instant_row(text_sub(time, 0, 9)),
			.end = instant_row(text_sub(time, 10, 9)),
			.before_min = r->booked[i].before,
			.after_min = r->booked[i].after,
			.expires_at = r->booked[i].expired ? q->now : 0,
			.seats = r->booked[i].seats,
			.is_free = r->booked[i].is_free,
		};
	}
	q->booked = at;
	q->beside_s = (int64_t)2 * 90 * MINUTE;
}

static int64_t day_row(struct arena *a, const char *date)
{
	return instant_row(text_from(arena_printf(a, "%sT0000", date))) / DAY_SECONDS;
}

static void set_travel(struct arena *a, const struct row *r, struct hours *h)
{
	struct hours_journey *j = arena_alloc(a, sizeof(*j));

	if (!r->travel.zone)
		return;
	*j = (struct hours_journey){day_row(a, r->travel.first), day_row(a, r->travel.last),
				    zone_find(text_from(r->travel.zone))};
	h->journeys = j;
	h->journey_count = 1;
}

static void set_series(struct arena *a, const struct row *r, struct slot_question *q)
{
	int64_t *start = arena_alloc(a, sizeof(*start));

	if (!r->series)
		return;
	*start = instant_row(text_from(r->series));
	q->series = start;
	q->series_count = 1;
}

/* The question of a row; its type and schedule live in the arena. */
static void set_question(struct arena *a, const struct row *r, struct slot_question *q)
{
	struct booking_type *type = arena_alloc(a, sizeof(*type));
	struct booking_schedule *s = arena_alloc(a, sizeof(*s));

	*type = r->type;
	if (type->duration_count == 0) {
		type->durations_min[0] = 60;
		type->duration_count = 1;
	}
	if (type->window_days == 0)
		type->window_days = 365;
	hours_row(a, r->zone ? r->zone : "Europe/Berlin", r->weekly, r->overrides, &s->hours);
	set_travel(a, r, &s->hours);
	*q = (struct slot_question){
		.type = type,
		.schedule = s,
		.duration_min = type->durations_min[0],
		.now = row_now(r),
	};
	q->busy = busy_row(a, r->busy ? r->busy : "", &q->busy_count);
	set_booked(a, r, q);
	set_series(a, r, q);
}

static struct text written(struct arena *a, const struct slot *at, size_t count)
{
	struct buf out;

	buf_init(&out, a, 64, 8192);
	for (size_t i = 0; i < count; i++) {
		buf_put_str(&out, i ? " " : "");
		instant_put(&out, at[i].start);
	}
	return buf_text(&out);
}

static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		struct arena *a = arena_create(1 << 20);
		int64_t from = instant_row(text_from(r->from)), to = instant_row(text_from(r->to));
		struct slot_question q;
		struct slot *slots;
		size_t count;

		set_question(a, r, &q);
		CHECK_WELL(r->name, slot_question_open(a, &q, from, to));
		CHECK_WELL(r->name, slot_limits_count(a, &q, from, to));
		CHECK_WELL(r->name, slots_of(a, &q, from, to, &slots, &count));
		CHECK_TEXT(r->name, written(a, slots, count), text_from(r->want));
		for (size_t j = 0; j < count; j++)
			CHECK_INT(r->name, slots[j].end - slots[j].start,
				  (int64_t)q.duration_min * MINUTE);
		arena_destroy(a);
	}
}

/* ---- verdicts (decisions 37) ------------------------------------------------------------------
 */

struct verdict_row {
	const char *name;
	struct row row;
	const char *start;
	int64_t start_s;
	int32_t duration; /* 0: the type's first */
	enum slot_verdict want;
};

#define DAY_HOURS .weekly = "mon 09:00-12:00", .now = "0117T0000"

static const struct verdict_row verdict_rows[] = {
	{"open", {DAY_HOURS}, "0118T0800", 0, 0, SLOT_OPEN},
	{"duration", {DAY_HOURS}, "0118T0800", 0, 45, SLOT_DURATION},
	{"past", {DAY_HOURS}, "0111T0800", 0, 0, SLOT_PAST},
	{"a second ago",
	 {.weekly = "mon 09:00-12:00", .now = "0118T0800", .now_s = 1},
	 "0118T0800",
	 0,
	 0,
	 SLOT_PAST},
	{"this second",
	 {.weekly = "mon 09:00-12:00", .now = "0118T0800"},
	 "0118T0800",
	 0,
	 0,
	 SLOT_OPEN},
	{"too soon",
	 {DAY_HOURS, .type = {.notice_min = 32 * 60 + 1}},
	 "0118T0800",
	 0,
	 0,
	 SLOT_TOO_SOON},
	{"soon enough", {DAY_HOURS, .type = {.notice_min = 32 * 60}}, "0118T0800", 0, 0, SLOT_OPEN},
	{"too late", {DAY_HOURS, .type = {.window_days = 7}}, "0125T0800", 0, 0, SLOT_TOO_LATE},
	{"within the window",
	 {DAY_HOURS, .type = {.window_days = 8}},
	 "0125T0800",
	 0,
	 0,
	 SLOT_OPEN},
	{"closed", {DAY_HOURS, .overrides = "2027-01-18"}, "0118T0800", 0, 0, SLOT_CLOSED},
	{"before the hours", {DAY_HOURS}, "0118T0700", 0, 0, SLOT_OUTSIDE_HOURS},
	{"ends after the hours", {DAY_HOURS}, "0118T1030", 0, 0, SLOT_OUTSIDE_HOURS},
	{"not on the grid", {DAY_HOURS}, "0118T0830", 0, 0, SLOT_NOT_ON_GRID},
	{"a second off the grid", {DAY_HOURS}, "0118T0800", 1, 0, SLOT_NOT_ON_GRID},
	{"busy", {DAY_HOURS, .busy = "0118T0859-0118T0905"}, "0118T0800", 0, 0, SLOT_BUSY},
	{"buffer",
	 {DAY_HOURS, .busy = "0118T0900-0118T0905", .type = {.after_min = 1}},
	 "0118T0800",
	 0,
	 0,
	 SLOT_BUFFER},
	{"held",
	 {DAY_HOURS, .booked = {{"0118T0859-0118T0905", 0, 0, false}}},
	 "0118T0800",
	 0,
	 0,
	 SLOT_HELD},
	{"held is said before busy",
	 {DAY_HOURS, .busy = "0118T0800-0118T0900",
	  .booked = {{"0118T0859-0118T0905", 0, 0, false}}},
	 "0118T0800",
	 0,
	 0,
	 SLOT_HELD},
	{"the buffer of a booking",
	 {DAY_HOURS, .booked = {{"0118T0700-0118T0730", 0, 31, false}}},
	 "0118T0800",
	 0,
	 0,
	 SLOT_BUFFER},
	{"busy is said before a buffer",
	 {DAY_HOURS, .busy = "0118T0800-0118T0900",
	  .booked = {{"0118T0700-0118T0730", 0, 31, false}}},
	 "0118T0800",
	 0,
	 0,
	 SLOT_BUSY},
};

static const char *word_of(struct arena *a, enum slot_verdict v)
{
	const struct fault *f = slot_verdict_fault(a, v);

	return f ? f->about : "open";
}

static void test_verdicts(void)
{
	for (size_t i = 0; i < ARRAY_LEN(verdict_rows); i++) {
		const struct verdict_row *r = &verdict_rows[i];
		struct arena *a = arena_create(1 << 20);
		int64_t start = instant_row(text_from(r->start)) + r->start_s;
		struct slot_question q;

		set_question(a, &r->row, &q);
		if (r->duration)
			q.duration_min = r->duration;
		CHECK_WELL(r->name, slot_question_open(a, &q, start, start + 1));
		CHECK_STR(r->name, word_of(a, slot_judge(&q, start)), word_of(a, r->want));
		arena_destroy(a);
	}
}

static void test_faults(void)
{
	struct arena *a = arena_create(1 << 20);

	CHECK_TRUE("open is no fault", !slot_verdict_fault(a, SLOT_OPEN));
	for (int v = SLOT_DURATION; v < SLOT_VERDICT_COUNT; v++) {
		const char *word = word_of(a, (enum slot_verdict)v);
		const struct fault *f = slot_verdict_fault(a, (enum slot_verdict)v);
		bool taken = v >= SLOT_CALENDAR_STALE;

		CHECK_FAULT(word, f, taken ? FAULT_SLOT_TAKEN : FAULT_NOT_OFFERED);
		CHECK_TRUE(word, word && word[0]);
	}
	arena_destroy(a);
}

static void test_durations(void)
{
	static const struct booking_type one = {.durations_min = {30}, .duration_count = 1};
	static const struct booking_type two = {.durations_min = {30, 60}, .duration_count = 2};
	struct arena *a = arena_create(1 << 20);
	int32_t got;

	CHECK_WELL("the only one", slot_choose_duration(a, &one, 0, &got));
	CHECK_INT("is taken", got, 30);
	CHECK_WELL("one of two", slot_choose_duration(a, &two, 60, &got));
	CHECK_INT("is taken", got, 60);
	CHECK_FAULT("of two, one must be named", slot_choose_duration(a, &two, 0, &got),
		    FAULT_BAD_REQUEST);
	CHECK_FAULT("not offered", slot_choose_duration(a, &two, 45, &got), FAULT_NOT_OFFERED);
	arena_destroy(a);
}

/* ---- viewers ------------------------------------------------------------------------------------
 */

/* A19: the instants of a month are the same, by whose dates it is ever asked. */
static void test_viewers(void)
{
	static const char *const viewers[] = {"Etc/UTC",	   "Asia/Kolkata",
					      "Asia/Kathmandu",	   "Australia/Lord_Howe",
					      "Pacific/Pago_Pago", "Pacific/Kiritimati",
					      "America/St_Johns"};
	static const struct row r = {.weekly = EVERY("22:00-03:00"), .type = {.step_min = 30}};
	int64_t first = days_from_civil(2027, 3, 10);

	for (size_t v = 0; v < ARRAY_LEN(viewers); v++) {
		const struct zone *viewer = zone_find(text_from(viewers[v]));
		struct arena *a = arena_create(16 << 20);
		int64_t from = zone_to_utc(viewer, first * DAY_SECONDS);
		int64_t to = zone_to_utc(viewer, (first + 31) * DAY_SECONDS);
		struct slot_question q;
		struct slot *all, *part;
		size_t count, seen = 0, n;

		set_question(a, &r, &q);
		CHECK_WELL("hours", slot_question_open(a, &q, from, to));
		CHECK_WELL("all", slots_of(a, &q, from, to, &all, &count));
		for (int64_t day = first; day < first + 31; day++) {
			int64_t start = zone_to_utc(viewer, day * DAY_SECONDS);
			int64_t end = zone_to_utc(viewer, (day + 1) * DAY_SECONDS);

			CHECK_WELL("hours", slot_question_open(a, &q, start, end));
			CHECK_WELL("a day", slots_of(a, &q, start, end, &part, &n));
			for (size_t i = 0; i < n; i++, seen++)
				CHECK_INT(viewers[v], part[i].start,
					  seen < count ? all[seen].start : 0);
		}
		CHECK_INT(viewers[v], (int64_t)seen, (int64_t)count);
		CHECK_TRUE("a month of nights", count > 250);
		arena_destroy(a);
	}
}

/* A20: a Berlin viewer of a New York host. */
static void test_labels(void)
{
	static const struct {
		const char *from, *to;
		int64_t hour;
	} weeks[] = {{"0308T0000", "0309T0000", 15},
		     {"0315T0000", "0316T0000", 14},
		     {"0329T0000", "0330T0000", 15}};
	static const struct row r = {.zone = "America/New_York", .weekly = "mon 09:00-10:00"};

	for (size_t i = 0; i < ARRAY_LEN(weeks); i++) {
		struct arena *a = arena_create(1 << 20);
		int64_t from = instant_row(text_from(weeks[i].from));
		int64_t to = instant_row(text_from(weeks[i].to));
		struct slot_question q;
		struct slot *slots;
		size_t count;

		set_question(a, &r, &q);
		CHECK_WELL("hours", slot_question_open(a, &q, from, to));
		CHECK_WELL("slots", slots_of(a, &q, from, to, &slots, &count));
		CHECK_INT("one", (int64_t)count, 1);
		CHECK_INT(weeks[i].from,
			  zone_to_local(zone_find(TEXT("Europe/Berlin")), slots[0].start) %
				  DAY_SECONDS,
			  weeks[i].hour * HOUR);
		arena_destroy(a);
	}
}

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("slots", {"zones are pinned", test_pinned}, {"booking cases A to E", test_cases},
	   {"decisions 37: why not", test_verdicts}, {"decisions 37: 409 or 422", test_faults},
	   {"decisions 29: durations", test_durations}, {"A19: viewers", test_viewers},
	   {"A20: labels", test_labels})
