/*
 * test_copy_link - links to conferences that the provider makes
 */
#include "booking/conference.h"
#include "copy_desk.h"
#include "unit.h"

/* In place of federation/provider.c. */
const struct provider *provider_of(enum provider_kind kind)
{
	(void)kind;
	return desk_provider();
}

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

/* clang-format off */
UNIT_SUITE("copy_link",
	STORE_ROWS("a link comes while the invitation waits", link_comes),
	STORE_ROWS("a link comes when the invitation has left", link_comes_late),
	STORE_ROWS("no account makes such links", link_of_none),
	STORE_ROWS("a link that is none", link_is_none),
	STORE_ROWS("a type wants an account that makes its links", link_wants_account))
/* clang-format on */
