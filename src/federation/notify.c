/* notify - a provider tells that something has changed; see notify.h */

#include "federation/notify.h"

#include "base/arena.h"
#include "calendar/calendar.h"
#include "federation/rounds.h"
#include "federation/watch.h"
#include "store/outside.h"
#include "store/store.h"
#include "json/json.h"

/* Does who tells of this watch know its secret? */
static bool is_ours(const struct federation *fed, struct arena *a, struct text watch,
		    struct text token, struct notify_look *out)
{
	bool fits = secret_equal(watch_token(fed, a, watch), token);

	*out = (struct notify_look){.watch = watch, .word = NOTIFY_READ};
	return secret_id_owner(&fed->calendar->key, watch, &out->owner) && fits;
}

bool notify_google(const struct federation *fed, struct arena *a, const struct notify_google *told,
		   struct notify_look *out)
{
	if (!is_ours(fed, a, told->channel, told->token, out))
		return false;
	out->provider = PROVIDER_GOOGLE;
	out->known_as = told->resource;
	/* The first message says that there will be others. */
	return !text_equal(told->state, TEXT("sync"));
}

/* ---- Outlook -----------------------------------------------------------------------------------
 */

static struct text text_of_key(const struct json *object, const char *key)
{
	struct text t = TEXT_NONE;

	return json_text(json_get(object, key), &t) ? t : TEXT_NONE;
}

/* What of a subscription's life it tells; all that is not known is a reason to read. */
static enum notify_word word_of(const struct json *item)
{
	static const struct {
		const char *event;
		enum notify_word word;
	} words[] = {
		{"reauthorizationRequired", NOTIFY_RENEW},
		{"subscriptionRemoved", NOTIFY_REMOVED},
		{"missed", NOTIFY_READ},
	};
	struct text event = text_of_key(item, "lifecycleEvent");

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_equal_nocase(event, text_from(words[i].event)))
			return words[i].word;
	return NOTIFY_READ;
}

static bool is_listed(const struct notify_look *looks, size_t count, const struct notify_look *look)
{
	for (size_t i = 0; i < count; i++)
		if (looks[i].word == look->word && text_equal(looks[i].watch, look->watch) &&
		    text_equal(looks[i].known_as, look->known_as))
			return true;
	return false;
}

/* clientState is the id of the watch and its secret, with a dot between (outlook_watch.c). */
static void take_item(const struct federation *fed, struct arena *a, const struct json *item,
		      struct notify_look *looks, size_t *count)
{
	struct text token = text_of_key(item, "clientState"), id = TEXT_NONE;
	struct notify_look *look = &looks[*count];

	if (!text_next(&token, '.', &id) || !is_ours(fed, a, id, token, look))
		return;
	look->provider = PROVIDER_OUTLOOK;
	look->known_as = text_of_key(item, "subscriptionId");
	look->word = word_of(item);
	*count += !is_listed(looks, *count, look);
}

const struct fault *notify_outlook(const struct federation *fed, struct arena *a, struct text body,
				   struct notify_look **out, size_t *count_out)
{
	const struct json *told = NULL, *list;
	const struct fault *f = json_parse(a, body, NOTIFY_BODY_MAX, &told);
	size_t items;

	*count_out = 0;
	if (f)
		return f;
	list = json_get(told, "value");
	if (json_kind(list) != JSON_KIND_LIST || json_item_count(list) > NOTIFY_TOLD_MAX)
		return fault_make(a, FAULT_BAD_REQUEST, NULL, "This tells of no changes.");
	items = json_item_count(list);
	*out = arena_alloc_array(a, items, sizeof(**out));
	for (size_t i = 0; i < items; i++)
		take_item(fed, a, json_item(list, i), *out, count_out);
	return NULL;
}

/* ---- whose they are ---------------------------------------------------------------------------
 */

/* What a provider calls a watch is known when its answer is there: messages may come before. */
static bool is_of(const struct notify_look *look, const struct outside_watch *w)
{
	struct text known_as = look->provider == PROVIDER_GOOGLE ? w->resource : w->remote;

	return known_as.len == 0 || secret_equal(known_as, look->known_as);
}

const struct fault *notify_find(struct db *db, struct arena *a, struct notify_look *looks,
				size_t *count_inout)
{
	size_t count = *count_inout;
	const struct fault *f = NULL;

	*count_inout = 0;
	for (size_t i = 0; i < count && !f; i++) {
		struct notify_look *look = &looks[*count_inout];
		struct outside_watch *w;

		*look = looks[i];
		f = outside_watch_get(db, a, look->owner, look->watch, &w);
		if (f || !w || !is_of(look, w))
			continue;
		look->calendar = w->calendar;
		++*count_inout;
	}
	return f;
}

/* ---- what follows ------------------------------------------------------------------------------
 */

struct apply_work {
	struct store_work work;
	const struct notify_look *looks;
	size_t count;
	int64_t now;
};

/* A watch that is to be renewed at once; one that is gone there, made anew. */
static const struct fault *hasten(struct db *db, struct arena *a, const struct notify_look *look,
				  int64_t now)
{
	struct outside_watch *w;
	const struct fault *f = outside_watch_get(db, a, look->owner, look->watch, &w);

	if (f || !w)
		return f;
	w->renew_at = now;
	if (look->word == NOTIFY_REMOVED)
		w->expires_at = min64(w->expires_at, now);
	return outside_watch_put(db, a, w);
}

static const struct fault *apply_run(struct db *db, struct store_work *work)
{
	const struct apply_work *w = (struct apply_work *)work;
	const struct fault *f = NULL;

	for (size_t i = 0; i < w->count && !f; i++) {
		const struct notify_look *look = &w->looks[i];

		if (look->word != NOTIFY_READ)
			f = hasten(db, work->arena, look, w->now);
		if (!f && look->word != NOTIFY_RENEW)
			f = outside_calendar_ask(db, work->arena, look->owner, look->calendar,
						 w->now);
	}
	return f;
}

const struct fault *notify_apply(struct federation *fed, struct arena *a,
				 const struct notify_look *looks, size_t count, int64_t now)
{
	struct apply_work w = {
		.work = {.run = apply_run, .arena = a}, .looks = looks, .count = count, .now = now};
	const struct fault *f = store_run(fed->calendar->store, &w.work);

	if (!f)
		rounds_wake(fed->rounds);
	return f;
}
