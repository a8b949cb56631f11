/* values - small things that answers are made of */

#include "dav/dav_priv.h"
#include "ical/time.h"

#define SYNC_PREFIX "urn:x-fasti:sync:"

void dav_put_href(struct buf *out, const struct dav_request *dr, enum dav_kind kind,
		  struct text collection, struct text object)
{
	buf_put_lit(out, "<D:href>");
	dav_put_path_xml(out, kind, dr->user, collection, object);
	buf_put_lit(out, "</D:href>");
}

void dav_put_http_date(struct buf *out, int64_t utc)
{
	static const char days[7][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil c;

	civil_from_local(utc, &c);
	buf_put_str(out, days[weekday_of_day(floor_div(utc, DAY_SECONDS))]);
	buf_put_lit(out, ", ");
	buf_put_digits(out, c.day, 2);
	buf_put_char(out, ' ');
	buf_put_str(out, months[c.month - 1]);
	buf_put_char(out, ' ');
	buf_put_digits(out, c.year, 4);
	buf_put_char(out, ' ');
	buf_put_digits(out, c.hour, 2);
	buf_put_char(out, ':');
	buf_put_digits(out, c.minute, 2);
	buf_put_char(out, ':');
	buf_put_digits(out, c.second, 2);
	buf_put_lit(out, " GMT");
}

struct text dav_quoted(struct arena *a, struct text etag)
{
	char *at = arena_alloc(a, etag.len + 3);

	at[0] = '"';
	memcpy(at + 1, etag.at, etag.len);
	at[etag.len + 1] = '"';
	return text_of(at, etag.len + 2);
}

void dav_put_sync_token(struct buf *out, int64_t collection, int64_t seq)
{
	buf_put_lit(out, SYNC_PREFIX);
	buf_put_int(out, collection);
	buf_put_char(out, ':');
	buf_put_int(out, seq);
}

bool dav_read_sync_token(struct text token, int64_t *collection_out, int64_t *seq_out)
{
	struct text collection;

	if (!text_starts(token, TEXT(SYNC_PREFIX)))
		return false;
	token = text_sub(token, sizeof(SYNC_PREFIX) - 1, token.len);
	return text_next(&token, ':', &collection) && token.at &&
	       text_to_int64(collection, 1, INT64_MAX, collection_out) &&
	       text_to_int64(token, 0, INT64_MAX, seq_out);
}

bool dav_read_utc(struct text value, int64_t *utc_out)
{
	enum time_form form;

	return time_parse(value, utc_out, &form) && form == TIME_UTC;
}
