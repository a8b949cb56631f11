/* outside_rows - see outside_rows.h */
#include "outside_rows.h"

#include "store/owner.h"
#include "unit.h"

struct db *reader(struct rows *r)
{
	struct db *db = NULL;

	CHECK_WELL("reader", store_reader(r->x->store, r->x->arena, &db));
	return db;
}

const struct fault *add_connection(struct db *db, struct arena *a, void *ctx)
{
	return connection_add(db, a, ctx);
}

struct connection connection_of(int64_t owner, const char *id, const char *subject)
{
	return (struct connection){
		.owner = owner,
		.id = text_from(id),
		.provider = PROVIDER_GOOGLE,
		.account = TEXT("alice@example.org"),
		.subject = text_from(subject),
		.url = TEXT(""),
		.timezone = TEXT("Europe/Berlin"),
		.secret = text_of("a\0b", 3),
		.last_error = TEXT(""),
		.created = NOW,
	};
}

void open_rows(struct rows *r, struct store_fixture *x)
{
	*r = (struct rows){.x = x};
	r->owner = store_fixture_home(x, "alice").owner;
	r->other = store_fixture_home(x, "bob").owner;
	r->connection = connection_of(r->owner, "k1", "subject");
	CHECK_WELL("connection", store_fixture_tx(x, add_connection, &r->connection));
}

static const struct fault *add_calendar(struct db *db, struct arena *a, void *ctx)
{
	struct outside_calendar *c = ctx;
	const struct fault *f = owner_take_ids(db, a, &c->owner, 1, 1, &c->id);

	return f ? f : outside_calendar_add(db, a, c);
}

int64_t calendar_at(struct rows *r, int64_t owner, const char *connection, const char *remote,
		    int64_t due_at)
{
	struct outside_calendar c = {
		.owner = owner,
		.connection = text_from(connection),
		.remote = text_from(remote),
		.title = text_from(remote),
		.timezone = TEXT(""),
		.counts = true,
		.due_at = due_at,
	};

	CHECK_WELL(remote, store_fixture_tx(r->x, add_calendar, &c));
	return c.id;
}

int64_t calendar(struct rows *r, const char *remote, int64_t due_at)
{
	return calendar_at(r, r->owner, "k1", remote, due_at);
}

struct outside_calendar *row(struct rows *r, int64_t id)
{
	struct outside_calendar *c = NULL;

	CHECK_WELL("get", outside_calendar_get(reader(r), r->x->arena, r->owner, id, &c));
	return c;
}

struct stating {
	struct connection k;
	struct text holder;
};

static const struct fault *set_state(struct db *db, struct arena *a, void *ctx)
{
	struct stating *s = ctx;

	return connection_set_state(db, a, &s->k, s->holder);
}

void account_is(struct rows *r, enum connection_state state, int64_t since, const char *holder)
{
	struct stating s = {r->connection, text_from(holder)};

	s.k.state = state;
	s.k.state_since = since;
	CHECK_WELL("state", store_fixture_tx(r->x, set_state, &s));
}
