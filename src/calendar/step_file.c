/*
 * step_file - a file in a folder: stored, replaced
 *
 * It is an object of no component: nothing looks into it, and no time is taken by it.
 */

#include "calendar/change_priv.h"

static const struct fault *find_folder(struct change *c, const struct change_file *put,
				       struct db *db)
{
	struct collection *folder, *inner = NULL;
	const struct fault *f = collection_get(db, c->arena, put->owner, put->collection, &folder);

	if (f)
		return f;
	if (!folder || folder->kind != COLLECTION_FOLDER)
		return fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such folder.");
	f = collection_find(db, c->arena, put->owner, path_join(c->arena, folder->name, put->name),
			    &inner);
	if (!f && inner)
		f = fault_make(c->arena, FAULT_CONFLICT, NULL, "A folder has this name.");
	return f;
}

static const struct fault *write_file(struct change *c, struct change_file *put, struct db *db,
				      const struct stored_object *existing)
{
	struct stored_object o = {
		.owner = put->owner,
		.collection = put->collection,
		.id = existing ? existing->id : 0,
		.name = put->name,
		.uid = put->name,
		.etag = put->etag,
		.data = put->raw,
		.size_bytes = (int64_t)put->raw.len,
		.created = c->now,
		.modified = c->now,
		.media_type = put->media_type,
	};
	const struct fault *f =
		change_next_seq(c, db, put->owner, put->collection, PUSH_CONTENT, &o.seq);

	put->created = !existing;
	return f ? f : object_write(db, c->arena, &o, &o.id);
}

static const struct fault *file_apply(struct change *c, struct step *s, struct db *db)
{
	struct change_file *put = s->data;
	struct stored_object *existing = NULL;
	const struct fault *f = find_folder(c, put, db);

	if (!f)
		f = object_find(db, c->arena, put->owner, put->collection, put->name, &existing);
	if (!f)
		f = object_check_right(c, existing != NULL, put->no_create, put->no_replace);
	if (!f)
		f = change_check_condition(c, &put->condition, existing != NULL,
					   existing ? existing->etag : TEXT_NONE,
					   existing ? existing->modified : 0);
	return f ? f : write_file(c, put, db, existing);
}

static const struct step_kind file_kind = {.name = "put-file", .apply = file_apply};

const struct fault *change_put_file(struct change *c, struct change_file *put)
{
	if (put->raw.len > CHANGE_FILE_MAX)
		return fault_make(c->arena, FAULT_STORE_FULL, NULL, "A file has at most %d MB.",
				  CHANGE_FILE_MAX >> 20);
	put->etag = object_etag(c->arena, put->raw);
	change_add_step(c, &file_kind, put->owner, put);
	return NULL;
}
