/*
 * people - who is written down as the path of a principal (RFC 6638 §2.4.1)
 *
 * calendar-user-address-set names a principal's own path beside the mail addresses, and some
 * clients write that (interop: Apple Calendar). Nobody else could make anything of it, so what is
 * stored names the same person by mail, whichever way it comes into a calendar.
 */
#include "calendar/change_priv.h"
#include "ical/edit.h"
#include "ical/line.h"

/* Past so many, paths are kept as they came, and are nobody's. */
enum { PEOPLE_MAX = 1000 };

/* TEXT_NONE: it is no path of a principal with a mail address. */
static const struct fault *mail_of(struct change *c, struct text path, struct text *out)
{
	struct text name = c->cal->principal_of(c->arena, path);
	struct owner *o = NULL;
	struct db *db;
	const struct fault *f = NULL;

	*out = TEXT_NONE;
	if (name.len > 0 && !(f = store_reader(c->cal->store, c->arena, &db)))
		f = owner_find(db, c->arena, name, &o);
	if (!f && o)
		*out = o->email;
	return f;
}

static bool is_by_path(const struct ical_line *l)
{
	return (ical_line_is(l, "ORGANIZER") || ical_line_is(l, "ATTENDEE")) &&
	       (text_starts(l->value, TEXT("/")) || text_starts_nocase(l->value, TEXT("http")));
}

const struct fault *people_name(struct change *c, struct text *calendar)
{
	struct ical_edit *edit;
	struct ical_line l;
	struct text mail;
	size_t pos = 0, asked = 0, named = 0;
	const struct fault *f;

	if (!c->cal->principal_of || text_find(*calendar, TEXT("ORGANIZER")) < 0)
		return NULL;
	edit = ical_edit_begin(c->arena, *calendar);
	while (asked < PEOPLE_MAX && ical_line_next(c->arena, *calendar, &pos, &l)) {
		if (!is_by_path(&l))
			continue;
		asked++;
		if ((f = mail_of(c, l.value, &mail)))
			return f;
		if (mail.len == 0)
			continue;
		ical_edit_replace_line(edit, l.begin, l.end,
				       text_from(arena_printf(c->arena, "%.*s%.*s:mailto:%.*s",
							      TEXT_ARG(l.name), TEXT_ARG(l.params),
							      TEXT_ARG(mail))));
		named++;
	}
	if (named > 0)
		*calendar = ical_edit_apply(edit);
	return NULL;
}
