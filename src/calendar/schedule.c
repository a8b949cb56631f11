/* schedule - who the owner is in the object, and what a save is to them. See schedule.h. */

#include "calendar/schedule_priv.h"
#include "ical/address.h"

/* What it takes to enter one answer in what is saved. */
enum { ANSWER_BYTES = 32 << 20 };

/* One save while it is being planned. */
struct planner {
	struct change *c;
	struct db *db;
	const struct schedule_save *save;
	struct schedule_plan *plan;
	struct ical_object *was;      /* NULL: nothing stood there, or nothing that can be read */
	const struct ical_object *is; /* as it is sent out; NULL: it is removed */
	struct itip_user user;
	struct itip_user *booked; /* the invitees of the bookings whose event it is */
	size_t booked_count;
};

/* ---- who is it ------------------------------------------------------------------------------ */

/* Only of these messages are sent: RFC 6638 §3.1. */
static bool is_schedulable(const struct ical_object *o)
{
	return o->type == COMP_VEVENT || o->type == COMP_VTODO;
}

static bool names_organizer(const struct ical_object *o)
{
	if (o && !is_schedulable(o))
		return false;
	for (size_t i = 0; o && i < o->item_count; i++)
		if (o->items[i].has_organizer)
			return true;
	return false;
}

static bool names_attendee(const struct ical_object *o)
{
	for (size_t i = 0; o && is_schedulable(o) && i < o->item_count; i++)
		if (o->items[i].attendee_count > 0)
			return true;
	return false;
}

/* What stood there decides: an attendee becomes no organizer by what they save (RFC 6638 §3.1). */
static enum itip_role role_in(const struct planner *p)
{
	enum itip_role is = ITIP_NOBODY, was = ITIP_NOBODY;

	if (p->save->is && is_schedulable(p->save->is))
		is = itip_role_of(p->c->arena, p->save->is, &p->user);
	if (p->was && is_schedulable(p->was))
		was = itip_role_of(p->c->arena, p->was, &p->user);
	return was == ITIP_ORGANIZER || was == ITIP_ATTENDEE ? was : is;
}

static bool is_scheduled(enum itip_role role)
{
	return role == ITIP_ORGANIZER || role == ITIP_ATTENDEE;
}

static const struct fault *read_user(struct planner *p)
{
	struct owner_version of;
	struct text *addresses;
	const struct fault *f = owner_version(p->db, p->c->arena, p->save->owner, &of);

	p->plan->version = of.version;
	if (!f)
		f = owner_addresses(p->db, p->c->arena, p->save->owner, &addresses, &p->user.count);
	if (f)
		return f;
	p->user.addresses = addresses;
	p->plan->user = p->user;
	return NULL;
}

static const struct fault *read_was(struct planner *p)
{
	const struct stored_object *was = p->save->was;

	/* What stands there and cannot be read any more may be replaced. */
	if (was && schedule_read_stored(p->c->arena, was, &p->was))
		p->was = NULL;
	return arena_check(p->c->arena);
}

/*
 * The address as which the user is in the object: whom the message comes from. An attendee answers
 * as whom the organizer invited, whichever address of theirs a program writes (RFC 6638 §2.4.1).
 */
static struct text sender_of(const struct planner *p)
{
	bool is_invited = p->was && p->plan->role == ITIP_ATTENDEE;
	const struct ical_object *o = p->save->is && !is_invited ? p->save->is : p->was;

	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_attendee *me =
			p->plan->role == ITIP_ORGANIZER
				? (o->items[i].has_organizer ? &o->items[i].organizer : NULL)
				: itip_attendee_in(p->c->arena, &o->items[i], &p->user);

		if (me)
			return ical_address(p->c->arena, me->address);
	}
	return p->user.count ? p->user.addresses[0] : TEXT_NONE;
}

/* ---- events of bookings ---------------------------------------------------------------------- */

static const struct fault *add_booked(struct planner *p, struct text email)
{
	return schedule_person(p->db, p->c->arena, email, &p->booked[p->booked_count++]);
}

/*
 * Who booked hears of the booking, by follow.c, and is sent no second message. A booking that was
 * cancelled or declined is over: what its host saves after that is a meeting like any other. So
 * is one whose invitee organizes it: what they hear is the host's answer.
 */
static const struct fault *read_bookings(struct planner *p)
{
	struct change *c = p->c;
	struct booking *all;
	size_t count;
	const struct fault *f =
		booking_list_by_uid(p->db, c->arena, p->save->owner, p->plan->uid, &all, &count);

	if (f)
		return f;
	p->booked = arena_alloc_array(c->arena, count + c->invitee_count, sizeof(*p->booked));
	for (size_t i = 0; i < count && !f; i++)
		if (booking_stands(&all[i]) && !all[i].received)
			f = add_booked(p, all[i].invitee_email);
	for (size_t i = 0; i < c->invitee_count && !f; i++)
		f = add_booked(p, c->invitees[i]);
	return f;
}

static bool has_booked(const struct planner *p, struct text address)
{
	for (size_t i = 0; i < p->booked_count; i++)
		if (ical_address_is_among(p->c->arena, address, p->booked[i].addresses,
					  p->booked[i].count))
			return true;
	return false;
}

static bool has_others(const struct planner *p, const struct ical_object *o)
{
	struct itip_invitee *all;
	size_t count;

	if (!o)
		return false;
	itip_invitees(p->c->arena, o, &all, &count);
	for (size_t i = 0; i < count; i++)
		if (!has_booked(p, all[i].address))
			return true;
	return false;
}

/* Nobody but those who booked is in it. */
static bool is_left_to_booking(const struct planner *p)
{
	return p->booked_count > 0 && p->plan->role == ITIP_ORGANIZER && !has_others(p, p->was) &&
	       !has_others(p, p->save->is);
}

/* The SEQUENCE that follow.c will have in it is what all are told. */
static const struct fault *count_on(struct planner *p)
{
	const struct schedule_save *s = p->save;
	struct ical_object *o;
	int32_t least = 0;
	const struct fault *f = NULL;

	if (s->was && s->is && p->booked_count > 0 && p->c->origin != CHANGE_BOOKING)
		f = booking_follow_sequence(p->c, p->db, s->is, s->was, &least);
	if (f || least == 0 || s->is->items[0].sequence >= least)
		return f;
	f = ical_object_parse(p->c->arena, booking_event_at(p->c->arena, s->is, least),
			      ICAL_FROM_STORE, &o);
	p->is = o;
	return f;
}

/* ---- messages -------------------------------------------------------------------------------- */

/* If-Match of just what stands there: then the client knew all answers in it. */
static bool saw_answers(const struct schedule_save *s)
{
	const struct change_condition *k = s->condition;

	if (!s->was || !k || !k->has_if_match)
		return false;
	for (size_t i = 0; i < k->if_match_count; i++)
		if (text_equal(k->if_match[i], s->was->etag))
			return true;
	return false;
}

static size_t add_invitees(struct arena *a, const struct ical_object *o, struct text *to)
{
	struct itip_invitee *all;
	size_t count;

	itip_invitees(a, o, &all, &count);
	for (size_t i = 0; i < count; i++)
		to[i] = all[i].address;
	return count;
}

/* To whom messages may go: all who are or were invited; of an attendee, the organizer. */
static const struct fault *look_up_others(const struct planner *p, struct schedule_round *r)
{
	const struct ical_object *const revisions[] = {p->was, p->is};
	struct arena *a = p->c->arena;
	struct text *to;
	size_t count = 0, most = 0;

	for (size_t i = 0; i < ARRAY_LEN(revisions); i++)
		for (size_t n = 0; revisions[i] && n < revisions[i]->item_count; n++)
			most += 1 + revisions[i]->items[n].attendee_count;
	to = arena_alloc_array(a, most, sizeof(*to));
	for (size_t i = 0; i < ARRAY_LEN(revisions); i++) {
		const struct ical_object *o = revisions[i];
		const struct ical_attendee *organizer = o ? itip_organizer_of(o) : NULL;

		if (organizer)
			to[count++] = ical_address(a, organizer->address);
		if (o && p->plan->role == ITIP_ORGANIZER)
			count += add_invitees(a, o, to + count);
	}
	return schedule_round_look_up(r, to, count);
}

static const struct fault *plan_itip(const struct planner *p, struct schedule_round *r,
				     struct itip_plan *out)
{
	struct itip_save save = {
		.was = p->was,
		.is = p->is,
		.user = &p->user,
		/* Hosts of a team have offered their time. */
		.knows_answers = p->c->origin == CHANGE_BOOKING,
		.saw_answers = saw_answers(p->save),
		.no_reply = p->save->no_reply,
		.now = p->c->now,
	};

	*out = (struct itip_plan){0};
	schedule_round_known(r, &save.known, &save.known_count);
	return p->plan->role == ITIP_ORGANIZER ? itip_plan_organizer(p->c->arena, &save, out)
					       : itip_plan_attendee(p->c->arena, &save, out);
}

/* A REQUEST and a CANCEL may go to one recipient; the last word counts. */
static void note_status(struct itip_delivery *at, size_t *count, const struct schedule_delivery *d)
{
	size_t i = 0;

	while (i < *count && !text_equal(at[i].recipient, d->to))
		i++;
	at[i] = (struct itip_delivery){d->to, d->status};
	*count += i == *count;
}

#define BY_BOOKING "the mails of the booking tell them"

static const struct fault *deliver_all(struct planner *p, struct schedule_round *r,
				       const struct itip_plan *itip, struct itip_delivery *statuses,
				       size_t *count_out)
{
	struct text from = sender_of(p);
	struct schedule_voice voice = {.c = p->c, .db = p->db, .plan = p->plan, .from = from};
	const struct fault *f = NULL;

	*count_out = 0;
	for (size_t i = 0; i < itip->count && !f; i++) {
		struct itip_message m = itip->messages[i];
		struct schedule_delivery *d;

		if (has_booked(p, m.recipient)) {
			schedule_say_nothing(p->c, p->plan, m.recipient, BY_BOOKING);
			continue;
		}
		f = schedule_speak(&voice, &m);
		if (!f)
			f = schedule_deliver(r, &m, from, p->save->owner, &d);
		if (!f && !d)
			schedule_say_nothing(p->c, p->plan, m.recipient,
					     "only answers of others came, of which nobody outside "
					     "is told (RFC 6638 §3.2.10)");
		if (f || !d)
			continue;
		schedule_tell_who(&voice, d);
		if (!d->is_quiet)
			note_status(statuses, count_out, d);
	}
	return f;
}

/* RFC 6638 §3.2.2.2: whom the organizer does not know hears of it at once, not with an answer. */
static const struct fault *judge_brought(struct planner *p, struct schedule_round *r,
					 struct itip_delivery *statuses, size_t *count)
{
	struct itip_delivery *d = &statuses[*count];
	const struct fault *f;

	if (p->plan->role != ITIP_ATTENDEE || p->was || *count > 0)
		return NULL;
	f = schedule_judge_brought(r, p->is, &p->user, &d->recipient, &d->status);
	*count += !f && d->status;
	return f;
}

/* The bytes that will stand there, read: with what became of the messages (RFC 6638 §3.2.9). */
static const struct fault *settle_object(struct planner *p, const struct itip_plan *itip,
					 const struct itip_delivery *statuses, size_t count)
{
	struct arena *a = p->c->arena;
	const struct ical_object *is = p->save->is;
	struct text bytes = itip->object.at ? itip->object : p->is->raw;
	struct ical_object *o;
	const struct fault *f;

	if (count > 0)
		bytes = itip_note_deliveries(a, bytes, statuses, count);
	if (text_equal(bytes, is->raw))
		return NULL;
	f = ical_object_parse(a, bytes, ICAL_FROM_STORE, &o);
	p->plan->object = o;
	p->plan->edited = true;
	return f;
}

/*
 * What came back at once: a room has answered, or one that was to go in the saver's place declined.
 * It is a message like any other, to what is being saved.
 */
static const struct fault *take_answer(struct planner *p, struct arena *a,
				       const struct schedule_delivery *d, bool *taken_out)
{
	struct itip_incoming in = {
		.message = d->message,
		.method = d->method,
		.user = &p->user,
		.stored = p->plan->object,
		.sender = d->from,
		.now = p->c->now,
	};
	struct itip_outcome out;
	struct ical_object *o;
	const struct fault *f = itip_process(a, &in, &out);

	*taken_out = !f && out.action == ITIP_STORE;
	if (!*taken_out)
		return f;
	f = ical_object_parse(a, out.object, ICAL_FROM_STORE, &o);
	p->plan->object = o;
	p->plan->edited = true;
	return f;
}

/* One after the other, and of each nothing but the object that it makes of the one before. */
static const struct fault *enter_answers(struct planner *p, struct arena *next, struct arena *last,
					 size_t *count_out)
{
	size_t count = p->plan->delivery_count;
	const struct fault *f = NULL;

	for (size_t i = 0; i < count && !f; i++) {
		const struct schedule_delivery *d = p->plan->deliveries[i];
		struct arena *used = next;
		bool taken;

		if (!d->message || d->owner != p->plan->owner)
			continue;
		(*count_out)++;
		f = take_answer(p, used, d, &taken);
		if (!f)
			f = arena_check(used);
		if (taken) {
			next = last;
			last = used;
		}
		if (!f)
			arena_reset(next);
	}
	return f;
}

/* What they leave is the request's; what they took to get there is not. */
static const struct fault *take_answers(struct planner *p, struct schedule_round *r)
{
	struct arena *one = arena_create(ANSWER_BYTES), *other = arena_create(ANSWER_BYTES);
	size_t taken = 0;
	const struct ical_object *before = p->plan->object;
	struct ical_object *o;
	const struct fault *f = enter_answers(p, one, other, &taken);

	f = fault_copy(p->c->arena, f);
	if (!f && p->plan->object != before) {
		f = ical_object_parse(p->c->arena, text_dup(p->c->arena, p->plan->object->raw),
				      ICAL_FROM_STORE, &o);
		p->plan->object = o;
	}
	arena_destroy(one);
	arena_destroy(other);
	if (f || taken == 0 || p->plan->role != ITIP_ORGANIZER)
		return f;
	return schedule_tell(r, sender_of(p), p->plan->owner, p->plan->object, NULL);
}

/* What is remembered of answers is stored beside the bytes, and the client's stay as they are. */
static const struct fault *part_answers(struct planner *p)
{
	const struct fault *f;

	if (!p->plan->object || p->plan->role != ITIP_ORGANIZER)
		return NULL;
	f = schedule_part_answers(p->c->arena, &p->plan->object, &p->plan->answers);
	p->plan->edited = p->plan->edited && !text_equal(p->plan->object->raw, p->save->is->raw);
	return f;
}

static const struct fault *plan_messages(struct planner *p)
{
	struct schedule_round *r = schedule_round_begin(p->c, p->db, p->plan);
	struct itip_plan itip;
	struct itip_delivery *statuses;
	size_t count;
	const struct fault *f = look_up_others(p, r);

	if (!f)
		f = plan_itip(p, r, &itip);
	if (f)
		return f;
	for (size_t i = 0; i < itip.silence_count; i++)
		schedule_say_nothing(p->c, p->plan, itip.silences[i].recipient,
				     itip.silences[i].why);
	statuses = arena_alloc_array(p->c->arena, itip.count + 1, sizeof(*statuses));
	f = deliver_all(p, r, &itip, statuses, &count);
	if (!f)
		f = judge_brought(p, r, statuses, &count);
	if (!f && p->save->is)
		f = settle_object(p, &itip, statuses, count);
	if (!f && p->plan->object)
		f = take_answers(p, r);
	if (!f)
		f = part_answers(p);
	return f ? f : schedule_round_end(r);
}

/*
 * In one snapshot, as each recipient is read by several questions, of which each would take and
 * leave SQLite's file locks by itself. PostgreSQL has no such locks, and many who want the same
 * are planned anew less often by what is newest.
 */
static const struct fault *plan_at_once(struct planner *p)
{
	const struct fault *f = NULL;
	bool waits = store_waits(p->c->cal->store);

	if (!waits)
		f = store_snapshot_begin(p->db, p->c->arena);
	if (f)
		return f;
	f = plan_messages(p);
	if (!waits)
		store_snapshot_end(p->db);
	return f;
}

/* ---- the save -------------------------------------------------------------------------------- */

/* What will be refused is not looked at: the client hears of its condition first. */
static const struct fault *judge_condition(struct planner *p)
{
	const struct fault *f;
	bool merged;

	if (!p->save->condition)
		return NULL;
	f = schedule_check_condition(p->c, p->db, p->save->condition, p->save->was,
				     p->save->is ? &merged : NULL);
	p->plan->is_skipped = f && fault_is(f, FAULT_PRECONDITION);
	return p->plan->is_skipped ? NULL : f;
}

static const struct fault *plan_role(struct planner *p)
{
	struct schedule_plan *plan = p->plan;
	const struct fault *f = read_user(p);

	if (!f)
		f = read_was(p);
	if (f)
		return f;
	plan->role = role_in(p);
	plan->is_tagged = p->save->is && is_scheduled(plan->role) &&
			  is_scheduled(itip_role_of(p->c->arena, p->save->is, &p->user));
	return NULL;
}

/* A booking has a history of its own, which says what became of it and whom it was mailed to. */
static bool is_told_by_history(const struct planner *p)
{
	return p->c->origin == CHANGE_BOOKING && is_left_to_booking(p);
}

/* Why nobody is to be told anything; NULL: whom itip/ names. */
static const struct fault *find_silence(struct planner *p, const char **why_out)
{
	struct schedule_plan *plan = p->plan;
	const struct schedule_save *s = p->save;
	const struct fault *f = NULL;

	*why_out = NULL;
	if (plan->role == ITIP_STRANGER)
		*why_out = "whose calendar it is, is neither organizer nor invited (RFC 6638 §3.1)";
	else if (!is_scheduled(plan->role))
		*why_out = "nobody is invited, or SCHEDULE-AGENT leaves it to the client "
			   "(RFC 6638 §3.1, §7.1)";
	if (*why_out)
		return NULL;
	plan->is_end = s->was && !names_organizer(s->is);
	if (plan->is_end)
		f = schedule_stands_elsewhere(p->c, p->db, s->was, &plan->is_elsewhere);
	if (plan->is_elsewhere)
		*why_out = "the meeting stands in another calendar of theirs as well";
	if (f || plan->is_elsewhere)
		return f;
	if (plan->role == ITIP_ORGANIZER && p->was)
		f = schedule_plan_settling(p->c, p->db, plan, p->was);
	if (!f)
		f = read_bookings(p);
	if (!f && is_left_to_booking(p))
		*why_out = BY_BOOKING;
	return f;
}

const struct fault *schedule_plan_save(struct change *c, const struct schedule_save *s,
				       struct schedule_plan **out)
{
	struct schedule_plan *plan = arena_alloc(c->arena, sizeof(*plan));
	struct planner p = {.c = c, .save = s, .plan = plan, .is = s->is};
	const char *why;
	const struct fault *f;

	*plan = (struct schedule_plan){
		.owner = s->owner,
		.etag = s->was ? s->was->etag : TEXT_NONE,
		.uid = s->is ? s->is->uid : s->was->uid,
		.object = s->is,
		.is_sending = c->origin == CHANGE_CLIENT || c->origin == CHANGE_BOOKING,
	};
	*out = plan;
	if (!names_organizer(s->is) && (!s->was || !schedule_may_concern(s->was))) {
		if (plan->is_sending && names_attendee(s->is))
			schedule_say_nothing(c, plan, TEXT_NONE,
					     "it has no ORGANIZER, who would invite them "
					     "(RFC 6638 §3.1)");
		return NULL;
	}
	f = store_reader(c->cal->store, c->arena, &p.db);
	if (!f)
		f = judge_condition(&p);
	if (!f && !plan->is_skipped)
		f = plan_role(&p);
	if (f || plan->is_skipped || !plan->is_sending)
		return f;
	f = find_silence(&p, &why);
	if (!f && why && !is_told_by_history(&p))
		schedule_say_nothing(c, plan, TEXT_NONE, why);
	if (f || why)
		return f;
	plan->is_unique = plan->is_tagged && c->origin == CHANGE_CLIENT;
	f = count_on(&p);
	return f ? f : plan_at_once(&p);
}
