/* attendee_done - how far an attendee is with a to-do, as an answer. See attendee_priv.h. */
#include "itip/attendee_priv.h"

enum progress { NOT_BEGUN, BEGUN, DONE };

/* Programs tell it by any of these (RFC 5545 §3.8.1.8, §3.8.1.11, §3.8.2.1). */
static enum progress progress_of(const struct itip_part *p)
{
	struct ical_line l;
	int64_t percent = 0;

	if (itip_part_find(p, "STATUS", &l)) {
		if (text_equal_nocase(l.value, TEXT("COMPLETED")))
			return DONE;
		if (text_equal_nocase(l.value, TEXT("IN-PROCESS")))
			return BEGUN;
	}
	if (itip_part_find(p, "PERCENT-COMPLETE", &l) && text_to_int64(l.value, 0, 100, &percent) &&
	    percent > 0)
		return percent == 100 ? DONE : BEGUN;
	return itip_part_find(p, "COMPLETED", &l) ? DONE : NOT_BEGUN;
}

static bool is_one_of(struct text word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal_nocase(word, text_from(words[i])))
			return true;
	return false;
}

struct text itip_done_answer(const struct itip_part *was, const struct itip_part *is,
			     struct text answer)
{
	/* Whoever does it has taken it on; of others it is no answer that they would take back. */
	static const char *const willing[] = {"NEEDS-ACTION", "ACCEPTED", "IN-PROCESS",
					      "COMPLETED"};
	enum progress now = progress_of(is);

	if (is->item->type != COMP_VTODO || now == progress_of(was) ||
	    !is_one_of(answer, willing, ARRAY_LEN(willing)))
		return answer;
	if (now == DONE)
		return TEXT("COMPLETED");
	if (now == BEGUN)
		return TEXT("IN-PROCESS");
	return text_equal_nocase(answer, TEXT("NEEDS-ACTION")) ? answer : TEXT("ACCEPTED");
}
