/* step_lock - write locks: respected, taken, refreshed, released. See locks.h. */

#include "calendar/locks.h"

#include "base/codec.h"
#include "calendar/change_priv.h"
#include "calendar/rights.h"

/* ---- respected ----------------------------------------------------------------------------- */

struct near {
	struct lock *at;
	size_t count;
};

static bool is_submitted(const struct change_guard *g, const struct lock *l)
{
	for (size_t i = 0; i < g->token_count; i++)
		if (text_equal(g->tokens[i], l->token))
			return l->creator == g->user;
	return false;
}

/*
 * The lock in the way at one path, or NULL. Of several, which are shared ones, a single one in
 * hand is enough (§6.2).
 */
static const struct lock *find_block(const struct change_guard *g, const struct near *near,
				     struct text path)
{
	const struct lock *block = NULL;

	for (size_t i = 0; i < near->count; i++) {
		if (!lock_covers(&near->at[i], path))
			continue;
		if (is_submitted(g, &near->at[i]))
			return NULL;
		block = &near->at[i];
	}
	return block;
}

/* Each locked resource below wants a token of its own (§7.5). */
static const struct lock *find_block_below(const struct change_guard *g, const struct near *near)
{
	const struct lock *block = NULL;

	for (size_t i = 0; i < near->count && !block; i++)
		if (path_is_below(near->at[i].path, g->path))
			block = find_block(g, near, near->at[i].path);
	return block;
}

/*
 * A lock of a collection, of either depth, keeps its list of names (§7.4). Whether the name of an
 * object is new is asked only where that decides.
 */
static const struct fault *find_block_of_name(struct change *c, struct db *db,
					      const struct change_guard *g, const struct near *near,
					      const struct lock **out)
{
	struct stored_object *there = NULL;
	const struct fault *f = NULL;

	*out = find_block(g, near, path_parent(g->path));
	if (!*out || (g->touches & TOUCH_NAME))
		return NULL;
	f = object_find(db, c->arena, g->owner, g->collection, path_leaf(g->path), &there);
	if (there)
		*out = NULL;
	return f;
}

/* The change goes by the number of a collection, locks and whoever asked by its name. */
static const struct fault *check_name(struct change *c, struct db *db, const struct change_guard *g)
{
	struct collection *there;
	const struct fault *f;

	if (!g->collection)
		return NULL;
	f = collection_get(db, c->arena, g->owner, g->collection, &there);
	/* What is gone, its own step says. */
	if (f || !there || text_equal(there->name, g->collection_name))
		return f;
	return fault_make(c->arena, FAULT_CONFLICT, NULL,
			  "The collection has been moved meanwhile.");
}

static const struct fault *guard_require(struct change *c, struct step *s, struct db *db)
{
	struct change_guard *g = s->data;
	const struct lock *block = NULL;
	struct near near = {NULL, 0};
	const struct fault *f = check_name(c, db, g);

	g->blocked_by = NULL;
	if (!f)
		f = lock_list_near(db, c->arena, g->owner, g->path, c->now, &near.at, &near.count);
	if (f || near.count == 0)
		return f;
	if (g->touches & TOUCH_CONTENT)
		block = find_block(g, &near, g->path);
	if (!block && (g->touches & (TOUCH_NAME | TOUCH_NEW)))
		f = find_block_of_name(c, db, g, &near, &block);
	if (!block && (g->touches & TOUCH_TREE))
		block = find_block_below(g, &near);
	g->blocked_by = block;
	if (f || !block)
		return f;
	return fault_make(c->arena, FAULT_LOCKED, NULL, "A lock is held on this resource.");
}

static const struct fault *guard_apply(struct change *c, struct step *s, struct db *db)
{
	const struct change_guard *g = s->data;

	if (!(g->touches & TOUCH_TREE))
		return NULL;
	return lock_remove_tree(db, c->arena, g->owner, g->path, g->touches & TOUCH_GOES);
}

static const struct step_kind guard_kind = {
	.name = "guard", .require = guard_require, .apply = guard_apply};

const struct fault *change_guard(struct change *c, struct change_guard *g)
{
	change_add_step(c, &guard_kind, g->owner, g);
	return NULL;
}

const struct fault *change_forget_locks(struct change *c, struct db *db,
					const struct stored_object *gone)
{
	struct collection *in;
	int64_t count;
	const struct fault *f = lock_count(db, c->arena, gone->owner, 0, &count);

	if (f || count == 0)
		return f;
	f = collection_get(db, c->arena, gone->owner, gone->collection, &in);
	if (f || !in)
		return f;
	return lock_remove_tree(db, c->arena, gone->owner,
				path_join(c->arena, in->name, gone->name), true);
}

/* ---- taken (§6.1, §9.10.5) ------------------------------------------------------------------ */

/* Do their scopes meet, and is one of the two for its holder alone? */
static bool is_in_the_way(const struct lock *held, const struct lock *wanted)
{
	bool meet = lock_covers(held, wanted->path) || lock_covers(wanted, held->path);

	return meet && !(held->shared && wanted->shared);
}

static const struct fault *take_require(struct change *c, struct step *s, struct db *db)
{
	struct change_lock *t = s->data;
	struct near near;
	const struct fault *f = lock_list_near(db, c->arena, t->lock.owner, t->lock.path, c->now,
					       &near.at, &near.count);

	for (size_t i = 0; !f && i < near.count; i++) {
		if (!is_in_the_way(&near.at[i], &t->lock))
			continue;
		t->blocked_by = &near.at[i];
		f = fault_make(c->arena, FAULT_LOCK_CONFLICT, NULL,
			       "Another lock stands in the way of this one.");
	}
	return f;
}

/* RFC 9562 §5.4: 122 random bits. */
static struct text make_token(struct arena *a)
{
	unsigned char id[16];
	struct buf out;

	secret_random(id, sizeof(id));
	id[6] = (unsigned char)((id[6] & 0x0F) | 0x40);
	id[8] = (unsigned char)((id[8] & 0x3F) | 0x80);
	buf_init(&out, a, 48, 48);
	buf_put_lit(&out, "urn:uuid:");
	for (size_t i = 0; i < sizeof(id); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			buf_put_char(&out, '-');
		codec_put_hex(&out, &id[i], 1);
	}
	return buf_text(&out);
}

static const struct fault *take_apply(struct change *c, struct step *s, struct db *db)
{
	struct change_lock *t = s->data;
	int64_t count = 0;
	const struct fault *f = lock_remove_expired(db, c->arena, t->lock.owner, c->now);

	if (!f)
		f = lock_count(db, c->arena, t->lock.owner, t->lock.creator, &count);
	if (!f && count >= LOCKS_MAX)
		f = fault_make(c->arena, FAULT_STORE_FULL, NULL,
			       "A user has at most %d locks in a home.", LOCKS_MAX);
	if (f)
		return f;
	t->granted = t->lock;
	t->granted.token = make_token(c->arena);
	t->granted.expires = c->now + t->lock.seconds;
	return lock_add(db, c->arena, &t->granted);
}

static const struct step_kind take_kind = {
	.name = "take-lock", .require = take_require, .apply = take_apply};

const struct fault *change_take_lock(struct change *c, struct change_lock *l)
{
	change_add_step(c, &take_kind, l->lock.owner, l);
	return NULL;
}

/* ---- refreshed (§9.10.2), released (§9.11) -------------------------------------------------- */

static const struct fault *find_used(struct change *c, struct db *db,
				     const struct change_lock_use *u, struct lock **out)
{
	struct lock *list;
	size_t count;
	const struct fault *f =
		lock_list_near(db, c->arena, u->owner, u->path, c->now, &list, &count);

	*out = NULL;
	for (size_t i = 0; !f && i < count; i++)
		if (text_equal(list[i].token, u->token) && lock_covers(&list[i], u->path))
			*out = &list[i];
	return f;
}

static const struct fault *refresh_apply(struct change *c, struct step *s, struct db *db)
{
	struct change_lock_use *u = s->data;
	struct lock *l;
	const struct fault *f = find_used(c, db, u, &l);

	if (f)
		return f;
	if (!l || l->creator != u->user)
		return fault_make(c->arena, FAULT_LOCK_NOT_REFRESHED, NULL,
				  "There is no such lock of yours on this resource.");
	if (u->seconds)
		l->seconds = u->seconds;
	l->expires = c->now + l->seconds;
	u->granted = *l;
	return lock_prolong(db, c->arena, l);
}

static const struct step_kind refresh_kind = {.name = "refresh-lock", .apply = refresh_apply};

const struct fault *change_refresh_lock(struct change *c, struct change_lock_use *u)
{
	change_add_step(c, &refresh_kind, u->owner, u);
	return NULL;
}

static const struct fault *release_apply(struct change *c, struct step *s, struct db *db)
{
	const struct change_lock_use *u = s->data;
	struct lock *l;
	const struct fault *f = find_used(c, db, u, &l);

	if (f)
		return f;
	if (!l)
		return fault_make(c->arena, FAULT_LOCK_ELSEWHERE, NULL,
				  "There is no such lock on this resource.");
	if (l->creator != u->user && !u->may_release)
		return fault_make(c->arena, FAULT_FORBIDDEN, "unlock",
				  "This is the lock of somebody else.");
	return lock_remove(db, c->arena, l);
}

static const struct step_kind release_kind = {.name = "release-lock", .apply = release_apply};

const struct fault *change_release_lock(struct change *c, struct change_lock_use *u)
{
	change_add_step(c, &release_kind, u->owner, u);
	return NULL;
}

/* ---- lost with the right (RFC 3744 §8.1) -------------------------------------------------- */

/* Locks come by their paths: many in a row are of one user in one collection. */
struct losing {
	struct change *c;
	struct db *db;
	unsigned needs;
	int64_t creator, collection; /* of the last one */
	bool keeps;
};

/* The collection that is locked, or in which something is; 0: the home. */
static const struct fault *place_of(const struct losing *x, const struct lock *l, int64_t *out)
{
	struct collection *there;
	const struct fault *f = collection_find(x->db, x->c->arena, l->owner, l->path, &there);

	if (!f && !there)
		f = collection_find(x->db, x->c->arena, l->owner, path_parent(l->path), &there);
	*out = there ? there->id : 0;
	return f;
}

static const struct fault *judge_lock(struct losing *x, const struct lock *l)
{
	struct rights_asker who = {.principal = l->creator};
	int64_t collection;
	unsigned may;
	const struct fault *f = place_of(x, l, &collection);

	if (f || (l->creator == x->creator && collection == x->collection))
		return f;
	f = rights_of(x->db, x->c->arena, &who, l->owner, collection, &may);
	x->creator = l->creator;
	x->collection = collection;
	x->keeps = may & x->needs;
	return f;
}

const struct fault *change_lose_locks(struct change *c, struct db *db, int64_t owner,
				      unsigned needs)
{
	struct losing x = {.c = c, .db = db, .needs = needs};
	struct lock *list;
	size_t count;
	const struct fault *f = lock_list(db, c->arena, owner, c->now, &list, &count);

	for (size_t i = 0; i < count && !f; i++) {
		f = judge_lock(&x, &list[i]);
		if (!f && !x.keeps)
			f = lock_remove(db, c->arena, &list[i]);
	}
	return f;
}

/* ---- expired -------------------------------------------------------------------------------- */

enum { EXPIRE_ARENA_BYTES = 1024 * 1024, EXPIRE_HOMES = 256 };

static const struct fault *expire_apply(struct change *c, struct step *s, struct db *db)
{
	return lock_remove_expired(db, c->arena, s->owner, c->now);
}

static const struct step_kind expire_kind = {.name = "expire-locks", .apply = expire_apply};

/* The owner may have been deleted meanwhile. */
static const struct fault *expire_in(struct calendar *cal, struct arena *a, int64_t owner,
				     int64_t now)
{
	struct change *c = change_open(cal, a, CHANGE_CLIENT, now);
	const struct fault *f;

	change_add_step(c, &expire_kind, owner, NULL);
	f = change_run(c);
	return fault_is(f, FAULT_NOT_FOUND) ? NULL : f;
}

const struct fault *locks_expire(struct calendar *cal, struct arena *a, int64_t now)
{
	struct arena *page = arena_create(EXPIRE_ARENA_BYTES);
	const struct fault *f = NULL;
	int64_t last = 0, *owners;
	size_t count = 1;

	while (!f && count > 0 && !atomic_load(&cal->stopping)) {
		struct db *db;

		arena_reset(page);
		f = store_reader(cal->store, page, &db);
		if (!f)
			f = lock_owners_of_expired(db, page, last, now, EXPIRE_HOMES, &owners,
						   &count);
		for (size_t i = 0; !f && i < count && !atomic_load(&cal->stopping); i++) {
			last = owners[i];
			f = expire_in(cal, page, last, now);
		}
		f = fault_copy(a, f);
	}
	arena_destroy(page);
	return f;
}
