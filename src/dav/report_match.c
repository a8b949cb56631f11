/*
 * report_match - principals that a user is, and that a list of entries names
 *
 * DAV:principal-match (RFC 3744 §9.3): which principals the user is, in person or by a group, or
 * which resources name the user in a property. DAV:acl-principal-prop-set (§9.2): who is spoken of
 * by the entries of a resource.
 */

#include "dav/report.h"
#include "store/access.h"

enum { PRINCIPALS_MAX = 1000 };

struct list {
	struct dav_asked asked;
	int64_t *ids;
	size_t count, next;
};

static void list_add(struct list *l, int64_t id)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->ids[i] == id)
			return;
	if (l->count < PRINCIPALS_MAX)
		l->ids[l->count++] = id;
}

static const struct fault *next_principals(struct dav_request *dr, void *ctx, struct arena *page,
					   struct buf *out, bool *more_out)
{
	struct list *l = ctx;
	size_t end = l->next + DAV_PAGE_OBJECTS;
	const struct fault *f = NULL;

	for (; l->next < l->count && l->next < end && !f; l->next++) {
		struct owner *o;
		struct dav_view v;

		f = owner_get(dr->db, page, l->ids[l->next], &o);
		if (f || !o || (dr->kind == DAV_USERS && o->kind != dr->whose.kind))
			continue;
		v = dav_view_of_principal(dr, page, o);
		f = dav_put_response(&v, &l->asked, out);
	}
	*more_out = l->next < l->count;
	return f;
}

/* ---- principal-match ------------------------------------------------------------------------ */

static const struct fault *match_self(struct dav_request *dr, struct list *l)
{
	int64_t *groups;
	size_t count;
	const struct fault *f =
		member_groups(dr->db, dr->arena, dr->rq->user.owner, &groups, &count);

	list_add(l, dr->rq->user.owner);
	for (size_t i = 0; i < count && !f; i++)
		list_add(l, groups[i]);
	return f ? f : dav_answer_multistatus(dr, next_principals, NULL, l);
}

static const struct fault *next_none(struct dav_request *dr, void *ctx, struct arena *page,
				     struct buf *out, bool *more_out)
{
	(void)dr;
	(void)ctx;
	(void)page;
	(void)out;
	*more_out = false;
	return NULL;
}

static const struct fault *match_property(struct dav_request *dr, struct list *l,
					  const struct xml_node *property)
{
	/* The one property that names principals of what is no principal. */
	if (xml_child(property, NS_DAV, "owner"))
		return dav_answer_owned(dr, &l->asked);
	return dav_answer_multistatus(dr, next_none, NULL, l);
}

const struct fault *dav_report_principal_match(struct dav_request *dr)
{
	struct list *l = arena_alloc(dr->arena, sizeof(*l));
	const struct xml_node *property = xml_child(dr->body, NS_DAV, "principal-property");
	bool self = xml_child(dr->body, NS_DAV, "self") != NULL;
	const struct fault *f = dav_report_asked(dr, &l->asked);

	if (f)
		return f;
	if (self == (property != NULL) || (property && !property->first_child))
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "Either self or one principal-property is wanted.");
	l->ids = arena_alloc_array(dr->arena, PRINCIPALS_MAX, sizeof(*l->ids));
	if (property)
		return match_property(dr, l, property);
	if (dr->kind & (DAV_ROOT | DAV_TOP | DAV_PRINCIPALS | DAV_USERS))
		return match_self(dr, l);
	return dav_answer_multistatus(dr, next_none, NULL, l);
}

/* ---- acl-principal-prop-set --------------------------------------------------------------------
 */

static const struct fault *add_entries(struct dav_request *dr, struct list *l, int64_t collection)
{
	struct access_entry *entries;
	size_t count;
	const struct fault *f =
		access_list(dr->db, dr->arena, dr->owner_id, collection, &entries, &count);

	for (size_t i = 0; i < count && !f; i++)
		if (entries[i].who == ACCESS_PRINCIPAL)
			list_add(l, entries[i].principal);
	return f;
}

const struct fault *dav_report_acl_principals(struct dav_request *dr)
{
	struct list *l = arena_alloc(dr->arena, sizeof(*l));
	const struct fault *f = dav_report_asked(dr, &l->asked);

	l->ids = arena_alloc_array(dr->arena, PRINCIPALS_MAX, sizeof(*l->ids));
	list_add(l, dr->owner_id);
	if (!f && dr->collection)
		f = add_entries(dr, l, dr->collection->id);
	if (!f)
		f = add_entries(dr, l, 0);
	return f ? f : dav_answer_multistatus(dr, next_principals, NULL, l);
}
