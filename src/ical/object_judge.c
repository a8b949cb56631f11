/*
 * object_judge - libical's verdict, as a second reader
 *
 * libical is shown a copy that holds only the structure and the values whose
 * form RFC 5545 fixes (dates, durations, periods, numbers, offsets), because
 * its known faults lie elsewhere: it makes errors of valid properties of later
 * RFCs, of empty text and of Android's durations, cuts lists at 500 values,
 * and a megabyte of junk lines becomes fifteen of error text. Rules are our
 * own business (recur.h). What was read leniently is not shown either. A
 * value error it still finds means that our own reading let something through;
 * fuzzing has found none so far. Since it costs more than all our own reading
 * (13 of 22 µs for an event of 900 bytes), it is asked when something comes in
 * from a client or as a message, not for imports and what is stored already.
 */
#include <libical/ical.h>

#include "base/arena.h"
#include "ical/object_priv.h"

static bool is_asked(const struct reader *r)
{
	return r->source == ICAL_FROM_CLIENT || r->source == ICAL_FROM_MESSAGE;
}

void object_judge_line(struct reader *r, const struct ical_line *l)
{
	struct buf *b = &r->judge;
	struct text type = TEXT_NONE;

	if (!is_asked(r))
		return;
	if (l->params.len > 0)
		type = ical_line_param(r->arena, l, "VALUE");
	buf_put_text(b, l->name);
	if (type.len > 0) {
		buf_put_lit(b, ";VALUE=");
		buf_put_text(b, type);
	}
	buf_put_char(b, ':');
	buf_put_text(b, l->value);
	buf_put_lit(b, "\r\n");
}

static void release(void *component)
{
	icalcomponent_free(component);
}

/* The text of the first value error in the tree, or NULL. */
static const char *find_error(icalcomponent *c)
{
	const char *found = NULL;

	for (icalproperty *p = icalcomponent_get_first_property(c, ICAL_XLICERROR_PROPERTY);
	     p && !found; p = icalcomponent_get_next_property(c, ICAL_XLICERROR_PROPERTY)) {
		icalparameter *type =
			icalproperty_get_first_parameter(p, ICAL_XLICERRORTYPE_PARAMETER);

		if (type &&
		    icalparameter_get_xlicerrortype(type) == ICAL_XLICERRORTYPE_VALUEPARSEERROR)
			found = icalproperty_get_xlicerror(p);
	}
	/* The guards bound the depth, so recursion is fine. */
	for (icalcomponent *child = icalcomponent_get_first_component(c, ICAL_ANY_COMPONENT);
	     child && !found; child = icalcomponent_get_next_component(c, ICAL_ANY_COMPONENT))
		found = find_error(child);
	return found;
}

const struct fault *object_judge(struct reader *r)
{
	icalcomponent *root;
	const char *error;

	if (!is_asked(r))
		return NULL;
	buf_put_lit(&r->judge, "END:VCALENDAR\r\n");
	if (r->judge.overflow)
		return fault_make(r->arena, FAULT_OBJECT_TOO_LARGE, NULL,
				  "The calendar data is too large.");
	root = icalparser_parse_string(r->judge.at);
	if (!root)
		return fault_make(r->arena, FAULT_BAD_DATA, NULL,
				  "The calendar data cannot be parsed.");
	arena_defer(r->arena, release, root);
	error = find_error(root);
	if (error)
		return fault_make(r->arena, FAULT_BAD_DATA, NULL, "%.200s", error);
	return NULL;
}
