/*
 * test_copy - bookings in a calendar elsewhere, which a table in memory stands for
 */
#include "booking/book.h"
#include "booking/conference.h"
#include "calendar/copies.h"
#include "federation/copy.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600, MONDAY_9 = MONDAY_8 + HOUR, MONDAY_10 = MONDAY_8 + 2 * HOUR, THERE_MAX = 16 };

/* ---- a provider ------------------------------------------------------------------------------ */

struct thing {
	int64_t calendar;
	struct text remote, mark, title, rule, description;
	int64_t start, end;
	int version;
	bool is_gone, is_tentative;
};

static struct {
	struct thing at[THERE_MAX];
	size_t count;
	int puts, looks, removals;
	bool is_away;	    /* nothing is answered, and nothing is done */
	bool loses_answers; /* all is done, and nothing is answered */
	bool refuses;
	bool conflicts;		 /* with what is not there */
	const char *conflict;	 /* the id of that; NULL: it is not said */
	enum call_end ends_with; /* each put, where it is not CALL_OK */
	bool has_no_calendar;	 /* they were deleted, with all that was in them */
	struct text link;
} there;

static struct thing *find_thing(int64_t calendar, struct text remote)
{
	for (size_t i = 0; i < there.count; i++)
		if (there.at[i].calendar == calendar && text_equal(there.at[i].remote, remote))
			return &there.at[i];
	return NULL;
}

static struct text etag_of(struct arena *a, const struct thing *t)
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
	if (there.ends_with)
		return there.ends_with;
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
	if (t)
		t->is_gone = true;
	return answer(v, CALL_OK);
}

static struct remote_event event_of(struct arena *a, const struct thing *t)
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
	if (!t || there.has_no_calendar)
		return CALL_NOT_FOUND;
	*out = event_of(v->arena, t);
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

/* In place of federation/provider.c. */
const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return &fake;
}

/* ---- a host with an account ------------------------------------------------------------------ */

struct desk {
	struct town t;
	struct federation fed;
	struct outside_calendar calendars[2];
	const char *account; /* id of the connection */
	int64_t now;
};

#define HOURLY "{\"durations\":[60],\"window_days\":365}"

static void choose(struct desk *d, int takes)
{
	struct change_connection x = {
		.connection = {.owner = d->t.alice,
			       .id = text_from(d->account),
			       .provider = PROVIDER_GOOGLE,
			       .account = TEXT("alice@example.net"),
			       .subject = TEXT("1"),
			       .secret = TEXT("sealed"),
			       .created = HOUSE_NOW},
		.is_new = d->calendars[0].id == 0,
		.calendars = d->calendars,
		.calendar_count = 2,
	};
	struct change *c;

	for (int i = 0; i < 2; i++) {
		d->calendars[i].remote = i == 0 ? TEXT("one") : TEXT("two");
		d->calendars[i].title = d->calendars[i].remote;
		d->calendars[i].may_write = true;
		d->calendars[i].due_at = INT64_MAX;
		d->calendars[i].takes = i == takes;
	}
	c = change_open(&d->t.h.calendar, d->t.a, CHANGE_CLIENT, d->now);
	CHECK_WELL("connect", change_connect(c, &x));
	CHECK_WELL("connected", change_run(c));
}

static void desk_open(struct desk *d, struct store_fixture *x, const char *rules)
{
	memset(&there, 0, sizeof(there));
	*d = (struct desk){.now = HOUSE_NOW, .account = "account"};
	town_open(&d->t, x);
	house_type(&d->t.h, d->t.alice, "intro", rules);
	d->fed = (struct federation){.calendar = &d->t.h.calendar, .desk = &d->t.h.desk};
	choose(d, 0);
}

static struct booking book(struct desk *d, int64_t start, int32_t times)
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

static struct booking now_is(struct desk *d, const struct booking *b)
{
	struct booking *is = NULL;

	CHECK_WELL("find", booking_find(d->t.h.db, d->t.a, b->owner, b->id, &is));
	return is ? *is : *b;
}

static void move(struct desk *d, const struct booking *b, int64_t start)
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

static void cancel(struct desk *d, const struct booking *b)
{
	const struct book_by by = {.who = BOOKING_BY_HOST, .now = d->now};
	struct booking is = now_is(d, b), after;
	struct change *c = NULL;

	CHECK_WELL("cancel",
		   book_prepare_cancel(&d->t.h.desk, d->t.h.db, d->t.a, &is, &by, &c, &after));
	if (c)
		CHECK_WELL("cancelled", change_run(c));
}

/* What the job does. */
static enum call_end run_copy(struct desk *d, const struct booking *b)
{
	struct text why;
	int64_t retry_at;

	return copy_write(&d->fed, d->t.a, d->t.alice, b->owner, b->id, d->now, &why, &retry_at);
}

static struct outside_copy copy_of(struct desk *d, const struct booking *b)
{
	struct outside_copy *c = NULL;

	CHECK_WELL("copy", outside_copy_get(d->t.h.db, d->t.a, d->t.alice, b->id, &c));
	return c ? *c : (struct outside_copy){.owner = 0};
}

/* What a reading of the calendar does with one of ours. */
static enum call_end read_back(struct desk *d, const struct booking *b,
			       const struct remote_event *event)
{
	struct outside_copy copy = copy_of(d, b);
	struct visit v = {.fed = &d->fed, .provider = &fake, .arena = d->t.a, .now = d->now};

	return copy_seen(&v, &d->calendars[copy.calendar == d->calendars[1].id], &copy, event);
}

static enum call_end read_thing(struct desk *d, const struct booking *b, const struct thing *t)
{
	struct remote_event event = event_of(d->t.a, t);

	return read_back(d, b, &event);
}

/* Its host's own program. */
static void drag(struct thing *t, int64_t start)
{
	t->end = start + (t->end - t->start);
	t->start = start;
	t->version++;
}

static int64_t jobs(struct desk *d, const char *kind)
{
	return count_of(&d->t,
			arena_printf(d->t.a, "SELECT count(*) FROM job WHERE kind = '%s'", kind));
}

static int standing(void)
{
	int count = 0;

	for (size_t i = 0; i < there.count; i++)
		count += !there.at[i].is_gone;
	return count;
}

/* ---- written --------------------------------------------------------------------------------- */

static void written_once(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("a job", jobs(&d, "copy"), 2);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_INT("stands", copy_of(&d, &b).state, COPY_STANDS);
	CHECK_INT("one", standing(), 1);
	CHECK_INT("then", there.at[0].start, MONDAY_8);
	CHECK_TEXT("its title", there.at[0].title, TEXT("Intro: Bob"));
	CHECK_TRUE("who comes",
		   text_find(there.at[0].description, TEXT("Bob <bob@example.com>")) >= 0);
	CHECK_TRUE("the host's link", text_find(there.at[0].description, TEXT("/manage/")) >= 0);
	CHECK_INT("again", run_copy(&d, &b), CALL_OK);
	CHECK_INT("nothing is written twice", there.puts, 1);
	town_close(&d.t);
}

static void moved_and_cancelled_here(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	move(&d, &b, MONDAY_10);
	CHECK_INT("moved", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	CHECK_INT("to there", there.at[0].start, MONDAY_10);
	cancel(&d, &b);
	CHECK_INT("cancelled", run_copy(&d, &b), CALL_OK);
	CHECK_INT("none", standing(), 0);
	CHECK_INT("removed", copy_of(&d, &b).state, COPY_REMOVED);
	CHECK_INT("once", run_copy(&d, &b), CALL_OK);
	CHECK_INT("and not again", there.removals, 1);
	town_close(&d.t);
}

static void cancelled_before(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	cancel(&d, &b);
	CHECK_INT("nothing to do", run_copy(&d, &b), CALL_OK);
	CHECK_INT("nothing written", there.puts + there.removals, 0);
	town_close(&d.t);
}

static void answer_lost(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.loses_answers = true;
	CHECK_INT("later", run_copy(&d, &b), CALL_LATER);
	CHECK_INT("noted before it was asked", copy_of(&d, &b).state, COPY_WANTED);
	CHECK_INT("made", standing(), 1);
	CHECK_INT("read meanwhile", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_INT("still wanted", copy_of(&d, &b).state, COPY_WANTED);
	CHECK_TEXT("it is known where", copy_of(&d, &b).remote, there.at[0].remote);
	move(&d, &b, MONDAY_9);
	there.loses_answers = false;
	CHECK_INT("again", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	CHECK_INT("as the booking is", there.at[0].start, MONDAY_9);
	CHECK_INT("which stays", now_is(&d, &b).start, MONDAY_9);
	/* An update as well. */
	move(&d, &b, MONDAY_10);
	there.loses_answers = true;
	CHECK_INT("later", run_copy(&d, &b), CALL_LATER);
	move(&d, &b, MONDAY_8);
	there.loses_answers = false;
	CHECK_INT("again", run_copy(&d, &b), CALL_OK);
	CHECK_INT("it is not taken for the host's", now_is(&d, &b).start, MONDAY_8);
	CHECK_INT("as the booking is", there.at[0].start, MONDAY_8);
	town_close(&d.t);
}

/* What was never seen there has not been deleted by its host. */
static void conflict_with_nothing(struct store_fixture *x)
{
	static const char *const ids[] = {NULL, "id-somewhere"};
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.conflicts = true;
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		there.conflict = ids[i];
		CHECK_INT("it is tried again", run_copy(&d, &b), CALL_BROKEN);
		CHECK_INT("still wanted", copy_of(&d, &b).state, COPY_WANTED);
		CHECK_INT("it stands", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	}
	there.conflicts = false;
	there.ends_with = CALL_CHANGED;
	CHECK_INT("changed, and never made", run_copy(&d, &b), CALL_BROKEN);
	CHECK_INT("it stands", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	there.ends_with = CALL_OK;
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	town_close(&d.t);
}

static void id_used_up(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.loses_answers = true;
	CHECK_INT("made", run_copy(&d, &b), CALL_LATER);
	there.loses_answers = false;
	there.at[0].is_gone = true;
	CHECK_INT("made by another id", run_copy(&d, &b), CALL_OK);
	CHECK_INT("it stands", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	CHECK_INT("generation", copy_of(&d, &b).generation, 2);
	CHECK_INT("one", standing(), 1);
	town_close(&d.t);
}

/* What stands there since is found by the mark, and there is no second one. */
static void connected_anew(struct store_fixture *x)
{
	struct desk d;
	struct booking b;
	struct change *c;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	c = change_open(&d.t.h.calendar, d.t.a, CHANGE_CLIENT, d.now);
	CHECK_WELL("disconnect", change_disconnect(c, d.t.alice, TEXT("account")));
	CHECK_WELL("disconnected", change_run(c));
	d.account = "another";
	d.calendars[0].id = d.calendars[1].id = 0;
	choose(&d, 0);
	there.at[0].calendar = d.calendars[0].id;
	move(&d, &b, MONDAY_9);
	CHECK_INT("written again", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	CHECK_INT("the booking is where it was moved", now_is(&d, &b).start, MONDAY_9);
	CHECK_INT("and so is that", there.at[0].start, MONDAY_9);
	town_close(&d.t);
}

static void given_up(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.loses_answers = true;
	CHECK_INT("made, perhaps", run_copy(&d, &b), CALL_LATER);
	there.loses_answers = false;
	there.ends_with = CALL_BROKEN;
	CHECK_INT("broken", run_copy(&d, &b), CALL_BROKEN);
	copy_give_up(&d.fed, d.t.a, d.t.alice, b.owner, b.id, d.now, TEXT("Tried too often."));
	CHECK_INT("its host sees it", copy_of(&d, &b).state, COPY_REFUSED);
	CHECK_INT("it stands", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	there.ends_with = CALL_OK;
	CHECK_INT("once more, by hand", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	copy_give_up(&d.fed, d.t.a, d.t.alice, b.owner, b.id, d.now, TEXT("Too late."));
	CHECK_INT("as it is written by now", copy_of(&d, &b).state, COPY_STANDS);
	town_close(&d.t);
}

static void cancelled_while_lost(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.loses_answers = true;
	CHECK_INT("later", run_copy(&d, &b), CALL_LATER);
	there.loses_answers = false;
	cancel(&d, &b);
	CHECK_INT("taken away", run_copy(&d, &b), CALL_OK);
	CHECK_INT("none", standing(), 0);
	town_close(&d.t);
}

static void provider_away(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.is_away = true;
	CHECK_INT("later", run_copy(&d, &b), CALL_LATER);
	CHECK_INT("the booking stands", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	there.is_away = false;
	there.refuses = true;
	CHECK_INT("refused", run_copy(&d, &b), CALL_REFUSED);
	CHECK_INT("which is noted", copy_of(&d, &b).state, COPY_REFUSED);
	CHECK_INT("and not tried again", run_copy(&d, &b), CALL_OK);
	CHECK_INT("as it is", there.puts, 1);
	there.refuses = false;
	move(&d, &b, MONDAY_9);
	CHECK_INT("another thing is", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	town_close(&d.t);
}

static void waiting_to_be_confirmed(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, "{\"durations\":[60],\"confirm\":true,\"pending_hours\":24}");
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("it holds its time", run_copy(&d, &b), CALL_OK);
	CHECK_TRUE("so it is shown", there.at[0].is_tentative);
	town_close(&d.t);
}

static void waiting_without_time(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x,
		  "{\"durations\":[60],\"confirm\":true,\"pending_blocks\":false,"
		  "\"pending_hours\":24}");
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("it holds none", run_copy(&d, &b), CALL_OK);
	CHECK_INT("so it is not shown", there.puts, 0);
	town_close(&d.t);
}

static void another_calendar(struct store_fixture *x)
{
	struct desk d;
	struct booking b;
	struct copies_task task = {.host = 0};
	struct change *c;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_WELL("no jobs", store_fixture_sql(x, &(struct sql){"DELETE FROM job"}));
	choose(&d, 1);
	CHECK_INT("a job for all", jobs(&d, "copy"), 1);
	task = (struct copies_task){.host = d.t.alice, .owner = d.t.alice};
	c = change_open(&d.t.h.calendar, d.t.a, CHANGE_PROVIDER, d.now);
	CHECK_WELL("plan", copies_plan_portion(c, d.t.h.db, d.t.a, &task, d.now));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("one for the booking, one for teams", jobs(&d, "copy"), 2);
	CHECK_INT("moved over", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	CHECK_INT("in the other", there.at[1].calendar, d.calendars[1].id);
	CHECK_TRUE("gone from the first", there.at[0].is_gone);
	CHECK_INT("anew", copy_of(&d, &b).generation, 2);
	town_close(&d.t);
}

/* Before another one is made in its place: nobody would know this one's mark then. */
static void another_calendar_while_lost(struct store_fixture *x)
{
	static const struct sql outlook = {"UPDATE connection SET provider = 1"};
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	there.loses_answers = true;
	CHECK_INT("made, perhaps", run_copy(&d, &b), CALL_LATER);
	there.loses_answers = false;
	choose(&d, 1);
	CHECK_WELL("of Outlook's", store_fixture_sql(x, &outlook));
	CHECK_INT("moved over", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one", standing(), 1);
	CHECK_INT("in the other", there.at[1].calendar, d.calendars[1].id);
	town_close(&d.t);
}

/* ---- followed -------------------------------------------------------------------------------- */

static void moved_there(struct store_fixture *x)
{
	struct desk d;
	struct booking b, is;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_WELL("no jobs", store_fixture_sql(x, &(struct sql){"DELETE FROM job"}));
	/* At night: no rule is asked of a host. */
	drag(&there.at[0], MONDAY_8 + 12 * HOUR);
	CHECK_INT("seen", read_thing(&d, &b, &there.at[0]), CALL_OK);
	is = now_is(&d, &b);
	CHECK_INT("it follows", is.start, MONDAY_8 + 12 * HOUR);
	CHECK_INT("its version", is.version, 2);
	CHECK_INT("the invitee is told", jobs(&d, "mail"), 1);
	CHECK_INT("by the host's calendar",
		  count_of(&d.t, "SELECT who FROM booking_history WHERE n = 2"),
		  BOOKING_BY_CALENDAR);
	CHECK_INT("its job", run_copy(&d, &b), CALL_OK);
	CHECK_INT("writes nothing", there.puts, 1);
	CHECK_INT("seen again", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_INT("changes nothing", now_is(&d, &b).version, 2);
	town_close(&d.t);
}

static void deleted_there(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_WELL("sent", store_fixture_sql(x, &(struct sql){"DELETE FROM job"}));
	there.at[0].is_gone = true;
	there.at[0].version++;
	CHECK_INT("seen", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_INT("it is cancelled", now_is(&d, &b).status, BOOKING_IS_CANCELLED);
	CHECK_INT("the invitee is told", jobs(&d, "mail"), 1);
	CHECK_INT("lost", copy_of(&d, &b).state, COPY_LOST);
	CHECK_INT("its job", run_copy(&d, &b), CALL_OK);
	CHECK_INT("does nothing", there.puts + there.removals, 1);
	town_close(&d.t);
}

static void its_calendar_deleted(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	there.at[0].is_gone = true;
	there.has_no_calendar = true;
	CHECK_INT("seen", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_INT("that calls nothing off", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	CHECK_INT("it is not there", copy_of(&d, &b).state, COPY_REMOVED);
	town_close(&d.t);
}

static void older_page(struct store_fixture *x)
{
	struct desk d;
	struct booking b;
	struct thing older;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	older = there.at[0];
	move(&d, &b, MONDAY_10);
	CHECK_INT("moved", run_copy(&d, &b), CALL_OK);
	CHECK_INT("seen", read_thing(&d, &b, &older), CALL_OK);
	CHECK_INT("what stands there now counts", now_is(&d, &b).start, MONDAY_10);
	CHECK_INT("asked", there.looks, 1);
	town_close(&d.t);
}

static void another_title(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	there.at[0].version++;
	move(&d, &b, MONDAY_9);
	CHECK_INT("written over", run_copy(&d, &b), CALL_OK);
	CHECK_INT("at its time", there.at[0].start, MONDAY_9);
	CHECK_INT("the booking stays", now_is(&d, &b).start, MONDAY_9);
	there.at[0].version++;
	CHECK_INT("seen", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_TEXT("its etag is known", copy_of(&d, &b).etag, etag_of(d.t.a, &there.at[0]));
	CHECK_INT("its version", now_is(&d, &b).version, 2);
	town_close(&d.t);
}

static void moved_on_both_sides(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	move(&d, &b, MONDAY_9);
	drag(&there.at[0], MONDAY_8 + 5 * HOUR);
	CHECK_INT("both", run_copy(&d, &b), CALL_OK);
	CHECK_INT("the host is obeyed", now_is(&d, &b).start, MONDAY_8 + 5 * HOUR);
	CHECK_INT("and both agree", there.at[0].start, MONDAY_8 + 5 * HOUR);
	town_close(&d.t);
}

/* What was written there since tells such a time from one that we have tried to write. */
static void moved_back_there(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	move(&d, &b, MONDAY_9);
	CHECK_INT("moved here", run_copy(&d, &b), CALL_OK);
	move(&d, &b, MONDAY_10);
	there.is_away = true;
	CHECK_INT("tried", run_copy(&d, &b), CALL_LATER);
	there.is_away = false;
	drag(&there.at[0], MONDAY_8);
	CHECK_INT("both", run_copy(&d, &b), CALL_OK);
	CHECK_INT("the host is obeyed", now_is(&d, &b).start, MONDAY_8);
	CHECK_INT("and both agree", there.at[0].start, MONDAY_8);
	town_close(&d.t);
}

static void copied_by_its_host(struct store_fixture *x)
{
	struct desk d;
	struct booking b;
	struct remote_event event;

	desk_open(&d, x, HOURLY);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	event = event_of(d.t.a, &there.at[0]);
	event.remote = TEXT("a copy of it");
	event.etag = TEXT("other");
	event.start += HOUR;
	event.end += HOUR;
	CHECK_INT("seen", read_back(&d, &b, &event), CALL_OK);
	CHECK_INT("it is a thing of its own", now_is(&d, &b).start, MONDAY_8);
	event.is_gone = true;
	CHECK_INT("gone", read_back(&d, &b, &event), CALL_OK);
	CHECK_INT("too", now_is(&d, &b).status, BOOKING_IS_CONFIRMED);
	town_close(&d.t);
}

/* ---- series ---------------------------------------------------------------------------------- */

#define COURSE "{\"durations\":[60],\"series\":{\"max\":12},\"window_days\":365}"

static void series_moved_there(struct store_fixture *x)
{
	struct desk d;
	struct booking b;
	struct remote_event event;

	desk_open(&d, x, COURSE);
	b = book(&d, MONDAY_8, 4);
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_TRUE("with its rule", text_find(there.at[0].rule, TEXT("RRULE:")) >= 0);
	event = event_of(d.t.a, &there.at[0]);
	event.remote = TEXT("one time of it");
	event.kind = OUTSIDE_INSTANCE;
	event.start += HOUR;
	CHECK_INT("a single time", read_back(&d, &b, &event), CALL_OK);
	CHECK_INT("is not followed", now_is(&d, &b).version, 1);
	CHECK_INT("and told", copy_of(&d, &b).state, COPY_DIFFERS);
	drag(&there.at[0], MONDAY_10);
	CHECK_INT("all of it", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_INT("is", now_is(&d, &b).start, MONDAY_10);
	CHECK_TRUE("as a series", text_find(now_is(&d, &b).rule, TEXT("COUNT=4")) >= 0);
	town_close(&d.t);
}

/* ---- conferences ----------------------------------------------------------------------------- */

#define MEET "{\"durations\":[60],\"window_days\":365,\"location\":{\"kind\":\"google_meet\"}}"

static int64_t due_of_mail(struct desk *d)
{
	return count_of(&d->t, "SELECT due_at FROM job WHERE kind = 'mail'");
}

static bool event_has(struct desk *d, const struct booking *b, const char *words)
{
	struct stored_object *o = NULL;

	CHECK_WELL("event", booking_event_find(d->t.h.db, d->t.a, b, &o));
	return o && text_find(o->data, text_from(words)) >= 0;
}

static void link_comes(struct store_fixture *x)
{
	struct desk d;
	struct booking b, is;

	desk_open(&d, x, MEET);
	b = book(&d, MONDAY_8, 0);
	CHECK_TEXT("not yet", b.join_url, TEXT_NONE);
	CHECK_INT("the invitation waits", due_of_mail(&d), d.now + 60);
	CHECK_INT("it is being made", run_copy(&d, &b), CALL_LATER);
	there.link = TEXT("https://meet.google.com/abc");
	d.now += 2;
	CHECK_INT("it comes", run_copy(&d, &b), CALL_OK);
	is = now_is(&d, &b);
	CHECK_TEXT("into the booking", is.join_url, there.link);
	CHECK_INT("whose version rises", is.version, 2);
	CHECK_INT("its SEQUENCE stays", is.sequence, 0);
	CHECK_TRUE("and into the event",
		   event_has(&d, &is, "CONFERENCE;VALUE=URI:https://meet.google.com/abc"));
	CHECK_TRUE("where it is", event_has(&d, &is, "LOCATION:https://meet.google.com/abc"));
	CHECK_INT("one invitation", jobs(&d, "mail"), 1);
	CHECK_INT("leaves at once", due_of_mail(&d), d.now);
	CHECK_INT("nothing else", run_copy(&d, &b), CALL_OK);
	CHECK_INT("is written", there.puts, 1);
	town_close(&d.t);
}

static void link_comes_late(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, MEET);
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("it is being made", run_copy(&d, &b), CALL_LATER);
	CHECK_WELL("the invitation left",
		   store_fixture_sql(x, &(struct sql){"DELETE FROM job WHERE kind = 'mail'"}));
	d.now += 3600;
	CHECK_INT("nobody waits for ever", run_copy(&d, &b), CALL_REFUSED);
	CHECK_WELL("no jobs", store_fixture_sql(x, &(struct sql){"DELETE FROM job"}));
	there.link = TEXT("https://meet.google.com/abc");
	there.at[0].version++;
	CHECK_INT("but a reading tells of it", read_thing(&d, &b, &there.at[0]), CALL_OK);
	CHECK_INT("to its job", jobs(&d, "copy"), 1);
	CHECK_INT("it comes", run_copy(&d, &b), CALL_OK);
	CHECK_INT("one update follows",
		  count_of(&d.t, "SELECT count(*) FROM job WHERE kind = 'mail' AND name LIKE"
				 " '%/REQUEST/linked'"),
		  1);
	town_close(&d.t);
}

static void link_of_none(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x,
		  "{\"durations\":[60],\"window_days\":365,\"location\":{\"kind\":\"teams\"}}");
	b = book(&d, MONDAY_8, 0);
	CHECK_INT("an account of Google's has none to wait for", due_of_mail(&d), d.now);
	there.link = TEXT("https://meet.google.com/abc");
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_TEXT("without", now_is(&d, &b).join_url, TEXT_NONE);
	town_close(&d.t);
}

static void link_is_none(struct store_fixture *x)
{
	struct desk d;
	struct booking b;

	desk_open(&d, x, MEET);
	b = book(&d, MONDAY_8, 0);
	there.link = TEXT("javascript:alert(1)");
	CHECK_INT("written", run_copy(&d, &b), CALL_OK);
	CHECK_TEXT("what is no address is told to nobody", now_is(&d, &b).join_url, TEXT_NONE);
	town_close(&d.t);
}

static void link_wants_account(struct store_fixture *x)
{
	static const struct {
		enum booking_place place;
		bool fits;
	} rows[] = {{PLACE_GOOGLE_MEET, true}, {PLACE_TEAMS, false}, {PLACE_NONE, true}};
	struct booking_type type;
	struct desk d;

	desk_open(&d, x, HOURLY);
	booking_type_init(&type);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct fault *f;

		type.location.kind = rows[i].place;
		f = conference_check(d.t.h.db, d.t.a, d.t.alice, &type);
		CHECK_INT("fits", f == NULL, rows[i].fits);
		CHECK_TRUE("422", !f || fault_is(f, FAULT_UNPROCESSABLE));
	}
	town_close(&d.t);
}

STORE_CASE(link_comes)
STORE_CASE(link_comes_late)
STORE_CASE(link_of_none)
STORE_CASE(link_is_none)
STORE_CASE(link_wants_account)
STORE_CASE(written_once)
STORE_CASE(moved_and_cancelled_here)
STORE_CASE(cancelled_before)
STORE_CASE(answer_lost)
STORE_CASE(cancelled_while_lost)
STORE_CASE(conflict_with_nothing)
STORE_CASE(id_used_up)
STORE_CASE(connected_anew)
STORE_CASE(given_up)
STORE_CASE(provider_away)
STORE_CASE(waiting_to_be_confirmed)
STORE_CASE(waiting_without_time)
STORE_CASE(another_calendar)
STORE_CASE(another_calendar_while_lost)
STORE_CASE(moved_there)
STORE_CASE(deleted_there)
STORE_CASE(its_calendar_deleted)
STORE_CASE(older_page)
STORE_CASE(another_title)
STORE_CASE(moved_on_both_sides)
STORE_CASE(moved_back_there)
STORE_CASE(copied_by_its_host)
STORE_CASE(series_moved_there)

/* clang-format off */
UNIT_SUITE("copy",
	STORE_ROWS("a booking is written once", written_once),
	STORE_ROWS("moved and cancelled here", moved_and_cancelled_here),
	STORE_ROWS("cancelled before it was written", cancelled_before),
	STORE_ROWS("after an answer that was lost there is one", answer_lost),
	STORE_ROWS("cancelled after an answer that was lost", cancelled_while_lost),
	STORE_ROWS("a conflict with what was never seen cancels nothing", conflict_with_nothing),
	STORE_ROWS("an id that is used up", id_used_up),
	STORE_ROWS("an account that is connected anew", connected_anew),
	STORE_ROWS("what was tried too often", given_up),
	STORE_ROWS("a provider that is away, and one that refuses", provider_away),
	STORE_ROWS("what waits to be confirmed is tentative", waiting_to_be_confirmed),
	STORE_ROWS("what holds no time is not written", waiting_without_time),
	STORE_ROWS("another calendar takes bookings", another_calendar),
	STORE_ROWS("another one does, and an answer was lost", another_calendar_while_lost),
	STORE_ROWS("moved there", moved_there),
	STORE_ROWS("deleted there", deleted_there),
	STORE_ROWS("deleted with its whole calendar", its_calendar_deleted),
	STORE_ROWS("a page that is older than what was written", older_page),
	STORE_ROWS("other words there are the host's", another_title),
	STORE_ROWS("moved on both sides", moved_on_both_sides),
	STORE_ROWS("moved there to where it once stood", moved_back_there),
	STORE_ROWS("a copy that the host has made of it", copied_by_its_host),
	STORE_ROWS("a series", series_moved_there),
	STORE_ROWS("a link comes while the invitation waits", link_comes),
	STORE_ROWS("a link comes when the invitation has left", link_comes_late),
	STORE_ROWS("no account makes such links", link_of_none),
	STORE_ROWS("a link that is none", link_is_none),
	STORE_ROWS("a type wants an account that makes its links", link_wants_account))
/* clang-format on */
