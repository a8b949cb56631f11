/* attendee - a save by an attendee. See attendee.h. */
#include "itip/attendee.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/expand.h"
#include "itip/attendee_priv.h"
#include "itip/params.h"
#include "itip/revision_priv.h"

/* Their own line in each component, looked for once. */
struct own_lines {
	const struct ical_object *object; /* NULL: none */
	const struct ical_attendee **at;
};

struct answers {
	struct arena *arena;
	const struct itip_save *save;
	struct itip_revision r;
	struct own_lines was, is;
	int64_t *answered, *declined; /* ids */
	size_t answered_count, declined_count;
	struct itip_plan *out;
};

static struct own_lines own_lines(struct arena *a, const struct ical_object *o,
				  const struct itip_user *user)
{
	struct own_lines l = {.object = o};

	if (!o)
		return l;
	l.at = arena_alloc_array(a, o->item_count, sizeof(*l.at));
	for (size_t i = 0; i < o->item_count; i++)
		l.at[i] = itip_attendee_in(a, &o->items[i], user);
	return l;
}

static const struct ical_attendee *own_line(const struct own_lines *l, const struct ical_item *item)
{
	return item ? l->at[item - l->object->items] : NULL;
}

static bool has_declined(const struct ical_attendee *p)
{
	return text_equal_nocase(p->partstat, TEXT("DECLINED"));
}

/* ---- what the organizer has to know -------------------------------------------------------- */

/* How far a to-do is belongs to the answer (RFC 5546 §3.4.3). */
static bool has_answered(const struct answers *n, const struct itip_pair *p)
{
	const struct ical_attendee *was = own_line(&n->was, p->was), *is = own_line(&n->is, p->is);

	if (!p->is_own || !is)
		return false;
	if (!p->was)
		return !itip_is_unanswered(is);
	if (!text_equal_nocase(itip_partstat_of(was), itip_partstat_of(is)))
		return true;
	return p->change == ITIP_PARTSTAT || (p->is->type == COMP_VTODO && p->change != ITIP_SAME);
}

/* RFC 6638 §3.2.2.3: an EXDATE declines its instance. */
static bool has_taken_out(const struct answers *n, const struct itip_pair *p)
{
	const struct ical_attendee *was = own_line(&n->was, p->was);

	return n->r.is && was && !p->is && !p->is_master && p->was->status != STATUS_CANCELLED &&
	       !has_declined(was);
}

/* The line of a new answer for the series; NULL: there is none. */
static const struct ical_attendee *series_answer(const struct answers *n)
{
	for (size_t i = 0; i < n->r.pair_count; i++)
		if (n->r.pairs[i].is_master && has_answered(n, &n->r.pairs[i]))
			return own_line(&n->is, n->r.pairs[i].is);
	return NULL;
}

/*
 * An answer for the series goes for each instance of which the organizer knows no other. That the
 * copy has one may be new there: a component made for somebody else's answer came with theirs in
 * it. So what differs is said again.
 */
static bool stands_apart(const struct answers *n, const struct itip_pair *p,
			 const struct ical_attendee *series)
{
	const struct ical_attendee *own = own_line(&n->is, p->is);

	return series && p->is_own && !p->is_master && own && !itip_is_unanswered(own) &&
	       p->is->status != STATUS_CANCELLED &&
	       !text_equal_nocase(itip_partstat_of(own), itip_partstat_of(series));
}

static void find_answers(struct answers *n)
{
	const struct ical_attendee *series = series_answer(n);
	size_t most = n->r.pair_count;

	n->answered = arena_alloc_array(n->arena, most, sizeof(*n->answered));
	n->declined = arena_alloc_array(n->arena, most, sizeof(*n->declined));
	for (size_t i = 0; i < most; i++) {
		const struct itip_pair *p = &n->r.pairs[i];

		if (has_answered(n, p) || stands_apart(n, p, series))
			n->answered[n->answered_count++] = p->id;
		else if (has_taken_out(n, p))
			n->declined[n->declined_count++] = p->id;
	}
}

/* ids NULL: the whole object. */
static const struct fault *reply(struct answers *n, const struct ical_object *about,
				 const int64_t *ids, size_t count, struct text partstat,
				 const char *why)
{
	struct itip_message *m = &n->out->messages[n->out->count];
	const struct itip_answered what = {.ids = ids,
					   .count = count,
					   .partstat = partstat,
					   .before = about == n->r.is ? n->r.was : NULL};
	const struct fault *f;

	*m = (struct itip_message){.method = ITIP_REPLY, .why = why};
	m->recipient = ical_address(n->arena, itip_organizer_of(about)->address);
	if ((f = itip_message_reply(n->arena, about, n->save->user, &what, n->save->now, &m->text)))
		return f;
	n->out->count++;
	n->out->change = ITIP_PARTSTAT;
	return NULL;
}

/* Always NULL, for the `return` of it. */
static const struct fault *say_nothing(struct answers *n, const struct ical_object *about,
				       const char *why)
{
	n->out->silences = arena_alloc_array(n->arena, 1, sizeof(*n->out->silences));
	n->out->silences[0] = (struct itip_silence){
		ical_address(n->arena, itip_organizer_of(about)->address), why};
	n->out->silence_count = 1;
	return NULL;
}

static void make_room(struct answers *n)
{
	n->out->messages = arena_alloc_array(n->arena, 2, sizeof(*n->out->messages));
}

static bool is_forced(const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++)
		if (text_equal_nocase(o->items[i].organizer.force_send, TEXT("REPLY")))
			return true;
	return false;
}

static const struct fault *tell_organizer(struct answers *n)
{
	const struct fault *f;

	make_room(n);
	find_answers(n);
	if (is_forced(n->save->is))
		f = reply(n, n->r.is, NULL, 0, TEXT_NONE, "sent as asked (RFC 6638 §3.2.7)");
	else
		f = n->answered_count == 0 ? NULL
					   : reply(n, n->r.is, n->answered, n->answered_count,
						   TEXT_NONE, "answered (RFC 6638 §3.2.2.3)");
	if (!f && n->declined_count > 0)
		f = reply(n, n->r.was, n->declined, n->declined_count, TEXT("DECLINED"),
			  "declined by EXDATE (RFC 6638 §3.2.2.3)");
	if (!f && n->out->count == 0)
		f = say_nothing(n, n->r.is, "the answer has not changed (RFC 6638 §3.2.2.3)");
	return f;
}

/* ---- create, modify ------------------------------------------------------------------------ */

/* Whatever the organizer says from now on is later (RFC 5546 §2.1.5). */
static void set_stamp_back(struct itip_part *p, int64_t now)
{
	struct buf b;

	if (!p->item->dtstamp.present || p->item->dtstamp.seconds < now)
		return;
	buf_init(&b, p->arena, 32, 64);
	buf_put_lit(&b, "DTSTAMP:");
	time_put_utc(&b, now - 1);
	itip_part_set(p, "DTSTAMP", buf_text(&b));
}

/* A client's own copy of an invitation is stored as it is, but for what is not kept (§7.2). */
static struct text as_brought(struct arena *a, const struct ical_object *o, int64_t now)
{
	static const struct itip_param gone = {"SCHEDULE-FORCE-SEND", {NULL, 0}};
	struct itip_draft d;

	itip_draft_begin(&d, a, o);
	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_item *item = &o->items[i];
		struct itip_part p;
		struct ical_line l;

		if (item->organizer.force_send.len == 0 && item->dtstamp.seconds < now)
			continue;
		itip_part_begin(&p, a, o, item);
		set_stamp_back(&p, now);
		if (item->organizer.force_send.len > 0) {
			l = itip_part_person(&p, &item->organizer);
			ical_edit_replace_line(p.edit, l.begin, l.end,
					       itip_params_set(a, &l, &gone, 1));
		}
		itip_draft_replace(&d, item, itip_part_finish(&p));
	}
	return itip_draft_finish(&d);
}

static const struct fault *plan_save(struct answers *n, const struct ical_object *was)
{
	const struct ical_object *is = n->save->is;
	struct ical_object *merged;
	const struct fault *f;

	if (was)
		f = itip_merge_attendee(n->arena, n->save, &n->out->object);
	else if (!(f = itip_check_one_organizer(n->arena, is)))
		n->out->object = as_brought(n->arena, is, n->save->now);
	if (f)
		return f;
	n->out->edited = !text_equal(n->out->object, is->raw);
	if (n->out->edited) {
		if ((f = ical_object_parse(n->arena, n->out->object, ICAL_FROM_STORE, &merged)))
			return f;
		is = merged;
	}
	if ((f = itip_revision_read(&n->r, n->arena, was, is, n->save)))
		return f;
	n->was = own_lines(n->arena, was, n->save->user);
	n->is = own_lines(n->arena, is, n->save->user);
	return tell_organizer(n);
}

/* ---- remove -------------------------------------------------------------------------------- */

/* All of it; what cannot be found out is not over. A to-do is over when it is done. */
static const struct fault *find_over(struct arena *a, const struct ical_object *o, int64_t now,
				     bool *out)
{
	/* Floating times are over when they are so everywhere. */
	enum { SLACK = 14 * 60 * 60 };
	struct expand_limits limits = {.steps = RECUR_BUDGET_DEFAULT, .max_occurrences = 1};
	int64_t first, last;
	const struct fault *f = ical_extent(a, o, limits, &first, &last);

	*out = !f && o->type == COMP_VEVENT && last > 0 && last < now - SLACK;
	return f;
}

static const struct fault *plan_removal(struct answers *n, const struct ical_object *was)
{
	struct itip_instances all;
	bool is_over;
	const struct fault *f;

	if (n->save->no_reply)
		return say_nothing(n, was, "none was wished, by Schedule-Reply: F (RFC 6638 §8.1)");
	if ((f = find_over(n->arena, was, n->save->now, &is_over)))
		return f;
	if (is_over)
		return say_nothing(n, was, "it is over, so nothing is declined");
	make_room(n);
	itip_instances(n->arena, was, &all);
	n->was = own_lines(n->arena, was, n->save->user);
	n->declined = arena_alloc_array(n->arena, all.count, sizeof(*n->declined));
	for (size_t i = 0; i < all.count; i++) {
		const struct ical_item *item = all.at[i].item;
		const struct ical_attendee *own = own_line(&n->was, item);

		if (own && item->status != STATUS_CANCELLED && !has_declined(own) &&
		    !text_equal_nocase(own->partstat, TEXT("COMPLETED")))
			n->declined[n->declined_count++] = all.at[i].id;
	}
	if (n->declined_count == 0)
		return say_nothing(n, was, "it was declined or cancelled before");
	return reply(n, was, n->declined, n->declined_count, TEXT("DECLINED"),
		     "removed (RFC 6638 §3.2.2.4)");
}

const struct fault *itip_plan_attendee(struct arena *a, const struct itip_save *s,
				       struct itip_plan *out)
{
	struct answers n = {.arena = a, .save = s, .out = out};
	bool took_part = s->was && itip_role_of(a, s->was, s->user) == ITIP_ATTENDEE;
	const struct ical_object *was = took_part ? s->was : NULL;
	const struct fault *f = NULL;

	*out = (struct itip_plan){.object = s->is ? s->is->raw : TEXT_NONE};
	if (!s->is && was)
		f = plan_removal(&n, was);
	else if (s->is && (was || itip_role_of(a, s->is, s->user) == ITIP_ATTENDEE))
		f = plan_save(&n, was);
	return f ? f : arena_check(a);
}
