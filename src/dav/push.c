/* push - registrations: made, and ended (webdav-push §3) */

#include "dav/push.h"

#include "base/codec.h"
#include "dav/lock.h"
#include "dav/push_priv.h"

/* ---- made -------------------------------------------------------------------------------- */

/* An absolute address: clients take it for what it says, without the request before them. */
static struct text address_of(struct dav_request *dr, struct text id)
{
	return text_from(arena_printf(dr->arena, "%.*s" DAV_REGISTRATIONS "%.*s",
				      TEXT_ARG(dr->house->push->url), TEXT_ARG(id)));
}

static const struct fault *register_done(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	const struct change_push *r = state;
	struct buf expires;

	if (f)
		return f;
	buf_init(&expires, dr->arena, 64, 64);
	dav_put_http_date(&expires, r->push.expires_at);
	http_set_header(dr->rq, "Location", address_of(dr, r->id));
	http_set_header(dr->rq, "Expires", buf_text(&expires));
	http_answer(dr->rq, 204, NULL, TEXT_NONE);
	return NULL;
}

const struct fault *dav_push_register(struct dav_request *dr)
{
	struct change_push *r = arena_alloc(dr->arena, sizeof(*r));
	const struct fault *f;
	struct change *c;

	if (!dr->house->push)
		return fault_make(dr->arena, FAULT_PUSH_NOT_AVAILABLE, NULL,
				  "Nobody is told of changes by this server.");
	r->push.owner = dr->owner_id;
	r->push.collection = dr->collection ? dr->collection->id : 0;
	r->push.subscriber = dr->rq->user.owner;
	f = dav_push_read(dr->arena, dr->body, dr->kind, dr->house->push->allow_private,
			  dr->rq->now, &r->push);
	if (f)
		return f;
	c = dav_change(dr);
	f = change_register_push(c, r);
	/* It changes nothing that a lock keeps. */
	if (!f)
		f = dav_guard(dr, c, dr, 0);
	if (!f)
		dav_commit(dr, c, register_done, r);
	return f;
}

/* ---- ended ------------------------------------------------------------------------------- */

const struct fault *dav_push_plan_end(struct dav_request *dr, struct change *c)
{
	int64_t owner;

	/* It names its owner to us alone; whether there is one, the change finds out. */
	if (!secret_id_owner(&dr->house->calendar->key, dr->object_name, &owner))
		return fault_make(dr->arena, FAULT_NOT_FOUND, NULL,
				  "There is no such registration.");
	return change_unregister_push(c, owner, dr->object_name, dr->rq->user.owner);
}
