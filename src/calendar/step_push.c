/*
 * step_push - those who registered are told of changes (WebDAV-Push)
 *
 * A change notes its news at each registration that wants it and queues a job, in the same
 * transaction. What nobody registered for costs nothing: when the last registration expires
 * comes with the sequence number that each change takes anyway. The job's key names what was
 * told by then, so that all changes until the next message share one.
 */
#include "base/buf.h"
#include "calendar/change_priv.h"

/* ---- noting ------------------------------------------------------------------------- */

void change_keep_quiet(struct change *c, const struct change_quiet *quiet)
{
	c->quiet = *quiet;
}

static bool is_kept_quiet(const struct change_quiet *q, const struct push *p)
{
	if (q->subscriber != p->subscriber)
		return false;
	if (q->all)
		return true;
	for (size_t i = 0; i < q->count; i++)
		if (text_equal(q->ids[i], p->id))
			return true;
	return false;
}

struct job push_job(struct arena *a, const struct push *p, int64_t told, int64_t due_at)
{
	struct text key = text_from(arena_printf(a, "%.*s/%lld", TEXT_ARG(p->id), (long long)told));

	return (struct job){
		.owner = p->owner,
		.kind = TEXT("push"),
		.key = key,
		.payload = TEXT("{}"),
		.due_at = due_at,
	};
}

static const struct fault *note_one(struct change *c, struct db *db, const struct push *p,
				    unsigned news)
{
	int64_t told;
	bool found;
	struct job j;
	const struct fault *f = push_note(db, c->arena, p, news, &told, &found);

	if (f || !found)
		return f;
	j = push_job(c->arena, p, told, c->now + CHANGE_PUSH_WAIT_S);
	return change_apply_job(c, db, &j);
}

const struct fault *change_note(struct change *c, struct db *db, int64_t owner, int64_t collection,
				unsigned news)
{
	struct push *list;
	size_t count;
	const struct fault *f = push_list(db, c->arena, owner, collection, c->now, &list, &count);

	for (size_t i = 0; i < count && !f; i++)
		if ((list[i].triggers & news) && !is_kept_quiet(&c->quiet, &list[i]))
			f = note_one(c, db, &list[i], news & list[i].triggers);
	return f;
}

const struct fault *change_next_seq(struct change *c, struct db *db, int64_t owner,
				    int64_t collection, unsigned news, int64_t *seq_out)
{
	struct collection_mark mark;
	const struct fault *f = collection_next_seq(db, c->arena, owner, collection, &mark);

	*seq_out = mark.seq;
	return f || mark.push_until <= c->now ? f : change_note(c, db, owner, collection, news);
}

const struct fault *change_next_seqs(struct change *c, struct db *db, struct collection_place *at,
				     size_t count, unsigned news)
{
	const struct fault *f = collection_next_seqs(db, c->arena, at, count);

	for (size_t i = 0; i < count && !f; i++)
		if (at[i].mark.push_until > c->now)
			f = change_note(c, db, at[i].owner, at[i].id, news);
	return f;
}

/* ---- registering --------------------------------------------------------------------- */

static const struct fault *too_many(struct change *c)
{
	return fault_make(c->arena, FAULT_PUSH_NOT_AVAILABLE, NULL,
			  "There are too many registrations.");
}

/* Counted when it stands there: what is only renewed adds none. */
static const struct fault *check_count(struct change *c, struct db *db, const struct push *p)
{
	struct push *list;
	size_t count, here = 0;
	int64_t own;
	const struct fault *f =
		push_list(db, c->arena, p->owner, p->collection, c->now, &list, &count);

	for (size_t i = 0; i < count && !f; i++)
		here += list[i].subscriber == p->subscriber;
	if (!f)
		f = push_count(db, c->arena, p->subscriber, c->now, &own);
	if (!f && (here > CHANGE_PUSH_PER_PLACE || own > CHANGE_PUSH_PER_USER))
		f = too_many(c);
	return f;
}

static const struct fault *register_apply(struct change *c, struct step *s, struct db *db)
{
	struct change_push *r = s->data;
	struct collection *there = NULL;
	const struct fault *f = NULL;

	if (r->push.collection) {
		f = collection_get(db, c->arena, r->push.owner, r->push.collection, &there);
		if (!f && !there)
			f = fault_make(c->arena, FAULT_NOT_FOUND, NULL,
				       "There is no such calendar.");
	}
	if (!f)
		f = push_put(db, c->arena, &r->push, &r->id);
	return f ? f : check_count(c, db, &r->push);
}

static const struct step_kind register_kind = {.name = "register-push", .apply = register_apply};

const struct fault *change_register_push(struct change *c, struct change_push *r)
{
	r->push.id = secret_id_make(c->arena, &c->cal->key, r->push.owner);
	change_add_step(c, &register_kind, r->push.owner, r);
	return NULL;
}

/* ---- and ending it ------------------------------------------------------------------- */

struct unregister_step {
	int64_t owner, subscriber;
	struct text id;
};

static const struct fault *unregister_apply(struct change *c, struct step *s, struct db *db)
{
	struct unregister_step *u = s->data;
	struct push *there;
	const struct fault *f = push_find(db, c->arena, u->owner, u->id, &there);

	if (f)
		return f;
	if (!there || there->subscriber != u->subscriber || there->expires_at <= c->now)
		return fault_make(c->arena, FAULT_NOT_FOUND, NULL,
				  "There is no such registration.");
	return push_remove(db, c->arena, u->owner, u->id);
}

static const struct step_kind unregister_kind = {
	.name = "unregister-push",
	.apply = unregister_apply,
};

const struct fault *change_unregister_push(struct change *c, int64_t owner, struct text id,
					   int64_t subscriber)
{
	struct unregister_step *u = arena_alloc(c->arena, sizeof(*u));

	*u = (struct unregister_step){owner, subscriber, id};
	change_add_step(c, &unregister_kind, owner, u);
	return NULL;
}
