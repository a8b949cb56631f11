/*
 * schedule_note - what was decided about each message, and why
 *
 * Whoever asks why somebody heard of something, or did not, finds it in two places: a line of the
 * log for each delivery, and notes for `fasti explain`. Of a thousand who are told the
 * same the sender has one note, which names the first of them, and they have one in common.
 */
#include "base/buf.h"
#include "base/log.h"
#include "calendar/schedule_priv.h"
#include "store/schedule.h"

/* How many people one note names. */
enum { NOTE_NAMES = 5, NOTE_BYTES = 4096 };

/* Somebody is told nothing. */
struct schedule_silence {
	struct text to; /* no text: nobody is told anything */
	const char *why;
	struct schedule_silence *next;
};

void schedule_say_nothing(struct change *c, struct schedule_plan *plan, struct text to,
			  const char *why)
{
	struct schedule_silence *s = arena_alloc(c->arena, sizeof(*s));

	*s = (struct schedule_silence){to, why, plan->silences};
	plan->silences = s;
}

/* ---- words ---------------------------------------------------------------------------------- */

static const char *why_of(const struct schedule_delivery *d)
{
	return d->job && !d->is_queued
		       ? "Not sent: nothing about it had left, and what waited is withdrawn."
		       : d->why;
}

/* To who has the copy at hand and needs no message, as only answers of others came. */
static const char *cause_of(const struct schedule_delivery *d)
{
	return d->cause ? d->cause : d->is_quiet ? "seen in the copy alone" : "";
}

/* Why it is sent, and what became of it: "invited (RFC …). It goes out by mail." */
static struct text reason(struct arena *a, const struct schedule_delivery *d)
{
	const char *cause = cause_of(d);
	struct text after = text_from(cause);
	const char *between = !*cause ? "" : text_ends(after, TEXT(".")) ? " " : ". ";

	return text_from(arena_printf(a, "%s%s%s", cause, between, why_of(d)));
}

/* ---- what is the same for many -------------------------------------------------------------- */

/* All who were told the same, or nothing for the same reason. */
struct note_group {
	struct schedule_note note;
	struct buf names;
	int64_t *told; /* of a note of theirs: the recipients */
	size_t count;
};

struct note_groups {
	struct change *c;
	struct note_group at[SCHEDULE_NOTES_KEPT];
	size_t count;
};

static bool is_alike(const struct schedule_note *x, const struct schedule_note *y)
{
	return x->owner == y->owner && text_equal(x->method, y->method) &&
	       text_equal(x->peer, y->peer) && text_equal(x->status, y->status) &&
	       text_equal(x->why, y->why);
}

/* NULL: there are as many as are kept. */
static struct note_group *group_of(struct note_groups *all, const struct schedule_note *n)
{
	struct note_group *g = all->at;

	while (g < all->at + all->count && !is_alike(&g->note, n))
		g++;
	if (g == all->at + SCHEDULE_NOTES_KEPT)
		return NULL;
	if (g == all->at + all->count) {
		all->count++;
		g->note = *n;
		buf_init(&g->names, all->c->arena, 64, NOTE_BYTES);
	}
	return g;
}

static void add_note(struct note_groups *all, const struct schedule_note *n, struct text to)
{
	struct note_group *g = group_of(all, n);

	if (!g)
		return;
	if (g->count < NOTE_NAMES)
		buf_printf(&g->names, "%s%.*s", g->count ? ", " : "", TEXT_ARG(to));
	g->count++;
}

static struct text names_of(struct note_group *g)
{
	if (g->count > NOTE_NAMES)
		buf_printf(&g->names, " and %zu more", g->count - NOTE_NAMES);
	return buf_text(&g->names);
}

static struct schedule_note note_of(const struct change *c, const struct schedule_plan *plan,
				    const struct schedule_delivery *d)
{
	return (struct schedule_note){
		.uid = plan->uid,
		.at = c->now,
		.method = text_from(itip_method_name(d->method)),
		.status = text_from(d->status),
	};
}

/* What each sender is to find. */
static void collect_sent(struct note_groups *all, const struct schedule_plan *plan)
{
	struct change *c = all->c;

	for (const struct schedule_silence *s = plan->silences; s; s = s->next) {
		const struct schedule_note n = {
			.owner = plan->owner,
			.uid = plan->uid,
			.at = c->now,
			.is_sent = true,
			.why = text_from(s->why),
		};

		add_note(all, &n, s->to);
	}
	for (size_t i = 0; i < plan->delivery_count; i++) {
		const struct schedule_delivery *d = plan->deliveries[i];
		struct schedule_note n = note_of(c, plan, d);

		n.owner = d->sender;
		n.is_sent = true;
		n.why = reason(c->arena, d);
		if (d->sender)
			add_note(all, &n, d->to);
	}
}

static const struct fault *write_sent(struct note_groups *all, struct db *db,
				      const struct schedule_plan *plan)
{
	const struct fault *f = NULL;

	collect_sent(all, plan);
	for (size_t i = 0; i < all->count && !f; i++) {
		all->at[i].note.peer = names_of(&all->at[i]);
		f = schedule_note_add(db, all->c->arena, &all->at[i].note);
	}
	return f;
}

/* What a recipient is to find; at once where nobody of here sent it, or it is one kind too many. */
static const struct fault *take_received(struct note_groups *all, struct db *db,
					 const struct schedule_plan *plan,
					 const struct schedule_delivery *d)
{
	struct schedule_note n = note_of(all->c, plan, d);
	struct note_group *g;

	n.owner = d->sender;
	n.peer = d->from;
	n.why = text_from(why_of(d));
	g = d->sender ? group_of(all, &n) : NULL;
	if (!g) {
		n.owner = d->owner;
		return schedule_note_add(db, all->c->arena, &n);
	}
	if (!g->told)
		g->told = arena_alloc_array(all->c->arena, plan->delivery_count, sizeof(*g->told));
	g->told[g->count++] = d->owner;
	return NULL;
}

static const struct fault *write_received(struct note_groups *all, struct db *db,
					  const struct schedule_plan *plan)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < plan->delivery_count && !f; i++)
		if (plan->deliveries[i]->owner)
			f = take_received(all, db, plan, plan->deliveries[i]);
	for (size_t i = 0; i < all->count && !f; i++) {
		struct note_group *g = &all->at[i];

		if (g->count == 1) {
			g->note.owner = g->told[0];
		} else {
			g->note.told = g->told;
			g->note.told_count = g->count;
		}
		f = schedule_note_add(db, all->c->arena, &g->note);
	}
	return f;
}

static struct note_groups *begin_groups(struct change *c)
{
	struct note_groups *all = arena_alloc(c->arena, sizeof(*all));

	all->c = c;
	all->count = 0;
	return all;
}

const struct fault *schedule_write_notes(struct change *c, struct db *db,
					 const struct schedule_plan *plan)
{
	const struct fault *f = write_sent(begin_groups(c), db, plan);

	return f ? f : write_received(begin_groups(c), db, plan);
}

/* ---- the log -------------------------------------------------------------------------------- */

void schedule_log(const struct schedule_plan *plan)
{
	for (size_t i = 0; i < plan->delivery_count; i++) {
		const struct schedule_delivery *d = plan->deliveries[i];

		log_event(LOG_INFO, "schedule", LOG_TEXT("uid", plan->uid),
			  LOG_STR("method", itip_method_name(d->method)),
			  LOG_TEXT("recipient", d->to), LOG_STR("status", d->status),
			  LOG_STR("cause", cause_of(d)), LOG_STR("why", why_of(d)));
	}
	for (const struct schedule_silence *s = plan->silences; s; s = s->next)
		log_event(LOG_INFO, "schedule", LOG_TEXT("uid", plan->uid),
			  LOG_STR("method", "none"), LOG_TEXT("recipient", s->to),
			  LOG_STR("why", s->why));
}
