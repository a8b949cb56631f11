/* meeting - meeting types and schedules. See meeting.h. */
#include "store/meeting.h"

#include "store/db_priv.h"

static const struct sql sql_types = {"SELECT owner, id, slug, title, rules, version"
				     " FROM meeting_type WHERE owner = $1 ORDER BY slug"};
static const struct sql sql_type = {"SELECT owner, id, slug, title, rules, version"
				    " FROM meeting_type WHERE owner = $1 AND id = $2"};
static const struct sql sql_slug_taken = {
	"SELECT 1 FROM meeting_type WHERE owner = $1 AND slug = $2 AND id <> $3"};
static const struct sql sql_put_type = {
	"INSERT INTO meeting_type (owner, id, slug, title, rules, version)"
	" VALUES ($1, $2, $3, $4, $5, $6)"
	" ON CONFLICT (owner, id) DO UPDATE SET slug = excluded.slug, title = excluded.title,"
	" rules = excluded.rules, version = excluded.version"};
static const struct sql sql_delete_type = {
	"DELETE FROM meeting_type WHERE owner = $1 AND slug = $2"};
#define SCHEDULE_COLUMNS                                                                           \
	"owner, id, name, timezone, rules, version, availability, availability_at, source"
static const struct sql sql_schedules = {"SELECT " SCHEDULE_COLUMNS
					 " FROM schedule WHERE owner = $1 ORDER BY id"};
static const struct sql sql_schedule = {"SELECT " SCHEDULE_COLUMNS
					" FROM schedule WHERE owner = $1 AND id = $2"};
static const struct sql sql_availability = {
	"SELECT availability FROM schedule WHERE owner = $1 AND id = 'default'"};
static const struct sql sql_put_schedule = {
	"INSERT INTO schedule (" SCHEDULE_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	" ON CONFLICT (owner, id) DO UPDATE SET name = excluded.name,"
	" timezone = excluded.timezone, rules = excluded.rules, version = excluded.version,"
	" availability = excluded.availability, availability_at = excluded.availability_at,"
	" source = excluded.source"};

static const struct sql sql_delete_schedule = {"DELETE FROM schedule WHERE owner = $1 AND id = $2"};

static bool take_type(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct meeting_type *t = row_list_add(l);

	if (!t)
		return false;
	t->owner = row_int(row, 0);
	t->id = row_text(l->arena, row, 1);
	t->slug = row_text(l->arena, row, 2);
	t->title = row_text(l->arena, row, 3);
	t->rules = row_text(l->arena, row, 4);
	t->version = row_int(row, 5);
	return true;
}

const struct fault *meeting_type_list(struct db *db, struct arena *a, int64_t owner,
				      struct meeting_type **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct meeting_type), 8);
	f = row_list_query(&l, db, &sql_types, DB_ARGS(DB_INT(owner)), take_type);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *meeting_type_find(struct db *db, struct arena *a, int64_t owner, struct text id,
				      struct meeting_type **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct meeting_type), 1);
	f = row_list_query(&l, db, &sql_type, DB_ARGS(DB_INT(owner), DB_TEXT(id)), take_type);
	*out = row_list_first(&l);
	return f;
}

const struct fault *meeting_type_put(struct db *db, struct arena *a, const struct meeting_type *t)
{
	int64_t ignored;
	bool taken;
	const struct fault *f =
		db_fetch_int(db, a, &sql_slug_taken,
			     DB_ARGS(DB_INT(t->owner), DB_TEXT(t->slug), DB_TEXT(t->id)), &ignored,
			     &taken);

	if (f)
		return f;
	if (taken)
		return fault_make(a, FAULT_CONFLICT, "slug",
				  "There is a meeting type %.*s already.", TEXT_ARG(t->slug));
	return db_exec(db, a, &sql_put_type,
		       DB_ARGS(DB_INT(t->owner), DB_TEXT(t->id), DB_TEXT(t->slug),
			       DB_TEXT(t->title), DB_TEXT(t->rules), DB_INT(t->version)),
		       NULL);
}

const struct fault *meeting_type_delete(struct db *db, struct arena *a, int64_t owner,
					struct text slug, bool *removed_out)
{
	int64_t removed = 0;
	const struct fault *f =
		db_exec(db, a, &sql_delete_type, DB_ARGS(DB_INT(owner), DB_TEXT(slug)), &removed);

	*removed_out = removed > 0;
	return f;
}

static bool take_schedule(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct schedule *s = row_list_add(l);

	if (!s)
		return false;
	s->owner = row_int(row, 0);
	s->id = row_text(l->arena, row, 1);
	s->name = row_text(l->arena, row, 2);
	s->timezone = row_text(l->arena, row, 3);
	s->rules = row_text(l->arena, row, 4);
	s->version = row_int(row, 5);
	s->availability = row_text(l->arena, row, 6);
	s->availability_at = row_int(row, 7);
	s->source = (enum schedule_source)row_int(row, 8);
	return true;
}

const struct fault *schedule_list(struct db *db, struct arena *a, int64_t owner,
				  struct schedule **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct schedule), 4);
	f = row_list_query(&l, db, &sql_schedules, DB_ARGS(DB_INT(owner)), take_schedule);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *schedule_find(struct db *db, struct arena *a, int64_t owner, struct text id,
				  struct schedule **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct schedule), 1);
	f = row_list_query(&l, db, &sql_schedule, DB_ARGS(DB_INT(owner), DB_TEXT(id)),
			   take_schedule);
	*out = row_list_first(&l);
	return f;
}

static bool take_availability(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct text *t = row_list_add(l);

	if (t)
		*t = row_text(l->arena, row, 0);
	return t != NULL;
}

const struct fault *schedule_availability(struct db *db, struct arena *a, int64_t owner,
					  struct text *out)
{
	struct row_list l;
	const struct text *first;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct text), 1);
	f = row_list_query(&l, db, &sql_availability, DB_ARGS(DB_INT(owner)), take_availability);
	first = row_list_first(&l);
	*out = first ? *first : TEXT("");
	return f;
}

const struct fault *schedule_put(struct db *db, struct arena *a, const struct schedule *s)
{
	struct text availability = s->availability.at ? s->availability : TEXT("");

	return db_exec(db, a, &sql_put_schedule,
		       DB_ARGS(DB_INT(s->owner), DB_TEXT(s->id), DB_TEXT(s->name),
			       DB_TEXT(s->timezone), DB_TEXT(s->rules), DB_INT(s->version),
			       DB_TEXT(availability), DB_INT(s->availability_at),
			       DB_INT(s->source)),
		       NULL);
}

const struct fault *schedule_delete(struct db *db, struct arena *a, int64_t owner, struct text id,
				    bool *removed_out)
{
	int64_t removed = 0;
	const struct fault *f =
		db_exec(db, a, &sql_delete_schedule, DB_ARGS(DB_INT(owner), DB_TEXT(id)), &removed);

	*removed_out = removed > 0;
	return f;
}
