/*
 * test_itip_saves - what holds for every save: random ones, large ones, and what is noted after
 */
#include "saves_fixture.h"

#include "dice.h"
#include "ical/walk.h"
#include "itip/itip.h"

/* ---- random meetings ----------------------------------------------------------------------- */

static const char *const people[] = {"bo", "cy", "di", "ed"};
static const char *const answers[] = {"NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE"};

/* One component, as numbers that a random edit changes. */
struct component {
	bool is_there;
	int title, hour, sequence;
	bool has_alarm;
	bool is_invited[ARRAY_LEN(people)];
	int answer[ARRAY_LEN(people)];
};

enum { DAYS = 5 };
struct meeting {
	struct component series, days[DAYS];
	bool is_out[DAYS];
};

static void put_component(struct buf *b, const struct component *c, const struct meeting *m,
			  int day)
{
	buf_put_lit(b, "BEGIN:VEVENT\nUID:1\nX-MINE:kept\n as it is\nDTSTAMP:20260101T000000Z\n");
	if (day >= 0)
		buf_printf(b, "RECURRENCE-ID:202701%dT090000Z\n", 18 + day);
	buf_printf(b, "DTSTART:202701%dT%02d0000Z\nDURATION:PT1H\n", day < 0 ? 18 : 18 + day,
		   c->hour);
	if (day < 0)
		buf_put_lit(b, "RRULE:FREQ=DAILY;COUNT=20\n");
	for (int i = 0; day < 0 && i < DAYS; i++)
		if (m->is_out[i])
			buf_printf(b, "EXDATE:202701%dT%02d0000Z\n", 18 + i, c->hour);
	buf_printf(b, "SUMMARY:Title %d\nSEQUENCE:%d\n" ORGANIZED, c->title, c->sequence);
	for (size_t i = 0; i < ARRAY_LEN(people); i++)
		if (c->is_invited[i])
			buf_printf(b, "ATTENDEE;PARTSTAT=%s;CN=%s:mailto:%s@x.y\n",
				   answers[c->answer[i]], people[i], people[i]);
	if (c->has_alarm)
		buf_put_lit(b, "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nDESCRIPTION:x\n"
			       "END:VALARM\n");
	buf_put_lit(b, "END:VEVENT\n");
}

static const char *written(const struct meeting *m)
{
	struct buf b;

	buf_init(&b, saves_fixture_arena(), 4096, 1024 * 1024);
	put_component(&b, &m->series, m, -1);
	for (int i = 0; i < DAYS; i++)
		if (m->days[i].is_there)
			put_component(&b, &m->days[i], m, i);
	return b.at;
}

static void roll_component(struct dice *d, struct component *c)
{
	*c = (struct component){.is_there = true,
				.hour = 9,
				.title = (int)dice_roll(d, 0, 3),
				.sequence = (int)dice_roll(d, 0, 2)};
	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		c->is_invited[i] = dice_roll(d, 0, 2) > 0;
		c->answer[i] = (int)dice_roll(d, 0, 3);
	}
	c->is_invited[0] = true;
}

static void roll_meeting(struct dice *d, struct meeting *m)
{
	*m = (struct meeting){.series.is_there = true};
	roll_component(d, &m->series);
	for (int i = 0; i < DAYS; i++) {
		int64_t kind = dice_roll(d, 0, 4);

		if (kind == 0)
			roll_component(d, &m->days[i]);
		m->is_out[i] = kind == 1;
	}
}

static void edit_component(struct dice *d, struct component *c)
{
	size_t who = (size_t)dice_roll(d, 0, ARRAY_LEN(people) - 1);

	switch (dice_roll(d, 0, 5)) {
	case 0: c->title++; break;
	case 1: c->has_alarm = !c->has_alarm; break;
	case 2: c->is_invited[who] = !c->is_invited[who]; break;
	case 3: c->answer[who] = (int)dice_roll(d, 0, 3); break;
	case 4: c->hour = (int)dice_roll(d, 9, 11); break;
	default: c->sequence++;
	}
}

static void edit_day(struct dice *d, struct meeting *m, int day)
{
	struct component *c = &m->days[day];

	switch (dice_roll(d, 0, 3)) {
	case 0:
		c->is_there = false;
		m->is_out[day] = !m->is_out[day];
		break;
	case 1:
		m->is_out[day] = false;
		if (c->is_there)
			c->is_there = false;
		else
			roll_component(d, c);
		break;
	default:
		if (c->is_there)
			edit_component(d, c);
	}
}

static void edit_meeting(struct dice *d, struct meeting *m)
{
	for (int64_t n = dice_roll(d, 1, 3); n > 0; n--)
		if (dice_roll(d, 0, 2) == 0)
			edit_component(d, &m->series);
		else
			edit_day(d, m, (int)dice_roll(d, 0, DAYS - 1));
}

/* ---- bytes --------------------------------------------------------------------------------- */

/* The lines that no save may touch, as they are. */
static struct text untouched(struct text object)
{
	struct arena *a = saves_fixture_arena();
	struct ical_line l;
	size_t pos = 0;
	struct buf b;

	buf_init(&b, a, object.len, object.len);
	while (ical_line_next(a, object, &pos, &l))
		if (!ical_line_is(&l, "ATTENDEE") && !ical_line_is(&l, "SEQUENCE"))
			buf_put(&b, object.at + l.begin, l.end - l.begin);
	return buf_text(&b);
}

/* Who else is invited to a component, and what they answered. */
static struct text others(const struct ical_object *o, const struct ical_item *item)
{
	struct arena *a = saves_fixture_arena();
	struct buf b;

	buf_init(&b, a, 256, 4096);
	for (size_t n = 0; n < ARRAY_LEN(people); n++)
		for (size_t i = 0; i < item->attendee_count; i++) {
			const struct ical_attendee *p = &item->attendees[i];

			if (n > 0 && text_find(p->address, text_from(people[n])) >= 0)
				buf_put_text(&b, text_sub(o->raw, p->begin, p->end - p->begin));
		}
	return buf_text(&b);
}

/* Of the organizer's part nothing is lost but instances that are declined by EXDATE. */
static void check_kept(const char *row, const struct ical_object *was, const struct ical_object *o)
{
	struct arena *a = saves_fixture_arena();
	struct itip_instances all, now;

	itip_instances(a, was, &all);
	itip_instances(a, o, &now);
	for (size_t i = 0; i < all.count; i++) {
		const struct itip_instance *old = &all.at[i];
		const struct itip_instance *new = itip_instance_find(&now, old->id);

		if (!old->item || !new || !new->item) {
			CHECK_TRUE(row, new != NULL && !new->item);
			continue;
		}
		CHECK_TRUE(row, new->id == old->id);
		CHECK_TEXT(row, others(o, new->item), others(was, old->item));
		CHECK_TEXT(row, new->item->summary, old->item->summary);
		CHECK_INT(row, new->item->sequence, old->item->sequence);
	}
}

static bool plan(const char *row, const char *was, const char *is, const char *user,
		 saves_plan_fn fn, bool saw_answers, struct itip_plan *out, struct itip_save *s)
{
	*s = (struct itip_save){.was = saves_fixture_object(row, was),
				.is = saves_fixture_object(row, is),
				.user = saves_fixture_user(user),
				.saw_answers = saw_answers,
				.now = SAVES_NOW};
	return CHECK_WELL(row, fn(saves_fixture_arena(), s, out));
}

/* Once more as it is stored: nothing is sent, nothing changed. */
static void check_settled(const char *row, const struct itip_plan *p, struct itip_save s,
			  saves_plan_fn fn)
{
	struct itip_plan again;
	struct ical_object *o;

	if (!CHECK_WELL(row,
			ical_object_parse(saves_fixture_arena(), p->object, ICAL_FROM_STORE, &o)))
		return;
	s.was = s.is = o;
	if (!CHECK_WELL(row, fn(saves_fixture_arena(), &s, &again)))
		return;
	CHECK_INT(row, again.count, 0);
	CHECK_INT(row, again.edited, false);
}

/* SEQUENCE never falls, and rises with the time of a component (RFC 5546 §2.1.4). */
static void check_sequences(const char *row, const struct itip_plan *p, const struct itip_save *s)
{
	struct arena *a = saves_fixture_arena();
	struct itip_instances was, is;
	struct ical_object *o;

	if (!CHECK_WELL(row, ical_object_parse(a, p->object, ICAL_FROM_STORE, &o)))
		return;
	itip_instances(a, s->was, &was);
	itip_instances(a, o, &is);
	for (size_t i = 0; i < is.count; i++) {
		const struct itip_instance *old = itip_instance_find(&was, is.at[i].id);
		const struct ical_item *before = old ? old->item : NULL, *after = is.at[i].item;

		if (!before || !after)
			continue;
		CHECK_TRUE(row, after->sequence >= before->sequence);
		if (old->id == is.at[i].id && before->dtstart.seconds != after->dtstart.seconds)
			CHECK_TRUE(row, after->sequence > before->sequence);
	}
}

static void test_organizer(void)
{
	struct dice d = {20270115};

	for (int i = 0; i < 1000; i++) {
		char row[64];
		struct meeting was, is;
		struct itip_plan p;
		struct itip_save s;

		snprintf(row, sizeof(row), "seed 20270115, save %d", i);
		saves_fixture_begin();
		roll_meeting(&d, &was);
		is = was;
		edit_meeting(&d, &is);
		if (plan(row, written(&was), written(&is), "al", itip_plan_organizer, i % 2 == 0,
			 &p, &s)) {
			/* Components that answers made are put back otherwise. */
			if (s.saw_answers)
				CHECK_TEXT(row, untouched(p.object), untouched(s.is->raw));
			saves_fixture_check(row, &p);
			check_sequences(row, &p, &s);
			check_settled(row, &p, s, itip_plan_organizer);
		}
		saves_fixture_end();
	}
}

/* An attendee answers, and loses what an attendee's program may lose. */
static void answer_meeting(struct dice *d, struct meeting *m)
{
	int64_t times = dice_roll(d, 1, 3);

	for (int64_t n = 0; n < times; n++) {
		int day = (int)dice_roll(d, 0, DAYS - 1);
		struct component *c = &m->days[day];

		if (dice_roll(d, 0, 2) == 0) {
			m->series.answer[0] = (int)dice_roll(d, 0, 3);
		} else if (c->is_there && dice_roll(d, 0, 3) == 0) {
			c->is_there = false; /* left out, or with it an EXDATE */
			m->is_out[day] = dice_roll(d, 0, 1);
		} else if (c->is_there) {
			c->answer[0] = (int)dice_roll(d, 0, 3);
			c->has_alarm = !c->has_alarm;
		}
		for (size_t i = 1; i < ARRAY_LEN(people); i++)
			if (dice_roll(d, 0, 2) == 0)
				m->series.is_invited[i] = false;
	}
}

static void test_attendee(void)
{
	struct dice d = {20270116};

	for (int i = 0; i < 1000; i++) {
		char row[64];
		struct meeting was, is;
		struct itip_plan p;
		struct itip_save s;
		struct ical_object *o;

		snprintf(row, sizeof(row), "seed 20270116, save %d", i);
		saves_fixture_begin();
		roll_meeting(&d, &was);
		is = was;
		answer_meeting(&d, &is);
		if (plan(row, written(&was), written(&is), "bo", itip_plan_attendee, false, &p,
			 &s) &&
		    CHECK_WELL(row, ical_object_parse(saves_fixture_arena(), p.object,
						      ICAL_FROM_STORE, &o))) {
			check_kept(row, s.was, o);
			saves_fixture_check(row, &p);
			check_settled(row, &p, s, itip_plan_attendee);
		}
		saves_fixture_end();
	}
}

/* ---- large meetings ------------------------------------------------------------------------ */

enum { MANY = 1000 };

static void put_crowd(struct buf *b, int from, int to)
{
	for (int i = from; i < to; i++)
		buf_printf(b, "ATTENDEE:mailto:p%d@x.y\n", i);
}

/* A thousand in the series, and a thousand instances with one of them each. */
static const char *crowd(const char *title, const char *exdate)
{
	struct buf b;

	buf_init(&b, saves_fixture_arena(), 1024 * 1024, 1024 * 1024);
	buf_printf(&b,
		   "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n" NINE
		   "RRULE:FREQ=DAILY;COUNT=2000\nSUMMARY:%s\n%s" ORGANIZED,
		   title, exdate);
	put_crowd(&b, 0, MANY);
	buf_put_lit(&b, "END:VEVENT\n");
	for (int i = 0; i < MANY; i++) {
		struct buf day;

		buf_init(&day, saves_fixture_arena(), 32, 32);
		time_put_date(&day, (20600 + i) * INT64_C(86400));
		buf_printf(
			&b,
			"BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n"
			"RECURRENCE-ID:%sT090000Z\nDTSTART:%sT090000Z\nDURATION:PT1H\n" ORGANIZED,
			day.at, day.at);
		put_crowd(&b, i % 7, i % 7 + 1);
		buf_put_lit(&b, "END:VEVENT\n");
	}
	return b.at;
}

static void test_many(void)
{
	struct itip_plan p;
	struct itip_save s;
	size_t texts = 0;

	saves_fixture_begin();
	if (plan("many", crowd("S", ""), crowd("T", ""), "al", itip_plan_organizer, true, &p, &s)) {
		CHECK_INT("one message each", p.count, MANY);
		for (size_t i = 1; i < p.count; i++)
			texts += p.messages[i].text.at != p.messages[i - 1].text.at;
		/* The seven who have instances of their own, and all others. */
		CHECK_INT("who sees the same gets the same bytes", texts, 7);
	}
	saves_fixture_end();
}

static void test_too_many(void)
{
	struct itip_save s = {.saw_answers = true, .now = SAVES_NOW};
	struct itip_plan p;
	struct buf b;

	saves_fixture_begin();
	buf_init(&b, saves_fixture_arena(), 1024 * 1024, 1024 * 1024);
	buf_put_lit(&b, "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n" DAILY ORGANIZED);
	put_crowd(&b, 0, MANY);
	buf_put_lit(&b, "END:VEVENT\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n" ON("20")
				ORGANIZED);
	put_crowd(&b, MANY, MANY + 1);
	buf_put_lit(&b, "END:VEVENT\n");
	s.user = saves_fixture_user("al");
	s.is = saves_fixture_object("too many", b.at);
	CHECK_FAULT("one more in an instance", itip_plan_organizer(saves_fixture_arena(), &s, &p),
		    FAULT_TOO_MANY_ATTENDEES);
	s.was = s.is;
	s.is = NULL;
	CHECK_WELL("removing is always possible",
		   itip_plan_organizer(saves_fixture_arena(), &s, &p));
	CHECK_INT("all are told", p.count, MANY + 1);
	saves_fixture_end();
}

/* ---- what became of the messages ----------------------------------------------------------- */

static void test_notes(void)
{
	static const struct itip_delivery one[] = {{TEXT_INIT("bo@x.y"), "1.2"}};
	static const struct itip_delivery to_organizer[] = {{TEXT_INIT("al@x.y"), "1.1"}};
	static const struct itip_delivery twice[] = {{TEXT_INIT("bo@x.y"), "1.1"},
						     {TEXT_INIT("bo@x.y"), "5.1"}};
	static const struct {
		const char *name, *object;
		const struct itip_delivery *deliveries;
		size_t count;
		const char *want;
	} rows[] = {
		{"§3.2.9 on each line of the recipient, and no other",
		 EVENT(DAILY ORGANIZED INVITED("bo") INVITED("cy"))
			 EVENT(ON("20") ORGANIZED "ATTENDEE;CN=B:MAILTO:Bo@x.y\n"),
		 one, 1,
		 EVENT(DAILY ORGANIZED "ATTENDEE;SCHEDULE-STATUS=1.2:mailto:bo@x.y\n" INVITED("cy"))
			 EVENT(ON("20") ORGANIZED
			       "ATTENDEE;CN=B;SCHEDULE-STATUS=1.2:MAILTO:Bo@x.y\n")},
		{"§7.3 the last one counts",
		 EVENT(NINE ORGANIZED "ATTENDEE;SCHEDULE-STATUS=\"2.0,2.3\";CN=B:mailto:bo@x.y\n"),
		 twice, 2,
		 EVENT(NINE ORGANIZED "ATTENDEE;SCHEDULE-STATUS=5.1;CN=B:mailto:bo@x.y\n")},
		{"§7.3 a reply is noted at ORGANIZER, who is invited as well",
		 EVENT(NINE ORGANIZED ACCEPTED("al") ACCEPTED("bo")), to_organizer, 1,
		 EVENT(NINE "ORGANIZER;SCHEDULE-STATUS=1.1:mailto:al@x.y\n" ACCEPTED("al")
			       ACCEPTED("bo"))},
		{"an alarm's ATTENDEE is nobody invited",
		 EVENT(NINE ORGANIZED INVITED(
			 "cy") "BEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-PT5M\nSUMMARY:x\n"
			       "DESCRIPTION:x\n" INVITED("bo") "END:VALARM\n"),
		 one, 1,
		 EVENT(NINE ORGANIZED INVITED(
			 "cy") "BEGIN:VALARM\nACTION:EMAIL\nTRIGGER:-PT5M\nSUMMARY:x\n"
			       "DESCRIPTION:x\n" INVITED("bo") "END:VALARM\n")},
	};

	saves_fixture_begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_TEXT(rows[i].name,
			   saves_fixture_plain(itip_note_deliveries(
				   saves_fixture_arena(), saves_fixture_text(rows[i].object),
				   rows[i].deliveries, rows[i].count)),
			   saves_fixture_plain(saves_fixture_text(rows[i].want)));
	CHECK_TEXT("no object",
		   itip_note_deliveries(saves_fixture_arena(), TEXT("nonsense"), one, 1),
		   TEXT("nonsense"));
	saves_fixture_end();
}

UNIT_SUITE("itip saves", {"1,000 random saves of an organizer", test_organizer},
	   {"1,000 random saves of an attendee", test_attendee},
	   {"1,000 attendees, 1,000 instances", test_many}, {"1,001 attendees", test_too_many},
	   {"what became of the messages (RFC 6638 §3.2.9)", test_notes})
