/* schedules - when a host may be booked: /api/schedules (decisions 42) */
#include "api/api_priv.h"

#include "ical/zone.h"
#include "json/write.h"

enum { SCHEDULES_MAX = 50, NAME_MAX_BYTES = 200 };

/* Members that are not hours. */
static const char schedule_others[] = " id name timezone version set_by readable ";

static const void *all_schedules(const struct host *h, size_t *count_out)
{
	*count_out = h->schedule_count;
	return h->schedules;
}

static const void *find_schedule(const struct host *h, struct text id)
{
	return host_schedule(h, id);
}

static void put_schedule(struct json_writer *w, struct api_request *ar, const struct host *host,
			 const void *item)
{
	const struct booking_schedule *s = item;

	(void)ar;
	(void)host;
	json_begin_object(w);
	json_key(w, "id");
	json_add_text(w, s->id);
	json_key(w, "name");
	json_add_text(w, s->name);
	json_key(w, "timezone");
	json_add_text(w, zone_name(s->hours.zone));
	json_key(w, "version");
	json_add_int(w, s->version);
	booking_schedule_put_members(w, s);
	json_key(w, "set_by");
	json_add_str(w, s->source == SCHEDULE_BY_CLIENT ? "calendar app" : "host");
	json_key(w, "readable");
	json_add_bool(w, s->readable);
	json_end_object(w);
}

static const struct fault *read_schedule(struct api_request *ar, void *item)
{
	struct booking_schedule *s = item;
	struct text zone = TEXT_NONE, name = TEXT_NONE;
	const struct fault *f;

	if (!json_text(json_get(ar->body, "timezone"), &zone))
		return fault_make(ar->arena, FAULT_UNPROCESSABLE, "timezone",
				  "A schedule needs a time zone, like Europe/Berlin.");
	if (!json_text(json_get(ar->body, "name"), &name) || text_trim(name).len == 0 ||
	    name.len > NAME_MAX_BYTES || !text_is_plain(name, ""))
		return fault_make(ar->arena, FAULT_UNPROCESSABLE, "name",
				  "A name of at most 200 bytes on one line is needed.");
	f = booking_schedule_from_json(ar->arena, ar->body, schedule_others, zone, s);
	s->name = name;
	return f;
}

/* ---- inside the transaction ------------------------------------------------------------------ */

static const struct fault *stored_version(struct db *db, struct arena *a, int64_t owner,
					  struct text id, int64_t *out)
{
	struct schedule *rows;
	size_t count;
	const struct fault *f = schedule_list(db, a, owner, &rows, &count);

	*out = 0;
	for (size_t i = 0; !f && i < count; i++)
		if (text_equal(rows[i].id, id))
			*out = rows[i].version;
	return f;
}

/* No meeting type goes by it. One whose rules cannot be read is not offered either. */
static const struct fault *require_unused(void *ctx, struct db *db, struct arena *a)
{
	const struct api_resource_edit *e = ctx;
	const struct booking_schedule *s = e->item;
	struct meeting_type *rows;
	struct booking_type t;
	size_t count;
	const struct fault *f = meeting_type_list(db, a, e->host->owner.id, &rows, &count);

	for (size_t i = 0; !f && i < count; i++)
		if (!booking_type_read(a, &rows[i], &t) && text_equal(t.schedule, s->id))
			f = fault_make(a, FAULT_CONFLICT, NULL,
				       "The meeting type %.*s goes by this schedule.",
				       TEXT_ARG(t.slug));
	return f;
}

/* ---- the change -------------------------------------------------------------------------------
 */

static const struct fault *store_schedule(struct api_request *ar, struct api_resource_edit *e)
{
	struct booking_schedule *s = e->item;
	struct schedule row;
	const struct fault *f = booking_schedule_row(ar->arena, s, host_schedule(e->host, s->id),
						     e->host->owner.id, ar->rq->now, &row);

	return f ? f : change_put_schedule(e->edit.change, &row);
}

static const struct fault *remove_schedule(struct api_request *ar, struct api_resource_edit *e)
{
	const struct booking_schedule *s = e->item;
	int64_t owner = e->host->owner.id;
	const struct fault *f;

	if (text_equal(s->id, TEXT("default")))
		return fault_make(ar->arena, FAULT_CONFLICT, NULL,
				  "The default schedule stays; empty its hours to close them.");
	f = change_require(e->edit.change, owner, require_unused, e);
	return f ? f : change_remove_schedule(e->edit.change, owner, s->id);
}

const struct api_resource api_schedules = {
	.path = "/api/schedules",
	.list = "schedules",
	.noun = "schedule",
	.max = SCHEDULES_MAX,
	.size = sizeof(struct booking_schedule),
	.id_at = offsetof(struct booking_schedule, id),
	.version_at = offsetof(struct booking_schedule, version),
	.all = all_schedules,
	.find = find_schedule,
	.put = put_schedule,
	.read = read_schedule,
	.stored_version = stored_version,
	.store = store_schedule,
	.remove = remove_schedule,
};

/* ---- holidays, from an iCalendar file -----------------------------------------------------------
 */

static bool is_calendar(struct text content_type)
{
	ptrdiff_t end = text_find_char(content_type, ';', 0);

	if (end >= 0)
		content_type = text_sub(content_type, 0, (size_t)end);
	return text_equal_nocase(text_trim(content_type), TEXT("text/calendar"));
}

static const struct fault *read_holidays(struct api_request *ar, void *item)
{
	if (!is_calendar(http_header(ar->rq, "Content-Type")))
		return fault_make(ar->arena, FAULT_BAD_MEDIA_TYPE, "Content-Type",
				  "Holidays come as text/calendar.");
	return booking_schedule_take_holidays(ar->arena, ar->rq->body, ar->rq->now, item);
}

/* Nothing else of the schedule changes. */
static const struct fault *store_holidays(struct api_request *ar, struct api_resource_edit *e)
{
	struct booking_schedule *s = e->item, merged = *host_schedule(e->host, s->id);
	const struct fault *f;

	merged.holidays = s->holidays;
	merged.holiday_count = s->holiday_count;
	merged.version = s->version;
	*s = merged;
	f = booking_schedule_close_holidays(ar->arena, s);
	return f ? f : store_schedule(ar, e);
}

const struct api_resource api_holidays = {
	.path = "/api/schedules",
	.list = "schedules",
	.noun = "schedule",
	.max = SCHEDULES_MAX,
	.size = sizeof(struct booking_schedule),
	.id_at = offsetof(struct booking_schedule, id),
	.version_at = offsetof(struct booking_schedule, version),
	.all = all_schedules,
	.find = find_schedule,
	.put = put_schedule,
	.read = read_holidays,
	.stored_version = stored_version,
	.store = store_holidays,
	.remove = remove_schedule,
};
