/* step_reminder - webhooks are told of a meeting to come, and who wants no reminders of one */

#include "calendar/change_priv.h"
#include "calendar/hooks.h"
#include "calendar/reminders.h"
#include "store/opt_out.h"

struct telling {
	struct booking booking;
	struct reminder reminder;
	int64_t start;
};

static const struct fault *tell_apply(struct change *c, struct step *s, struct db *db)
{
	const struct telling *t = s->data;

	return hooks_queue_reminder(c, db, &t->booking, &t->reminder, t->start);
}

static const struct step_kind tell_kind = {.name = "tell-reminder", .apply = tell_apply};

const struct fault *change_tell_reminder(struct change *c, const struct booking *b,
					 const struct reminder *r, int64_t start)
{
	struct telling *t = arena_alloc(c->arena, sizeof(*t));

	*t = (struct telling){*b, *r, start};
	change_add_step(c, &tell_kind, b->owner, t);
	return NULL;
}

struct opting {
	struct text mailbox;
	bool again;
};

static const struct fault *opt_apply(struct change *c, struct step *s, struct db *db)
{
	const struct opting *o = s->data;
	const struct opt_out out = {s->owner, o->mailbox, c->now};

	if (o->again)
		return opt_out_remove(db, c->arena, s->owner, o->mailbox);
	return opt_out_add(db, c->arena, &out);
}

static const struct step_kind opt_kind = {.name = "opt-out", .apply = opt_apply};

const struct fault *change_opt_out(struct change *c, int64_t owner, struct text mailbox, bool again)
{
	struct opting *o = arena_alloc(c->arena, sizeof(*o));

	*o = (struct opting){mailbox, again};
	change_add_step(c, &opt_kind, owner, o);
	return NULL;
}
