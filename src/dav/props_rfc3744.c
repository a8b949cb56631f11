/* props_rfc3744 - principals, and what the user may do; folders are nobody's */

#include "dav/props.h"

static const struct fault *get_principal(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	dav_put_href(out, DAV_PRINCIPAL, &v->whose, TEXT_NONE, TEXT_NONE);
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

static const struct fault *get_empty(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)out;
	(void)found_out;
	return NULL;
}

static const struct fault *get_privileges(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	dav_put_privileges(out, dav_privileges(v->kind) & v->may);
	return NULL;
}

/* clang-format off */
const struct dav_prop dav_props_rfc3744[] = {
	/* ns      name                          on             flags     get             set   section */
	{ NS_DAV, "alternate-URI-set",          DAV_PRINCIPAL, 0,        get_empty,      NULL, "RFC 3744 §4.1" },
	{ NS_DAV, "principal-URL",              DAV_PRINCIPAL, 0,        get_principal,  NULL, "RFC 3744 §4.2" },
	{ NS_DAV, "group-membership",           DAV_PRINCIPAL, 0,        get_empty,      NULL, "RFC 3744 §4.4" },
	{ NS_DAV, "owner",                      DAV_EXISTING,  0,        get_owner,      NULL, "RFC 3744 §5.1" },
	{ NS_DAV, "current-user-privilege-set", DAV_EXISTING,  0,        get_privileges, NULL, "RFC 3744 §5.5" },
	{ NS_DAV, "principal-collection-set",   DAV_EXISTING,  0,        get_principals, NULL, "RFC 3744 §5.8" },
	{ NS_DAV, "current-user-principal",     DAV_EXISTING,  PROP_ALL, get_current_user, NULL, "RFC 5397 §3" },
	{ 0 }
};
/* clang-format on */
