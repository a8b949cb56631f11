/* step_webhook - who is told of bookings, inside a change */

#include "calendar/change_priv.h"
#include "calendar/hooks.h"
#include "calendar/notices.h"

static const struct fault *add_apply(struct change *c, struct step *s, struct db *db)
{
	return webhook_add(db, c->arena, s->data);
}

static const struct step_kind add_kind = {.name = "add-webhook", .apply = add_apply};

const struct fault *change_add_webhook(struct change *c, const struct webhook *w)
{
	struct webhook *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *w;
	change_add_step(c, &add_kind, w->owner, copy);
	return NULL;
}

static const struct fault *find(struct change *c, struct db *db, int64_t owner, struct text id,
				struct webhook **out)
{
	const struct fault *f = webhook_find(db, c->arena, owner, id, out);

	return f || *out ? f
			 : fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such webhook.");
}

/* The longer it fails, the longer it is left alone. */
static int64_t rest_of(int64_t failing_s)
{
	return min64(HOOKS_REST_MAX_S, max64(HOOKS_REST_MIN_S, failing_s / 2));
}

static void take_deed(struct webhook *w, const struct change_webhook *x, int64_t now)
{
	bool failed = x->deed == WEBHOOK_FAILED || x->deed == WEBHOOK_DISABLED;

	if (x->deed == WEBHOOK_RENEWED) {
		w->secret_no++;
		w->secret_since = now;
		return;
	}
	w->last_error = failed ? x->why : TEXT_NONE;
	if (!failed)
		w->failing_since = 0;
	else if (w->failing_since == 0)
		w->failing_since = now;
	w->retry_at = failed ? now + rest_of(now - w->failing_since) : 0;
	w->disabled = x->deed == WEBHOOK_DISABLED || (w->disabled && x->deed != WEBHOOK_ENABLED);
}

/* Whoever set it up hears that it is told nothing any more. */
static const struct fault *tell_owner(struct change *c, struct db *db, const struct webhook *w)
{
	const struct notice n = {
		.letter = "host-webhook",
		.owner = w->owner,
		.about = w->id,
		.version = c->now,
		.why = text_from(arena_printf(c->arena, "%.*s\n%.*s", TEXT_ARG(w->url),
					      TEXT_ARG(w->last_error))),
		.now = c->now,
	};
	struct job j = notice_job(c->arena, &n);

	return change_apply_job(c, db, &j);
}

static const struct fault *touch_apply(struct change *c, struct step *s, struct db *db)
{
	struct change_webhook *x = s->data;
	struct webhook *w;
	bool was_disabled;
	const struct fault *f = find(c, db, s->owner, x->id, &w);

	if (f)
		return f;
	was_disabled = w->disabled;
	take_deed(w, x, c->now);
	x->is = *w;
	f = webhook_update(db, c->arena, w);
	return f || was_disabled || !w->disabled ? f : tell_owner(c, db, w);
}

static const struct step_kind touch_kind = {.name = "webhook", .apply = touch_apply};

const struct fault *change_webhook(struct change *c, struct change_webhook *w)
{
	change_add_step(c, &touch_kind, w->owner, w);
	return NULL;
}

static const struct fault *test_apply(struct change *c, struct step *s, struct db *db)
{
	const struct text *id = s->data;
	struct webhook *w;
	const struct fault *f = find(c, db, s->owner, *id, &w);

	return f ? f : hooks_queue_test(c, db, w);
}

static const struct step_kind test_kind = {.name = "test-webhook", .apply = test_apply};

const struct fault *change_test_webhook(struct change *c, int64_t owner, struct text id)
{
	struct text *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = id;
	change_add_step(c, &test_kind, owner, copy);
	return NULL;
}

static const struct fault *remove_apply(struct change *c, struct step *s, struct db *db)
{
	const struct text *id = s->data;
	bool deleted;
	const struct fault *f = webhook_delete(db, c->arena, s->owner, *id, &deleted);

	return f || deleted
		       ? f
		       : fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such webhook.");
}

static const struct step_kind remove_kind = {.name = "remove-webhook", .apply = remove_apply};

const struct fault *change_remove_webhook(struct change *c, int64_t owner, struct text id)
{
	struct text *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = id;
	change_add_step(c, &remove_kind, owner, copy);
	return NULL;
}
