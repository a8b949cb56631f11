/*
 * organizer_keep - what is stored of a save by the organizer; see organizer.h
 *
 * PARTSTAT. An attendee answers for themselves: what the organizer's program says of another's
 * PARTSTAT is not taken over, unless it asks anew (NEEDS-ACTION) and knew the answers that stood
 * (RFC 6638 §3.2.10.1). §3.2.1 would have other values refused. Programs set them without
 * their users knowing (imports, rooms that are "accepted" at once), so a refusal would lose
 * the meeting to protect an answer that is protected anyway: they are put back, as Apple's server
 * does. DELEGATED is no answer to the times, and stays while the delegate is invited. Whom the
 * client schedules by itself (SCHEDULE-AGENT) is its own business.
 *
 * SEQUENCE belongs to a component and tells its revisions that were sent. It rises with its times
 * and its STATUS (RFC 5546 §2.1.4) and where somebody is taken off (CANCEL), so that whoever is
 * invited again is not told something old. Otherwise it is the client's, as long as that does not
 * fall behind.
 *
 * So not each SEQUENCE is sent to each attendee (an EXDATE is told by CANCEL of the instance), and
 * an answer may name an older one. What must not count is an answer to times that are no more:
 * where PARTSTAT is reset, ITIP_PARAM_REPLIED says to which SEQUENCE at least.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/edit.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "itip/organizer_priv.h"
#include "itip/params.h"

struct keep {
	struct arena *arena;
	const struct itip_save *save;
	struct itip_revision *r;
	struct ical_edit *edit;
	int32_t next;
	bool *left;	/* by pair: somebody is no longer in it */
	int32_t series; /* the least SEQUENCE of the master, by what became of instances */
};

static struct ical_line line_at(struct arena *a, const struct ical_object *o,
				const struct ical_attendee *p)
{
	struct ical_line l;
	size_t pos = p->begin;
	bool found = ical_line_next(a, o->raw, &pos, &l);

	assert(found); /* the object was read from these bytes */
	return l;
}

/* ---- SEQUENCE ------------------------------------------------------------------------------ */

int32_t itip_next_sequence(const struct ical_object *was)
{
	int32_t most = -1;

	for (size_t i = 0; was && i < was->item_count; i++)
		if (was->items[i].sequence > most)
			most = was->items[i].sequence;
	return most < INT32_MAX ? most + 1 : most;
}

static int32_t larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* Somebody was sent by an attendee whom the client still invites, and it did not know. */
static bool is_sent_by_invitee(const struct keep *k, const struct ical_item *item,
			       const struct ical_attendee *p)
{
	struct text from = ical_address(k->arena, p->delegated_from);

	for (size_t i = 0; from.len > 0 && i < item->attendee_count; i++)
		if (ical_address_is_among(k->arena, item->attendees[i].address, &from, 1))
			return true;
	return false;
}

static bool is_unknown_delegate(const struct keep *k, const struct itip_pair *pair)
{
	const struct ical_attendee *was = itip_line_was(k->r, pair->was);

	return !k->save->saw_answers && pair->was_own && pair->is_own && was &&
	       !itip_line_is(k->r, pair->is) && is_sent_by_invitee(k, pair->is, was);
}

/* Who is taken off an instance and may be invited again by the series. */
static void note_left(struct keep *k, const struct itip_person *person)
{
	bool in_series = k->r->was->has_master && itip_line_was(k->r, &k->r->was->items[0]);

	if (person->was.count == 0 || person->was.agent != AGENT_SERVER)
		return;
	for (size_t i = 0; i < k->r->pair_count; i++) {
		const struct itip_pair *p = &k->r->pairs[i];

		if (!itip_line_was(k->r, p->was) || is_unknown_delegate(k, p) ||
		    (itip_line_is(k->r, p->is) && person->is.agent == AGENT_SERVER))
			continue;
		k->left[i] = true;
		if (in_series)
			k->series = k->next;
	}
}

/* An instance that had an override, and is shown by the series again. */
static void note_returned(struct keep *k)
{
	for (size_t i = 0; i < k->r->pair_count; i++) {
		const struct itip_pair *p = &k->r->pairs[i];

		if (p->was_own && !p->is_own)
			k->series =
				larger(k->series, p->change == ITIP_TIMES ? k->next : k->next - 1);
	}
}

/* The lines that say which instances there are. */
static struct text dates_of(struct arena *a, const struct ical_object *o,
			    const struct ical_item *item)
{
	static const char *const names[] = {"RRULE", "RDATE", "EXDATE"};
	struct ical_walk walk;
	struct ical_line l;
	struct buf b;

	buf_init(&b, a, 64, ICAL_MAX_SIZE_BYTES);
	ical_walk_begin(&walk, a, o->raw, &o->blocks, item->block);
	while (ical_walk_line(&walk, &l))
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			if (ical_line_is(&l, names[i])) {
				buf_put_str(&b, names[i]);
				buf_put_text(&b, l.params);
				buf_put_char(&b, ':');
				buf_put_text(&b, l.value);
				buf_put_char(&b, '\n');
			}
	return buf_text(&b);
}

static bool is_significant(const struct keep *k, const struct itip_pair *p)
{
	const struct itip_revision *r = k->r;

	if (k->left[p - r->pairs] || p->change == ITIP_TIMES || p->was->status != p->is->status)
		return true;
	return p->is_master && p->change == ITIP_DETAILS &&
	       !text_equal(dates_of(r->arena, r->was, p->was), dates_of(r->arena, r->is, p->is));
}

static int32_t sequence_of(const struct keep *k, const struct itip_pair *p)
{
	int32_t least = p->is_master ? k->series : 0;

	if (!p->was || is_significant(k, p))
		least = k->next;
	else
		least = larger(least, p->was->sequence);
	return larger(p->is->sequence, least);
}

static void keep_sequence(struct keep *k, const struct itip_pair *p)
{
	int32_t wanted = sequence_of(k, p);

	if (wanted != p->is->sequence)
		ical_edit_set_property(k->edit, &k->r->is->blocks, p->is->block, "SEQUENCE",
				       text_from(arena_printf(k->arena, "SEQUENCE:%d", wanted)));
}

/* Of what was no meeting before, or is none any more: it goes on where it was. */
static void count_on(struct arena *a, struct ical_edit *e, const struct ical_object *is,
		     int32_t least)
{
	for (size_t i = 0; i < is->item_count; i++)
		if (is->items[i].sequence < least)
			ical_edit_set_property(e, &is->blocks, is->items[i].block, "SEQUENCE",
					       text_from(arena_printf(a, "SEQUENCE:%d", least)));
}

/* ---- answers ------------------------------------------------------------------------------- */

static struct text partstat_of(const struct ical_attendee *p)
{
	return p->partstat.len > 0 ? p->partstat : TEXT("NEEDS-ACTION");
}

static bool is_unanswered(struct text partstat)
{
	return text_equal_nocase(partstat, TEXT("NEEDS-ACTION"));
}

static bool is_rescheduled(const struct itip_pair *p)
{
	return !p->was || p->change == ITIP_TIMES;
}

/* Somebody whom they have sent is in it: that one is asked, and not both (RFC 5546 §3.2.2.3). */
static bool is_represented(const struct keep *k, const struct ical_item *item,
			   const struct ical_attendee *is)
{
	struct text to[ITIP_DELEGATES_MAX];
	struct ical_line l;
	size_t count;

	l = line_at(k->arena, k->r->is, is);
	count = itip_param_addresses(k->arena, &l, "DELEGATED-TO", to, ARRAY_LEN(to));
	for (size_t i = 0; i < count; i++) {
		struct text address = ical_address(k->arena, to[i]);
		struct itip_user sent = {.addresses = &address, .count = 1};
		const struct ical_attendee *there = itip_attendee_in(k->arena, item, &sent);

		if (address.len > 0 && there && there != is)
			return true;
	}
	return false;
}

/* What counts as the answer of somebody else to one instance. */
static struct text answer(const struct keep *k, const struct itip_pair *pair,
			  const struct ical_attendee *was, const struct ical_attendee *is)
{
	if (k->save->knows_answers)
		return partstat_of(is);
	if (!was || is_rescheduled(pair))
		return is_represented(k, pair->is, is) ? TEXT("DELEGATED") : TEXT("NEEDS-ACTION");
	if (k->save->saw_answers && is_unanswered(partstat_of(is)))
		return TEXT("NEEDS-ACTION");
	return partstat_of(was);
}

/* Room for all that may have to be set in one line. */
struct changes {
	struct itip_param at[6];
	size_t count;
};

static void set(struct changes *c, const char *name, struct text value)
{
	assert(c->count < ARRAY_LEN(c->at));
	c->at[c->count++] = (struct itip_param){name, value};
}

static void change_answer(const struct keep *k, struct changes *c, struct text wanted,
			  const struct ical_attendee *was, const struct ical_attendee *is)
{
	struct ical_line known;

	if (text_equal_nocase(wanted, partstat_of(is)))
		return;
	set(c, "PARTSTAT", wanted);
	if (is_unanswered(wanted)) {
		if (!is->rsvp)
			set(c, "RSVP", TEXT("TRUE"));
		return;
	}
	/* Who has answered since is not asked for it, and may have sent somebody else. */
	if (is->rsvp && !was->rsvp)
		set(c, "RSVP", TEXT_NONE);
	if (was->delegated_to.len > 0 && is->delegated_to.len == 0) {
		known = line_at(k->arena, k->r->was, was);
		set(c, "DELEGATED-TO", itip_param_list(&known, "DELEGATED-TO"));
	}
}

/*
 * Which answers are too old to count: those before the last one, or, where it was reset, those to
 * an earlier revision. An answer to that revision is later than any time that is written here.
 */
static struct text replied(const struct keep *k, const struct itip_pair *pair,
			   const struct ical_attendee *was)
{
	struct ical_line l;
	struct text stamp;

	if (pair->change == ITIP_TIMES)
		return text_from(
			arena_printf(k->arena, "%d-19691231T235959Z", sequence_of(k, pair)));
	l = line_at(k->arena, k->r->was, was);
	stamp = ical_line_param(k->arena, &l, ITIP_PARAM_REPLIED);
	return pair->is_master || pair->was_own ? stamp : itip_replied_floor(k->arena, stamp);
}

/* Programs may leave out what is ours; of nobody who was not invited before is there anything. */
static void change_replied(const struct keep *k, struct changes *c, const struct itip_pair *pair,
			   const struct ical_attendee *was, const struct ical_attendee *is)
{
	struct ical_line l = line_at(k->arena, k->r->is, is);
	struct text wanted = was ? replied(k, pair, was) : TEXT_NONE;

	if (!text_equal(wanted, ical_line_param(k->arena, &l, ITIP_PARAM_REPLIED)))
		set(c, ITIP_PARAM_REPLIED, wanted);
}

/* §7.2: never kept; a METHOD that it cannot be is answered with 2.3. */
static void change_force(struct changes *c, const struct ical_attendee *is)
{
	if (is->force_send.len == 0)
		return;
	set(c, "SCHEDULE-FORCE-SEND", TEXT_NONE);
	if (is->agent == AGENT_SERVER && !text_equal_nocase(is->force_send, TEXT("REQUEST")) &&
	    !text_equal_nocase(is->force_send, TEXT("REPLY")))
		set(c, "SCHEDULE-STATUS", TEXT("2.3"));
}

static void replace(struct keep *k, const struct ical_attendee *is, const struct changes *c)
{
	struct ical_line l;

	if (c->count == 0)
		return;
	l = line_at(k->arena, k->r->is, is);
	ical_edit_replace_line(k->edit, l.begin, l.end,
			       itip_params_set(k->arena, &l, c->at, c->count));
}

static void keep_line(struct keep *k, const struct itip_pair *pair, const struct ical_attendee *is)
{
	const struct ical_attendee *was = itip_line_was(k->r, pair->was);
	struct changes c = {.count = 0};

	if (is->agent == AGENT_SERVER) {
		change_answer(k, &c, answer(k, pair, was, is), was, is);
		change_replied(k, &c, pair, was, is);
		/* §7.3: clients are not to touch what the server noted. */
		if (was && was->schedule_status.len > 0 && is->force_send.len == 0 &&
		    !text_equal(was->schedule_status, is->schedule_status))
			set(&c, "SCHEDULE-STATUS", was->schedule_status);
	}
	change_force(&c, is);
	replace(k, is, &c);
}

static void keep_delegate(struct keep *k, const struct itip_pair *pair)
{
	const struct ical_attendee *was = itip_line_was(k->r, pair->was);
	size_t end;

	if (!is_unknown_delegate(k, pair))
		return;
	end = k->r->is->blocks.at[pair->is->block].body_end;
	ical_edit_replace_bytes(k->edit, end, end,
				text_sub(k->r->was->raw, was->begin, was->end - was->begin));
}

static void keep_person(struct keep *k, const struct itip_person *person)
{
	for (size_t i = 0; i < person->is.count; i++) {
		const struct itip_place *place = &person->is.at[i];
		const struct itip_pair *pair = k->r->is_pairs[place->item - k->r->is->items];

		if (pair)
			keep_line(k, pair, place->line);
	}
	for (size_t i = 0; i < person->was.count; i++)
		if (person->was.at[i].line->delegated_from.len > 0)
			for (size_t n = 0; n < k->r->pair_count; n++)
				if (k->r->pairs[n].was == person->was.at[i].item)
					keep_delegate(k, &k->r->pairs[n]);
}

/*
 * An answer to one instance made an override of it. Where the client did not know, and leaves the
 * instance as the series has it, it stays.
 */
static void keep_overrides(struct keep *k)
{
	const struct ical_object *was = k->r->was;
	size_t end = k->r->is->blocks.at[0].body_end;

	for (size_t i = 0; i < k->r->pair_count; i++) {
		const struct itip_pair *p = &k->r->pairs[i];
		const struct ical_block *b;

		if (p->is_master || !p->was_own || p->is_own || !p->is || p->change > ITIP_PARTSTAT)
			continue;
		b = &was->blocks.at[p->was->block];
		ical_edit_replace_bytes(k->edit, end, end,
					text_sub(was->raw, b->begin, b->end - b->begin));
	}
}

/* ---- the organizer's own lines ------------------------------------------------------------- */

static bool is_mail(struct text address)
{
	return text_find_char(address, '@', 0) > 0 && text_find_char(address, ':', 0) < 0;
}

/* The same line about another address. */
static struct text with_address(struct arena *a, const struct ical_line *l, struct text mail)
{
	struct text value = text_from(arena_printf(a, "mailto:%.*s", TEXT_ARG(mail)));
	struct ical_line other = *l;

	other.value = value;
	return itip_params_set(a, &other, NULL, 0);
}

/*
 * The recipients know the organizer by one address, which never changes (decisions 16), and one
 * that means something outside of this server: some programs write the path of a principal
 * (interop §1).
 */
static void keep_organizer(struct keep *k, const struct ical_attendee *is)
{
	const struct ical_attendee *was = k->r->was ? itip_organizer_of(k->r->was) : NULL;
	struct text address = ical_address(k->arena, is->address);
	struct text preferred = k->save->user->addresses[0];
	struct ical_line l = line_at(k->arena, k->r->is, is);
	struct ical_line known;

	if (was && !ical_address_is_among(k->arena, was->address, &address, 1)) {
		known = line_at(k->arena, k->r->was, was);
		ical_edit_replace_line(k->edit, l.begin, l.end,
				       itip_params_set(k->arena, &known, NULL, 0));
	} else if (!was && !is_mail(address) && is_mail(preferred)) {
		ical_edit_replace_line(k->edit, l.begin, l.end,
				       with_address(k->arena, &l, preferred));
	}
}

static void keep_own_lines(struct keep *k, const struct ical_item *item)
{
	const struct itip_user *user = k->save->user;

	if (item->has_organizer)
		keep_organizer(k, &item->organizer);
	for (size_t i = 0; i < item->attendee_count; i++) {
		const struct ical_attendee *p = &item->attendees[i];
		struct changes c = {.count = 0};

		if (p->force_send.len == 0 ||
		    !ical_address_is_among(k->arena, p->address, user->addresses, user->count))
			continue;
		change_force(&c, p);
		replace(k, p, &c);
	}
}

/* ---- the whole ----------------------------------------------------------------------------- */

struct text itip_keep_organizer(const struct itip_save *s, struct itip_revision *r)
{
	struct keep k = {.arena = r->arena, .save = s, .r = r};

	k.edit = ical_edit_begin(r->arena, r->is->raw);
	k.next = itip_next_sequence(r->was);
	k.left = arena_alloc_array(r->arena, r->pair_count, sizeof(*k.left));
	if (r->was)
		note_returned(&k);
	for (size_t i = 0; r->was && i < r->person_count && !arena_check(r->arena); i++) {
		itip_revision_look(r, &r->people[i]);
		note_left(&k, &r->people[i]);
	}
	for (size_t i = 0; i < r->person_count && !arena_check(r->arena); i++) {
		itip_revision_look(r, &r->people[i]);
		keep_person(&k, &r->people[i]);
	}
	for (size_t i = 0; i < r->is->item_count; i++)
		keep_own_lines(&k, &r->is->items[i]);
	if (r->was) {
		for (size_t i = 0; i < r->pair_count; i++)
			if (r->pairs[i].is_own)
				keep_sequence(&k, &r->pairs[i]);
		if (!s->saw_answers)
			keep_overrides(&k);
	} else if (s->was && itip_next_sequence(s->was) > 1) {
		count_on(r->arena, k.edit, r->is, itip_next_sequence(s->was));
	}
	return ical_edit_apply(k.edit);
}

struct text itip_keep_dissolved(struct arena *a, const struct itip_save *s)
{
	struct ical_edit *e = ical_edit_begin(a, s->is->raw);

	count_on(a, e, s->is, itip_next_sequence(s->was));
	return ical_edit_apply(e);
}
