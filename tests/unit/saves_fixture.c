#include "saves_fixture.h"

#include "base/buf.h"
#include "ical/address.h"
#include "ical/expand.h"
#include "ical/walk.h"
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

static void put_comments(struct buf *b, const struct ical_object *o, const struct ical_item *item)
{
	struct ical_walk w;
	struct ical_line l;

	ical_walk_begin(&w, arena, o->raw, &o->blocks, item->block);
	while (ical_walk_line(&w, &l))
		if (ical_line_is(&l, "COMMENT"))
			buf_printf(b, " (%.*s)", TEXT_ARG(l.value));
}

static void put_component(struct buf *b, const struct ical_object *o, const struct ical_item *item)
{
	buf_put_char(b, ' ');
	if (item->recurrence_id.present)
		put_time(b, &item->recurrence_id);
	else
		buf_put_lit(b, "series");
	buf_put_str(b, item->this_and_future ? "+" : "");
	if (text_equal(o->method, TEXT("REPLY")) && item->attendee_count == 1) {
		buf_put_char(b, '=');
		buf_put_text(b, item->attendees[0].partstat);
		put_comments(b, o, item);
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

struct text saves_fixture_plain(struct text t)
{
	struct buf b;

	buf_init(&b, arena, t.len, t.len);
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] == ' ' && b.len > 0 && b.at[b.len - 1] == '\n')
			b.len--;
		else if (t.at[i] != '\r')
			buf_put_char(&b, t.at[i]);
	}
	return buf_text(&b);
}

/* Saved once more as it is stored, nothing is sent and nothing changed. */
static void check_again(const struct saves_row *row, const struct itip_plan *plan,
			struct itip_save s, saves_plan_fn fn)
{
	struct itip_plan again;
	struct ical_object *o;

	if (!CHECK_WELL(row->name, ical_object_parse(arena, plan->object, ICAL_FROM_STORE, &o)))
		return;
	s.was = s.is = o;
	if (!CHECK_WELL(row->name, fn(arena, &s, &again)))
		return;
	CHECK_TEXT(row->name, saves_fixture_messages(&again), TEXT(""));
	CHECK_INT(row->name, again.edited, false);
	CHECK_INT(row->name, again.change, ITIP_SAME);
}

static void check_row(const struct saves_row *row, const char *user, saves_plan_fn fn,
		      bool saw_answers)
{
	struct itip_save s = {
		.was = saves_fixture_object(row->name, row->was),
		.is = saves_fixture_object(row->name, row->is),
		.user = saves_fixture_user(user),
		.saw_answers = saw_answers,
		.now = SAVES_NOW,
	};
	struct itip_plan plan;

	if (!CHECK_WELL(row->name, fn(arena, &s, &plan)))
		return;
	CHECK_TEXT(row->name, saves_fixture_messages(&plan), text_from(row->messages));
	saves_fixture_check(row->name, &plan);
	if (!row->is)
		return;
	CHECK_TEXT(row->name, saves_fixture_plain(plan.object),
		   saves_fixture_plain(saves_fixture_text(row->stored ? row->stored : row->is)));
	CHECK_INT(row->name, plan.edited, row->stored != NULL);
	check_again(row, &plan, s, fn);
}

void saves_fixture_rows(const struct saves_row *rows, size_t count, const char *user,
			saves_plan_fn plan, bool saw_answers)
{
	for (size_t i = 0; i < count; i++) {
		saves_fixture_begin();
		check_row(&rows[i], user, plan, saw_answers);
		saves_fixture_end();
	}
}
