/*
 * settings - what a host is called, where at home, who may ask for free-busy, and what mail they
 * get: /api/settings
 */
#include "api/api_priv.h"

#include "api/page_lang.h"
#include "ical/zone.h"
#include "json/write.h"

static const char *const free_busy_words[] = {
	[FREE_BUSY_USERS] = "users",
	[FREE_BUSY_NOBODY] = "nobody",
	[FREE_BUSY_TOKEN] = "token",
	[FREE_BUSY_PUBLIC] = "public",
};

/* Of what a host is told by mail. */
static const char *const notice_words[NOTICE_COUNT] = {
	[NOTICE_BOOKED] = "booked",	    [NOTICE_MOVED] = "moved",
	[NOTICE_CANCELLED] = "cancelled",   [NOTICE_TO_CONFIRM] = "to_confirm",
	[NOTICE_NEEDS_HOST] = "needs_host", [NOTICE_OVERLAP] = "overlap",
	[NOTICE_WEBHOOK] = "webhook",	    [NOTICE_BOUNCE] = "bounce",
	[NOTICE_UNVERIFIED] = "unverified", [NOTICE_RECONNECT] = "reconnect",
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
	api_put_text(&w, "language", o->language);
	json_key(&w, "notices");
	json_begin_list(&w);
	for (int i = 0; i < NOTICE_COUNT; i++)
		if (owner_wants(o, (enum owner_notice)i))
			json_add_str(&w, notice_words[i]);
	json_end_list(&w);
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
	struct text title, timezone, free_busy, language;
	const struct json *notices;
};

static const struct member settings_members[] = {
	{"title", JSON_KIND_TEXT, offsetof(struct settings_body, title)},
	{"timezone", JSON_KIND_TEXT, offsetof(struct settings_body, timezone)},
	{"free_busy", JSON_KIND_TEXT, offsetof(struct settings_body, free_busy)},
	{"language", JSON_KIND_TEXT, offsetof(struct settings_body, language)},
	{"notices", JSON_KIND_NONE, offsetof(struct settings_body, notices)},
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

static bool find_notice(const struct json *word, int64_t *bits)
{
	struct text t;

	for (int i = 0; json_text(word, &t) && i < NOTICE_COUNT; i++)
		if (text_equal(t, text_from(notice_words[i]))) {
			*bits |= INT64_C(1) << i;
			return true;
		}
	return false;
}

static const struct fault *read_notices(struct arena *a, const struct json *list, int64_t *out)
{
	bool is_well = json_kind(list) == JSON_KIND_LIST;

	*out = 0;
	for (size_t i = 0; is_well && i < json_item_count(list); i++)
		is_well = find_notice(json_item(list, i), out);
	if (is_well)
		return NULL;
	return fault_make(a, FAULT_UNPROCESSABLE, "notices",
			  "This is no list of what one is told of, like [\"booked\", \"bounce\"].");
}

/* In which language one is written to, and of what. */
static const struct fault *set_letters(struct arena *a, struct change *c,
				       const struct settings_body *body, struct owner *o)
{
	const struct page_lang *l = page_lang_find(body->language);
	const struct fault *f = NULL;

	if (!body->language.at && !body->notices)
		return NULL;
	if (body->language.len > 0 && !l)
		return fault_make(a, FAULT_UNPROCESSABLE, "language",
				  "Letters are in English (en), German (de), French (fr) or "
				  "Spanish (es).");
	if (body->language.at)
		o->language = text_from(l ? l->tag : NULL);
	if (body->notices)
		f = read_notices(a, body->notices, &o->notices);
	return f ? f : change_set_letters(c, o->id, o->language, o->notices);
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
	if (!f)
		f = set_letters(ar->arena, c, &body, o);
	if (f)
		return f;
	if (body.title.at || body.timezone.at || body.free_busy.at || body.language.at ||
	    body.notices)
		api_commit(ar, c, changed, o);
	else
		answer(ar, o);
	return NULL;
}
