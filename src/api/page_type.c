/* page_type - what anybody may know of a meeting type; see page.h */
#include "api/page.h"

#include "booking/host.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "json/write.h"

enum {
	TYPE_HINT_BYTES = 1024,
	TYPE_MAX_BYTES = 256 * 1024,
	DATE_BYTES = 16,
	PEOPLE_MAX = 12, /* a crowd is not called by name */
	PEOPLE_BYTES = PEOPLE_MAX * (OWNER_TITLE_MAX + 2),
};

static void put_text(struct json_writer *w, const char *key, struct text value)
{
	json_key(w, key);
	json_add_text(w, value);
}

static void put_word(struct json_writer *w, const char *key, const char *word)
{
	json_key(w, key);
	json_add_str(w, word);
}

static void put_number(struct json_writer *w, const char *key, int64_t n)
{
	json_key(w, key);
	json_add_int(w, n);
}

static void put_flag(struct json_writer *w, const char *key, bool value)
{
	json_key(w, key);
	json_add_bool(w, value);
}

/* ---- parts of a type ---------------------------------------------------------------------------
 */

/* Dates between which the type can be booked at all; 0: no such end. */
static void put_day(struct json_writer *w, const char *key, int64_t day)
{
	struct buf b;

	if (day == 0)
		return;
	buf_init(&b, w->out->arena, DATE_BYTES, DATE_BYTES);
	day_put(&b, day);
	put_text(w, key, buf_text(&b));
}

static void put_lengths(struct json_writer *w, const struct booking_type *t)
{
	json_key(w, "durations");
	json_begin_list(w);
	for (int32_t i = 0; i < t->duration_count; i++)
		json_add_int(w, t->durations_min[i]);
	json_end_list(w);
}

/* The address of a meeting online is told to those who have booked, not to passers-by. */
static void put_location(struct json_writer *w, const struct booking_location *l)
{
	static const char *const kinds[] = {
		[PLACE_NONE] = "none",
		[PLACE_ADDRESS] = "place",
		[PLACE_PHONE] = "phone",
		[PLACE_LINK] = "link",
		[PLACE_CONFERENCE] = "conference",
		/* To who books it is one like any other. */
		[PLACE_GOOGLE_MEET] = "conference",
		[PLACE_TEAMS] = "conference",
	};

	json_key(w, "location");
	json_begin_object(w);
	put_word(w, "kind", kinds[l->kind]);
	if (l->kind == PLACE_ADDRESS || l->kind == PLACE_PHONE)
		put_text(w, "value", l->value);
	json_end_object(w);
}

static void put_choices(struct json_writer *w, const struct booking_question *q)
{
	json_key(w, "choices");
	json_begin_list(w);
	for (size_t i = 0; i < q->choice_count; i++)
		json_add_text(w, q->choices[i]);
	json_end_list(w);
}

static void put_question(struct json_writer *w, const struct booking_question *q)
{
	static const char *const types[] = {
		[QUESTION_TEXT] = "text",     [QUESTION_LONG] = "long",
		[QUESTION_CHOICE] = "choice", [QUESTION_YES_NO] = "yes_no",
		[QUESTION_NUMBER] = "number", [QUESTION_PHONE] = "phone",
	};

	json_begin_object(w);
	put_text(w, "id", q->id);
	/* The page has its own words for what it always asks, in the language of its reader. */
	put_text(w, "text", booking_question_is_built_in(q) ? TEXT_NONE : q->text);
	put_word(w, "type", types[q->type]);
	put_flag(w, "required", q->required);
	if (q->type == QUESTION_CHOICE)
		put_choices(w, q);
	json_end_object(w);
}

static void put_questions(struct json_writer *w, const struct booking_type *t)
{
	json_key(w, "questions");
	json_begin_list(w);
	for (size_t i = 0; i < t->question_count; i++)
		put_question(w, &t->questions[i]);
	json_end_list(w);
}

/* So long before the start an invitee may still change a booking. */
static void put_policy(struct json_writer *w, const struct booking_type *t)
{
	put_number(w, "cancel_until_minutes", t->cancel_until_min);
	put_number(w, "move_until_minutes", t->move_until_min);
}

static void put_members(struct json_writer *w, const struct booking_type *t)
{
	put_text(w, "id", t->id);
	put_text(w, "slug", t->slug);
	put_text(w, "title", t->title);
	put_text(w, "description", t->description);
	put_text(w, "colour", t->colour);
	put_lengths(w, t);
	put_number(w, "window_days", t->window_days);
	put_day(w, "window_from", t->window_from);
	put_day(w, "window_to", t->window_to);
	put_location(w, &t->location);
	put_questions(w, t);
	put_flag(w, "confirm", t->confirm);
	put_number(w, "seats", t->seats);
	put_flag(w, "waiting_list", t->waiting_list);
	put_flag(w, "team", t->team.mode != TEAM_NONE);
	put_number(w, "series_max", t->series_max);
	put_policy(w, t);
}

/* ---- who comes ---------------------------------------------------------------------------------
 */

static const struct fault *put_name(struct db *db, struct buf *b, const struct booking_team_host *h)
{
	struct owner *o;
	const struct fault *f = owner_find(db, b->arena, h->name, &o);

	if (f || !o || h->optional)
		return f;
	if (b->len > 0)
		buf_put_lit(b, ", ");
	buf_put_text(b, owner_title(o));
	return NULL;
}

const struct fault *page_people(struct db *db, struct arena *a, const struct booking_type *t,
				struct text *out)
{
	const struct booking_team *team = &t->team;
	const struct fault *f = NULL;
	struct buf b;

	buf_init(&b, a, 0, PEOPLE_BYTES);
	if (team->mode == TEAM_COLLECTIVE && team->pools[0].host_count <= PEOPLE_MAX)
		for (size_t i = 0; !f && i < team->pools[0].host_count; i++)
			f = put_name(db, &b, &team->pools[0].hosts[i]);
	*out = buf_text(&b);
	return f;
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

static struct text host_zone(const struct host *h, const struct booking_type *t)
{
	const struct booking_schedule *s = t ? host_schedule(h, t->schedule) : NULL;

	return s ? zone_name(s->hours.zone) : h->owner.timezone;
}

void page_put_type(struct json_writer *w, const struct host *host, const struct booking_type *t)
{
	json_begin_object(w);
	put_text(w, "host", host->owner.name);
	put_text(w, "host_name", owner_title(&host->owner));
	put_text(w, "timezone", host_zone(host, t));
	if (t)
		put_members(w, t);
	json_end_object(w);
}

struct text page_type_json(struct arena *a, const struct host *host,
			   const struct booking_type *type)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, a, TYPE_HINT_BYTES, TYPE_MAX_BYTES);
	w = (struct json_writer){.out = &b};
	page_put_type(&w, host, type);
	return buf_text(&b);
}
