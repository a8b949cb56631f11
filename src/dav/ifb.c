/*
 * ifb - free-busy time by a plain GET (CalConnect CD 0903, Freebusy Read URL)
 *
 * ?start and ?end are dates or times as RFC 3339 has them, or in UTC as iCalendar has them; ?period
 * is a duration in the place of an end. Without them it is six weeks from the beginning of today.
 * Who may ask is one setting of each owner's (decisions 22); to whom it is closed there is nothing
 * here, whether or not there is such a user. What changes nothing leaves the ETag as it was.
 */
#include "dav/ifb.h"

#include "base/codec.h"
#include "base/secret.h"
#include "dav/filter.h"
#include "dav/outbox.h"
#include "dav/report.h"
#include "freebusy/cache.h"
#include "freebusy/vfreebusy.h"
#include "ical/time.h"
#include "ical/zone.h"

enum {
	IFB_MAX_BYTES = 16 * 1024 * 1024,
	IFB_DAYS = 42,
};

struct asked {
	struct owner *owner;
	struct dav_range range;
};

/* ---- what is asked ------------------------------------------------------------------------- */

struct params {
	struct text start, end, period;
};

static const struct fault *bad(struct dav_request *dr, const char *about, const char *why)
{
	return fault_make(dr->arena, FAULT_BAD_REQUEST, about, "%s", why);
}

/* Others on the address are none of ours. */
static const struct fault *read_params(struct dav_request *dr, struct params *p)
{
	struct {
		struct text name, *value;
	} rows[] = {
		{TEXT("start"), &p->start}, {TEXT("end"), &p->end}, {TEXT("period"), &p->period}};
	struct text rest = dr->rq->query, pair;

	while (text_next(&rest, '&', &pair)) {
		ptrdiff_t sign = text_find_char(pair, '=', 0);

		for (size_t i = 0; sign > 0 && i < ARRAY_LEN(rows); i++) {
			if (!text_equal(text_sub(pair, 0, (size_t)sign), rows[i].name))
				continue;
			if (rows[i].value->at)
				return bad(dr, NULL, "A parameter stands there twice.");
			/* A plus sign is one: offsets begin with it. */
			if (!codec_percent_decode(dr->arena,
						  text_sub(pair, (size_t)sign + 1, pair.len), false,
						  rows[i].value))
				return bad(dr, NULL, "A parameter is not percent-encoded UTF-8.");
		}
	}
	return NULL;
}

static bool read_instant(struct text value, int64_t *out)
{
	enum time_form form;

	if (time_parse_rfc3339(value, out))
		return true;
	if (day_parse(value, out)) {
		*out *= DAY_SECONDS;
		return true;
	}
	return time_parse(value, out, &form) && form != TIME_FLOATING;
}

/* "P1M" is no minute, as it is where programs are forgiven to leave the T out (RFC 5545 §3.3.6). */
static bool is_of_months(struct text period)
{
	return text_find_char(period, 'T', 0) < 0 && text_find_char(period, 'M', 0) >= 0;
}

static const struct fault *read_end(struct dav_request *dr, const struct params *p,
				    struct dav_range *r)
{
	struct duration d = {.days = IFB_DAYS};

	if (p->end.at && p->period.at)
		return bad(dr, "period", "Either an end or a period is wanted.");
	if (p->end.at)
		return read_instant(p->end, &r->to)
			       ? NULL
			       : bad(dr, "end", "The end is a time like 2027-01-18T09:00:00Z.");
	if (p->period.at && (!duration_parse(p->period, &d) || is_of_months(p->period)))
		return bad(dr, "period", "A period is a duration like P42D.");
	r->to = zone_later(NULL, r->from, d);
	return NULL;
}

static const struct fault *read_range(struct dav_request *dr, struct dav_range *r)
{
	struct params p = {.start = TEXT_NONE};
	const struct fault *f = read_params(dr, &p);

	if (f)
		return f;
	r->from = floor_div(dr->rq->now, DAY_SECONDS) * DAY_SECONDS;
	if (p.start.at && !read_instant(p.start, &r->from))
		return bad(dr, "start", "The start is a time like 2027-01-18T09:00:00Z.");
	f = read_end(dr, &p, r);
	if (f)
		return f;
	r->from = max64(r->from, TIME_MIN);
	r->to = min64(r->to, TIME_MAX - 1);
	return r->from < r->to ? NULL : bad(dr, "end", "The end comes after the start.");
}

/* ---- who asks ---------------------------------------------------------------------------------
 */

static const struct fault *nothing_here(struct dav_request *dr)
{
	if (dr->rq->user.owner || dr->rq->token_of)
		return fault_make(dr->arena, FAULT_NOT_FOUND, NULL, "There is nothing here.");
	return fault_make(dr->arena, FAULT_UNAUTHENTICATED, NULL,
			  "A user name and the right password, or a token, are needed.");
}

static const struct fault *may_ask(struct dav_request *dr, const struct owner *o, bool *out)
{
	bool by_token = o->free_busy == FREE_BUSY_TOKEN || o->free_busy == FREE_BUSY_PUBLIC;
	bool denied = true;
	const struct fault *f = NULL;

	*out = o->free_busy == FREE_BUSY_PUBLIC || (by_token && dr->rq->token_of == o->id) ||
	       dr->rq->user.owner == o->id;
	if (*out || !dr->rq->user.owner)
		return NULL;
	f = dav_outbox_is_denied(dr, o, &denied);
	*out = !denied;
	return f;
}

/* "/freebusy/NAME.ifb" */
static bool read_name(const struct http_request *rq, struct text *out)
{
	struct text name = rq->segment_count == 2 ? rq->segments[1] : TEXT_NONE;

	if (rq->path_ends_slash || !text_ends(name, TEXT(".ifb")))
		return false;
	*out = text_sub(name, 0, name.len - strlen(".ifb"));
	return out->len > 0;
}

static const struct fault *find_owner(struct dav_request *dr, struct owner **out)
{
	struct text name;
	bool may = false;
	const struct fault *f = NULL;

	*out = NULL;
	if (read_name(dr->rq, &name))
		f = owner_find(dr->db, dr->arena, name, out);
	if (!f && *out && (*out)->kind != OWNER_GROUP)
		f = may_ask(dr, *out, &may);
	return f || may ? f : nothing_here(dr);
}

/* ---- the answer -------------------------------------------------------------------------------
 */

/* A digest with a key: how often a calendar changes is nobody's business. */
static struct text tag_of(struct dav_request *dr, const struct asked *q)
{
	unsigned char digest[SECRET_DIGEST_BYTES];
	struct text of = text_from(
		arena_printf(dr->arena, "%lld-%lld-%llx-%lld-%lld", (long long)q->owner->id,
			     (long long)q->owner->version, (unsigned long long)zone_data_version(),
			     (long long)q->range.from, (long long)q->range.to));
	struct buf hex;

	secret_digest(&dr->house->calendar->key, of, digest);
	buf_init(&hex, dr->arena, 2 * SECRET_DIGEST_BYTES, 2 * SECRET_DIGEST_BYTES);
	codec_put_hex(&hex, digest, sizeof(digest));
	return buf_text(&hex);
}

static const struct fault *put_answer(struct dav_request *dr, const struct asked *q,
				      struct text tag)
{
	struct vfreebusy v = {
		.stamp = dr->rq->now,
		.uid = tag,
		.start = q->range.from,
		.end = q->range.to,
	};
	struct buf out;
	const struct fault *f = freebusy_shown(dr->house->timelines, dr->db, dr->arena, q->owner,
					       NULL, v.start, v.end, &v.periods, &v.count);

	if (f)
		return f;
	buf_init(&out, dr->arena, 512 + 64 * v.count, IFB_MAX_BYTES);
	vfreebusy_write(&out, &v);
	if (out.overflow)
		return bad(dr, "period", "There are too many busy periods in this time.");
	http_answer(dr->rq, 200, "text/calendar; charset=utf-8", buf_text(&out));
	return NULL;
}

static const struct fault *answer(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	const struct asked *q = state;
	struct text tag = tag_of(dr, q);
	struct change_condition condition;
	enum change_verdict verdict;

	if (!f)
		f = dav_reader(dr);
	if (f)
		return f;
	dav_read_condition(dr->rq, &condition);
	verdict = change_judge_condition(&condition, true, tag);
	if (verdict == CONDITION_FAILED)
		return fault_make(dr->arena, FAULT_PRECONDITION, NULL,
				  "It is not in the state that was asked for.");
	http_set_header(dr->rq, "Cache-Control", TEXT("private, no-cache"));
	http_set_header(dr->rq, "ETag", dav_quoted(dr->arena, tag));
	if (verdict != CONDITION_UNMODIFIED)
		return put_answer(dr, q, tag);
	http_answer(dr->rq, 304, NULL, TEXT_NONE);
	return NULL;
}

static const struct fault *handle(struct dav_request *dr, struct asked *q)
{
	const struct fault *f = dav_reader(dr);

	http_add_header(dr->rq, "Vary", TEXT("Authorization"));
	if (!f)
		f = find_owner(dr, &q->owner);
	if (!f)
		f = read_range(dr, &q->range);
	if (f || !dav_range_looks_slow(dr, &q->range))
		return f ? f : answer(dr, q, NULL);
	http_go_slow_with(dr->rq, answer, dr, q);
	return NULL;
}

void dav_ifb(struct http_request *rq)
{
	struct dav_request *dr = arena_alloc(rq->arena, sizeof(*dr));
	struct asked *q = arena_alloc(rq->arena, sizeof(*q));
	const struct fault *f;

	dr->rq = rq;
	dr->arena = rq->arena;
	dr->house = rq->context;
	f = handle(dr, q);
	if (f)
		http_answer_fault(rq, f);
}
