/*
 * test_token - secrets that open a part of what an owner has
 */
#include "base/secret.h"
#include "store/owner.h"
#include "store/token.h"
#include "store_fixture.h"
#include "unit.h"

#define SECRET "s3cret-of-a-link"

static const struct fault *do_add(struct db *db, struct arena *a, void *ctx)
{
	return token_add(db, a, ctx);
}

static const struct fault *do_remove(struct db *db, struct arena *a, void *ctx)
{
	const struct token *t = ctx;

	return token_remove(db, a, t->owner, t->id);
}

static struct token token_of(struct store_fixture *x, int64_t owner, const char *secret)
{
	return (struct token){
		.owner = owner,
		.digest = token_digest(x->arena, text_from(secret)),
		.collection = 7,
		.detail = TOKEN_DETAIL_BUSY,
		.label = TEXT_INIT("for bob"),
		.created = 1800000000,
	};
}

static struct token *find(struct store_fixture *x, const char *secret)
{
	struct token *t = NULL;
	struct db *db;

	CHECK_WELL(secret, store_reader(x->store, x->arena, &db));
	CHECK_WELL(secret, token_find(db, x->arena, TOKEN_FEED, text_from(secret), &t));
	return t;
}

static void kept(struct store_fixture *x)
{
	static const struct sql in_clear = {
		"SELECT (SELECT count(*) FROM token WHERE digest = '" SECRET "' OR label = '" SECRET
		"') + (SELECT count(*) FROM directory WHERE name = '" SECRET "')"};
	struct store_home alice = store_fixture_home(x, "alice");
	struct token t = token_of(x, alice.owner, SECRET), *found;

	CHECK_WELL("added", store_fixture_tx(x, do_add, &t));
	found = find(x, SECRET);
	if (!CHECK_TRUE("found", found != NULL))
		return;
	CHECK_INT("owner", found->owner, alice.owner);
	CHECK_INT("id", found->id, t.id);
	CHECK_INT("collection", found->collection, 7);
	CHECK_INT("detail", found->detail, TOKEN_DETAIL_BUSY);
	CHECK_INT("created", found->created, 1800000000);
	CHECK_TEXT("label", found->label, TEXT("for bob"));
	CHECK_INT("the secret itself is nowhere", store_fixture_int(x, &in_clear), 0);
	CHECK_TRUE("another", find(x, "another") == NULL);
	CHECK_TRUE("a part of it", find(x, "s3cret-of-a-lin") == NULL);
	CHECK_TRUE("its digest", find(x, text_cstr(x->arena, t.digest)) == NULL);
}

static void removed(struct store_fixture *x)
{
	static const struct sql entries = {"SELECT count(*) FROM directory WHERE kind = 2"};
	struct store_home alice = store_fixture_home(x, "alice");
	struct store_home bob = store_fixture_home(x, "bob");
	struct token t = token_of(x, alice.owner, SECRET), of_bob;

	CHECK_WELL("added", store_fixture_tx(x, do_add, &t));
	of_bob = t;
	of_bob.owner = bob.owner;
	CHECK_FAULT("another's", store_fixture_tx(x, do_remove, &of_bob), FAULT_NOT_FOUND);
	CHECK_TRUE("stays", find(x, SECRET) != NULL);
	CHECK_WELL("removed", store_fixture_tx(x, do_remove, &t));
	CHECK_TRUE("gone", find(x, SECRET) == NULL);
	CHECK_INT("its entry, too", store_fixture_int(x, &entries), 0);
	CHECK_FAULT("twice", store_fixture_tx(x, do_remove, &t), FAULT_NOT_FOUND);
}

static void limit(struct store_fixture *x)
{
	struct store_home alice = store_fixture_home(x, "alice");
	struct token *list, t;
	struct db *db;
	size_t count;

	for (int i = 0; i < TOKENS_MAX; i++) {
		t = token_of(x, alice.owner, arena_printf(x->arena, "s%d", i));
		CHECK_WELL("one more", store_fixture_tx(x, do_add, &t));
	}
	t = token_of(x, alice.owner, "too much");
	CHECK_FAULT("too much", store_fixture_tx(x, do_add, &t), FAULT_STORE_FULL);
	CHECK_WELL("reader", store_reader(x->store, x->arena, &db));
	CHECK_WELL("list", token_list(db, x->arena, alice.owner, &list, &count));
	if (CHECK_INT("all are there", (int64_t)count, TOKENS_MAX))
		CHECK_TRUE("the oldest first", list[0].id < list[TOKENS_MAX - 1].id);
}

static const struct fault *do_delete_owner(struct db *db, struct arena *a, void *ctx)
{
	const int64_t *owner = ctx;

	return owner_delete(db, a, *owner);
}

static void with_owner(struct store_fixture *x)
{
	static const struct sql all = {"SELECT count(*) FROM token"};
	struct store_home alice = store_fixture_home(x, "alice");
	struct token t = token_of(x, alice.owner, SECRET);

	CHECK_WELL("added", store_fixture_tx(x, do_add, &t));
	CHECK_WELL("deleted", store_fixture_tx(x, do_delete_owner, &alice.owner));
	CHECK_TRUE("opens nothing", find(x, SECRET) == NULL);
	CHECK_INT("nothing is left", store_fixture_int(x, &all), 0);
}

STORE_CASE(kept)
STORE_CASE(removed)
STORE_CASE(limit)
STORE_CASE(with_owner)

UNIT_SUITE("token", STORE_ROWS("a digest is kept, and found", kept),
	   STORE_ROWS("what was removed opens nothing", removed),
	   STORE_ROWS("how many there may be", limit),
	   STORE_ROWS("they go with their owner", with_owner))
