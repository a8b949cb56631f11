/* values - small things that answers are made of */

#include "base/names.h"
#include "dav/dav_priv.h"
#include "ical/time.h"

#define SYNC_PREFIX "urn:x-fasti:sync:"

void dav_put_href(struct buf *out, enum dav_kind kind, const struct dav_whose *whose,
		  struct text collection, struct text object)
{
	buf_put_lit(out, "<D:href>");
	dav_put_path_xml(out, kind, whose, collection, object);
	buf_put_lit(out, "</D:href>");
}

void dav_put_http_date(struct buf *out, int64_t utc)
{
	struct civil c;

	civil_from_local(utc, &c);
	buf_put(out, day_names[weekday_of_day(floor_div(utc, DAY_SECONDS))], 3);
	buf_put_lit(out, ", ");
	buf_put_digits(out, c.day, 2);
	buf_put_char(out, ' ');
	buf_put(out, month_names[c.month - 1], 3);
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

static bool read_field(struct text value, size_t from, size_t len, int64_t max, int *out)
{
	int64_t n;

	if (!text_to_int64(text_sub(value, from, len), 0, max, &n))
		return false;
	*out = (int)n;
	return true;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT": every field has its place. */
bool dav_read_http_date(struct text value, int64_t *utc_out)
{
	struct civil c = {.month = 0};

	if (value.len != 29 || !text_ends(value, TEXT(" GMT")))
		return false;
	for (int i = 0; i < 12; i++)
		if (text_equal(text_sub(value, 8, 3), text_of(month_names[i], 3)))
			c.month = i + 1;
	if (!c.month || !read_field(value, 5, 2, 31, &c.day) ||
	    !read_field(value, 12, 4, 9999, &c.year) || !read_field(value, 17, 2, 23, &c.hour) ||
	    !read_field(value, 20, 2, 59, &c.minute) || !read_field(value, 23, 2, 60, &c.second))
		return false;
	if (c.year < 1 || c.day < 1 || c.day > days_in_month(c.year, c.month))
		return false;
	*utc_out = local_from_civil(&c);
	return true;
}

struct text dav_quoted(struct arena *a, struct text etag)
{
	char *at = arena_alloc(a, etag.len + 3);

	at[0] = '"';
	memcpy(at + 1, etag.at, etag.len);
	at[etag.len + 1] = '"';
	return text_of(at, etag.len + 2);
}

void dav_put_sync_token(struct buf *out, const struct dav_sync_token *token)
{
	buf_put_lit(out, SYNC_PREFIX);
	buf_put_int(out, token->collection);
	buf_put_char(out, ':');
	buf_put_int(out, token->seq);
	if (token->begun > token->seq) {
		buf_put_char(out, ':');
		buf_put_int(out, token->begun);
	}
}

bool dav_read_sync_token(struct text token, struct dav_sync_token *out)
{
	struct text collection, seq;

	*out = (struct dav_sync_token){0};
	if (!text_starts(token, TEXT(SYNC_PREFIX)))
		return false;
	token = text_sub(token, sizeof(SYNC_PREFIX) - 1, token.len);
	if (!text_next(&token, ':', &collection) || !text_next(&token, ':', &seq) ||
	    !text_to_int64(collection, 1, INT64_MAX, &out->collection) ||
	    !text_to_int64(seq, 0, INT64_MAX - 1, &out->seq))
		return false;
	return !token.at || text_to_int64(token, out->seq + 1, INT64_MAX, &out->begun);
}

const char *dav_user_type(enum owner_kind kind)
{
	switch (kind) {
	case OWNER_GROUP:
	case OWNER_TEAM: return "GROUP";
	case OWNER_ROOM: return "ROOM";
	case OWNER_RESOURCE: return "RESOURCE";
	default: return "INDIVIDUAL";
	}
}

void dav_set_schedule_tag(struct dav_request *dr, struct text tag)
{
	if (tag.len > 0)
		http_set_header(dr->rq, "Schedule-Tag", dav_quoted(dr->arena, tag));
}

/*
 * Pages that people trust are of this server too: what anybody can store here is never shown as
 * one of them, nor does a script in it run.
 */
void dav_set_harmless(struct dav_request *dr, struct text disposition)
{
	http_set_header(dr->rq, "Content-Disposition", disposition);
	http_set_header(dr->rq, "Content-Security-Policy", TEXT("sandbox; default-src 'none'"));
}
