/* organizer - a save by the organizer. See organizer.h. */
#include "itip/organizer.h"

#include "base/arena.h"
#include "ical/address.h"
#include "ical/edit.h"
#include "ical/ical.h"
#include "ical/zone.h"
#include "itip/instance_priv.h"
#include "itip/organizer_priv.h"

/* ---- the tables ---------------------------------------------------------------------------- */

/* Where an attendee stands in a revision: not at all, or with this SCHEDULE-AGENT. */
enum standing { ABSENT, BY_SERVER, BY_CLIENT, BY_NOBODY, STANDINGS };

#define NONE ITIP_METHODS

/*
 * RFC 6638 §3.2.1.2, rows the original, columns the modified object; §3.2.1.1 is its first row,
 * §3.2.1.3 its first column. REQUEST is sent where it says "REQUEST / ADD": not all programs
 * take an ADD.
 *
 * Thunderbird's users who want to send mail themselves make all attendees CLIENT, and wish for no
 * CANCEL (interop §2). From here that is an attendee whom the server no longer schedules, whose
 * copy it would leave behind: the table is followed.
 */
static const enum itip_method methods[STANDINGS][STANDINGS] = {
	/*              ABSENT       BY_SERVER     BY_CLIENT    BY_NOBODY */
	[ABSENT] = {NONE, ITIP_REQUEST, NONE, NONE},
	[BY_SERVER] = {ITIP_CANCEL, ITIP_REQUEST, ITIP_CANCEL, ITIP_CANCEL},
	[BY_CLIENT] = {NONE, ITIP_REQUEST, NONE, NONE},
	[BY_NOBODY] = {NONE, ITIP_REQUEST, NONE, NONE},
};

static enum standing standing(const struct itip_presence *p)
{
	static const enum standing of[] = {
		[AGENT_SERVER] = BY_SERVER, [AGENT_CLIENT] = BY_CLIENT, [AGENT_NONE] = BY_NOBODY};

	return p->count == 0 ? ABSENT : of[p->agent];
}

/* ---- a plan in the making ------------------------------------------------------------------ */

/* What is sent to all who are invited to just these components. */
struct view {
	const struct itip_place *at;
	size_t count;
	struct text text;
	struct view *next;
};

/* What writing one message takes, of an object as large as objects may be. */
enum { SCRATCH_BYTES = 32 << 20 };

struct planner {
	struct arena *arena;
	struct arena *scratch; /* of the message that is being written; NULL: none was yet */
	const struct itip_save *save;
	const struct itip_revision *saved; /* was, and is as the client saved it */
	struct itip_revision r;		   /* was, and is as it will be stored */
	enum itip_change series;	   /* of the master, but for instances that are cancelled */
	struct view *views;
	const struct ical_object
		*cancelled;		 /* was, with a SEQUENCE past all; NULL: not needed yet */
	struct itip_instances instances; /* of `cancelled` */
	int64_t *ids;
	bool *and_future; /* by these */
	struct itip_plan *out;
};

static void add_message(struct planner *p, enum itip_method method, enum itip_says says,
			struct text recipient, struct text text, const char *why, bool quiet)
{
	p->out->messages[p->out->count++] = (struct itip_message){
		.method = method,
		.says = says,
		.recipient = recipient,
		.text = text,
		.why = why,
		.quiet = quiet,
	};
}

/* Always NULL, for the `return` of it. */
static const struct fault *say_nothing(struct planner *p, const struct itip_person *person,
				       const char *why)
{
	p->out->silences[p->out->silence_count++] = (struct itip_silence){person->address, why};
	return NULL;
}

/* ---- CANCEL -------------------------------------------------------------------------------- */

/* RFC 5546 §2.1.4: a CANCEL is past all that was sent. */
static const struct fault *make_cancelled(struct planner *p)
{
	const struct ical_object *was = p->r.was;
	struct ical_edit *e = ical_edit_begin(p->arena, was->raw);
	char *line = arena_printf(p->arena, "SEQUENCE:%d", itip_next_sequence(was));
	struct ical_object *o;
	const struct fault *f;

	for (size_t i = 0; i < was->item_count; i++)
		ical_edit_set_property(e, &was->blocks, was->items[i].block, "SEQUENCE",
				       text_from(line));
	if ((f = ical_object_parse(p->arena, ical_edit_apply(e), ICAL_FROM_STORE, &o)))
		return f;
	itip_instances(p->arena, o, &p->instances);
	p->cancelled = o;
	return NULL;
}

/* What one message takes is given back before the next: there may be a thousand. */
static struct arena *begin_message(struct planner *p)
{
	if (!p->scratch)
		p->scratch = arena_create_in(p->arena, SCRATCH_BYTES);
	arena_reset(p->scratch);
	return p->scratch;
}

/* What has been written stays. */
static const struct fault *end_message(struct planner *p, const struct fault *f, struct text *text)
{
	if (f)
		return fault_copy(p->arena, f);
	*text = text_dup(p->arena, *text);
	return arena_check(p->arena);
}

static const struct fault *cancel(struct planner *p, const struct itip_person *person,
				  size_t id_count, enum itip_says says, const char *why)
{
	struct itip_which which = {p->ids, p->and_future, id_count, &p->instances};
	const struct fault *f;
	struct text text;

	if (!p->cancelled && (f = make_cancelled(p)))
		return f;
	f = itip_message_cancel_instances(begin_message(p), p->cancelled, person->address, &which,
					  p->save->now, &text);
	if ((f = end_message(p, f, &text)))
		return f;
	add_message(p, ITIP_CANCEL, says, person->address, text, why, false);
	return NULL;
}

/* ---- REQUEST ------------------------------------------------------------------------------- */

static bool is_view_of(const struct view *v, const struct itip_presence *p)
{
	if (v->count != p->count)
		return false;
	for (size_t i = 0; i < v->count; i++)
		if (v->at[i].item != p->at[i].item)
			return false;
	return true;
}

static const struct fault *write_view(struct planner *p, const struct itip_person *person,
				      struct view *v)
{
	struct itip_user recipient = itip_person_user(&p->r, person);
	const struct fault *f = itip_message_write_of(begin_message(p), p->r.is, TEXT("REQUEST"),
						      &recipient, p->save->now, &v->text);

	return end_message(p, f, &v->text);
}

/* Of a thousand who are all invited to the same, it is written once. */
static const struct fault *write_request(struct planner *p, const struct itip_person *person,
					 struct text *out)
{
	const struct fault *f;
	struct view *v = p->views;

	while (v && !is_view_of(v, &person->is))
		v = v->next;
	if (!v) {
		v = arena_alloc(p->arena, sizeof(*v));
		*v = (struct view){person->is.at, person->is.count, TEXT_NONE, p->views};
		if ((f = write_view(p, person, v)))
			return f;
		p->views = v;
	}
	*out = v->text;
	return NULL;
}

static const struct fault *request(struct planner *p, const struct itip_person *person,
				   enum itip_says says, const char *why, bool quiet)
{
	struct text text;
	const struct fault *f = write_request(p, person, &text);

	/* A THISANDFUTURE may leave them out from the first instance on. */
	if (f && fault_is(f, FAULT_NOT_FOUND))
		return NULL;
	if (!f)
		add_message(p, ITIP_REQUEST, says, person->address, text, why, quiet);
	return f;
}

/* ---- one attendee -------------------------------------------------------------------------- */

/* What has become of the instances of one attendee. */
struct tally {
	bool stays, gained, lost_series, asked;
	size_t lost; /* ids in planner.ids */
	enum itip_change change;
};

static bool takes_place(const struct ical_item *item)
{
	return item && item->status != STATUS_CANCELLED;
}

static bool has_own_answer_changed(const struct ical_attendee *was, const struct ical_attendee *is)
{
	struct text old = was->partstat.len > 0 ? was->partstat : TEXT("NEEDS-ACTION");
	struct text new = is->partstat.len > 0 ? is->partstat : TEXT("NEEDS-ACTION");

	return !text_equal_nocase(old, new);
}

static void tally_kept(struct planner *p, const struct itip_pair *pair, struct tally *t)
{
	enum itip_change change = pair->is_master ? p->series : pair->change;

	t->stays = true;
	if (change > t->change)
		t->change = change;
	t->asked = t->asked || has_own_answer_changed(itip_line_was(&p->r, pair->was),
						      itip_line_is(&p->r, pair->is));
}

/* Left out by a THISANDFUTURE, or of one: with all that follow. */
static void lose(struct planner *p, struct tally *t, const struct itip_pair *pair)
{
	p->and_future[t->lost] = pair->is && pair->is_own && pair->is->this_and_future;
	p->ids[t->lost++] = pair->id;
}

/* had, has: whether what the revision says of them counts (SCHEDULE-AGENT). */
static struct tally tally(struct planner *p, bool had, bool has)
{
	struct tally t = {.change = ITIP_SAME};

	for (size_t i = 0; i < p->r.pair_count; i++) {
		const struct itip_pair *pair = &p->r.pairs[i];
		bool was = had && takes_place(pair->was) && itip_line_was(&p->r, pair->was);
		bool is = has && takes_place(pair->is) && itip_line_is(&p->r, pair->is);

		if (was && is)
			tally_kept(p, pair, &t);
		else if (is)
			t.stays = t.gained = true;
		else if (was && pair->is_master)
			t.lost_series = true;
		else if (was)
			lose(p, &t, pair);
	}
	/* Who is uninvited from the series is from all its instances. */
	if (t.lost_series) {
		p->ids[0] = ITIP_MASTER;
		p->and_future[0] = false;
		t.lost = 1;
	}
	return t;
}

static bool has_news(const struct tally *t)
{
	return t->gained || t->lost_series || t->change >= ITIP_DETAILS;
}

static const char *why_request(const struct tally *t)
{
	if (t->gained)
		return "invited to more than before (RFC 6638 §3.2.1.2)";
	if (t->change == ITIP_TIMES)
		return "rescheduled (RFC 6638 §3.2.8)";
	return "changed (RFC 6638 §3.2.1.2)";
}

static const struct fault *tell_changes(struct planner *p, const struct itip_person *person,
					bool forced)
{
	struct tally t = tally(p, true, true);
	const struct fault *f;

	if (t.lost > 0 && (f = cancel(p, person, t.lost, t.stays ? ITIP_SAYS_MORE : ITIP_SAYS_END,
				      t.stays ? "uninvited from some (RFC 6638 §3.2.6)"
					      : "cancelled (RFC 5546 §3.2.5)")))
		return f;
	if (!t.stays)
		return t.lost > 0 ? NULL : say_nothing(p, person, "all of it was cancelled before");
	if (has_news(&t))
		return request(p, person, ITIP_SAYS_ALL, why_request(&t), false);
	if (forced)
		return request(p, person, ITIP_SAYS_ALL, "sent again as asked (RFC 6638 §3.2.7)",
			       false);
	if (t.asked)
		return request(p, person, ITIP_SAYS_ALL,
			       "asked for an answer again (RFC 6638 §3.2.8)", false);
	if (t.change == ITIP_PARTSTAT)
		return request(p, person, ITIP_SAYS_ALL,
			       "another's answer changed (RFC 6638 §3.2.10)", true);
	return say_nothing(p, person, "nothing has changed for them (RFC 6638 §3.2.1.2)");
}

/* What they have seen, they are shown again. */
static const struct fault *tell_again(struct planner *p, const struct itip_person *person)
{
	size_t first = p->out->count;
	const struct fault *f = tell_changes(p, person, true);

	for (size_t i = first; i < p->out->count; i++)
		p->out->messages[i].is_forced = p->out->messages[i].method == ITIP_REQUEST;
	return f;
}

static const char *why_nothing(enum standing is)
{
	switch (is) {
	case BY_CLIENT: return "left to the client by SCHEDULE-AGENT=CLIENT (RFC 6638 §7.1)";
	case BY_NOBODY: return "left to nobody by SCHEDULE-AGENT=NONE (RFC 6638 §7.1)";
	default: return "uninvited, but not invited by the server either (RFC 6638 §3.2.1.2)";
	}
}

static const struct fault *tell(struct planner *p, const struct itip_person *person)
{
	enum standing was = standing(&person->was), is = standing(&person->is);
	const struct itip_person *saved = itip_person_find(p->saved, person->address);
	struct tally t;

	itip_revision_look(&p->r, person);
	switch (methods[was][is]) {
	case ITIP_CANCEL:
		t = tally(p, true, false);
		return t.lost > 0 ? cancel(p, person, t.lost, ITIP_SAYS_END,
					   is == ABSENT ? "uninvited (RFC 6638 §3.2.1.2)"
							: "no longer scheduled by the server "
							  "(RFC 6638 §3.2.1.2)")
				  : say_nothing(p, person, "all of it was cancelled before");
	case ITIP_REQUEST:
		if (was == BY_SERVER)
			return saved && saved->is.force_request ? tell_again(p, person)
								: tell_changes(p, person, false);
		t = tally(p, false, true);
		return t.stays ? request(p, person, ITIP_SAYS_FIRST, "invited (RFC 6638 §3.2.1.1)",
					 false)
			       : say_nothing(p, person, "all of it is cancelled");
	default: return say_nothing(p, person, why_nothing(is));
	}
}

/* ---- the whole ----------------------------------------------------------------------------- */

/*
 * The same instant, told by another clock: nobody is asked again, but what stands in the copies is
 * not what was saved. A series that changes its clock is rescheduled anyhow (compare_times.c).
 */
static bool is_told_by_another_clock(const struct ical_item *was, const struct ical_item *is)
{
	const struct ical_time *old = was->dtstart.present ? &was->dtstart : &was->due;
	const struct ical_time *new = is->dtstart.present ? &is->dtstart : &is->due;
	const struct zone *old_zone = itip_zone_of(old), *new_zone = itip_zone_of(new);

	return was->recurrence_id.present == is->recurrence_id.present && old_zone && new_zone &&
	       !zone_is_same(old_zone, new_zone);
}

static void note_clocks(struct itip_revision *r)
{
	for (size_t i = 0; i < r->pair_count; i++) {
		struct itip_pair *pair = &r->pairs[i];

		if (pair->was && pair->is && pair->change < ITIP_DETAILS &&
		    is_told_by_another_clock(pair->was, pair->is))
			pair->change = ITIP_DETAILS;
	}
}

/* The master without its EXDATEs, which those concerned hear of by CANCEL. */
static const struct fault *parse_without_exdates(struct arena *a, const struct ical_object *o,
						 struct ical_object **out)
{
	struct ical_edit *e = ical_edit_begin(a, o->raw);

	ical_edit_remove_property(e, &o->blocks, o->items[0].block, "EXDATE");
	return ical_object_parse(a, ical_edit_apply(e), ICAL_FROM_STORE, out);
}

static const struct fault *compare_series(struct planner *p)
{
	const struct itip_pair *master = p->r.pairs;
	struct ical_object *was, *is;
	const struct fault *f;
	bool excluded = false;

	if (p->r.pair_count == 0 || !master->is_master)
		return NULL;
	p->series = master->change;
	for (size_t i = 1; i < p->r.pair_count; i++)
		excluded = excluded || (p->r.pairs[i].was && !p->r.pairs[i].is);
	if (!excluded || !master->was || !master->is)
		return NULL;
	if ((f = parse_without_exdates(p->arena, p->r.was, &was)) ||
	    (f = parse_without_exdates(p->arena, p->r.is, &is)))
		return f;
	p->series = itip_item_change(p->arena, was, &was->items[0], is, &is->items[0]);
	return NULL;
}

static const struct fault *tell_all(struct planner *p)
{
	const struct fault *f;
	size_t ids = p->r.pair_count + 1;

	note_clocks(&p->r);
	if ((f = compare_series(p)))
		return f;
	p->ids = arena_alloc_array(p->arena, ids, sizeof(*p->ids));
	p->and_future = arena_alloc_array(p->arena, ids, sizeof(*p->and_future));
	p->out->messages =
		arena_alloc_array(p->arena, 2 * p->r.person_count, sizeof(*p->out->messages));
	p->out->silences =
		arena_alloc_array(p->arena, p->r.person_count, sizeof(*p->out->silences));
	for (size_t i = 0; i < p->r.person_count; i++)
		if ((f = tell(p, &p->r.people[i])))
			return f;
	for (size_t i = 0; p->out->count > 0 && i < p->r.pair_count; i++)
		if (p->r.pairs[i].change > p->out->change)
			p->out->change = p->r.pairs[i].change;
	return NULL;
}

/* One save sends two messages to each of so many at most. */
static const struct fault *check_count(const struct itip_revision *r)
{
	size_t count = 0;

	for (size_t i = 0; i < r->person_count; i++)
		count += r->people[i].is.count > 0;
	if (count <= ICAL_MAX_ATTENDEES)
		return NULL;
	return fault_make(r->arena, FAULT_TOO_MANY_ATTENDEES, NULL,
			  "Invitations go to %d attendees at most.", ICAL_MAX_ATTENDEES);
}

/* RFC 6638 §3.2.4.2, §3.2.4.3. */
static const struct fault *check_organizer(struct arena *a, const struct itip_save *s)
{
	const struct ical_attendee *is = s->is ? itip_organizer_of(s->is) : NULL;
	const struct ical_attendee *was = s->was ? itip_organizer_of(s->was) : NULL;
	const struct itip_user *user = s->user;
	struct text address;
	const struct fault *f;

	if (!is)
		return NULL;
	if ((f = itip_check_one_organizer(a, s->is)))
		return f;
	address = ical_address(a, is->address);
	if (!was || ical_address_is_among(a, was->address, &address, 1) ||
	    (ical_address_is_among(a, was->address, user->addresses, user->count) &&
	     ical_address_is_among(a, is->address, user->addresses, user->count)))
		return NULL;
	return fault_make(a, FAULT_ORGANIZER_CHANGE, NULL,
			  "The organizer of an object does not change.");
}

const struct fault *itip_plan_organizer(struct arena *a, const struct itip_save *s,
					struct itip_plan *out)
{
	bool organized = s->was && itip_role_of(a, s->was, s->user) == ITIP_ORGANIZER;
	const struct ical_object *was = organized ? s->was : NULL;
	const struct ical_object *is = s->is && itip_organizer_of(s->is) ? s->is : NULL;
	struct planner p = {.arena = a, .save = s, .out = out};
	struct itip_revision saved;
	struct ical_object *kept = NULL;
	const struct fault *f;

	*out = (struct itip_plan){.object = s->is ? s->is->raw : TEXT_NONE};
	if ((f = check_organizer(a, s)) || (f = itip_revision_read(&saved, a, was, is, s)) ||
	    (f = check_count(&saved)))
		return f;
	p.saved = &saved;
	if (is)
		out->object = itip_keep_organizer(s, &saved);
	else if (s->is && organized && saved.person_count > 0)
		out->object = itip_keep_dissolved(a, s);
	p.r = saved;
	out->edited = s->is && !text_equal(out->object, s->is->raw);
	if (is && out->edited &&
	    ((f = ical_object_parse(a, out->object, ICAL_FROM_STORE, &kept)) ||
	     (f = itip_revision_read(&p.r, a, was, kept, s))))
		return f;
	if ((f = tell_all(&p)))
		return f;
	return arena_check(a);
}
