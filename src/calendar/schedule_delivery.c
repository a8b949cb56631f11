/* schedule_delivery - what is decided about one of a plan's. See schedule_round_priv.h. */
#include "calendar/schedule_round_priv.h"

struct schedule_delivery *schedule_add_delivery(struct schedule_round *r)
{
	struct schedule_plan *plan = r->plan;
	struct schedule_delivery *d = arena_alloc(r->arena, sizeof(*d));

	if (plan->delivery_count == r->delivery_cap) {
		struct schedule_delivery **more;

		r->delivery_cap = max64(32, 2 * (int64_t)r->delivery_cap);
		more = arena_alloc_array(r->arena, r->delivery_cap,
					 sizeof(struct schedule_delivery *));
		for (size_t i = 0; i < plan->delivery_count; i++)
			more[i] = plan->deliveries[i];
		plan->deliveries = more;
	}
	plan->deliveries[plan->delivery_count++] = d;
	return d;
}

const struct fault *schedule_decide(struct schedule_delivery *d, const char *status,
				    const char *why)
{
	d->status = status;
	d->why = why;
	return NULL;
}

const struct fault *schedule_refuse(struct schedule_round *r, struct schedule_delivery *d,
				    const struct fault *f)
{
	if (fault_row(f->code)->http_status >= 500)
		return f;
	return schedule_decide(d, fault_is(f, FAULT_ORGANIZER_CHANGE) ? "3.8" : "5.3",
			       arena_strdup(r->arena, f->message));
}
