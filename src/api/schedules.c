/* schedules - when a host may be booked: /api/schedules (decisions 42) */
#include "api/api_priv.h"

#include "ical/zone.h"

enum { SCHEDULES_MAX = 50, NAME_MAX_BYTES = 200 };

/* Members that are not hours. */
static const char schedule_others[] = " id name timezone version ";

struct schedule_edit {
	struct api_edit edit;
	const struct host *host;
	struct booking_schedule schedule; /* as it will be */
	bool is_new;
};

static struct schedule_edit *edit_of(struct api_edit *e)
{
	return (struct schedule_edit *)e;
}

/* ---- out ---------------------------------------------------------------------------------- */

static void put_schedule(struct json_writer *w, const struct booking_schedule *s)
{
	json_begin_object(w);
	json_key(w, "id");
	json_add_text(w, s->id);
	json_key(w, "name");
	json_add_text(w, s->name);
	json_key(w, "timezone");
	json_add_text(w, zone_name(s->hours.zone));
	json_key(w, "version");
	json_add_int(w, s->version);
	booking_schedule_put_members(w, s);
	json_end_object(w);
}

static void answer_schedule(struct api_request *ar, int status, const struct booking_schedule *s)
{
	struct json_writer w;
	struct buf body;

	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	put_schedule(&w, s);
	api_set_version(ar, s->version);
	api_answer(ar, status, &body);
}

const struct fault *api_schedules_list(struct api_request *ar)
{
	const struct host *host;
	struct json_writer w;
	struct buf body;
	const struct fault *f = api_find_self(ar, &host);

	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	json_key(&w, "schedules");
	json_begin_list(&w);
	for (size_t i = 0; i < host->schedule_count; i++)
		put_schedule(&w, &host->schedules[i]);
	json_end_list(&w);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

static const struct fault *find_schedule(struct api_request *ar, const struct host **host,
					 const struct booking_schedule **out)
{
	const struct fault *f = api_find_self(ar, host);

	if (f)
		return f;
	*out = host_schedule(*host, api_segment(ar, 1));
	return *out ? NULL
		    : fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "There is no such schedule.");
}

const struct fault *api_schedule_get(struct api_request *ar)
{
	const struct booking_schedule *s;
	const struct host *host;
	const struct fault *f = find_schedule(ar, &host, &s);

	if (!f)
		answer_schedule(ar, 200, s);
	return f;
}

/* ---- in ------------------------------------------------------------------------------------ */

static const struct fault *read_schedule(struct api_request *ar, struct booking_schedule *s)
{
	struct text zone = TEXT_NONE, name = TEXT_NONE;
	const struct fault *f;

	if (!json_text(json_get(ar->body, "timezone"), &zone))
		return fault_make(ar->arena, FAULT_UNPROCESSABLE, "timezone",
				  "A schedule needs a time zone, like Europe/Berlin.");
	if (!json_text(json_get(ar->body, "name"), &name) || text_trim(name).len == 0 ||
	    name.len > NAME_MAX_BYTES || text_has_control(name))
		return fault_make(ar->arena, FAULT_UNPROCESSABLE, "name",
				  "A name of at most 200 bytes on one line is needed.");
	f = booking_schedule_from_json(ar->arena, ar->body, schedule_others, zone, s);
	s->name = name;
	return f;
}

/* ---- inside the transaction -------------------------------------------------------------------
 */

/* The schedule still stands at the version it was read at; a new one has none to stand at. */
static const struct fault *require_version(void *ctx, struct db *db, struct arena *a)
{
	const struct schedule_edit *se = ctx;
	struct schedule *rows;
	size_t count;
	const struct fault *f = schedule_list(db, a, se->host->owner.id, &rows, &count);

	if (f || se->is_new)
		return f;
	for (size_t i = 0; i < count; i++)
		if (text_equal(rows[i].id, se->schedule.id) &&
		    rows[i].version == se->schedule.version - 1)
			return NULL;
	return fault_make(a, FAULT_PRECONDITION, "version", "The schedule was changed meanwhile.");
}

/* No meeting type goes by it. One whose rules cannot be read is not offered either. */
static const struct fault *require_unused(void *ctx, struct db *db, struct arena *a)
{
	const struct schedule_edit *se = ctx;
	struct meeting_type *rows;
	struct booking_type t;
	size_t count;
	const struct fault *f = meeting_type_list(db, a, se->host->owner.id, &rows, &count);

	for (size_t i = 0; !f && i < count; i++)
		if (!booking_type_read(a, &rows[i], &t) && text_equal(t.schedule, se->schedule.id))
			f = fault_make(a, FAULT_CONFLICT, NULL,
				       "The meeting type %.*s goes by this schedule.",
				       TEXT_ARG(t.slug));
	return f;
}

static const struct fault *open_put(struct api_request *ar, struct schedule_edit *se)
{
	struct change *c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	struct schedule row = {
		.owner = se->host->owner.id,
		.id = se->schedule.id,
		.name = se->schedule.name,
		.timezone = zone_name(se->schedule.hours.zone),
		.version = se->schedule.version,
	};
	struct buf rules;
	const struct fault *f;

	buf_init(&rules, ar->arena, 4096, RULES_MAX_BYTES);
	booking_schedule_write(&rules, &se->schedule);
	if (rules.overflow)
		return fault_make(ar->arena, FAULT_UNPROCESSABLE, "overrides",
				  "These are more hours than a schedule may hold.");
	row.rules = buf_text(&rules);
	f = change_require(c, row.owner, require_version, se);
	if (!f)
		f = change_put_schedule(c, &row);
	se->edit.change = c;
	return f;
}

/* ---- the methods ----------------------------------------------------------------------------- */

static const struct fault *finish_put(struct api_request *ar, struct api_edit *e,
				      const struct fault *f)
{
	const struct schedule_edit *se = edit_of(e);

	if (f)
		return f;
	if (se->is_new)
		http_set_header(ar->rq, "Location",
				text_from(arena_printf(ar->arena, "/api/schedules/%.*s",
						       TEXT_ARG(se->schedule.id))));
	answer_schedule(ar, se->is_new ? 201 : 200, &se->schedule);
	return NULL;
}

static const struct fault *prepare_make(struct api_request *ar, struct api_edit *e)
{
	struct schedule_edit *se = edit_of(e);
	const struct fault *f = api_find_self(ar, &se->host);

	if (f)
		return f;
	if (se->host->schedule_count >= SCHEDULES_MAX)
		return fault_make(ar->arena, FAULT_CONFLICT, NULL,
				  "A host has at most 50 schedules.");
	se->schedule.id = secret_id_make(ar->arena, &ar->house->calendar->key, se->host->owner.id);
	se->schedule.version = 1;
	return open_put(ar, se);
}

const struct fault *api_schedule_make(struct api_request *ar)
{
	struct schedule_edit *se = arena_alloc(ar->arena, sizeof(*se));
	const struct fault *f = read_schedule(ar, &se->schedule);

	se->edit.prepare = prepare_make;
	se->edit.finish = finish_put;
	se->is_new = true;
	return f ? f : api_edit_run(ar, &se->edit);
}

static const struct fault *prepare_put(struct api_request *ar, struct api_edit *e)
{
	struct schedule_edit *se = edit_of(e);
	const struct booking_schedule *old;
	const struct fault *f = find_schedule(ar, &se->host, &old);

	if (!f)
		f = api_check_version(ar, e, old->version);
	if (f)
		return f;
	se->schedule.id = old->id;
	se->schedule.version = old->version + 1;
	return open_put(ar, se);
}

const struct fault *api_schedule_put(struct api_request *ar)
{
	struct schedule_edit *se = arena_alloc(ar->arena, sizeof(*se));
	const struct fault *f = read_schedule(ar, &se->schedule);

	se->edit.prepare = prepare_put;
	se->edit.finish = finish_put;
	if (!f)
		f = api_read_version(ar, &se->edit.version);
	return f ? f : api_edit_run(ar, &se->edit);
}

static const struct fault *prepare_delete(struct api_request *ar, struct api_edit *e)
{
	struct schedule_edit *se = edit_of(e);
	const struct booking_schedule *old;
	const struct fault *f = find_schedule(ar, &se->host, &old);

	if (!f)
		f = api_check_version(ar, e, old->version);
	if (f)
		return f;
	if (text_equal(old->id, TEXT("default")))
		return fault_make(ar->arena, FAULT_CONFLICT, NULL,
				  "The default schedule stays; empty its hours to close them.");
	se->schedule = *old;
	se->schedule.version = old->version + 1;
	e->change = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	f = change_require(e->change, se->host->owner.id, require_version, se);
	if (!f)
		f = change_require(e->change, se->host->owner.id, require_unused, se);
	return f ? f : change_remove_schedule(e->change, se->host->owner.id, old->id);
}

const struct fault *api_schedule_delete(struct api_request *ar)
{
	struct schedule_edit *se = arena_alloc(ar->arena, sizeof(*se));
	const struct fault *f = api_read_version(ar, &se->edit.version);

	se->edit.prepare = prepare_delete;
	se->edit.finish = api_finish_delete;
	return f ? f : api_edit_run(ar, &se->edit);
}
