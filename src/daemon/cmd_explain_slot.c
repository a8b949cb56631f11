/* cmd_explain_slot - fasti explain slot USER SLUG INSTANT: why a time is not offered */

#include "base/buf.h"
#include "base/clock.h"
#include "booking/explain.h"
#include "daemon/cmd_explain_priv.h"
#include "ical/time.h"
#include "store/store.h"

enum { LINE_MAX_BYTES = 4096 };

static void print_span(struct arena *a, const char *before, int64_t start, int64_t end,
		       struct text after)
{
	struct buf b;

	buf_init(&b, a, 256, LINE_MAX_BYTES);
	buf_printf(&b, "%s", before);
	time_put_rfc3339(&b, start);
	buf_put_char(&b, '/');
	time_put_rfc3339(&b, end);
	buf_printf(&b, "  %.*s", TEXT_ARG(after));
	printf("%.*s\n", TEXT_ARG(buf_text(&b)));
}

static void print_explanation(struct arena *a, const struct explanation *e)
{
	const struct slot_why *why = &e->why;

	printf("%s: %s\n", slot_verdict_word(why->verdict), slot_verdict_sentence(why->verdict));
	if (why->rule)
		printf("rule: %s\n", why->rule);
	if (why->end > why->start)
		print_span(a, "in the way: ", why->start, why->end, TEXT_NONE);
	for (size_t i = 0; i < e->count; i++) {
		const struct explain_obstacle *o = &e->obstacles[i];

		printf("%s %.*s: ", o->kind, TEXT_ARG(o->id));
		print_span(a, "", o->start, o->end, o->title);
	}
}

/* The host and the type as they stand in the store. */
static const struct fault *find_type(struct command_line *line, struct db *db, int64_t max_age_s,
				     struct slot_ask *ask)
{
	struct arena *a = line->arena;
	struct host *host = arena_alloc(a, sizeof(*host));
	struct owner *owner;
	const struct fault *f = owner_find(db, a, text_from(line->words[1]), &owner);

	if (!f && !owner)
		f = fault_make(a, FAULT_NOT_FOUND, NULL, "There is no user %s.", line->words[1]);
	if (!f)
		f = host_read(db, a, owner, max_age_s, host);
	if (f)
		return f;
	ask->host = host;
	ask->type = host_type_by_slug(host, text_from(line->words[2]));
	return ask->type ? NULL
			 : fault_make(a, FAULT_NOT_FOUND, NULL, "%s offers no %s.", line->words[1],
				      line->words[2]);
}

const struct fault *explain_slot_print(struct command_line *line, struct setup *setup)
{
	struct slot_ask ask = {.now = clock_now()};
	struct explanation e;
	struct db *db;
	const struct fault *f = store_reader(setup->calendar.store, line->arena, &db);

	if (!f)
		f = find_type(line, db, (int64_t)setup->config.fed_max_age * 60, &ask);
	if (f)
		return f;
	if (!time_parse_rfc3339(text_from(line->words[3]), &ask.from))
		return fault_make(line->arena, FAULT_BAD_REQUEST, NULL,
				  "%s is no time like 2027-01-18T09:00:00Z.", line->words[3]);
	ask.to = ask.from + 1;
	ask.duration_min = ask.type->durations_min[0];
	f = explain_slot(db, line->arena, &ask, &e);
	if (!f)
		print_explanation(line->arena, &e);
	return f;
}
