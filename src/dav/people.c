/*
 * people - who is written down as the path of a principal (RFC 6638 §2.4.1)
 *
 * calendar-user-address-set names a principal's own path beside the mail addresses, and some
 * clients write that (interop: Apple Calendar). Nobody else could make anything of it, so what is
 * stored names the same person by mail.
 */
#include "dav/post.h"
#include "ical/edit.h"
#include "ical/line.h"
#include "store/owner.h"

/* Past so many, paths are kept as they came, and are nobody's. */
enum { PEOPLE_MAX = 1000 };

/* TEXT_NONE: it is no path of a principal with a mail address. */
static const struct fault *mail_of(struct dav_request *dr, struct text path, struct text *out)
{
	struct dav_shape shape = dav_shape_of_href(dr->arena, path);
	struct owner *o = NULL;
	const struct fault *f = NULL;

	*out = TEXT_NONE;
	if (shape.kind == DAV_PRINCIPAL && !(f = dav_reader(dr)))
		f = owner_find(dr->db, dr->arena, shape.whose.name, &o);
	if (!f && o)
		*out = o->email;
	return f;
}

static bool is_by_path(const struct ical_line *l)
{
	return (ical_line_is(l, "ORGANIZER") || ical_line_is(l, "ATTENDEE")) &&
	       (text_starts(l->value, TEXT("/")) || text_starts_nocase(l->value, TEXT("http")));
}

const struct fault *dav_name_people(struct dav_request *dr, struct text *calendar)
{
	struct ical_edit *edit = ical_edit_begin(dr->arena, *calendar);
	struct ical_line l;
	struct text mail;
	size_t pos = 0, asked = 0, named = 0;
	const struct fault *f;

	if (text_find(*calendar, TEXT("ORGANIZER")) < 0)
		return NULL;
	while (asked < PEOPLE_MAX && ical_line_next(dr->arena, *calendar, &pos, &l)) {
		if (!is_by_path(&l))
			continue;
		asked++;
		if ((f = mail_of(dr, l.value, &mail)))
			return f;
		if (mail.len == 0)
			continue;
		ical_edit_replace_line(edit, l.begin, l.end,
				       text_from(arena_printf(dr->arena, "%.*s%.*s:mailto:%.*s",
							      TEXT_ARG(l.name), TEXT_ARG(l.params),
							      TEXT_ARG(mail))));
		named++;
	}
	if (named > 0)
		*calendar = ical_edit_apply(edit);
	return NULL;
}
