/* abroad - see abroad.h */
#include "abroad.h"

#include "base/buf.h"
#include "freebusy/collect.h"
#include "unit.h"

struct change *abroad_change(struct abroad *w)
{
	return change_open(&w->t.h.calendar, w->t.a, CHANGE_PROVIDER, HOUSE_NOW);
}

struct change_connection abroad_connection(struct abroad *w, bool is_new,
					   struct outside_calendar *calendars, size_t count)
{
	w->connection = (struct connection){
		.owner = w->t.alice,
		.id = ACCOUNT,
		.provider = PROVIDER_OUTLOOK,
		.account = TEXT("alice@work.example"),
		.subject = TEXT("subject"),
		.url = TEXT(""),
		.timezone = TEXT("America/New_York"),
		.secret = TEXT("sealed"),
		.last_error = TEXT(""),
		.created = HOUSE_NOW,
	};
	return (struct change_connection){w->connection, is_new, calendars, count};
}

struct outside_calendar abroad_calendar(const char *remote, bool counts)
{
	return (struct outside_calendar){
		.remote = text_from(remote),
		.title = TEXT("Work"),
		.timezone = TEXT(""),
		.counts = counts,
		.due_at = HOUSE_NOW,
	};
}

const struct fault *abroad_connect(struct abroad *w, struct change_connection *x)
{
	struct change *c = abroad_change(w);
	const struct fault *f = change_connect(c, x);

	return f ? f : change_run(c);
}

struct outside_calendar *abroad_row(struct abroad *w)
{
	struct outside_calendar *c = NULL;

	CHECK_WELL("row", outside_calendar_get(w->t.h.db, w->t.a, w->t.alice, w->calendar, &c));
	return c;
}

static const struct fault *take_one(struct db *db, struct arena *a, void *ctx)
{
	struct abroad *w = ctx;
	struct outside_calendar *c;

	return outside_calendar_take_one(db, a, w->t.alice, w->calendar, HOUSE_NOW,
					 HOUSE_NOW + HOUR, &c);
}

struct change_outside abroad_reading(struct abroad *w)
{
	struct change_outside o = {.ends = true};

	CHECK_WELL("take", store_fixture_tx(w->t.h.x, take_one, w));
	o.calendar = *abroad_row(w);
	o.calendar.synced_at = HOUSE_NOW;
	o.calendar.due_at = HOUSE_NOW + 600;
	return o;
}

void abroad_open(struct abroad *w, struct store_fixture *x)
{
	struct outside_calendar calendar = abroad_calendar("work", true);
	struct change_connection with;

	*w = (struct abroad){.calendar = 0};
	town_open(&w->t, x);
	with = abroad_connection(w, true, &calendar, 1);
	CHECK_WELL("connect", abroad_connect(w, &with));
	w->calendar = calendar.id;
}

struct change_put abroad_put(struct abroad *w, const char *uid, const char *start, const char *end,
			     const char *more)
{
	return (struct change_put){
		.owner = w->t.alice,
		.collection = w->calendar,
		.name = text_from(arena_printf(w->t.a, "%s.ics", uid)),
		.raw = text_from(house_event(w->t.a, uid, start, end, more)),
		.source = ICAL_FROM_STORE,
	};
}

struct outside_event abroad_event(struct abroad *w, const char *remote)
{
	return (struct outside_event){w->t.alice,	 w->calendar,
				      text_from(remote), text_from(remote),
				      OUTSIDE_SINGLE,	 TEXT(""),
				      TEXT("lines"),	 1};
}

const struct fault *abroad_bring(struct abroad *w, const char *uid, const char *start,
				 const char *end, const char *more)
{
	struct change_put put = abroad_put(w, uid, start, end, more);
	struct outside_event e = abroad_event(w, uid);
	struct change_outside o = abroad_reading(w);
	struct change *c = abroad_change(w);
	const struct fault *f = change_put(c, &put);

	o.put = &e;
	o.put_count = 1;
	if (!f)
		f = change_outside(c, &o);
	return f ? f : change_run(c);
}

int64_t abroad_version(struct abroad *w)
{
	struct owner_version v;

	CHECK_WELL("version", owner_version(w->t.h.db, w->t.a, w->t.alice, &v));
	return v.version;
}

int64_t abroad_outside_at(struct abroad *w)
{
	struct owner_version v;

	CHECK_WELL("version", owner_version(w->t.h.db, w->t.a, w->t.alice, &v));
	return v.outside_at;
}

bool abroad_is_trusted(struct abroad *w)
{
	struct owner_version v;

	CHECK_WELL("version", owner_version(w->t.h.db, w->t.a, w->t.alice, &v));
	return v.outside_trust;
}

const char *abroad_busy(struct abroad *w)
{
	struct timeline *t = timeline_create(w->t.a, MONDAY_8 - 8 * HOUR, MONDAY_8 + 16 * HOUR);
	const struct busy_period *p;
	struct owner *alice;
	struct buf b;
	size_t count;

	CHECK_WELL("owner", owner_get(w->t.h.db, w->t.a, w->t.alice, &alice));
	CHECK_WELL("collect", freebusy_collect_owner(w->t.h.db, w->t.a, alice, MONDAY_8 - 8 * HOUR,
						     MONDAY_8 + 16 * HOUR, t));
	p = timeline_periods(t, &count);
	buf_init(&b, w->t.a, 64, 1024);
	for (size_t i = 0; i < count; i++)
		buf_printf(&b, "%s%lld-%lld", i ? " " : "",
			   (long long)(p[i].start - MONDAY_8 + 8 * HOUR) / HOUR,
			   (long long)(p[i].end - MONDAY_8 + 8 * HOUR) / HOUR);
	return b.len > 0 ? b.at : "";
}
