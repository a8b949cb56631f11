/*
 * test_schedule_histories - random lives of a meeting in a store (RFC 6638 §3.2, §4)
 *
 * alice edits a series of five days; bob and carol, who are here, answer it or single days of it,
 * or delete their copy; eve answers by mail, which is lost, doubled and reordered. Several of
 * these happen within one second. In the end
 *
 *	- each copy takes place when alice's object says so for them,
 *	- everybody's PARTSTAT is the same in all copies, for each day,
 *	- eve's last answer stands where it was to the latest revision and came, and
 *	- the auditor finds nothing wrong.
 *
 * One of 50 that FASTI_HISTORIES tells are lived (200; on PostgreSQL one of 500). A failure prints
 *its seed; FASTI_HISTORY=SEED runs that history alone.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "calendar/schedule.h"
#include "dice.h"
#include "ical/ical.h"
#include "meeting.h"
#include "town.h"
#include "unit.h"

enum { ALICE, BOB, CAROL, EVE, PEOPLE };
enum { DAYS = 5, SERIES = DAYS, STEPS = 12, QUEUE = 64 };
#define START INT64_C(1800230400) /* 2027-01-18T00:00:00Z */

static const char *const names[PEOPLE] = {"alice", "bob", "carol", "eve"};
static const char *const addresses[PEOPLE] = {"alice@example.org", "bob@example.org",
					      "carol@example.org", "eve@example.com"};

/* The last answer to a day, or the series. */
struct answer {
	const char *partstat;
	int64_t sequence;
	struct text reply;
	bool came;
};

struct world {
	struct town *t;
	struct arena *a;
	struct dice dice;
	uint64_t seed;
	int64_t now;
	int64_t owners[PEOPLE];
	/* what alice's program shows */
	int hour, version;
	bool invited[PEOPLE], cancelled[DAYS], own[DAYS], left_out[DAYS][PEOPLE];
	int moved[DAYS];
	/* what eve was sent, and answered */
	struct ical_object *eve_has;
	struct answer eve[DAYS + 1];
	struct text queue[QUEUE];
	size_t queued;
};

static int roll(struct world *w, int low, int high)
{
	return (int)dice_roll(&w->dice, low, high);
}

static const char *label(struct world *w, const char *what)
{
	return arena_printf(w->a, "%s (seed %" PRIu64 ")", what, w->seed);
}

static struct text uid(struct world *w)
{
	return text_from(arena_printf(w->a, "h%" PRIu64, w->seed));
}

static const struct itip_user *user_of(struct world *w, int who)
{
	struct itip_user *u = arena_alloc(w->a, sizeof(*u));
	struct text *address = arena_alloc(w->a, sizeof(*address));

	*address = text_from(addresses[who]);
	*u = (struct itip_user){.addresses = address, .count = 1};
	return u;
}

static struct ical_object *parsed(struct world *w, struct text raw, enum ical_source source)
{
	struct ical_object *o = NULL;

	CHECK_WELL(label(w, "parsed"), ical_object_parse(w->a, raw, source, &o));
	return o;
}

static struct stored_object *stored(struct world *w, int who)
{
	struct db *db = w->t->h.db;
	struct stored_object *o = NULL, *whole = NULL;

	CHECK_WELL(label(w, "look"),
		   object_find_uid_anywhere(db, w->a, w->owners[who], uid(w), 0, &o));
	if (o)
		CHECK_WELL(label(w, "read"), object_get(db, w->a, w->owners[who], o->id, &whole));
	return whole;
}

static struct ical_object *copy_of(struct world *w, int who)
{
	const struct stored_object *o = stored(w, who);

	return o ? parsed(w, o->data, ICAL_FROM_STORE) : NULL;
}

/* By the hour that the object itself has. */
static int64_t id_of(const struct ical_object *o, int day)
{
	struct ical_time t = o->has_master ? o->items[0].dtstart : o->items[0].recurrence_id;

	return day == SERIES ? ITIP_MASTER
			     : START + day * DAY_SECONDS + (t.seconds - START) % DAY_SECONDS;
}

static void put_raw(struct world *w, int who, int64_t collection, struct text name, struct text raw)
{
	struct change_put put = {.owner = w->owners[who],
				 .collection = collection,
				 .name = name,
				 .raw = raw,
				 .source = ICAL_FROM_CLIENT};
	struct change *c = change_open(&w->t->h.calendar, w->a, CHANGE_CLIENT, w->now);

	CHECK_WELL(label(w, names[who]), change_put(c, &put));
	CHECK_WELL(label(w, names[who]), change_run(c));
}

static void remove_copy(struct world *w, int who)
{
	const struct stored_object *o = stored(w, who);
	struct change_remove rm;
	struct change *c;

	if (!o)
		return;
	rm = (struct change_remove){
		.owner = o->owner, .collection = o->collection, .name = o->name};
	c = change_open(&w->t->h.calendar, w->a, CHANGE_CLIENT, w->now);
	CHECK_WELL(label(w, "removed"), change_remove(c, &rm));
	CHECK_WELL(label(w, "removed"), change_run(c));
}

/* ---- alice ------------------------------------------------------------------------------- */

static void put_time(struct buf *b, const char *name, int day, int hour)
{
	meeting_put_time(b, name, false, START + day * DAY_SECONDS + hour * 3600);
}

static void put_people(struct world *w, struct buf *b, const bool *left_out)
{
	buf_printf(b, "ORGANIZER:mailto:%s\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:%s\r\n",
		   addresses[ALICE], addresses[ALICE]);
	for (int who = BOB; who < PEOPLE; who++)
		if (w->invited[who] && !(left_out && left_out[who]))
			buf_printf(b, "ATTENDEE:mailto:%s\r\n", addresses[who]);
}

static void put_event(struct world *w, struct buf *b, int day)
{
	int hour = w->hour + (day == SERIES ? 0 : w->moved[day]);

	buf_printf(b, "BEGIN:VEVENT\r\nUID:%.*s\r\nDTSTAMP:20270101T000000Z\r\n", TEXT_ARG(uid(w)));
	if (day != SERIES)
		put_time(b, "RECURRENCE-ID", day, w->hour);
	put_time(b, "DTSTART", day == SERIES ? 0 : day, hour);
	put_time(b, "DTEND", day == SERIES ? 0 : day, hour + 1);
	buf_printf(b, "SUMMARY:S%d\r\n", w->version);
	if (day == SERIES) {
		buf_printf(b, "RRULE:FREQ=DAILY;COUNT=%d\r\n", DAYS);
		for (int i = 0; i < DAYS; i++)
			if (w->cancelled[i])
				put_time(b, "EXDATE", i, w->hour);
	}
	put_people(w, b, day == SERIES ? NULL : w->left_out[day]);
	buf_put_lit(b, "END:VEVENT\r\n");
}

/* Her program has fetched what stands, so answers for single days are there as overrides. */
static void alice_saves(struct world *w)
{
	const struct ical_object *has = copy_of(w, ALICE);
	struct buf b;
	bool own;

	for (int day = 0; has && day < DAYS; day++) {
		(void)meeting_item(w->a, has, id_of(has, day), &own);
		w->own[day] |= own;
	}
	buf_init(&b, w->a, 4096, 1 << 20);
	buf_put_lit(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n");
	put_event(w, &b, SERIES);
	for (int day = 0; day < DAYS; day++)
		if (w->own[day] && !w->cancelled[day])
			put_event(w, &b, day);
	buf_put_lit(&b, "END:VCALENDAR\r\n");
	put_raw(w, ALICE, w->t->calendar,
		text_from(arena_printf(w->a, "%.*s.ics", TEXT_ARG(uid(w)))), buf_text(&b));
}

/* All of it at another hour: single days are as the others again, also those that were answered. */
static void move_all(struct world *w)
{
	w->hour = w->hour == 9 ? 14 : 9;
	for (int day = 0; day < DAYS; day++) {
		w->own[day] = w->cancelled[day] = false;
		w->moved[day] = 0;
		memset(w->left_out[day], 0, sizeof(w->left_out[day]));
	}
}

static void alice_edits(struct world *w)
{
	int day = roll(w, 0, DAYS - 1), who = roll(w, BOB, EVE);

	switch (roll(w, 0, 5)) {
	case 0: move_all(w); break;
	case 1:
		w->own[day] = true;
		w->moved[day] = w->moved[day] == 2 ? 3 : 2;
		break;
	case 2: w->cancelled[day] = !w->cancelled[day]; break;
	case 3: w->version++; break;
	case 4: w->invited[who] = !w->invited[who]; break;
	default: w->own[day] = true; w->left_out[day][who] = !w->left_out[day][who];
	}
	alice_saves(w);
}

/* ---- who is invited ---------------------------------------------------------------------- */

static const char *some_answer(struct world *w)
{
	static const char *const words[] = {"ACCEPTED", "DECLINED", "TENTATIVE"};

	return words[roll(w, 0, 2)];
}

/* Whether somebody is asked about a day, or the series. */
static const struct ical_item *asked(struct world *w, const struct ical_object *o, int who, int day)
{
	bool own;
	const struct ical_item *item = o ? meeting_item(w->a, o, id_of(o, day), &own) : NULL;

	return item && item->status != STATUS_CANCELLED &&
			       itip_attendee_in(w->a, item, user_of(w, who))
		       ? item
		       : NULL;
}

static void local_answers(struct world *w, int who)
{
	int day = roll(w, 0, DAYS);
	const struct stored_object *at = stored(w, who);
	const struct ical_object *copy = copy_of(w, who);

	if (roll(w, 0, 7) == 0)
		remove_copy(w, who);
	else if (asked(w, copy, who, day))
		put_raw(w, who, at->collection, at->name,
			meeting_answered(w->a, label(w, names[who]), copy, user_of(w, who),
					 id_of(copy, day), some_answer(w)));
}

/* She reads an update, which may be the first after many. */
static void eve_reads(struct world *w)
{
	struct itip_incoming in = {.user = user_of(w, EVE),
				   .stored = w->eve_has,
				   .sender = text_from(addresses[ALICE]),
				   .now = w->now};
	struct itip_outcome out;
	struct text text;

	if (itip_message_write(w->a, stored(w, ALICE)->data, TEXT("REQUEST"),
			       text_from(addresses[EVE]), w->now, &text))
		return;
	in.message = parsed(w, text, ICAL_FROM_MESSAGE);
	CHECK_WELL(label(w, "to eve"), itip_check(w->a, in.message, &in.method));
	CHECK_WELL(label(w, "to eve"), itip_process(w->a, &in, &out));
	if (out.action == ITIP_STORE)
		w->eve_has = parsed(w, out.object, ICAL_FROM_STORE);
}

/* She answers what she saw last, which may be old; what she sends may be lost, or come twice. */
static void eve_answers(struct world *w)
{
	int day = roll(w, 0, DAYS);
	struct itip_save s = {.user = user_of(w, EVE), .now = ++w->now};
	struct itip_plan plan = {0};
	const struct ical_item *item;

	if (roll(w, 0, 2) > 0)
		eve_reads(w);
	item = asked(w, w->eve_has, EVE, day);
	if (!item || w->queued == QUEUE)
		return;
	w->eve[day] = (struct answer){.partstat = some_answer(w), .sequence = item->sequence};
	s.was = w->eve_has;
	s.is = parsed(w,
		      meeting_answered(w->a, label(w, "eve"), w->eve_has, s.user,
				       id_of(w->eve_has, day), w->eve[day].partstat),
		      ICAL_FROM_CLIENT);
	if (!CHECK_WELL(label(w, "eve"), itip_plan_attendee(w->a, &s, &plan)) || plan.count == 0)
		return;
	w->eve_has = parsed(w, plan.object, ICAL_FROM_STORE);
	w->eve[day].reply = plan.messages[0].text;
	if (roll(w, 0, 4) > 0)
		w->queue[w->queued++] = w->eve[day].reply;
}

static void mail_comes(struct world *w)
{
	struct schedule_incoming in = {.owner = w->owners[ALICE],
				       .sender = text_from(addresses[EVE])};
	struct change *c;
	size_t i;

	if (w->queued == 0)
		return;
	i = (size_t)roll(w, 0, (int)w->queued - 1);
	in.message = w->queue[i];
	if (roll(w, 0, 4) > 0)
		w->queue[i] = w->queue[--w->queued];
	c = change_open(&w->t->h.calendar, w->a, CHANGE_ITIP, w->now);
	CHECK_WELL(label(w, "mail"), schedule_incoming(c, &in));
	CHECK_WELL(label(w, "mail"), change_run(c));
	for (int day = 0; day <= DAYS; day++)
		w->eve[day].came |= w->eve[day].reply.at == in.message.at;
}

/* ---- in the end -------------------------------------------------------------------------- */

static struct text partstat_in(struct world *w, const struct ical_item *item, int who)
{
	const struct ical_attendee *line = itip_attendee_in(w->a, item, user_of(w, who));

	if (!line)
		return TEXT("is not in it");
	return line->partstat.len > 0 ? line->partstat : TEXT("NEEDS-ACTION");
}

/* Who has no copy was not invited, or has declined all of it. */
static void check_absent(struct world *w, const struct ical_object *alices, int who)
{
	for (int day = 0; day <= DAYS; day++) {
		const struct ical_item *item = asked(w, alices, who, day);

		if (item)
			CHECK_TEXT(label(w, arena_printf(w->a, "%s without a copy, %d", names[who],
							 day)),
				   partstat_in(w, item, who), TEXT("DECLINED"));
	}
}

static void check_answers(struct world *w, const struct ical_object *alices,
			  const struct ical_object *copy, int who)
{
	for (int day = 0; day <= DAYS; day++) {
		const struct ical_item *at_alice = asked(w, alices, who, day);
		const struct ical_item *here = asked(w, copy, who, day);

		if (!CHECK_INT(label(w, arena_printf(w->a, "%s is asked, %d", names[who], day)),
			       here != NULL, at_alice != NULL) ||
		    !here)
			continue;
		for (int other = BOB; other < PEOPLE; other++)
			CHECK_TEXT(label(w, arena_printf(w->a, "%s in %s's copy, %d", names[other],
							 names[who], day)),
				   partstat_in(w, here, other), partstat_in(w, at_alice, other));
	}
}

static void check_local(struct world *w, const struct ical_object *alices, int who)
{
	const struct ical_object *copy = copy_of(w, who), *view = NULL;
	struct text text;

	if (!copy) {
		check_absent(w, alices, who);
		return;
	}
	if (!itip_message_write(w->a, alices->raw, TEXT("REQUEST"), text_from(addresses[who]),
				w->now, &text))
		view = parsed(w, text, ICAL_FROM_MESSAGE);
	CHECK_TEXT(label(w, arena_printf(w->a, "%s's times", names[who])),
		   meeting_times(w->a, label(w, "copy"), copy),
		   meeting_times(w->a, label(w, "view"), view));
	if (view)
		check_answers(w, alices, copy, who);
}

static void check_eve(struct world *w, const struct ical_object *alices)
{
	for (int day = 0; day <= DAYS; day++) {
		const struct ical_item *item = asked(w, alices, EVE, day);

		if (item && w->eve[day].came && item->sequence == w->eve[day].sequence)
			CHECK_TEXT(label(w, arena_printf(w->a, "eve's answer for %d", day)),
				   partstat_in(w, item, EVE), text_from(w->eve[day].partstat));
	}
}

static void check_gone(struct world *w, int who)
{
	CHECK_TEXT(label(w, arena_printf(w->a, "%s, of what is deleted", names[who])),
		   meeting_times(w->a, label(w, "copy"), copy_of(w, who)), TEXT(""));
}

static void live(struct world *w)
{
	w->hour = 9;
	w->invited[BOB] = w->invited[EVE] = true;
	alice_saves(w);
	for (int i = 0; i < STEPS; i++) {
		w->now += roll(w, 0, 1);
		switch (roll(w, 0, 4)) {
		case 0:
		case 1: alice_edits(w); break;
		case 2: local_answers(w, roll(w, BOB, CAROL)); break;
		case 3: eve_answers(w); break;
		default: mail_comes(w);
		}
	}
	for (int who = BOB; who <= CAROL; who++)
		check_local(w, copy_of(w, ALICE), who);
	check_eve(w, copy_of(w, ALICE));
	if (roll(w, 0, 3) > 0)
		return;
	remove_copy(w, ALICE);
	for (int who = BOB; who <= CAROL; who++)
		check_gone(w, who);
}

static void live_once(struct town *t, const int64_t *owners, struct arena *a, uint64_t seed)
{
	struct world *w = arena_alloc(a, sizeof(*w));

	*w = (struct world){.t = t, .a = a, .seed = seed, .now = HOUSE_NOW};
	memcpy(w->owners, owners, sizeof(w->owners));
	w->dice.state = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
	live(w);
	arena_reset(a);
}

static int64_t number_from(const char *name, int64_t otherwise)
{
	const char *value = getenv(name);

	if (value)
		CHECK_TRUE(name, text_to_int64(text_from(value), 1, INT64_MAX, &otherwise));
	return otherwise;
}

static void histories(struct store_fixture *x)
{
	struct arena *a = arena_create((size_t)1 << 28);
	int64_t one = number_from("FASTI_HISTORY", 0);
	int64_t last = number_from("FASTI_HISTORIES", 10000) / (x->postgres ? 500 : 50);
	struct town t;
	int64_t owners[PEOPLE] = {0};

	log_set_level(LOG_WARN);
	town_open(&t, x);
	owners[ALICE] = t.alice;
	owners[BOB] = house_user(&t.h, "bob");
	owners[CAROL] = house_user(&t.h, "carol");
	for (int64_t i = one > 0 ? one : 1; i <= (one > 0 ? one : last); i++)
		live_once(&t, owners, a, (uint64_t)i);
	printf("      histories: seeds 1 to %" PRId64 "\n", last);
	town_close(&t);
	log_set_level(LOG_INFO);
	arena_destroy(a);
}
STORE_CASE(histories)

UNIT_SUITE("schedule_histories", STORE_ROWS("copies agree, and no answer is lost", histories))
