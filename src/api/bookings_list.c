/* bookings_list - GET /api/bookings: what a host has, and has a part in; by start */
#include "api/api_priv.h"

#include "api/query.h"
#include "ical/zone.h"

enum { LIST_DEFAULT = 100, LIST_MAX = 500, LIST_DAYS = 366, API_ID_MAX = 64 };

/* ---- what is asked for ----------------------------------------------------------------------- */

/* An instant, or a date that begins in the host's zone. */
static bool read_instant(struct text t, const struct zone *z, int64_t *out)
{
	int64_t day;

	if (day_parse(t, &day)) {
		*out = zone_to_utc(z, day * DAY_SECONDS);
		return true;
	}
	return time_parse_rfc3339(t, out);
}

/* "1800000000.ID": the last one of the page before, by its start and id. */
static bool read_cursor(struct text cursor, struct booking_page *p)
{
	struct text start = TEXT_NONE;

	return text_next(&cursor, '.', &start) &&
	       text_to_int64(start, TIME_MIN, TIME_MAX, &p->from) && cursor.len > 0 &&
	       (p->after = cursor).len <= API_ID_MAX;
}

static void put_cursor(struct json_writer *w, struct api_request *ar, const struct booking *last)
{
	api_put_text(w, "next_cursor",
		     text_from(arena_printf(ar->arena, "%lld.%.*s", (long long)last->start,
					    TEXT_ARG(last->id))));
}

static const struct fault *bad_instant(struct arena *a, const char *about)
{
	return fault_make(a, FAULT_BAD_REQUEST, about,
			  "Give a date or an instant like 2027-01-18T09:00:00Z.");
}

struct list_query {
	struct text from, to, limit, cursor, status, type;
	struct text team; /* whose bookings; one's own where it is not said */
	struct text host; /* of a team: only those that this one has a part in */
};

static const struct fault *read_range(struct api_request *ar, const struct host *host,
				      const struct list_query *q, struct booking_page *p)
{
	const struct zone *z = zone_find(host->owner.timezone);
	int64_t limit = LIST_DEFAULT;

	z = z ? z : zone_utc();
	p->from = ar->rq->now;
	if (q->from.at && !read_instant(q->from, z, &p->from))
		return bad_instant(ar->arena, "from");
	p->to = p->from + (int64_t)LIST_DAYS * DAY_SECONDS;
	if (q->to.at && !read_instant(q->to, z, &p->to))
		return bad_instant(ar->arena, "to");
	if (q->limit.at && !text_to_int64(q->limit, 1, LIST_MAX, &limit))
		return fault_make(ar->arena, FAULT_BAD_REQUEST, "limit",
				  "A limit is a whole number from 1 to 500.");
	p->limit = (int)limit;
	if (q->cursor.at && !read_cursor(q->cursor, p))
		return fault_make(ar->arena, FAULT_BAD_REQUEST, "cursor",
				  "Give the next_cursor of the page before, as it came.");
	return NULL;
}

static const struct fault *read_filter(struct api_request *ar, const struct host *host,
				       const struct list_query *q, struct booking_page *p)
{
	const struct booking_type *t = host_type_by_slug(host, q->type);

	/* One that is gone is named by its id alone. */
	p->type = t ? t->id : q->type;
	p->status = q->status.at ? api_status_of(q->status) : -1;
	if (q->status.at && p->status < 0)
		return fault_make(ar->arena, FAULT_BAD_REQUEST, "status",
				  "A status is pending, confirmed, cancelled or declined.");
	return NULL;
}

/* What is to be given to others before somebody leaves a team (booking case F4). */
static const struct fault *find_member(struct api_request *ar, struct text name,
				       struct booking_page *p)
{
	const struct host *member;
	const struct fault *f;

	if (name.len == 0)
		return NULL;
	f = host_find(ar->desk, ar->db, ar->arena, name, &member);
	/* Whom nobody knows has a part in nothing. */
	p->host = !f && member ? member->owner.id : -1;
	return f;
}

/* A page that is asked for. */
struct list {
	const struct host *host; /* whose */
	struct booking_page page;
	bool with_parts; /* also what others own, and the host comes to */
	struct booking *all;
	size_t count, limit;
};

static const struct fault *read_page(struct api_request *ar, struct list *l)
{
	struct list_query q;
	const struct query_param params[] = {
		{TEXT("from"), &q.from},     {TEXT("to"), &q.to},	  {TEXT("limit"), &q.limit},
		{TEXT("cursor"), &q.cursor}, {TEXT("status"), &q.status}, {TEXT("type"), &q.type},
		{TEXT("team"), &q.team},     {TEXT("host"), &q.host},
	};
	const struct fault *f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));

	if (!f)
		f = api_find_whose(ar, q.team, &l->host);
	if (!f)
		f = find_member(ar, q.host, &l->page);
	if (f)
		return f;
	l->page.owner = l->host->owner.id;
	l->with_parts = q.team.len == 0 && q.host.len == 0;
	f = read_range(ar, l->host, &q, &l->page);
	return f ? f : read_filter(ar, l->host, &q, &l->page);
}

/* ---- what there is --------------------------------------------------------------------------- */

static bool is_before(const struct booking *a, const struct booking *b)
{
	return a->start != b->start ? a->start < b->start : text_compare(a->id, b->id) < 0;
}

/* Two pages as one, of the same order and no longer than either may be. */
static void merge(struct list *l, struct arena *a, const struct booking *parts, size_t part_count)
{
	size_t max = (size_t)l->page.limit, own = 0, part = 0, n = 0;
	struct booking *all = arena_alloc_array(a, l->count + part_count, sizeof(*all));

	while (n < max && (own < l->count || part < part_count)) {
		bool takes_own = part == part_count ||
				 (own < l->count && is_before(&l->all[own], &parts[part]));

		all[n++] = takes_own ? l->all[own++] : parts[part++];
	}
	l->all = all;
	l->count = n;
}

/* One more than asked for is read: it says whether there are more. */
static const struct fault *find_all(struct api_request *ar, struct list *l)
{
	struct booking *parts;
	size_t part_count = 0;
	const struct fault *f;

	l->limit = (size_t)l->page.limit++;
	f = booking_page(ar->db, ar->arena, &l->page, &l->all, &l->count);
	if (!f && l->with_parts)
		f = booking_page_of_host(ar->db, ar->arena, &l->page, &parts, &part_count);
	if (!f && part_count > 0)
		merge(l, ar->arena, parts, part_count);
	return f ? f : arena_check(ar->arena);
}

/* Of what another owns, whoever asks may be of the team that it is. */
static const struct fault *find_at(struct api_request *ar, const struct list *l,
				   const struct booking *b, struct api_booking *out)
{
	const struct fault *f;

	*out = (struct api_booking){.booking = b, .host = l->host, .role = BOOK_HOST};
	if (b->owner == l->host->owner.id)
		return NULL;
	f = host_get(ar->desk, ar->db, ar->arena, b->owner, &out->host);
	if (f)
		return f;
	f = api_require_host(ar, b->owner);
	out->comes_only = fault_is(f, FAULT_NOT_FOUND);
	return out->comes_only ? NULL : f;
}

static const struct fault *put_list(struct json_writer *w, struct api_request *ar,
				    const struct list *l)
{
	const struct fault *f = NULL;

	json_begin_object(w);
	json_key(w, "bookings");
	json_begin_list(w);
	for (size_t i = 0; !f && i < l->count && i < l->limit; i++) {
		struct api_booking at;
		struct api_reading r;

		f = find_at(ar, l, &l->all[i], &at);
		/* Whose owner is just leaving has no bookings any more. */
		if (f || !at.host)
			continue;
		f = api_find_reading(ar, &at, &r);
		if (!f)
			api_put_reading(w, ar, &r);
	}
	json_end_list(w);
	if (l->count > l->limit)
		put_cursor(w, ar, &l->all[l->limit - 1]);
	json_end_object(w);
	return f;
}

const struct fault *api_bookings_list(struct api_request *ar)
{
	struct list l = {.page.after = TEXT("")};
	struct json_writer w;
	struct buf body;
	const struct fault *f = api_need_user(ar);

	if (!f)
		f = read_page(ar, &l);
	if (!f)
		f = find_all(ar, &l);
	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	f = put_list(&w, ar, &l);
	if (!f)
		api_answer(ar, 200, &body);
	return f;
}
