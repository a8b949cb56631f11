/* types - what a host offers: /api/meeting-types (decisions 42) */
#include "api/api_priv.h"

#include "booking/conference.h"
#include "booking/team.h"
#include "json/write.h"

enum { TYPES_MAX = 200 };

/* Members that are not rules: the last four are shown, and may come back. */
static const char type_others[] = " slug title version id host booking_url address ";

static const void *all_types(const struct host *h, size_t *count_out)
{
	*count_out = h->type_count;
	return h->types;
}

/* By id or by slug. */
static const void *find_type(const struct host *h, struct text name)
{
	const struct booking_type *t = host_type_by_id(h, name);

	return t ? t : host_type_by_slug(h, name);
}

/* Where a calendar app sends an invitation that is judged as a booking (store/owner.h). */
static void put_address(struct json_writer *w, struct arena *a, struct text email, struct text slug)
{
	ptrdiff_t at = text_find_char(email, '@', 0);

	json_key(w, "address");
	if (at < 0)
		json_add_null(w);
	else
		json_add_text(w, text_from(arena_printf(
					 a, "%.*s+%.*s%.*s", (int)at, email.at, TEXT_ARG(slug),
					 (int)(email.len - (size_t)at), email.at + at)));
}

static void put_type(struct json_writer *w, struct api_request *ar, const struct host *host,
		     const void *item)
{
	const struct booking_type *t = item;

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
	put_address(w, ar->arena, host->owner.email, t->slug);
	json_end_object(w);
}

static const struct fault *read_type(struct api_request *ar, void *item)
{
	struct booking_type *t = item;
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

/* ---- inside the transaction ------------------------------------------------------------------ */

static const struct fault *stored_version(struct db *db, struct arena *a, int64_t owner,
					  struct text id, int64_t *out)
{
	struct meeting_type *rows;
	size_t count;
	const struct fault *f = meeting_type_list(db, a, owner, &rows, &count);

	*out = 0;
	for (size_t i = 0; !f && i < count; i++)
		if (text_equal(rows[i].id, id))
			*out = rows[i].version;
	return f;
}

static const struct fault *require_schedule(void *ctx, struct db *db, struct arena *a)
{
	const struct api_resource_edit *e = ctx;
	const struct booking_type *t = e->item;
	struct schedule *rows;
	size_t count;
	const struct fault *f = schedule_list(db, a, e->host->owner.id, &rows, &count);

	for (size_t i = 0; !f && i < count; i++)
		if (text_equal(rows[i].id, t->schedule))
			return NULL;
	return f ? f
		 : fault_make(a, FAULT_UNPROCESSABLE, "schedule",
			      "There is no schedule with this id.");
}

static const struct fault *require_hosts(void *ctx, struct db *db, struct arena *a)
{
	const struct api_resource_edit *e = ctx;

	return team_check_names(db, a, &e->host->owner, e->item);
}

static const struct fault *require_conference(void *ctx, struct db *db, struct arena *a)
{
	const struct api_resource_edit *e = ctx;

	return conference_check(db, a, e->host->owner.id, e->item);
}

/* ---- the change -------------------------------------------------------------------------------
 */

static const struct fault *store_type(struct api_request *ar, struct api_resource_edit *e)
{
	struct meeting_type row = booking_type_row(ar->arena, e->host->owner.id, e->item);
	const struct fault *f = change_require(e->edit.change, row.owner, require_schedule, e);

	if (!f)
		f = change_require(e->edit.change, row.owner, require_hosts, e);
	if (!f)
		f = change_require(e->edit.change, row.owner, require_conference, e);
	return f ? f : change_put_type(e->edit.change, &row);
}

static const struct fault *remove_type(struct api_request *ar, struct api_resource_edit *e)
{
	const struct booking_type *t = e->item;

	(void)ar;
	return change_remove_type(e->edit.change, e->host->owner.id, t->slug);
}

const struct api_resource api_types = {
	.path = "/api/meeting-types",
	.list = "meeting_types",
	.noun = "meeting type",
	.max = TYPES_MAX,
	.size = sizeof(struct booking_type),
	.id_at = offsetof(struct booking_type, id),
	.version_at = offsetof(struct booking_type, version),
	.all = all_types,
	.find = find_type,
	.put = put_type,
	.read = read_type,
	.stored_version = stored_version,
	.store = store_type,
	.remove = remove_type,
};
