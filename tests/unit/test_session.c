/*
 * test_session - who is signed in with a browser
 */
#include "base/secret.h"
#include "store/owner.h"
#include "store/session.h"
#include "store_fixture.h"
#include "unit.h"

enum { NOW = 1800000000 };

static const struct fault *do_add(struct db *db, struct arena *a, void *ctx)
{
	return session_add(db, a, ctx);
}

static const struct fault *do_remove(struct db *db, struct arena *a, void *ctx)
{
	const struct session *s = ctx;

	return session_remove(db, a, s->owner, s->digest);
}

static const struct fault *do_passwd(struct db *db, struct arena *a, void *ctx)
{
	return owner_set_password(db, a, *(int64_t *)ctx, TEXT("$6$x"));
}

static struct session session_of(struct store_fixture *x, int64_t owner, const char *secret,
				 int64_t expires)
{
	return (struct session){
		.digest = session_digest(x->arena, text_from(secret)),
		.owner = owner,
		.created = NOW,
		.expires = expires,
	};
}

static void sign_in(struct store_fixture *x, int64_t owner, const char *secret, int64_t expires)
{
	struct session s = session_of(x, owner, secret, expires);

	CHECK_WELL(secret, store_fixture_tx(x, do_add, &s));
}

/* Whose it is at this time; 0: nobody's. */
static int64_t whose(struct store_fixture *x, const char *secret, int64_t now)
{
	struct text name = TEXT_NONE;
	int64_t owner = -1;
	struct db *db;

	CHECK_WELL(secret, store_reader(x->store, x->arena, &db));
	CHECK_WELL(secret, session_find(db, x->arena, text_from(secret), now, &owner, &name));
	CHECK_TEXT(secret, name, owner ? TEXT("alice") : TEXT_NONE);
	return owner;
}

static void found_until_it_ends(struct store_fixture *x)
{
	static const struct sql in_clear = {"SELECT count(*) FROM session WHERE digest = 'one'"};
	struct store_home alice = store_fixture_home(x, "alice");

	sign_in(x, alice.owner, "one", NOW + 10);
	CHECK_INT("at once", whose(x, "one", NOW), alice.owner);
	CHECK_INT("in its last second", whose(x, "one", NOW + 9), alice.owner);
	CHECK_INT("at its end", whose(x, "one", NOW + 10), 0);
	CHECK_INT("another secret", whose(x, "One", NOW), 0);
	CHECK_INT("no secret", whose(x, "", NOW), 0);
	CHECK_INT("kept as digest", store_fixture_int(x, &in_clear), 0);
}

static void removed_by_its_owner_alone(struct store_fixture *x)
{
	struct store_home alice = store_fixture_home(x, "alice");
	struct session s = session_of(x, alice.owner + 1, "one", 0);

	sign_in(x, alice.owner, "one", NOW + 10);
	sign_in(x, alice.owner, "two", NOW + 10);
	CHECK_WELL("of another", store_fixture_tx(x, do_remove, &s));
	CHECK_INT("of another", whose(x, "one", NOW), alice.owner);
	s.owner = alice.owner;
	CHECK_WELL("its own", store_fixture_tx(x, do_remove, &s));
	CHECK_INT("its own", whose(x, "one", NOW), 0);
	CHECK_INT("the other goes on", whose(x, "two", NOW), alice.owner);
}

static void ends_with_the_password(struct store_fixture *x)
{
	struct store_home alice = store_fixture_home(x, "alice");

	sign_in(x, alice.owner, "one", NOW + 10);
	CHECK_WELL("a new password", store_fixture_tx(x, do_passwd, &alice.owner));
	CHECK_INT("a new password", whose(x, "one", NOW), 0);
}

/* Those that are over go first, then the one that ends first. */
static void so_many_and_no_more(struct store_fixture *x)
{
	static const struct sql count = {"SELECT count(*) FROM session"};
	struct store_home alice = store_fixture_home(x, "alice");

	sign_in(x, alice.owner, "over", NOW);
	for (int i = 0; i <= SESSIONS_MAX; i++)
		sign_in(x, alice.owner, arena_printf(x->arena, "s%d", i), NOW + 10 + i);
	CHECK_INT("in all", store_fixture_int(x, &count), SESSIONS_MAX);
	CHECK_INT("the first", whose(x, "s0", NOW), 0);
	CHECK_INT("the second", whose(x, "s1", NOW), alice.owner);
	CHECK_INT("the last", whose(x, arena_printf(x->arena, "s%d", SESSIONS_MAX), NOW),
		  alice.owner);
}

STORE_CASE(found_until_it_ends)
STORE_CASE(removed_by_its_owner_alone)
STORE_CASE(ends_with_the_password)
STORE_CASE(so_many_and_no_more)

UNIT_SUITE("session", STORE_ROWS("a digest is kept, and found until it ends", found_until_it_ends),
	   STORE_ROWS("signing out ends one of its owner's", removed_by_its_owner_alone),
	   STORE_ROWS("a new password ends all of an owner's", ends_with_the_password),
	   STORE_ROWS("how many there may be", so_many_and_no_more))
