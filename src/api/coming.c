/* coming - who of a team comes to a booking; see api_priv.h */
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

void api_put_host(struct json_writer *w, const struct host *h, bool is_optional, bool is_coming)
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
void api_put_each_coming(struct json_writer *w, const struct api_coming *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->hosts[i])
			api_put_host(w, all->hosts[i], all->at[i].optional, !all->at[i].declined);
}

static void put_title(struct json_writer *w, const struct host *h)
{
	json_begin_object(w);
	api_put_text(w, "title", owner_title(&h->owner));
	json_end_object(w);
}

void api_put_needs_host(struct json_writer *w, const struct api_coming *all)
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
		api_put_each_coming(w, all);
	for (size_t i = 0; role != BOOK_HOST && i < all->count; i++)
		if (all->hosts[i] && !all->at[i].declined)
			put_title(w, all->hosts[i]);
	json_end_list(w);
	if (role == BOOK_HOST)
		api_put_needs_host(w, all);
}
