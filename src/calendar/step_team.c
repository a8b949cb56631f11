/* step_team - hosts of bookings and their turns inside a change */

#include "calendar/change_priv.h"
#include "calendar/copies.h"

/* ---- hosts of a booking -----------------------------------------------------------------------
 */

struct hosts_step {
	struct text booking;
	const struct booking_host *hosts;
	size_t count;
};

static const struct fault *hosts_apply(struct change *c, struct step *s, struct db *db)
{
	const struct hosts_step *x = s->data;
	/* Whoever is a host no more has it taken away. */
	const struct fault *f = copies_queue_hosts(c, db, s->owner, x->booking);

	if (f)
		return f;
	return booking_hosts_set(db, c->arena, s->owner, x->booking, x->hosts, x->count);
}

static const struct step_kind hosts_kind = {.name = "set-hosts", .apply = hosts_apply};

const struct fault *change_set_hosts(struct change *c, int64_t owner, struct text booking,
				     const struct booking_host *hosts, size_t count)
{
	struct hosts_step *x = arena_alloc(c->arena, sizeof(*x));

	*x = (struct hosts_step){booking, hosts, count};
	change_add_step(c, &hosts_kind, owner, x);
	return NULL;
}

/* ---- turns ------------------------------------------------------------------------------------
 */

static const struct fault *take_apply(struct change *c, struct step *s, struct db *db)
{
	return team_turn_take(db, c->arena, s->data);
}

static const struct fault *give_back_apply(struct change *c, struct step *s, struct db *db)
{
	return team_turn_give_back(db, c->arena, s->data);
}

static const struct step_kind take_kind = {.name = "take-turn", .apply = take_apply};
static const struct step_kind give_back_kind = {.name = "give-back-turn", .apply = give_back_apply};

static void add_claim(struct change *c, const struct step_kind *kind, const struct team_claim *x)
{
	struct team_claim *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *x;
	change_add_step(c, kind, x->owner, copy);
}

const struct fault *change_take_turn(struct change *c, const struct team_claim *x)
{
	add_claim(c, &take_kind, x);
	return NULL;
}

const struct fault *change_give_back_turn(struct change *c, const struct team_claim *x)
{
	add_claim(c, &give_back_kind, x);
	return NULL;
}
