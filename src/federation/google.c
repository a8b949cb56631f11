/*
 * google - Google Calendar v3, as a provider
 *
 * Each function asks, sends and reads; what is asked and how it is read is in the files that
 * google_priv.h names.
 */
#include "base/arena.h"
#include "federation/google_priv.h"

static struct google here(const struct visit *v, const struct outside_calendar *c)
{
	return (struct google){
		.arena = v->arena,
		.api = v->fed->apps[PROVIDER_GOOGLE].api_url,
		.calendar = c ? c->remote : TEXT_NONE,
		.timezone = c && c->timezone.len > 0 ? c->timezone : v->connection->timezone,
		.skips_unanswered = c && c->skips_unanswered,
		.now = v->now,
	};
}

/* What was found without call_run() is said here. */
static enum call_end tell(struct visit *v, enum call_end end)
{
	static const struct text sentences[] = {
		[CALL_NOT_FOUND] = TEXT_INIT("The event was deleted at Google."),
		[CALL_EXISTS] = TEXT_INIT("An event with this id was made at Google before."),
		[CALL_REFUSED] = TEXT_INIT("This is too long for Google's calendar."),
		[CALL_BROKEN] = TEXT_INIT("Google's answer cannot be understood."),
	};

	if (end < ARRAY_LEN(sentences) && sentences[end].len > 0)
		v->why = sentences[end];
	return end;
}

/* Send what could be asked. */
static enum call_end send(struct visit *v, enum call_end asked, struct call *call)
{
	return asked ? tell(v, asked) : call_run(v, call);
}

/* ---- reading ------------------------------------------------------------------------------ */

static enum call_end list_calendars(struct visit *v, struct remote_calendar **out,
				    size_t *count_out)
{
	struct google g = here(v, NULL);
	struct google_calendars list = {
		.at = arena_alloc_array(v->arena, OUTSIDE_CALENDARS_MAX, sizeof(*list.at))};
	struct call call;

	for (int i = 0; i < GOOGLE_CALENDAR_PAGES_MAX; i++) {
		enum call_end end = send(v, google_ask_calendars(&g, list.next, &call), &call);

		if (!end)
			end = tell(v, google_read_calendars(&g, &call, &list));
		if (end)
			return end;
		if (list.next.len > 0)
			continue;
		*out = list.at;
		*count_out = list.count;
		return CALL_OK;
	}
	return tell(v, CALL_BROKEN);
}

static enum call_end read_changes(struct visit *v, const struct outside_calendar *c,
				  struct text next, struct remote_page *out)
{
	struct google g = here(v, c);
	struct call call;
	enum call_end end = send(v, google_ask_changes(&g, c->cursor, next, &call), &call);

	/* A token that Google has forgotten may be refused as one that never was. */
	if (end == CALL_REFUSED && call.status == 400 && (c->cursor.len > 0 || next.len > 0))
		return CALL_GONE;
	return end ? end : tell(v, google_read_changes(&g, c->cursor, next, &call, out));
}

static enum call_end read_one(struct visit *v, const struct google *g, struct text remote,
			      struct remote_event *out)
{
	struct call call;
	enum call_end end = send(v, google_ask_event(g, remote, &call), &call);

	if (end == CALL_NOT_FOUND || end == CALL_GONE) {
		*out = (struct remote_event){.remote = remote, .series = remote, .is_gone = true};
		return CALL_OK;
	}
	return end ? end : tell(v, google_read_event(g, &call, out));
}

static enum call_end get(struct visit *v, const struct outside_calendar *c, struct text remote,
			 struct remote_event *out)
{
	struct google g = here(v, c);

	return read_one(v, &g, remote, out);
}

/* ---- writing ------------------------------------------------------------------------------ */

static enum call_end patch(struct visit *v, const struct google *g, struct text remote,
			   struct text etag, struct remote_copy *copy)
{
	struct call call;
	enum call_end end = send(v, google_ask_patch(g, copy, remote, etag, &call), &call);

	return end ? end : tell(v, google_read_copy(g, &call, copy));
}

/*
 * Over what is there, as it is now. It is read first: to write over one that was deleted would
 * bring it back.
 */
static enum call_end write_over(struct visit *v, const struct google *g, struct remote_copy *copy)
{
	struct remote_event there;
	enum call_end end = read_one(v, g, copy->remote, &there);

	if (end)
		return end;
	if (there.is_gone)
		return tell(v, CALL_NOT_FOUND);
	return patch(v, g, copy->remote, there.etag, copy);
}

/*
 * The id of a new one is known beforehand: a second attempt, after an answer that was lost, meets
 * what the first one made, or what its user has made of that since.
 */
static enum call_end insert(struct visit *v, const struct google *g, struct remote_copy *copy)
{
	struct call call;
	enum call_end end = send(v, google_ask_insert(g, copy, &call), &call);

	if (end != CALL_EXISTS)
		return end ? end : tell(v, google_read_copy(g, &call, copy));
	copy->remote_out = google_event_id(v->arena, copy->mark);
	return tell(v, CALL_EXISTS);
}

static enum call_end put(struct visit *v, const struct outside_calendar *c,
			 struct remote_copy *copy)
{
	struct google g = here(v, c);

	if (copy->remote.len == 0)
		return insert(v, &g, copy);
	if (copy->etag.len == 0)
		return write_over(v, &g, copy);
	return patch(v, &g, copy->remote, copy->etag, copy);
}

static enum call_end take_away(struct visit *v, const struct outside_calendar *c,
			       const struct remote_copy *copy)
{
	struct google g = here(v, c);
	struct call call;
	enum call_end end = send(v, google_ask_remove(&g, copy, &call), &call);

	return end == CALL_NOT_FOUND || end == CALL_GONE ? CALL_OK : end;
}

/* ---- watching ----------------------------------------------------------------------------- */

static enum call_end watch(struct visit *v, const struct outside_calendar *c,
			   struct remote_watch *w)
{
	struct google g = here(v, c);
	struct call call;
	enum call_end end = send(v, google_ask_watch(&g, w, &call), &call);

	return end ? end : tell(v, google_read_watch(&g, &call, w));
}

static enum call_end unwatch(struct visit *v, const struct outside_calendar *c,
			     const struct remote_watch *w)
{
	struct google g = here(v, c);
	struct call call;
	enum call_end end = send(v, google_ask_stop(&g, w, &call), &call);

	return end == CALL_NOT_FOUND || end == CALL_GONE ? CALL_OK : end;
}

const struct provider provider_google = {
	.kind = PROVIDER_GOOGLE,
	.judge = google_judge,
	.calendars = list_calendars,
	.changes = read_changes,
	.put = put,
	.remove = take_away,
	.get = get,
	.watch = watch,
	.unwatch = unwatch,
};
