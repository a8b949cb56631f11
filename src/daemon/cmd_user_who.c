/* cmd_user_who - principals, as the command line names them */

#include "daemon/cmd_user_priv.h"

#include "base/arena.h"
#include "store/store.h"

static const char *const kinds[] = {
	[OWNER_INDIVIDUAL] = "individual", [OWNER_GROUP] = "group", [OWNER_ROOM] = "room",
	[OWNER_RESOURCE] = "resource",	   [OWNER_TEAM] = "team",
};

const char *user_kind_word(enum owner_kind kind)
{
	return kinds[kind];
}

bool user_read_kind(const char *word, enum owner_kind *out)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!word || strcmp(word, kinds[i]) == 0) {
			*out = (enum owner_kind)i;
			return true;
		}
	return false;
}

const struct fault *user_find(struct command_line *line, struct setup *setup, struct owner **out)
{
	struct db *db;
	const struct fault *f = store_reader(setup->calendar.store, line->arena, &db);

	*out = NULL;
	if (!f)
		f = owner_find(db, line->arena, text_from(line->words[1]), out);
	if (!f && !*out)
		f = fault_make(line->arena, FAULT_NOT_FOUND, line->words[1], "There is no user %s.",
			       line->words[1]);
	return f;
}

const struct fault *user_find_named(struct command_line *line, struct setup *setup,
				    const char *option, int64_t **out, size_t *count_out)
{
	struct text *names = command_options(line, option, count_out);
	int64_t *ids = arena_alloc_array(line->arena, *count_out + 1, sizeof(*ids));
	struct db *db;
	const struct fault *f = store_reader(setup->calendar.store, line->arena, &db);

	for (size_t i = 0; i < *count_out && !f; i++) {
		struct owner *o;

		f = owner_find(db, line->arena, names[i], &o);
		if (!f && !o)
			f = fault_make(line->arena, FAULT_NOT_FOUND, option,
				       "There is no principal %.*s.", TEXT_ARG(names[i]));
		ids[i] = f ? 0 : o->id;
	}
	*out = ids;
	return f;
}
