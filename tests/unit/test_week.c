/* Weekly hours in one line. */

#include "freebusy/week.h"
#include "ical/zone.h"
#include "unit.h"

/* ---- read ------------------------------------------------------------------------------------ */

struct reading {
	const char *name, *week;
	int day;
	size_t count;		    /* windows of that day */
	int32_t start_min, end_min; /* of its last one */
};

static const struct reading readings[] = {
	{"one day", "mon 08:00-09:30", MONDAY, 1, 480, 570},
	{"no other day", "mon 08:00-09:30", TUESDAY, 0, 0, 0},
	{"a range has its end", "mon-fri 08:00-18:00", FRIDAY, 1, 480, 1080},
	{"and no more", "mon-fri 08:00-18:00", SATURDAY, 0, 0, 0},
	{"over the end of a week", "sat-mon 10:00-11:00", SUNDAY, 1, 600, 660},
	{"to its end", "sat-mon 10:00-11:00", MONDAY, 1, 600, 660},
	{"several days", "mon wed-thu 10:00-11:00", WEDNESDAY, 1, 600, 660},
	{"several windows", "fri 13:00-18:00 08:00-12:00", FRIDAY, 2, 780, 1080},
	{"several entries", "mon 08:00-09:00, tue 10:00-11:00", TUESDAY, 1, 600, 660},
	{"the same day twice", "mon 08:00-09:00,mon 10:00-11:00", MONDAY, 2, 600, 660},
	{"blanks and case", "  MON   08:00-09:00 ,Tue  10:00-11:00  ", TUESDAY, 1, 600, 660},
	{"all day", "sun 00:00-24:00", SUNDAY, 1, 0, 1440},
	{"over midnight", "sat 22:00-02:00", SATURDAY, 1, 1320, 120},
};

static void reads(void)
{
	for (size_t i = 0; i < ARRAY_LEN(readings); i++) {
		const struct reading *r = &readings[i];
		struct arena *a = arena_create(1 << 20);
		struct hours h;

		CHECK_WELL(r->name, week_read(a, text_from(r->week), zone_utc(), &h));
		CHECK_INT(r->name, h.weekly_count[r->day], r->count);
		if (r->count > 0) {
			CHECK_INT(r->name, h.weekly[r->day][r->count - 1].start_min, r->start_min);
			CHECK_INT(r->name, h.weekly[r->day][r->count - 1].end_min, r->end_min);
		}
		arena_destroy(a);
	}
}

/* ---- refused --------------------------------------------------------------------------------- */

static const char *const unreadable[] = {
	"",
	" ",
	"mon",
	"08:00-09:00",
	"mon-fri",
	"mon 8-9",
	"mon 8:00-9:00",
	"mon 08:00",
	"mon 08:00-",
	"mon 08:00-08:00",
	"mon 08:00-25:00",
	"mon 08:60-09:00",
	"mon 24:00-08:00",
	"mon 08:00-24:01",
	"mon 08:00-09:00-10:00",
	"mon- 08:00-09:00",
	"mon-tue-wed 08:00-09:00",
	"monday 08:00-09:00",
	"mon 08:00-09:00 tue 08:00-09:00",
	"mon 08:00-09:00,",
	",mon 08:00-09:00",
	"mon -8:00-09:00",
	"mon 08:00 -09:00",
	"mon\t08:00-09:00",
};

static void refuses(void)
{
	for (size_t i = 0; i < ARRAY_LEN(unreadable); i++) {
		struct arena *a = arena_create(1 << 20);
		struct hours h;
		const struct fault *f = week_read(a, text_from(unreadable[i]), zone_utc(), &h);

		CHECK_TRUE(unreadable[i], f && fault_is(f, FAULT_UNPROCESSABLE));
		arena_destroy(a);
	}
}

/* As many windows as fit are read, and a byte more is refused. */
static void is_bounded(void)
{
	struct arena *a = arena_create(1 << 20);
	char *week = arena_alloc(a, WEEK_BYTES_MAX + 2);
	struct hours h;
	size_t len = 3;

	memcpy(week, "mon", 3);
	while (len + 12 <= WEEK_BYTES_MAX) {
		memcpy(week + len, " 08:00-09:00", 12);
		len += 12;
	}
	CHECK_WELL("many", week_read(a, (struct text){week, len}, zone_utc(), &h));
	CHECK_INT("all of them", h.weekly_count[MONDAY], (len - 3) / 12);
	memset(week + len, ' ', WEEK_BYTES_MAX + 1 - len);
	CHECK_WELL("with blanks",
		   week_read(a, (struct text){week, WEEK_BYTES_MAX}, zone_utc(), &h));
	CHECK_TRUE("too long",
		   week_read(a, (struct text){week, WEEK_BYTES_MAX + 1}, zone_utc(), &h) != NULL);
	arena_destroy(a);
}

UNIT_SUITE("week", {"read", reads}, {"refused", refuses}, {"bounded", is_bounded})
