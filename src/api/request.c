/* request - what endpoints ask of their request, and answer; see api_priv.h */
#include "api/api_priv.h"

void api_begin(struct http_request *rq, api_fn run)
{
	struct api_request *ar = arena_alloc(rq->arena, sizeof(*ar));
	const struct fault *f;

	ar->rq = rq;
	ar->arena = rq->arena;
	ar->house = rq->context;
	ar->desk = ar->house->desk;
	f = run(ar);
	if (f)
		api_answer_fault(rq, f);
}

struct text api_segment(const struct api_request *ar, size_t i)
{
	return ar->rq->segments[i + 1];
}

const struct fault *api_reader(struct api_request *ar)
{
	return store_reader(ar->house->store, ar->arena, &ar->db);
}

const struct fault *api_need_user(struct api_request *ar)
{
	if (ar->rq->user.owner)
		return NULL;
	return fault_make(ar->arena, FAULT_UNAUTHENTICATED, NULL,
			  "This needs a user's name and password.");
}

const struct fault *api_find_self(struct api_request *ar, const struct host **out)
{
	const struct fault *f = host_get(ar->desk, ar->db, ar->arena, ar->rq->user.owner, out);

	if (!f && !*out)
		f = fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "This user no longer exists.");
	return f;
}

static const struct fault *bad_version(struct arena *a, const char *about)
{
	return fault_make(a, FAULT_BAD_REQUEST, about, "A version is a whole number from 1 on.");
}

const struct fault *api_read_version(struct api_request *ar, int64_t *out)
{
	struct text tag = http_header(ar->rq, "If-Match");
	const struct json *member = json_get(ar->body, "version");

	*out = 0;
	if (json_kind(member) != JSON_KIND_NONE && json_kind(member) != JSON_KIND_NULL) {
		if (!json_int(member, out) || *out < 1)
			return bad_version(ar->arena, "version");
		return NULL;
	}
	if (tag.len == 0 || text_equal(tag, TEXT("*")))
		return NULL;
	if (tag.len >= 2 && tag.at[0] == '"' && tag.at[tag.len - 1] == '"')
		tag = text_sub(tag, 1, tag.len - 2);
	if (!text_to_int64(tag, 1, INT64_MAX, out))
		return bad_version(ar->arena, "If-Match");
	return NULL;
}

void api_set_version(struct api_request *ar, int64_t version)
{
	http_set_header(ar->rq, "ETag",
			text_from(arena_printf(ar->arena, "\"%lld\"", (long long)version)));
}

void api_answer(struct api_request *ar, int status, struct buf *body)
{
	if (body->overflow) {
		api_answer_fault(ar->rq, fault_static(FAULT_OUT_OF_MEMORY));
		return;
	}
	http_set_header(ar->rq, "Cache-Control", TEXT("no-store"));
	http_answer(ar->rq, status, "application/json", buf_text(body));
}
