/* store - open, read, close. See store.h. */
#include <assert.h>

#include "store/store_priv.h"

enum { WRITERS_DEFAULT = 8, WRITERS_MAX = 64 };

/* Addresses, and the drivers that take them; keep: the prefix belongs to the address. */
static const struct {
	struct text prefix;
	bool keep;
	const struct db_ops *ops;
} schemes[] = {
	{TEXT_INIT("sqlite:"), false, &sqlite_ops},
	{TEXT_INIT("postgresql://"), true, &postgres_ops},
	{TEXT_INIT("postgres://"), true, &postgres_ops},
};

static const struct fault *choose_driver(struct store *s, struct arena *a, const char *url)
{
	struct text t = text_from(url);

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		size_t cut = schemes[i].keep ? 0 : schemes[i].prefix.len;

		if (!text_starts(t, schemes[i].prefix) || t.len == schemes[i].prefix.len)
			continue;
		s->ops = schemes[i].ops;
		s->target = strdup(url + cut);
		assert(s->target);
		return NULL;
	}
	return fault_make(a, FAULT_UNPROCESSABLE, NULL,
			  "A store is named sqlite:PATH or postgresql://….");
}

/* The address for people: what may be a user, a password or an option is left out of it. */
static const struct fault *no_store(const struct store *s, struct arena *a)
{
	struct text rest = text_from(s->target), place = rest;

	if (s->ops->is_postgres) {
		text_next(&rest, '?', &place);
		place = text_sub(place, (size_t)text_find(place, TEXT("//")) + 2, place.len);
		/* -1, and so from the beginning, when no user is named. */
		place = text_sub(place, (size_t)(text_find_char(place, '@', 0) + 1), place.len);
	}
	return fault_make(a, FAULT_NOT_FOUND, NULL, "There is no store at %s%.*s.",
			  s->ops->is_postgres ? "postgresql://" : "", TEXT_ARG(place));
}

static const struct fault *open_schema(struct store *s, struct arena *a,
				       const struct store_options *o)
{
	const struct fault *f;
	int64_t present;
	struct db *db;

	if (!o->may_create && s->ops->is_there && !s->ops->is_there(s->target))
		return no_store(s, a);
	f = s->ops->open(a, s->target, o->may_create ? DB_MAKER : DB_WRITER, &db);
	if (f)
		return f;
	f = migrate_present(db, a, &present);
	if (!f && present == 0 && !o->may_create)
		f = no_store(s, a);
	if (!f)
		f = migrate(db, a, present, o->may_migrate);
	s->ops->close(db);
	return f;
}

const struct fault *store_open(struct arena *a, const struct store_options *o, struct store **out)
{
	struct store *s = calloc(1, sizeof(*s));
	size_t threads = o->writers ? o->writers : WRITERS_DEFAULT;
	const struct fault *f;

	*out = NULL;
	if (!s)
		return fault_static(FAULT_OUT_OF_MEMORY);
	pthread_mutex_init(&s->generation_lock, NULL);
	f = choose_driver(s, a, o->url);
	if (!f)
		f = open_schema(s, a, o);
	if (!f && s->ops->batch_max > 1)
		threads = 1;
	if (!f)
		f = writer_start(a, s, threads < WRITERS_MAX ? threads : WRITERS_MAX, &s->writer);
	if (f)
		store_close(s);
	else
		*out = s;
	return f;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	writer_stop(s->writer);
	readers_close(s);
	pthread_mutex_destroy(&s->generation_lock);
	free(s->target);
	free(s);
}

bool store_waits(const struct store *s)
{
	return s->ops->is_postgres;
}

const struct fault *store_reader(struct store *s, struct arena *a, struct db **out)
{
	return readers_get(s, a, out);
}

const struct fault *store_snapshot_begin(struct db *db, struct arena *a)
{
	const struct fault *f = db->snapshots ? NULL : db->ops->snapshot_begin(db, a);

	if (!f)
		db->snapshots++;
	return f;
}

void store_snapshot_end(struct db *db)
{
	assert(db->snapshots > 0);
	if (--db->snapshots == 0)
		db->ops->snapshot_end(db);
}

/* Numbers are given out anew whenever what is committed differs from what the last one saw. */
int64_t store_generation(struct store *s, struct db *reader)
{
	struct db_snapshot_id id;
	bool known = reader->ops->snapshot_id && reader->ops->snapshot_id(reader, &id);
	int64_t generation;

	pthread_mutex_lock(&s->generation_lock);
	if (!known || memcmp(&id, &s->generation_of, sizeof(id)) != 0)
		s->generation++;
	generation = s->generation;
	if (known)
		s->generation_of = id;
	else
		s->generation++;
	pthread_mutex_unlock(&s->generation_lock);
	return generation;
}

const struct fault *store_backup(struct store *s, struct arena *a, const char *path)
{
	const struct fault *f;
	struct db *db;

	if (!s->ops->backup)
		return fault_make(a, FAULT_UNPROCESSABLE, NULL,
				  "A PostgreSQL store is copied with pg_dump.");
	f = s->ops->open(a, s->target, DB_READER, &db);
	if (f)
		return f;
	f = s->ops->backup(db, a, path);
	s->ops->close(db);
	return f;
}
