/* step_session - signing in and out */

#include "calendar/change_priv.h"

static const struct fault *sign_in_apply(struct change *c, struct step *s, struct db *db)
{
	return session_add(db, c->arena, s->data);
}

static const struct step_kind sign_in_kind = {.name = "sign-in", .apply = sign_in_apply};

void change_sign_in(struct change *c, struct session *session)
{
	session->created = c->now;
	session->expires = c->now + SESSION_SECONDS;
	change_add_step(c, &sign_in_kind, session->owner, session);
}

static const struct fault *sign_out_apply(struct change *c, struct step *s, struct db *db)
{
	const struct session *session = s->data;

	return session_remove(db, c->arena, session->owner, session->digest);
}

static const struct step_kind sign_out_kind = {.name = "sign-out", .apply = sign_out_apply};

void change_sign_out(struct change *c, struct session *session)
{
	change_add_step(c, &sign_out_kind, session->owner, session);
}
