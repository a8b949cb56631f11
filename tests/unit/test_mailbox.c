/* store/mailbox: how far it was read, and who watches it */
#include "store/mailbox.h"

#include "store_fixture.h"
#include "unit.h"

#define NAME TEXT("calendar@mail.example.org/INBOX")

struct hold {
	const char *holder;
	int64_t now, until;
	bool got;
};

static const struct fault *hold_tx(struct db *db, struct arena *a, void *ctx)
{
	struct hold *h = ctx;

	return mailbox_hold(db, a, NAME, text_from(h->holder), h->now, h->until, &h->got);
}

static const struct fault *release_tx(struct db *db, struct arena *a, void *ctx)
{
	struct hold *h = ctx;

	return mailbox_release(db, a, NAME, text_from(h->holder));
}

static const struct fault *note_tx(struct db *db, struct arena *a, void *ctx)
{
	return mailbox_note(db, a, NAME, TEXT("one"), ctx);
}

static void one_watches(struct store_fixture *x)
{
	static const struct {
		const char *name;
		struct hold hold;
		bool releases, got;
	} rows[] = {
		{"the first has it", {"one", 100, 160, false}, false, true},
		{"another waits", {"two", 120, 180, false}, false, false},
		{"it may say so again", {"one", 140, 200, false}, false, true},
		{"another waits longer", {"two", 199, 259, false}, false, false},
		{"who is not heard of any more has lost it", {"two", 200, 260, false}, false, true},
		{"and waits like any other", {"one", 210, 270, false}, false, false},
		{"what another releases is none of theirs", {"one", 0, 0, false}, true, false},
		{"so it still waits", {"one", 220, 280, false}, false, false},
		{"it is released", {"two", 0, 0, false}, true, false},
		{"and free at once", {"one", 221, 281, false}, false, true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct hold h = rows[i].hold;

		CHECK_WELL(rows[i].name,
			   store_fixture_tx(x, rows[i].releases ? release_tx : hold_tx, &h));
		CHECK_INT(rows[i].name, h.got, rows[i].got);
	}
}

static void place_is_kept(struct store_fixture *x)
{
	struct hold h = {"one", 100, 160, false};
	struct mailbox m = {7, 4294967295}, older = {7, 5}, got = {1, 1};
	struct db *db;

	CHECK_WELL("reader", store_reader(x->store, x->arena, &db));
	CHECK_WELL("never read", mailbox_get(db, x->arena, NAME, &got));
	CHECK_INT("no validity", got.uidvalidity, 0);
	CHECK_INT("no message", got.uid, 0);
	CHECK_WELL("hold", store_fixture_tx(x, hold_tx, &h));
	CHECK_WELL("note", store_fixture_tx(x, note_tx, &m));
	/* Who holds it next goes on from there. */
	h.holder = "two";
	h.now = 500;
	CHECK_WELL("hold", store_fixture_tx(x, hold_tx, &h));
	CHECK_FAULT("who was slow has lost it", store_fixture_tx(x, note_tx, &older),
		    FAULT_CONFLICT);
	CHECK_WELL("get", mailbox_get(db, x->arena, NAME, &got));
	CHECK_INT("validity", got.uidvalidity, 7);
	CHECK_INT("message", got.uid, 4294967295);
	CHECK_WELL("another", mailbox_get(db, x->arena, TEXT("other"), &got));
	CHECK_INT("nothing of another", got.uid, 0);
}

STORE_CASE(one_watches)
STORE_CASE(place_is_kept)

/* clang-format off */
UNIT_SUITE("mailbox",
	   STORE_ROWS("one server watches", one_watches),
	   STORE_ROWS("how far it was read", place_is_kept))
