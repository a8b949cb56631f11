/*
 * test_itip_histories - random lives of a meeting (RFC 5546 §2.1.5, RFC 6638 §3.2, §4)
 *
 * al edits a series of six days; bo, cy and di answer it, or single days of it. Messages are
 * reordered and doubled, in half of the histories also lost; these end with the whole for
 * everybody, which comes somewhere among what is still under way. In the end
 *
 *	- everybody's copy takes place when al's object says so for them, and
 *	- no answer to the latest revision is lost: it stands in the copy, and where the REPLY came
 *	  through, in al's object.
 *
 * FASTI_HISTORIES says how many (1,000). A failure prints its seed; FASTI_HISTORY=SEED tells that
 * history alone, message by message.
 */
#include "itip_fixture.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/secret.h"
#include "dice.h"
#include "ical/ical.h"
#include "meeting.h"
#include "pinned_zones.h"

enum { AL, BO, CY, DI, PEOPLE };
enum { DAYS = 6, STEPS = 14, QUEUE = 4096, SERIES = DAYS };
#define START INT64_C(1806019200) /* 2027-03-26: clocks change on the 28th */

static const char *const names[PEOPLE] = {"al@x.y", "bo@x.y", "cy@x.y", "di@x.y"};
static bool verbose;

struct letter {
	int from, to;
	struct text text;
};

/* The last answer that somebody gave for one day, or the series. */
struct given {
	const char *partstat; /* NULL: none */
	int64_t id, sequence;
	bool came; /* al has read the REPLY */
	struct text reply;
};

struct world {
	struct arena *arena;
	struct dice dice;
	uint64_t seed;
	bool loses, zoned;
	int64_t now;
	struct ical_object *has[PEOPLE];
	bool missed_cancel[PEOPLE]; /* of what had not come yet: nothing holds it (docs/itip.md) */
	struct letter queue[QUEUE];
	size_t queued;
	struct given given[PEOPLE][DAYS + 1];
	/* what al's client shows */
	int hour, version;
	bool invited[PEOPLE], cancelled[DAYS], own[DAYS], left_out[DAYS][PEOPLE];
	int moved[DAYS]; /* hours */
	int details[DAYS];
};

static int roll(struct world *w, int low, int high)
{
	return (int)dice_roll(&w->dice, low, high);
}

static struct itip_user *user_of(struct world *w, int who)
{
	struct itip_user *u = arena_alloc(w->arena, sizeof(*u));
	struct text *address = arena_alloc(w->arena, sizeof(*address));

	*address = text_from(names[who]);
	*u = (struct itip_user){.addresses = address, .count = 1};
	return u;
}

static const char *label(struct world *w, const char *what)
{
	return arena_printf(w->arena, "%s (seed %" PRIu64 ")", what, w->seed);
}

static struct ical_object *parsed(struct world *w, struct text raw, enum ical_source source)
{
	struct ical_object *o = NULL;

	CHECK_WELL(label(w, "parsed"), ical_object_parse(w->arena, raw, source, &o));
	return o;
}

/* By the hour that the object itself has. */
static int64_t id_of_day(const struct ical_object *o, int day)
{
	struct ical_time t = o->has_master ? o->items[0].dtstart : o->items[0].recurrence_id;

	t.seconds = START + (int64_t)day * DAY_SECONDS + (t.seconds - START) % DAY_SECONDS;
	return itip_instance_id(o, &t);
}

static const struct ical_item *find_day(struct world *w, const struct ical_object *o, int day,
					bool *own_out)
{
	return meeting_item(w->arena, o, day == SERIES ? ITIP_MASTER : id_of_day(o, day), own_out);
}

/* ---- al's client ------------------------------------------------------------------------- */

static void put_time(struct world *w, struct buf *b, const char *name, int day, int hour)
{
	meeting_put_time(b, name, w->zoned, START + (int64_t)day * DAY_SECONDS + hour * 3600);
}

static void put_people(struct world *w, struct buf *b, const bool *left_out)
{
	buf_put_lit(b, "ORGANIZER:mailto:al@x.y\r\n");
	for (int who = BO; who < PEOPLE; who++)
		if (w->invited[who] && !(left_out && left_out[who]))
			buf_printf(b, "ATTENDEE:mailto:%s\r\n", names[who]);
}

/* The client sends the SEQUENCE that it fetched. */
static void put_sequence(struct world *w, struct buf *b, int day)
{
	bool own;
	const struct ical_item *item = w->has[AL] ? find_day(w, w->has[AL], day, &own) : NULL;

	if (item && item->sequence > 0)
		buf_printf(b, "SEQUENCE:%d\r\n", (int)item->sequence);
}

static void put_series(struct world *w, struct buf *b)
{
	buf_put_lit(b, "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270101T000000Z\r\n");
	put_time(w, b, "DTSTART", 0, w->hour);
	put_time(w, b, "DTEND", 0, w->hour + 1);
	put_sequence(w, b, SERIES);
	buf_printf(b, "RRULE:FREQ=DAILY;COUNT=6\r\nSUMMARY:S%d\r\n", w->version);
	for (int day = 0; day < DAYS; day++)
		if (w->cancelled[day])
			put_time(w, b, "EXDATE", day, w->hour);
	put_people(w, b, NULL);
	buf_put_lit(b, "END:VEVENT\r\n");
}

static void put_day(struct world *w, struct buf *b, int day)
{
	int hour = w->hour + w->moved[day];

	buf_put_lit(b, "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270101T000000Z\r\n");
	put_time(w, b, "RECURRENCE-ID", day, w->hour);
	put_time(w, b, "DTSTART", day, hour);
	put_time(w, b, "DTEND", day, hour + 1);
	put_sequence(w, b, day);
	buf_printf(b, "SUMMARY:S%d.%d\r\n", w->version, w->details[day]);
	put_people(w, b, w->left_out[day]);
	buf_put_lit(b, "END:VEVENT\r\n");
}

/* The client has fetched what stands, so answers for single days are there as overrides. */
static void note_overrides(struct world *w)
{
	for (int day = 0; w->has[AL] && day < DAYS; day++) {
		bool own;

		(void)find_day(w, w->has[AL], day, &own);
		if (own)
			w->own[day] = true;
	}
}

static struct text as_edited(struct world *w)
{
	struct buf b;

	buf_init(&b, w->arena, 4096, 1 << 20);
	buf_put_lit(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n");
	put_series(w, &b);
	for (int day = 0; day < DAYS; day++)
		if (w->own[day] && !w->cancelled[day])
			put_day(w, &b, day);
	buf_put_lit(&b, "END:VCALENDAR\r\n");
	return buf_text(&b);
}

static int who_of(struct text address)
{
	int who = 0;

	while (who < PEOPLE - 1 && !text_equal(address, text_from(names[who])))
		who++;
	return who;
}

static void post(struct world *w, int from, int to, struct text message)
{
	if (w->queued == QUEUE || (w->loses && roll(w, 0, 3) == 0))
		return;
	w->queue[w->queued++] = (struct letter){from, to, message};
}

/* All that somebody is invited to, as after a REFRESH, or when another has answered (§4.2). */
static void send_whole(struct world *w, int to)
{
	struct text text;

	if (!itip_message_write(w->arena, w->has[AL]->raw, TEXT("REQUEST"), text_from(names[to]),
				w->now, &text))
		post(w, AL, to, text);
}

static void save(struct world *w, struct ical_object *is)
{
	struct itip_save s = {.was = w->has[AL], .is = is, .user = user_of(w, AL), .now = w->now};
	struct itip_plan plan = {0};

	if (!is || !CHECK_WELL(label(w, "al's save"), itip_plan_organizer(w->arena, &s, &plan)))
		return;
	for (size_t i = 0; i < plan.count; i++)
		post(w, AL, who_of(plan.messages[i].recipient), plan.messages[i].text);
	w->has[AL] = parsed(w, plan.object, ICAL_FROM_STORE);
}

static void forget_days(struct world *w)
{
	for (int day = 0; day < DAYS; day++) {
		w->own[day] = w->cancelled[day] = false;
		w->moved[day] = w->details[day] = 0;
		memset(w->left_out[day], 0, sizeof(w->left_out[day]));
	}
}

static void edit(struct world *w)
{
	int day = roll(w, 0, DAYS - 1), who = roll(w, BO, DI);

	note_overrides(w);
	switch (roll(w, 0, 7)) {
	case 0: /* all of it at another hour */
		forget_days(w);
		w->hour = w->hour == 9 ? 14 : 9;
		break;
	case 1: /* one day at another hour */
	case 2:
		w->own[day] = true;
		w->moved[day] = w->moved[day] == 2 ? 3 : 2;
		break;
	case 3: /* one day not at all */ w->cancelled[day] = true; break;
	case 4: /* another word for one day */
		w->own[day] = true;
		w->details[day]++;
		break;
	case 5: /* or for all */ w->version++; break;
	case 6: /* somebody more, or less */ w->invited[who] = !w->invited[who]; break;
	case 7: /* the same for one day */
		w->own[day] = true;
		w->left_out[day][who] = !w->left_out[day][who];
		break;
	}
	save(w, parsed(w, as_edited(w), ICAL_FROM_CLIENT));
}

/* ---- the others' clients ----------------------------------------------------------------- */

static void answer(struct world *w)
{
	static const char *const words[] = {"ACCEPTED", "DECLINED", "TENTATIVE"};
	int who = roll(w, BO, DI), day = roll(w, 0, DAYS);
	const char *word = words[roll(w, 0, 2)];
	struct itip_save s = {.was = w->has[who], .user = user_of(w, who), .now = w->now};
	const struct ical_item *item;
	struct itip_plan plan = {0};
	bool own;

	if (!w->has[who])
		return;
	item = find_day(w, w->has[who], day, &own);
	if (!item || item->status == STATUS_CANCELLED ||
	    !itip_attendee_in(w->arena, item, user_of(w, who)))
		return;
	s.is = parsed(w,
		      meeting_answered(w->arena, label(w, "a day"), w->has[who], user_of(w, who),
				       day == SERIES ? ITIP_MASTER : id_of_day(w->has[who], day),
				       word),
		      ICAL_FROM_CLIENT);
	if (!s.is || !CHECK_WELL(label(w, "an answer"), itip_plan_attendee(w->arena, &s, &plan)))
		return;
	w->given[who][day] =
		(struct given){.partstat = word,
			       .id = day == SERIES ? ITIP_MASTER : id_of_day(w->has[who], day),
			       .sequence = item->sequence};
	w->has[who] = parsed(w, plan.object, ICAL_FROM_STORE);
	for (size_t i = 0; i < plan.count; i++) {
		w->given[who][day].reply = plan.messages[i].text;
		post(w, who, AL, plan.messages[i].text);
	}
	if (verbose)
		printf("  %s answers %d: %s\n", names[who], day, word);
}

/* ---- the post ---------------------------------------------------------------------------- */

static void note_came(struct world *w, const struct letter *l)
{
	for (int day = 0; day <= DAYS; day++)
		if (w->given[l->from][day].reply.at == l->text.at)
			w->given[l->from][day].came = true;
}

static void process(struct world *w, const struct letter *l)
{
	struct ical_object *message = parsed(w, l->text, ICAL_FROM_MESSAGE);
	struct itip_incoming in = {.message = message,
				   .user = user_of(w, l->to),
				   .stored = w->has[l->to],
				   .sender = text_from(names[l->from]),
				   .now = w->now};
	struct itip_outcome out;

	if (!message ||
	    !CHECK_WELL(label(w, "a METHOD"), itip_check(w->arena, message, &in.method)) ||
	    !CHECK_WELL(label(w, "processed"), itip_process(w->arena, &in, &out)))
		return;
	if (verbose)
		printf("  %s to %s: %s: %s\n%.*s\n", names[l->from], names[l->to],
		       itip_method_name(in.method), out.why, TEXT_ARG(l->text));
	if (in.method == ITIP_CANCEL && !in.stored)
		w->missed_cancel[l->to] = true;
	if (in.method == ITIP_REPLY)
		note_came(w, l);
	for (size_t i = 0; i < out.answer_count; i++)
		post(w, l->to, l->from, out.answers[i].text);
	if (out.action != ITIP_STORE)
		return;
	w->has[l->to] = parsed(w, out.object, ICAL_FROM_STORE);
	for (int who = BO; out.tell_others && who < PEOPLE; who++)
		if (who != l->from)
			send_whole(w, who);
}

/* Any letter of the queue; one in five is delivered again later. */
static void deliver(struct world *w)
{
	size_t i;
	struct letter l;

	if (w->queued == 0)
		return;
	i = (size_t)roll(w, 0, (int)w->queued - 1);
	l = w->queue[i];
	if (roll(w, 0, 4) > 0)
		w->queue[i] = w->queue[--w->queued];
	process(w, &l);
}

static void deliver_all(struct world *w)
{
	for (int i = 0; w->queued > 0 && i < QUEUE; i++) {
		w->now += 60;
		deliver(w);
	}
}

/* ---- in the end -------------------------------------------------------------------------- */

/* What al's object is to somebody; NULL: they are not invited. */
static struct ical_object *view_of(struct world *w, int who)
{
	struct text text;

	if (itip_message_write(w->arena, w->has[AL]->raw, TEXT("REQUEST"), text_from(names[who]),
			       w->now, &text))
		return NULL;
	return parsed(w, text, ICAL_FROM_MESSAGE);
}

static void check_times(struct world *w, int who)
{
	const struct ical_object *view = view_of(w, who);

	/* Where they are not invited no whole comes, so what was lost stays unknown. */
	if (!view && w->loses)
		return;
	CHECK_TEXT(label(w, names[who]), meeting_times(w->arena, label(w, "copy"), w->has[who]),
		   meeting_times(w->arena, label(w, "view"), view));
}

static bool is_said(struct world *w, const struct ical_object *o, int who, const struct given *g)
{
	bool own;
	const struct ical_item *item = o ? meeting_item(w->arena, o, g->id, &own) : NULL;
	const struct ical_attendee *line =
		item ? itip_attendee_in(w->arena, item, user_of(w, who)) : NULL;

	/* Of another revision, or not asked any more. */
	if (!line || item->status == STATUS_CANCELLED || item->sequence != g->sequence)
		return true;
	return text_equal_nocase(line->partstat, text_from(g->partstat));
}

static void check_answers(struct world *w, int who)
{
	for (int day = 0; day <= DAYS; day++) {
		const struct given *g = &w->given[who][day];

		if (!g->partstat)
			continue;
		CHECK_TRUE(label(w, arena_printf(w->arena, "%s's answer for %d, in their copy",
						 names[who], day)),
			   is_said(w, w->has[who], who, g));
		if (g->came)
			CHECK_TRUE(label(w, arena_printf(w->arena, "%s's answer for %d, at al's",
							 names[who], day)),
				   is_said(w, w->has[AL], who, g));
	}
}

/* What comes from now on comes; after losses everybody also gets the whole. */
static void end(struct world *w)
{
	bool lost = w->loses;

	w->loses = false;
	for (int who = BO; lost && who < PEOPLE; who++)
		send_whole(w, who);
	deliver_all(w);
	w->loses = lost;
}

static void live(struct world *w)
{
	w->hour = 9;
	w->invited[BO] = w->invited[CY] = true;
	save(w, parsed(w, as_edited(w), ICAL_FROM_CLIENT));
	for (int i = 0; i < STEPS; i++) {
		w->now += 60;
		if (verbose)
			printf("step %d\n", i);
		switch (roll(w, 0, 3)) {
		case 0: edit(w); break;
		case 1: answer(w); break;
		default: deliver(w);
		}
	}
	end(w);
	for (int who = AL; verbose && who < PEOPLE; who++)
		printf("%s has\n%.*s\n", names[who],
		       TEXT_ARG(w->has[who] ? w->has[who]->raw : TEXT("nothing")));
	for (int who = BO; who < PEOPLE; who++) {
		if (w->missed_cancel[who])
			continue;
		check_times(w, who);
		check_answers(w, who);
	}
}

static void live_once(struct arena *arena, uint64_t seed)
{
	struct world *w = arena_alloc(arena, sizeof(*w));

	w->arena = arena;
	w->seed = seed;
	w->dice.state = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
	w->loses = roll(w, 0, 1);
	w->zoned = roll(w, 0, 1);
	w->now = ITIP_NOW;
	live(w);
	arena_reset(arena);
}

static void test_histories(void)
{
	struct arena *arena = arena_create((size_t)1 << 28);
	const char *many = getenv("FASTI_HISTORIES"), *one = getenv("FASTI_HISTORY");
	int64_t count = 1000;

	pinned_zones_use();
	CHECK_WELL("start", secret_init(arena));
	ical_init();
	if (many)
		CHECK_TRUE("FASTI_HISTORIES", text_to_int64(text_from(many), 1, 100000000, &count));
	if (one && text_to_int64(text_from(one), 1, INT64_MAX, &count)) {
		verbose = true;
		live_once(arena, (uint64_t)count);
		count = 0;
	}
	for (int64_t i = 1; i <= count; i++)
		live_once(arena, (uint64_t)i);
	printf("      histories: seeds 1 to %" PRId64 "\n", count);
	arena_destroy(arena);
}

UNIT_SUITE("itip_histories", {"copies agree, and no answer is lost", test_histories})
