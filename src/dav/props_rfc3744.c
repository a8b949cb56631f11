/* props_rfc3744 - principals, and what the user may do; folders are nobody's */

#include "dav/proxy.h"
#include "store/access.h"

/* What entries are kept of, or of what is around it. */
#define CONTROLLED (DAV_HOME | DAV_CALENDAR | DAV_BOXES | DAV_PLAIN | DAV_MEMBERS)

static const struct fault *get_principal(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	dav_put_href(out, v->kind, &v->whose, v->collection_name, TEXT_NONE);
	return NULL;
}

static const struct fault *get_current_user(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct dav_whose user = {OWNER_INDIVIDUAL, v->dr->rq->user.name};

	(void)found_out;
	dav_put_href(out, DAV_PRINCIPAL, &user, TEXT_NONE, TEXT_NONE);
	return NULL;
}

/* Without an owner it is empty. */
static const struct fault *get_owner(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	if (!(v->kind & DAV_FOLDERS))
		dav_put_href(out, DAV_PRINCIPAL, &v->owned_by, TEXT_NONE, TEXT_NONE);
	return NULL;
}

static const struct fault *get_principals(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	dav_put_href(out, DAV_PRINCIPALS, &v->whose, TEXT_NONE, TEXT_NONE);
	return NULL;
}

static const struct fault *put_principals(struct dav_view *v, const int64_t *ids, size_t count,
					  struct buf *out)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < count && !f; i++) {
		struct owner *o;
		struct dav_whose whose;

		f = owner_get(v->db, v->arena, ids[i], &o);
		if (f || !o)
			continue;
		whose = (struct dav_whose){o->kind, o->name};
		dav_put_href(out, DAV_PRINCIPAL, &whose, TEXT_NONE, TEXT_NONE);
	}
	return f;
}

/* Only groups and teams have any (§4.3), and groups of proxies. */
static const struct fault *get_members(struct dav_view *v, struct buf *out, bool *found_out)
{
	const struct owner *o;
	int64_t *ids;
	size_t count;
	const struct fault *f;

	if (v->kind == DAV_PROXY)
		return dav_put_proxy_members(v, out);
	f = dav_view_owner(v, &o);
	*found_out = !f && (o->kind == OWNER_GROUP || o->kind == OWNER_TEAM);
	if (!*found_out)
		return f;
	f = member_list(v->db, v->arena, o->id, &ids, &count);
	return f ? f : put_principals(v, ids, count, out);
}

static const struct fault *get_groups(struct dav_view *v, struct buf *out, bool *found_out)
{
	int64_t *ids;
	size_t count;
	const struct fault *f;

	(void)found_out;
	if (v->kind == DAV_PROXY)
		return NULL;
	f = member_groups(v->db, v->arena, v->owner_id, &ids, &count);
	if (!f)
		f = put_principals(v, ids, count, out);
	return f ? f : dav_put_proxy_groups(v, out);
}

static const struct fault *get_empty(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)out;
	(void)found_out;
	return NULL;
}

static const struct fault *forbidden(struct dav_view *v, const char *privilege)
{
	return fault_make(v->arena, FAULT_FORBIDDEN, privilege,
			  "This property is not yours to read.");
}

static const struct fault *get_supported(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	dav_put_supported_privileges(out, v->kind);
	return NULL;
}

static const struct fault *get_privileges(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	if (!(v->may & DAV_MAY_READ_PRIVILEGES))
		return forbidden(v, "read-current-user-privilege-set");
	dav_put_privileges(out, v->kind, v->kind == DAV_INBOX ? v->may | DAV_MAY_DELIVER : v->may);
	return NULL;
}

/* ---- access control entries (§5.5) ----------------------------------------------------------
 */

static void put_owner_entry(struct buf *out)
{
	buf_put_lit(out, "<D:ace><D:principal><D:property><D:owner/></D:property></D:principal>"
			 "<D:grant><D:privilege><D:all/></D:privilege></D:grant>"
			 "<D:protected/></D:ace>");
}

/* What everybody may do at an inbox. */
static void put_inbox_entry(struct buf *out)
{
	buf_put_lit(out, "<D:ace><D:principal><D:authenticated/></D:principal><D:grant>");
	dav_put_granted(out, DAV_MAY_DELIVER);
	buf_put_lit(out, "</D:grant><D:protected/></D:ace>");
}

/*
 * Folders and principals are told to all who have an account; that is no entry which could be
 * changed.
 */
static void put_fixed_entries(struct dav_view *v, struct buf *out)
{
	unsigned bits = DAV_MAY_READ | DAV_MAY_READ_FREE_BUSY | DAV_MAY_READ_PRIVILEGES;

	if (v->kind & (DAV_PRINCIPAL | DAV_PROXY))
		put_owner_entry(out);
	else
		bits |= DAV_MAY_READ_ACL;
	buf_put_lit(out, "<D:ace><D:principal><D:authenticated/></D:principal><D:grant>");
	dav_put_granted(out, bits);
	buf_put_lit(out, "</D:grant><D:protected/></D:ace>");
}

static void put_who(const struct access_entry *e, const struct owner *principal, struct buf *out)
{
	struct dav_whose whose;

	if (!principal) {
		xml_empty(out, NS_DAV, e->who == ACCESS_ALL ? "all" : "authenticated");
		return;
	}
	whose = (struct dav_whose){principal->kind, principal->name};
	dav_put_href(out, DAV_PRINCIPAL, &whose, TEXT_NONE, TEXT_NONE);
}

static const struct fault *put_entry(struct dav_view *v, const struct access_entry *e,
				     bool inherited, struct buf *out)
{
	const char *verb = e->denies ? "deny" : "grant";
	struct owner *principal = NULL;
	const struct fault *f = NULL;

	if (e->who == ACCESS_PRINCIPAL)
		f = owner_get(v->db, v->arena, e->principal, &principal);
	/* A principal that is gone is spoken of no more. */
	if (f || (e->who == ACCESS_PRINCIPAL && !principal))
		return f;
	buf_put_lit(out, "<D:ace><D:principal>");
	put_who(e, principal, out);
	buf_put_lit(out, "</D:principal>");
	xml_open(out, NS_DAV, verb);
	dav_put_granted(out, e->privileges);
	xml_close(out, NS_DAV, verb);
	if (inherited) {
		buf_put_lit(out, "<D:inherited>");
		if (v->kind == DAV_OBJECT && v->collection)
			dav_put_href(out, DAV_CALENDAR, &v->whose, v->collection_name, TEXT_NONE);
		else
			dav_put_href(out, DAV_HOME, &v->owned_by, TEXT_NONE, TEXT_NONE);
		buf_put_lit(out, "</D:inherited>");
	}
	buf_put_lit(out, "</D:ace>");
	return NULL;
}

static const struct fault *put_entries(struct dav_view *v, int64_t collection, bool inherited,
				       struct buf *out)
{
	struct access_entry *entries;
	size_t count;
	const struct fault *f =
		access_list(v->db, v->arena, v->owner_id, collection, &entries, &count);

	for (size_t i = 0; i < count && !f; i++)
		f = put_entry(v, &entries[i], inherited, out);
	return f;
}

static const struct fault *get_acl(struct dav_view *v, struct buf *out, bool *found_out)
{
	const struct fault *f = NULL;

	(void)found_out;
	if (!(v->may & DAV_MAY_READ_ACL))
		return forbidden(v, "read-acl");
	if (!(v->kind & CONTROLLED)) {
		put_fixed_entries(v, out);
		return NULL;
	}
	put_owner_entry(out);
	if (v->collection)
		f = put_entries(v, v->collection->id, v->kind == DAV_OBJECT, out);
	if (!f)
		f = put_entries(v, 0, v->kind != DAV_HOME, out);
	/* Others come first, so that somebody can be kept out. */
	if (!f && v->kind == DAV_INBOX)
		put_inbox_entry(out);
	return f;
}

/* Any order, grants and denials mixed, but no inversion (§5.6). */
static const struct fault *get_restrictions(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)found_out;
	buf_put_lit(out, "<D:no-invert/>");
	return NULL;
}

/* From nowhere: to a home, to what is fixed. */
static const struct fault *get_inherited(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	if (!(v->kind & CONTROLLED) || v->kind == DAV_HOME)
		return NULL;
	dav_put_href(out, DAV_HOME, &v->owned_by, TEXT_NONE, TEXT_NONE);
	if (v->kind == DAV_OBJECT)
		dav_put_href(out, DAV_CALENDAR, &v->whose, v->collection_name, TEXT_NONE);
	return NULL;
}

/* clang-format off */
const struct dav_prop dav_props_rfc3744[] = {
	/* ns      name                          on             flags     get             set   section */
	{ NS_DAV, "alternate-URI-set",          DAV_PRINCIPAL | DAV_PROXY, 0,        get_empty,      NULL, "RFC 3744 §4.1" },
	{ NS_DAV, "principal-URL",              DAV_PRINCIPAL | DAV_PROXY, 0,        get_principal,  NULL, "RFC 3744 §4.2" },
	{ NS_DAV, "group-member-set",           DAV_PRINCIPAL | DAV_PROXY, 0,        get_members,    dav_set_proxy_members, "RFC 3744 §4.3" },
	{ NS_DAV, "group-membership",           DAV_PRINCIPAL | DAV_PROXY, 0,        get_groups,     NULL, "RFC 3744 §4.4" },
	{ NS_DAV, "owner",                      DAV_EXISTING,  0,        get_owner,      NULL, "RFC 3744 §5.1" },
	{ NS_DAV, "group",                      DAV_EXISTING,  0,        get_empty,      NULL, "RFC 3744 §5.2" },
	{ NS_DAV, "supported-privilege-set",    DAV_EXISTING,  0,        get_supported,  NULL, "RFC 3744 §5.3" },
	{ NS_DAV, "acl",                        DAV_EXISTING,  0,        get_acl,        NULL, "RFC 3744 §5.5" },
	{ NS_DAV, "acl-restrictions",           DAV_EXISTING,  0,        get_restrictions, NULL, "RFC 3744 §5.6" },
	{ NS_DAV, "inherited-acl-set",          DAV_EXISTING,  0,        get_inherited,  NULL, "RFC 3744 §5.7" },
	{ NS_DAV, "current-user-privilege-set", DAV_EXISTING,  0,        get_privileges, NULL, "RFC 3744 §5.4" },
	{ NS_DAV, "principal-collection-set",   DAV_EXISTING,  0,        get_principals, NULL, "RFC 3744 §5.8" },
	{ NS_DAV, "current-user-principal",     DAV_EXISTING,  PROP_ALL, get_current_user, NULL, "RFC 5397 §3" },
	{ 0 }
};
/* clang-format on */
