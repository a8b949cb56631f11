/* cmd_import - fasti import USER CALENDAR FILE.ics|URL… and fasti export USER [CALENDAR] */

#include "base/buf.h"
#include "base/clock.h"
#include "calendar/import.h"
#include "daemon/command.h"
#include "dav/export.h"
#include "net/fetch.h"
#include "store/collection.h"
#include "store/owner.h"
#include "store/store.h"

enum {
	IMPORT_MAX_BYTES = 256 * 1024 * 1024,
	EXPORT_PAGE_BYTES = 64 * 1024 * 1024,
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

static const struct fault *write_pages(struct dav_export *x, struct db *db, struct arena *a)
{
	struct arena *page = arena_create(EXPORT_PAGE_BYTES);
	bool more = true;
	struct buf out;
	const struct fault *f = NULL;

	buf_init(&out, a, 64 * 1024, EXPORT_PAGE_BYTES);
	while (!f && more) {
		arena_reset(page);
		out.len = 0;
		f = fault_copy(a, dav_export_next(x, db, page, &out, &more));
		fwrite(out.at, 1, out.len, stdout);
	}
	arena_destroy(page);
	if (!f && (fflush(stdout) != 0 || ferror(stdout)))
		f = fault_make(a, FAULT_UNAVAILABLE, NULL, "The output cannot be written.");
	return f;
}

/* All calendars as one: the boxes are none. */
static const struct fault *list_calendars(struct db *db, struct arena *a, const struct owner *owner,
					  struct collection **out, size_t *count_out)
{
	size_t kept = 0, count;
	const struct fault *f = collection_list(db, a, owner->id, out, &count);

	for (size_t i = 0; !f && i < count; i++)
		if ((*out)[i].kind == COLLECTION_CALENDAR)
			(*out)[kept++] = (*out)[i];
	*count_out = kept;
	return f;
}

static const struct fault *export_all(struct db *db, struct arena *a, const struct owner *owner,
				      struct collection *only)
{
	struct text title = owner_title(owner);
	struct collection *list = only;
	size_t count = 1;
	const struct fault *f = only ? dav_export_title(db, a, only, &title)
				     : list_calendars(db, a, owner, &list, &count);

	return f ? f : write_pages(dav_export_create(a, list, count, title), db, a);
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
