/* import - a file of somebody's calendar, object by object */

#include "calendar/import.h"

#include "calendar/change.h"

enum { IMPORT_ARENA_BYTES = 64 * 1024 * 1024 };

static const struct fault *import_one(struct calendar *cal, struct arena *a, int64_t owner,
				      int64_t collection, const struct ical_part *part, int64_t now,
				      struct change_put *put)
{
	struct change *c = change_open(cal, a, CHANGE_IMPORT, now);
	const struct fault *f;

	if (part->fault)
		return part->fault;
	*put = (struct change_put){
		.owner = owner,
		.collection = collection,
		.raw = part->raw,
		.source = ICAL_FROM_IMPORT,
		.replace_known_uid = true,
	};
	f = change_put(c, put);
	return f ? f : change_run(c);
}

static void import_count(const struct change_put *put, const struct import_report *report,
			 struct import_result *out)
{
	const struct ical_object *o = put->object;

	if (put->unchanged) {
		out->unchanged++;
		return;
	}
	if (put->created)
		out->created++;
	else
		out->replaced++;
	for (size_t i = 0; i < o->note_count; i++)
		report->noted(report->ctx, o->uid, o->notes[i]);
	out->notes += o->note_count;
}

const struct fault *calendar_import(struct calendar *cal, struct arena *a, int64_t owner,
				    int64_t collection, struct text file, int64_t now,
				    const struct import_report *report, struct import_result *out)
{
	struct ical_part *parts;
	size_t count;
	/* Each object has a small arena of its own: a file may hold a million. */
	struct arena *each = arena_create(IMPORT_ARENA_BYTES);
	const struct fault *f = ical_file_split(a, file, &parts, &count);

	*out = (struct import_result){0};
	for (size_t i = 0; i < count && !f; i++) {
		struct change_put put = {0};
		const struct fault *failed =
			import_one(cal, each, owner, collection, &parts[i], now, &put);

		if (failed) {
			out->failed++;
			report->failed(report->ctx, parts[i].uid, failed);
		} else {
			import_count(&put, report, out);
		}
		arena_reset(each);
	}
	arena_destroy(each);
	return f;
}
