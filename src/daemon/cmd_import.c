/* cmd_import - fasti import USER CALENDAR FILE.ics|URL… and fasti export USER [CALENDAR] */

#include "base/buf.h"
#include "base/clock.h"
#include "calendar/import.h"
#include "daemon/command.h"
#include "ical/join.h"
#include "net/fetch.h"
#include "store/collection.h"
#include "store/object.h"
#include "store/owner.h"
#include "store/store.h"

enum {
	IMPORT_MAX_BYTES = 256 * 1024 * 1024,
	EXPORT_PAGE = 256,
	EXPORT_PAGE_BYTES = EXPORT_PAGE * 1100 * 1024,
	FETCH_TIMEOUT_MS = 60000,
};

/* The calendar of USER [CALENDAR] on the command line. */
static const struct fault *find_calendar(struct command_line *line, struct db *db,
					 struct owner **owner, struct collection **out)
{
	struct arena *a = line->arena;
	const struct fault *f = owner_find(db, a, text_from(line->words[0]), owner);

	if (!f && !*owner)
		return fault_make(a, FAULT_NOT_FOUND, NULL, "There is no user %s.", line->words[0]);
	if (!f && line->word_count > 1)
		f = collection_find(db, a, (*owner)->id, text_from(line->words[1]), out);
	if (!f && line->word_count > 1 && (!*out || (*out)->kind != COLLECTION_CALENDAR))
		return fault_make(a, FAULT_NOT_FOUND, NULL, "%s has no calendar %s.",
				  line->words[0], line->words[1]);
	return f;
}

/* ---- import ---------------------------------------------------------------------------- */

static void report_failure(void *ctx, struct text uid, const struct fault *f)
{
	fprintf(stderr, "fasti: %s: %.*s: %s\n", (const char *)ctx, TEXT_ARG(uid), f->message);
}

static void report_note(void *ctx, struct text uid, struct text note)
{
	fprintf(stderr, "fasti: %s: %.*s: note: %.*s\n", (const char *)ctx, TEXT_ARG(uid),
		TEXT_ARG(note));
}

static const struct fault *import_read(struct arena *a, const char *place, struct text *out)
{
	struct text t = text_from(place);
	struct net_request rq = {
		.url = t,
		.total_ms = FETCH_TIMEOUT_MS,
		.body_max = IMPORT_MAX_BYTES,
	};
	struct net_response answer;
	const struct fault *f;

	if (!text_starts(t, TEXT("https://")) && !text_starts(t, TEXT("http://")))
		return command_read_file(a, place, IMPORT_MAX_BYTES, out);
	f = net_fetch(a, &rq, &answer);
	if (!f && answer.status != 200)
		f = fault_make(a, FAULT_UNAVAILABLE, place, "%s answered %d.", place,
			       answer.status);
	if (!f)
		*out = answer.body;
	return f;
}

/* One file; true when every object of it went in. */
static bool import_file(struct setup *setup, const struct collection *into, const char *place)
{
	struct arena *a = arena_create((size_t)2 * IMPORT_MAX_BYTES);
	struct import_report report = {(void *)(uintptr_t)place, report_failure, report_note};
	struct import_result r = {0};
	struct text file = TEXT_NONE;
	const struct fault *f = import_read(a, place, &file);

	if (!f)
		f = calendar_import(&setup->calendar, a, into->owner, into->id, file, clock_now(),
				    &report, &r);
	if (f)
		fprintf(stderr, "fasti: %s: %s\n", place, f->message);
	else
		printf("%s: %zu new, %zu replaced, %zu as they were, %zu refused\n", place,
		       r.created, r.replaced, r.unchanged, r.failed);
	arena_destroy(a);
	return !f && r.failed == 0;
}

int command_import(struct command_line *line)
{
	struct setup setup;
	struct owner *owner;
	struct collection *into;
	struct db *db;
	const struct fault *f;
	bool well = true;

	if (line->word_count < 3)
		return command_usage(line, "USER, CALENDAR and at least one file are needed");
	if (!command_open(line, &setup))
		return COMMAND_FAILED;
	f = store_reader(setup.calendar.store, line->arena, &db);
	if (!f)
		f = find_calendar(line, db, &owner, &into);
	for (int i = 2; !f && i < line->word_count; i++)
		well = import_file(&setup, into, line->words[i]) && well;
	setup_close(&setup);
	if (f)
		return command_fail(f);
	return well ? COMMAND_OK : COMMAND_FAILED;
}

/* ---- export ---------------------------------------------------------------------------- */

static const struct fault *export_calendar(struct db *db, struct ical_join *j,
					   const struct collection *c)
{
	struct arena *page = arena_create((size_t)2 * EXPORT_PAGE_BYTES);
	struct stored_object *list;
	struct text after = TEXT("");
	char last[1024];
	size_t count = 0;
	const struct fault *f;

	do {
		struct buf out;

		f = object_page(db, page, c->owner, c->id, after, EXPORT_PAGE, true, &list, &count);
		if (f)
			break;
		buf_init(&out, page, 64 * 1024, EXPORT_PAGE_BYTES);
		for (size_t i = 0; i < count; i++)
			ical_join_add(j, &out, page, list[i].data);
		fwrite(out.at, 1, out.len, stdout);
		if (count > 0) {
			struct text name = text_sub(list[count - 1].name, 0, sizeof(last));

			memcpy(last, name.at, name.len);
			after = text_of(last, name.len);
		}
		arena_reset(page);
	} while (count == EXPORT_PAGE);
	/* A fault of the page's arena would go with it: these have no detail to lose. */
	f = f ? fault_static(f->code) : NULL;
	arena_destroy(page);
	return f;
}

static const struct fault *export_all(struct db *db, struct arena *a, const struct owner *owner,
				      const struct collection *only)
{
	struct ical_join *j = ical_join_create(a);
	struct collection *list;
	struct buf frame;
	size_t count = 0;
	const struct fault *f = collection_list(db, a, owner->id, &list, &count);

	buf_init(&frame, a, 512, 4096);
	ical_join_begin(j, &frame, only ? only->name : owner->display_name);
	fwrite(frame.at, 1, frame.len, stdout);
	for (size_t i = 0; i < count && !f; i++)
		if (list[i].kind == COLLECTION_CALENDAR && (!only || only->id == list[i].id))
			f = export_calendar(db, j, &list[i]);
	frame.len = 0;
	ical_join_end(j, &frame);
	fwrite(frame.at, 1, frame.len, stdout);
	if (!f && fflush(stdout) != 0)
		f = fault_make(a, FAULT_UNAVAILABLE, NULL, "The output cannot be written.");
	return f;
}

int command_export(struct command_line *line)
{
	struct setup setup;
	struct owner *owner;
	struct collection *only = NULL;
	struct db *db;
	const struct fault *f;

	if (line->word_count < 1 || line->word_count > 2)
		return command_usage(line, "USER is needed");
	if (!command_open(line, &setup))
		return COMMAND_FAILED;
	f = store_reader(setup.calendar.store, line->arena, &db);
	if (!f)
		f = find_calendar(line, db, &owner, &only);
	if (!f)
		f = export_all(db, line->arena, owner, only);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}
