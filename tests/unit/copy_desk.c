/* copy_desk - see copy_desk.h */
#include "copy_desk.h"

#include "booking/book.h"
#include "calendar/change_outside.h"
#include "federation/copy.h"
#include "unit.h"

struct copy_desk_there there;

/* ---- the provider ------------------------------------------------------------------------------
 */

static struct thing *find_thing(int64_t calendar, struct text remote)
{
	for (size_t i = 0; i < there.count; i++)
		if (there.at[i].calendar == calendar && text_equal(there.at[i].remote, remote))
			return &there.at[i];
	return NULL;
}

struct text etag_of(struct arena *a, const struct thing *t)
{
	return text_from(arena_printf(a, "e%d", t->version));
}

static enum call_end answer(struct visit *v, enum call_end end)
{
	if (!there.loses_answers)
		return end;
	v->why = TEXT("No answer.");
	v->retry_at = v->now + 7;
	return CALL_LATER;
}

static void pass_time(void)
{
	if (there.meanwhile)
		there.meanwhile();
}

static enum call_end fake_put(struct visit *v, const struct outside_calendar *c,
			      struct remote_copy *copy)
{
	struct text id =
		copy->remote.len > 0
			? copy->remote
			: text_from(arena_printf(v->arena, "id-%.*s", TEXT_ARG(copy->mark)));
	struct thing *t = find_thing(c->id, id);

	if (there.is_away) {
		v->retry_at = v->now + 60;
		return CALL_LATER;
	}
	there.puts++;
	if (there.refuses)
		return CALL_REFUSED;
	if (there.ends_with) {
		v->why = TEXT("It has had enough.");
		v->retry_at = v->now + 3600;
		return there.ends_with;
	}
	if (there.conflicts) {
		copy->remote_out = text_from(there.conflict);
		return CALL_EXISTS;
	}
	copy->remote_out = id;
	if (copy->remote.len == 0 && t)
		return answer(v, CALL_EXISTS);
	if (copy->remote.len > 0 && (!t || t->is_gone))
		return answer(v, CALL_NOT_FOUND);
	if (t && !text_equal(copy->etag, etag_of(v->arena, t)))
		return answer(v, CALL_CHANGED);
	if (!t)
		t = &there.at[there.count++];
	*t = (struct thing){
		.calendar = c->id,
		.remote = id,
		.mark = copy->mark,
		.title = copy->title,
		.description = copy->description,
		.rule = copy->rule,
		.start = copy->start,
		.end = copy->end,
		.version = t->version + 1,
		.is_tentative = copy->is_tentative,
	};
	pass_time();
	copy->etag_out = etag_of(v->arena, t);
	copy->link_out = copy->wants_link ? there.link : TEXT_NONE;
	return answer(v, CALL_OK);
}

static enum call_end fake_remove(struct visit *v, const struct outside_calendar *c,
				 const struct remote_copy *copy)
{
	struct text id =
		copy->remote.len > 0
			? copy->remote
			: text_from(arena_printf(v->arena, "id-%.*s", TEXT_ARG(copy->mark)));
	struct thing *t = find_thing(c->id, id);

	there.removals++;
	if (t && there.removal_ends != CALL_LATER)
		t->is_gone = true;
	return answer(v, there.removal_ends);
}

struct remote_event event_of(struct arena *a, const struct thing *t)
{
	return (struct remote_event){
		.remote = t->remote,
		.series = t->remote,
		.is_gone = t->is_gone,
		.etag = etag_of(a, t),
		.mark = t->mark,
		.start = t->start,
		.end = t->end,
		.link = there.link,
	};
}

static enum call_end fake_get(struct visit *v, const struct outside_calendar *c, struct text remote,
			      struct remote_event *out)
{
	struct thing *t = find_thing(c->id, remote);

	there.looks++;
	pass_time();
	if (!t || there.has_no_calendar || (there.hides > 0 && there.hides-- > 0))
		return CALL_NOT_FOUND;
	*out = event_of(v->arena, t);
	if (there.weakens)
		out->etag = text_from(arena_printf(v->arena, "W/%.*s", TEXT_ARG(out->etag)));
	return CALL_OK;
}

static enum call_end fake_calendars(struct visit *v, struct remote_calendar **out,
				    size_t *count_out)
{
	*out = arena_alloc_array(v->arena, 2, sizeof(**out));
	(*out)[0].remote = TEXT("one");
	(*out)[1].remote = TEXT("two");
	*count_out = there.has_no_calendar ? 0 : 2;
	return CALL_OK;
}

static const struct provider fake = {
	.calendars = fake_calendars, .put = fake_put, .remove = fake_remove, .get = fake_get};

const struct provider *desk_provider(void)
{
	return &fake;
}

/* ---- a host with an account --------------------------------------------------------------------
 */

void connect_account(struct desk *d)
{
	struct change_connection x = {
		.connection = {.owner = d->t.alice,
			       .id = text_from(d->account),
			       .provider = PROVIDER_GOOGLE,
			       .account = TEXT("alice@example.net"),
			       .subject = TEXT("1"),
			       .secret = TEXT("sealed"),
			       .created = HOUSE_NOW},
		.is_new = true,
		.calendars = d->calendars,
		.calendar_count = 2,
	};
	struct change *c;

	for (int i = 0; i < 2; i++) {
		d->calendars[i].id = 0;
		d->calendars[i].remote = i == 0 ? TEXT("one") : TEXT("two");
		d->calendars[i].title = d->calendars[i].remote;
		d->calendars[i].may_write = true;
		d->calendars[i].due_at = INT64_MAX;
		d->calendars[i].takes = i == 0;
	}
	c = change_open(&d->t.h.calendar, d->t.a, CHANGE_CLIENT, d->now);
	CHECK_WELL("connect", change_connect(c, &x));
	CHECK_WELL("connected", change_run(c));
}

void choose(struct desk *d, int takes)
{
	struct change_choice one = {
		.calendar = d->calendars[takes].id,
		.counts = d->calendars[takes].counts,
		.takes = true,
	};
	struct change *c = change_open(&d->t.h.calendar, d->t.a, CHANGE_CLIENT, d->now);

	CHECK_WELL("choose", change_choose(c, d->t.alice, text_from(d->account), &one, 1));
	CHECK_WELL("chosen", change_run(c));
}

void desk_open(struct desk *d, struct store_fixture *x, const char *rules)
{
	memset(&there, 0, sizeof(there));
	*d = (struct desk){.now = HOUSE_NOW, .account = "account"};
	town_open(&d->t, x);
	house_type(&d->t.h, d->t.alice, "intro", rules);
	d->fed = (struct federation){.calendar = &d->t.h.calendar, .desk = &d->t.h.desk};
	connect_account(d);
}

struct booking book(struct desk *d, int64_t start, int32_t times)
{
	const struct host *host = NULL;
	struct book_outcome out = {.replayed = false};
	struct change *c = NULL;
	struct book_request rq;

	CHECK_WELL("host", host_get(&d->t.h.desk, d->t.h.db, d->t.a, d->t.alice, &host));
	rq = (struct book_request){
		.host = host,
		.type = &host->types[0],
		.start = start,
		.invitee_name = TEXT("Bob"),
		.invitee_email = TEXT("bob@example.com"),
		.series = {.count = times, .every = SERIES_WEEK},
		.now = d->now,
	};
	CHECK_WELL("prepare", book_prepare(&d->t.h.desk, d->t.h.db, d->t.a, &rq, &c, &out));
	if (c)
		CHECK_WELL("book", change_run(c));
	return out.booking;
}

struct booking now_is(struct desk *d, const struct booking *b)
{
	struct booking *is = NULL;

	CHECK_WELL("find", booking_find(d->t.h.db, d->t.a, b->owner, b->id, &is));
	return is ? *is : *b;
}

void move(struct desk *d, const struct booking *b, int64_t start)
{
	const struct book_by by = {.who = BOOKING_BY_INVITEE, .now = d->now};
	struct booking is = now_is(d, b);
	struct book_outcome out;
	struct change *c = NULL;

	CHECK_WELL("move", book_prepare_reschedule(&d->t.h.desk, d->t.h.db, d->t.a, &is, start, 0,
						   &by, &c, &out));
	if (c)
		CHECK_WELL("moved", change_run(c));
}

void cancel(struct desk *d, const struct booking *b)
{
	const struct book_by by = {.who = BOOKING_BY_HOST, .now = d->now};
	struct booking is = now_is(d, b), after;
	struct change *c = NULL;

	CHECK_WELL("cancel",
		   book_prepare_cancel(&d->t.h.desk, d->t.h.db, d->t.a, &is, &by, &c, &after));
	if (c)
		CHECK_WELL("cancelled", change_run(c));
}

enum call_end run_copy(struct desk *d, const struct booking *b)
{
	struct text why;
	int64_t retry_at;

	return copy_write(&d->fed, d->t.a, d->t.alice, b->owner, b->id, d->now, &why, &retry_at);
}

struct outside_copy desk_copy(struct desk *d, const struct booking *b)
{
	struct outside_copy *c = NULL;

	CHECK_WELL("copy", outside_copy_get(d->t.h.db, d->t.a, d->t.alice, b->id, &c));
	return c ? *c : (struct outside_copy){.owner = 0};
}

enum call_end read_back(struct desk *d, const struct booking *b, const struct remote_event *event)
{
	struct outside_copy copy = desk_copy(d, b);
	struct visit v = {.fed = &d->fed, .provider = &fake, .arena = d->t.a, .now = d->now};

	return copy_seen(&v, &d->calendars[copy.calendar == d->calendars[1].id], &copy, event);
}

enum call_end read_thing(struct desk *d, const struct booking *b, const struct thing *t)
{
	struct remote_event event = event_of(d->t.a, t);

	return read_back(d, b, &event);
}

void drag(struct thing *t, int64_t start)
{
	t->end = start + (t->end - t->start);
	t->start = start;
	t->version++;
}

int64_t jobs(struct desk *d, const char *kind)
{
	return count_of(&d->t,
			arena_printf(d->t.a, "SELECT count(*) FROM job WHERE kind = '%s'", kind));
}

int standing(void)
{
	int count = 0;

	for (size_t i = 0; i < there.count; i++)
		count += !there.at[i].is_gone;
	return count;
}
