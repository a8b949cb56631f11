/* slots_ask - what is asked about starts, of one host or of a team; see slots.h */
#include "booking/slots_priv.h"
#include "booking/team.h"

enum { LIST_MAX_S = 63 * DAY_SECONDS }; /* 62 dates, the longest with an hour more */

/* ---- from caches ------------------------------------------------------------------------------
 */

const struct fault *slot_question_load(struct booking_desk *desk, struct db *db, struct arena *a,
				       const struct slot_ask *ask, struct slot_question *out)
{
	const struct fault *f;
	int64_t from, to;

	if (!slot_ask_is_of_many(ask))
		return slot_load_host(desk, db, a, ask, out);
	f = slot_question_begin(a, ask, out);
	if (f)
		return f;
	slot_ask_range(ask, out, &from, &to);
	if (from >= to || out->no_calendar)
		return NULL;
	return team_load(desk, db, a, ask, from, to, out);
}

const struct fault *slots_list(struct booking_desk *desk, struct db *db, struct arena *a,
			       const struct slot_ask *ask, struct slot **out, size_t *count_out)
{
	struct slot_question q;
	const struct fault *f;

	*out = NULL;
	*count_out = 0;
	if (ask->to - ask->from > LIST_MAX_S)
		return fault_make(a, FAULT_BAD_REQUEST, "to", "At most 62 days may be asked for.");
	f = slot_question_load(desk, db, a, ask, &q);
	return f ? f : slots_of(a, &q, ask->from, ask->to, out, count_out);
}

/* ---- from rows --------------------------------------------------------------------------------
 */

const struct fault *slot_question_load_stored(struct db *db, struct arena *a,
					      const struct slot_ask *ask, struct slot_question *out)
{
	const struct fault *f;

	if (!slot_ask_is_of_many(ask))
		return slot_load_host_stored(db, a, ask, out);
	f = slot_question_begin(a, ask, out);
	if (f || slot_question_is_settled(out, ask))
		return f;
	return team_load(NULL, db, a, ask, ask->from, ask->to, out);
}

const struct fault *slots_judge_stored(struct db *db, struct arena *a, const struct slot_ask *ask,
				       enum slot_verdict *out)
{
	struct slot_ask one = *ask;
	struct slot_question q;
	const struct fault *f;

	one.to = one.from + 1;
	f = slot_question_load_stored(db, a, &one, &q);
	if (!f)
		*out = slot_judge(&q, one.from);
	return f;
}
