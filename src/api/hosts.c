/* hosts - who of a team comes to a booking, and who could instead: GET /api/bookings/ID/hosts */
#include "api/api_priv.h"

#include "json/write.h"

static const struct fault *put_others(struct json_writer *w, struct api_request *ar,
				      const struct api_coming *all, const struct booking_pool *pool)
{
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < pool->host_count; i++) {
		const struct host *h;

		f = host_find(ar->desk, ar->db, ar->arena, pool->hosts[i].name, &h);
		if (!f && h && !api_has_part(all, h->owner.id))
			api_put_host(w, h, pool->hosts[i].optional, false);
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
	api_put_each_coming(w, all);
	for (size_t i = 0; !f && t && i < t->team.pool_count; i++)
		f = put_others(w, ar, all, &t->team.pools[i]);
	json_end_list(w);
	api_put_needs_host(w, all);
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
