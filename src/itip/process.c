/* process - what a message makes of an object. See process.h. */
#include "itip/process_priv.h"

#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/expand.h"

/* ---- the table --------------------------------------------------------------------------- */

/* What the recipient is in their own object with that UID; or that there is none. */
enum {
	AS_ORGANIZER = 1 << ITIP_ORGANIZER,
	AS_ATTENDEE = 1 << ITIP_ATTENDEE,
	AS_NOBODY = 1 << ITIP_NOBODY,
	AS_STRANGER = 1 << ITIP_STRANGER,
	AS_NEW = 1 << 4,
	AS_INVITED = AS_ATTENDEE | AS_STRANGER,
	AS_ANY = AS_ORGANIZER | AS_INVITED | AS_NOBODY | AS_NEW,
};

enum {
	EVENT_TODO = COMP_VEVENT | COMP_VTODO,
	EVENT_TODO_JOURNAL = EVENT_TODO | COMP_VJOURNAL,
};

static const struct fault *keep_own(struct itip_work *w)
{
	return itip_work_ignore(w, "3.8",
				"The recipient organizes this, so nobody else tells of it "
				"(RFC 5546 §3.2.2.4).");
}

static const struct fault *leave_to_client(struct itip_work *w)
{
	return itip_work_note(w, "Scheduling of this object is the client's affair, who finds the "
				 "message in the inbox (RFC 6638 §7.1).");
}

static const struct fault *not_published(struct itip_work *w)
{
	return itip_work_ignore(w, "1.2",
				"Who is invited is told by REQUEST, not by PUBLISH (RFC 5546 "
				"§3.2.1).");
}

static const struct fault *unknown_cancel(struct itip_work *w)
{
	return itip_work_ignore(
		w, "1.2", "What is cancelled is not known here, so nothing is (RFC 5546 §5.2.1).");
}

static const struct fault *unknown_uid(struct itip_work *w)
{
	return itip_work_ignore(w, "5.1",
				"The recipient has no object with that UID (RFC 6638 §4.2).");
}

static const struct fault *not_organizer(struct itip_work *w)
{
	return itip_work_ignore(
		w, "3.8",
		"Only the organizer is told this, and the recipient is not (RFC 5546 §3.2.3).");
}

static const struct fault *unknown_counter(struct itip_work *w)
{
	return itip_work_ignore(
		w, "1.2",
		"The recipient has nothing that a proposal was made for (RFC 5546 §3.2.8).");
}

static const struct fault *busy_time(struct itip_work *w)
{
	return itip_work_ignore(w, "3.14",
				"Busy time is asked for at the outbox, and nobody's is stored "
				"(RFC 6638 §5).");
}

/* The first row that fits counts. */
static const struct row {
	enum itip_method method;
	unsigned components, roles;
	itip_process_fn run;
	const char *what, *section;
} rows[] = {
	{ITIP_PUBLISH, EVENT_TODO_JOURNAL, AS_NEW | AS_STRANGER, itip_process_publish,
	 "stored, or replaced by what is later", "RFC 5546 §3.2.1, §3.4.1, §3.5.1"},
	{ITIP_PUBLISH, EVENT_TODO_JOURNAL, AS_NOBODY, leave_to_client,
	 "in the inbox; the object stays as it is", "RFC 6638 §7.1"},
	{ITIP_PUBLISH, EVENT_TODO_JOURNAL, AS_ORGANIZER | AS_ATTENDEE, not_published, "ignored",
	 "RFC 5546 §3.2.1"},

	{ITIP_REQUEST, EVENT_TODO, AS_NEW, itip_process_new,
	 "stored for whom it invites, without the organizer's alarms, unless it says that they "
	 "declined; in the inbox alone where it appoints its own sender",
	 "RFC 5546 §3.2.2, §3.4.2; RFC 6638 §4.1"},
	{ITIP_REQUEST, EVENT_TODO, AS_INVITED, itip_process_request,
	 "the organizer's part is updated, instance by instance; alarms, TRANSP and answers stay "
	 "the recipient's, but for what is rescheduled",
	 "RFC 5546 §2.1.5, §3.2.2; RFC 6638 §4.1"},
	{ITIP_REQUEST, EVENT_TODO, AS_NOBODY, leave_to_client,
	 "in the inbox; the object stays as it is", "RFC 6638 §7.1"},
	{ITIP_REQUEST, EVENT_TODO, AS_ORGANIZER, keep_own, "ignored, status 3.8",
	 "RFC 5546 §3.2.2.4"},

	{ITIP_REPLY, EVENT_TODO, AS_ORGANIZER, itip_process_reply,
	 "the sender's ATTENDEE takes the answer, in an override where it is for one instance; "
	 "the other attendees are told; delegates, and who gets it back from one, are sent a "
	 "REQUEST; uninvited senders are added or refused by policy",
	 "RFC 5546 §3.2.3, §3.4.3; RFC 6638 §4.2"},
	{ITIP_REPLY, EVENT_TODO, AS_NEW, unknown_uid, "ignored, status 5.1", "RFC 6638 §4.2"},
	{ITIP_REPLY, EVENT_TODO, AS_ANY, not_organizer, "ignored, status 3.8", "RFC 5546 §3.2.3"},

	{ITIP_ADD, EVENT_TODO, AS_NEW, itip_process_ask, "the organizer is sent a REFRESH",
	 "RFC 5546 §3.2.4, §3.4.4"},
	{ITIP_ADD, EVENT_TODO, AS_INVITED, itip_process_add,
	 "each component becomes an RDATE of the series and an override; where a revision is "
	 "missing, or a series is added, the organizer is sent a REFRESH",
	 "RFC 5546 §3.2.4, §3.4.4"},
	{ITIP_ADD, COMP_VJOURNAL, AS_STRANGER, itip_process_add,
	 "each component becomes an RDATE of the series and an override", "RFC 5546 §3.5.2"},
	{ITIP_ADD, COMP_VJOURNAL, AS_ANY, unknown_cancel, "ignored", "RFC 5546 §3.5.2"},
	{ITIP_ADD, EVENT_TODO, AS_NOBODY, leave_to_client,
	 "in the inbox; the object stays as it is", "RFC 6638 §7.1"},
	{ITIP_ADD, EVENT_TODO, AS_ORGANIZER, keep_own, "ignored, status 3.8", "RFC 5546 §3.2.2.4"},

	{ITIP_CANCEL, EVENT_TODO_JOURNAL, AS_INVITED, itip_process_cancel,
	 "what is cancelled stays with STATUS:CANCELLED, one instance as an override; "
	 "THISANDFUTURE ends the series",
	 "RFC 5546 §3.2.5, §3.4.5, §3.5.3"},
	{ITIP_CANCEL, EVENT_TODO_JOURNAL, AS_NEW, unknown_cancel, "ignored", "RFC 5546 §5.2.1"},
	{ITIP_CANCEL, EVENT_TODO_JOURNAL, AS_NOBODY, leave_to_client,
	 "in the inbox; the object stays as it is", "RFC 6638 §7.1"},
	{ITIP_CANCEL, EVENT_TODO_JOURNAL, AS_ORGANIZER, keep_own, "ignored, status 3.8",
	 "RFC 5546 §3.2.2.4"},

	{ITIP_REFRESH, EVENT_TODO, AS_ORGANIZER, itip_process_refresh,
	 "an attendee is sent a REQUEST of what stands, or a CANCEL of what does not; nobody else "
	 "is",
	 "RFC 5546 §3.2.6, §3.4.6"},
	{ITIP_REFRESH, EVENT_TODO, AS_NEW, unknown_uid, "ignored, status 5.1", "RFC 6638 §4.2"},
	{ITIP_REFRESH, EVENT_TODO, AS_ANY, not_organizer, "ignored, status 3.8", "RFC 5546 §3.2.6"},

	{ITIP_COUNTER, EVENT_TODO, AS_ORGANIZER, itip_process_counter,
	 "an attendee's is in the inbox and kept with the object, which stays, until the "
	 "organizer moves it or declines; of what was rescheduled since, its sender is sent a "
	 "REQUEST; DECLINECOUNTER is sent at once where X-MICROSOFT-DISALLOW-COUNTER is TRUE",
	 "RFC 5546 §3.2.7, §3.4.7"},
	{ITIP_COUNTER, EVENT_TODO, AS_NEW, unknown_uid, "ignored, status 5.1", "RFC 6638 §4.2"},
	{ITIP_COUNTER, EVENT_TODO, AS_ANY, not_organizer, "ignored, status 3.8", "RFC 5546 §3.2.7"},

	{ITIP_DECLINECOUNTER, EVENT_TODO, AS_INVITED | AS_NOBODY, itip_process_declinecounter,
	 "in the inbox; the object stays as it is", "RFC 5546 §3.2.8, §3.4.8"},
	{ITIP_DECLINECOUNTER, EVENT_TODO, AS_NEW, unknown_counter, "ignored", "RFC 5546 §3.2.8"},
	{ITIP_DECLINECOUNTER, EVENT_TODO, AS_ORGANIZER, keep_own, "ignored, status 3.8",
	 "RFC 5546 §3.2.8"},

	{ITIP_PUBLISH, COMP_VFREEBUSY, AS_ANY, busy_time, "ignored, status 3.14",
	 "RFC 5546 §3.3.1"},
	{ITIP_REQUEST, COMP_VFREEBUSY, AS_ANY, busy_time,
	 "ignored, status 3.14: what is asked at the outbox is answered there",
	 "RFC 5546 §3.3.2; RFC 6638 §5"},
	{ITIP_REPLY, COMP_VFREEBUSY, AS_ANY, busy_time, "ignored, status 3.14", "RFC 5546 §3.3.3"},
};

static const struct row *find_row(enum itip_method m, enum ical_component type, unsigned role)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].method == m && (rows[i].components & type) && (rows[i].roles & role))
			return &rows[i];
	return NULL;
}

static void describe_set(struct buf *out, unsigned set, const char *const *names, size_t count)
{
	bool first = true;

	for (size_t i = 0; i < count; i++) {
		if (!(set & 1u << i))
			continue;
		buf_put_str(out, first ? "" : ", ");
		buf_put_str(out, names[i]);
		first = false;
	}
}

void itip_process_describe(struct buf *out)
{
	static const char *const components[] = {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"};
	static const char *const roles[] = {
		[ITIP_NOBODY] = "on their own", [ITIP_ORGANIZER] = "organizer",
		[ITIP_ATTENDEE] = "attendee",	[ITIP_STRANGER] = "not in it",
		[4] = "has none of it",
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_printf(out, "| %s | ", itip_method_name(rows[i].method));
		describe_set(out, rows[i].components, components, ARRAY_LEN(components));
		buf_put_lit(out, " | ");
		if (rows[i].roles == AS_ANY)
			buf_put_lit(out, "any other");
		else
			describe_set(out, rows[i].roles, roles, ARRAY_LEN(roles));
		buf_printf(out, " | %s | %s |\n", rows[i].what, rows[i].section);
	}
}

/* ---- who may send it --------------------------------------------------------------------- */

static bool is_from_organizer(enum itip_method m)
{
	return m == ITIP_PUBLISH || m == ITIP_REQUEST || m == ITIP_ADD || m == ITIP_CANCEL ||
	       m == ITIP_DECLINECOUNTER;
}

static const struct ical_attendee *organizer_of(const struct ical_object *o)
{
	for (size_t i = 0; o && i < o->item_count; i++)
		if (o->items[i].has_organizer)
			return &o->items[i].organizer;
	return NULL;
}

static bool is_one(struct itip_work *w, struct text address, const struct itip_user *user)
{
	return ical_address_is_among(w->arena, address, user->addresses, user->count);
}

/*
 * The organizer, or whom they are known to let send (SENT-BY, RFC 5546 §3.2.2.5): no message
 * appoints its own sender.
 */
static bool may_speak(struct itip_work *w)
{
	const struct ical_attendee *said = organizer_of(w->in->message);
	const struct ical_attendee *known = organizer_of(w->in->stored);

	if (known && !w->in->no_deputies && is_one(w, known->sent_by, &w->sender))
		return true;
	if (!known)
		known = said;
	return known && is_one(w, known->address, &w->sender);
}

/* Who hands their invitation on is in it, and names the recipient (RFC 5546 §3.2.2.3). */
static bool is_delegator(struct itip_work *w, const struct ical_item *item)
{
	const struct ical_attendee *own = itip_attendee_in(w->arena, item, w->in->user);

	return own && is_one(w, own->delegated_from, &w->sender) &&
	       itip_attendee_in(w->arena, item, &w->sender);
}

/*
 * Says the message itself that its sender may invite to what is not known here yet? Anybody can
 * say so: stored, it would keep the organizer's own messages of that UID away. So it is shown and
 * no more; the organizer's REQUEST comes when the answer of who delegated has reached them.
 */
static bool claims_to_speak(struct itip_work *w)
{
	const struct ical_object *m = w->in->message;

	if (w->in->stored || w->in->method != ITIP_REQUEST)
		return false;
	for (size_t i = 0; i < m->item_count; i++)
		if ((m->items[i].has_organizer &&
		     is_one(w, m->items[i].organizer.sent_by, &w->sender)) ||
		    is_delegator(w, &m->items[i]))
			return true;
	return false;
}

static bool is_same_organizer(struct itip_work *w)
{
	const struct ical_attendee *said = organizer_of(w->in->message);
	const struct ical_attendee *known = organizer_of(w->in->stored);
	struct text address;

	if (!w->in->stored)
		return true;
	if (!known)
		return false;
	address = ical_address(w->arena, known->address);
	return !said || ical_address_is_among(w->arena, said->address, &address, 1);
}

static bool is_own(struct itip_work *w)
{
	const struct ical_attendee *said = organizer_of(w->in->message);

	return said && is_one(w, said->address, w->in->user);
}

/* Sets *done_out where nothing more is to be done. */
static const struct fault *check_organizer(struct itip_work *w, bool *done_out)
{
	const struct fault *f = itip_check_one_organizer(w->arena, w->in->message);

	if (f)
		return f;
	*done_out = true;
	if (!is_same_organizer(w)) {
		if (w->in->method == ITIP_CANCEL || w->in->method == ITIP_DECLINECOUNTER)
			return itip_work_ignore(
				w, "3.8",
				"The UID is known under another organizer, who alone "
				"may cancel it (RFC 5546 §6.1.1).");
		return fault_make(w->arena, FAULT_ORGANIZER_CHANGE, NULL,
				  organizer_of(w->in->stored)
					  ? "The UID is known under another organizer."
					  : "The recipient has an object of their own with that "
					    "UID.");
	}
	if (!w->in->stored && is_own(w))
		return itip_work_ignore(w, "1.2",
					"The recipient is the organizer, who invites others "
					"(RFC 5546 §3.2.2).");
	if (!may_speak(w))
		return claims_to_speak(w)
			       ? itip_work_note(w, "Somebody hands on an invitation of another's, "
						   "which the organizer has to confirm (RFC 5546 "
						   "§6.1.1).")
			       : itip_work_ignore(w, "3.8",
						  "The sender is not the organizer, nor sends for "
						  "them (RFC 5546 §6.1.1).");
	*done_out = false;
	return NULL;
}

const struct fault *itip_process(struct arena *a, const struct itip_incoming *in,
				 struct itip_outcome *out)
{
	struct itip_work w = {.arena = a,
			      .in = in,
			      .out = out,
			      .sender = {.addresses = &in->sender, .count = 1},
			      .steps = RECUR_BUDGET_DEFAULT};
	unsigned role = in->stored ? 1u << itip_role_of(a, in->stored, in->user) : AS_NEW;
	const struct row *row = find_row(in->method, in->message->type, role);
	const struct fault *f;
	bool done = false;

	if (!row || (in->stored && in->stored->type != in->message->type))
		return itip_work_ignore(
			&w, "3.14", "This METHOD is not sent about such an object (RFC 5546 §3).");
	if (in->message->type != COMP_VFREEBUSY && is_from_organizer(in->method) &&
	    ((f = check_organizer(&w, &done)) || done))
		return f;
	if ((f = row->run(&w)))
		return f;
	return arena_check(a);
}
