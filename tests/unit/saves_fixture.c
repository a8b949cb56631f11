#include "saves_fixture.h"

#include "base/buf.h"
#include "ical/address.h"
#include "ical/expand.h"
#include "ical/zone.h"

static struct arena *arena;

void saves_fixture_begin(void)
{
	arena = arena_create(256 * 1024 * 1024);
}

void saves_fixture_end(void)
{
	arena_destroy(arena);
	arena = NULL;
}

struct arena *saves_fixture_arena(void)
{
	return arena;
}

const struct itip_user *saves_fixture_user(const char *name)
{
	struct itip_user *u = arena_alloc(arena, sizeof(*u));
	struct text *addresses = arena_alloc_array(arena, 2, sizeof(*addresses));

	addresses[0] = text_from(arena_printf(arena, "%s@x.y", name));
	addresses[1] = text_from(arena_printf(arena, "/principals/%s", name));
	*u = (struct itip_user){addresses, 2};
	return u;
}

struct text saves_fixture_text(const char *components)
{
	return text_from(arena_printf(arena,
				      "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//T//EN\n"
				      "%sEND:VCALENDAR\n",
				      components));
}

struct ical_object *saves_fixture_object(const char *row, const char *components)
{
	struct ical_object *o = NULL;

	if (components)
		CHECK_WELL(row, ical_object_parse(arena, saves_fixture_text(components),
						  ICAL_FROM_CLIENT, &o));
	return o;
}

static void put_time(struct buf *b, const struct ical_time *t)
{
	int64_t s = t->seconds;
	struct buf whole;

	buf_init(&whole, arena, 32, 32);
	time_put_local(&whole, s);
	buf_put(b, whole.at + 6, t->form == TIME_DATE ? 2 : 5);
}

static void put_component(struct buf *b, const struct ical_object *o, const struct ical_item *item)
{
	buf_put_char(b, ' ');
	if (item->recurrence_id.present)
		put_time(b, &item->recurrence_id);
	else
		buf_put_lit(b, "series");
	if (text_equal(o->method, TEXT("REPLY")) && item->attendee_count == 1) {
		buf_put_char(b, '=');
		buf_put_text(b, item->attendees[0].partstat);
	}
	if (item->sequence > 0)
		buf_printf(b, "#%d", item->sequence);
	for (size_t i = 0; i < item->exdates.count; i++) {
		buf_put_lit(b, " -");
		put_time(b, &item->exdates.at[i]);
	}
}

struct text saves_fixture_messages(const struct itip_plan *plan)
{
	struct buf b;

	buf_init(&b, arena, 256, 1024 * 1024);
	for (size_t i = 0; i < plan->count; i++) {
		const struct itip_message *m = &plan->messages[i];
		struct ical_object *o;

		buf_put_str(&b, i > 0 ? "; " : "");
		buf_put_str(&b, itip_method_name(m->method));
		buf_put_char(&b, ' ');
		buf_put_text(&b, text_sub(m->recipient, 0,
					  (size_t)text_find_char(m->recipient, '@', 0)));
		if (ical_object_parse(arena, m->text, ICAL_FROM_MESSAGE, &o)) {
			buf_put_lit(&b, " unreadable");
			continue;
		}
		for (size_t n = 0; n < o->item_count; n++)
			put_component(&b, o, &o->items[n]);
		buf_put_str(&b, m->quiet ? " (quiet)" : "");
	}
	return buf_text(&b);
}

void saves_fixture_check(const char *row, const struct itip_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct itip_message *m = &plan->messages[i];
		enum itip_method method;
		struct ical_object *o;

		if (!CHECK_WELL(row, ical_object_parse(arena, m->text, ICAL_FROM_MESSAGE, &o)) ||
		    !CHECK_WELL(row, itip_check(arena, o, &method)))
			continue;
		CHECK_INT(row, method, m->method);
		CHECK_TRUE(row, text_find(m->text, TEXT("SCHEDULE-")) < 0);
		CHECK_TRUE(row, m->why && *m->why);
	}
}
