/*
 * step_tree - calendars and folders as a whole: copied, moved, taken away
 *
 * A folder is found by its path, and what is in it by the beginning of theirs (store/collection.h).
 * A MOVE gives them other names. A COPY is bounded, as it is one transaction, in which nobody else
 * writes (decisions 2); more than that is copied by clients in parts.
 */

#include "calendar/schedule_priv.h"
#include "store/copy.h"

const struct fault *tree_check_path(struct change *c, struct text path)
{
	ptrdiff_t tilde = text_find_char(path, '~', 0), slash = text_find_char(path, '/', 0);
	size_t segments = 1;

	/* In a home such a name stands for what another one shares: OWNER~CALENDAR. */
	if (tilde >= 0 && (slash < 0 || tilde < slash))
		return fault_make(c->arena, FAULT_BAD_LOCATION, NULL,
				  "Names with '~' are those of calendars that others share.");
	for (size_t i = 0; i < path.len; i++)
		segments += path.at[i] == '/';
	if (path.len <= COLLECTION_PATH_MAX && segments <= COLLECTION_DEPTH_MAX)
		return NULL;
	return fault_make(c->arena, FAULT_STORE_FULL, NULL,
			  "Folders are nested at most %d deep, with paths of at most %d bytes.",
			  COLLECTION_DEPTH_MAX, COLLECTION_PATH_MAX);
}

const struct fault *tree_check_count(struct change *c, struct db *db, int64_t owner, size_t more)
{
	struct collection *all;
	size_t count;
	const struct fault *f = collection_list(db, c->arena, owner, &all, &count);

	if (!f && count + more > CHANGE_COLLECTIONS_MAX)
		f = fault_make(c->arena, FAULT_STORE_FULL, NULL,
			       "A user has at most %d calendars and folders.",
			       CHANGE_COLLECTIONS_MAX);
	return f;
}

/* ---- what stands at a path ---------------------------------------------------------------- */

const struct fault *tree_look(struct change *c, struct db *db, int64_t owner, struct text path,
			      struct tree_spot *out)
{
	struct text parent = path_parent(path);
	const struct fault *f = collection_find(db, c->arena, owner, path, &out->collection);

	out->parent = NULL;
	out->file = NULL;
	out->leaf = path_leaf(path);
	if (f || parent.len == 0)
		return f;
	f = collection_find(db, c->arena, owner, parent, &out->parent);
	if (f)
		return f;
	if (!out->parent || out->parent->kind != COLLECTION_FOLDER)
		return fault_make(c->arena, FAULT_CONFLICT, NULL, "There is no folder around it.");
	if (out->collection)
		return NULL;
	return object_find(db, c->arena, owner, out->parent->id, out->leaf, &out->file);
}

/* ---- taken away ---------------------------------------------------------------------------- */

const struct fault *tree_bury_one(struct change *c, struct db *db, const struct collection *it)
{
	struct job purge = {.owner = it->owner, .kind = TEXT("purge"), .due_at = c->now};
	const struct fault *f = collection_bury(db, c->arena, it->owner, it->id);

	if (!f)
		f = push_remove_all(db, c->arena, it->owner, it->id);
	if (f)
		return f;
	purge.key = text_from(arena_printf(c->arena, "%lld", (long long)it->id));
	purge.payload =
		text_from(arena_printf(c->arena, "{\"collection\":%lld}", (long long)it->id));
	return change_apply_job(c, db, &purge);
}

/* Is it the one calendar that takes such objects? */
static const struct fault *is_only_one(struct change *c, struct db *db,
				       const struct collection *root, unsigned component, bool *out)
{
	struct collection *all;
	size_t count;
	const struct fault *f = collection_list(db, c->arena, root->owner, &all, &count);

	*out = !f;
	for (size_t i = 0; i < count && *out; i++)
		*out = all[i].kind != COLLECTION_CALENDAR || all[i].id == root->id ||
		       !(all[i].components & component);
	return f;
}

/*
 * RFC 6638 §4.3: invitations must have a place to go to. For events it is the one that the inbox
 * names, and it stays until another one is named; for to-dos another one takes over, if there is
 * one.
 */
static const struct fault *check_is_not_default(struct change *c, struct db *db,
						const struct collection *root)
{
	struct collection *events, *todos;
	bool is_last = false;
	const struct fault *f;

	if (root->kind != COLLECTION_CALENDAR)
		return NULL;
	f = collection_for_invitations(db, c->arena, root->owner, COMP_VEVENT, &events);
	if (!f)
		f = collection_for_invitations(db, c->arena, root->owner, COMP_VTODO, &todos);
	if (!f && todos && todos->id == root->id)
		f = is_only_one(c, db, root, COMP_VTODO, &is_last);
	if (!f && (is_last || (events && events->id == root->id)))
		f = fault_make(c->arena, FAULT_DEFAULT_CALENDAR, NULL,
			       "Invitations are put in this calendar; %s another one first.",
			       is_last ? "make" : "name");
	return f;
}

const struct fault *tree_bury(struct change *c, struct db *db, const struct collection *root)
{
	struct collection *below = NULL;
	size_t count = 0;
	const struct fault *f = check_is_not_default(c, db, root);

	if (!f)
		f = schedule_may_bury(c, db, root);
	if (!f)
		f = collection_list_below(db, c->arena, root->owner, root->name, &below, &count);
	if (!f)
		f = tree_bury_one(c, db, root);
	for (size_t i = 0; !f && i < count; i++)
		f = tree_bury_one(c, db, &below[i]);
	return f ? f : change_note(c, db, root->owner, 0, PUSH_CONTENT);
}

struct bury_step {
	int64_t owner, collection;
};

static const struct fault *bury_apply(struct change *c, struct step *s, struct db *db)
{
	struct bury_step *b = s->data;
	struct collection *there;
	const struct fault *f = collection_get(db, c->arena, b->owner, b->collection, &there);

	if (f)
		return f;
	if (!there)
		return fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such collection.");
	return tree_bury(c, db, there);
}

static const struct step_kind bury_kind = {
	.name = "remove-collection", .is_rules = true, .apply = bury_apply};

const struct fault *change_remove_collection(struct change *c, int64_t owner, int64_t collection)
{
	struct bury_step *b = arena_alloc(c->arena, sizeof(*b));

	*b = (struct bury_step){owner, collection};
	change_add_step(c, &bury_kind, owner, b);
	return NULL;
}

/* ---- may it stand there? --------------------------------------------------------------------- */

/* The collection itself and what is below it. */
struct tree {
	struct collection *root, *below;
	size_t count;
};

static const struct fault *find_tree(struct change *c, struct db *db, const struct change_tree *t,
				     struct tree *out)
{
	const struct fault *f = collection_find(db, c->arena, t->owner, t->from, &out->root);

	if (!f && !out->root)
		f = fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such collection.");
	if (!f && out->root->id != t->collection)
		f = fault_make(c->arena, FAULT_CONFLICT, NULL,
			       "Another collection goes by this name now.");
	if (f)
		return f;
	return collection_list_below(db, c->arena, t->owner, t->from, &out->below, &out->count);
}

static const struct fault *check_names(struct change *c, const struct change_tree *t)
{
	if (text_equal(t->from, t->to) || path_is_below(t->to, t->from))
		return fault_make(c->arena, FAULT_BAD_TRANSFER, NULL,
				  "A collection is not put onto or into itself.");
	if (path_is_below(t->from, t->to))
		return fault_make(c->arena, FAULT_CONFLICT, NULL,
				  "What is around a collection cannot be replaced by it.");
	return NULL;
}

static const struct fault *check_spot(struct change *c, const struct change_tree *t,
				      const struct collection *root, const struct tree_spot *to)
{
	/* RFC 4791 §4.2: calendars stand in the home. */
	if (to->parent && root->kind != COLLECTION_FOLDER)
		return fault_make(c->arena, FAULT_BAD_LOCATION, NULL,
				  "Calendars stand in the home of calendars, not in folders.");
	if (t->no_replace && (to->collection || to->file))
		return fault_make(c->arena, FAULT_FORBIDDEN, "unbind",
				  "This collection may not be changed so.");
	if (!t->overwrite && (to->collection || to->file))
		return fault_make(c->arena, FAULT_PRECONDITION, NULL,
				  "There is something of this name already.");
	if (to->collection && to->collection->kind != root->kind)
		return fault_make(c->arena, FAULT_NOT_EMPTY_PLACE, NULL,
				  "A collection of another kind stands there.");
	return NULL;
}

/* The name of what is below, where the whole goes. */
static struct text name_at(struct arena *a, const struct change_tree *t, const struct collection *c)
{
	struct text rest = text_sub(c->name, t->from.len, c->name.len);

	return text_from(arena_printf(a, "%.*s%.*s", TEXT_ARG(t->to), TEXT_ARG(rest)));
}

static const struct fault *check_depth(struct change *c, const struct change_tree *t,
				       const struct tree *tree)
{
	const struct fault *f = tree_check_path(c, t->to);

	for (size_t i = 0; !f && i < tree->count && !t->alone; i++)
		f = tree_check_path(c, name_at(c->arena, t, &tree->below[i]));
	return f;
}

/* ---- copied --------------------------------------------------------------------------------- */

static const struct fault *add_size(struct change *c, struct db *db, const struct collection *of,
				    struct collection_size *sum)
{
	struct collection_size size;
	const struct fault *f =
		collection_measure(db, c->arena, of, CHANGE_COPY_OCCURRENCES_MAX, &size);

	sum->objects += size.objects;
	sum->bytes += size.bytes;
	sum->occurrences += size.occurrences;
	return f;
}

static const struct fault *check_size(struct change *c, struct db *db, const struct tree *tree)
{
	struct collection_size sum = {0};
	const struct fault *f = add_size(c, db, tree->root, &sum);

	for (size_t i = 0; !f && i < tree->count; i++)
		f = add_size(c, db, &tree->below[i], &sum);
	if (!f && (sum.objects > CHANGE_COPY_OBJECTS_MAX || sum.bytes > CHANGE_COPY_BYTES_MAX ||
		   sum.occurrences > CHANGE_COPY_OCCURRENCES_MAX))
		f = fault_make(c->arena, FAULT_TOO_MUCH_AT_ONCE, NULL,
			       "At most %d resources of %d MB and %d instances in all are copied "
			       "in one request.",
			       CHANGE_COPY_OBJECTS_MAX, CHANGE_COPY_BYTES_MAX >> 20,
			       CHANGE_COPY_OCCURRENCES_MAX);
	return f;
}

static const struct fault *copy_tree(struct change *c, struct db *db, const struct change_tree *t,
				     const struct tree *tree)
{
	size_t count = t->alone ? 0 : tree->count;
	const struct fault *f = tree_check_count(c, db, t->owner, 1 + count);

	if (!f && !t->alone)
		f = check_size(c, db, tree);
	if (!f)
		f = copy_collection(db, c->arena, tree->root, t->to, t->alone, c->now);
	for (size_t i = 0; !f && i < count; i++)
		f = copy_collection(db, c->arena, &tree->below[i],
				    name_at(c->arena, t, &tree->below[i]), false, c->now);
	return f;
}

/* ---- the step -------------------------------------------------------------------------------- */

/* What stood there goes, with all that it held (RFC 4918 §9.8.4). */
static const struct fault *clear_spot(struct change *c, struct db *db, const struct tree_spot *to)
{
	int64_t seq;
	const struct fault *f;

	if (to->collection)
		return tree_bury(c, db, to->collection);
	if (!to->file)
		return NULL;
	f = change_next_seq(c, db, to->file->owner, to->file->collection, PUSH_CONTENT, &seq);
	return f ? f : object_remove(db, c->arena, to->file, seq, c->now);
}

/* Where none is named, invitations go where a name says so: by another one they still go there. */
static const struct fault *keep_default(struct change *c, struct db *db,
					const struct collection *root)
{
	struct collection *named, *inbox;
	const struct fault *f =
		collection_for_delivery(db, c->arena, root->owner, COMP_VEVENT, &named, &inbox);

	if (f || !named || named->id != root->id || !inbox || inbox->default_calendar != 0)
		return f;
	inbox->default_calendar = root->id;
	return collection_update(db, c->arena, inbox);
}

static const struct fault *move_tree(struct change *c, struct db *db, const struct change_tree *t,
				     const struct collection *root)
{
	const struct fault *f = keep_default(c, db, root);

	return f ? f : collection_rename(db, c->arena, t->owner, t->from, t->to);
}

static const struct fault *tree_apply(struct change *c, struct step *s, struct db *db)
{
	struct change_tree *t = s->data;
	struct tree_spot to;
	struct tree tree;
	const struct fault *f = find_tree(c, db, t, &tree);

	if (!f)
		f = check_names(c, t);
	if (!f)
		f = tree_look(c, db, t->owner, t->to, &to);
	if (!f)
		f = check_spot(c, t, tree.root, &to);
	if (!f)
		f = check_depth(c, t, &tree);
	if (f)
		return f;
	t->created = !to.collection && !to.file;
	f = clear_spot(c, db, &to);
	if (f)
		return f;
	f = t->is_move ? move_tree(c, db, t, tree.root) : copy_tree(c, db, t, &tree);
	return f ? f : change_note(c, db, t->owner, 0, PUSH_CONTENT);
}

static const struct step_kind tree_kind = {
	.name = "transfer-tree", .is_rules = true, .apply = tree_apply};

const struct fault *change_transfer_tree(struct change *c, struct change_tree *t)
{
	change_add_step(c, &tree_kind, t->owner, t);
	return NULL;
}
