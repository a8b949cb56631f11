/*
 * attendee_lines - what in one component is the organizer's; see attendee.h
 *
 * Properties are told apart by a table. Of the organizer's, what the client leaves out is put
 * back, as programs drop what they do not know; what it says otherwise is refused, where people
 * would take it for a change of the meeting, and else left alone. People are not the attendee's
 * either: their lines are those that came from the organizer.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "itip/attendee_priv.h"
#include "itip/params.h"
#include "itip/roll.h"
#include "itip/told_priv.h"

const struct fault *itip_not_yours(struct arena *a, const char *what)
{
	return fault_make(a, FAULT_ATTENDEE_CHANGE, NULL, "Only the organizer may change %s.",
			  what);
}

struct text itip_partstat_of(const struct ical_attendee *p)
{
	return p && p->partstat.len > 0 ? p->partstat : TEXT("NEEDS-ACTION");
}

bool itip_is_unanswered(const struct ical_attendee *p)
{
	return text_equal_nocase(itip_partstat_of(p), TEXT("NEEDS-ACTION"));
}

/* ---- properties ---------------------------------------------------------------------------- */

enum whose {
	OWN,   /* the attendee's: the client's counts (RFC 6638 §3.2.2.1) */
	APART, /* looked at elsewhere: times, people, revisions */
	MEANT, /* the organizer's, and a change of it is refused */
	KEPT,  /* the organizer's, and put back where it is missing */
};

static const struct {
	const char *name;
	enum whose whose;
} properties[] = {
	{"CATEGORIES", OWN},	   /* how one's own meetings are sorted */
	{"COMMENT", OWN},	   /* goes with the answer (RFC 5546 §3.2.3) */
	{"COMPLETED", OWN},	   /* §3.2.2.1 no. 4 */
	{"CREATED", OWN},	   /* no. 9 */
	{"LAST-MODIFIED", OWN},	   /* no. 9 */
	{"PERCENT-COMPLETE", OWN}, /* no. 3 */
	{"TRANSP", OWN},	   /* no. 2 */
	{"ATTENDEE", APART},	   {"DTSTAMP", APART},	   {"DTEND", APART},
	{"DTSTART", APART},	   {"DUE", APART},	   {"DURATION", APART},
	{"EXDATE", APART},	   {"ORGANIZER", APART},   {"RDATE", APART},
	{"RECURRENCE-ID", APART},  {"RRULE", APART},	   {"SEQUENCE", APART},
	{"STATUS", APART},	   {"UID", APART},	   {"ATTACH", MEANT},
	{"CONTACT", MEANT},	   {"DESCRIPTION", MEANT}, {"LOCATION", MEANT},
	{"SUMMARY", MEANT},	   {"URL", MEANT},
};

static enum whose whose(struct text name)
{
	for (size_t i = 0; i < ARRAY_LEN(properties); i++)
		if (text_equal_nocase(name, text_from(properties[i].name)))
			return properties[i].whose;
	return itip_is_told(name) ? KEPT : OWN;
}

/* A property of the organizer's, by what it says. */
struct claim {
	struct text name, says; /* name in lower case */
	size_t begin, end;
};

struct claims {
	struct claim *at;
	size_t count;
};

static int compare_claims(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	int order = text_compare(a->name, b->name);

	return order ? order : text_compare(a->says, b->says);
}

static struct claims read_claims(struct arena *a, const struct itip_part *p)
{
	struct claims c = {.count = 0};
	struct ical_walk w;
	struct ical_line l;
	size_t lines = 0;

	for (size_t i = 0; i < p->raw.len; i++)
		lines += p->raw.at[i] == '\n';
	c.at = arena_alloc_array(a, lines + 1, sizeof(*c.at));
	ical_walk_begin(&w, a, p->raw, &p->blocks, 0);
	while (ical_walk_line(&w, &l))
		if (l.value.at && whose(l.name) >= MEANT)
			c.at[c.count++] = (struct claim){text_lower(a, l.name),
							 text_trim(ical_text_unescape(a, l.value)),
							 l.begin, l.end};
	if (c.count > 1)
		qsort(c.at, c.count, sizeof(*c.at), compare_claims);
	return c;
}

/* ---- a component as it was ----------------------------------------------------------------- */

/* One series may be what a thousand new overrides are compared with, so it is read once. */
struct itip_before {
	bool is_read;
	struct itip_part part;
	struct text rule;
	struct claims claims;
	struct itip_roll roll;		   /* of its people */
	const struct ical_attendee **line; /* by number */
	size_t *seen;			   /* by number: in which merge last */
	size_t merges;
	const struct ical_attendee *mine;
};

static void read_before_people(const struct itip_merge *m, struct itip_before *b,
			       const struct ical_item *was)
{
	itip_roll_init(&b->roll, m->arena, was->attendee_count);
	b->seen = arena_alloc_array(m->arena, was->attendee_count, sizeof(*b->seen));
	b->line = arena_alloc_array(m->arena, was->attendee_count, sizeof(*b->line));
	for (size_t i = 0; i < was->attendee_count; i++) {
		const struct ical_attendee *p = &was->attendees[i];
		size_t known = b->roll.count;
		size_t number = itip_roll_number(&b->roll, ical_address(m->arena, p->address));

		if (number == known)
			b->line[number] = p;
	}
	b->mine = itip_attendee_in(m->arena, was, m->user);
}

static struct itip_before *before_of(const struct itip_merge *m, const struct ical_item *was)
{
	struct itip_before *b = &m->before[was - m->was->items];
	struct ical_line l;

	if (b->is_read)
		return b;
	b->is_read = true;
	itip_part_begin(&b->part, m->arena, m->was, was);
	if (was->has_rule && itip_part_find(&b->part, "RRULE", &l))
		b->rule = l.value;
	b->claims = read_claims(m->arena, &b->part);
	read_before_people(m, b, was);
	return b;
}

void itip_merge_begin(struct itip_merge *m)
{
	m->before = arena_alloc_array(m->arena, m->was->item_count, sizeof(*m->before));
}

const struct itip_part *itip_merge_before(const struct itip_merge *m, const struct ical_item *was)
{
	return &before_of(m, was)->part;
}

struct text itip_merge_rule(const struct itip_merge *m, const struct ical_item *was)
{
	return before_of(m, was)->rule;
}

/* ---- properties, merged -------------------------------------------------------------------- */

static bool has_name(const struct claims *c, struct text name)
{
	size_t low = 0, high = c->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (text_compare(c->at[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->count && text_equal(c->at[low].name, name);
}

/* What is put in comes before the alarms, which some programs want to be last (interop §6). */
static void put_line(struct itip_part *p, struct text bytes)
{
	size_t at = p->blocks.count > 1 ? p->blocks.at[1].begin : p->blocks.at[0].body_end;

	ical_edit_replace_bytes(p->edit, at, at, bytes);
}

static const struct fault *refuse(const struct itip_merge *m, struct text name)
{
	return itip_not_yours(m->arena, text_cstr(m->arena, name));
}

static const struct fault *merge_claims(const struct itip_merge *m, struct itip_part *p,
					const struct itip_before *b)
{
	struct claims was = b->claims, is = read_claims(m->arena, p);
	size_t i = 0, k = 0;

	while (i < was.count || k < is.count) {
		int order = i == was.count  ? 1
			    : k == is.count ? -1
					    : compare_claims(&was.at[i], &is.at[k]);

		if (order < 0 && !has_name(&is, was.at[i].name))
			put_line(p, text_sub(b->part.raw, was.at[i].begin,
					     was.at[i].end - was.at[i].begin));
		else if (order < 0 && whose(was.at[i].name) == MEANT)
			return refuse(m, was.at[i].name);
		else if (order > 0 && whose(is.at[k].name) == MEANT)
			return refuse(m, is.at[k].name);
		i += order <= 0;
		k += order >= 0;
	}
	return NULL;
}

/* As it was, or gone if it was not there. */
static void merge_same(struct itip_part *p, const struct itip_part *before, const char *name)
{
	struct ical_line was, is;
	bool had = itip_part_find(before, name, &was), has = itip_part_find(p, name, &is);

	if (had && has && text_equal_nocase(was.value, is.value))
		return;
	if (had && has)
		ical_edit_replace_bytes(p->edit, is.begin, is.end,
					text_sub(before->raw, was.begin, was.end - was.begin));
	else if (had)
		put_line(p, text_sub(before->raw, was.begin, was.end - was.begin));
	else if (has)
		ical_edit_remove(p->edit, is.begin, is.end);
}

const struct fault *itip_merge_lines(const struct itip_merge *m, struct itip_part *p,
				     const struct ical_item *was)
{
	const struct itip_before *b = before_of(m, was);

	if (p->item->sequence != was->sequence)
		merge_same(p, &b->part, "SEQUENCE");
	/*
	 * An attendee may write another (§3.2.2.1 no. 9), and it is not kept: it is the revision
	 * that came from the organizer, and by a clock that is fast the next one would be older.
	 */
	if (was->dtstamp.present && p->item->dtstamp.seconds != was->dtstamp.seconds)
		merge_same(p, &b->part, "DTSTAMP");
	/* Of a to-do an attendee tells how far they are; programs cancel instances by themselves.
	 */
	if (was->type != COMP_VTODO)
		merge_same(p, &b->part, "STATUS");
	return merge_claims(m, p, b);
}

/* ---- people -------------------------------------------------------------------------------- */

/* The people of one component, and as they were. */
struct people {
	const struct itip_merge *merge;
	struct itip_part *part;
	const struct ical_item *was;
	struct itip_before *before;
	const struct ical_attendee *mine;     /* as it was */
	const struct ical_attendee *said;     /* the same, as the client writes it */
	const struct ical_attendee *alias;    /* under another address of the user */
	struct text sent[ITIP_DELEGATES_MAX]; /* whom they bring in */
	size_t sent_count;
};

static struct text address_of(const struct people *n, const struct ical_attendee *p)
{
	return ical_address(n->merge->arena, p->address);
}

static bool is_mine(const struct people *n, struct text address)
{
	const struct itip_user *user = n->merge->user;

	return address.len > 0 &&
	       ical_address_is_among(n->merge->arena, address, user->addresses, user->count);
}

static struct text before_bytes(const struct people *n, const struct ical_attendee *p)
{
	struct ical_line l = itip_part_person(&n->before->part, p);

	return text_sub(n->before->part.raw, l.begin, l.end - l.begin);
}

static bool is_same_line(const struct ical_line *a, const struct ical_line *b)
{
	return text_equal(a->params, b->params) && text_equal(a->value, b->value);
}

/* A line of somebody else's, as it was; with their status, where the client looks after them. */
static void restore(struct people *n, const struct ical_attendee *is,
		    const struct ical_attendee *was)
{
	struct arena *a = n->merge->arena;
	struct ical_line new = itip_part_person(n->part, is);
	struct ical_line old = itip_part_person(&n->before->part, was);
	struct itip_param status = {"SCHEDULE-STATUS", is->schedule_status};
	/* RFC 6638 §3.2.2.1 no. 10 */
	struct text wanted = itip_params_set(a, &old, &status, was->agent == AGENT_CLIENT);

	if (!text_equal(wanted, itip_params_set(a, &new, NULL, 0)))
		ical_edit_replace_line(n->part->edit, new.begin, new.end, wanted);
}

static const struct fault *merge_person(struct people *n, const struct ical_attendee *is)
{
	struct text address = address_of(n, is);
	size_t number = itip_roll_find(&n->before->roll, address);

	if (n->mine && is_mine(n, address)) {
		const struct ical_attendee **which =
			text_equal(address, address_of(n, n->mine)) ? &n->said : &n->alias;

		if (!*which)
			*which = is;
		if (number != SIZE_MAX)
			n->before->seen[number] = n->before->merges;
		return NULL;
	}
	if (number != SIZE_MAX) {
		n->before->seen[number] = n->before->merges;
		restore(n, is, n->before->line[number]);
		return NULL;
	}
	if (n->mine && is_mine(n, ical_address(n->merge->arena, is->delegated_from)) &&
	    n->sent_count < ITIP_DELEGATES_MAX) {
		n->sent[n->sent_count++] = address;
		return NULL;
	}
	return itip_not_yours(n->merge->arena, "who is invited");
}

/* Whom the attendee sends instead they name in their own line (RFC 5546 §3.2.2.3). */
static const struct fault *check_sent(const struct people *n)
{
	struct ical_line l;

	if (n->sent_count == 0)
		return NULL;
	if (!n->said || !text_equal_nocase(n->said->partstat, TEXT("DELEGATED")))
		return itip_not_yours(n->merge->arena, "who is invited");
	l = itip_part_person(n->part, n->said);
	for (size_t i = 0; i < n->sent_count; i++)
		if (!itip_param_names(n->merge->arena, &l, "DELEGATED-TO", n->sent[i]))
			return itip_not_yours(n->merge->arena, "who is invited");
	return NULL;
}

/*
 * Another calendar user comes in their place (RFC 5546 §3.2.2.3): neither they themselves nor who
 * invites, nor who has handed it on to them. Else nobody would be left who is asked.
 */
static const struct fault *check_delegates(const struct people *n)
{
	struct arena *a = n->merge->arena;
	struct text to[ITIP_DELEGATES_MAX], not_to[2];
	struct ical_line l;
	size_t count;

	if (!n->mine || !n->said || !text_equal_nocase(n->said->partstat, TEXT("DELEGATED")) ||
	    text_equal_nocase(n->mine->partstat, TEXT("DELEGATED")))
		return NULL;
	not_to[0] = n->was->has_organizer ? ical_address(a, n->was->organizer.address) : TEXT_NONE;
	not_to[1] = ical_address(a, n->mine->delegated_from);
	l = itip_part_person(n->part, n->said);
	count = itip_param_addresses(a, &l, "DELEGATED-TO", to, ITIP_DELEGATES_MAX);
	for (size_t i = 0; i < count; i++)
		if (is_mine(n, ical_address(a, to[i])) ||
		    ical_address_is_among(a, to[i], not_to, ARRAY_LEN(not_to)))
			return fault_make(
				a, FAULT_ATTENDEE_CHANGE, NULL,
				"An invitation is handed on to somebody else than who gave "
				"it.");
	return NULL;
}

static bool waits(const struct itip_merge *m, const struct ical_item *was,
		  const struct ical_attendee *mine)
{
	return m->spread.len > 0 && was->recurrence_id.present && itip_is_unanswered(mine);
}

/* The answer, under whichever of their addresses a program gave it (interop §2). */
static struct text answer_of(const struct people *n)
{
	const struct ical_attendee *by = n->said ? n->said : n->alias ? n->alias : n->mine;

	if (n->said && n->alias &&
	    text_equal_nocase(itip_partstat_of(n->said), itip_partstat_of(n->mine)))
		by = n->alias;
	if (itip_is_unanswered(by) && n->part->item->recurrence_id.present &&
	    waits(n->merge, n->was, n->mine))
		return n->merge->spread;
	if (!text_equal_nocase(itip_partstat_of(by), itip_partstat_of(n->mine)))
		return itip_partstat_of(by);
	return itip_done_answer(&n->before->part, n->part, itip_partstat_of(by));
}

static void set_unless(struct itip_param *params, size_t *count, const char *name, struct text was,
		       struct text is)
{
	if (!text_equal_nocase(was, is))
		params[(*count)++] = (struct itip_param){name, was.len > 0 ? was : TEXT_NONE};
}

/* ROLE and CUTYPE are the organizer's; whoever has answered is not asked again (interop §1). */
static void merge_mine(struct people *n)
{
	struct text answer = answer_of(n);
	const struct ical_attendee *from = n->said ? n->said : n->mine;
	struct ical_line l = itip_part_person(n->said ? n->part : &n->before->part, from);
	struct itip_param params[4];
	size_t count = 0;

	set_unless(params, &count, "PARTSTAT", answer, itip_partstat_of(from));
	set_unless(params, &count, "ROLE", n->mine->role, from->role);
	set_unless(params, &count, "CUTYPE", n->mine->cutype, from->cutype);
	if (!text_equal_nocase(answer, itip_partstat_of(n->mine)) &&
	    !text_equal_nocase(answer, TEXT("NEEDS-ACTION")) && from->rsvp)
		params[count++] = (struct itip_param){"RSVP", TEXT_NONE};
	if (!n->said)
		itip_part_insert(n->part, itip_params_set(n->merge->arena, &l, params, count));
	else if (count > 0)
		ical_edit_replace_line(n->part->edit, l.begin, l.end,
				       itip_params_set(n->merge->arena, &l, params, count));
	if (n->alias && itip_roll_find(&n->before->roll, address_of(n, n->alias)) == SIZE_MAX) {
		l = itip_part_person(n->part, n->alias);
		ical_edit_remove(n->part->edit, l.begin, l.end);
	}
}

/* §7.2: SCHEDULE-FORCE-SEND is obeyed and not kept; what is no METHOD for an organizer is 2.3. */
static void merge_organizer(struct people *n)
{
	const struct ical_item *item = n->part->item;
	struct itip_param params[2] = {{"SCHEDULE-FORCE-SEND", TEXT_NONE},
				       {"SCHEDULE-STATUS", TEXT("2.3")}};
	struct ical_line new, old;

	if (!n->was->has_organizer)
		return;
	old = itip_part_person(&n->before->part, &n->was->organizer);
	if (!item->has_organizer) {
		put_line(n->part, before_bytes(n, &n->was->organizer));
		return;
	}
	new = itip_part_person(n->part, &item->organizer);
	if (item->organizer.force_send.len > 0 &&
	    !text_equal_nocase(item->organizer.force_send, TEXT("REPLY")) &&
	    !text_equal_nocase(item->organizer.force_send, TEXT("REQUEST")))
		ical_edit_replace_line(n->part->edit, new.begin, new.end,
				       itip_params_set(n->merge->arena, &old, params, 2));
	else if (!is_same_line(&new, &old))
		ical_edit_replace_bytes(n->part->edit, new.begin, new.end,
					before_bytes(n, &n->was->organizer));
}

const struct fault *itip_merge_people(const struct itip_merge *m, struct itip_part *p,
				      const struct ical_item *was)
{
	struct itip_before *b = before_of(m, was);
	struct people n = {.merge = m, .part = p, .was = was, .before = b, .mine = b->mine};
	const struct fault *f;

	b->merges++;
	for (size_t i = 0; i < p->item->attendee_count; i++)
		if ((f = merge_person(&n, &p->item->attendees[i])))
			return f;
	if ((f = check_sent(&n)) || (f = check_delegates(&n)))
		return f;
	for (size_t i = 0; i < b->roll.count; i++)
		if (b->seen[i] != b->merges && b->line[i] != n.mine)
			put_line(p, before_bytes(&n, b->line[i]));
	if (n.mine)
		merge_mine(&n);
	merge_organizer(&n);
	return NULL;
}

void itip_merge_answer(const struct itip_merge *m, struct itip_part *p)
{
	const struct ical_attendee *mine = itip_attendee_in(m->arena, p->item, m->user);
	struct itip_param params[] = {{"PARTSTAT", m->spread}, {"RSVP", TEXT_NONE}};
	struct ical_line l;

	if (!mine || !waits(m, p->item, mine))
		return;
	l = itip_part_person(p, mine);
	ical_edit_replace_line(p->edit, l.begin, l.end,
			       itip_params_set(m->arena, &l, params, ARRAY_LEN(params)));
}
