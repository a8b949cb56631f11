/*
 * test_oracle - slots against a second judge that shares no code with the first (case E16)
 *
 * Minute by minute over the wall clock: whether a window is open, whether a grid has a start
 * there, and whether anything is in the way; counted, not searched. What clocks show is asked of
 * the C library, which reads the same files of zones by itself. Hosts live where clocks are
 * unusual, and are asked around the days on which they change.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "booking/slots.h"
#include "dice.h"
#include "pinned_zones.h"
#include "unit.h"

enum { MINUTE = 60 };

/* Where, and around which day. */
static const struct place {
	const char *zone;
	int year, month, day;
} places[] = {
	{"Europe/Berlin", 2027, 3, 27},	     {"Europe/Berlin", 2027, 10, 29},
	{"America/New_York", 2027, 3, 12},   {"America/New_York", 2027, 11, 5},
	{"Australia/Lord_Howe", 2027, 4, 2}, {"Australia/Lord_Howe", 2027, 10, 1},
	{"Pacific/Apia", 2011, 12, 28},	     {"Africa/Casablanca", 2027, 2, 5},
	{"Africa/Casablanca", 2027, 3, 13},  {"America/St_Johns", 2027, 3, 13},
	{"America/St_Johns", 2027, 11, 6},   {"Asia/Kathmandu", 2027, 1, 18},
	{"Africa/Cairo", 2027, 4, 28},	     {"Africa/Cairo", 2027, 10, 27},
	{"Antarctica/Troll", 2027, 3, 26},   {"America/Havana", 2027, 11, 5},
	{"Pacific/Chatham", 2027, 4, 2},     {"Asia/Kolkata", 2027, 1, 30},
};

static size_t listed;

enum { BEFORE = 3, DAYS = 11, MINUTES = DAYS * 1440, QUESTIONS = 10, PERIODS = 12 };

/* ---- clocks -----------------------------------------------------------------------------------
 */

/* What the clocks of a place show from three days before its day to eight after. */
static struct clock {
	int64_t base;		/* midnight UTC of the first minute */
	int64_t local[MINUTES]; /* seconds, as if it were UTC */
} clocks[ARRAY_LEN(places)];

static int64_t shown_by_libc(int64_t utc)
{
	time_t t = (time_t)utc;
	struct tm tm;

	if (!localtime_r(&t, &tm))
		exit(EXIT_FAILURE);
	return utc + tm.tm_gmtoff;
}

static void clock_make(const struct place *p, struct clock *c)
{
	char zone[256];

	snprintf(zone, sizeof(zone), ":%s/%s", pinned_zones_folder(), p->zone);
	setenv("TZ", zone, 1);
	tzset();
	c->base = (days_from_civil(p->year, p->month, p->day) - BEFORE) * DAY_SECONDS;
	for (int64_t m = 0; m < MINUTES; m++)
		c->local[m] = shown_by_libc(c->base + m * MINUTE);
}

/* Within a minute clocks do not change. */
static int64_t clock_shows(const struct clock *c, int64_t utc)
{
	int64_t m = floor_div(utc - c->base, MINUTE);

	if (m < 0 || m >= MINUTES)
		exit(EXIT_FAILURE);
	return c->local[m] + (utc - c->base) % MINUTE;
}

static int64_t date_of(const struct clock *c, int64_t utc)
{
	return floor_div(clock_shows(c, utc), DAY_SECONDS);
}

/*
 * When clocks show this for the first time; what they skip, by the offset before (RFC 5545
 * §3.3.5). INT64_MAX, INT64_MIN: later or earlier than all that is known.
 */
static int64_t clock_when(const struct clock *c, int64_t local)
{
	int64_t m = 0;

	while (m < MINUTES && c->local[m] < local)
		m++;
	if (m == MINUTES)
		return INT64_MAX;
	if (c->local[m] == local)
		return c->base + m * MINUTE;
	return m == 0 ? INT64_MIN : c->base + (m - 1) * MINUTE + (local - c->local[m - 1]);
}

static bool clock_has_date(const struct clock *c, int64_t day)
{
	for (int64_t m = 0; m < MINUTES; m++)
		if (floor_div(c->local[m], DAY_SECONDS) == day)
			return true;
	return false;
}

/* ---- the other judge ---------------------------------------------------------------------------
 */

/* For each minute whether any window is open, and for each date whether one of that date is. */
struct naive {
	const struct clock *clock;
	int64_t base;
	bool open[MINUTES];
	bool of_date[DAYS + 2][MINUTES];
	bool grid[MINUTES];
};

static const struct hours_override *override_of(const struct hours *h, int64_t day)
{
	for (size_t i = 0; i < h->override_count; i++)
		if (h->overrides[i].day == day)
			return &h->overrides[i];
	return NULL;
}

static void mark_date(struct naive *n, const struct hours *h, int64_t day, bool *of_date)
{
	const struct hours_override *o = override_of(h, day);
	size_t weekday = (size_t)((day + 3) % 7); /* 1970-01-01 was a Thursday */
	const struct hours_window *w = o ? o->windows : h->weekly[weekday];
	size_t count = o ? o->count : h->weekly_count[weekday];
	bool is_date = clock_has_date(n->clock, day);
	bool night = !override_of(h, day + 1) && clock_has_date(n->clock, day + 1);

	for (size_t i = 0; is_date && i < count; i++) {
		int64_t until = w[i].end_min > w[i].start_min ? w[i].end_min : w[i].end_min + 1440;
		int64_t from, to;

		if (until > 1440 && !night)
			until = 1440;
		from = clock_when(n->clock, day * DAY_SECONDS + w[i].start_min * MINUTE);
		to = clock_when(n->clock, day * DAY_SECONDS + until * MINUTE);
		from = max64(from, n->base);
		to = min64(to, n->base + MINUTES * MINUTE);
		for (int64_t s = from; s < to; s += MINUTE)
			of_date[(s - n->base) / MINUTE] = true;
	}
}

static void naive_make(struct naive *n, const struct clock *c, const struct hours *h,
		       int64_t first_day)
{
	memset(n, 0, sizeof(*n));
	n->clock = c;
	n->base = c->base;
	for (int64_t d = 0; d < DAYS + 2; d++)
		mark_date(n, h, first_day - BEFORE - 1 + d, n->of_date[d]);
}

/* Minutes since a stretch of a date began, in whole steps. */
static void naive_grid(struct naive *n, int64_t step)
{
	memset(n->open, 0, sizeof(n->open));
	memset(n->grid, 0, sizeof(n->grid));
	for (int64_t d = 0; d < DAYS + 2; d++) {
		int64_t since = 0;

		for (int64_t m = 0; m < MINUTES; m++) {
			since = n->of_date[d][m] ? since + 1 : 0;
			n->open[m] |= since > 0;
			n->grid[m] |= since > 0 && (since - 1) % step == 0;
		}
	}
}

static bool apart(int64_t start, int64_t end, int64_t from, int64_t to, int64_t before,
		  int64_t after)
{
	return end + after * MINUTE <= from || to + before * MINUTE <= start;
}

/* On the grid of a date, or by the clock. */
static bool naive_has_start(const struct naive *n, const struct slot_question *q, int64_t start)
{
	int64_t step = q->type->step_min ? q->type->step_min : q->duration_min;
	int64_t local = clock_shows(n->clock, start);

	if (!q->type->align_to_clock)
		return n->grid[(start - n->base) / MINUTE];
	return ((local % DAY_SECONDS + DAY_SECONDS) % DAY_SECONDS) % (step * MINUTE) == 0;
}

/* The number of a day, week or month that a date lies in. */
static int64_t span_number(int span, int64_t day)
{
	int year, month, dom;

	civil_from_days(day, &year, &month, &dom);
	return span == SPAN_DAY ? day : span == SPAN_WEEK ? (day + 3) / 7 : year * 12 + month;
}

static bool naive_is_past_limit(const struct clock *c, const struct slot_question *q, int64_t start)
{
	const struct booking_limits *l = &q->type->limits;
	const int32_t counts[] = {l->day, l->week, l->month};
	const int32_t minutes[] = {l->minutes_day, l->minutes_week, l->minutes_month};

	for (int span = 0; span < SPAN_COUNT; span++) {
		int64_t here = span_number(span, date_of(c, start));
		int64_t count = 0, spent = 0;

		for (size_t i = 0; i < q->booked_count; i++) {
			const struct booked *b = &q->booked[i];

			if ((b->expires_at && b->expires_at <= q->now) || b->type != q->type_id ||
			    here != span_number(span, date_of(c, b->start)))
				continue;
			count++;
			spent += (b->end - b->start) / MINUTE;
		}
		if ((counts[span] && count >= counts[span]) ||
		    (minutes[span] && spent + q->duration_min > minutes[span]))
			return true;
	}
	return false;
}

/* Notice, and the dates of the window. */
static bool naive_is_in_time(const struct naive *n, const struct slot_question *q, int64_t start)
{
	const struct booking_type *t = q->type;
	int64_t today = date_of(n->clock, q->now), date = date_of(n->clock, start);

	return start >= q->now + t->notice_min * MINUTE && date >= today + t->notice_days &&
	       date <= today + t->window_days && !(t->window_from > 0 && date < t->window_from) &&
	       !(t->window_to > 0 && date > t->window_to);
}

static bool naive_is_open(const struct naive *n, const struct slot_question *q, int64_t start)
{
	const struct booking_type *t = q->type;
	int64_t end = start + q->duration_min * MINUTE;

	if (start % MINUTE != 0 || !naive_is_in_time(n, q, start) ||
	    naive_is_past_limit(n->clock, q, start) || !naive_has_start(n, q, start))
		return false;
	for (int64_t s = start - (t->buffers_inside_hours ? t->before_min : 0) * MINUTE;
	     s < end + (t->buffers_inside_hours ? t->after_min : 0) * MINUTE; s += MINUTE)
		if (!n->open[(s - n->base) / MINUTE])
			return false;
	for (size_t i = 0; i < q->busy_count; i++)
		if (!apart(start, end, q->busy[i].start, q->busy[i].end, t->before_min,
			   t->after_min))
			return false;
	for (size_t i = 0; i < q->booked_count; i++) {
		const struct booked *b = &q->booked[i];
		int64_t before = t->before_min + b->after_min, after = t->after_min + b->before_min;

		if (t->shared_buffers) {
			before = max64(t->before_min, b->after_min);
			after = max64(t->after_min, b->before_min);
		}
		if (!(b->expires_at && b->expires_at <= q->now) &&
		    !apart(start, end, b->start, b->end, before, after))
			return false;
	}
	return true;
}

static void random_hours(struct arena *a, struct dice *d, const struct zone *z, int64_t first_day,
			 struct hours *h)
{
	struct hours_override *o = arena_alloc_array(a, DAYS, sizeof(*o));

	*h = (struct hours){.zone = z};
	h->overrides = o;
	for (int64_t day = 0; day < 7 + DAYS; day++) {
		struct hours_window *w = arena_alloc_array(a, 4, sizeof(*w));
		size_t count = (size_t)dice_roll(d, 0, 3);
		int32_t at = 0;

		for (size_t i = 0; i < count; i++) {
			at += (int32_t)dice_roll(d, 0, 30) * 15;
			at = at > 1425 ? 1425 : at;
			w[i] = (struct hours_window){at, (int32_t)dice_roll(d, 0, 96) * 15};
		}
		if (day < 7) {
			h->weekly[day] = w;
			h->weekly_count[day] = count;
		} else if (dice_roll(d, 0, 3) == 0) {
			o[h->override_count++] =
				(struct hours_override){first_day - BEFORE + day - 7, w, count};
		}
	}
}

static void random_times(struct arena *a, struct dice *d, int64_t first_day,
			 struct slot_question *q)
{
	struct busy_period *busy = arena_alloc_array(a, PERIODS, sizeof(*busy));
	struct booked *booked = arena_alloc_array(a, PERIODS, sizeof(*booked));
	int64_t at = (first_day - 1) * DAY_SECONDS, when = at;

	for (int64_t n = dice_roll(d, 0, PERIODS); n > 0 && q->busy_count < PERIODS; n--) {
		at += dice_roll(d, 0, 600) * MINUTE + dice_roll(d, 0, 1) + 1;
		busy[q->busy_count].start = at;
		at += dice_roll(d, 1, 300) * MINUTE;
		busy[q->busy_count++].end = at;
	}
	for (int64_t n = dice_roll(d, 0, PERIODS); n > 0; n--) {
		struct booked *b = &booked[q->booked_count++];

		when += dice_roll(d, 0, 40) * 15 * MINUTE;
		b->start = when;
		when += dice_roll(d, 1, 8) * 15 * MINUTE;
		*b = (struct booked){.start = b->start,
				     .end = when,
				     .before_min = (int32_t)dice_roll(d, 0, 3) * 10,
				     .after_min = (int32_t)dice_roll(d, 0, 3) * 10,
				     .type = (uint64_t)dice_roll(d, 0, 2)};
		if (dice_roll(d, 0, 4) == 0)
			b->expires_at = q->now + dice_roll(d, -1, 1);
	}
	q->busy = busy;
	q->booked = booked;
	q->beside_s = (int64_t)2 * 30 * MINUTE;
}

/* A limit in a third of all cases. */
static int32_t random_limit(struct dice *d, int most)
{
	return dice_roll(d, 0, 2) == 0 ? (int32_t)dice_roll(d, 1, most) : 0;
}

static void random_type(struct dice *d, int64_t first_day, struct booking_type *t)
{
	*t = (struct booking_type){.duration_count = 1};
	t->durations_min[0] = (int32_t)dice_roll(d, 1, 8) * 15;
	t->step_min = (int32_t)dice_roll(d, 0, 6) * 10;
	t->notice_min = (int32_t)dice_roll(d, 0, 1) * (int32_t)dice_roll(d, 0, 3000);
	t->notice_days = (int32_t)dice_roll(d, 0, 1) * (int32_t)dice_roll(d, 0, 3);
	t->window_days = (int32_t)dice_roll(d, 1, 9);
	if (dice_roll(d, 0, 4) == 0)
		t->window_from = first_day + dice_roll(d, -1, 2);
	if (dice_roll(d, 0, 4) == 0)
		t->window_to = first_day + dice_roll(d, 0, 4);
	t->before_min = (int32_t)dice_roll(d, 0, 3) * 10;
	t->after_min = (int32_t)dice_roll(d, 0, 3) * 10;
	t->shared_buffers = dice_roll(d, 0, 1) == 1;
	t->buffers_inside_hours = dice_roll(d, 0, 3) == 0;
	t->align_to_clock = dice_roll(d, 0, 3) == 0;
	if (dice_roll(d, 0, 1))
		return;
	t->limits = (struct booking_limits){random_limit(d, 2),
					    random_limit(d, 4),
					    random_limit(d, 6),
					    random_limit(d, 120),
					    random_limit(d, 300),
					    random_limit(d, 500),
					    0};
}

/* What is asked of one host whose hours are known: another type, time and calendar each time. */
static void ask(struct dice *d, struct naive *n, const struct booking_schedule *s,
		int64_t first_day)
{
	struct arena *a = arena_create(16 << 20);
	struct booking_type t;
	struct slot_question q = {.type = &t, .schedule = s, .type_id = 1};
	int64_t from = first_day * DAY_SECONDS + dice_roll(d, -720, 720) * MINUTE;
	int64_t to = from + dice_roll(d, 1, 4 * 1440) * MINUTE;
	struct slot *slots;
	size_t count, next = 0;

	random_type(d, first_day, &t);
	q.duration_min = t.durations_min[0];
	q.now = first_day * DAY_SECONDS + dice_roll(d, -90000, 90000);
	random_times(a, d, first_day, &q);
	naive_grid(n, t.step_min ? t.step_min : t.durations_min[0]);
	CHECK_WELL("hours", slot_question_open(a, &q, from, to));
	CHECK_WELL("limits", slot_limits_count(a, &q, from, to));
	CHECK_WELL("slots", slots_of(a, &q, from, to, &slots, &count));
	for (int64_t at = from; at < to; at += MINUTE) {
		bool open = naive_is_open(n, &q, at);
		bool is_listed = next < count && slots[next].start == at;

		if (is_listed != open || (slot_judge(&q, at) == SLOT_OPEN) != open) {
			CHECK_STR("zone", text_cstr(a, zone_name(s->hours.zone)), "");
			CHECK_INT("listed as judged", is_listed, open);
			break;
		}
		next += is_listed;
		listed += open;
	}
	CHECK_INT("no other is listed", (int64_t)next, (int64_t)count);
	arena_destroy(a);
}

/* A million in `make soak`. */
static long questions(void)
{
	const char *written = getenv("FASTI_SLOTS");

	if (written)
		return strtol(written, NULL, 10);
	return getenv("FASTI_QUICK") ? 1000 : 10000;
}

/* E16: what is listed is what the other judge finds open; any other instant is refused. */
static void test_random(void)
{
	static struct naive n;
	struct dice d = {2027};

	for (long round = 0; round < questions() / QUESTIONS; round++) {
		struct arena *a = arena_create(16 << 20);
		size_t at = (size_t)round % ARRAY_LEN(places);
		const struct place *p = &places[at];
		int64_t first = days_from_civil(p->year, p->month, p->day);
		struct booking_schedule s = {.week_start = 0};

		random_hours(a, &d, zone_find(text_from(p->zone)), first, &s.hours);
		naive_make(&n, &clocks[at], &s.hours, first);
		for (int i = 0; i < QUESTIONS; i++)
			ask(&d, &n, &s, first);
		arena_destroy(a);
	}
	CHECK_TRUE("there was something to find", listed > 1000);
}

static void test_zones(void)
{
	pinned_zones_use();
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		CHECK_TRUE(places[i].zone, zone_find(text_from(places[i].zone)) != NULL);
}

/* Without its file a place would have the clocks of UTC. */
static void test_clocks(void)
{
	size_t changes = 0, apart = 0;

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		clock_make(&places[i], &clocks[i]);
		for (size_t m = 1; m < MINUTES; m++)
			changes += clocks[i].local[m] - clocks[i].local[m - 1] != MINUTE;
		apart += clocks[i].local[0] != clocks[i].base;
	}
	CHECK_INT("all but Kolkata's and Kathmandu's change once", (int64_t)changes,
		  (int64_t)ARRAY_LEN(places) - 2);
	CHECK_INT("all but Troll's and Casablanca's begin apart from UTC", (int64_t)apart,
		  (int64_t)ARRAY_LEN(places) - 2);
}

UNIT_SUITE("oracle", {"zones are pinned", test_zones}, {"clocks of the C library", test_clocks},
	   {"E16: against another judge", test_random})
