/* hosts - who of a team comes to a booking, and who could instead: GET /api/bookings/ID/hosts */
#include "api/api_priv.h"

#include "store/team.h"
#include "json/write.h"

struct coming {
	const struct booking_host *at;
	size_t count;
};

static bool comes(const struct coming *all, int64_t host)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->at[i].host == host)
			return true;
	return false;
}

/* One of those who are needed has declined, and nobody has come instead. */
static bool needs_host(const struct coming *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->at[i].declined)
			return true;
	return false;
}

static void put_host(struct json_writer *w, const struct host *h, bool is_optional, bool is_coming)
{
	json_begin_object(w);
	api_put_text(w, "name", h->owner.name);
	api_put_text(w, "title", owner_title(&h->owner));
	json_key(w, "optional");
	json_add_bool(w, is_optional);
	json_key(w, "comes");
	json_add_bool(w, is_coming);
	json_end_object(w);
}

/* Whoever is gone from here comes no more, and is not named. */
static const struct fault *put_coming(struct json_writer *w, struct api_request *ar,
				      const struct coming *all)
{
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < all->count; i++) {
		const struct host *h;

		f = host_get(ar->desk, ar->db, ar->arena, all->at[i].host, &h);
		if (!f && h)
			put_host(w, h, all->at[i].optional, !all->at[i].declined);
	}
	return f;
}

static const struct fault *put_others(struct json_writer *w, struct api_request *ar,
				      const struct coming *all, const struct booking_pool *pool)
{
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < pool->host_count; i++) {
		const struct host *h;

		f = host_find(ar->desk, ar->db, ar->arena, pool->hosts[i].name, &h);
		if (!f && h && !comes(all, h->owner.id))
			put_host(w, h, pool->hosts[i].optional, false);
	}
	return f;
}

static const struct fault *put_hosts(struct json_writer *w, struct api_request *ar,
				     const struct api_booking *at, const struct coming *all)
{
	const struct booking_type *t = host_type_by_id(at->host, at->booking->type);
	const struct fault *f;

	json_begin_object(w);
	json_key(w, "hosts");
	json_begin_list(w);
	f = put_coming(w, ar, all);
	for (size_t i = 0; !f && t && i < t->team.pool_count; i++)
		f = put_others(w, ar, all, &t->team.pools[i]);
	json_end_list(w);
	json_key(w, "needs_host");
	json_add_bool(w, needs_host(all));
	json_end_object(w);
	return f;
}

/* For its hosts alone; one that its owner has alone names nobody. */
const struct fault *api_booking_hosts(struct api_request *ar)
{
	struct api_booking at;
	struct booking_host *rows;
	struct coming all;
	struct json_writer w;
	struct buf body;
	const struct fault *f = api_find_booking(ar, &at);

	if (!f && at.role != BOOK_HOST)
		f = fault_make(ar->arena, FAULT_NOT_FOUND, NULL,
			       "There is no such booking, or not for you.");
	if (!f)
		f = booking_hosts(ar->db, ar->arena, at.booking->owner, at.booking->id, &rows,
				  &all.count);
	if (f)
		return f;
	all.at = rows;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	f = put_hosts(&w, ar, &at, &all);
	if (!f)
		api_answer(ar, 200, &body);
	return f;
}
