/* people - who meets whom. See people.h. */
#include "people.h"

#include "base/buf.h"
#include "unit.h"

void people_open(struct people *p, struct store_fixture *x)
{
	town_open(&p->t, x);
	p->bob = house_user(&p->t.h, "bob");
	p->carol = house_user(&p->t.h, "carol");
}

void people_close(struct people *p)
{
	town_close(&p->t);
}

const char *meeting(struct people *p, const char *start, const char *end, const char *who)
{
	return house_event(p->t.a, "m@x", start, end, who);
}

const struct fault *alice_saves(struct people *p, const char *ics)
{
	return house_put(&p->t.h, p->t.alice, "calendar", "m.ics", ics);
}

/* What an owner has of the meeting, unfolded; NULL: nothing. */
struct stored_object *copy_of(struct people *p, int64_t owner)
{
	struct stored_object *o = NULL, *whole = NULL;

	CHECK_WELL("look", object_find_uid_anywhere(p->t.h.db, p->t.a, owner, TEXT("m@x"), 0, &o));
	if (o)
		CHECK_WELL("read", object_get(p->t.h.db, p->t.a, owner, o->id, &whole));
	return whole;
}

static struct text unfolded(struct arena *a, struct text t)
{
	struct buf b;

	buf_init(&b, a, t.len + 1, 1 << 22);
	for (size_t i = 0; i < t.len; i++)
		if (i + 2 < t.len && t.at[i] == '\r' && t.at[i + 1] == '\n' &&
		    (t.at[i + 2] == ' ' || t.at[i + 2] == '\t'))
			i += 2;
		else
			buf_put_char(&b, t.at[i]);
	return buf_text(&b);
}

/* Does a line of theirs begin with one word, end with another, and hold a third? */
bool says(struct people *p, int64_t owner, const char *begins, const char *holds, const char *ends)
{
	const struct stored_object *o = copy_of(p, owner);
	struct text rest, line;

	if (!o)
		return false;
	rest = unfolded(p->t.a, o->data);
	while (text_next(&rest, '\n', &line)) {
		line = text_trim(line);
		if (text_starts(line, text_from(begins)) && text_ends(line, text_from(ends)) &&
		    text_find(line, text_from(holds)) >= 0)
			return true;
	}
	return false;
}

bool has_answered(struct people *p, int64_t owner, const char *who, const char *partstat)
{
	return says(p, owner, "ATTENDEE", arena_printf(p->t.a, "PARTSTAT=%s", partstat),
		    arena_printf(p->t.a, ":mailto:%s@example.org", who));
}

/* Messages with this METHOD in an inbox. */
int64_t in_inbox(struct people *p, int64_t owner, const char *method)
{
	struct stored_object *at;
	size_t count;
	int64_t n = 0;

	CHECK_WELL("inbox",
		   object_page(p->t.h.db, p->t.a, owner, house_calendar(&p->t.h, owner, "inbox"),
			       TEXT(""), 1000, true, &at, &count));
	for (size_t i = 0; i < count; i++)
		n += text_find(at[i].data,
			       text_from(arena_printf(p->t.a, "METHOD:%s\r\n", method))) >= 0;
	return n;
}

/* An attendee answers in their copy. */
const struct fault *answers(struct people *p, int64_t owner, const char *who, const char *partstat)
{
	const struct stored_object *o = copy_of(p, owner);
	struct text rest = unfolded(p->t.a, o->data), line;
	struct change_put put = {.owner = owner,
				 .collection = o->collection,
				 .name = o->name,
				 .source = ICAL_FROM_CLIENT};
	struct buf b;

	buf_init(&b, p->t.a, 1024, 1 << 20);
	while (text_next(&rest, '\n', &line)) {
		line = text_trim(line);
		if (text_starts(line, TEXT("ATTENDEE")) &&
		    text_ends(line, text_from(arena_printf(p->t.a, ":mailto:%s@example.org", who))))
			buf_printf(&b, "ATTENDEE;PARTSTAT=%s:mailto:%s@example.org\r\n", partstat,
				   who);
		else if (line.len > 0)
			buf_printf(&b, "%.*s\r\n", TEXT_ARG(line));
	}
	put.raw = buf_text(&b);
	return run_put(&p->t, &put);
}

int64_t jobs_to(struct people *p, const char *method, const char *to)
{
	return count_of(&p->t, arena_printf(p->t.a,
					    "SELECT count(*) FROM job WHERE kind = 'imip' AND"
					    " name LIKE '%%/%s/%s'",
					    method, to));
}
