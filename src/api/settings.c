/* settings - what a host is called, where at home, and who may ask for free-busy: /api/settings */
#include "api/api_priv.h"

#include "ical/zone.h"
#include "json/write.h"

static const char *const free_busy_words[] = {
	[FREE_BUSY_USERS] = "users",
	[FREE_BUSY_NOBODY] = "nobody",
	[FREE_BUSY_TOKEN] = "token",
	[FREE_BUSY_PUBLIC] = "public",
};

/* ---- showing --------------------------------------------------------------------------------- */

static const struct fault *find_owner(struct api_request *ar, struct owner **out)
{
	const struct fault *f = owner_get(ar->db, ar->arena, ar->rq->user.owner, out);

	if (!f && !*out)
		f = fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "This user no longer exists.");
	return f;
}

static void answer(struct api_request *ar, const struct owner *o)
{
	struct json_writer w;
	struct buf body;

	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	api_put_text(&w, "name", o->name);
	api_put_text(&w, "title", owner_title(o));
	api_put_text(&w, "email", o->email);
	api_put_text(&w, "timezone", o->timezone);
	api_put_text(&w, "free_busy", text_from(free_busy_words[o->free_busy]));
	json_end_object(&w);
	api_answer(ar, 200, &body);
}

const struct fault *api_settings_get(struct api_request *ar)
{
	struct owner *o;
	const struct fault *f = find_owner(ar, &o);

	if (!f)
		answer(ar, o);
	return f;
}

/* ---- changing ---------------------------------------------------------------------------------
 */

struct settings_body {
	struct text title, timezone, free_busy;
};

static const struct member settings_members[] = {
	{"title", JSON_KIND_TEXT, offsetof(struct settings_body, title)},
	{"timezone", JSON_KIND_TEXT, offsetof(struct settings_body, timezone)},
	{"free_busy", JSON_KIND_TEXT, offsetof(struct settings_body, free_busy)},
};

static const struct fault *set_title(struct arena *a, struct change *c, struct text title,
				     struct owner *o)
{
	if (!title.at)
		return NULL;
	if (title.len > OWNER_TITLE_MAX || !text_is_plain(title, ""))
		return fault_make(a, FAULT_UNPROCESSABLE, "title",
				  "A title is one line of at most 255 bytes.");
	o->display_name = title;
	return change_set_title(c, o->id, title);
}

static const struct fault *set_zone(struct arena *a, struct change *c, struct text name,
				    struct owner *o)
{
	const struct zone *z = name.at ? zone_find(name) : NULL;

	if (!name.at)
		return NULL;
	if (!z)
		return fault_make(a, FAULT_UNKNOWN_ZONE, "timezone",
				  "This is no time zone; give a name like Europe/Berlin.");
	o->timezone = name;
	return change_set_home(c, o->id, name);
}

static const struct fault *set_free_busy(struct arena *a, struct change *c, struct text word,
					 struct owner *o)
{
	if (!word.at)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(free_busy_words); i++) {
		if (!text_equal(word, text_from(free_busy_words[i])))
			continue;
		o->free_busy = (enum owner_free_busy)i;
		return change_set_free_busy(c, o->id, o->free_busy);
	}
	return fault_make(a, FAULT_UNPROCESSABLE, "free_busy",
			  "Free-busy is for users, nobody, token or public.");
}

static const struct fault *changed(void *who, void *state, const struct fault *f)
{
	if (!f)
		answer(who, state);
	return f;
}

/* What is not said stays as it is. */
const struct fault *api_settings_change(struct api_request *ar)
{
	struct settings_body body = {.title = TEXT_NONE};
	struct change *c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	struct owner *o;
	const struct fault *f = members_read(ar->arena, ar->body, settings_members,
					     ARRAY_LEN(settings_members), &body);

	if (!f)
		f = find_owner(ar, &o);
	if (!f)
		f = set_title(ar->arena, c, body.title, o);
	if (!f)
		f = set_zone(ar->arena, c, body.timezone, o);
	if (!f)
		f = set_free_busy(ar->arena, c, body.free_busy, o);
	if (f)
		return f;
	if (body.title.at || body.timezone.at || body.free_busy.at)
		api_commit(ar, c, changed, o);
	else
		answer(ar, o);
	return NULL;
}
