/* condition - If-Match and its kin against what stands there (RFC 9110 §13.1) */

#include "calendar/change_priv.h"

/* What has no tag is in no list. */
static bool is_listed(struct text etag, const struct text *list, size_t count)
{
	for (size_t i = 0; i < count && etag.at; i++)
		if (text_equal(etag, list[i]))
			return true;
	return false;
}

/* If-Match comes first (§13.2.2). */
enum change_verdict change_judge_condition(const struct change_condition *c, bool exists,
					   struct text etag)
{
	if (c->if_match_any) {
		if (!exists)
			return CONDITION_FAILED;
	} else if (c->has_if_match && !is_listed(etag, c->if_match, c->if_match_count)) {
		return CONDITION_FAILED;
	}
	if ((c->if_none_match_any && exists) ||
	    is_listed(etag, c->if_none_match, c->if_none_match_count))
		return CONDITION_UNMODIFIED;
	return CONDITION_HOLDS;
}

const struct fault *change_check_condition(struct change *c,
					   const struct change_condition *condition, bool exists,
					   struct text etag, int64_t modified)
{
	bool is_late = condition->has_unmodified_since && modified > condition->unmodified_since;

	if (!is_late && change_judge_condition(condition, exists, etag) == CONDITION_HOLDS)
		return NULL;
	return fault_make(c->arena, FAULT_PRECONDITION, NULL,
			  exists ? "The object has changed since; fetch it and try again."
				 : "There is no such object.");
}
