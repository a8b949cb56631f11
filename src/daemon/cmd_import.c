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

/* All calendars of an owner: the boxes are none. */
static const struct fault *list_calendars(struct db *db, struct arena *a, int64_t owner,
					  struct collection **out, size_t *count_out)
{
	size_t kept = 0, count;
	const struct fault *f = collection_list(db, a, owner, out, &count);

	for (size_t i = 0; !f && i < count; i++)
		if ((*out)[i].kind == COLLECTION_CALENDAR)
			(*out)[kept++] = (*out)[i];
	*count_out = kept;
	return f;
}

/* ---- import ---------------------------------------------------------------------------- */

/* One file on its way into one calendar. */
struct import_file {
	const char *place;
	const char *elsewhere; /* calendars for what this one does not take, or empty */
};

static void report_failure(void *ctx, struct text uid, const struct fault *f)
{
	const struct import_file *file = ctx;

	fprintf(stderr, "fasti: %s: %.*s: %s%s\n", file->place, TEXT_ARG(uid), f->message,
		f->code == FAULT_BAD_COMPONENT ? file->elsewhere : "");
}

static void report_note(void *ctx, struct text uid, struct text note)
{
	const struct import_file *file = ctx;

	fprintf(stderr, "fasti: %s: %.*s: note: %.*s\n", file->place, TEXT_ARG(uid),
		TEXT_ARG(note));
}

/* " Other kinds go into: tasks." after a refusal, as tasks and events have calendars apart. */
static const struct fault *find_elsewhere(struct db *db, struct arena *a,
					  const struct collection *into, const char **out)
{
	struct collection *list;
	size_t count;
	struct text names = TEXT("");
	const struct fault *f = list_calendars(db, a, into->owner, &list, &count);

	for (size_t i = 0; !f && i < count; i++)
		if (list[i].components & ~into->components)
			names = text_from(arena_printf(a, "%.*s%s%.*s", TEXT_ARG(names),
						       names.len > 0 ? ", " : "",
						       TEXT_ARG(list[i].name)));
	*out = names.len > 0 ? arena_printf(a, " Other kinds go into: %.*s.", TEXT_ARG(names)) : "";
	return f;
}

/* What went wrong, with the file that it went wrong with. */
static const struct fault *at_place(struct arena *a, const char *place, const struct fault *f)
{
	return f ? fault_make(a, f->code, place, "%s: %s", place, f->message) : NULL;
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
	f = at_place(a, place, net_fetch(a, &rq, &answer));
	if (!f && answer.status != 200)
		f = fault_make(a, FAULT_UNAVAILABLE, place, "%s answered %d.", place,
			       answer.status);
	if (!f)
		*out = answer.body;
	return f;
}

/* One file; true when every object of it went in. */
static bool import_file(struct setup *setup, const struct collection *into,
			struct import_file *file)
{
	struct arena *a = arena_create((size_t)2 * IMPORT_MAX_BYTES);
	struct import_report report = {file, report_failure, report_note};
	struct import_result r = {0};
	struct text content = TEXT_NONE;
	const struct fault *f = import_read(a, file->place, &content);

	if (!f)
		f = at_place(a, file->place,
			     calendar_import(&setup->calendar, a, into->owner, into->id, content,
					     clock_now(), &report, &r));
	if (f)
		command_fail(f);
	else
		printf("%s: %zu new, %zu replaced, %zu as they were, %zu refused\n", file->place,
		       r.created, r.replaced, r.unchanged, r.failed);
	arena_destroy(a);
	return !f && r.failed == 0;
}

int command_import(struct command_line *line)
{
	struct setup setup;
	struct owner *owner;
	struct collection *into;
	struct import_file file;
	struct db *db;
	const struct fault *f;
	bool well = true;

	if (line->word_count < 3)
		return command_usage(line, "USER, CALENDAR and at least one file are needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = store_reader(setup.calendar.store, line->arena, &db);
	if (!f)
		f = find_calendar(line, db, &owner, &into);
	if (!f)
		f = find_elsewhere(db, line->arena, into, &file.elsewhere);
	for (int i = 2; !f && i < line->word_count; i++) {
		file.place = line->words[i];
		well = import_file(&setup, into, &file) && well;
	}
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

static const struct fault *export_all(struct db *db, struct arena *a, const struct owner *owner,
				      struct collection *only)
{
	struct dav_export_form form = {.head.name = owner_title(owner)};
	struct collection *list = only;
	size_t count = 1;
	const struct fault *f = only ? dav_export_head(db, a, only, &form.head)
				     : list_calendars(db, a, owner->id, &list, &count);

	return f ? f : write_pages(dav_export_create(a, list, count, &form), db, a);
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
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = store_reader(setup.calendar.store, line->arena, &db);
	if (!f)
		f = find_calendar(line, db, &owner, &only);
	if (!f)
		f = export_all(db, line->arena, owner, only);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}
