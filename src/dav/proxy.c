/* proxy - calendar user proxies. See proxy.h. */

#include "dav/proxy.h"

#include "store/access.h"

#define READS ((unsigned)(DAV_MAY_READ | DAV_MAY_READ_FREE_BUSY | DAV_MAY_READ_PRIVILEGES))
#define WRITES                                                                                     \
	((unsigned)(DAV_MAY_WRITE_PROPERTIES | DAV_MAY_WRITE_CONTENT | DAV_MAY_BIND |              \
		    DAV_MAY_UNBIND | DAV_MAY_SEND_INVITE | DAV_MAY_SEND_REPLY |                    \
		    DAV_MAY_SEND_FREE_BUSY))

const struct dav_proxy dav_proxies[] = {
	{TEXT_INIT("calendar-proxy-read"), NS_CS, READS, WRITES},
	{TEXT_INIT("calendar-proxy-write"), NS_CS, READS | WRITES, 0},
	{TEXT_INIT(""), NS_CS, 0, 0},
};

static const struct dav_proxy *proxy_of(struct text name)
{
	const struct dav_proxy *p = dav_proxies;

	while (p->name.len > 0 && !text_equal(p->name, name))
		p++;
	return p;
}

/* ---- members ------------------------------------------------------------------------------- */

static const struct fault *put_principal(struct dav_view *v, int64_t id, struct buf *out)
{
	struct dav_whose whose;
	struct owner *o;
	const struct fault *f = owner_get(v->db, v->arena, id, &o);

	if (f || !o)
		return f;
	whose = (struct dav_whose){o->kind, o->name};
	dav_put_href(out, DAV_PRINCIPAL, &whose, TEXT_NONE, TEXT_NONE);
	return NULL;
}

const struct fault *dav_put_proxy_members(struct dav_view *v, struct buf *out)
{
	const struct dav_proxy *p = proxy_of(v->collection_name);
	int64_t *members;
	size_t count;
	const struct fault *f;

	/* To whom somebody opens their home is theirs to tell. */
	if (v->owner_id != v->dr->rq->user.owner)
		return fault_make(v->arena, FAULT_FORBIDDEN, "read",
				  "This property is not yours to read.");
	f = dav_list_proxies(v->db, v->arena, v->owner_id, p == &dav_proxies[1], &members, &count);
	for (size_t i = 0; i < count && !f; i++)
		f = put_principal(v, members[i], out);
	return f;
}

static const struct fault *read_member(struct dav_patch *p, const struct xml_node *node,
				       int64_t *out)
{
	struct dav_request *dr = p->dr;
	struct dav_shape shape = {.kind = DAV_NOTHING};
	struct owner *o = NULL;
	const struct fault *f = NULL;

	if (xml_is(node, NS_DAV, "href"))
		shape = dav_shape_of_href(dr->arena, xml_token_of(node));
	if (shape.kind == DAV_PRINCIPAL)
		f = owner_find(dr->db, dr->arena, shape.whose.name, &o);
	if (!f && (!o || o->kind != shape.whose.kind))
		f = fault_make(dr->arena, FAULT_UNKNOWN_PRINCIPAL, NULL,
			       "Members are principals of this server.");
	*out = f ? 0 : o->id;
	return f;
}

const struct fault *dav_set_proxy_members(struct dav_patch *p, const struct xml_node *value)
{
	size_t most = value ? xml_child_count(value) : 0;
	int64_t *members = arena_alloc_array(p->dr->arena, most + 1, sizeof(*members));
	const struct fault *f = NULL;

	if (p->kind != DAV_PROXY)
		return fault_make(p->dr->arena, FAULT_PROTECTED_PROPERTY, NULL,
				  "Members of a group are set by who manages the server.");
	if (most > CHANGE_ENTRIES_MAX)
		return fault_make(p->dr->arena, FAULT_TOO_MANY_ENTRIES, NULL,
				  "There are at most %d members.", CHANGE_ENTRIES_MAX);
	p->member_count = 0;
	for (const struct xml_node *n = value ? value->first_child : NULL; n && !f; n = n->next) {
		f = read_member(p, n, &members[p->member_count]);
		/* Who it is anyhow needs no entry. */
		p->member_count += !f && members[p->member_count] != p->dr->owner_id;
	}
	p->members = members;
	return f;
}

static const struct fault *plan_members(struct change *c, int64_t owner,
					const struct dav_proxy *proxy, const int64_t *members,
					size_t count)
{
	const struct change_proxies x = {
		.owner = owner,
		.members = members,
		.count = count,
		.grants = proxy->grants,
		.beyond = proxy->beyond,
		/* As of the method ACL. */
		.locking = DAV_MAY_WRITE_CONTENT | DAV_MAY_BIND,
	};

	return change_set_proxies(c, &x);
}

const struct fault *dav_change_proxies(struct dav_request *dr, struct change *c,
				       const struct dav_patch *p)
{
	const struct fault *f = dav_check_condition(dr, true);

	return f ? f
		 : plan_members(c, dr->owner_id, proxy_of(dr->collection_name), p->members,
				p->member_count);
}

const struct fault *dav_plan_proxies(struct change *c, int64_t owner, bool writes,
				     const int64_t *members, size_t count)
{
	return plan_members(c, owner, &dav_proxies[writes], members, count);
}

const struct fault *dav_list_proxies(struct db *db, struct arena *a, int64_t owner, bool writes,
				     int64_t **out, size_t *count_out)
{
	const struct dav_proxy *p = &dav_proxies[writes];
	struct access_entry *entries;
	size_t count;
	const struct fault *f = access_list(db, a, owner, 0, &entries, &count);

	*count_out = 0;
	if (f)
		return f;
	*out = arena_alloc_array(a, count + 1, sizeof(**out));
	for (size_t i = 0; i < count; i++)
		if (access_is_member(&entries[i], p->grants, p->beyond))
			(*out)[(*count_out)++] = entries[i].principal;
	return NULL;
}

/* ---- whose proxy somebody is ----------------------------------------------------------------- */

static const struct fault *put_groups_of(struct dav_view *v, int64_t home, struct buf *out)
{
	struct access_entry *entries;
	struct owner *o = NULL;
	size_t count;
	const struct fault *f = access_list(v->db, v->arena, home, 0, &entries, &count);

	if (!f)
		f = owner_get(v->db, v->arena, home, &o);
	for (size_t i = 0; i < count && !f && o; i++)
		for (const struct dav_proxy *p = dav_proxies; p->name.len > 0; p++) {
			struct dav_whose whose = {o->kind, o->name};

			if (entries[i].principal == v->owner_id &&
			    access_is_member(&entries[i], p->grants, p->beyond))
				dav_put_href(out, DAV_PROXY, &whose, p->name, TEXT_NONE);
		}
	return f;
}

const struct fault *dav_put_proxy_groups(struct dav_view *v, struct buf *out)
{
	int64_t *ids;
	size_t count;
	const struct fault *f;

	if (v->owner_id != v->dr->rq->user.owner)
		return NULL;
	f = access_homes(v->db, v->arena, v->owner_id, &ids, &count);
	for (size_t i = 0; i < count && !f; i++)
		f = put_groups_of(v, ids[i], out);
	return f;
}

/* Those whose home is open to the user, by whatever entries. */
static const struct fault *put_looked_after(struct dav_view *v, struct buf *out, bool writing)
{
	int64_t *ids;
	size_t count;
	const struct fault *f;

	if (v->owner_id != v->dr->rq->user.owner)
		return NULL;
	f = access_homes(v->db, v->arena, v->owner_id, &ids, &count);
	for (size_t i = 0; i < count && !f; i++) {
		unsigned may;

		f = dav_access(v->dr, ids[i], 0, &may);
		if (!f && (may & DAV_MAY_READ) && writing == !!(may & DAV_MAY_WRITE_CONTENT))
			f = put_principal(v, ids[i], out);
	}
	return f;
}

const struct fault *dav_get_reads_for(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	return put_looked_after(v, out, false);
}

const struct fault *dav_get_writes_for(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	return put_looked_after(v, out, true);
}
