/*
 * test_kept - messages that came in: known again, and kept for a person
 */
#include "base/arena.h"
#include "store/mail.h"
#include "store_fixture.h"
#include "unit.h"

#define GUEST "guest@example.net"

/* ---- seen ------------------------------------------------------------------------------------ */

struct noting {
	struct mail_seen seen;
	bool added;
};

static const struct fault *do_add(struct db *db, struct arena *a, void *ctx)
{
	struct noting *n = ctx;

	return mail_seen_add(db, a, &n->seen, &n->added);
}

static const struct fault *do_set(struct db *db, struct arena *a, void *ctx)
{
	struct noting *n = ctx;

	return mail_seen_set(db, a, &n->seen);
}

static const struct fault *do_forget(struct db *db, struct arena *a, void *ctx)
{
	return mail_seen_forget(db, a, *(int64_t *)ctx);
}

static bool is_known(struct store_fixture *x, const char *digest, int outcome)
{
	struct mail_seen seen = {.outcome = -1};
	bool found = false;
	struct db *db;

	CHECK_WELL(digest, store_reader(x->store, x->arena, &db));
	CHECK_WELL(digest, mail_seen_find(db, x->arena, text_from(digest), &seen, &found));
	return found && seen.outcome == outcome;
}

static void seen_once(struct store_fixture *x)
{
	struct noting n = {.seen = {.digest = TEXT("d1"), .at = 100, .outcome = 2}};
	int64_t before = 101;

	CHECK_TRUE("unknown", !is_known(x, "d1", 2));
	CHECK_WELL("first", store_fixture_tx(x, do_add, &n));
	CHECK_TRUE("added", n.added);
	n.seen.outcome = 5;
	CHECK_WELL("again", store_fixture_tx(x, do_add, &n));
	CHECK_TRUE("not added", !n.added);
	CHECK_TRUE("as it was", is_known(x, "d1", 2));
	CHECK_WELL("in the end", store_fixture_tx(x, do_set, &n));
	CHECK_TRUE("what it became", is_known(x, "d1", 5));
	CHECK_WELL("forgotten", store_fixture_tx(x, do_forget, &before));
	CHECK_TRUE("unknown again", !is_known(x, "d1", 5));
	CHECK_WELL("known again", store_fixture_tx(x, do_set, &n));
	CHECK_TRUE("as it became", is_known(x, "d1", 5));
}
STORE_CASE(seen_once)

/* ---- kept ------------------------------------------------------------------------------------ */

static const struct fault *do_keep(struct db *db, struct arena *a, void *ctx)
{
	return mail_kept_add(db, a, ctx);
}

struct thinning {
	int64_t owner;
	int64_t count_max, octets_max;
	size_t gone;
};

static const struct fault *do_thin(struct db *db, struct arena *a, void *ctx)
{
	struct thinning *t = ctx;
	struct mail_kept *gone;

	return mail_kept_thin(db, a, t->owner, t->count_max, t->octets_max, &gone, &t->gone);
}

static const struct fault *do_expire(struct db *db, struct arena *a, void *ctx)
{
	return mail_kept_expire(db, a, *(int64_t *)ctx);
}

static void keep(struct store_fixture *x, int64_t owner, int n)
{
	struct mail_kept m = {
		.id = text_from(arena_printf(x->arena, "%010d", n)),
		.owner = owner,
		.at = n,
		.state = 1,
		.reason = TEXT("why"),
		.sender = TEXT(GUEST),
		.author = n == 1 ? TEXT("one@example.com") : TEXT("many@example.com"),
		.subject = TEXT("Re: Plans"),
		.env_from = TEXT("from@example.com"),
		.env_to = TEXT("to@example.com"),
		.digest = text_from(arena_printf(x->arena, "d%d", n)),
		.message = TEXT("From: x\xff\r\n"),
	};

	CHECK_WELL("kept", store_fixture_tx(x, do_keep, &m));
	CHECK_WELL("kept once", store_fixture_tx(x, do_keep, &m));
}

/* The ids that are listed, without their zeros. */
static void check_ids(struct store_fixture *x, const char *name, int64_t owner, const char *after,
		      int limit, const char *want)
{
	struct mail_kept *all;
	char got[64] = "";
	size_t count, len = 0;
	struct db *db;

	CHECK_WELL(name, store_reader(x->store, x->arena, &db));
	CHECK_WELL(name,
		   mail_kept_list(db, x->arena, owner, text_from(after), limit, &all, &count));
	for (size_t i = 0; i < count; i++) {
		got[len++] = all[i].id.at[all[i].id.len - 1];
		CHECK_INT(name, all[i].message.len, 0);
	}
	got[len] = '\0';
	CHECK_STR(name, got, want);
}

static void kept_for_a_person(struct store_fixture *x)
{
	struct thinning thin = {.owner = 7, .count_max = 3, .octets_max = 1000};
	struct mail_kept *m = NULL;
	int64_t before = 3;
	struct db *db;

	for (int i = 1; i <= 5; i++)
		keep(x, i == 3 ? 8 : 7, i);
	check_ids(x, "one's own, the newest first", 7, NULL, 10, "5421");
	check_ids(x, "everybody's", 0, NULL, 10, "54321");
	check_ids(x, "a page", 7, NULL, 2, "54");
	check_ids(x, "the next page", 7, "0000000004", 2, "21");
	CHECK_WELL("reader", store_reader(x->store, x->arena, &db));
	CHECK_WELL("whole", mail_kept_find(db, x->arena, 7, TEXT("0000000005"), &m));
	if (CHECK_TRUE("found", m != NULL)) {
		CHECK_TEXT("as it came", m->message, TEXT("From: x\xff\r\n"));
		CHECK_TEXT("from whom", m->env_from, TEXT("from@example.com"));
		CHECK_TEXT("to whom", m->env_to, TEXT("to@example.com"));
		CHECK_INT("so large", m->size, 10);
	}
	CHECK_WELL("another's", mail_kept_find(db, x->arena, 8, TEXT("0000000005"), &m));
	CHECK_TRUE("is not told", m == NULL);
	CHECK_WELL("thinned", store_fixture_tx(x, do_thin, &thin));
	CHECK_INT("one", thin.gone, 1);
	check_ids(x, "the newest of whoever has most, and nobody else's", 0, NULL, 10, "4321");
	CHECK_WELL("thin enough", store_fixture_tx(x, do_thin, &thin));
	CHECK_INT("none", thin.gone, 0);
	thin.octets_max = 20;
	CHECK_WELL("by octets", store_fixture_tx(x, do_thin, &thin));
	check_ids(x, "the newest of whoever has most octets", 0, NULL, 10, "321");
	CHECK_WELL("expired", store_fixture_tx(x, do_expire, &before));
	check_ids(x, "what is younger", 0, NULL, 10, "3");
}
STORE_CASE(kept_for_a_person)

/* ---- who is known ---------------------------------------------------------------------------- */

static void known_people(struct store_fixture *x)
{
	static const struct sql written = {
		"INSERT INTO reply_address (token, owner, uid, attendee, first, mailbox, created)"
		" VALUES ('t', 1, 'u', '" GUEST "', '', '', 0)"};
	bool known = true;
	struct db *db;

	CHECK_WELL("reader", store_reader(x->store, x->arena, &db));
	CHECK_WELL("nobody", mail_is_of_known(db, x->arena, 1, TEXT(GUEST), &known));
	CHECK_TRUE("not yet", !known);
	CHECK_WELL("written to", store_fixture_sql(x, &written));
	CHECK_WELL("known", mail_is_of_known(db, x->arena, 1, TEXT(GUEST), &known));
	CHECK_TRUE("by then", known);
	CHECK_WELL("another owner", mail_is_of_known(db, x->arena, 2, TEXT(GUEST), &known));
	CHECK_TRUE("not theirs", !known);
}
STORE_CASE(known_people)

UNIT_SUITE("kept", STORE_ROWS("a message is known by its digest", seen_once),
	   STORE_ROWS("what waits is listed, found and goes", kept_for_a_person),
	   STORE_ROWS("whom the owner has met", known_people))
