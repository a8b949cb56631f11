/* conference - see conference.h */
#include "booking/conference.h"

#include "base/arena.h"
#include "base/buf.h"
#include "booking/book_priv.h"
#include "ical/edit.h"
#include "ical/line.h"
#include "store/outside.h"

enum { LINK_MAX_BYTES = 2000 };

static const struct {
	enum booking_place place;
	enum provider_kind provider;
	const char *refusal;
} makers[] = {
	{PLACE_GOOGLE_MEET, PROVIDER_GOOGLE,
	 "can be google_meet once a Google calendar is connected that takes bookings"},
	{PLACE_TEAMS, PROVIDER_OUTLOOK,
	 "can be teams once an Outlook calendar is connected that takes bookings"},
};

/* Does this provider make what the type says? */
static bool conference_is_of(enum booking_place place, enum provider_kind provider)
{
	for (size_t i = 0; i < ARRAY_LEN(makers); i++)
		if (makers[i].place == place)
			return makers[i].provider == provider;
	return false;
}

static const struct fault *makes_it(struct db *db, struct arena *a, enum booking_place place,
				    int64_t host, bool *out)
{
	struct outside_calendar *taking;
	struct connection *c = NULL;
	const struct fault *f = outside_calendar_taking(db, a, host, &taking);

	if (!f && taking)
		f = connection_get(db, a, host, taking->connection, &c);
	*out = c && conference_is_of(place, c->provider);
	return f;
}

const struct fault *conference_maker(struct db *db, struct arena *a, enum booking_place place,
				     const int64_t *hosts, size_t count, int64_t *out)
{
	const struct fault *f = NULL;
	bool makes = false;

	*out = 0;
	if (place != PLACE_GOOGLE_MEET && place != PLACE_TEAMS)
		return NULL;
	for (size_t i = 0; !f && i < count && *out == 0; i++) {
		f = makes_it(db, a, place, hosts[i], &makes);
		if (makes)
			*out = hosts[i];
	}
	return f;
}

const struct fault *conference_check(struct db *db, struct arena *a, int64_t owner,
				     const struct booking_type *type)
{
	int64_t maker = 0;
	const struct fault *f;

	if (type->team.mode != TEAM_NONE)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(makers); i++) {
		if (makers[i].place != type->location.kind)
			continue;
		f = conference_maker(db, a, type->location.kind, &owner, 1, &maker);
		if (f || maker != 0)
			return f;
		return fault_make(a, FAULT_UNPROCESSABLE, "location", "location %s.",
				  makers[i].refusal);
	}
	return NULL;
}

/* *wants_out: it has no link yet, and its type says that one is made; *maker_out 0: by nobody. */
static const struct fault *find_maker(struct booking_desk *desk, struct db *db, struct arena *a,
				      const struct booking *b, bool *wants_out, int64_t *maker_out)
{
	const struct booking_type *type = NULL;
	const struct host *host = NULL;
	struct booking_host *holders;
	int64_t *hosts;
	size_t count;
	const struct fault *f = NULL;

	*wants_out = false;
	*maker_out = 0;
	if (b->join_url.len == 0 && !b->received)
		f = host_get(desk, db, a, b->owner, &host);
	if (!f && host)
		type = host_type_by_id(host, b->type);
	if (!type)
		return f;
	*wants_out = type->location.kind == PLACE_GOOGLE_MEET || type->location.kind == PLACE_TEAMS;
	if (!*wants_out)
		return NULL;
	f = booking_holders(db, a, b, &holders, &count);
	if (f)
		return f;
	hosts = arena_alloc_array(a, count, sizeof(*hosts));
	for (size_t i = 0; i < count; i++)
		hosts[i] = holders[i].host;
	return conference_maker(db, a, type->location.kind, hosts, count, maker_out);
}

const struct fault *conference_wait(struct booking_desk *desk, struct db *db, struct arena *a,
				    const struct booking *b, int64_t *out)
{
	int64_t maker;
	bool wants;
	const struct fault *f = find_maker(desk, db, a, b, &wants, &maker);

	*out = maker != 0 ? CONFERENCE_WAIT_S : 0;
	return f;
}

const struct fault *conference_is_missing(struct booking_desk *desk, struct db *db, struct arena *a,
					  const struct booking *b, bool *out)
{
	int64_t maker = 0;
	bool wants = false;
	const struct fault *f = NULL;

	if (booking_stands(b))
		f = find_maker(desk, db, a, b, &wants, &maker);
	*out = !f && wants && maker == 0;
	return f;
}

/* ---- where a booking is ---------------------------------------------------------------------- */

/* An address of its own for each booking, which nobody can guess. */
static struct text conference_url(struct arena *a, struct text pattern)
{
	ptrdiff_t at = text_find(pattern, TEXT("{id}"));
	struct text id = secret_token(a, 12);

	if (at < 0)
		return pattern;
	return text_from(arena_printf(a, "%.*s%.*s%.*s", (int)at, pattern.at, TEXT_ARG(id),
				      TEXT_ARG(text_sub(pattern, (size_t)at + 4, pattern.len))));
}

void book_set_place(struct arena *a, const struct booking_location *l, struct booking *b)
{
	switch (l->kind) {
	case PLACE_CONFERENCE: b->join_url = conference_url(a, l->value); break;
	case PLACE_LINK: b->join_url = l->value; break;
	/* Of a conference that a provider makes there is nothing yet (conference.h). */
	default: b->location = l->value;
	}
	if (b->join_url.len > 0)
		b->location = b->join_url;
}

/* ---- it has come ----------------------------------------------------------------------------- */

/* What goes into mail and pages as it came: an address, and nothing else. */
static bool is_link(struct text url)
{
	for (size_t i = 0; i < url.len; i++)
		if (url.at[i] <= ' ' || url.at[i] >= 0x7f || url.at[i] == '"' || url.at[i] == '<' ||
		    url.at[i] == '>')
			return false;
	return url.len <= LINK_MAX_BYTES && text_starts(url, TEXT("https://"));
}

/* SEQUENCE stays, as it takes place when it did (RFC 5546 §2.1.4). */
static struct text event_with(struct arena *a, const struct ical_object *o, struct text url,
			      const struct booking *b)
{
	struct ical_edit *e = ical_edit_begin(a, o->raw);
	size_t block = o->items[0].block;
	struct booking stamped = *b;
	struct buf line;

	buf_init(&line, a, 256, 4 * LINK_MAX_BYTES);
	buf_put_lit(&line, "LOCATION:");
	ical_put_text(&line, url);
	ical_edit_set_property(e, &o->blocks, block, "LOCATION", buf_text(&line));
	ical_edit_set_property(
		e, &o->blocks, block, "CONFERENCE",
		text_from(arena_printf(a, "CONFERENCE;VALUE=URI:%.*s", TEXT_ARG(url))));
	stamped.sequence = o->items[0].sequence;
	book_stamp_event(e, a, o, &stamped);
	return ical_edit_apply(e);
}

const struct fault *conference_prepare(struct booking_desk *desk, struct db *db, struct arena *a,
				       const struct booking *b, struct text url, int64_t now,
				       struct change **change_out)
{
	struct stored_object *event = NULL;
	const struct ical_object *o;
	struct booking after = *b;
	struct change *c;
	const struct fault *f = NULL;

	*change_out = NULL;
	if (b->join_url.len > 0 || !booking_stands(b) || !is_link(url))
		return NULL;
	f = booking_event_find(db, a, b, &event);
	if (f)
		return f;
	c = change_open(desk->calendar, a, CHANGE_BOOKING, now);
	o = booking_event_read(a, event);
	after.modified = now;
	f = change_set_join_url(c, b, url);
	if (!f && o)
		f = book_replace_event(c, a, event, event_with(a, o, url, &after));
	*change_out = f ? NULL : c;
	return f;
}
