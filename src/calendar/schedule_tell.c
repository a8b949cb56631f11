/*
 * schedule_tell - an answer is seen in the others' copies (RFC 6638 §4.2). See
 * schedule_round_priv.h.
 *
 * The answers are entered in each copy as they stand in the organizer's object (itip/spread.h).
 * Where that does not do, as with somebody who came in, the copy is given what a REQUEST would
 * bring, without the message.
 *
 * A save waits for this, and its transaction writes all these copies: so it has a budget, and past
 * that a job does the rest. What the job tells is how the answers stand when it runs, so it
 * matters not how many came meanwhile. Only those who are here are told; to others the next update
 * tells it.
 */
#include <stdlib.h>

#include "calendar/schedule_round_priv.h"
#include "itip/spread.h"

/* Of copies told at once; what takes a message costs as many times as much. */
enum { TELL_BYTES_MAX = 4 << 20, MESSAGE_COST = 8 };

struct telling {
	struct schedule_round *r;
	struct text from;	     /* the address of who tells */
	int64_t sender;		     /* and their number */
	const struct ical_object *o; /* the organizer's */
	struct itip_answers *answers;
	int64_t bytes; /* of the budget, as yet unspent */
};

static struct schedule_delivery *add_told(struct telling *t, const struct schedule_known *k)
{
	struct schedule_delivery *told = schedule_add_delivery(t->r);

	*told = (struct schedule_delivery){
		.method = ITIP_REQUEST,
		.from = t->from,
		.to = k->match.address,
		.owner = k->match.id,
		.sender = t->sender,
		.is_quiet = true,
	};
	return told;
}

static const struct fault *tell_by_message(struct telling *t, struct schedule_known *k,
					   struct schedule_copy *copy)
{
	struct schedule_round *r = t->r;
	struct schedule_delivery *told;
	struct text text;
	const struct fault *f;

	/* Who is in no component as it is told to them is told nothing. */
	f = itip_message_write_of(r->scratch, t->o, TEXT("REQUEST"), &copy->user, r->c->now, &text);
	if (f)
		return fault_row(f->code)->http_status >= 500 ? f : NULL;
	t->bytes -= (MESSAGE_COST - 1) * (int64_t)text.len;
	told = add_told(t, k);
	f = schedule_share_read(r->share, text, ICAL_FROM_MESSAGE, &told->message);
	return f ? schedule_refuse(r, told, f) : schedule_process(r, told, copy, false);
}

static const struct fault *tell_copy(struct telling *t, struct schedule_known *k,
				     struct schedule_copy *copy)
{
	struct schedule_round *r = t->r;
	const struct ical_object *stored;
	struct text text;
	const struct fault *f = schedule_copy_load(r, copy, &stored);

	if (f || !stored)
		return f;
	switch (itip_answers_spread(r->scratch, t->answers, stored, &copy->user, &text)) {
	case ITIP_SPREAD_NOTHING: return arena_check(r->scratch);
	case ITIP_SPREAD_MESSAGE: return tell_by_message(t, k, copy);
	case ITIP_SPREAD_LINES: break;
	}
	if ((f = arena_check(r->scratch)))
		return f;
	(void)schedule_decide(add_told(t, k), "1.2",
			      "Others' answers are entered in the copy (RFC 6638 §4.2).");
	copy->keeps_tag = !copy->changed || copy->keeps_tag;
	if (copy->changed && copy->is) {
		f = schedule_share_read(r->share, text, ICAL_FROM_STORE, &copy->is);
	} else {
		copy->changed = true;
		copy->bytes = schedule_share_bytes(r->share, text);
	}
	return f;
}

/* One of the others, as far as they have the object. */
static const struct fault *tell_other(struct telling *t, struct schedule_known *k)
{
	struct schedule_copy *copy;
	const struct fault *f = schedule_copy_of(t->r, k, t->o->type, &copy);

	if (f || copy->is_judged || (!copy->was && !copy->changed))
		return f;
	t->bytes -= copy->was ? copy->was->size_bytes : (int64_t)t->o->raw.len;
	f = tell_copy(t, k, copy);
	arena_reset(t->r->scratch);
	return f ? f : arena_check(t->r->arena);
}

static int compare_text(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* The addresses of all who are invited to it, but for one. */
static struct text *others_in(struct telling *t, size_t *count_out)
{
	struct itip_invitee *all;
	struct text *out;
	size_t count;

	itip_invitees(t->r->arena, t->o, &all, &count);
	out = arena_alloc_array(t->r->arena, count + 1, sizeof(*out));
	*count_out = 0;
	for (size_t i = 0; i < count; i++)
		if (all[i].agent == AGENT_SERVER && !text_equal(all[i].address, t->from))
			out[(*count_out)++] = all[i].address;
	qsort(out, *count_out, sizeof(*out), compare_text);
	return out;
}

/* From the first past `after`, until the budget is spent; *last_out: whom it came to. */
static const struct fault *tell_some(struct telling *t, struct text *others, size_t count,
				     struct text after, bool *rest_out, struct text *last_out)
{
	struct schedule_round *r = t->r;
	const struct fault *f = schedule_round_look_up(r, others, count);
	size_t told = 0;

	*rest_out = false;
	for (size_t i = 0; i < count && !f; i++) {
		struct schedule_known *k = schedule_round_find(r, others[i]);

		if (!k || k->match.id == r->plan->owner || k->match.id == t->sender ||
		    k->match.kind == OWNER_GROUP || text_compare(others[i], after) <= 0)
			continue;
		*rest_out = told++ == SCHEDULE_TELL_MAX || t->bytes <= 0;
		if (*rest_out)
			break;
		f = tell_other(t, k);
		*last_out = others[i];
	}
	return f;
}

static const struct fault *tell(struct telling *t, struct text *after)
{
	struct text last = TEXT_NONE;
	size_t count;
	struct text *others = others_in(t, &count);
	bool rest;
	const struct fault *f;

	t->bytes = TELL_BYTES_MAX;
	t->answers = itip_answers_read(t->r->arena, t->o);
	f = tell_some(t, others, count, after ? *after : TEXT_NONE, &rest, &last);
	if (after)
		*after = rest ? last : TEXT_NONE;
	else if (rest)
		t->r->plan->tells_later = t->sender;
	return f;
}

const struct fault *schedule_tell(struct schedule_round *r, struct text from, int64_t sender,
				  const struct ical_object *o, struct text *after)
{
	struct telling t = {.r = r, .from = from, .sender = sender, .o = o};
	const struct fault *f;

	schedule_round_enter(r);
	f = tell(&t, after);
	schedule_round_leave(r);
	return f;
}
