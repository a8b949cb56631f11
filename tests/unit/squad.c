/* squad - see squad.h */
#include "squad.h"

#include "base/buf.h"
#include "unit.h"

const char *const squad_names[HOSTS_MAX] = {"anna", "ben",  "cleo", "dan",
					    "eva",  "fred", "gina", "hal"};

static int64_t add_team(struct squad *s)
{
	struct change_owner o = {
		.owner = {.kind = OWNER_TEAM,
			  .name = TEXT("team"),
			  .display_name = TEXT("The Team"),
			  .email = TEXT("team@example.org"),
			  .timezone = TEXT("Europe/Berlin")},
		.schedule = {.id = TEXT("default"),
			     .name = TEXT("Hours"),
			     .timezone = TEXT("Europe/Berlin"),
			     .rules = booking_team_schedule(),
			     .version = 1},
	};
	struct change *c = change_open(&s->h.calendar, s->a, CHANGE_CLIENT, HOUSE_NOW);

	CHECK_WELL("a team", change_add_owner(c, &o));
	CHECK_WELL("a team", change_run(c));
	return o.id;
}

void squad_open(struct squad *s, struct store_fixture *x, int count)
{
	house_open(&s->h, x);
	s->a = s->h.arena;
	s->team = add_team(s);
	for (int i = 0; i < count; i++)
		s->hosts[i] = house_user(&s->h, squad_names[i]);
}

void squad_close(struct squad *s)
{
	CHECK_TEXT("the auditor finds nothing", house_findings(&s->h, s->a), TEXT(""));
	house_close(&s->h);
}

int64_t squad_count(struct squad *s, const char *query)
{
	struct sql *sql = arena_alloc(s->a, sizeof(*sql));

	sql->text = query;
	return store_fixture_int(s->h.x, sql);
}

const struct host *squad_host(struct squad *s, int64_t owner)
{
	const struct host *host = NULL;

	CHECK_WELL("host", host_get(&s->h.desk, s->h.db, s->a, owner, &host));
	return host;
}

const struct booking_type *squad_type(const struct host *host, const char *slug)
{
	const struct booking_type *t = host_type_by_slug(host, text_from(slug));

	CHECK_TRUE(slug, t != NULL);
	return t;
}

/* The starts that are open, as bits of the hours or half hours from `from` on. */
struct slot *squad_list(struct squad *s, int64_t owner, const char *slug, int64_t from, int64_t to,
			size_t *count)
{
	const struct host *host = squad_host(s, owner);
	struct slot *slots = NULL;
	const struct slot_ask ask = {
		.host = host,
		.type = squad_type(host, slug),
		.duration_min = 60,
		.from = from,
		.to = to,
		.now = HOUSE_NOW,
	};

	CHECK_WELL("list", slots_list(&s->h.desk, s->h.db, s->a, &ask, &slots, count));
	return slots;
}

bool squad_is_open(struct squad *s, int64_t owner, const char *slug, int64_t start)
{
	size_t count = 0;

	(void)squad_list(s, owner, slug, start, start + 1, &count);
	return count == 1;
}

/* By rows, as inside a transaction. */
struct slot_why squad_explain(struct squad *s, const char *slug, int64_t start)
{
	const struct host *host = squad_host(s, s->team);
	const struct slot_ask ask = {
		.host = host,
		.type = squad_type(host, slug),
		.duration_min = 60,
		.from = start,
		.to = start + 1,
		.now = HOUSE_NOW,
	};
	struct slot_question q;

	CHECK_WELL("load", slot_question_load_stored(s->h.db, s->a, &ask, &q));
	return slot_explain(&q, start);
}

const struct fault *squad_prepare(struct squad *s, int64_t owner, const char *slug, int64_t start,
				  const char *email, struct change **c, struct book_outcome *out)
{
	const struct host *host = squad_host(s, owner);
	const struct book_request rq = {
		.host = host,
		.type = squad_type(host, slug),
		.start = start,
		.invitee_name = TEXT("Somebody"),
		.invitee_email = text_from(email),
		.now = HOUSE_NOW,
	};

	return book_prepare(&s->h.desk, s->h.db, s->a, &rq, c, out);
}

const struct fault *squad_book(struct squad *s, int64_t owner, const char *slug, int64_t start,
			       struct booking *b)
{
	struct book_outcome out;
	struct change *c;
	const struct fault *f = squad_prepare(s, owner, slug, start, "bob@example.com", &c, &out);

	*b = out.booking;
	return f ? f : change_run(c);
}

struct booking squad_booked(struct squad *s, const char *slug, int64_t start)
{
	struct booking b;

	CHECK_WELL("book", squad_book(s, s->team, slug, start, &b));
	return b;
}

const struct fault *squad_cancel(struct squad *s, const struct booking *b)
{
	const struct book_by by = {.who = BOOKING_BY_INVITEE, .now = HOUSE_NOW + 60};
	struct booking after;
	struct change *c;
	const struct fault *f = book_prepare_cancel(&s->h.desk, s->h.db, s->a, b, &by, &c, &after);

	return f || !c ? f : change_run(c);
}

/* Which of the hosts has a booking: its place among them, or -1. */
int squad_host_at(struct squad *s, const struct booking *b)
{
	struct booking_host *hosts = NULL;
	size_t count = 0;

	CHECK_WELL("hosts", booking_hosts(s->h.db, s->a, b->owner, b->id, &hosts, &count));
	CHECK_INT("one host", count, 1);
	for (int i = 0; count == 1 && i < HOSTS_MAX; i++)
		if (s->hosts[i] == hosts[0].host)
			return i;
	return -1;
}

void squad_busy(struct squad *s, int host, const char *uid, int64_t start, int64_t end)
{
	char *times[2];
	struct buf b;

	for (int i = 0; i < 2; i++) {
		buf_init(&b, s->a, 32, 64);
		time_put_utc(&b, i == 0 ? start : end);
		times[i] = text_cstr(s->a, buf_text(&b));
	}
	CHECK_WELL("event",
		   house_put(&s->h, s->hosts[host], "calendar", arena_printf(s->a, "%s.ics", uid),
			     house_event(s->a, uid, times[0], times[1], "")));
}

struct text squad_event_of(struct squad *s, int64_t owner, const struct booking *b)
{
	struct stored_object *o = NULL;
	struct booking at = *b;

	at.owner = owner;
	CHECK_WELL("event", booking_event_find(s->h.db, s->a, &at, &o));
	return o ? o->data : TEXT_NONE;
}

/* Is it accepted there by the host? Lines may be folded. */
bool squad_event_has(struct squad *s, struct text ics, const char *words)
{
	struct buf b;

	buf_init(&b, s->a, ics.len + 1, ics.len + 1);
	for (size_t i = 0; i < ics.len; i++)
		if (ics.at[i] == '\r' || ics.at[i] == '\n') {
			if (i + 1 < ics.len && ics.at[i] == '\n' && ics.at[i + 1] == ' ')
				i++;
			else if (ics.at[i] == '\n')
				buf_put_char(&b, '\n');
		} else {
			buf_put_char(&b, ics.at[i]);
		}
	return text_find(buf_text(&b), text_from(words)) >= 0;
}
