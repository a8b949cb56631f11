/*
 * fuzz_if - any bytes as an If header
 *
 * Beyond not crashing: what is read has no empty list, stays within its bound, lies within the
 * header, and holds if one of its lists does.
 */
#include <assert.h>

#include "base/arena.h"
#include "dav/if.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct fault *match_tags(void *ctx, struct text resource,
				      const struct dav_if_condition *c, bool *matches_out)
{
	(void)ctx;
	(void)resource;
	*matches_out = c->is_etag;
	return NULL;
}

static void check_within(struct text part, struct text whole)
{
	assert(part.at >= whole.at && part.at + part.len <= whole.at + whole.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(1024 * 1024);
	struct text header = text_of((const char *)data, size);
	struct dav_if parsed;
	bool holds;

	if (dav_if_parse(a, header, &parsed)) {
		size_t conditions = 0, expected = 0;

		assert(parsed.list_count > 0 && parsed.token_count <= DAV_IF_CONDITIONS_MAX);
		for (size_t i = 0; i < parsed.list_count; i++) {
			const struct dav_if_list *l = &parsed.lists[i];
			bool all = true;

			assert(l->count > 0);
			conditions += l->count;
			for (size_t k = 0; k < l->count; k++) {
				if (l->conditions[k].value.len > 0)
					check_within(l->conditions[k].value, header);
				all = all && l->conditions[k].is_etag != l->conditions[k].negated;
			}
			expected += all;
		}
		assert(conditions <= DAV_IF_CONDITIONS_MAX);
		assert(!dav_if_judge(&parsed, match_tags, NULL, &holds));
		assert(holds == (expected > 0));
	}
	arena_destroy(a);
	return 0;
}
