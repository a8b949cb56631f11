/*
 * cmd_connect - fasti connect: accounts elsewhere, from a machine without a browser
 *
 * Consent is given in a browser that may be anywhere. It comes back to the server that runs, which
 * connects the account; this command sees that in the store. Where the browser cannot reach the
 * server, its address line says all that is needed, and can be pasted here.
 */
#include <poll.h>
#include <unistd.h>

#include "api/query.h"
#include "base/arena.h"
#include "base/clock.h"
#include "calendar/calendar.h"
#include "daemon/command.h"
#include "daemon/federation_setup.h"
#include "federation/connect.h"
#include "federation/oauth.h"
#include "store/outside.h"
#include "store/owner.h"
#include "store/store.h"

enum {
	LOOK_MS = 1000,
	DOT_EVERY = 10, /* looks */
	PASTED_MAX = 8 * 1024,
	WAIT_ARENA_BYTES = 64 * 1024 * 1024,
};

/* What the verbs share; closed by end(). */
struct connecting {
	struct command_line *line;
	struct setup setup;
	struct federation fed;
	struct owner *owner;
};

static const struct fault *find_owner(struct connecting *x)
{
	struct arena *a = x->line->arena;
	struct db *db;
	const struct fault *f = store_reader(x->setup.calendar.store, a, &db);

	if (!f)
		f = owner_find(db, a, text_from(x->line->words[0]), &x->owner);
	if (!f && !x->owner)
		f = fault_make(a, FAULT_NOT_FOUND, NULL, "There is no user %s.", x->line->words[0]);
	return f;
}

/* Ended by federation_fini(), also where it failed. */
static const struct fault *make_federation(struct arena *a, struct setup *setup,
					   struct federation *out)
{
	struct text url = text_from(setup->config.url);

	while (text_ends(url, TEXT("/")))
		url.len--;
	*out = (struct federation){.calendar = &setup->calendar, .url = url};
	return federation_setup(a, &setup->config, out);
}

/* False: it said why. */
static bool begin(struct command_line *line, struct connecting *x)
{
	const struct fault *f;

	*x = (struct connecting){.line = line};
	if (!command_open(line, SETUP_STORE_AND_KEY, &x->setup))
		return false;
	f = make_federation(line->arena, &x->setup, &x->fed);
	if (!f)
		f = find_owner(x);
	if (!f)
		return true;
	command_fail(f);
	federation_fini(&x->fed);
	setup_close(&x->setup);
	return false;
}

static int end(struct connecting *x, const struct fault *f)
{
	federation_fini(&x->fed);
	setup_close(&x->setup);
	return f ? command_fail(f) : COMMAND_OK;
}

/* ---- showing ----------------------------------------------------------------------------------
 */

static void print_calendar(const struct outside_calendar *c)
{
	printf("    %-40.*s%s%s%s%s\n", TEXT_ARG(c->title), c->is_primary ? " main" : "",
	       c->is_gone ? " gone" : "", c->counts ? " counts" : "",
	       c->takes ? " takes-bookings" : "");
}

static const struct fault *print_connection(struct db *db, struct arena *a,
					    const struct connection *c)
{
	struct outside_calendar *all;
	size_t count = 0;
	const struct fault *f = outside_calendar_list(db, a, c->owner, c->id, &all, &count);

	if (f)
		return f;
	printf("%.*s  %-8s %-10s %.*s\n", TEXT_ARG(c->id), provider_words[c->provider],
	       connection_state_words[c->state], TEXT_ARG(c->account));
	if (c->last_error.len > 0)
		printf("    %.*s\n", TEXT_ARG(c->last_error));
	for (size_t i = 0; i < count; i++)
		print_calendar(&all[i]);
	return NULL;
}

/* One of them (id), or all (empty). */
static const struct fault *print_all(struct connecting *x, struct text id)
{
	struct arena *a = x->line->arena;
	struct connection *all = NULL;
	struct db *db;
	size_t count = 0;
	const struct fault *f = store_reader(x->setup.calendar.store, a, &db);

	if (!f)
		f = connection_list(db, a, x->owner->id, &all, &count);
	for (size_t i = 0; !f && i < count; i++)
		if (id.len == 0 || text_equal(all[i].id, id))
			f = print_connection(db, a, &all[i]);
	return f;
}

static int list_command(struct command_line *line)
{
	struct connecting x;

	if (!begin(line, &x))
		return COMMAND_FAILED;
	return end(&x, print_all(&x, TEXT_NONE));
}

static int end_command(struct command_line *line)
{
	struct connecting x;

	if (!begin(line, &x))
		return COMMAND_FAILED;
	return end(&x, connect_end(&x.fed, line->arena, x.owner->id,
				   text_from(command_option(line, "end")), clock_now()));
}

/* ---- CalDAV -----------------------------------------------------------------------------------
 */

static int caldav_command(struct command_line *line)
{
	const char *password = command_option(line, "password-file");
	struct connect_caldav who = {
		.url = text_from(command_option(line, "url")),
		.name = text_from(command_option(line, "name")),
		.connection = text_from(command_option(line, "again")),
	};
	struct connecting x;
	struct text id = TEXT_NONE;
	const struct fault *f;

	if (!who.url.at || !who.name.at || !password)
		return command_usage(line, "--url, --name and --password-file are needed");
	if (!begin(line, &x))
		return COMMAND_FAILED;
	who.owner = x.owner->id;
	f = command_read_line(line->arena, password, &who.password);
	if (!f)
		f = connect_caldav(&x.fed, line->arena, &who, clock_now(), &id);
	return end(&x, f ? f : print_all(&x, id));
}

/* ---- Google, Outlook --------------------------------------------------------------------------
 */

/* The accounts as they were when the browser was sent away. */
struct before {
	enum provider_kind provider;
	const struct connection *all;
	size_t count;
};

static bool is_news(const struct before *b, const struct connection *now)
{
	if (now->provider != b->provider || now->state != CONNECTION_WORKS)
		return false;
	for (size_t i = 0; i < b->count; i++)
		if (text_equal(b->all[i].id, now->id))
			return b->all[i].state_since != now->state_since;
	return true;
}

/* Has the server connected it meanwhile? *id_out empty: not yet. */
static const struct fault *look(struct connecting *x, const struct before *b, struct text *id_out)
{
	struct arena *a = arena_create(WAIT_ARENA_BYTES);
	struct connection *all = NULL;
	struct db *db;
	size_t count = 0;
	const struct fault *f = store_reader(x->setup.calendar.store, a, &db);

	if (!f)
		f = connection_list(db, a, x->owner->id, &all, &count);
	for (size_t i = 0; !f && i < count; i++)
		if (is_news(b, &all[i]))
			*id_out = text_dup(x->line->arena, all[i].id);
	f = fault_copy(x->line->arena, f);
	arena_destroy(a);
	return f;
}

/* The address that the browser could not open: its query is what the server would have got. */
static const struct fault *take_pasted(struct connecting *x, struct text address, struct text *id)
{
	struct arena *a = x->line->arena;
	ptrdiff_t mark = text_find_char(address, '?', 0);
	struct text state, code, error;
	const struct query_param params[] = {
		{TEXT("state"), &state}, {TEXT("code"), &code}, {TEXT("error"), &error}};
	int64_t owner;
	const struct fault *f =
		query_read(a,
			   mark < 0 ? TEXT_NONE : text_sub(address, (size_t)mark + 1, address.len),
			   params, ARRAY_LEN(params));

	if (!f && error.len > 0)
		f = fault_make(a, FAULT_FORBIDDEN, "error", "There was no consent.");
	if (!f && (state.len == 0 || code.len == 0))
		f = fault_make(a, FAULT_BAD_REQUEST, NULL,
			       "This is not the whole address: it has a state and a code in it.");
	return f ? f : connect_finish(&x->fed, a, state, code, 0, clock_now(), &owner, id);
}

/* A line, if one was typed; *open_out false: none will come any more. */
static struct text read_pasted(struct arena *a, bool *open_out)
{
	char line[PASTED_MAX];

	if (!fgets(line, sizeof(line), stdin)) {
		*open_out = false;
		return TEXT_NONE;
	}
	return text_dup(a, text_trim(text_from(line)));
}

static const struct fault *wait_for(struct connecting *x, const struct before *b, struct text *id)
{
	int64_t until = clock_monotonic_ns() + OAUTH_STATE_S * INT64_C(1000000000);
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	const struct fault *f = NULL;
	bool is_open = true;

	for (int looks = 1; !f && id->len == 0; looks++) {
		if (clock_monotonic_ns() > until)
			return fault_make(
				x->line->arena, FAULT_UNAVAILABLE, NULL,
				"Nobody came back within %d minutes; nothing is connected.",
				OAUTH_STATE_S / 60);
		in.fd = is_open ? STDIN_FILENO : -1;
		if (poll(&in, 1, LOOK_MS) > 0) {
			struct text pasted = read_pasted(x->line->arena, &is_open);

			f = pasted.len > 0 ? take_pasted(x, pasted, id) : NULL;
		}
		if (!f && id->len == 0)
			f = look(x, b, id);
		if (looks % DOT_EVERY == 0) {
			printf(".");
			fflush(stdout);
		}
	}
	return f;
}

static void print_address(struct connecting *x, struct text url, enum provider_kind provider)
{
	printf("Open this address in a browser, on any machine, and say yes there:\n\n%.*s\n\n"
	       "The browser then comes to %.*s/oauth/%s/callback. If it cannot\n"
	       "reach that, paste the address that it shows here, and press Enter.\n"
	       "Waiting %d minutes at most …\n",
	       TEXT_ARG(url), TEXT_ARG(x->fed.url), provider_words[provider], OAUTH_STATE_S / 60);
	fflush(stdout);
}

static const struct fault *consent(struct connecting *x, enum provider_kind provider)
{
	struct arena *a = x->line->arena;
	struct oauth_start start = {
		.owner = x->owner->id,
		.provider = provider,
		.by_command = true,
		.connection = text_from(command_option(x->line, "again")),
	};
	struct before b = {.provider = provider};
	struct connection *all = NULL;
	struct text url = TEXT_NONE, id = TEXT_NONE;
	struct db *db;
	const struct fault *f = store_reader(x->setup.calendar.store, a, &db);

	if (!f && x->fed.url.len == 0)
		f = fault_make(a, FAULT_UNPROCESSABLE, "server.url",
			       "The browser has to come back: server.url has to be configured.");
	if (!f)
		f = connection_list(db, a, x->owner->id, &all, &b.count);
	if (!f)
		f = oauth_find_claims(db, a, &start);
	if (!f)
		f = oauth_url(&x->fed, a, &start, clock_now(), &url);
	if (f)
		return f;
	b.all = all;
	print_address(x, url, provider);
	f = wait_for(x, &b, &id);
	printf("\n");
	return f ? f : print_all(x, id);
}

static int consent_command(struct command_line *line, enum provider_kind provider)
{
	struct connecting x;

	if (command_option(line, "url") || command_option(line, "name") ||
	    command_option(line, "password-file"))
		return command_usage(line, "--url, --name and --password-file are of caldav");
	if (!begin(line, &x))
		return COMMAND_FAILED;
	return end(&x, consent(&x, provider));
}

int command_connect(struct command_line *line)
{
	const char *word = line->word_count == 2 ? line->words[1] : NULL;

	if (line->word_count < 1 || line->word_count > 2)
		return command_usage(line, "USER is needed, and at most one provider");
	if (!word)
		return command_option(line, "end") ? end_command(line) : list_command(line);
	if (command_option(line, "end"))
		return command_usage(line, "--end needs no provider");
	if (strcmp(word, provider_words[PROVIDER_CALDAV]) == 0)
		return caldav_command(line);
	for (int i = 0; i < PROVIDER_CALDAV; i++)
		if (strcmp(word, provider_words[i]) == 0)
			return consent_command(line, (enum provider_kind)i);
	return command_usage(line, "the provider is google, outlook or caldav");
}
