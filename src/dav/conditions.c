/* conditions - the request headers that WebDAV clients send */

#include "calendar/locks.h"
#include "dav/dav_priv.h"
#include "dav/variant.h"

/* ---- entity tags (RFC 9110 §8.8.3, §13.1) ---------------------------------------------------- */

enum { CONDITION_TAGS_MAX = 64 };

struct tag_list {
	struct text *at;
	size_t count;
	bool any;
};

/*
 * Read a list of entity tags. What is no tag ("nothing", unquoted: a probe of
 * Thunderbird) is passed over, so that it matches nothing. Weak tags count only
 * where the comparison is weak (§8.8.3.2).
 */
static struct tag_list read_tags(struct arena *a, struct text header, bool weak_counts)
{
	struct tag_list list = {.at = arena_alloc_array(a, CONDITION_TAGS_MAX, sizeof(*list.at))};
	size_t i = 0;

	list.any = text_equal(header, TEXT("*"));
	while (i < header.len && list.count < CONDITION_TAGS_MAX) {
		bool weak = text_starts(text_sub(header, i, 3), TEXT("W/\""));
		ptrdiff_t end;

		if (weak)
			i += 2;
		if (header.at[i] != '"') {
			i++;
			continue;
		}
		end = text_find_char(header, '"', i + 1);
		if (end < 0)
			break;
		if (!weak || weak_counts)
			list.at[list.count++] = text_sub(header, i + 1, (size_t)end - i - 1);
		i = (size_t)end + 1;
	}
	return list;
}

/*
 * If-Schedule-Tag-Match (RFC 6638 §8.3). It names one tag; without any it is meant for what has
 * none (interop: Apple Calendar).
 */
static void read_schedule_tag(const struct http_request *rq, struct change_condition *out)
{
	struct text tag = http_header(rq, "If-Schedule-Tag-Match");

	out->has_schedule_tag = tag.at != NULL;
	tag = text_trim(tag);
	if (tag.len > 1 && tag.at[0] == '"' && text_ends(tag, TEXT("\"")))
		tag = text_sub(tag, 1, tag.len - 2);
	out->schedule_tag = tag;
}

void dav_read_condition(const struct http_request *rq, struct change_condition *out)
{
	struct text match = http_header(rq, "If-Match"), none = http_header(rq, "If-None-Match");
	struct text since = http_header(rq, "If-Unmodified-Since");
	struct tag_list list;

	memset(out, 0, sizeof(*out));
	if (match.at) {
		list = read_tags(rq->arena, match, false);
		out->has_if_match = true;
		out->if_match_any = list.any;
		out->if_match = list.at;
		out->if_match_count = list.count;
		/* What a client has seen of the object, in whichever form, is the same object. */
		for (size_t i = 0; i < list.count; i++)
			list.at[i] = dav_stored_tag(list.at[i]);
	}
	if (none.at) {
		list = read_tags(rq->arena, none, true);
		out->if_none_match_any = list.any;
		out->if_none_match = list.at;
		out->if_none_match_count = list.count;
	}
	read_schedule_tag(rq, out);
	if (since.at && !match.at)
		out->has_unmodified_since = dav_read_http_date(since, &out->unmodified_since);
}

const struct fault *dav_check_condition(struct dav_request *dr, bool exists)
{
	struct change_condition c;

	dav_read_condition(dr->rq, &c);
	if (change_judge_condition(&c, exists, TEXT_NONE) == CONDITION_HOLDS)
		return NULL;
	return fault_make(dr->arena, FAULT_PRECONDITION, NULL,
			  "The resource is not in the state that was asked for.");
}

/* ---- Depth (RFC 4918 §10.2) --------------------------------------------------------------------
 */

enum dav_depth dav_read_depth(struct text header)
{
	if (!header.at)
		return DAV_DEPTH_ABSENT;
	if (text_equal(header, TEXT("0")))
		return DAV_DEPTH_0;
	if (text_equal(header, TEXT("1")))
		return DAV_DEPTH_1;
	return text_equal_nocase(header, TEXT("infinity")) ? DAV_DEPTH_INFINITY : DAV_DEPTH_BAD;
}

/* ---- Timeout (RFC 4918 §10.7) ------------------------------------------------------------------
 */

static bool is_number(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
	return t.len > 0;
}

/* The first one of the list that is understood: a client says first what it would like best. */
int64_t dav_read_timeout(struct text header)
{
	struct text rest = header, part;
	int64_t seconds;

	while (rest.at && text_next(&rest, ',', &part)) {
		part = text_trim(part);
		if (text_equal_nocase(part, TEXT("Infinite")))
			return LOCK_SECONDS_MAX;
		if (!text_starts_nocase(part, TEXT("Second-")) ||
		    !is_number(text_sub(part, 7, part.len)))
			continue;
		/* A number that is too large for us is too long for a lock. */
		if (!text_to_int64(text_sub(part, 7, part.len), 0, LOCK_SECONDS_MAX, &seconds))
			return LOCK_SECONDS_MAX;
		return max64(seconds, 1);
	}
	return 0;
}
