/* hosts - who of a team comes to a booking, and who could instead: GET /api/bookings/ID/hosts */
#include "api/api_priv.h"

#include "json/write.h"

bool api_has_part(const struct api_coming *all, int64_t host)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->at[i].host == host)
			return true;
	return false;
}

/* One of those who are needed has declined, and nobody has come instead. */
static bool needs_host(const struct api_coming *all)
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

const struct fault *api_find_coming(struct api_request *ar, const struct booking *b,
				    struct api_coming *out)
{
	const struct fault *f = booking_hosts(ar->db, ar->arena, b->owner, booking_holder(b),
					      &out->at, &out->count);

	if (f)
		return f;
	out->hosts = arena_alloc_array(ar->arena, out->count, sizeof(*out->hosts));
	for (size_t i = 0; !f && i < out->count; i++)
		f = host_get(ar->desk, ar->db, ar->arena, out->at[i].host, &out->hosts[i]);
	return f;
}

/* Whoever is gone from here comes no more, and is not named. */
static void put_all(struct json_writer *w, const struct api_coming *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->hosts[i])
			put_host(w, all->hosts[i], all->at[i].optional, !all->at[i].declined);
}

static void put_title(struct json_writer *w, const struct host *h)
{
	json_begin_object(w);
	api_put_text(w, "title", owner_title(&h->owner));
	json_end_object(w);
}

static void put_needs_host(struct json_writer *w, const struct api_coming *all)
{
	json_key(w, "needs_host");
	json_add_bool(w, needs_host(all));
}

void api_put_coming(struct json_writer *w, const struct api_coming *all, enum book_role role)
{
	if (all->count == 0)
		return;
	json_key(w, "hosts");
	json_begin_list(w);
	if (role == BOOK_HOST)
		put_all(w, all);
	for (size_t i = 0; role != BOOK_HOST && i < all->count; i++)
		if (all->hosts[i] && !all->at[i].declined)
			put_title(w, all->hosts[i]);
	json_end_list(w);
	if (role == BOOK_HOST)
		put_needs_host(w, all);
}

static const struct fault *put_others(struct json_writer *w, struct api_request *ar,
				      const struct api_coming *all, const struct booking_pool *pool)
{
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < pool->host_count; i++) {
		const struct host *h;

		f = host_find(ar->desk, ar->db, ar->arena, pool->hosts[i].name, &h);
		if (!f && h && !api_has_part(all, h->owner.id))
			put_host(w, h, pool->hosts[i].optional, false);
	}
	return f;
}

static const struct fault *put_hosts(struct json_writer *w, struct api_request *ar,
				     const struct api_booking *at, const struct api_coming *all)
{
	const struct booking_type *t = host_type_by_id(at->host, at->booking->type);
	const struct fault *f = NULL;

	json_begin_object(w);
	json_key(w, "hosts");
	json_begin_list(w);
	put_all(w, all);
	for (size_t i = 0; !f && t && i < t->team.pool_count; i++)
		f = put_others(w, ar, all, &t->team.pools[i]);
	json_end_list(w);
	put_needs_host(w, all);
	json_end_object(w);
	return f;
}

/* For its hosts alone; one that its owner has alone names nobody. */
const struct fault *api_booking_hosts(struct api_request *ar)
{
	struct api_booking at;
	struct api_coming all;
	struct json_writer w;
	struct buf body;
	const struct fault *f = api_find_booking(ar, &at);

	if (!f && at.role != BOOK_HOST)
		f = fault_make(ar->arena, FAULT_NOT_FOUND, NULL,
			       "There is no such booking, or not for you.");
	if (!f)
		f = api_find_coming(ar, at.booking, &all);
	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	f = put_hosts(&w, ar, &at, &all);
	if (!f)
		api_answer(ar, 200, &body);
	return f;
}
