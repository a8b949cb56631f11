/* step_mail - a message that came in is settled, once, by the change that it asked for */
#include "calendar/change_priv.h"

static const struct fault *is_settled(struct change *c)
{
	return fault_make(c->arena, FAULT_CONFLICT, NULL, "This message was taken in before.");
}

/* A second copy, or one that is brought again as nobody knew how it had ended. */
static const struct fault *settle_new(struct change *c, struct db *db, const struct mail_seen *seen)
{
	bool added;
	const struct fault *f = mail_seen_add(db, c->arena, seen, &added);

	return f || added ? f : is_settled(c);
}

static const struct fault *settle_kept(struct change *c, struct db *db, const struct change_mail *m,
				       const struct mail_seen *seen)
{
	bool deleted;
	const struct fault *f = mail_kept_delete(db, c->arena, m->kept, &deleted);

	if (!f && !deleted)
		f = is_settled(c);
	return f ? f : mail_seen_set(db, c->arena, seen);
}

static const struct fault *settle_apply(struct change *c, struct step *s, struct db *db)
{
	const struct change_mail *m = s->data;
	const struct mail_seen seen = {.digest = m->digest, .at = c->now, .outcome = m->outcome};

	return m->kept.len > 0 ? settle_kept(c, db, m, &seen) : settle_new(c, db, &seen);
}

static const struct step_kind settle_kind = {.name = "settle-mail", .apply = settle_apply};

const struct fault *change_settle_mail(struct change *c, const struct change_mail *m)
{
	struct change_mail *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *m;
	change_add_step(c, &settle_kind, m->owner, copy);
	return NULL;
}
