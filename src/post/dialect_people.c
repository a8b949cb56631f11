/* dialect_people - who is meant: ORGANIZER and ATTENDEE. See dialect.h. */
#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "itip/params.h"
#include "itip/person.h"
#include "post/dialect_priv.h"

static bool is_mail(struct text address)
{
	return text_find_char(address, '@', 0) > 0 && text_find_char(address, '/', 0) < 0 &&
	       text_find_char(address, ':', 0) < 0;
}

/* The same line for another person; its parameters stay. */
static struct text line_for(struct arena *a, const struct ical_line *l, struct text address)
{
	return text_from(arena_printf(a, "%.*s%.*s:mailto:%.*s", TEXT_ARG(l->name),
				      TEXT_ARG(l->params), TEXT_ARG(address)));
}

/* ---- iCloud -------------------------------------------------------------------------------- */

static bool is_person(const struct ical_line *l)
{
	return ical_line_is(l, "ATTENDEE") || ical_line_is(l, "ORGANIZER");
}

static struct text email_of(struct arena *a, const struct ical_line *l)
{
	return ical_address(a, ical_line_param(a, l, "EMAIL"));
}

/* RFC 7986 §6.2: EMAIL says where mail goes, where the value is for the organizer's server. */
bool dialect_mend_paths(struct dialect_work *w)
{
	struct ical_edit *e = ical_edit_begin(w->arena, w->calendar);
	bool is_mended = false;
	struct ical_line l;
	size_t pos = 0;

	while (ical_line_next(w->arena, w->calendar, &pos, &l)) {
		struct text email;

		if (!is_person(&l) || is_mail(ical_address(w->arena, l.value)))
			continue;
		email = email_of(w->arena, &l);
		if (!is_mail(email))
			continue;
		ical_edit_replace_line(e, l.begin, l.end, line_for(w->arena, &l, email));
		is_mended = true;
	}
	w->calendar = ical_edit_apply(e);
	return is_mended;
}

/* Does it speak for the alias: the server that gives them out, or the person whose it is? */
static bool stands_behind(struct dialect_work *w, const struct ical_line *organizer)
{
	return text_ends(w->out->sender, TEXT("@insideicloud.icloud.com")) ||
	       text_equal(email_of(w->arena, organizer), w->out->sender);
}

/* Is it still the same person who stood behind the alias when it was let in? */
static bool was_known(struct dialect_work *w, struct text alias)
{
	const struct ical_object *o = w->in->stored;

	if (!o)
		return true;
	for (size_t i = 0; i < o->item_count; i++) {
		const struct ical_attendee *organizer = &o->items[i].organizer;
		struct ical_line l;
		size_t pos = organizer->begin;

		if (!o->items[i].has_organizer ||
		    !text_equal(ical_address(w->arena, organizer->address), alias) ||
		    !ical_line_next(w->arena, o->raw, &pos, &l))
			continue;
		return stands_behind(w, &l);
	}
	return false;
}

/*
 * An alias is a word of the server that nobody could guess. Its own mail comes from the server; of
 * a person's whose it is the first tells, in EMAIL, and no later one may tell otherwise.
 */
bool dialect_know_alias(struct dialect_work *w)
{
	struct ical_line l;
	struct text alias;
	size_t block = 0;

	if (!dialect_next_component(w, &block) || !dialect_find(w, block, "ORGANIZER", &l))
		return false;
	alias = ical_address(w->arena, l.value);
	if (!text_ends(alias, TEXT("@imip.me.com")) || w->out->sender.len == 0 ||
	    !stands_behind(w, &l) || !was_known(w, alias))
		return false;
	w->out->sender = alias;
	return true;
}

/* ---- whom a token stands for --------------------------------------------------------------- */

/* As the organizer's own copy has it: did who has the token hand this on to them? */
static bool is_delegate(struct dialect_work *w, struct text address)
{
	const struct itip_user token = {.addresses = &w->out->sender, .count = 1};
	const struct itip_user other = {.addresses = &address, .count = 1};
	const struct ical_object *o = w->in->stored;
	bool is_handed_on = false;

	for (size_t i = 0; o && i < o->item_count; i++) {
		const struct ical_attendee *from = itip_attendee_in(w->arena, &o->items[i], &token);
		const struct ical_attendee *to = itip_attendee_in(w->arena, &o->items[i], &other);
		struct ical_line l;
		size_t pos = from ? from->begin : 0;

		if (to && !ical_address_is_among(w->arena, to->delegated_from, &w->out->sender, 1))
			return false;
		if (from && ical_line_next(w->arena, o->raw, &pos, &l))
			is_handed_on |= itip_param_names(w->arena, &l, "DELEGATED-TO", address);
	}
	return is_handed_on;
}

/*
 * Who was handed an invitation on answers to the address that was in it, in their own name (RFC
 * 5546 §3.2.2.3). That they were the message cannot say, as whoever has the token would be anybody
 * then; nor does the token prove who they are.
 */
bool dialect_know_delegate(struct dialect_work *w)
{
	struct text from = ical_address(w->arena, w->in->from);
	struct ical_line l;
	size_t pos = 0;

	if (!w->out->is_by_token || from.len == 0 || !is_delegate(w, from))
		return false;
	while (ical_line_next(w->arena, w->calendar, &pos, &l)) {
		if (!ical_line_is(&l, "ATTENDEE") ||
		    !text_equal(ical_address(w->arena, l.value), from) ||
		    !itip_param_names(w->arena, &l, "DELEGATED-FROM", w->out->sender))
			continue;
		w->out->sender = from;
		w->out->is_delegate = true;
		return true;
	}
	return false;
}

struct attendees {
	struct ical_line own, only;
	size_t count;
	bool has_sender, has_own;
};

static void read_attendees(struct dialect_work *w, size_t block, struct attendees *out)
{
	struct text from = ical_address(w->arena, w->in->from);
	struct ical_walk walk;
	struct ical_line l;

	*out = (struct attendees){.count = 0};
	ical_walk_begin(&walk, w->arena, w->calendar, &w->blocks, block);
	while (ical_walk_line(&walk, &l)) {
		struct text address;

		if (!ical_line_is(&l, "ATTENDEE"))
			continue;
		address = ical_address(w->arena, l.value);
		if (text_equal(address, w->out->sender))
			out->has_sender = true;
		/* Another person, whoever they are. */
		if (itip_param_names(w->arena, &l, "DELEGATED-FROM", w->out->sender))
			continue;
		if (text_equal(address, from)) {
			out->has_own = true;
			out->own = l;
		}
		out->only = l;
		out->count++;
	}
}

/*
 * Who answers to the token's address is the one who was invited by it, under whichever name their
 * program knows them (RFC 6047 §2.2.1 is kept by the token). Of many lines that of the sender.
 */
bool dialect_name_attendee(struct dialect_work *w)
{
	struct ical_edit *e = ical_edit_begin(w->arena, w->calendar);
	bool is_mended = false;
	size_t block = 0;

	while (w->out->is_by_token && dialect_next_component(w, &block)) {
		struct attendees all;
		const struct ical_line *l = NULL;

		read_attendees(w, block, &all);
		if (all.has_own)
			l = &all.own;
		else if (all.count == 1)
			l = &all.only;
		if (all.has_sender || !l)
			continue;
		ical_edit_replace_line(e, l->begin, l->end, line_for(w->arena, l, w->out->sender));
		is_mended = true;
	}
	w->calendar = ical_edit_apply(e);
	return is_mended;
}

/* ---- who is missing ------------------------------------------------------------------------ */

/* ORGANIZER as the calendar has it: the mailed copy may have had an address of its own (route.h).
 */
bool dialect_name_organizer(struct dialect_work *w)
{
	const struct ical_attendee *known = w->in->stored ? itip_organizer_of(w->in->stored) : NULL;
	struct ical_edit *e;
	struct text line;
	bool is_mended = false;
	size_t block = 0;

	if (!known)
		return false;
	line = text_from(arena_printf(w->arena, "ORGANIZER:%.*s", TEXT_ARG(known->address)));
	e = ical_edit_begin(w->arena, w->calendar);
	while (dialect_next_component(w, &block)) {
		struct text address = ical_address(w->arena, known->address);
		struct ical_line l;
		bool has = dialect_find(w, block, "ORGANIZER", &l);

		if (has &&
		    (!w->out->is_by_token || text_equal(ical_address(w->arena, l.value), address)))
			continue;
		ical_edit_set_property(e, &w->blocks, block, "ORGANIZER", line);
		is_mended = true;
	}
	w->calendar = ical_edit_apply(e);
	return is_mended;
}

bool dialect_name_asker(struct dialect_work *w)
{
	struct ical_edit *e = ical_edit_begin(w->arena, w->calendar);
	bool is_mended = false;
	size_t block = 0;

	while (w->out->sender.len > 0 && dialect_next_component(w, &block)) {
		struct ical_line l;

		if (dialect_find(w, block, "ATTENDEE", &l))
			continue;
		ical_edit_insert_line(e, w->blocks.at[block].body,
				      text_from(arena_printf(w->arena, "ATTENDEE:mailto:%.*s",
							     TEXT_ARG(w->out->sender))));
		is_mended = true;
	}
	w->calendar = ical_edit_apply(e);
	return is_mended;
}
