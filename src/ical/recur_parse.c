/* recur_parse - RRULE as text (RFC 5545 §3.3.10) */

#include "ical/recur_priv.h"

#include "base/arena.h"

struct parser {
	struct arena *arena;
	enum recur_policy policy;
	struct recur *rule;
	struct text part; /* the one being read, for the message */
	bool has_freq, has_interval, has_count;
	unsigned seen; /* bit per row of the table */
};

static const struct fault *refuse(struct parser *p, const char *why)
{
	struct text about = text_sub(p->part, 0, 60);

	return fault_make(p->arena, FAULT_BAD_DATA, "RRULE",
			  "The recurrence rule cannot be used: %s (%.*s).", why, TEXT_ARG(about));
}

/* ---- values ---------------------------------------------------------------------------- */

static const struct fault *read_freq(struct parser *p, struct text value)
{
	static const char *const names[] = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY",
					    "WEEKLY",	"MONTHLY",  "YEARLY"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (text_equal_nocase(value, text_from(names[i]))) {
			p->rule->freq = (enum recur_freq)i;
			p->has_freq = true;
			return NULL;
		}
	}
	return refuse(p, "FREQ is not known");
}

static const struct fault *read_until(struct parser *p, struct text value)
{
	p->rule->has_until = time_parse(value, &p->rule->until, &p->rule->until_form);
	return p->rule->has_until ? NULL : refuse(p, "UNTIL is no date");
}

static const struct fault *read_count(struct parser *p, struct text value)
{
	int64_t n;

	if (!text_to_int64(value, 1, INT32_MAX, &n))
		return refuse(p, "COUNT must be at least 1");
	p->rule->count = (int32_t)n;
	return NULL;
}

static const struct fault *read_interval(struct parser *p, struct text value)
{
	int64_t n;

	if (!text_to_int64(value, 1, INT32_MAX, &n))
		return refuse(p, "INTERVAL must be at least 1");
	p->rule->interval = (int32_t)n;
	return NULL;
}

static int read_weekday(struct text t)
{
	static const char *const names[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

	for (int i = 0; i < 7; i++)
		if (text_equal_nocase(t, text_from(names[i])))
			return i;
	return -1;
}

static const struct fault *read_week_start(struct parser *p, struct text value)
{
	int day = read_weekday(value);

	if (day < 0)
		return refuse(p, "WKST is no weekday");
	p->rule->week_start = (int8_t)day;
	return NULL;
}

static const struct fault *read_by_day(struct parser *p, struct text value)
{
	struct text one;

	while (text_next(&value, ',', &one)) {
		struct text number = text_sub(one, 0, one.len < 2 ? 0 : one.len - 2);
		int weekday = one.len < 2 ? -1 : read_weekday(text_sub(one, one.len - 2, 2));
		int64_t nth = 0;

		if (number.len > 0 && number.at[0] == '+')
			number = text_sub(number, 1, number.len);
		if (weekday < 0 ||
		    (number.len > 0 && (!text_to_int64(number, -53, 53, &nth) || !nth)))
			return refuse(p, "BYDAY holds no weekday");
		if (p->rule->by_day_count == RECUR_MAX_BYDAY)
			return refuse(p, "BYDAY is too long");
		if (nth < 0)
			p->rule->by_day_back[weekday] |= UINT64_C(1) << -nth;
		else
			p->rule->by_day[weekday] |= UINT64_C(1) << nth;
		p->rule->by_day_count++;
	}
	return NULL;
}

/* A list of numbers, each handed to set() when it is within [low, high] and, with
 * negative allowed, its mirror image. */
static const struct fault *read_list(struct parser *p, struct text value, int low, int high,
				     bool negative, void (*set)(struct recur *r, int n))
{
	struct text one;

	while (text_next(&value, ',', &one)) {
		int64_t n;

		if (one.len > 0 && one.at[0] == '+')
			one = text_sub(one, 1, one.len);
		if (!text_to_int64(one, negative ? -high : low, high, &n) || (negative && n == 0))
			return refuse(p, "a number is out of range");
		set(p->rule, (int)n);
	}
	return NULL;
}

static void set_second(struct recur *r, int n)
{
	r->by_second |= UINT64_C(1) << (n == 60 ? 59 : n);
}

static void set_minute(struct recur *r, int n)
{
	r->by_minute |= UINT64_C(1) << n;
}

static void set_hour(struct recur *r, int n)
{
	r->by_hour |= UINT32_C(1) << n;
}

static void set_month(struct recur *r, int n)
{
	r->by_month = (uint16_t)(r->by_month | 1u << n);
}

static void set_month_day(struct recur *r, int n)
{
	if (n > 0)
		r->by_month_day |= UINT32_C(1) << n;
	else
		r->by_month_day_back |= UINT32_C(1) << -n;
}

static void set_week(struct recur *r, int n)
{
	r->by_week[n < 0] |= UINT64_C(1) << abs(n);
}

/* Bits 0..383 in words; the mirror images 384 further on. */
static void set_far(uint64_t words[12], int n)
{
	int bit = abs(n) + (n < 0 ? 384 : 0);

	words[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static void set_year_day(struct recur *r, int n)
{
	set_far(r->by_year_day, n);
	r->has_by_year_day = true;
}

static void set_setpos(struct recur *r, int n)
{
	set_far(r->by_setpos, n);
	r->has_by_setpos = true;
}

static const struct fault *read_by_second(struct parser *p, struct text v)
{
	return read_list(p, v, 0, 60, false, set_second);
}

static const struct fault *read_by_minute(struct parser *p, struct text v)
{
	return read_list(p, v, 0, 59, false, set_minute);
}

static const struct fault *read_by_hour(struct parser *p, struct text v)
{
	return read_list(p, v, 0, 23, false, set_hour);
}

static const struct fault *read_by_month(struct parser *p, struct text v)
{
	return read_list(p, v, 1, 12, false, set_month);
}

static const struct fault *read_by_month_day(struct parser *p, struct text v)
{
	return read_list(p, v, 1, 31, true, set_month_day);
}

static const struct fault *read_by_week(struct parser *p, struct text v)
{
	return read_list(p, v, 1, 53, true, set_week);
}

static const struct fault *read_by_year_day(struct parser *p, struct text v)
{
	return read_list(p, v, 1, 366, true, set_year_day);
}

static const struct fault *read_setpos(struct parser *p, struct text v)
{
	return read_list(p, v, 1, 366, true, set_setpos);
}

static const struct fault *refuse_rscale(struct parser *p, const char *why)
{
	return fault_make(p->arena, FAULT_UNKNOWN_RSCALE, "RRULE",
			  "The recurrence rule cannot be used: %s (%.*s).", why,
			  TEXT_ARG(text_sub(p->part, 0, 60)));
}

static const struct fault *read_rscale(struct parser *p, struct text v)
{
	/* The Gregorian calendar is what is meant anyway (RFC 7529 §4.1). */
	if (text_equal_nocase(v, TEXT("GREGORIAN")))
		return NULL;
	return refuse_rscale(p, "only the Gregorian calendar is followed");
}

static const struct fault *read_skip(struct parser *p, struct text v)
{
	if (text_equal_nocase(v, TEXT("OMIT")))
		return NULL;
	return refuse_rscale(p, "days that a month lacks are left out only");
}

/* clang-format off */
static const struct {
	const char *name;
	const struct fault *(*read)(struct parser *p, struct text value);
} parts[] = {
	{ "FREQ",       read_freq },
	{ "UNTIL",      read_until },
	{ "COUNT",      read_count },
	{ "INTERVAL",   read_interval },
	{ "BYSECOND",   read_by_second },
	{ "BYMINUTE",   read_by_minute },
	{ "BYHOUR",     read_by_hour },
	{ "BYDAY",      read_by_day },
	{ "BYMONTHDAY", read_by_month_day },
	{ "BYYEARDAY",  read_by_year_day },
	{ "BYWEEKNO",   read_by_week },
	{ "BYMONTH",    read_by_month },
	{ "BYSETPOS",   read_setpos },
	{ "WKST",       read_week_start },
	{ "RSCALE",     read_rscale },
	{ "SKIP",       read_skip },
};
/* clang-format on */

/* ---- what may not stand together ------------------------------------------------------------ */

static bool has_nth(const struct recur *r)
{
	for (int i = MONDAY; i <= SUNDAY; i++)
		if (r->by_day[i] > 1 || r->by_day_back[i])
			return true;
	return false;
}

static bool has_any_by(const struct recur *r)
{
	return r->by_second || r->by_minute || r->by_hour || r->by_month || r->by_month_day ||
	       r->by_month_day_back || r->by_week[0] || r->by_week[1] || r->has_by_year_day ||
	       r->by_day_count;
}

/* Combinations that §3.3.10 forbids; from others than clients the sense is taken. */
static const struct fault *check_strict(struct parser *p)
{
	const struct recur *r = p->rule;
	bool weeks = r->by_week[0] || r->by_week[1];

	if (r->count && r->has_until)
		return refuse(p, "COUNT and UNTIL exclude each other");
	if (weeks && r->freq != FREQ_YEARLY)
		return refuse(p, "BYWEEKNO is for yearly rules");
	if (has_nth(r) && (r->freq < FREQ_MONTHLY || weeks))
		return refuse(p, "a numbered weekday is for monthly and yearly rules");
	if ((r->by_month_day || r->by_month_day_back) && r->freq == FREQ_WEEKLY)
		return refuse(p, "BYMONTHDAY is not for weekly rules");
	if (r->has_by_year_day && r->freq >= FREQ_DAILY && r->freq <= FREQ_MONTHLY)
		return refuse(p, "BYYEARDAY is not for daily, weekly or monthly rules");
	return NULL;
}

static void drop_nth(struct recur *r)
{
	for (int i = MONDAY; i <= SUNDAY; i++) {
		r->by_day[i] = r->by_day[i] || r->by_day_back[i];
		r->by_day_back[i] = 0;
	}
}

static const struct fault *check(struct parser *p)
{
	struct recur *r = p->rule;
	bool weeks = r->by_week[0] || r->by_week[1];

	p->part = TEXT("RRULE");
	if (!p->has_freq)
		return refuse(p, "FREQ is missing");
	if (r->has_by_setpos && !has_any_by(r))
		return refuse(p, "BYSETPOS needs another BY part");
	if (p->policy == RECUR_STRICT)
		return check_strict(p);
	if (r->freq < FREQ_MONTHLY || weeks)
		drop_nth(r);
	if (weeks && r->freq != FREQ_YEARLY)
		r->by_week[0] = r->by_week[1] = 0;
	return NULL;
}

static const struct fault *read_part(struct parser *p)
{
	ptrdiff_t equals = text_find_char(p->part, '=', 0);
	struct text name, value;

	if (equals < 0)
		return refuse(p, "a part is NAME=VALUE");
	name = text_trim(text_of(p->part.at, (size_t)equals));
	value = text_trim(text_sub(p->part, (size_t)equals + 1, p->part.len));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (!text_equal_nocase(name, text_from(parts[i].name)))
			continue;
		if (p->seen & 1u << i)
			return refuse(p, "a part stands twice");
		p->seen |= 1u << i;
		return parts[i].read(p, value);
	}
	return refuse(p, "a part is not known");
}

const struct fault *recur_parse(struct arena *a, struct text value, enum recur_policy policy,
				struct recur *out)
{
	struct parser p = {.arena = a, .policy = policy, .rule = out};
	struct text rest = text_trim(value);

	*out = (struct recur){.interval = 1, .week_start = MONDAY};
	while (text_next(&rest, ';', &p.part)) {
		const struct fault *f;

		/* A semicolon at the end is common, and harmless. */
		if (p.part.len == 0)
			continue;
		f = read_part(&p);
		if (f)
			return f;
	}
	return check(&p);
}

bool recur_is_endless(const struct recur *r)
{
	return r->count == 0 && !r->has_until;
}
