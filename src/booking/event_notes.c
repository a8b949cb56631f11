/*
 * event_notes - what invitees answered, in the host's own event; see event.h
 *
 * As lines of DESCRIPTION, which every calendar app shows. They are the host's alone: of what an
 * invitee is sent the DESCRIPTION is left out where anybody has answered, as its host may have
 * changed the words, and nobody has confirmed the address that it goes to (decisions 25).
 */
#include "booking/event.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/edit.h"
#include "ical/line.h"
#include "ical/object.h"
#include "json/read.h"

enum { NOTES_MAX_BYTES = 128 * 1024 };

/* ---- the words --------------------------------------------------------------------------------
 */

struct notes {
	struct buf out;
	const struct booking_type
		*type;	 /* NULL: it is gone, and so are the words of its questions */
	struct text who; /* of several; empty: there is one */
};

static struct text question_of(const struct notes *n, struct text key)
{
	for (size_t i = 0; n->type && i < n->type->question_count; i++)
		if (text_equal(n->type->questions[i].id, key))
			return n->type->questions[i].text;
	return key;
}

static void put_value(struct buf *b, const struct json *value)
{
	struct text t;
	int64_t n;
	double real;
	bool yes;

	if (json_text(value, &t))
		buf_put_text(b, text_trim(t));
	else if (json_int(value, &n))
		buf_put_int(b, n);
	else if (json_number(value, &real))
		buf_printf(b, "%.15g", real);
	else if (json_bool(value, &yes))
		buf_put_str(b, yes ? "yes" : "no");
}

/* "Topic? Tea", "Size: 41", and of several invitees "Ivy: Topic? Tea". */
static bool put_note(struct text key, const struct json *value, void *ctx)
{
	struct notes *n = ctx;
	struct text asked = question_of(n, key);

	if (n->out.len > 0)
		buf_put_char(&n->out, '\n');
	if (n->who.len > 0) {
		buf_put_text(&n->out, n->who);
		buf_put_lit(&n->out, ": ");
	}
	buf_put_text(&n->out, asked);
	if (asked.len == 0 || !strchr("?:.!", asked.at[asked.len - 1]))
		buf_put_char(&n->out, ':');
	buf_put_char(&n->out, ' ');
	put_value(&n->out, value);
	return true;
}

struct text booking_event_notes(struct arena *a, const struct booking_type *type,
				const struct booking *b)
{
	struct notes n = {.type = type};
	const struct json *answers;

	if (type && type->seats > 1)
		n.who = b->invitee_name;
	if (!booking_has_answers(b) || json_parse(a, b->answers, JSON_BODY_MAX, &answers))
		return TEXT_NONE;
	buf_init(&n.out, a, 256, NOTES_MAX_BYTES);
	json_for_each(answers, put_note, &n);
	return n.out.overflow ? TEXT_NONE : buf_text(&n.out);
}

bool booking_has_answers(const struct booking *b)
{
	return b->answers.len > 0 && !text_equal(b->answers, TEXT("{}"));
}

/* ---- in an event ------------------------------------------------------------------------------
 */

static void set_description(struct ical_edit *e, struct arena *a, const struct ical_object *o,
			    struct text words)
{
	struct buf line;

	if (words.len == 0) {
		ical_edit_remove_property(e, &o->blocks, o->items[0].block, "DESCRIPTION");
		return;
	}
	buf_init(&line, a, 256, 4 * NOTES_MAX_BYTES);
	buf_put_lit(&line, "DESCRIPTION:");
	ical_put_text(&line, words);
	if (!line.overflow)
		ical_edit_set_property(e, &o->blocks, o->items[0].block, "DESCRIPTION",
				       buf_text(&line));
}

void booking_event_note(struct ical_edit *e, struct arena *a, const struct ical_object *o,
			struct text notes)
{
	struct text has = ical_text_unescape(a, o->items[0].description);

	if (notes.len == 0)
		return;
	if (has.len > 0)
		notes = text_from(arena_printf(a, "%.*s\n%.*s", TEXT_ARG(has), TEXT_ARG(notes)));
	set_description(e, a, o, notes);
}

/* What the host has made of them stays. */
void booking_event_forget(struct ical_edit *e, struct arena *a, const struct ical_object *o,
			  struct text notes)
{
	struct text has = ical_text_unescape(a, o->items[0].description);
	ptrdiff_t at = notes.len > 0 ? text_find(has, notes) : -1;
	struct text before, after;

	if (at < 0)
		return;
	before = text_trim(text_sub(has, 0, (size_t)at));
	after = text_trim(text_sub(has, (size_t)at + notes.len, has.len));
	set_description(e, a, o,
			text_from(arena_printf(a, "%.*s%s%.*s", TEXT_ARG(before),
					       before.len > 0 && after.len > 0 ? "\n" : "",
					       TEXT_ARG(after))));
}

void booking_event_hide(struct ical_edit *e, const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++)
		ical_edit_remove_property(e, &o->blocks, o->items[i].block, "DESCRIPTION");
}
