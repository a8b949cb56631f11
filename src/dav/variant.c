/* variant - in which of its forms an object is given; see variant.h */

#include "dav/variant.h"

#include "base/arena.h"
#include "dav/dav_priv.h"
#include "ical/jcal.h"
#include "ical/reference.h"
#include "json/write.h"

/* ---- Accept (RFC 9110 §12.5.1) ---------------------------------------------------------- */

enum { WEIGHT_ALL = 1000 };

/* "0.5" as thousandths; what is no weight counts as none at all. */
static int read_weight(struct text value)
{
	int weight = 0, unit = WEIGHT_ALL;

	if (value.len == 0 || value.len > 5 || (value.at[0] != '0' && value.at[0] != '1') ||
	    (value.len > 1 && value.at[1] != '.'))
		return 0;
	for (size_t i = 0; i < value.len; i++) {
		if (i == 1)
			continue;
		if (value.at[i] < '0' || value.at[i] > '9')
			return 0;
		weight += (value.at[i] - '0') * unit;
		unit /= 10;
	}
	return weight > WEIGHT_ALL ? 0 : weight;
}

/* How exactly a range means a type: 3 by its name, 2 "text/'*'", 1 all of them; 0: it does not. */
static int read_fit(struct text range, struct text type)
{
	size_t slash = (size_t)text_find_char(type, '/', 0);

	if (text_equal_nocase(range, type))
		return 3;
	if (text_equal(range, TEXT("*/*")))
		return 1;
	return range.len == slash + 2 && text_ends(range, TEXT("/*")) &&
			       text_equal_nocase(text_sub(range, 0, slash),
						 text_sub(type, 0, slash))
		       ? 2
		       : 0;
}

/* The weight of a type: that of the range that means it most exactly, and of those the highest. */
static int weigh(struct text accept, struct text type)
{
	int best_fit = 0, best = 0;
	struct text item, part, name;

	while (text_next(&accept, ',', &item)) {
		int weight = WEIGHT_ALL, fit;

		if (!text_next(&item, ';', &part))
			continue;
		fit = read_fit(text_trim(part), type);
		while (text_next(&item, ';', &part))
			if (text_next(&part, '=', &name) &&
			    text_equal_nocase(text_trim(name), TEXT("q")))
				weight = read_weight(text_trim(part));
		if (fit > best_fit || (fit == best_fit && weight > best))
			best = weight;
		if (fit > best_fit)
			best_fit = fit;
	}
	return best_fit ? best : 0;
}

bool dav_accepts(struct text accept, bool *jcal_out)
{
	int ical, jcal;

	*jcal_out = false;
	if (text_trim(accept).len == 0)
		return true;
	ical = weigh(accept, TEXT("text/calendar"));
	jcal = weigh(accept, TEXT(JCAL_MEDIA_TYPE));
	*jcal_out = jcal > ical;
	return ical > 0 || jcal > 0;
}

/* ---- which one ------------------------------------------------------------------------------ */

bool dav_wants_no_zones(const struct http_request *rq)
{
	return text_equal_nocase(http_header(rq, "CalDAV-Timezones"), TEXT("F"));
}

const struct fault *dav_variant_read(const struct http_request *rq, struct dav_variant *out)
{
	out->by_reference = dav_wants_no_zones(rq);
	if (dav_accepts(http_header(rq, "Accept"), &out->as_jcal))
		return NULL;
	return fault_make(rq->arena, FAULT_NOT_ACCEPTABLE, NULL,
			  "There is text/calendar here, and application/calendar+json.");
}

bool dav_variant_is_stored(const struct dav_variant *v)
{
	return !v->as_jcal && !v->by_reference;
}

const char *dav_variant_type(const struct dav_variant *v)
{
	return v->as_jcal ? JCAL_MEDIA_TYPE : DAV_CALENDAR_TYPE;
}

/* ---- entity tags (RFC 9110 §8.8.3) ---------------------------------------------------------- */

#define TAG_JCAL	 "+jcal"
#define TAG_BY_REFERENCE "+zones-by-name"

struct text dav_variant_tag(struct arena *a, const struct dav_variant *v, struct text etag)
{
	if (dav_variant_is_stored(v))
		return etag;
	return text_from(arena_printf(a, "%.*s%s%s", TEXT_ARG(etag),
				      v->by_reference ? TAG_BY_REFERENCE : "",
				      v->as_jcal ? TAG_JCAL : ""));
}

struct text dav_stored_tag(struct text tag)
{
	if (text_ends(tag, TEXT(TAG_JCAL)))
		tag.len -= strlen(TAG_JCAL);
	if (text_ends(tag, TEXT(TAG_BY_REFERENCE)))
		tag.len -= strlen(TAG_BY_REFERENCE);
	return tag;
}

/* ---- what is given -------------------------------------------------------------------------- */

static const struct fault *make_jcal(struct arena *a, struct text raw, struct text *out)
{
	struct buf b;
	struct json_writer w = {.out = &b};
	const struct fault *f;

	buf_init(&b, a, raw.len + raw.len / 2 + 256, 8 * raw.len + 4096);
	f = jcal_write(a, raw, &w);
	if (!f && b.overflow)
		f = fault_make(a, FAULT_OUT_OF_MEMORY, NULL, "The object is too large for jCal.");
	*out = buf_text(&b);
	return f;
}

const struct fault *dav_variant_make(struct arena *a, const struct dav_variant *v, struct text raw,
				     struct text *out)
{
	const struct fault *f = NULL;

	*out = raw;
	if (v->by_reference)
		f = ical_without_zones(a, raw, out);
	if (!f && v->as_jcal)
		f = make_jcal(a, *out, out);
	return f;
}
