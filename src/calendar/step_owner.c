/* step_owner - principals, their meeting types and schedules */

#include "calendar/change_priv.h"
#include "calendar/leaving.h"

/* ---- a new owner ------------------------------------------------------------------- */

/* What every user starts with (design: names, paths and commands). */
struct first_collection {
	const char *name;
	const char *title;
	enum collection_kind kind;
	unsigned components;
};

static const struct first_collection first_collections[] = {
	{"calendar", "Calendar", COLLECTION_CALENDAR, COMP_VEVENT},
	{"tasks", "Tasks", COLLECTION_CALENDAR, COMP_VTODO},
	{"inbox", "Inbox", COLLECTION_INBOX, COMP_VEVENT | COMP_VTODO},
	{"outbox", "Outbox", COLLECTION_OUTBOX, COMP_VEVENT | COMP_VTODO},
};

static const struct fault *owner_add_collection(struct change *c, struct db *db, int64_t owner,
						const struct first_collection *first)
{
	struct collection new = {
		.owner = owner,
		.kind = first->kind,
		.name = text_from(first->name),
		.components = first->components,
		.created = c->now,
	};
	struct property title = {TEXT_INIT("DAV:"), TEXT_INIT("displayname"), TEXT_NONE};
	int64_t id;
	const struct fault *f = collection_add(db, c->arena, &new, &id);

	if (f)
		return f;
	title.xml = text_from(arena_printf(
		c->arena, "<D:displayname xmlns:D=\"DAV:\">%s</D:displayname>", first->title));
	return property_set(db, c->arena, owner, id, 0, &title);
}

static const struct fault *owner_apply(struct change *c, struct step *s, struct db *db)
{
	struct change_owner *o = s->data;
	const struct fault *f = owner_add(db, c->arena, &o->owner, o->password_hash, &o->id);

	for (size_t i = 0; i < o->alias_count && !f; i++)
		f = owner_add_address(db, c->arena, o->id, o->aliases[i], (int)i + 1);
	if (!f)
		f = member_set(db, c->arena, o->id, o->members, o->member_count);
	/* A group has no time of its own. */
	for (size_t i = 0; i < ARRAY_LEN(first_collections) && !f && o->owner.kind != OWNER_GROUP;
	     i++)
		f = owner_add_collection(c, db, o->id, &first_collections[i]);
	if (!f) {
		o->schedule.owner = o->id;
		f = schedule_put(db, c->arena, &o->schedule);
	}
	return f;
}

static const struct step_kind owner_kind = {.name = "add-owner", .apply = owner_apply};

const struct fault *change_add_owner(struct change *c, struct change_owner *o)
{
	o->owner.created = c->now;
	change_add_step(c, &owner_kind, 0, o);
	return NULL;
}

/* ---- password ------------------------------------------------------------------------ */

struct password_step {
	int64_t owner;
	struct text hash;
};

static const struct fault *password_apply(struct change *c, struct step *s, struct db *db)
{
	struct password_step *p = s->data;

	return owner_set_password(db, c->arena, p->owner, p->hash);
}

static const struct step_kind password_kind = {.name = "password", .apply = password_apply};

const struct fault *change_set_password(struct change *c, int64_t owner, struct text password_hash)
{
	struct password_step *p = arena_alloc(c->arena, sizeof(*p));

	*p = (struct password_step){owner, password_hash};
	change_add_step(c, &password_kind, owner, p);
	return NULL;
}

/* ---- display name -------------------------------------------------------------------- */

struct title_step {
	int64_t owner;
	struct text title;
};

static const struct fault *title_apply(struct change *c, struct step *s, struct db *db)
{
	struct title_step *t = s->data;

	return owner_set_title(db, c->arena, t->owner, t->title);
}

static const struct step_kind title_kind = {
	.name = "display-name", .is_rules = true, .apply = title_apply};

const struct fault *change_set_title(struct change *c, int64_t owner, struct text title)
{
	struct title_step *t = arena_alloc(c->arena, sizeof(*t));

	*t = (struct title_step){owner, title};
	change_add_step(c, &title_kind, owner, t);
	return NULL;
}

/* ---- who may ask ---------------------------------------------------------------------------- */

struct free_busy_step {
	int64_t owner;
	enum owner_free_busy free_busy;
};

static const struct fault *free_busy_apply(struct change *c, struct step *s, struct db *db)
{
	const struct free_busy_step *x = s->data;

	return owner_set_free_busy(db, c->arena, x->owner, x->free_busy);
}

static const struct step_kind free_busy_kind = {
	.name = "free-busy", .is_rules = true, .apply = free_busy_apply};

const struct fault *change_set_free_busy(struct change *c, int64_t owner,
					 enum owner_free_busy free_busy)
{
	struct free_busy_step *x = arena_alloc(c->arena, sizeof(*x));

	*x = (struct free_busy_step){owner, free_busy};
	change_add_step(c, &free_busy_kind, owner, x);
	return NULL;
}

/* ---- what they are written ---------------------------------------------------------------------
 */

struct letters_step {
	int64_t owner;
	struct text language;
	int64_t notices;
};

static const struct fault *letters_apply(struct change *c, struct step *s, struct db *db)
{
	const struct letters_step *x = s->data;

	return owner_set_letters(db, c->arena, x->owner, x->language, x->notices);
}

static const struct step_kind letters_kind = {
	.name = "letters", .is_rules = true, .apply = letters_apply};

const struct fault *change_set_letters(struct change *c, int64_t owner, struct text language,
				       int64_t notices)
{
	struct letters_step *x = arena_alloc(c->arena, sizeof(*x));

	*x = (struct letters_step){owner, language, notices};
	change_add_step(c, &letters_kind, owner, x);
	return NULL;
}

/* ---- what is answered for them -------------------------------------------------------- */

struct answers_step {
	int64_t owner;
	struct answer_limits limits;
	bool is_how; /* the limits that stand stay */
};

static const struct fault *answers_apply(struct change *c, struct step *s, struct db *db)
{
	struct answers_step *a = s->data;

	if (a->is_how)
		return answers_set(db, c->arena, a->owner, a->limits.answers);
	return answer_limits_set(db, c->arena, a->owner, &a->limits);
}

static const struct step_kind answers_kind = {
	.name = "answers", .is_rules = true, .apply = answers_apply};

const struct fault *change_set_answers(struct change *c, int64_t owner,
				       const struct answer_limits *l)
{
	struct answers_step *a = arena_alloc(c->arena, sizeof(*a));

	*a = (struct answers_step){.owner = owner, .limits = *l};
	change_add_step(c, &answers_kind, owner, a);
	return NULL;
}

const struct fault *change_answer_so(struct change *c, int64_t owner, enum owner_answers answers)
{
	struct answers_step *a = arena_alloc(c->arena, sizeof(*a));

	*a = (struct answers_step){.owner = owner, .limits.answers = answers, .is_how = true};
	change_add_step(c, &answers_kind, owner, a);
	return NULL;
}

/* ---- removal --------------------------------------------------------------------------- */

static const struct fault *remove_owner_apply(struct change *c, struct step *s, struct db *db)
{
	int64_t *owner = s->data, version;
	const struct fault *f = owner_lock(db, c->arena, *owner, &version);

	if (!f && version < 0)
		f = fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such user.");
	if (!f)
		f = leaving_queue_all(c, db, *owner);
	return f ? f : owner_delete(db, c->arena, *owner);
}

static const struct step_kind remove_owner_kind = {
	.name = "remove-owner",
	.apply = remove_owner_apply,
};

const struct fault *change_remove_owner(struct change *c, int64_t owner)
{
	int64_t *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = owner;
	/* Locked by the step itself: no version is left to raise afterwards. */
	change_add_step(c, &remove_owner_kind, 0, copy);
	return NULL;
}

/* ---- meeting types and schedules ----------------------------------------------------------- */

struct type_step {
	struct meeting_type type; /* without id: the one with the slug is removed */
	int64_t *hosts;		  /* of a team, who have bookings of it: they are locked as well */
	size_t host_count;
};

static struct text type_name(const struct type_step *x)
{
	return x->type.id.len > 0 ? x->type.id : x->type.slug;
}

static const struct fault *type_plan(struct change *c, struct step *s)
{
	struct type_step *x = s->data;
	struct db *db;
	const struct fault *f = store_reader(c->cal->store, c->arena, &db);

	if (!f)
		f = booking_hosts_of_type(db, c->arena, s->owner, type_name(x), c->now, &x->hosts,
					  &x->host_count);
	s->also = x->hosts;
	s->also_count = x->host_count;
	return f;
}

/* Whoever was booked meanwhile is to be told as well. */
static const struct fault *type_require(struct change *c, struct step *s, struct db *db)
{
	const struct type_step *x = s->data;
	int64_t *hosts;
	size_t count;
	const struct fault *f =
		booking_hosts_of_type(db, c->arena, s->owner, type_name(x), c->now, &hosts, &count);

	if (f)
		return f;
	for (size_t i = 0; i < count; i++)
		if (i >= x->host_count || hosts[i] != x->hosts[i])
			return change_is_stale(c);
	return NULL;
}

static const struct fault *type_apply(struct change *c, struct step *s, struct db *db)
{
	const struct type_step *x = s->data;

	return meeting_type_put(db, c->arena, &x->type);
}

static const struct step_kind type_kind = {
	.name = "put-type",
	.is_rules = true,
	.replan = type_plan,
	.require = type_require,
	.apply = type_apply,
};

static const struct fault *add_type_step(struct change *c, const struct step_kind *kind,
					 const struct meeting_type *t)
{
	struct type_step *x = arena_alloc(c->arena, sizeof(*x));

	*x = (struct type_step){.type = *t};
	change_add_step(c, kind, t->owner, x);
	return type_plan(c, c->last);
}

const struct fault *change_put_type(struct change *c, const struct meeting_type *t)
{
	return add_type_step(c, &type_kind, t);
}

static const struct fault *remove_type_apply(struct change *c, struct step *s, struct db *db)
{
	const struct type_step *x = s->data;
	bool removed;
	const struct fault *f =
		meeting_type_delete(db, c->arena, x->type.owner, x->type.slug, &removed);

	if (!f && !removed)
		f = fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such meeting type.");
	return f;
}

static const struct step_kind remove_type_kind = {
	.name = "remove-type",
	.is_rules = true,
	.replan = type_plan,
	.require = type_require,
	.apply = remove_type_apply,
};

const struct fault *change_remove_type(struct change *c, int64_t owner, struct text slug)
{
	const struct meeting_type t = {.owner = owner, .slug = slug};

	return add_type_step(c, &remove_type_kind, &t);
}

static const struct fault *schedule_apply(struct change *c, struct step *s, struct db *db)
{
	return schedule_put(db, c->arena, s->data);
}

static const struct step_kind schedule_kind = {
	.name = "put-schedule", .is_rules = true, .apply = schedule_apply};

const struct fault *change_put_schedule(struct change *c, const struct schedule *s)
{
	struct schedule *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *s;
	change_add_step(c, &schedule_kind, s->owner, copy);
	return NULL;
}

struct home_step {
	int64_t owner;
	struct text timezone;
};

static const struct fault *home_apply(struct change *c, struct step *s, struct db *db)
{
	const struct home_step *x = s->data;

	return owner_set_timezone(db, c->arena, x->owner, x->timezone);
}

static const struct step_kind home_kind = {.name = "home", .is_rules = true, .apply = home_apply};

const struct fault *change_set_home(struct change *c, int64_t owner, struct text zone)
{
	struct home_step *x = arena_alloc(c->arena, sizeof(*x));

	*x = (struct home_step){owner, zone};
	change_add_step(c, &home_kind, owner, x);
	return NULL;
}

struct availability_step {
	int64_t owner;
	struct text availability;
};

static const struct fault *availability_apply(struct change *c, struct step *s, struct db *db)
{
	const struct availability_step *x = s->data;
	struct schedule *stored;
	const struct fault *f = schedule_find(db, c->arena, x->owner, TEXT("default"), &stored);

	if (f)
		return f;
	if (!stored)
		return fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There are no hours here.");
	if (x->availability.len == 0 && stored->availability.len == 0)
		return NULL;
	stored->availability = x->availability;
	stored->availability_at = c->now;
	stored->source = x->availability.len > 0 ? SCHEDULE_BY_CLIENT : SCHEDULE_BY_NOBODY;
	stored->version++;
	return schedule_put(db, c->arena, stored);
}

static const struct step_kind availability_kind = {
	.name = "availability", .is_rules = true, .apply = availability_apply};

const struct fault *change_set_availability(struct change *c, int64_t owner,
					    struct text availability)
{
	struct availability_step *x = arena_alloc(c->arena, sizeof(*x));

	*x = (struct availability_step){owner, availability};
	change_add_step(c, &availability_kind, owner, x);
	return NULL;
}

static const struct fault *remove_schedule_apply(struct change *c, struct step *s, struct db *db)
{
	struct schedule *gone = s->data;
	bool removed;
	const struct fault *f = schedule_delete(db, c->arena, gone->owner, gone->id, &removed);

	if (!f && !removed)
		f = fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such schedule.");
	return f;
}

static const struct step_kind remove_schedule_kind = {
	.name = "remove-schedule",
	.is_rules = true,
	.apply = remove_schedule_apply,
};

const struct fault *change_remove_schedule(struct change *c, int64_t owner, struct text id)
{
	struct schedule *gone = arena_alloc(c->arena, sizeof(*gone));

	*gone = (struct schedule){.owner = owner, .id = id};
	change_add_step(c, &remove_schedule_kind, owner, gone);
	return NULL;
}
