/*
 * Any answer as a list of Google's events: no crash, and what becomes of each event is accepted by
 * the reader of calendar objects, or takes no time.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "federation/google_priv.h"
#include "ical/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CEILING = 256 << 20, ROOM = 4 << 20 };

static void check_event(struct arena *a, const struct remote_event *e)
{
	struct ical_object *o;
	struct buf b;

	assert(e->remote.len > 0 && e->remote.len <= OUTSIDE_REMOTE_MAX);
	assert(e->series.len > 0 && e->series.len <= OUTSIDE_REMOTE_MAX);
	assert(e->end >= e->start && text_is_utf8(e->link) && !text_has_control(e->link));
	if (e->lines.len == 0)
		return;
	assert(!e->is_gone);
	buf_init(&b, a, e->lines.len + 256, ROOM);
	buf_put_lit(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:x\r\n"
			"DTSTAMP:20260101T000000Z\r\n");
	if (e->kind == OUTSIDE_DROPPED)
		buf_put_lit(&b, "DTSTART:20260101T000000Z\r\n");
	buf_put_text(&b, e->lines);
	buf_put_lit(&b, "END:VEVENT\r\nEND:VCALENDAR\r\n");
	assert(!ical_object_parse(a, buf_text(&b), ICAL_FROM_STORE, &o));
	assert(o->item_count == 1 && o->has_master == !o->items[0].recurrence_id.present);
	assert(!o->items[0].transparent && o->items[0].status != STATUS_CANCELLED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(CEILING);
	struct google g = {.arena = a, .timezone = TEXT("Europe/Berlin"), .now = 1772442000};
	struct call call = {.status = 403, .answer = text_of((const char *)data, size)};
	struct remote_page page;

	google_judge(&call);
	if (google_read_changes(&g, TEXT_NONE, TEXT_NONE, &call, &page) == CALL_OK)
		for (size_t i = 0; i < page.count; i++)
			check_event(a, &page.events[i]);
	arena_destroy(a);
	return 0;
}
