/*
 * zone_write - a short VTIMEZONE for what the server makes
 *
 * Mail programs read the two-rule form and little else: one STANDARD and one
 * DAYLIGHT that begin in 1970 and recur yearly on a weekday of a month. Where a
 * zone's rules are not of that kind, the changes around the event are written out.
 */

#include "base/arena.h"
#include "base/buf.h"
#include "ical/line.h"
#include "ical/zone_priv.h"

enum {
	WRITE_YEARS_BACK = 1,
	WRITE_YEARS_AHEAD = 3,
	/* "The second Sunday" and "the Sunday after the 7th" part ways within 28 years. */
	WRITE_YEARS_OF_RULE = 28,
};

/* The yearly rule of a change: "first Sunday of March", "last Sunday of October". */
struct yearly {
	int month, weekday, nth; /* nth: 1..4, or -1 */
	int time;		 /* seconds of the local day, by the offset before */
};

static void put_offset(struct buf *b, int seconds)
{
	int s = abs(seconds);

	buf_put_char(b, seconds < 0 ? '-' : '+');
	buf_put_digits(b, s / 3600, 2);
	buf_put_digits(b, s / 60 % 60, 2);
	if (s % 60)
		buf_put_digits(b, s % 60, 2);
}

static void put_observance(struct buf *b, bool is_dst, int64_t local, int from, int to,
			   const struct yearly *rule)
{
	static const char *const weekdays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
	const char *kind = is_dst ? "DAYLIGHT" : "STANDARD";

	buf_printf(b, "BEGIN:%s\r\nDTSTART:", kind);
	time_put_local(b, local);
	buf_put_lit(b, "\r\nTZOFFSETFROM:");
	put_offset(b, from);
	buf_put_lit(b, "\r\nTZOFFSETTO:");
	put_offset(b, to);
	if (rule)
		buf_printf(b, "\r\nRRULE:FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s", rule->month, rule->nth,
			   weekdays[rule->weekday]);
	buf_printf(b, "\r\nEND:%s\r\n", kind);
}

/* The change of a year as a rule, taken as "last" or as "nth" of its month. */
static void yearly_of(int64_t local, bool last, struct yearly *out)
{
	struct civil c;

	civil_from_local(local, &c);
	out->month = c.month;
	out->weekday = weekday_of_day(floor_div(local, DAY_SECONDS));
	out->nth = last ? -1 : (c.day - 1) / 7 + 1;
	out->time = c.hour * 3600 + c.minute * 60 + c.second;
}

/* Local seconds at which the rule strikes in a year. */
static int64_t yearly_local(const struct yearly *y, int year)
{
	int64_t first = days_from_civil(year, y->month, 1);
	int ahead = y->weekday - weekday_of_day(first);
	int day = (ahead < 0 ? ahead + 7 : ahead) + 7 * ((y->nth < 0 ? 5 : y->nth) - 1);

	while (day >= days_in_month(year, y->month))
		day -= 7;
	return (first + day) * DAY_SECONDS + y->time;
}

/* The two changes that follow `utc`, and whether they recur yearly by one rule each. */
struct pair {
	int64_t utc[2];
	int from[2], to[2];
	struct yearly rule[2];
};

static bool follows_rule(const struct zone *z, const struct pair *p, int side, int year)
{
	int64_t utc = yearly_local(&p->rule[side], year) - p->from[side], found;

	return zone_next_change(z, utc, &found) && found == utc &&
	       zone_offset(z, utc) == p->to[side] && zone_offset(z, utc - 1) == p->from[side];
}

static bool find_pair(const struct zone *z, int64_t utc, struct pair *p)
{
	struct civil c;
	int year, month, day;

	civil_from_local(utc, &c);
	year = c.year;
	for (int side = 0; side < 2; side++) {
		bool found = false;

		if (!zone_next_change(z, side ? p->utc[0] + 1 : utc, &p->utc[side]))
			return false;
		p->from[side] = zone_offset(z, p->utc[side] - 1);
		p->to[side] = zone_offset(z, p->utc[side]);
		civil_from_days(floor_div(p->utc[side], DAY_SECONDS), &year, &month, &day);
		for (int last = 1; last >= 0 && !found; last--) {
			yearly_of(p->utc[side] + p->from[side], last, &p->rule[side]);
			found = true;
			for (int y = year; y <= year + WRITE_YEARS_OF_RULE && found; y++)
				found = follows_rule(z, p, side, y);
		}
		if (!found)
			return false;
	}
	return p->utc[1] - p->utc[0] < INT64_C(366) * DAY_SECONDS && p->to[0] == p->from[1] &&
	       p->to[1] == p->from[0];
}

/* The rule must have struck at the change before the event, too; 1970 is the custom. */
static bool pair_covers(const struct zone *z, const struct pair *p, int64_t utc)
{
	int year, month, day;
	int64_t struck[2], last;

	civil_from_days(floor_div(utc, DAY_SECONDS), &year, &month, &day);
	for (int side = 0; side < 2; side++) {
		struck[side] = yearly_local(&p->rule[side], year) - p->from[side];
		if (struck[side] > utc)
			struck[side] = yearly_local(&p->rule[side], year - 1) - p->from[side];
	}
	last = max64(struck[0], struck[1]);
	return zone_offset(z, utc) == p->to[struck[1] > struck[0]] &&
	       zone_offset(z, last) == p->to[struck[1] > struck[0]];
}

static void put_changes(struct buf *b, const struct zone *z, int64_t utc)
{
	int64_t at = utc - INT64_C(366) * DAY_SECONDS * WRITE_YEARS_BACK;
	int64_t end = utc + INT64_C(366) * DAY_SECONDS * WRITE_YEARS_AHEAD, change;
	int offset = zone_offset(z, at);
	const struct zone_change *before = zone_change_at(z, at);

	/* What holds before the first change that is written; 1970 is the custom. */
	put_observance(b, before && before->is_dst, max64(min64(0, at), TIME_MIN), offset, offset,
		       NULL);
	while (zone_next_change(z, at, &change) && change < end) {
		const struct zone_change *c = zone_change_at(z, change);
		int from = zone_offset(z, change - 1), to = zone_offset(z, change);

		put_observance(b, c && c->is_dst, change + from, from, to, NULL);
		at = change + 1;
	}
}

void zone_put_vtimezone(struct buf *b, const struct zone *z, struct text tzid, int64_t utc)
{
	struct pair p = {0};
	struct buf line;

	buf_put_lit(b, "BEGIN:VTIMEZONE\r\n");
	buf_init(&line, b->arena, 128, 1024);
	buf_put_lit(&line, "TZID:");
	buf_put_text(&line, tzid);
	ical_put_line(b, buf_text(&line));
	if (find_pair(z, utc, &p) && pair_covers(z, &p, utc)) {
		for (int side = 0; side < 2; side++)
			put_observance(b, p.to[side] > p.from[side],
				       yearly_local(&p.rule[side], 1970), p.from[side], p.to[side],
				       &p.rule[side]);
	} else {
		put_changes(b, z, utc);
	}
	buf_put_lit(b, "END:VTIMEZONE\r\n");
}
