/*
 * jcal_value - one value in both spellings (RFC 7265 §3.6)
 *
 * A value that has not the form of its type is left to the caller, who gives it as the string it
 * is: a calendar app that wrote it will know what to make of it.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "ical/jcal_priv.h"
#include "ical/line.h"

/* ---- dates, times, offsets (§3.6.4, §3.6.5, §3.6.12, §3.6.14) ---------------------------- */

/* 0 is any digit, + any sign, all else itself. */
static const struct shape {
	struct text basic, extended;
} shapes[] = {
	{TEXT_INIT("00000000"), TEXT_INIT("0000-00-00")},
	{TEXT_INIT("00000000T000000"), TEXT_INIT("0000-00-00T00:00:00")},
	{TEXT_INIT("00000000T000000Z"), TEXT_INIT("0000-00-00T00:00:00Z")},
	{TEXT_INIT("000000"), TEXT_INIT("00:00:00")},
	{TEXT_INIT("000000Z"), TEXT_INIT("00:00:00Z")},
	{TEXT_INIT("+0000"), TEXT_INIT("+00:00")},
	{TEXT_INIT("+000000"), TEXT_INIT("+00:00:00")},
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool has_shape(struct text t, struct text shape)
{
	if (t.len != shape.len)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		char c = t.at[i], s = shape.at[i];

		if (s == '0' ? !is_digit(c) : s == '+' ? c != '+' && c != '-' : c != s)
			return false;
	}
	return true;
}

/* What varies goes over in its order; both shapes have the same number of it. */
static void put_reshaped(struct buf *out, struct text t, struct text from, struct text to)
{
	size_t at = 0;

	for (size_t i = 0; i < to.len; i++) {
		if (to.at[i] != '0' && to.at[i] != '+') {
			buf_put_char(out, to.at[i]);
			continue;
		}
		while (from.at[at] != '0' && from.at[at] != '+')
			at++;
		buf_put_char(out, t.at[at++]);
	}
}

static void jcal_put_extended(struct buf *out, struct text basic)
{
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (has_shape(basic, shapes[i].basic)) {
			put_reshaped(out, basic, shapes[i].basic, shapes[i].extended);
			return;
		}
	buf_put_text(out, basic);
}

void jcal_put_basic(struct buf *out, struct text extended)
{
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (has_shape(extended, shapes[i].extended)) {
			put_reshaped(out, extended, shapes[i].extended, shapes[i].basic);
			return;
		}
	buf_put_text(out, extended);
}

bool jcal_put_json_shape(struct arena *a, struct text value, struct json_writer *w)
{
	struct buf b;

	buf_init(&b, a, value.len + 8, value.len + 8);
	jcal_put_extended(&b, value);
	json_add_text(w, buf_text(&b));
	return true;
}

bool jcal_put_ical_shape(struct arena *a, const struct json *value, struct buf *out)
{
	struct text t;

	(void)a;
	if (!json_text(value, &t))
		return false;
	jcal_put_basic(out, t);
	return true;
}

/* ---- text, and what stands as it is ------------------------------------------------------- */

bool jcal_put_json_text(struct arena *a, struct text value, struct json_writer *w)
{
	json_add_text(w, ical_text_unescape(a, value));
	return true;
}

bool jcal_put_ical_text(struct arena *a, const struct json *value, struct buf *out)
{
	struct text t;

	(void)a;
	if (!json_text(value, &t))
		return false;
	ical_put_text(out, t);
	return true;
}

bool jcal_put_ical_raw(struct arena *a, const struct json *value, struct buf *out)
{
	struct text t;

	(void)a;
	if (!json_text(value, &t))
		return false;
	buf_put_text(out, t);
	return true;
}

/* ---- numbers and truth (§3.6.2, §3.6.7, §3.6.8) -------------------------------------------- */

bool jcal_put_json_boolean(struct arena *a, struct text value, struct json_writer *w)
{
	(void)a;
	if (!text_equal_nocase(value, TEXT("TRUE")) && !text_equal_nocase(value, TEXT("FALSE")))
		return false;
	json_add_bool(w, value.len == 4);
	return true;
}

bool jcal_put_ical_boolean(struct arena *a, const struct json *value, struct buf *out)
{
	bool is_true;

	if (!json_bool(value, &is_true))
		return jcal_put_ical_raw(a, value, out);
	buf_put_str(out, is_true ? "TRUE" : "FALSE");
	return true;
}

bool jcal_put_json_integer(struct arena *a, struct text value, struct json_writer *w)
{
	struct text digits = text_starts(value, TEXT("+")) ? text_sub(value, 1, value.len) : value;
	int64_t n;

	(void)a;
	if (!text_to_int64(digits, INT64_MIN, INT64_MAX, &n))
		return false;
	json_add_int(w, n);
	return true;
}

bool jcal_put_ical_integer(struct arena *a, const struct json *value, struct buf *out)
{
	int64_t n;

	if (!json_int(value, &n))
		return jcal_put_ical_raw(a, value, out);
	buf_put_int(out, n);
	return true;
}

enum { FLOAT_DIGITS_MAX = 15 }; /* before and after the point: what a double keeps */

/* [sign] digits [. digits], as RFC 5545 §3.3.7 has it; *whole_out: the digits before the point. */
static bool cut_float(struct text t, bool *negative_out, struct text *whole_out,
		      struct text *part_out)
{
	size_t at = 0, begin;

	*negative_out = text_starts(t, TEXT("-"));
	if (*negative_out || text_starts(t, TEXT("+")))
		at = 1;
	begin = at;
	while (at < t.len && is_digit(t.at[at]))
		at++;
	*whole_out = text_of(t.at + begin, at - begin);
	*part_out = text_sub(t, at, t.len);
	if (whole_out->len == 0 || whole_out->len > FLOAT_DIGITS_MAX)
		return false;
	if (part_out->len == 0)
		return true;
	if (part_out->at[0] != '.' || part_out->len == 1)
		return false;
	for (size_t i = 1; i < part_out->len; i++)
		if (!is_digit(part_out->at[i]))
			return false;
	return true;
}

/* Its digits go over as they are; only JSON knows no "+" and no zero in front. */
bool jcal_put_json_float(struct arena *a, struct text value, struct json_writer *w)
{
	struct text whole, part;
	bool negative;
	struct buf b;

	if (!cut_float(value, &negative, &whole, &part))
		return false;
	while (whole.len > 1 && whole.at[0] == '0')
		whole = text_sub(whole, 1, whole.len);
	buf_init(&b, a, value.len + 1, value.len + 1);
	if (negative)
		buf_put_char(&b, '-');
	buf_put_text(&b, whole);
	buf_put_text(&b, part);
	json_add_raw(w, buf_text(&b));
	return true;
}

/* The fewest decimals that mean the same number: iCalendar knows no exponent. */
static bool put_decimal(struct arena *a, double n, struct buf *out)
{
	if (!isfinite(n) || fabs(n) >= 1e15)
		return false;
	for (int decimals = 0; decimals <= 2 * FLOAT_DIGITS_MAX; decimals++) {
		const char *s = arena_printf(a, "%.*f", decimals, n);

		if (strtod(s, NULL) == n || decimals == 2 * FLOAT_DIGITS_MAX) {
			buf_put_str(out, s);
			break;
		}
	}
	return true;
}

bool jcal_put_ical_float(struct arena *a, const struct json *value, struct buf *out)
{
	double n;

	if (!json_number(value, &n))
		return jcal_put_ical_raw(a, value, out);
	return put_decimal(a, n, out);
}

/* ---- periods (§3.6.9) ------------------------------------------------------------------------ */

bool jcal_put_json_period(struct arena *a, struct text value, struct json_writer *w)
{
	ptrdiff_t slash = text_find_char(value, '/', 0);

	if (slash < 0)
		return false;
	json_begin_list(w);
	(void)jcal_put_json_shape(a, text_sub(value, 0, (size_t)slash), w);
	(void)jcal_put_json_shape(a, text_sub(value, (size_t)slash + 1, value.len), w);
	json_end_list(w);
	return true;
}

bool jcal_put_ical_period(struct arena *a, const struct json *value, struct buf *out)
{
	if (json_kind(value) != JSON_KIND_LIST)
		return jcal_put_ical_raw(a, value, out);
	if (json_item_count(value) != 2 || !jcal_put_ical_shape(a, json_item(value, 0), out))
		return false;
	buf_put_char(out, '/');
	return jcal_put_ical_shape(a, json_item(value, 1), out);
}
