/*
 * date - words between blanks, in the order that all keep
 */
#include "mail/date_priv.h"

#include "base/names.h"
#include "ical/time.h"
#include "mail/content_priv.h"

static struct text cut_word(struct text *rest)
{
	struct text word = TEXT_NONE;

	do
		if (!text_next(rest, ' ', &word))
			return TEXT_NONE;
	while (word.len == 0);
	return word;
}

static bool read_number(struct text t, int64_t max, int *out)
{
	int64_t n;

	if (!text_to_int64(t, 0, max, &n))
		return false;
	*out = (int)n;
	return true;
}

static bool read_month(struct text t, int *out)
{
	for (int i = 0; i < 12; i++)
		if (t.len >= 3 &&
		    text_equal_nocase(text_sub(t, 0, 3), text_of(month_names[i], 3))) {
			*out = i + 1;
			return true;
		}
	return false;
}

/* §4.3: two digits are of 1950 to 2049, three count from 1900. */
static bool read_year(struct text t, int *out)
{
	if (!read_number(t, 9999, out))
		return false;
	if (t.len == 2)
		*out += *out < 50 ? 2000 : 1900;
	else if (t.len == 3)
		*out += 1900;
	return *out >= 1;
}

static bool read_time(struct text t, struct civil *c)
{
	struct text hour, minute = TEXT_NONE, second = TEXT_NONE;

	if (!text_next(&t, ':', &hour) || !text_next(&t, ':', &minute))
		return false;
	if (!read_number(hour, 23, &c->hour) || !read_number(minute, 59, &c->minute))
		return false;
	if (!text_next(&t, ':', &second))
		return true;
	if (!read_number(second, 60, &c->second))
		return false;
	c->second -= c->second == 60;
	return true;
}

/* Names other than these say nothing reliable, and count as UTC (§4.3). */
static int read_zone(struct text t)
{
	static const struct {
		const char *name;
		int hours;
	} names[] = {{"EDT", -4}, {"EST", -5}, {"CDT", -5}, {"CST", -6},
		     {"MDT", -6}, {"MST", -7}, {"PDT", -7}, {"PST", -8}};
	int seconds = 0;

	if (utc_offset_parse(t, &seconds))
		return seconds;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (text_equal_nocase(t, text_from(names[i].name)))
			return names[i].hours * 3600;
	return 0;
}

bool mail_date_parse(struct arena *a, struct text unfolded, int64_t *utc_out)
{
	struct text rest, word;
	struct civil c = {0};
	ptrdiff_t comma;

	content_strip_comments(a, unfolded, &rest);
	comma = text_find_char(rest, ',', 0);
	if (comma >= 0)
		rest = text_sub(rest, (size_t)comma + 1, rest.len);
	word = cut_word(&rest);
	if (!read_number(word, 31, &c.day) || !read_month(cut_word(&rest), &c.month) ||
	    !read_year(cut_word(&rest), &c.year) || !read_time(cut_word(&rest), &c))
		return false;
	if (c.day < 1 || c.day > days_in_month(c.year, c.month))
		return false;
	*utc_out = local_from_civil(&c) - read_zone(cut_word(&rest));
	return true;
}
