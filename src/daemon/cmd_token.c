/* cmd_token - fasti token add | list | revoke */

#include "base/buf.h"
#include "base/clock.h"
#include "calendar/change.h"
#include "daemon/command.h"
#include "ical/time.h"
#include "store/store.h"
#include "store/token.h"

enum { LABEL_MAX = 100, DATE_ROOM = 32 };

static const char *const details[] = {[TOKEN_DETAIL_FULL] = "full", [TOKEN_DETAIL_BUSY] = "busy"};

/* The number of a word; -1: it is none of them. */
static int find_word(const char *const *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return (int)i;
	return -1;
}

/* The user of words[1]. */
static const struct fault *find_user(struct command_line *line, struct db *db, struct owner **out)
{
	const struct fault *f = owner_find(db, line->arena, text_from(line->words[1]), out);

	if (!f && !*out)
		f = fault_make(line->arena, FAULT_NOT_FOUND, NULL, "There is no user %s.",
			       line->words[1]);
	return f;
}

/* ---- add -------------------------------------------------------------------------------- */

/* The calendar of words[2], where one is named. */
static const struct fault *find_collection(struct command_line *line, struct db *db,
					   struct token *t)
{
	struct collection *c = NULL;
	const struct fault *f;

	if (line->word_count < 3)
		return NULL;
	f = collection_find(db, line->arena, t->owner, text_from(line->words[2]), &c);
	if (f)
		return f;
	if (!c || c->kind != COLLECTION_CALENDAR)
		return fault_make(line->arena, FAULT_NOT_FOUND, NULL, "%s has no calendar %s.",
				  line->words[1], line->words[2]);
	t->collection = c->id;
	return NULL;
}

/* It is shown here and never again. */
static void print_secret(const struct setup *setup, const struct token *t, struct text secret)
{
	struct text url = text_from(setup->config.url);

	while (text_ends(url, TEXT("/")))
		url.len--;
	if (t->scope == TOKEN_FEED)
		printf("%.*s/feeds/%.*s.ics\n", TEXT_ARG(url), TEXT_ARG(secret));
	else
		printf("%.*s\n", TEXT_ARG(secret));
}

/* Who wants nobody to ask is not overruled by a token. */
static const struct fault *check_free_busy(struct command_line *line, const struct token *t,
					   const struct owner *o)
{
	if (t->scope != TOKEN_FREE_BUSY || o->free_busy != FREE_BUSY_NOBODY)
		return NULL;
	return fault_make(line->arena, FAULT_CONFLICT, NULL,
			  "Nobody may ask when %s is busy; see --free-busy of user set.",
			  line->words[1]);
}

/* It is of no use while only users may ask: from now on those with a token may as well. */
static const struct fault *open_free_busy(struct change *c, const struct token *t,
					  const struct owner *o)
{
	if (t->scope != TOKEN_FREE_BUSY || o->free_busy != FREE_BUSY_USERS)
		return NULL;
	return change_set_free_busy(c, o->id, FREE_BUSY_TOKEN);
}

static const struct fault *add(struct command_line *line, struct setup *setup, struct token *t,
			       struct text secret)
{
	struct owner *owner = NULL;
	struct change *c;
	struct db *db;
	const struct fault *f = store_reader(setup->calendar.store, line->arena, &db);

	if (!f)
		f = find_user(line, db, &owner);
	if (f)
		return f;
	t->owner = owner->id;
	t->digest = token_digest(line->arena, secret);
	f = find_collection(line, db, t);
	if (!f)
		f = check_free_busy(line, t, owner);
	if (f)
		return f;
	c = change_open(&setup->calendar, line->arena, CHANGE_CLIENT, clock_now());
	f = change_add_token(c, t);
	if (!f)
		f = open_free_busy(c, t, owner);
	return change_run_unless(c, f);
}

static int token_add_command(struct command_line *line)
{
	const char *scope = command_option(line, "scope"), *detail = command_option(line, "detail");
	const char *label = command_option(line, "label");
	int which = find_word(token_scope_words, TOKEN_SCOPE_COUNT, scope ? scope : "feed");
	int how = find_word(details, ARRAY_LEN(details), detail ? detail : "full");
	struct text secret = secret_token(line->arena, TOKEN_BYTES);
	struct token t = {.label = text_from(label ? label : "")};
	struct setup setup;
	const struct fault *f;

	if (line->word_count < 2 || line->word_count > 3)
		return command_usage(line, "USER is needed, and at most one calendar");
	if (which > TOKEN_FEED && line->word_count > 2)
		return command_usage(line, "only --scope feed can be of one calendar");
	if (which < 0)
		return command_usage(line, "--scope is feed, freebusy, dav or api");
	if (how < 0)
		return command_usage(line, "--detail is full or busy");
	if (t.label.len > LABEL_MAX || !text_is_utf8(t.label) || text_has_control(t.label))
		return command_usage(line, "--label is one line of at most 100 bytes");
	t.scope = (enum token_scope)which;
	t.detail = (enum token_detail)how;
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = add(line, &setup, &t, secret);
	if (!f)
		print_secret(&setup, &t, secret);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

/* ---- list ------------------------------------------------------------------------------- */

static const struct fault *print_token(struct arena *a, struct db *db, const struct token *t)
{
	struct collection *c = NULL;
	struct text name = TEXT("all calendars");
	const struct fault *f =
		t->collection ? collection_get(db, a, t->owner, t->collection, &c) : NULL;
	struct buf date;

	if (f)
		return f;
	if (t->collection)
		name = c ? c->name : TEXT("(deleted)");
	buf_init(&date, a, DATE_ROOM, DATE_ROOM);
	time_put_rfc3339(&date, t->created);
	printf("%-6lld %-8s %-6s %-20.*s %s  %.*s\n", (long long)t->id, token_scope_words[t->scope],
	       details[t->detail], TEXT_ARG(name), date.at, TEXT_ARG(t->label));
	return NULL;
}

static int token_list_command(struct command_line *line)
{
	struct setup setup;
	struct owner *owner = NULL;
	struct token *tokens;
	struct db *db;
	size_t count = 0;
	const struct fault *f;

	if (line->word_count != 2)
		return command_usage(line, "USER is needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = store_reader(setup.calendar.store, line->arena, &db);
	if (!f)
		f = find_user(line, db, &owner);
	if (!f)
		f = token_list(db, line->arena, owner->id, &tokens, &count);
	for (size_t i = 0; !f && i < count; i++)
		f = print_token(line->arena, db, &tokens[i]);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

/* ---- revoke ----------------------------------------------------------------------------- */

static int token_revoke_command(struct command_line *line)
{
	struct setup setup;
	struct owner *owner = NULL;
	struct change *c;
	struct db *db;
	int64_t id;
	const struct fault *f;

	if (line->word_count != 3 || !text_to_int64(text_from(line->words[2]), 1, INT64_MAX, &id))
		return command_usage(line, "USER and the ID of `token list` are needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = store_reader(setup.calendar.store, line->arena, &db);
	if (!f)
		f = find_user(line, db, &owner);
	if (!f) {
		c = change_open(&setup.calendar, line->arena, CHANGE_CLIENT, clock_now());
		f = change_remove_token(c, owner->id, id);
		f = change_run_unless(c, f);
	}
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

int command_token(struct command_line *line)
{
	static const struct {
		const char *word;
		int (*run)(struct command_line *line);
	} verbs[] = {
		{"add", token_add_command},
		{"list", token_list_command},
		{"revoke", token_revoke_command},
	};

	for (size_t i = 0; line->word_count > 0 && i < ARRAY_LEN(verbs); i++)
		if (strcmp(line->words[0], verbs[i].word) == 0)
			return verbs[i].run(line);
	return command_usage(line, NULL);
}
