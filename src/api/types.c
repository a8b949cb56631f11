/* types - what a host offers: /api/meeting-types (decisions 42) */
#include "api/api_priv.h"

#include "json/write.h"

enum { TYPES_MAX = 200 };

/* Members that are not rules: the last three are shown, and may come back. */
static const char type_others[] = " slug title version id host booking_url ";

struct type_edit {
	struct api_edit edit;
	const struct host *host;
	struct booking_type type; /* as it will be */
	bool is_new;
};

static struct type_edit *edit_of(struct api_edit *e)
{
	return (struct type_edit *)e;
}

/* ---- out ---------------------------------------------------------------------------------- */

static void put_type(struct json_writer *w, struct api_request *ar, const struct host *host,
		     const struct booking_type *t)
{
	json_begin_object(w);
	json_key(w, "id");
	json_add_text(w, t->id);
	json_key(w, "slug");
	json_add_text(w, t->slug);
	json_key(w, "title");
	json_add_text(w, t->title);
	json_key(w, "host");
	json_add_text(w, host->owner.name);
	json_key(w, "version");
	json_add_int(w, t->version);
	booking_type_put_members(w, t);
	json_key(w, "booking_url");
	json_add_text(w, text_from(arena_printf(ar->arena, "%.*s/book/%.*s/%.*s",
						TEXT_ARG(ar->desk->url), TEXT_ARG(host->owner.name),
						TEXT_ARG(t->slug))));
	json_end_object(w);
}

static void answer_type(struct api_request *ar, int status, const struct host *host,
			const struct booking_type *t)
{
	struct json_writer w;
	struct buf body;

	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	put_type(&w, ar, host, t);
	api_set_version(ar, t->version);
	api_answer(ar, status, &body);
}

const struct fault *api_types_list(struct api_request *ar)
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
	json_key(&w, "meeting_types");
	json_begin_list(&w);
	for (size_t i = 0; i < host->type_count; i++)
		put_type(&w, ar, host, &host->types[i]);
	json_end_list(&w);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

/* The type of the path, by id or by slug. */
static const struct fault *find_type(struct api_request *ar, const struct host **host,
				     const struct booking_type **out)
{
	struct text name = api_segment(ar, 1);
	const struct fault *f = api_find_self(ar, host);

	if (f)
		return f;
	*out = host_type_by_id(*host, name);
	if (!*out)
		*out = host_type_by_slug(*host, name);
	return *out ? NULL
		    : fault_make(ar->arena, FAULT_NOT_FOUND, NULL,
				 "There is no such meeting type.");
}

const struct fault *api_type_get(struct api_request *ar)
{
	const struct booking_type *t;
	const struct host *host;
	const struct fault *f = find_type(ar, &host, &t);

	if (!f)
		answer_type(ar, 200, host, t);
	return f;
}

/* ---- in ------------------------------------------------------------------------------------ */

static const struct fault *read_type(struct api_request *ar, struct booking_type *t)
{
	const struct fault *f = booking_type_from_json(ar->arena, ar->body, type_others, t);

	if (f)
		return f;
	/* What is no text is empty, and an empty one is none. */
	if (!json_text(json_get(ar->body, "slug"), &t->slug))
		t->slug = TEXT_NONE;
	if (!json_text(json_get(ar->body, "title"), &t->title))
		t->title = TEXT_NONE;
	return booking_type_check(ar->arena, t);
}

/* ---- inside the transaction -------------------------------------------------------------------
 */

/* The type still stands at the version it was read at; a new one has none to stand at. */
static const struct fault *require_version(void *ctx, struct db *db, struct arena *a)
{
	const struct type_edit *te = ctx;
	struct meeting_type *rows;
	size_t count;
	const struct fault *f = meeting_type_list(db, a, te->host->owner.id, &rows, &count);

	if (f || te->is_new)
		return f;
	for (size_t i = 0; i < count; i++)
		if (text_equal(rows[i].id, te->type.id) && rows[i].version == te->type.version - 1)
			return NULL;
	return fault_make(a, FAULT_PRECONDITION, "version",
			  "The meeting type was changed meanwhile.");
}

static const struct fault *require_schedule(void *ctx, struct db *db, struct arena *a)
{
	const struct type_edit *te = ctx;
	struct schedule *rows;
	size_t count;
	const struct fault *f = schedule_list(db, a, te->host->owner.id, &rows, &count);

	for (size_t i = 0; !f && i < count; i++)
		if (text_equal(rows[i].id, te->type.schedule))
			return NULL;
	return f ? f
		 : fault_make(a, FAULT_UNPROCESSABLE, "schedule",
			      "There is no schedule with this id.");
}

static const struct fault *open_put(struct api_request *ar, struct type_edit *te)
{
	struct change *c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	int64_t owner = te->host->owner.id;
	struct meeting_type row = booking_type_row(ar->arena, owner, &te->type);
	const struct fault *f;

	f = change_require(c, owner, require_version, te);
	if (!f)
		f = change_require(c, owner, require_schedule, te);
	if (!f)
		f = change_put_type(c, &row);
	te->edit.change = c;
	return f;
}

/* ---- the methods ----------------------------------------------------------------------------- */

static const struct fault *finish_put(struct api_request *ar, struct api_edit *e,
				      const struct fault *f)
{
	const struct type_edit *te = edit_of(e);

	if (f)
		return f;
	if (te->is_new)
		http_set_header(ar->rq, "Location",
				text_from(arena_printf(ar->arena, "/api/meeting-types/%.*s",
						       TEXT_ARG(te->type.id))));
	answer_type(ar, te->is_new ? 201 : 200, te->host, &te->type);
	return NULL;
}

static const struct fault *prepare_make(struct api_request *ar, struct api_edit *e)
{
	struct type_edit *te = edit_of(e);
	const struct fault *f = api_find_self(ar, &te->host);

	if (f)
		return f;
	if (te->host->type_count >= TYPES_MAX)
		return fault_make(ar->arena, FAULT_CONFLICT, NULL,
				  "A host has at most 200 meeting types.");
	te->type.id = secret_id_make(ar->arena, &ar->house->calendar->key, te->host->owner.id);
	te->type.version = 1;
	return open_put(ar, te);
}

const struct fault *api_type_make(struct api_request *ar)
{
	struct type_edit *te = arena_alloc(ar->arena, sizeof(*te));
	const struct fault *f = read_type(ar, &te->type);

	te->edit.prepare = prepare_make;
	te->edit.finish = finish_put;
	te->is_new = true;
	return f ? f : api_edit_run(ar, &te->edit);
}

static const struct fault *prepare_put(struct api_request *ar, struct api_edit *e)
{
	struct type_edit *te = edit_of(e);
	const struct booking_type *old;
	const struct fault *f = find_type(ar, &te->host, &old);

	if (!f)
		f = api_check_version(ar, e, old->version);
	if (f)
		return f;
	te->type.id = old->id;
	te->type.version = old->version + 1;
	return open_put(ar, te);
}

const struct fault *api_type_put(struct api_request *ar)
{
	struct type_edit *te = arena_alloc(ar->arena, sizeof(*te));
	const struct fault *f = read_type(ar, &te->type);

	te->edit.prepare = prepare_put;
	te->edit.finish = finish_put;
	if (!f)
		f = api_read_version(ar, &te->edit.version);
	return f ? f : api_edit_run(ar, &te->edit);
}

static const struct fault *prepare_delete(struct api_request *ar, struct api_edit *e)
{
	struct type_edit *te = edit_of(e);
	const struct booking_type *old;
	const struct fault *f = find_type(ar, &te->host, &old);

	if (!f)
		f = api_check_version(ar, e, old->version);
	if (f)
		return f;
	te->type = *old;
	te->type.version = old->version + 1;
	e->change = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	f = change_require(e->change, te->host->owner.id, require_version, te);
	return f ? f : change_remove_type(e->change, te->host->owner.id, old->slug);
}

const struct fault *api_type_delete(struct api_request *ar)
{
	struct type_edit *te = arena_alloc(ar->arena, sizeof(*te));
	const struct fault *f = api_read_version(ar, &te->edit.version);

	te->edit.prepare = prepare_delete;
	te->edit.finish = api_finish_delete;
	return f ? f : api_edit_run(ar, &te->edit);
}
