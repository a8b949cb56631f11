/*
 * outlook_read - what takes place in a window of a calendar, and what changes there
 *
 * calendarView/delta names what changed, not all that follows from it: an occurrence says when it
 * is and no more, one that no longer takes place may not be named, and what has left the window is
 * said to be deleted. So of each page, masters that are missing are fetched; in a reading of
 * changes the times of a series that was touched are read again, and what is said to be gone is
 * asked for.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "booking/rules.h"
#include "federation/outlook_priv.h"
#include "ical/time.h"

enum {
	/* More series at once, or more that is gone: the whole is read again for less. */
	SERIES_MAX = 10,
	GONE_MAX = 100,
	INSTANCE_PAGES_MAX = 20,
};

/* What a page says of an id. */
struct word {
	struct text id;
	size_t at; /* in its list */
};

/* One page while it is made. */
struct reading {
	struct visit *v;
	bool skips_unanswered; /* of the calendar */
	struct outlook_place place;
	const struct json *items;
	struct word *words; /* by id, the last of each: a thing may come twice */
	size_t word_count;
	struct remote_page *out;
	size_t room;
	struct outlook_part *masters; /* those of occurrences that say nothing themselves */
	size_t master_count;
};

/* ---- where a reading stands --------------------------------------------------------------------
 */

struct text outlook_place_write(struct arena *a, const struct outlook_place *p)
{
	return text_from(arena_printf(a, "%c%" PRId64 " %.*s", p->is_first ? 'F' : 'C',
				      p->window_end, TEXT_ARG(p->url)));
}

bool outlook_place_read(struct text written, struct outlook_place *out)
{
	ptrdiff_t blank = text_find_char(written, ' ', 0);

	if (blank < 2 || (written.at[0] != 'F' && written.at[0] != 'C'))
		return false;
	out->is_first = written.at[0] == 'F';
	out->url = text_sub(written, (size_t)blank + 1, written.len);
	return text_to_int64(text_sub(written, 1, (size_t)blank - 1), 0, INT64_MAX,
			     &out->window_end);
}

static int64_t window_start(int64_t end)
{
	return end - (int64_t)(OUTLOOK_AHEAD_DAYS + OUTLOOK_BACK_DAYS) * DAY_SECONDS;
}

static int64_t window_end(int64_t now)
{
	return (floor_div(now, DAY_SECONDS) + OUTLOOK_AHEAD_DAYS) * DAY_SECONDS;
}

static void put_window(struct buf *b, int64_t end)
{
	buf_put_lit(b, "?startDateTime=");
	time_put_rfc3339(b, window_start(end));
	buf_put_lit(b, "&endDateTime=");
	time_put_rfc3339(b, end);
}

struct text outlook_view_url(struct arena *a, struct text base, struct text calendar, int64_t now)
{
	struct buf b;

	buf_init(&b, a, 512, 16 * 1024);
	buf_put_text(&b, outlook_url(a, base, "/me/calendars/*/calendarView/delta", &calendar));
	put_window(&b, window_end(now));
	return buf_text(&b);
}

/* What is to be asked now. GONE: the window has moved away from what was read. */
static enum call_end find_place(struct visit *v, const struct outside_calendar *c, struct text next,
				struct outlook_place *out)
{
	struct text from = next.len > 0 ? next : c->cursor;
	int64_t needed = v->now + (int64_t)RULES_MAX_WINDOW_DAYS * DAY_SECONDS;

	if (from.len == 0) {
		*out = (struct outlook_place){
			.is_first = true,
			.window_end = window_end(v->now),
			.url = outlook_view_url(v->arena, v->fed->apps[PROVIDER_OUTLOOK].api_url,
						c->remote, v->now),
		};
		return CALL_OK;
	}
	if (!outlook_place_read(from, out) || (!out->is_first && out->window_end < needed)) {
		v->why = TEXT("The times that were read of this calendar end too soon.");
		return CALL_GONE;
	}
	return call_url_is_ours(v, out->url)
		       ? CALL_OK
		       : outlook_broken(v, "Outlook's answer leads to another server.");
}

/* How the reading goes on: next, or with the last page the cursor. */
static enum call_end read_links(struct reading *r, const struct json *answer)
{
	struct text next = outlook_text(answer, "@odata.nextLink");
	struct text last = outlook_text(answer, "@odata.deltaLink");
	struct outlook_place place = r->place;

	place.url = next.len > 0 ? next : last;
	if (place.url.len == 0)
		return outlook_broken(r->v, "Outlook's answer says not how the reading goes on.");
	if (!call_url_is_ours(r->v, place.url))
		return outlook_broken(r->v, "Outlook's answer leads to another server.");
	place.is_first = r->place.is_first && next.len > 0;
	r->out->window_end = place.window_end;
	*(next.len > 0 ? &r->out->next : &r->out->cursor) =
		outlook_place_write(r->v->arena, &place);
	if (r->out->next.len > OUTSIDE_CURSOR_MAX || r->out->cursor.len > OUTSIDE_CURSOR_MAX)
		return outlook_broken(r->v, "Outlook's link to what follows is too long.");
	return CALL_OK;
}

/* ---- lists --------------------------------------------------------------------------------------
 */

static bool is_removed(const struct json *item)
{
	return json_get(item, "@removed") != NULL;
}

static bool is_master(const struct json *item)
{
	return text_equal_nocase(outlook_text(item, "type"), TEXT("seriesMaster"));
}

/* By id; of one the last first. */
static int compare_words(const void *left, const void *right)
{
	const struct word *a = left, *b = right;
	int order = text_compare(a->id, b->id);

	return order ? order : (a->at < b->at) - (a->at > b->at);
}

static int compare_ids(const void *left, const void *right)
{
	return text_compare(((const struct word *)left)->id, ((const struct word *)right)->id);
}

static void list_words(struct reading *r)
{
	size_t count = json_item_count(r->items);

	r->words = arena_alloc_array(r->v->arena, count, sizeof(*r->words));
	for (size_t i = 0; i < count; i++)
		r->words[i] = (struct word){outlook_text(json_item(r->items, i), "id"), i};
	qsort(r->words, count, sizeof(*r->words), compare_words);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || compare_ids(&r->words[r->word_count - 1], &r->words[i]) != 0)
			r->words[r->word_count++] = r->words[i];
}

/* The last that the page says of an id. */
static const struct json *on_page(const struct reading *r, struct text id)
{
	const struct word key = {.id = id};
	const struct word *found = bsearch(&key, r->words, r->word_count, sizeof(key), compare_ids);

	return found ? json_item(r->items, found->at) : NULL;
}

static struct remote_event *add(struct reading *r)
{
	if (r->out->count == r->room) {
		size_t room = r->room > 0 ? 2 * r->room : 256;
		struct remote_event *more = arena_alloc_array(r->v->arena, room, sizeof(*more));

		if (r->out->count > 0)
			memcpy(more, r->out->events, r->out->count * sizeof(*more));
		r->out->events = more;
		r->room = room;
	}
	return &r->out->events[r->out->count++];
}

static struct remote_event *take(struct reading *r, const struct json *item,
				 const struct json *master)
{
	struct remote_event *e = add(r);

	if (outlook_event_read(r->v->arena, item, master, r->skips_unanswered, e))
		return e;
	r->out->count--;
	return NULL;
}

/* ---- masters of occurrences ---------------------------------------------------------------------
 */

static struct outlook_part *find_part(struct outlook_part *parts, size_t count, struct text id)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(parts[i].id, id))
			return &parts[i];
	return NULL;
}

static const struct json *master_of(const struct reading *r, const struct json *item)
{
	struct text id = outlook_text(item, "seriesMasterId");
	const struct json *master = id.len > 0 ? on_page(r, id) : NULL;
	const struct outlook_part *part = find_part(r->masters, r->master_count, id);

	if (master && !is_removed(master))
		return master;
	return part ? part->event : NULL;
}

static enum call_end fetch_masters(struct reading *r)
{
	size_t count = json_item_count(r->items);

	r->masters = arena_alloc_array(r->v->arena, count, sizeof(*r->masters));
	for (size_t i = 0; i < count; i++) {
		const struct json *item = json_item(r->items, i);
		struct text id = outlook_text(item, "seriesMasterId");

		if (!is_removed(item) && outlook_event_is_bare(item) && !on_page(r, id) &&
		    id.len <= OUTSIDE_REMOTE_MAX && !find_part(r->masters, r->master_count, id))
			r->masters[r->master_count++].id = id;
	}
	return outlook_fetch(r->v, r->masters, r->master_count);
}

/* ---- series that were touched -------------------------------------------------------------------
 */

static enum call_end read_instances(struct reading *r, const struct json *master)
{
	struct text id = outlook_text(master, "id");
	struct outlook_request rq = {.what = "instances", .method = "GET"};
	struct buf b;

	buf_init(&b, r->v->arena, 512, 16 * 1024);
	buf_put_text(&b, outlook_at(r->v, "/me/events/*/instances", &id));
	put_window(&b, r->place.window_end);
	buf_put_lit(&b, "&" OUTLOOK_SELECT);
	rq.url = buf_text(&b);
	for (int page = 0; rq.url.len > 0; page++) {
		const struct json *answer, *list;
		enum call_end end;

		if (page == INSTANCE_PAGES_MAX || !call_url_is_ours(r->v, rq.url))
			return outlook_broken(r->v, "Outlook's list of a series does not end.");
		end = outlook_send(r->v, &rq, &answer);
		if (end != CALL_OK)
			return end;
		list = json_get(answer, "value");
		for (size_t i = 0; i < json_item_count(list) && i < OUTLOOK_ITEMS_MAX; i++)
			take(r, json_item(list, i), master);
		rq.url = outlook_text(answer, "@odata.nextLink");
	}
	return CALL_OK;
}

/* A series whose times are read again: its master's word, then all of them. */
static enum call_end take_series(struct reading *r, const struct json *master)
{
	size_t at = r->out->count;
	enum call_end end;

	if (!take(r, master, NULL))
		return CALL_OK;
	end = read_instances(r, master);
	/* One that went meanwhile is told of by a later page. */
	r->out->events[at].is_whole = end == CALL_OK;
	return end == CALL_NOT_FOUND ? CALL_OK : end;
}

/* ---- what is said to be gone --------------------------------------------------------------------
 */

static bool is_in_window(const struct reading *r, const struct remote_event *e)
{
	return e->end > window_start(r->place.window_end) && e->start < r->place.window_end;
}

static void take_gone(struct reading *r, const struct outlook_part *part)
{
	struct remote_event *e = add(r);

	*e = (struct remote_event){
		.remote = part->id, .series = part->id, .is_gone = true, .is_whole = true};
}

/*
 * What is there after all, and in the window, has gone to another calendar; what is outside of it
 * was moved; and of a series its occurrences are told by themselves. What nobody may say stays as
 * it is.
 */
static void take_removed(struct reading *r, const struct outlook_part *part)
{
	struct remote_event *e;

	if (part->end == CALL_REFUSED || (part->end == CALL_OK && is_master(part->event)))
		return;
	e = part->end == CALL_OK ? take(r, part->event, NULL) : NULL;
	if (!e || is_in_window(r, e)) {
		if (e)
			r->out->count--;
		take_gone(r, part);
	}
}

static enum call_end take_all_removed(struct reading *r)
{
	size_t count = json_item_count(r->items), gone_count = 0;
	struct outlook_part *gone = arena_alloc_array(r->v->arena, count, sizeof(*gone));
	enum call_end end;

	for (size_t i = 0; i < count; i++) {
		const struct json *item = json_item(r->items, i);
		struct text id = outlook_text(item, "id");

		if (is_removed(item) && id.len > 0 && id.len <= OUTSIDE_REMOTE_MAX &&
		    on_page(r, id) == item)
			gone[gone_count++].id = id;
	}
	if (gone_count > GONE_MAX)
		return CALL_GONE;
	end = outlook_fetch(r->v, gone, gone_count);
	for (size_t i = 0; end == CALL_OK && i < gone_count; i++)
		take_removed(r, &gone[i]);
	return end;
}

/* ---- a page -------------------------------------------------------------------------------------
 */

/* Read with its series, and not by itself. */
static bool is_of_series_read(const struct reading *r, const struct json *item)
{
	const struct json *master;

	if (r->place.is_first)
		return false;
	master = on_page(r, outlook_text(item, "seriesMasterId"));
	return master && is_master(master) && !is_removed(master);
}

static enum call_end take_items(struct reading *r)
{
	size_t series = 0;
	enum call_end end = CALL_OK;

	for (size_t i = 0; end == CALL_OK && i < json_item_count(r->items); i++) {
		const struct json *item = json_item(r->items, i);

		if (is_removed(item) || on_page(r, outlook_text(item, "id")) != item ||
		    is_of_series_read(r, item))
			continue;
		if (r->place.is_first || !is_master(item))
			take(r, item, master_of(r, item));
		else
			end = series++ < SERIES_MAX ? take_series(r, item) : CALL_GONE;
	}
	return end;
}

enum call_end outlook_changes(struct visit *v, const struct outside_calendar *c, struct text next,
			      struct remote_page *out)
{
	struct reading r = {.v = v, .skips_unanswered = c->skips_unanswered, .out = out};
	struct outlook_request rq = {.what = "changes", .method = "GET"};
	const struct json *answer = NULL;
	enum call_end end = find_place(v, c, next, &r.place);

	*out = (struct remote_page){.count = 0};
	rq.url = r.place.url;
	if (end == CALL_OK)
		end = outlook_send(v, &rq, &answer);
	if (end == CALL_OK)
		end = read_links(&r, answer);
	if (end != CALL_OK)
		return end;
	r.items = json_get(answer, "value");
	if (json_kind(r.items) != JSON_KIND_LIST || json_item_count(r.items) > OUTLOOK_ITEMS_MAX)
		return outlook_broken(v, "Outlook's answer is no list of events.");
	list_words(&r);
	end = fetch_masters(&r);
	if (end == CALL_OK)
		end = take_items(&r);
	if (end == CALL_OK && !r.place.is_first)
		end = take_all_removed(&r);
	if (end == CALL_GONE && v->why.len == 0)
		v->why = TEXT("So much has changed that the calendar is read anew.");
	return end;
}
