/*
 * acl - who may do what is set: the ACL method (RFC 3744 §8.1)
 *
 * The entries of the body replace those of the calendar or the home. The first
 * one of every list is the owner's, who may do everything; it is protected and kept
 * nowhere. What an object allows is what its calendar does.
 */

#include "dav/dav_priv.h"
#include "store/access.h"

struct state {
	struct change_access access;
	struct access_entry entries[CHANGE_ENTRIES_MAX];
};

/* ---- whom an entry speaks of (§5.5.1) -------------------------------------------------- */

static const struct fault *unknown_principal(struct dav_request *dr)
{
	return fault_make(dr->arena, FAULT_UNKNOWN_PRINCIPAL, NULL,
			  "An entry names a principal that is not known here.");
}

static const struct fault *read_href(struct dav_request *dr, const struct xml_node *href,
				     struct access_entry *e)
{
	struct dav_shape shape = dav_shape_of_href(dr->arena, xml_token_of(href));
	struct owner *owner;
	const struct fault *f;

	if (shape.kind != DAV_PRINCIPAL)
		return unknown_principal(dr);
	f = owner_find(dr->db, dr->arena, shape.whose.name, &owner);
	if (f || !owner || owner->kind != shape.whose.kind)
		return f ? f : unknown_principal(dr);
	e->who = ACCESS_PRINCIPAL;
	e->principal = owner->id;
	return NULL;
}

/* DAV:all and DAV:authenticated are the same people: nobody is let in without a password. */
static const struct fault *read_principal(struct dav_request *dr, const struct xml_node *principal,
					  struct access_entry *e)
{
	const struct xml_node *who = principal->first_child;

	if (!who || xml_next(who))
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "An entry speaks of one principal.");
	if (xml_is(who, NS_DAV, "href"))
		return read_href(dr, who, e);
	if (xml_is(who, NS_DAV, "all"))
		e->who = ACCESS_ALL;
	else if (xml_is(who, NS_DAV, "authenticated"))
		e->who = ACCESS_AUTHENTICATED;
	else if (xml_is(who, NS_DAV, "property") && xml_child(who, NS_DAV, "owner"))
		e->who = ACCESS_OWNER;
	else
		return fault_make(dr->arena, FAULT_PRINCIPAL_NOT_ALLOWED, NULL,
				  "Entries speak of principals by href, of DAV:authenticated, of "
				  "DAV:all or of the owner.");
	return NULL;
}

/* ---- what it says (§5.5.2) --------------------------------------------------------------- */

static const struct fault *read_privileges(struct dav_request *dr, const struct xml_node *list,
					   struct access_entry *e)
{
	if (!list->first_child)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "An entry names privileges.");
	for (const struct xml_node *n = list->first_child; n; n = n->next) {
		unsigned bits = 0;

		if (!xml_is(n, NS_DAV, "privilege") || !n->first_child || n->first_child->next)
			return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
					  "A privilege element holds one privilege.");
		bits = dav_privilege_of(n->first_child);
		if (!bits)
			return fault_make(dr->arena, FAULT_UNKNOWN_PRIVILEGE, NULL,
					  "There is no such privilege here.");
		e->privileges |= bits;
	}
	return NULL;
}

/* What the owner may do cannot be taken away, nor can it be said again. */
static const struct fault *check_owner(struct dav_request *dr, const struct access_entry *e)
{
	bool is_owner = e->who == ACCESS_OWNER ||
			(e->who == ACCESS_PRINCIPAL && e->principal == dr->owner_id);

	if (!is_owner || !e->denies)
		return NULL;
	return fault_make(dr->arena, FAULT_PROTECTED_ENTRY, NULL,
			  "What the owner may do is not to be denied.");
}

static const struct fault *read_entry(struct dav_request *dr, const struct xml_node *ace,
				      struct access_entry *e)
{
	const struct xml_node *principal = xml_child(ace, NS_DAV, "principal");
	const struct xml_node *grant = xml_child(ace, NS_DAV, "grant");
	const struct xml_node *deny = xml_child(ace, NS_DAV, "deny");
	const struct fault *f;

	*e = (struct access_entry){.denies = deny != NULL};
	if (xml_child(ace, NS_DAV, "invert"))
		return fault_make(dr->arena, FAULT_INVERTED_ENTRY, NULL,
				  "Entries say whom they speak of, not whom they leave out.");
	if (!principal || !grant == !deny)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "An entry has a principal, and either grants or denies.");
	f = read_principal(dr, principal, e);
	if (!f)
		f = read_privileges(dr, grant ? grant : deny, e);
	return f ? f : check_owner(dr, e);
}

/* Clients send back what they read: what is protected or inherited stands elsewhere. */
static bool is_ours_to_keep(const struct xml_node *ace)
{
	return !xml_child(ace, NS_DAV, "protected") && !xml_child(ace, NS_DAV, "inherited");
}

static const struct fault *read_entries(struct dav_request *dr, struct state *s)
{
	const struct fault *f = NULL;

	for (const struct xml_node *n = dr->body->first_child; n && !f; n = n->next) {
		if (!xml_is(n, NS_DAV, "ace"))
			return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
					  "The body of ACL holds ace elements.");
		if (!is_ours_to_keep(n))
			continue;
		if (s->access.count == CHANGE_ENTRIES_MAX)
			return fault_make(dr->arena, FAULT_TOO_MANY_ENTRIES, NULL,
					  "There are at most %d entries.", CHANGE_ENTRIES_MAX);
		f = read_entry(dr, n, &s->entries[s->access.count]);
		/* The owner's own needs no row. */
		if (!f && s->entries[s->access.count].who != ACCESS_OWNER)
			s->access.count++;
	}
	return f;
}

/* ---- the method ---------------------------------------------------------------------------- */

static const struct fault *acl_done(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;

	(void)state;
	if (!f)
		http_answer(dr->rq, 200, NULL, TEXT_NONE);
	return f;
}

const struct fault *dav_acl(struct dav_request *dr)
{
	struct state *s = arena_alloc(dr->arena, sizeof(*s));
	const struct fault *f = dav_check_condition(dr, true);
	struct change *c;

	if (!f && !xml_is(dr->body, NS_DAV, "acl"))
		f = fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
			       "The body of ACL is an acl element.");
	s->access = (struct change_access){
		.owner = dr->owner_id,
		.collection = dr->collection ? dr->collection->id : 0,
		.entries = s->entries,
		/* With one of them a lock could be taken (lock.c). */
		.locking = DAV_MAY_WRITE_CONTENT | DAV_MAY_BIND,
	};
	if (!f)
		f = read_entries(dr, s);
	if (f)
		return f;
	c = dav_change(dr);
	f = change_set_access(c, &s->access);
	if (!f)
		dav_commit(dr, c, acl_done, s);
	return f;
}
