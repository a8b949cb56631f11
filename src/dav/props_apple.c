/* props_apple - what Apple's clients keep on the server, and others took over */

#include "dav/proxy.h"

static const struct fault *get_mail_addresses(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct text *all;
	size_t count;
	const struct fault *f = owner_addresses(v->db, v->arena, v->owner_id, &all, &count);

	*found_out = !f && count > 0;
	for (size_t i = 0; !f && i < count; i++)
		xml_element_text(out, NS_CS, "email-address", all[i]);
	return f;
}

/* ---- auto-schedule-mode ------------------------------------------------------------------ */

/* Calendar Server has accept-always as well, by which a room would be taken twice. */
static const char *const modes[] = {
	[ANSWERS_BY_KIND] = "default",		[ANSWERS_BY_HAND] = "none",
	[ANSWERS_WHAT_FITS] = "accept-if-free", [ANSWERS_WHAT_FITS_NOT] = "decline-if-busy",
	[ANSWERS_AUTOMATIC] = "automatic",	[ANSWERS_NO] = "decline-always",
};

/* Of people only they themselves are told how they have it. */
static const struct fault *get_mode(struct dav_view *v, struct buf *out, bool *found_out)
{
	const struct owner *owner;
	const struct fault *f = dav_view_owner(v, &owner);

	if (f)
		return f;
	*found_out = owner->kind == OWNER_ROOM || owner->kind == OWNER_RESOURCE ||
		     owner->id == v->dr->rq->user.owner;
	if (*found_out)
		buf_put_str(out, modes[owner->answers]);
	return NULL;
}

static const struct fault *set_mode(struct dav_patch *p, const struct xml_node *value)
{
	struct text mode = value ? xml_token_of(value) : text_from(modes[ANSWERS_BY_KIND]);

	if (p->dr->owner_id != p->dr->rq->user.owner)
		return fault_make(p->dr->arena, FAULT_PROTECTED_PROPERTY, NULL,
				  "Nobody else's invitations are answered.");
	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		if (text_equal(mode, text_from(modes[i]))) {
			p->set_answers = true;
			p->answers = (enum owner_answers)i;
			return NULL;
		}
	return fault_make(p->dr->arena, FAULT_CONFLICT, NULL,
			  "There is default, none, accept-if-free, decline-if-busy, automatic and "
			  "decline-always.");
}

/* clang-format off */
const struct dav_prop dav_props_apple[] = {
	/* ns        name                on             flags      get                 set       section */
	{ NS_APPLE, "calendar-color",    DAV_CALENDAR,  PROP_KEPT, NULL,               dav_keep, "Apple Calendar" },
	{ NS_APPLE, "calendar-order",    DAV_CALENDAR,  PROP_KEPT, NULL,               dav_keep, "Apple Calendar" },
	{ NS_CS,    "calendar-proxy-read-for",  DAV_PRINCIPAL, 0,  dav_get_reads_for,     NULL,     "Calendar Server" },
	{ NS_CS,    "calendar-proxy-write-for", DAV_PRINCIPAL, 0,  dav_get_writes_for,    NULL,     "Calendar Server" },
	{ NS_CS,    "auto-schedule-mode", DAV_PRINCIPAL, 0,         get_mode,           set_mode, "Calendar Server" },
	{ NS_CS,    "email-address-set", DAV_PRINCIPAL, 0,         get_mail_addresses, NULL,     "Calendar Server" },
	{ 0 }
};
/* clang-format on */
