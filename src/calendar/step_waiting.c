/*
 * step_waiting - who waits for a place, inside a change, and how they come to hear of one
 *
 * Whatever frees a place that somebody waits for queues a job in its own transaction; who is told,
 * and whether there is a place, decides booking/waiting.h. Telling is a change as well: whoever
 * was told is marked, and their mail queued, at once or not at all.
 */

#include "base/buf.h"
#include "calendar/change_priv.h"
#include "calendar/notices.h"
#include "json/write.h"

/* ---- the list ------------------------------------------------------------------------------- */

static struct waiting *copy_of(struct change *c, const struct waiting *w)
{
	struct waiting *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *w;
	return copy;
}

static const struct fault *wait_apply(struct change *c, struct step *s, struct db *db)
{
	return waiting_add(db, c->arena, s->data);
}

static const struct step_kind wait_kind = {.name = "add-waiting", .apply = wait_apply};

const struct fault *change_add_waiting(struct change *c, const struct waiting *w)
{
	change_add_step(c, &wait_kind, w->owner, copy_of(c, w));
	return NULL;
}

static const struct fault *leave_apply(struct change *c, struct step *s, struct db *db)
{
	const struct waiting *w = s->data;
	bool deleted;
	const struct fault *f = waiting_delete(db, c->arena, w->owner, w->id, &deleted);

	if (!f && !deleted)
		f = fault_make(c->arena, FAULT_NOT_FOUND, NULL, "Nobody waits under this name.");
	return f;
}

static const struct step_kind leave_kind = {.name = "remove-waiting", .apply = leave_apply};

const struct fault *change_remove_waiting(struct change *c, int64_t owner, struct text id)
{
	struct waiting w = {.owner = owner, .id = id};

	change_add_step(c, &leave_kind, owner, copy_of(c, &w));
	return NULL;
}

static const struct fault *serve_apply(struct change *c, struct step *s, struct db *db)
{
	const struct waiting *w = s->data;

	return waiting_delete_mailbox(db, c->arena, w->owner, w->type, w->start, w->mailbox);
}

static const struct step_kind serve_kind = {.name = "serve-waiting", .apply = serve_apply};

const struct fault *change_serve_waiting(struct change *c, const struct booking *b)
{
	struct waiting w = {
		.owner = b->owner, .type = b->type, .start = b->start, .mailbox = b->mailbox};

	change_add_step(c, &serve_kind, b->owner, copy_of(c, &w));
	return NULL;
}

/* ---- a place ----------------------------------------------------------------------------------
 */

/* Somebody has a look at the list of a slot then; once for each cause. */
static const struct fault *queue_look(struct change *c, struct db *db, const struct waiting *slot,
				      const char *cause, int64_t due_at)
{
	struct job j = {
		.owner = slot->owner,
		.kind = TEXT("place"),
		.key = text_from(cause),
		.due_at = due_at,
	};
	struct json_writer w;
	struct buf payload;

	buf_init(&payload, c->arena, 128, 1024);
	w = (struct json_writer){.out = &payload};
	json_begin_object(&w);
	json_key(&w, "type");
	json_add_text(&w, slot->type);
	json_key(&w, "start");
	json_add_int(&w, slot->start);
	json_end_object(&w);
	j.payload = buf_text(&payload);
	return change_apply_job(c, db, &j);
}

const struct fault *waiting_look(struct change *c, struct db *db, const struct booking *b,
				 struct booking_deed deed)
{
	static const bool frees[BOOKING_EVENT_COUNT] = {
		[BOOKING_WAS_DECLINED] = true,
		[BOOKING_HAS_LAPSED] = true,
		[BOOKING_WAS_MOVED] = true,
		[BOOKING_WAS_CANCELLED] = true,
	};
	struct waiting slot = {
		.owner = b->owner,
		.type = b->type,
		.start = deed.what == BOOKING_WAS_MOVED ? deed.from : b->start,
	};
	bool waits;
	const struct fault *f;

	if (!frees[deed.what] || slot.start <= c->now)
		return NULL;
	f = waiting_exists(db, c->arena, slot.owner, slot.type, slot.start, &waits);
	if (f || !waits)
		return f;
	return queue_look(c, db, &slot,
			  arena_printf(c->arena, "%.*s/%lld", TEXT_ARG(b->id),
				       (long long)b->version),
			  c->now);
}

struct telling {
	struct waiting waiting;
	int64_t next_at;
};

static const struct fault *tell_apply(struct change *c, struct step *s, struct db *db)
{
	const struct telling *t = s->data;
	const struct waiting *w = &t->waiting;
	const struct notice n = {
		.letter = "place",
		.owner = w->owner,
		.about = w->id,
		.now = c->now,
	};
	struct job mail = notice_job(c->arena, &n);
	bool told;
	const struct fault *f = waiting_tell(db, c->arena, w->owner, w->id, c->now, &told);

	if (f || !told)
		return f;
	f = change_apply_job(c, db, &mail);
	return f ? f : queue_look(c, db, w, text_cstr(c->arena, w->id), t->next_at);
}

static const struct step_kind tell_kind = {.name = "tell-waiting", .apply = tell_apply};

const struct fault *change_tell_waiting(struct change *c, const struct waiting *w, int64_t next_at)
{
	struct telling *t = arena_alloc(c->arena, sizeof(*t));

	*t = (struct telling){*w, next_at};
	change_add_step(c, &tell_kind, w->owner, t);
	return NULL;
}
