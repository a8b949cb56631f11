/* owner - principals, their names and addresses. See owner.h. */
#include "store/owner.h"

#include <stdlib.h>

#include "base/clock.h"
#include "store/db_priv.h"
#include "store/session.h"

/* directory.kind */
enum { NAME_OF_PRINCIPAL = 0, ADDRESS_OF_MAIL = 1 };

#define OWNER_COLUMNS                                                                              \
	"o.id, o.kind, o.name, o.display_name, o.email, o.timezone, o.version, o.rules, "          \
	"o.created, "                                                                              \
	"o.answers, o.free_busy, o.language, o.notices, o.outside_at, o.outside_trust"

static const struct sql sql_find = {"SELECT " OWNER_COLUMNS
				    " FROM directory d JOIN owner o ON o.id = d.owner"
				    " WHERE d.kind = 0 AND d.name = $1"};
static const struct sql sql_get = {"SELECT " OWNER_COLUMNS " FROM owner o WHERE o.id = $1"};
static const struct sql sql_all = {"SELECT " OWNER_COLUMNS " FROM owner o ORDER BY o.id"};
#define ADDRESSES_OF_OWNER(joined)                                                                 \
	", coalesce((SELECT " joined " FROM directory d WHERE d.owner = o.id AND d.kind = 1), '')"
#define PAGE_OF_OWNERS " FROM owner o WHERE o.id > $1 ORDER BY o.id LIMIT $2"
static const struct sql_pair sql_page = {
	{"SELECT " OWNER_COLUMNS ADDRESSES_OF_OWNER("group_concat(d.name, char(10))")
		 PAGE_OF_OWNERS},
	{"SELECT " OWNER_COLUMNS ADDRESSES_OF_OWNER("string_agg(d.name, chr(10))") PAGE_OF_OWNERS}};
/*
 * "alice+intro@example.org": the preferred address, with the slug of a meeting type before its @.
 * They come after all that are written down.
 */
#define ADDRESSES(type_address)                                                                    \
	"SELECT d.name, d.rank, 0 AS of_type FROM directory d WHERE d.owner = $1 AND d.kind = 1"   \
	" UNION ALL SELECT " type_address ", 0, 1 FROM directory d"                                \
	" JOIN meeting_type t ON t.owner = d.owner"                                                \
	" WHERE d.owner = $1 AND d.kind = 1 AND d.rank = 0 ORDER BY 3, 2, 1"
static const struct sql_pair sql_addresses = {
	{ADDRESSES("substr(d.name, 1, instr(d.name, '@') - 1) || '+' || t.slug ||"
		   " substr(d.name, instr(d.name, '@'))")},
	{ADDRESSES("left(d.name, strpos(d.name, '@') - 1) || '+' || t.slug ||"
		   " substr(d.name, strpos(d.name, '@'))")}};
static const struct sql sql_type_at = {
	"SELECT d.owner, t.id FROM directory d JOIN meeting_type t ON t.owner = d.owner"
	" WHERE d.kind = 1 AND d.rank = 0 AND d.name = $1 AND t.slug = $2"};
/* The addresses are one parameter, written as JSON has it. */
#define MATCH                                                                                      \
	"SELECT d.name, d.owner, o.kind, o.version, (SELECT count(*) FROM ace a"                   \
	" WHERE a.owner = o.id AND a.collection = 0 AND a.denies = 1), o.answers"                  \
	" FROM directory d JOIN owner o ON o.id = d.owner"
static const struct sql_pair sql_match = {
	{MATCH " WHERE d.kind = 1 AND d.name" SQL_AMONG_TEXTS_SQLITE("$1")},
	{MATCH " WHERE d.kind = 1 AND d.name" SQL_AMONG_TEXTS_POSTGRES("$1")}};
static const struct sql sql_password = {
	"SELECT o.id, o.password_hash FROM directory d JOIN owner o ON o.id = d.owner"
	" WHERE d.kind = 0 AND d.name = $1"};
#define VERSION_COLUMNS "version, rules, outside_at, outside_trust"
static const struct sql sql_version = {"SELECT " VERSION_COLUMNS " FROM owner WHERE id = $1"};
#define VERSIONS "SELECT id, " VERSION_COLUMNS " FROM owner WHERE id"
static const struct sql_pair sql_versions = {{VERSIONS SQL_AMONG_SQLITE("$1")},
					     {VERSIONS SQL_AMONG_POSTGRES("$1")}};
static const struct sql_pair sql_lock = {{"SELECT version FROM owner WHERE id = $1"},
					 {"SELECT version FROM owner WHERE id = $1 FOR UPDATE"}};
static const struct sql sql_raise = {
	"UPDATE owner SET version = version + 1, rules = rules + $2 WHERE id = $1"};
/* For RETURNING, SQLite makes a table of its own; to ask again costs it a quarter of that. */
#define NEXT_ID "UPDATE owner SET last_id = last_id + 1 WHERE id = $1"
static const struct sql_pair sql_next_id = {{NEXT_ID}, {NEXT_ID " RETURNING last_id"}};
static const struct sql sql_last_id = {"SELECT last_id FROM owner WHERE id = $1"};
static const struct sql_pair sql_lock_many = {
	{"SELECT id, version FROM owner WHERE id" SQL_AMONG_SQLITE("$1")},
	{"SELECT id, version FROM owner WHERE id" SQL_AMONG_POSTGRES("$1") " ORDER BY id"
									   " FOR UPDATE"}};
#define RAISE_MANY "UPDATE owner SET version = version + 1 WHERE id"
static const struct sql_pair sql_raise_many = {{RAISE_MANY SQL_AMONG_SQLITE("$1")},
					       {RAISE_MANY SQL_AMONG_POSTGRES("$1")}};
#define TAKE_IDS "UPDATE owner SET last_id = last_id + $2 WHERE id"
static const struct sql_pair sql_take_ids = {
	{TAKE_IDS SQL_AMONG_SQLITE("$1") " RETURNING id, last_id - $2 + 1"},
	{TAKE_IDS SQL_AMONG_POSTGRES("$1") " RETURNING id, last_id - $2 + 1"}};
static const struct sql sql_taken = {
	"SELECT kind FROM directory WHERE (kind = 0 AND name = $1) OR (kind = 1 AND name = $2)"
	" ORDER BY kind"};
static const struct sql sql_insert = {
	"INSERT INTO owner (kind, name, display_name, email, timezone, password_hash, version,"
	" rules, last_id, created) VALUES ($1, $2, $3, $4, $5, $6, 1, 1, 0, $7) RETURNING id"};
static const struct sql sql_enter = {
	"INSERT INTO directory (kind, name, owner, rank) VALUES ($1, $2, $3, $4)"
	" ON CONFLICT DO NOTHING"};
static const struct sql sql_set_title = {"UPDATE owner SET display_name = $2 WHERE id = $1"};
static const struct sql sql_set_timezone = {"UPDATE owner SET timezone = $2 WHERE id = $1"};
static const struct sql sql_set_free_busy = {"UPDATE owner SET free_busy = $2 WHERE id = $1"};
static const struct sql sql_set_letters = {
	"UPDATE owner SET language = $2, notices = $3 WHERE id = $1"};
static const struct sql sql_set_password = {"UPDATE owner SET password_hash = $2 WHERE id = $1"};

/* What goes with an owner; the owner's own row last. */
static const struct sql sql_delete[] = {
	{"DELETE FROM write_lock WHERE owner = $1"},
	{"DELETE FROM write_lock WHERE creator = $1"},
	{"DELETE FROM ace WHERE owner = $1"},
	{"DELETE FROM ace WHERE principal = $1"},
	{"DELETE FROM member WHERE owner = $1"},
	{"DELETE FROM member WHERE member = $1"},
	{"DELETE FROM job WHERE owner = $1"},
	{"DELETE FROM job_body WHERE owner = $1"},
	{"DELETE FROM booking_key WHERE owner = $1"},
	{"DELETE FROM booking WHERE owner = $1"},
	{"DELETE FROM booking_history WHERE owner = $1"},
	{"DELETE FROM booking_host WHERE owner = $1"},
	/* Whose part it was in a team's meetings stays known, by no number that another may get. */
	{"DELETE FROM booking_host WHERE host = 0 - CAST($1 AS BIGINT)"},
	{"UPDATE booking_host SET host = 0 - host WHERE host = $1"},
	{"DELETE FROM team_turn WHERE owner = $1"},
	{"DELETE FROM team_turn WHERE host = $1"},
	{"DELETE FROM booking_link WHERE owner = $1"},
	{"DELETE FROM waiting WHERE owner = $1"},
	{"DELETE FROM opt_out WHERE owner = $1"},
	{"DELETE FROM reply_address WHERE owner = $1"},
	{"DELETE FROM mail_kept WHERE owner = $1"},
	{"DELETE FROM webhook WHERE owner = $1"},
	{"DELETE FROM schedule WHERE owner = $1"},
	{"DELETE FROM meeting_type WHERE owner = $1"},
	{"DELETE FROM hold_forced WHERE owner = $1"},
	{"DELETE FROM hold WHERE owner = $1"},
	{"DELETE FROM occurrence WHERE owner = $1"},
	{"DELETE FROM tombstone WHERE owner = $1"},
	{"DELETE FROM object_tag WHERE owner = $1"},
	{"DELETE FROM schedule_note WHERE owner = $1"},
	{"DELETE FROM schedule_proposal WHERE owner = $1"},
	{"DELETE FROM attachment_use WHERE owner = $1"},
	{"DELETE FROM attachment_part WHERE owner = $1"},
	{"DELETE FROM attachment WHERE owner = $1"},
	{"DELETE FROM object_data WHERE owner = $1"},
	{"DELETE FROM object WHERE owner = $1"},
	{"DELETE FROM property WHERE owner = $1"},
	{"DELETE FROM collection WHERE owner = $1"},
	{"DELETE FROM token WHERE owner = $1"},
	{"DELETE FROM session WHERE owner = $1"},
	{"DELETE FROM answer_limits WHERE owner = $1"},
	{"DELETE FROM directory WHERE owner = $1"},
	{"DELETE FROM push WHERE owner = $1"},
	{"DELETE FROM push WHERE subscriber = $1"},
	{"DELETE FROM outside_event WHERE owner = $1"},
	{"DELETE FROM outside_calendar WHERE owner = $1"},
	{"DELETE FROM outside_copy WHERE owner = $1"},
	{"DELETE FROM outside_watch WHERE owner = $1"},
	{"DELETE FROM connection WHERE owner = $1"},
	{"DELETE FROM owner WHERE id = $1"},
};

static void read_owner(struct arena *a, struct db_row *row, struct owner *o)
{
	o->id = row_int(row, 0);
	o->kind = (enum owner_kind)row_int(row, 1);
	o->name = row_text(a, row, 2);
	o->display_name = row_text(a, row, 3);
	o->email = row_text(a, row, 4);
	o->timezone = row_text(a, row, 5);
	o->version = row_int(row, 6);
	o->rules = row_int(row, 7);
	o->created = row_int(row, 8);
	o->answers = (enum owner_answers)row_int(row, 9);
	o->free_busy = (enum owner_free_busy)row_int(row, 10);
	o->language = row_text(a, row, 11);
	o->notices = row_int(row, 12);
	o->outside_at = row_int(row, 13);
	o->outside_trust = row_int(row, 14) != 0;
}

struct text owner_title(const struct owner *o)
{
	return o->display_name.len > 0 ? o->display_name : o->name;
}

static bool take_owner(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct owner *o = row_list_add(l);

	if (o)
		read_owner(l->arena, row, o);
	return o != NULL;
}

static const struct fault *fetch_owner(struct db *db, struct arena *a, const struct sql *sql,
				       const struct db_value *values, size_t count,
				       struct owner **out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct owner), 1);
	f = row_list_query(&l, db, sql, values, count, take_owner);
	*out = row_list_first(&l);
	return f;
}

const struct fault *owner_find(struct db *db, struct arena *a, struct text name, struct owner **out)
{
	return fetch_owner(db, a, &sql_find, DB_ARGS(DB_TEXT(name)), out);
}

const struct fault *owner_get(struct db *db, struct arena *a, int64_t id, struct owner **out)
{
	return fetch_owner(db, a, &sql_get, DB_ARGS(DB_INT(id)), out);
}

static bool take_text(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct text *t = row_list_add(l);

	if (t)
		*t = row_text(l->arena, row, 0);
	return t != NULL;
}

static bool take_match(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct owner_match *m = row_list_add(l);

	if (!m)
		return false;
	m->address = row_text(l->arena, row, 0);
	m->id = row_int(row, 1);
	m->kind = (enum owner_kind)row_int(row, 2);
	m->version = row_int(row, 3);
	m->denies = row_int(row, 4) != 0;
	m->answers = (enum owner_answers)row_int(row, 5);
	return true;
}

const struct fault *owner_match_addresses(struct db *db, struct arena *a,
					  const struct text *addresses, size_t count,
					  struct owner_match **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct owner_match), count);
	f = row_list_query(&l, db, sql_pick(db, &sql_match),
			   DB_ARGS(DB_TEXT(db_texts(a, addresses, count))), take_match);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *owner_addresses(struct db *db, struct arena *a, int64_t id, struct text **out,
				    size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct text), 4);
	f = row_list_query(&l, db, sql_pick(db, &sql_addresses), DB_ARGS(DB_INT(id)), take_text);
	*out = l.at;
	*count_out = l.count;
	return f;
}

static bool take_type(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct owner_type *t = row_list_add(l);

	if (!t)
		return false;
	t->owner = row_int(row, 0);
	t->type = row_text(l->arena, row, 1);
	return true;
}

/* Where the slug begins, which has no plus sign; and where it ends, or -1. */
static ptrdiff_t find_slug(struct text address, ptrdiff_t *end_out)
{
	ptrdiff_t at = text_find_char(address, '@', 0), plus = at;

	while (plus > 0 && address.at[plus - 1] != '+')
		plus--;
	*end_out = at;
	return plus;
}

const struct fault *owner_find_type_at(struct db *db, struct arena *a, struct text address,
				       struct owner_type **out)
{
	ptrdiff_t end, slug = find_slug(address, &end);
	struct row_list l;
	struct text whose;
	const struct fault *f;

	*out = NULL;
	if (slug < 2 || slug == end || !text_is_utf8(address) || text_has_control(address))
		return NULL;
	whose = text_from(arena_printf(a, "%.*s%.*s", (int)slug - 1, address.at,
				       TEXT_ARG(text_sub(address, (size_t)end, address.len))));
	row_list_init(&l, a, sizeof(struct owner_type), 1);
	f = row_list_query(&l, db, &sql_type_at,
			   DB_ARGS(DB_TEXT(whose),
				   DB_TEXT(text_sub(address, (size_t)slug, (size_t)(end - slug)))),
			   take_type);
	*out = row_list_first(&l);
	return f;
}

static bool take_entry(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct owner_entry *e = row_list_add(l);

	if (!e)
		return false;
	read_owner(l->arena, row, &e->owner);
	e->addresses = row_text(l->arena, row, 15);
	return true;
}

const struct fault *owner_page(struct db *db, struct arena *a, int64_t after, int limit,
			       struct owner_entry **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct owner_entry), 16);
	f = row_list_query(&l, db, sql_pick(db, &sql_page), DB_ARGS(DB_INT(after), DB_INT(limit)),
			   take_entry);
	*out = l.at;
	*count_out = l.count;
	return f;
}

struct owner owner_copy(struct arena *a, const struct owner *o)
{
	struct owner copy = *o;

	copy.name = text_dup(a, o->name);
	copy.display_name = text_dup(a, o->display_name);
	copy.email = text_dup(a, o->email);
	copy.timezone = text_dup(a, o->timezone);
	copy.language = text_dup(a, o->language);
	return copy;
}

struct password {
	struct arena *arena;
	int64_t id;
	struct text hash;
	bool found;
};

static bool take_password(void *ctx, struct db_row *row)
{
	struct password *p = ctx;

	p->id = row_int(row, 0);
	p->hash = row_text(p->arena, row, 1);
	p->found = true;
	return true;
}

const struct fault *owner_password_hash(struct db *db, struct arena *a, struct text name,
					int64_t *id_out, struct text *hash_out, bool *found_out)
{
	struct password p = {.arena = a};
	const struct fault *f =
		db_query(db, a, &sql_password, DB_ARGS(DB_TEXT(name)), take_password, &p);

	*id_out = p.id;
	*hash_out = p.hash;
	*found_out = p.found;
	return f;
}

struct each_owner {
	struct arena *arena;
	owner_fn fn;
	void *ctx;
};

static bool give_owner(void *ctx, struct db_row *row)
{
	struct each_owner *e = ctx;
	struct owner o;

	read_owner(e->arena, row, &o);
	return e->fn(e->ctx, &o);
}

const struct fault *owner_for_each(struct db *db, struct arena *a, owner_fn fn, void *ctx)
{
	struct each_owner e = {a, fn, ctx};

	return db_query(db, a, &sql_all, DB_NO_ARGS, give_owner, &e);
}

/* VERSION_COLUMNS, from this one on. */
static struct owner_version read_version(struct db_row *row, int at)
{
	return (struct owner_version){
		.version = row_int(row, at),
		.rules = row_int(row, at + 1),
		.outside_at = row_int(row, at + 2),
		.outside_trust = row_int(row, at + 3) != 0,
	};
}

static bool take_version(void *ctx, struct db_row *row)
{
	struct owner_version *v = ctx;

	*v = read_version(row, 0);
	return false;
}

const struct fault *owner_version(struct db *db, struct arena *a, int64_t id,
				  struct owner_version *out)
{
	*out = (struct owner_version){-1, -1, INT64_MAX, false};
	return db_query(db, a, &sql_version, DB_ARGS(DB_INT(id)), take_version, out);
}

const struct fault *owner_lock(struct db *db, struct arena *a, int64_t id, int64_t *version_out)
{
	bool found;
	const struct fault *f = db_fetch_int(db, a, sql_pick(db, &sql_lock), DB_ARGS(DB_INT(id)),
					     version_out, &found);

	if (!found)
		*version_out = -1;
	return f;
}

const struct fault *owner_raise_version(struct db *db, struct arena *a, int64_t id, bool rules)
{
	return db_exec(db, a, &sql_raise, DB_ARGS(DB_INT(id), DB_INT(rules)), NULL);
}

const struct fault *owner_next_id(struct db *db, struct arena *a, int64_t owner, int64_t *out)
{
	bool found;
	const struct fault *f = db_fetch_int(db, a, sql_pick(db, &sql_next_id),
					     DB_ARGS(DB_INT(owner)), out, &found);

	if (!f && !found)
		f = db_fetch_int(db, a, &sql_last_id, DB_ARGS(DB_INT(owner)), out, &found);
	if (!f && !found)
		f = fault_make(a, FAULT_NOT_FOUND, NULL, "There is no such owner.");
	return f;
}

static int compare_ids(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Where the owner of a row stands among those asked about; -1: nowhere. */
static ptrdiff_t place_among(const int64_t *owners, size_t count, struct db_row *row)
{
	int64_t owner = row_int(row, 0);
	const int64_t *at = bsearch(&owner, owners, count, sizeof(*owners), compare_ids);

	return at ? at - owners : -1;
}

struct versions {
	const int64_t *owners;
	size_t count;
	struct owner_version *out;
};

static bool take_versions(void *ctx, struct db_row *row)
{
	struct versions *v = ctx;
	ptrdiff_t at = place_among(v->owners, v->count, row);

	if (at >= 0)
		v->out[at] = read_version(row, 1);
	return true;
}

const struct fault *owner_versions(struct db *db, struct arena *a, const int64_t *ids, size_t count,
				   struct owner_version *out)
{
	struct versions v = {ids, count, out};

	for (size_t i = 0; i < count; i++)
		out[i] = (struct owner_version){-1, -1, INT64_MAX, false};
	if (count == 0)
		return NULL;
	return db_query(db, a, sql_pick(db, &sql_versions),
			DB_ARGS(DB_TEXT(db_numbers(a, ids, count))), take_versions, &v);
}

/* Rows of an owner and a number, put where the owner stands among those asked about. */
struct by_owner {
	const int64_t *owners;
	size_t count;
	int64_t *out;
	size_t found;
};

static bool take_by_owner(void *ctx, struct db_row *row)
{
	struct by_owner *by = ctx;
	ptrdiff_t at = place_among(by->owners, by->count, row);

	if (at >= 0) {
		by->out[at] = row_int(row, 1);
		by->found++;
	}
	return true;
}

const struct fault *owner_lock_many(struct db *db, struct arena *a, const int64_t *ids,
				    size_t count, int64_t *versions_out)
{
	struct by_owner by = {ids, count, versions_out, 0};

	for (size_t i = 0; i < count; i++)
		versions_out[i] = -1;
	return db_query(db, a, sql_pick(db, &sql_lock_many),
			DB_ARGS(DB_TEXT(db_numbers(a, ids, count))), take_by_owner, &by);
}

const struct fault *owner_raise_many(struct db *db, struct arena *a, const int64_t *ids,
				     size_t count)
{
	return db_exec(db, a, sql_pick(db, &sql_raise_many),
		       DB_ARGS(DB_TEXT(db_numbers(a, ids, count))), NULL);
}

const struct fault *owner_take_ids(struct db *db, struct arena *a, const int64_t *owners,
				   size_t count, int64_t each, int64_t *first_out)
{
	struct by_owner by = {owners, count, first_out, 0};
	const struct fault *f =
		db_query(db, a, sql_pick(db, &sql_take_ids),
			 DB_ARGS(DB_TEXT(db_numbers(a, owners, count)), DB_INT(each)),
			 take_by_owner, &by);

	if (!f && by.found < count)
		f = fault_make(a, FAULT_NOT_FOUND, NULL, "There is no such owner.");
	return f;
}

/* Which of the two is taken, if any. */
static const struct fault *check_free(struct db *db, struct arena *a, const struct owner *o)
{
	int64_t kind;
	bool taken;
	const struct fault *f =
		db_fetch_int(db, a, &sql_taken,
			     DB_ARGS(DB_TEXT(o->name), DB_TEXT(text_lower(a, o->email))), &kind,
			     &taken);

	if (f || !taken)
		return f;
	if (kind == NAME_OF_PRINCIPAL)
		return fault_make(a, FAULT_CONFLICT, "name", "The name %.*s is taken.",
				  TEXT_ARG(o->name));
	return fault_make(a, FAULT_CONFLICT, "address", "The address %.*s is taken.",
			  TEXT_ARG(o->email));
}

const struct fault *owner_add(struct db *db, struct arena *a, const struct owner *o,
			      struct text password_hash, int64_t *id_out)
{
	const struct fault *f = check_free(db, a, o);

	if (!f)
		f = db_fetch_int(db, a, &sql_insert,
				 DB_ARGS(DB_INT(o->kind), DB_TEXT(o->name),
					 DB_TEXT(o->display_name), DB_TEXT(o->email),
					 DB_TEXT(o->timezone), DB_TEXT(password_hash),
					 DB_INT(clock_now())),
				 id_out, NULL);
	if (!f)
		f = db_exec(db, a, &sql_enter,
			    DB_ARGS(DB_INT(NAME_OF_PRINCIPAL), DB_TEXT(o->name), DB_INT(*id_out),
				    DB_INT(0)),
			    NULL);
	if (!f && o->email.len)
		f = owner_add_address(db, a, *id_out, o->email, 0);
	return f;
}

const struct fault *owner_add_address(struct db *db, struct arena *a, int64_t id,
				      struct text address, int rank)
{
	int64_t added = 0;
	const struct fault *f =
		db_exec(db, a, &sql_enter,
			DB_ARGS(DB_INT(ADDRESS_OF_MAIL), DB_TEXT(text_lower(a, address)),
				DB_INT(id), DB_INT(rank)),
			&added);

	if (!f && !added)
		f = fault_make(a, FAULT_CONFLICT, "address", "The address %.*s is taken.",
			       TEXT_ARG(address));
	return f;
}

const struct fault *owner_set_password(struct db *db, struct arena *a, int64_t id,
				       struct text password_hash)
{
	const struct fault *f = db_exec(db, a, &sql_set_password,
					DB_ARGS(DB_INT(id), DB_TEXT(password_hash)), NULL);

	return f ? f : session_remove_all(db, a, id);
}

const struct fault *owner_set_timezone(struct db *db, struct arena *a, int64_t id, struct text zone)
{
	return db_exec(db, a, &sql_set_timezone, DB_ARGS(DB_INT(id), DB_TEXT(zone)), NULL);
}

const struct fault *owner_set_free_busy(struct db *db, struct arena *a, int64_t id,
					enum owner_free_busy free_busy)
{
	return db_exec(db, a, &sql_set_free_busy, DB_ARGS(DB_INT(id), DB_INT(free_busy)), NULL);
}

const struct fault *owner_set_letters(struct db *db, struct arena *a, int64_t id,
				      struct text language, int64_t notices)
{
	return db_exec(db, a, &sql_set_letters,
		       DB_ARGS(DB_INT(id), DB_TEXT(language), DB_INT(notices)), NULL);
}

bool owner_wants(const struct owner *o, enum owner_notice notice)
{
	return o->notices < 0 || (o->notices & INT64_C(1) << notice) != 0;
}

const struct fault *owner_set_title(struct db *db, struct arena *a, int64_t id,
				    struct text display_name)
{
	return db_exec(db, a, &sql_set_title, DB_ARGS(DB_INT(id), DB_TEXT(display_name)), NULL);
}

const struct fault *owner_delete(struct db *db, struct arena *a, int64_t id)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(sql_delete) && !f; i++)
		f = db_exec(db, a, &sql_delete[i], DB_ARGS(DB_INT(id)), NULL);
	return f;
}
