/* process_person - REPLY: the ATTENDEE in one component. See process_priv.h. */
#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/walk.h"
#include "itip/params.h"
#include "itip/process_priv.h"

struct answering {
	struct itip_work *work;
	struct itip_part *part; /* of the organizer's object */
	const struct itip_reply *reply;
	enum itip_target target;
	struct text partstat;  /* as it is known */
	struct ical_line said; /* the sender's line of the message */
	struct text address;   /* of who answers, as ical_address() makes it */
};

static const struct ical_attendee *find_person(struct answering *n, const struct ical_item *item,
					       struct text address)
{
	struct itip_user user = {.addresses = &address, .count = 1};

	return itip_attendee_in(n->work->arena, item, &user);
}

/* ---- order ------------------------------------------------------------------------------- */

static bool read_stamp(struct text stamp, struct itip_stamp *out)
{
	struct text sequence;
	enum time_form form;

	return text_next(&stamp, '-', &sequence) &&
	       text_to_int64(sequence, 0, INT32_MAX, &out->sequence) && stamp.at &&
	       time_parse(stamp, &out->dtstamp, &form);
}

/*
 * SEEN or OLD by the last one, else NEW. DTSTAMP counts seconds: somebody who changes their mind
 * within one has answered twice, and what comes later counts. The series' last answer obsoletes
 * none for an instance, but what it answered were not times before that.
 */
static enum itip_answer judge_order(struct answering *n, const struct ical_line *line,
				    struct text was)
{
	struct itip_stamp last, now;
	int order;

	if (!read_stamp(ical_line_param(n->work->arena, line, ITIP_PARAM_REPLIED), &last) ||
	    !read_stamp(n->reply->stamp, &now))
		return ITIP_ANSWER_NEW;
	if (n->target == ITIP_TARGET_INSTANCE)
		return now.sequence < last.sequence ? ITIP_ANSWER_OLD : ITIP_ANSWER_NEW;
	order = itip_stamp_compare(&now, &last);
	if (order == 0 && text_equal(was, n->partstat))
		return ITIP_ANSWER_SEEN;
	return order < 0 ? ITIP_ANSWER_OLD : ITIP_ANSWER_NEW;
}

/* Each of a thousand overrides asks, of one person. */
static const struct ical_attendee *in_series(struct answering *n)
{
	struct itip_work *w = n->work;

	if (!text_equal(w->answered_by, n->address)) {
		w->answered_by = n->address;
		w->in_series = find_person(n, &n->part->object->items[0], n->address);
	}
	return w->in_series;
}

/*
 * Does an override follow the series? Not once it was answered for itself, which its stamp tells;
 * one from a reset is of no answer.
 */
static bool waits(struct answering *n, const struct ical_line *line, struct text was)
{
	const struct ical_attendee *there = in_series(n);
	struct itip_stamp last;

	if (read_stamp(ical_line_param(n->work->arena, line, ITIP_PARAM_REPLIED), &last) &&
	    last.dtstamp >= 0)
		return false;
	return text_equal(was, TEXT("NEEDS-ACTION")) ||
	       (there &&
		text_equal(was, itip_known_partstat(n->part->item->type, there->partstat)));
}

/* ---- who comes in ------------------------------------------------------------------------ */

static struct text quoted(struct arena *a, struct text address)
{
	return text_find_char(address, ':', 0) >= 0
		       ? address
		       : text_from(arena_printf(a, "mailto:%.*s", TEXT_ARG(address)));
}

static bool is_organizer(struct answering *n, struct text address)
{
	const struct itip_user *user = n->work->in->user;

	return ical_address_is_among(n->work->arena, address, user->addresses, user->count);
}

/* They are sent what they are in, once; false: the answer invites too many. */
static bool note_invited(struct itip_work *w, struct text address)
{
	for (size_t i = 0; i < w->invited_count; i++)
		if (text_equal(w->invited[i], address))
			return true;
	if (w->invited_count == ITIP_DELEGATES_MAX)
		return false;
	w->invited[w->invited_count++] = address;
	return true;
}

/* A delegate, invited in the place of who delegates (RFC 5546 §3.2.2.3). */
static bool add_delegate(struct answering *n, struct text to)
{
	struct arena *a = n->work->arena;
	struct text address = ical_address(a, to);
	const struct ical_attendee *said;
	struct ical_line l = {.name = TEXT("ATTENDEE"), .value = to};
	struct itip_param params[] = {
		{"PARTSTAT", TEXT("NEEDS-ACTION")},
		{"RSVP", TEXT("TRUE")},
		{"DELEGATED-FROM", quoted(a, n->reply->answer->address)},
		{"SCHEDULE-STATUS", TEXT_NONE},
		{"SCHEDULE-AGENT", TEXT_NONE},
		{ITIP_PARAM_REPLIED, TEXT_NONE},
	};

	if (address.len == 0 || is_organizer(n, address) ||
	    find_person(n, n->part->item, address) || !note_invited(n->work, address))
		return false;
	said = find_person(n, n->reply->item, address);
	if (said) {
		struct itip_part from;

		itip_part_begin(&from, a, n->work->in->message, n->reply->item);
		l = itip_part_person(&from, said);
	}
	itip_part_insert(n->part, itip_params_set(a, &l, params, ARRAY_LEN(params)));
	return true;
}

/* DELEGATED-TO is a list (RFC 5545 §3.2.5). */
static bool add_delegates(struct answering *n)
{
	struct text to[ITIP_DELEGATES_MAX];
	size_t count = itip_param_addresses(n->work->arena, &n->said, "DELEGATED-TO", to,
					    ITIP_DELEGATES_MAX);
	bool any = false;

	for (size_t i = 0; i < count; i++)
		any = add_delegate(n, to[i]) || any;
	return any;
}

/* To themselves, the organizer, or who handed it on to them, nobody hands anything on. */
static bool is_handed_on(struct answering *n, const struct ical_attendee *known)
{
	struct arena *a = n->work->arena;
	struct text to[ITIP_DELEGATES_MAX];
	size_t count = itip_param_addresses(a, &n->said, "DELEGATED-TO", to, ITIP_DELEGATES_MAX);
	struct text not_to[] = {n->address,
				known ? ical_address(a, known->delegated_from) : TEXT_NONE};

	for (size_t i = 0; i < count; i++)
		if (!is_organizer(n, to[i]) &&
		    !ical_address_is_among(a, to[i], not_to, ARRAY_LEN(not_to)))
			return true;
	return count == 0;
}

/* Has somebody else to whom this was handed on not declined? */
static bool has_other_delegate(struct answering *n, const struct ical_line *delegator)
{
	struct text to[ITIP_DELEGATES_MAX];
	size_t count = itip_param_addresses(n->work->arena, delegator, "DELEGATED-TO", to,
					    ITIP_DELEGATES_MAX);

	for (size_t i = 0; i < count; i++) {
		struct text address = ical_address(n->work->arena, to[i]);
		const struct ical_attendee *other =
			text_equal(address, n->address) ? NULL
							: find_person(n, n->part->item, address);

		if (other && !text_equal_nocase(other->partstat, TEXT("DECLINED")))
			return true;
	}
	return false;
}

/* The last delegate who declines gives it back to who delegated, who is asked again (§4.2.7). */
static void give_back(struct answering *n, const struct ical_attendee *delegate)
{
	struct text from = ical_address(n->work->arena, delegate->delegated_from);
	const struct ical_attendee *delegator =
		from.len > 0 ? find_person(n, n->part->item, from) : NULL;
	static const struct itip_param params[] = {
		{"PARTSTAT", TEXT_INIT("NEEDS-ACTION")},
		{"RSVP", TEXT_INIT("TRUE")},
		{"DELEGATED-TO", {NULL, 0}},
	};
	struct ical_line l;

	if (!delegator || delegator == delegate ||
	    !text_equal_nocase(delegator->partstat, TEXT("DELEGATED")))
		return;
	l = itip_part_person(n->part, delegator);
	if (!itip_param_names(n->work->arena, &l, "DELEGATED-TO", n->address) ||
	    has_other_delegate(n, &l))
		return;
	ical_edit_replace_line(n->part->edit, l.begin, l.end,
			       itip_params_set(n->work->arena, &l, params, ARRAY_LEN(params)));
	(void)note_invited(n->work, from);
}

/* Whom an attendee named as their delegate is invited; others are by policy (§3.2.2.6, §5.2.2). */
static bool may_come_in(struct answering *n)
{
	struct text from = ical_address(n->work->arena, n->reply->answer->delegated_from);
	const struct ical_attendee *delegator =
		from.len > 0 ? find_person(n, n->part->item, from) : NULL;
	struct ical_line l;

	if (n->work->in->take_crashers)
		return true;
	if (!delegator)
		return false;
	l = itip_part_person(n->part, delegator);
	return itip_param_names(n->work->arena, &l, "DELEGATED-TO", n->address);
}

/* ---- the answer -------------------------------------------------------------------------- */

/* The line with what was answered; of a newcomer without what only the organizer says. */
static struct text answered_line(struct answering *n, const struct ical_line *line, bool is_new)
{
	const struct ical_attendee *said = n->reply->answer;
	bool delegates = text_equal(n->partstat, TEXT("DELEGATED"));
	struct itip_param params[10] = {
		{"PARTSTAT", n->partstat},
		{"RSVP", TEXT_NONE},
		{"DELEGATED-TO", delegates ? itip_param_list(&n->said, "DELEGATED-TO") : TEXT_NONE},
		{"SCHEDULE-STATUS", n->reply->request_status},
	};
	size_t count = 4;

	if (n->target != ITIP_TARGET_WAITING)
		params[count++] = (struct itip_param){ITIP_PARAM_REPLIED, n->reply->stamp};
	if (delegates && text_equal_nocase(said->role, TEXT("NON-PARTICIPANT")))
		params[count++] = (struct itip_param){"ROLE", said->role};
	if (said->sent_by.len > 0)
		params[count++] = (struct itip_param){"SENT-BY", said->sent_by};
	if (is_new) {
		params[count++] = (struct itip_param){"SCHEDULE-AGENT", TEXT_NONE};
		params[count++] = (struct itip_param){"SCHEDULE-FORCE-SEND", TEXT_NONE};
	}
	return itip_params_set(n->work->arena, line, params, count);
}

/* As Apple's programs show it: one property for each attendee who wrote something. */
static void note_comment(struct answering *n)
{
	static const char name[] = "X-CALENDARSERVER-ATTENDEE-COMMENT";
	static const char ref[] = "X-CALENDARSERVER-ATTENDEE-REF";
	struct arena *a = n->work->arena;
	struct itip_part from;
	struct ical_line comment, l = {.name = text_from(name)};
	struct itip_param param = {ref, quoted(a, n->reply->answer->address)};
	struct ical_walk w;

	itip_part_begin(&from, a, n->work->in->message, n->reply->item);
	if (!itip_part_find(&from, "COMMENT", &comment))
		return;
	ical_walk_begin(&w, a, n->part->raw, &n->part->blocks, 0);
	while (ical_walk_line(&w, &l))
		if (ical_line_is(&l, name) &&
		    ical_address_is_among(a, ical_line_param(a, &l, ref), &n->address, 1))
			ical_edit_remove(n->part->edit, l.begin, l.end);
	l = (struct ical_line){.name = text_from(name), .value = comment.value};
	itip_part_insert(n->part, itip_params_set(a, &l, &param, 1));
}

/* Others have not answered for an instance that was only the series' till now. */
static void forget_others(struct answering *n, const struct ical_attendee *known)
{
	struct arena *a = n->work->arena;
	const struct ical_item *item = n->part->item;
	struct text from = known ? ical_address(a, known->delegated_from) : TEXT_NONE;

	for (size_t i = 0; i < item->attendee_count; i++) {
		const struct ical_attendee *other = &item->attendees[i];
		struct ical_line l = itip_part_person(n->part, other);
		struct text stamp = ical_line_param(a, &l, ITIP_PARAM_REPLIED);
		struct itip_param floor = {ITIP_PARAM_REPLIED, itip_replied_floor(a, stamp)};

		/* Whoever delegated is asked again as they stand in the series: see give_back(). */
		if (stamp.len == 0 || ical_address_is_among(a, other->address, &n->address, 1) ||
		    ical_address_is_among(a, other->address, &from, 1))
			continue;
		ical_edit_replace_line(n->part->edit, l.begin, l.end,
				       itip_params_set(a, &l, &floor, 1));
	}
}

/* Programs list somebody twice, in lines that are both theirs. */
static void write_answer(struct answering *n, const struct ical_attendee *first)
{
	const struct ical_item *item = n->part->item;

	for (size_t i = (size_t)(first - item->attendees); i < item->attendee_count; i++) {
		const struct ical_attendee *p = &item->attendees[i];
		struct ical_line line;

		if (!ical_address_is_among(n->work->arena, p->address, &n->address, 1))
			continue;
		line = itip_part_person(n->part, p);
		ical_edit_replace_line(n->part->edit, line.begin, line.end,
				       answered_line(n, &line, false));
	}
}

static enum itip_answer answer_known(struct answering *n, const struct ical_attendee *known)
{
	struct text was = itip_known_partstat(n->part->item->type, known->partstat);
	struct ical_line line = itip_part_person(n->part, known);
	enum itip_answer order = judge_order(n, &line, was);

	if (order != ITIP_ANSWER_NEW)
		return order;
	if (n->target == ITIP_TARGET_WAITING && !waits(n, &line, was))
		return ITIP_ANSWER_SEEN;
	write_answer(n, known);
	return text_equal(was, n->partstat) ? ITIP_ANSWER_SAME : ITIP_ANSWER_NEW;
}

static enum itip_answer answer_newcomer(struct answering *n)
{
	if (n->target == ITIP_TARGET_WAITING)
		return ITIP_ANSWER_SEEN;
	if (!may_come_in(n))
		return ITIP_ANSWER_UNINVITED;
	itip_part_insert(n->part, answered_line(n, &n->said, true));
	return ITIP_ANSWER_MORE;
}

enum itip_answer itip_part_answer(struct itip_work *w, struct itip_part *p,
				  const struct itip_reply *r, enum itip_target target)
{
	struct answering n = {.work = w, .part = p, .reply = r, .target = target};
	const struct ical_attendee *known;
	struct itip_part from;
	enum itip_answer answer;

	itip_part_begin(&from, w->arena, w->in->message, r->item);
	n.said = itip_part_person(&from, r->answer);
	n.partstat = itip_known_partstat(r->item->type, r->answer->partstat);
	n.address = ical_address(w->arena, r->answer->address);
	known = find_person(&n, p->item, n.address);
	if (text_equal(n.partstat, TEXT("DELEGATED")) && !is_handed_on(&n, known))
		return ITIP_ANSWER_NOWHERE;
	answer = known ? answer_known(&n, known) : answer_newcomer(&n);
	if (answer < ITIP_ANSWER_SAME)
		return answer;
	if (target == ITIP_TARGET_INSTANCE)
		forget_others(&n, known);
	note_comment(&n);
	if (text_equal(n.partstat, TEXT("DELEGATED")) && add_delegates(&n))
		answer = ITIP_ANSWER_MORE;
	if (text_equal(n.partstat, TEXT("DECLINED")) && known)
		give_back(&n, known);
	itip_part_note_done(w, p, r, n.partstat);
	return answer;
}
