/* intake_who - whom a message is for. See intake_priv.h. */
#include "post/intake_priv.h"

#include "base/arena.h"
#include "base/email.h"
#include "ical/address.h"
#include "post/route.h"
#include "store/store.h"

static const struct fault *as_token(const struct post *p, struct arena *a, struct text address,
				    struct intake_target *out)
{
	struct route_back back;
	bool found;
	const struct fault *f = route_find(p, a, address, &back, &found);

	if (f || !found)
		return f;
	*out = (struct intake_target){
		.as = INTAKE_FOR_TOKEN,
		.address = address,
		.owner = back.owner,
		.uid = back.uid,
		.attendee = back.attendee,
	};
	return NULL;
}

static const struct fault *as_user(struct db *db, struct arena *a, struct text address,
				   struct intake_target *out)
{
	struct owner_match *match;
	size_t count;
	const struct fault *f = owner_match_addresses(db, a, &address, 1, &match, &count);

	if (!f && count > 0 && match->kind != OWNER_GROUP)
		*out = (struct intake_target){
			.as = INTAKE_FOR_USER, .address = address, .owner = match->id};
	return f;
}

static const struct fault *as_type(struct db *db, struct arena *a, struct text address,
				   struct intake_target *out)
{
	struct owner_type *type;
	const struct fault *f = owner_find_type_at(db, a, address, &type);

	if (!f && type)
		*out = (struct intake_target){
			.as = INTAKE_FOR_TYPE,
			.address = address,
			.owner = type->owner,
			.type = type->type,
		};
	return f;
}

/* INTAKE_FOR_NOBODY: it is none of ours. */
static const struct fault *find_target(const struct post *p, struct db *db, struct arena *a,
				       struct text address, struct intake_target *out)
{
	struct text as = ical_address(a, address);
	const struct fault *f;

	*out = (struct intake_target){.as = INTAKE_FOR_NOBODY};
	if (!email_is_valid(as))
		return NULL;
	f = as_token(p, a, as, out);
	if (!f && out->as == INTAKE_FOR_NOBODY)
		f = as_user(db, a, as, out);
	if (!f && out->as == INTAKE_FOR_NOBODY)
		f = as_type(db, a, as, out);
	return f;
}

/* ---- all of them ------------------------------------------------------------------------------
 */

struct targets {
	const struct post *post;
	struct db *db;
	struct arena *arena;
	struct intake_target *at;
	size_t count;
};

static bool is_same(const struct intake_target *a, const struct intake_target *b)
{
	return a->as == b->as && a->owner == b->owner && text_equal(a->uid, b->uid) &&
	       text_equal(a->attendee, b->attendee) && text_equal(a->type, b->type);
}

static const struct fault *add(struct targets *t, struct text address)
{
	struct intake_target *new = &t->at[t->count];
	const struct fault *f;

	if (t->count == INTAKE_TARGETS_MAX || address.len == 0)
		return NULL;
	f = find_target(t->post, t->db, t->arena, address, new);
	if (f || new->as == INTAKE_FOR_NOBODY)
		return f;
	for (size_t i = 0; i < t->count; i++)
		if (is_same(&t->at[i], new))
			return NULL;
	t->count++;
	return NULL;
}

static const struct fault *add_all(struct targets *t, const struct text *addresses, size_t count)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < count && !f; i++)
		f = add(t, addresses[i]);
	return f;
}

/* Where the addresses say nothing, what it answers does: mail to a sender's address of ours. */
static const struct fault *add_answered(struct targets *t, const struct mail_read *read)
{
	struct route_back back;
	bool found = false;
	const struct fault *f = NULL;

	if (read->in_reply_to.len > 0)
		f = route_find_by_message_id(t->post, t->arena, read->in_reply_to, &back, &found);
	for (size_t i = read->reference_count; i > 0 && !f && !found; i--)
		f = route_find_by_message_id(t->post, t->arena, read->references[i - 1], &back,
					     &found);
	if (f || !found)
		return f;
	t->at[t->count++] = (struct intake_target){.as = INTAKE_FOR_USER, .owner = back.owner};
	return NULL;
}

const struct fault *intake_find_targets(const struct post *p, struct db *db, struct arena *a,
					const struct intake_mail *mail,
					const struct mail_read *read,
					struct intake_target out[INTAKE_TARGETS_MAX],
					size_t *count_out)
{
	struct targets t = {.post = p, .db = db, .arena = a, .at = out};
	const struct fault *f;

	/* Whoever brought it here knows; who wrote it may have meant others. */
	f = add(&t, mail->to);
	if (!f && t.count == 0 && read)
		f = add_all(&t, read->delivered_to, read->delivered_to_count);
	if (!f && t.count == 0 && read)
		f = add_all(&t, read->to, read->to_count);
	if (!f && t.count == 0 && read)
		f = add_answered(&t, read);
	*count_out = t.count;
	return f;
}

const struct fault *intake_is_for_us(const struct post *p, struct arena *a, struct text address,
				     bool *out)
{
	struct intake_target to = {.as = INTAKE_FOR_NOBODY};
	struct db *db;
	const struct fault *f = store_reader(p->store, a, &db);

	*out = false;
	if (!f)
		f = find_target(p, db, a, address, &to);
	if (!f)
		*out = to.as != INTAKE_FOR_NOBODY ||
		       (p->from.len > 0 &&
			text_equal(ical_address(a, address), ical_address(a, p->from)));
	return f;
}
