/* resource - what a host keeps: listed, read, made, replaced, deleted; see api_priv.h */
#include "api/api_priv.h"

#include "api/query.h"
#include "json/write.h"

static struct api_resource_edit *edit_of(struct api_edit *e)
{
	return (struct api_resource_edit *)e;
}

/* ---- an item, of whatever kind ------------------------------------------------------------ */

static const struct text *id_of(const struct api_resource *kind, const void *item)
{
	return (const struct text *)(const void *)((const char *)item + kind->id_at);
}

static int64_t version_of(const struct api_resource *kind, const void *item)
{
	return *(const int64_t *)(const void *)((const char *)item + kind->version_at);
}

static void set_identity(const struct api_resource *kind, void *item, struct text id,
			 int64_t version)
{
	*(struct text *)(void *)((char *)item + kind->id_at) = id;
	*(int64_t *)(void *)((char *)item + kind->version_at) = version;
}

/* One's own, or with ?team= those of a team that one belongs to. */
static const struct fault *find_whose(struct api_request *ar, const struct host **out)
{
	struct text team;
	const struct query_param params[] = {{TEXT("team"), &team}};
	const struct fault *f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));

	return f ? f : api_find_whose(ar, team, out);
}

static const struct fault *find_item(struct api_request *ar, const struct host **host,
				     const void **out)
{
	const struct fault *f = find_whose(ar, host);

	if (f)
		return f;
	*out = ar->resource->find(*host, api_segment(ar, 1));
	return *out ? NULL
		    : fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "There is no such %s.",
				 ar->resource->noun);
}

/* ---- out ---------------------------------------------------------------------------------- */

static void answer_item(struct api_request *ar, int status, const struct host *host,
			const void *item)
{
	struct json_writer w;
	struct buf body;

	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	ar->resource->put(&w, ar, host, item);
	api_set_version(ar, version_of(ar->resource, item));
	api_answer(ar, status, &body);
}

const struct fault *api_resource_list(struct api_request *ar)
{
	const struct api_resource *kind = ar->resource;
	const struct host *host;
	const char *items;
	struct json_writer w;
	struct buf body;
	size_t count;
	const struct fault *f = find_whose(ar, &host);

	if (f)
		return f;
	items = kind->all(host, &count);
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	json_key(&w, kind->list);
	json_begin_list(&w);
	for (size_t i = 0; i < count; i++)
		kind->put(&w, ar, host, items + i * kind->size);
	json_end_list(&w);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

const struct fault *api_resource_get(struct api_request *ar)
{
	const struct host *host;
	const void *item;
	const struct fault *f = find_item(ar, &host, &item);

	if (!f)
		answer_item(ar, 200, host, item);
	return f;
}

/* ---- making the change ---------------------------------------------------------------------- */

/* Inside the transaction: it still stands at the version it was changed from; a new one at none. */
static const struct fault *require_version(void *ctx, struct db *db, struct arena *a)
{
	struct api_resource_edit *e = ctx;
	const struct fault *f = e->kind->stored_version(db, a, e->host->owner.id,
							*id_of(e->kind, e->item), &e->stored);

	if (f || e->stored == version_of(e->kind, e->item) - 1)
		return f;
	return fault_make(a, FAULT_PRECONDITION, "version", "The %s was changed meanwhile.",
			  e->kind->noun);
}

/* The change of e->item, which step() stores or removes. */
static const struct fault *open_change(struct api_request *ar, struct api_resource_edit *e,
				       api_resource_step_fn step)
{
	const struct fault *f;

	e->edit.change = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	f = change_require(e->edit.change, e->host->owner.id, require_version, e);
	return f ? f : step(ar, e);
}

static const struct fault *prepare_make(struct api_request *ar, struct api_edit *edit)
{
	struct api_resource_edit *e = edit_of(edit);
	const struct fault *f = find_whose(ar, &e->host);
	size_t count;

	if (f)
		return f;
	(void)e->kind->all(e->host, &count);
	if (count >= e->kind->max)
		return fault_make(ar->arena, FAULT_CONFLICT, NULL, "A host has at most %zu %ss.",
				  e->kind->max, e->kind->noun);
	set_identity(e->kind, e->item,
		     secret_id_make(ar->arena, &ar->house->calendar->key, e->host->owner.id), 1);
	return open_change(ar, e, e->kind->store);
}

/* What stands there, if the client may change it. */
static const struct fault *find_old(struct api_request *ar, struct api_resource_edit *e,
				    const void **old)
{
	const struct fault *f = find_item(ar, &e->host, old);

	return f ? f : api_check_version(ar, &e->edit, version_of(e->kind, *old));
}

static const struct fault *prepare_put(struct api_request *ar, struct api_edit *edit)
{
	struct api_resource_edit *e = edit_of(edit);
	const void *old;
	const struct fault *f = find_old(ar, e, &old);

	if (f)
		return f;
	set_identity(e->kind, e->item, *id_of(e->kind, old), version_of(e->kind, old) + 1);
	return open_change(ar, e, e->kind->store);
}

static const struct fault *prepare_delete(struct api_request *ar, struct api_edit *edit)
{
	struct api_resource_edit *e = edit_of(edit);
	const void *old;
	const struct fault *f = find_old(ar, e, &old);

	if (f)
		return f;
	memcpy(e->item, old, e->kind->size);
	set_identity(e->kind, e->item, *id_of(e->kind, old), version_of(e->kind, old) + 1);
	return open_change(ar, e, e->kind->remove);
}

/* ---- the methods ----------------------------------------------------------------------------- */

static const struct fault *finish_make(struct api_request *ar, struct api_edit *edit,
				       const struct fault *f)
{
	const struct api_resource_edit *e = edit_of(edit);

	if (f)
		return f;
	http_set_header(ar->rq, "Location",
			text_from(arena_printf(ar->arena, "%s/%.*s", e->kind->path,
					       TEXT_ARG(*id_of(e->kind, e->item)))));
	answer_item(ar, 201, e->host, e->item);
	return NULL;
}

static const struct fault *finish_put(struct api_request *ar, struct api_edit *edit,
				      const struct fault *f)
{
	const struct api_resource_edit *e = edit_of(edit);

	if (!f)
		answer_item(ar, 200, e->host, e->item);
	return f;
}

static const struct fault *finish_delete(struct api_request *ar, struct api_edit *edit,
					 const struct fault *f)
{
	(void)edit;
	if (!f)
		http_answer(ar->rq, 204, NULL, TEXT_NONE);
	return f;
}

static struct api_resource_edit *new_edit(struct api_request *ar, const struct api_edit *how)
{
	struct api_resource_edit *e = arena_alloc(ar->arena, sizeof(*e));

	*e = (struct api_resource_edit){
		.edit = *how,
		.kind = ar->resource,
		.item = arena_alloc(ar->arena, ar->resource->size),
	};
	return e;
}

const struct fault *api_resource_make(struct api_request *ar)
{
	static const struct api_edit how = {.prepare = prepare_make, .finish = finish_make};
	struct api_resource_edit *e = new_edit(ar, &how);
	const struct fault *f = e->kind->read(ar, e->item);

	return f ? f : api_edit_run(ar, &e->edit);
}

const struct fault *api_resource_put(struct api_request *ar)
{
	static const struct api_edit how = {.prepare = prepare_put, .finish = finish_put};
	struct api_resource_edit *e = new_edit(ar, &how);
	const struct fault *f = e->kind->read(ar, e->item);

	if (!f)
		f = api_read_version(ar, &e->edit.version);
	return f ? f : api_edit_run(ar, &e->edit);
}

const struct fault *api_resource_delete(struct api_request *ar)
{
	static const struct api_edit how = {.prepare = prepare_delete, .finish = finish_delete};
	struct api_resource_edit *e = new_edit(ar, &how);
	const struct fault *f = api_read_version(ar, &e->edit.version);

	return f ? f : api_edit_run(ar, &e->edit);
}
