/* Messages to people outside: which of them leave, in which order, and what becomes of them. */

#include "base/buf.h"
#include "calendar/schedule.h"
#include "store/schedule.h"
#include "town.h"
#include "unit.h"
#include "json/read.h"

#define ORGANIZER "ORGANIZER:mailto:alice@example.org\r\n"
#define EVE	  "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:eve@example.com\r\n"
#define FRED	  "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:fred@example.com\r\n"
#define DAILY	  "RRULE:FREQ=DAILY;COUNT=5\r\n"

static const struct fault *saves(struct town *t, const char *start, const char *end,
				 const char *who)
{
	return house_put(&t->h, t->alice, "calendar", "m.ics",
			 house_event(t->a, "m@x", start, end, who));
}

static const struct fault *removes(struct town *t)
{
	return house_remove(&t->h, t->alice, "calendar", "m.ics");
}

/* ---- the mails ------------------------------------------------------------------------------- */

struct mails {
	struct text to;
	struct buf out;
};

static bool put_mail(void *ctx, const struct job *j)
{
	struct mails *m = ctx;
	const struct json *root;
	struct text method, to;

	if (!json_parse(m->out.arena, j->payload, SCHEDULE_PAYLOAD_MAX, &root) &&
	    json_text(json_get(root, "method"), &method) && json_text(json_get(root, "to"), &to) &&
	    text_equal(to, m->to))
		buf_printf(&m->out, "%.*s ", TEXT_ARG(method));
	return true;
}

/* The METHODs of what waits for somebody, in their order. */
static const char *mails_to(struct town *t, const char *to)
{
	struct mails m = {.to = text_from(to)};

	buf_init(&m.out, t->a, 64, 4096);
	CHECK_WELL("jobs", job_for_each(t->h.db, t->a, put_mail, &m));
	return text_cstr(t->a, text_trim(buf_text(&m.out)));
}

enum fate { SENT, IN_VAIN, REFUSED };

static const struct fault *meet_fate(struct db *db, struct arena *a, void *ctx)
{
	const enum fate *fate = ctx;
	struct job *j;

	for (;;) {
		const struct fault *f = job_take(db, a, TEXT("imip"), HOUSE_NOW, 60, &j);

		if (f || !j)
			return f;
		if (*fate == SENT)
			f = job_done(db, a, j);
		else if (*fate == IN_VAIN)
			f = job_retry(db, a, j, HOUSE_NOW + 10, true, TEXT("451 later"));
		else
			f = job_give_up(db, a, j, true, TEXT("550 no such user"));
		if (f)
			return f;
	}
}

/* All that waits is tried once. */
static void mails_are(struct town *t, enum fate fate)
{
	CHECK_WELL("mails", store_fixture_tx(t->h.x, meet_fate, &fate));
}

/* ---- which leave ----------------------------------------------------------------------------- */

/* RFC 5546 §3.2.5: nobody gets a CANCEL of what they were never invited to. */
static void never_left(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	CHECK_WELL("save", saves(&t, EIGHT, NINE, ORGANIZER EVE FRED));
	CHECK_WELL("moved", saves(&t, NINE, TEN, ORGANIZER EVE FRED));
	CHECK_STR("the newest alone", mails_to(&t, "eve@example.com"), "REQUEST");
	CHECK_WELL("without eve", saves(&t, NINE, TEN, ORGANIZER FRED));
	CHECK_STR("nothing", mails_to(&t, "eve@example.com"), "");
	CHECK_STR("to the other", mails_to(&t, "fred@example.com"), "REQUEST");
	mails_are(&t, IN_VAIN);
	CHECK_WELL("gone", removes(&t));
	CHECK_STR("in vain, so nothing", mails_to(&t, "fred@example.com"), "");
	CHECK_INT("nothing is kept", count_of(&t, "SELECT count(*) FROM job_body"), 0);
	town_close(&t);
}
STORE_CASE(never_left)

/* RFC 5546 §2.1.5: what is outdated does not arrive after what outdates it. */
static void left(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	CHECK_WELL("save", saves(&t, EIGHT, NINE, ORGANIZER EVE));
	mails_are(&t, SENT);
	CHECK_WELL("moved", saves(&t, NINE, TEN, ORGANIZER EVE));
	mails_are(&t, IN_VAIN);
	CHECK_WELL("gone", removes(&t));
	CHECK_STR("only that it is off", mails_to(&t, "eve@example.com"), "CANCEL");
	CHECK_WELL("again", saves(&t, EIGHT, NINE, ORGANIZER EVE));
	CHECK_STR("in this order", mails_to(&t, "eve@example.com"), "CANCEL REQUEST");
	CHECK_WELL("and off", removes(&t));
	CHECK_STR("one is enough", mails_to(&t, "eve@example.com"), "CANCEL");
	town_close(&t);
}
STORE_CASE(left)

/* One instance is cancelled: the invitation goes first, however often it is tried. */
static void one_instance(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	CHECK_WELL("save", saves(&t, EIGHT, NINE, DAILY ORGANIZER EVE));
	mails_are(&t, IN_VAIN);
	CHECK_WELL("but for one day",
		   saves(&t, EIGHT, NINE, DAILY "EXDATE:20270119T080000Z\r\n" ORGANIZER EVE));
	CHECK_INT("both", count_of(&t, "SELECT count(*) FROM job"), 2);
	mails_are(&t, SENT);
	CHECK_INT("neither goes before its time", count_of(&t, "SELECT count(*) FROM job"), 2);
	CHECK_WELL("gone", removes(&t));
	CHECK_STR("neither was seen", mails_to(&t, "eve@example.com"), "");
	town_close(&t);
}
STORE_CASE(one_instance)

/* ---- many ------------------------------------------------------------------------------------ */

enum { MANY = 1000 };

/* 83 KB, a thousand people outside: one transaction, and the message stands in it once. */
static void thousand(struct store_fixture *x)
{
	struct town t;
	struct arena *a = arena_create(64 << 20);
	struct change *c;
	struct change_put *put;
	struct schedule_note *notes;
	size_t count = 0;
	struct buf b;

	town_open(&t, x);
	buf_init(&b, t.a, 1 << 17, 1 << 18);
	buf_put_str(&b, ORGANIZER);
	for (int i = 0; i < MANY; i++)
		buf_printf(&b,
			   "ATTENDEE;CN=Person No. %04d;PARTSTAT=NEEDS-ACTION:"
			   "mailto:p%04d@example.com\r\n",
			   i, i);
	put = put_of(&t, "m.ics",
		     house_event(t.a, "m@x", EIGHT, NINE, text_cstr(t.a, buf_text(&b))));
	CHECK_TRUE("not small", put->raw.len > 75000);
	c = change_open(&t.h.calendar, a, CHANGE_CLIENT, HOUSE_NOW);
	CHECK_WELL("within the memory of a request", change_put(c, put));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("jobs", count_of(&t, "SELECT count(*) FROM job"), MANY);
	CHECK_INT("messages", count_of(&t, "SELECT count(*) FROM job_body"), 1);
	CHECK_TRUE("and no other copy",
		   count_of(&t, "SELECT sum(length(payload)) FROM job") < MANY * 200);
	CHECK_WELL("explain",
		   schedule_note_list(t.h.db, t.a, t.alice, TEXT("m@x"), &notes, &count));
	CHECK_INT("all in one note", count, 1);
	CHECK_TEXT("which names some", count ? notes[0].peer : TEXT_NONE,
		   TEXT("p0000@example.com, p0001@example.com, p0002@example.com,"
			" p0003@example.com, p0004@example.com and 995 more"));
	mails_are(&t, SENT);
	CHECK_INT("gone with the last", count_of(&t, "SELECT count(*) FROM job_body"), 0);
	arena_destroy(a);
	town_close(&t);
}
STORE_CASE(thousand)

/* ---- what becomes of them -------------------------------------------------------------------- */

static bool first_job(void *ctx, const struct job *j)
{
	*(struct job *)ctx = *j;
	return false;
}

static const struct fault *note_failure(struct town *t, const char *to, const char *status)
{
	struct job *j = arena_alloc(t->a, sizeof(*j));
	struct change *c = change_open(&t->h.calendar, t->a, CHANGE_ITIP, HOUSE_NOW);
	struct schedule_failure *failure = arena_alloc(t->a, sizeof(*failure));
	const struct fault *f = job_for_each(t->h.db, t->a, first_job, j);

	*failure = (struct schedule_failure){
		.owner = t->alice,
		.job = j,
		.method = ITIP_REQUEST,
		.uid = TEXT("m@x"),
		.recipient = text_from(to),
		.status = status,
		.why = TEXT("550 no such user"),
	};
	if (!f)
		f = schedule_note_failure(c, failure);
	return f ? f : change_run(c);
}

static struct stored_object *stored(struct town *t)
{
	struct stored_object *o = NULL, *whole = NULL;

	CHECK_WELL("look", object_find_uid_anywhere(t->h.db, t->a, t->alice, TEXT("m@x"), 0, &o));
	if (o)
		CHECK_WELL("read", object_get(t->h.db, t->a, t->alice, o->id, &whole));
	return whole;
}

/* RFC 6638 §3.2.9: the organizer sees that it could not be delivered. */
static void failure(struct store_fixture *x)
{
	struct town t;
	struct stored_object *before, *after;
	struct schedule_note *notes;
	size_t count;

	town_open(&t, x);
	CHECK_WELL("save", saves(&t, EIGHT, NINE, ORGANIZER EVE FRED));
	before = stored(&t);
	CHECK_TRUE("queued", text_find(before->data, TEXT("1.1")) >= 0);
	CHECK_WELL("refused", note_failure(&t, "eve@example.com", "5.1"));
	after = stored(&t);
	CHECK_TRUE("eve's line",
		   text_find(after->data, TEXT("SCHEDULE-STATUS=5.1")) >= 0 ||
			   text_find(after->data, TEXT("SCHEDULE-STATUS=\"5.1\"")) >= 0);
	CHECK_TRUE("fred's stays", text_find(after->data, TEXT("1.1")) >= 0);
	CHECK_TRUE("clients see a change", !text_equal(before->etag, after->etag));
	CHECK_TEXT("§3.2.10: but no other tag", after->schedule_tag, before->schedule_tag);
	CHECK_WELL("explain",
		   schedule_note_list(t.h.db, t.a, t.alice, TEXT("m@x"), &notes, &count));
	CHECK_TRUE("why", count > 0 && text_find(notes[count - 1].why, TEXT("550 no such")) >= 0);
	CHECK_TEXT("what", count ? notes[count - 1].status : TEXT_NONE, TEXT("5.1"));
	town_close(&t);
}
STORE_CASE(failure)

/* What was sent since counts. */
static void failure_overtaken(struct store_fixture *x)
{
	struct town t;
	struct text before;

	town_open(&t, x);
	CHECK_WELL("save", saves(&t, EIGHT, NINE, DAILY ORGANIZER EVE));
	CHECK_WELL("but for one day",
		   saves(&t, EIGHT, NINE, DAILY "EXDATE:20270119T080000Z\r\n" ORGANIZER EVE));
	before = stored(&t)->etag;
	CHECK_WELL("refused", note_failure(&t, "eve@example.com", "5.1"));
	CHECK_TEXT("nothing is said of the older one", stored(&t)->etag, before);
	town_close(&t);
}
STORE_CASE(failure_overtaken)

static void failure_of_nothing(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	CHECK_WELL("save", saves(&t, EIGHT, NINE, ORGANIZER EVE));
	mails_are(&t, REFUSED);
	CHECK_INT("it is kept to be seen", count_of(&t, "SELECT count(*) FROM job"), 1);
	CHECK_WELL("gone", removes(&t));
	CHECK_INT("until it means nothing", count_of(&t, "SELECT count(*) FROM job"), 0);
	CHECK_WELL("no object", note_failure(&t, "eve@example.com", "5.1"));
	town_close(&t);
}
STORE_CASE(failure_of_nothing)

UNIT_SUITE("schedule_job",
	   STORE_ROWS("RFC 5546 §3.2.5: what never left is not cancelled", never_left),
	   STORE_ROWS("RFC 5546 §2.1.5: nothing outdated arrives last", left),
	   STORE_ROWS("one instance off, in its order", one_instance),
	   STORE_ROWS("RFC 6638 §3.2.9: 1,000 people outside", thousand),
	   STORE_ROWS("RFC 6638 §3.2.9: could not be delivered", failure),
	   STORE_ROWS("RFC 6638 §3.2.9: but something newer waits", failure_overtaken),
	   STORE_ROWS("of what is gone", failure_of_nothing))
