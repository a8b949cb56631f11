/*
 * store_fixture - a fresh store for each case, on either driver
 */
#include "store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/collection.h"
#include "store/owner.h"
#include "unit.h"

enum { ARENA_BYTES = 64 << 20 };

static char pg_dir[64]; /* of the private server; empty: none */
static unsigned databases;

/* Run a command; its first line without the line end. False: it failed. */
static bool command(const char *line, char *out, size_t size)
{
	FILE *p = popen(line, "r");

	out[0] = '\0';
	if (!p)
		return false;
	if (!fgets(out, (int)size, p))
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return pclose(p) == 0;
}

/* Tests are run from the root of the checkout. */
static bool pg_tool(const char *arguments, char *out, size_t size)
{
	char line[512];

	snprintf(line, sizeof(line), "PG_PARENT=%ld sh tests/tools/pg.sh %s", (long)getpid(),
		 arguments);
	return command(line, out, size);
}

static void pg_stop(void)
{
	char arguments[128], ignored[8];

	snprintf(arguments, sizeof(arguments), "stop %s", pg_dir);
	pg_tool(arguments, ignored, sizeof(ignored));
}

static bool pg_is_installed(void)
{
	char ignored[8];

	return command("ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1", ignored,
		       sizeof(ignored));
}

static void must(const char *what, const struct fault *f)
{
	if (!f)
		return;
	fprintf(stderr, "%s: %s\n", what, f->message);
	exit(EXIT_FAILURE);
}

/* Start the server, and bring the database that is copied for each case forward. */
static void pg_start(void)
{
	struct arena *a = arena_create(1 << 20);
	struct store_options o = {.writers = 1, .may_create = true, .may_migrate = true};
	char arguments[128], url[512];
	struct store *s;

	snprintf(pg_dir, sizeof(pg_dir), "/tmp/fasti-pg-%ld", (long)getpid());
	atexit(pg_stop);
	snprintf(arguments, sizeof(arguments), "start %s", pg_dir);
	if (!pg_tool(arguments, url, sizeof(url))) {
		fprintf(stderr, "PostgreSQL does not start\n");
		exit(EXIT_FAILURE);
	}
	o.url = url;
	must("migrating the template", store_open(a, &o, &s));
	store_close(s);
	arena_destroy(a);
}

static void pg_database(struct store_fixture *x)
{
	char arguments[128];

	if (!pg_dir[0])
		pg_start();
	snprintf(arguments, sizeof(arguments), "database %s case%u fasti", pg_dir, ++databases);
	if (!pg_tool(arguments, x->url, sizeof(x->url))) {
		fprintf(stderr, "a database cannot be made\n");
		exit(EXIT_FAILURE);
	}
}

struct store *store_fixture_second(struct store_fixture *x)
{
	struct store_options o = {
		.url = x->url, .writers = 4, .may_create = true, .may_migrate = true};
	struct store *s;

	must(x->url, store_open(x->arena, &o, &s));
	return s;
}

void store_case_run(store_case_fn fn, bool postgres)
{
	struct store_fixture x = {.postgres = postgres};
	char line[128], ignored[8];

	if (postgres && !pg_is_installed()) {
		unit_skip("PostgreSQL is not installed");
		return;
	}
	snprintf(x.dir, sizeof(x.dir), "/tmp/fasti-store-XXXXXX");
	if (!mkdtemp(x.dir))
		exit(EXIT_FAILURE);
	if (postgres)
		pg_database(&x);
	else
		snprintf(x.url, sizeof(x.url), "sqlite:%s/fasti.db", x.dir);
	x.arena = arena_create(ARENA_BYTES);
	x.store = store_fixture_second(&x);
	fn(&x);
	store_close(x.store);
	arena_destroy(x.arena);
	snprintf(line, sizeof(line), "rm -rf %s", x.dir);
	command(line, ignored, sizeof(ignored));
}

struct tx_work {
	struct store_work work;
	store_tx_fn fn;
	void *ctx;
};

static const struct fault *tx_run(struct db *db, struct store_work *w)
{
	struct tx_work *t = (struct tx_work *)w;

	return t->fn(db, w->arena, t->ctx);
}

const struct fault *store_fixture_tx(struct store_fixture *x, store_tx_fn fn, void *ctx)
{
	struct tx_work t = {.work = {.run = tx_run, .arena = x->arena}, .fn = fn, .ctx = ctx};

	return store_run(x->store, &t.work);
}

static const struct fault *tx_sql(struct db *db, struct arena *a, void *ctx)
{
	return db_exec(db, a, ctx, DB_NO_ARGS, NULL);
}

const struct fault *store_fixture_sql(struct store_fixture *x, const struct sql *sql)
{
	return store_fixture_tx(x, tx_sql, (void *)(uintptr_t)sql);
}

static bool take_int(void *ctx, struct db_row *row)
{
	*(int64_t *)ctx = row_int(row, 0);
	return false;
}

int64_t store_fixture_int(struct store_fixture *x, const struct sql *sql)
{
	int64_t n = INT64_MIN;
	struct db *db;

	must("reader", store_reader(x->store, x->arena, &db));
	must(sql->text, db_query(db, x->arena, sql, DB_NO_ARGS, take_int, &n));
	return n;
}

struct home_work {
	const char *name;
	struct store_home home;
};

static const struct fault *make_home(struct db *db, struct arena *a, void *ctx)
{
	struct home_work *h = ctx;
	struct owner o = {.name = text_from(h->name),
			  .display_name = text_from(h->name),
			  .email = text_from(arena_printf(a, "%s@example.org", h->name)),
			  .timezone = TEXT("Europe/Berlin")};
	struct collection c = {.name = TEXT("calendar"), .components = 2};
	const struct fault *f = owner_add(db, a, &o, TEXT_NONE, &h->home.owner);

	c.owner = h->home.owner;
	return f ? f : collection_add(db, a, &c, &h->home.calendar);
}

struct store_home store_fixture_home(struct store_fixture *x, const char *name)
{
	struct home_work h = {.name = name};

	must("an owner", store_fixture_tx(x, make_home, &h));
	return h.home;
}
