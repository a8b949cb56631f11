/*
 * Any bytes as an answer of Graph's: an event, or a list of an event and its series. What is read
 * of it is an event that ical/ reads, or takes no time.
 */
#include <assert.h>

#include "base/arena.h"
#include "federation/outlook_priv.h"
#include "ical/ical.h"
#include "ical/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_event(struct arena *a, const struct remote_event *e)
{
	struct ical_object *o;
	const char *raw = arena_printf(a,
				       "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
				       "BEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:20260101T000000Z\r\n"
				       "%.*sEND:VEVENT\r\nEND:VCALENDAR\r\n",
				       TEXT_ARG(e->lines));

	assert(e->remote.len > 0 && e->remote.len <= OUTSIDE_REMOTE_MAX);
	assert(e->series.len > 0 && e->series.len <= OUTSIDE_REMOTE_MAX);
	assert(e->start <= e->end);
	if (e->lines.len > 0 && e->kind != OUTSIDE_DROPPED &&
	    ical_object_parse(a, text_from(raw), ICAL_FROM_IMPORT, &o))
		assert(!"what is read is no event");
}

static void read_event(struct arena *a, const struct json *v)
{
	const struct json *master = json_item(v, 1), *item = master ? json_item(v, 0) : v;
	struct outlook_part part = {.id = TEXT_INIT("a")};
	struct remote_calendar calendar;
	struct remote_copy copy = {.start = 0};
	struct remote_event e;
	int64_t retry_s;

	if (outlook_event_read(a, item, master, false, &e))
		check_event(a, &e);
	if (outlook_copy_read(item, &copy))
		assert(copy.remote_out.len > 0);
	if (outlook_calendar_read(item, TEXT_NONE, &calendar))
		assert(calendar.remote.len > 0);
	assert((outlook_batch_read(item, &part, 1, &retry_s) == CALL_OK) ==
	       (part.end == CALL_OK || part.end == CALL_NOT_FOUND));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = text_of((const char *)data, size);
	struct arena *a = arena_create(64 << 20);
	struct outlook_place place;
	const struct json *v = NULL;

	ical_init();
	if (!json_parse(a, in, JSON_BODY_MAX, &v))
		read_event(a, v);
	if (outlook_place_read(in, &place))
		assert(place.window_end >= 0);
	arena_destroy(a);
	return 0;
}
