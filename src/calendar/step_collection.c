/* step_collection - calendars, folders and properties: made, set, forgotten */

#include "base/buf.h"
#include "calendar/change_priv.h"

/* ---- properties that are kept ---------------------------------------------------- */

/* What is only removed may leave more than would be taken today. */
static const struct fault *check_room(struct change *c, struct db *db, int64_t owner,
				      int64_t collection, int64_t object)
{
	int64_t count;
	const struct fault *f = property_count(db, c->arena, owner, collection, object, &count);

	if (!f && count > CHANGE_KEPT_MAX)
		f = fault_make(c->arena, FAULT_STORE_FULL, NULL,
			       "A resource keeps at most %d properties.", CHANGE_KEPT_MAX);
	return f;
}

static const struct fault *apply_properties(struct change *c, struct db *db, int64_t owner,
					    int64_t collection, int64_t object,
					    const struct change_property *at, size_t count)
{
	const struct fault *f = NULL;
	bool adds = false;

	for (size_t i = 0; i < count && !f; i++) {
		const struct property *p = &at[i].property;

		adds = adds || p->xml.len > 0;
		if (p->xml.len > 0)
			f = property_set(db, c->arena, owner, collection, object, p);
		else
			f = property_remove(db, c->arena, owner, collection, object, p->ns,
					    p->name);
	}
	return f || !adds ? f : check_room(c, db, owner, collection, object);
}

/* ---- make ----------------------------------------------------------------------- */

static const struct fault *make_apply(struct change *c, struct step *s, struct db *db)
{
	struct change_collection *mk = s->data;
	struct collection new = {
		.owner = mk->owner,
		.kind = mk->kind,
		.name = mk->name,
		.components = mk->components,
		.transparent = mk->transparent,
		.timezone = mk->timezone,
		.created = c->now,
	};
	struct tree_spot there;
	const struct fault *f = tree_check_path(c, mk->name);

	if (!f)
		f = tree_look(c, db, mk->owner, mk->name, &there);
	if (f)
		return f;
	if (there.collection || there.file)
		return fault_make(c->arena, FAULT_NOT_EMPTY_PLACE, NULL,
				  "There is something of this name already.");
	f = tree_check_count(c, db, mk->owner, 1);
	if (!f)
		f = collection_add(db, c->arena, &new, &mk->id);
	if (!f)
		f = apply_properties(c, db, mk->owner, mk->id, 0, mk->properties,
				     mk->property_count);
	return f ? f : change_note(c, db, mk->owner, 0, PUSH_CONTENT);
}

static const struct step_kind make_kind = {
	.name = "make-collection", .is_rules = true, .apply = make_apply};

const struct fault *change_make_collection(struct change *c, struct change_collection *mk)
{
	change_add_step(c, &make_kind, mk->owner, mk);
	return NULL;
}

/* ---- properties ------------------------------------------------------------------ */

/* RFC 6638 §9.2: of an inbox, a calendar of the same owner. */
static const struct fault *set_default_calendar(struct change *c, struct db *db,
						const struct change_properties *p,
						struct collection *inbox)
{
	struct collection *named = NULL;
	const struct fault *f = NULL;

	inbox->default_calendar = 0;
	if (p->default_calendar.len == 0)
		return NULL;
	if (inbox->kind == COLLECTION_INBOX)
		f = collection_find(db, c->arena, p->owner, p->default_calendar, &named);
	if (!f && (!named || named->kind != COLLECTION_CALENDAR))
		f = fault_make(c->arena, FAULT_BAD_DEFAULT_CALENDAR, NULL,
			       "Invitations can only be put in a calendar of the same user.");
	if (!f)
		inbox->default_calendar = named->id;
	return f;
}

static const struct fault *properties_of_collection(struct change *c, struct db *db,
						    const struct change_properties *p)
{
	struct collection *there;
	int64_t seq;
	const struct fault *f = collection_get(db, c->arena, p->owner, p->collection, &there);

	if (f)
		return f;
	if (!there)
		return fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such calendar.");
	if (p->set_transparent)
		there->transparent = p->transparent;
	if (p->set_timezone)
		there->timezone = p->timezone;
	if (p->set_default_calendar)
		f = set_default_calendar(c, db, p, there);
	if (!f && (p->set_transparent || p->set_timezone || p->set_default_calendar))
		f = collection_update(db, c->arena, there);
	/* A changed property is a change of the collection: the CTag moves with it. */
	if (!f)
		f = change_next_seq(c, db, p->owner, p->collection, PUSH_PROPERTY, &seq);
	return f;
}

/* The same of a member: what syncs the collection is shown it (RFC 6578 §3.5). */
static const struct fault *properties_of_object(struct change *c, struct db *db,
						const struct change_properties *p)
{
	struct stored_object *there;
	const struct fault *f = object_get(db, c->arena, p->owner, p->object, &there);

	if (f)
		return f;
	if (!there || there->collection != p->collection)
		return fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such object.");
	f = change_check_condition(c, &p->condition, true, there->etag, there->modified);
	if (!f)
		f = change_next_seq(c, db, p->owner, p->collection, PUSH_CONTENT, &there->seq);
	return f ? f : object_write(db, c->arena, there, &there->id);
}

static const struct fault *properties_apply(struct change *c, struct step *s, struct db *db)
{
	struct change_properties *p = s->data;
	const struct fault *f;

	if (p->object)
		f = properties_of_object(c, db, p);
	else /* a principal or a collection, which has no tag */
		f = change_check_condition(c, &p->condition, true, TEXT_NONE, 0);
	if (!f && p->collection && !p->object)
		f = properties_of_collection(c, db, p);
	if (!f)
		f = apply_properties(c, db, p->owner, p->collection, p->object, p->properties,
				     p->property_count);
	return f;
}

static const struct step_kind properties_kind = {
	.name = "properties",
	.apply = properties_apply,
};

const struct fault *change_set_properties(struct change *c, struct change_properties *p)
{
	change_add_step(c, &properties_kind, p->owner, p);
	return NULL;
}

/* ---- forget ------------------------------------------------------------------------ */

static const struct fault *forget_apply(struct change *c, struct step *s, struct db *db)
{
	struct change_forget *p = s->data;

	return collection_forget(db, c->arena, p->key, &p->old, p->max, &p->done);
}

static const struct step_kind forget_kind = {.name = "forget", .apply = forget_apply};

const struct fault *change_forget_removals(struct change *c, struct change_forget *p)
{
	change_add_step(c, &forget_kind, p->key.owner, p);
	return NULL;
}
