/*
 * house_fixture - calendar and booking over a fresh store
 */
#include "house_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/pool.h"
#include "booking/host.h"
#include "booking/rules.h"
#include "freebusy/cache.h"
#include "store/db_priv.h"
#include "unit.h"

enum {
	WORKERS = 2,
	QUEUE = 64,
	CACHE_BYTES = 4 << 20,
	HOSTS = 64,
	ARENA_BYTES = 256 << 20,
	DUMP_BYTES = 16 << 20,
};

static void must(const char *what, const struct fault *f)
{
	if (!f)
		return;
	fprintf(stderr, "%s: %s\n", what, f->message);
	exit(EXIT_FAILURE);
}

static void wake(void *ctx)
{
	struct house_fixture *h = ctx;

	atomic_fetch_add(&h->woken, 1);
}

void house_open(struct house_fixture *h, struct store_fixture *x)
{
	*h = (struct house_fixture){.x = x, .arena = arena_create(ARENA_BYTES)};
	must("secrets", secret_init(h->arena));
	h->calendar = (struct calendar){
		.store = x->store,
		.workers = pool_create("test", WORKERS, QUEUE),
		.wake_jobs = wake,
		.wake_ctx = h,
		.attachment_max = 1024 * 1024,
		.attachments_max = 3 * 1024 * 1024,
	};
	memset(h->calendar.key.bytes, 7, sizeof(h->calendar.key.bytes));
	h->desk = (struct booking_desk){
		.calendar = &h->calendar,
		.timelines = freebusy_cache_create(CACHE_BYTES),
		.hosts = host_cache_create(HOSTS),
		.url = TEXT("https://cal.example.org"),
	};
	must("a reader", store_reader(x->store, h->arena, &h->db));
}

void house_close(struct house_fixture *h)
{
	pool_destroy(h->calendar.workers);
	/* Changes that were never submitted say so to the store. */
	arena_destroy(h->arena);
	host_cache_destroy(h->desk.hosts);
	freebusy_cache_destroy(h->desk.timelines);
}

int64_t house_user(struct house_fixture *h, const char *name)
{
	struct arena *a = h->arena;
	struct change_owner o = {
		.owner = {.name = text_from(name),
			  .display_name = text_from(name),
			  .email = text_from(arena_printf(a, "%s@example.org", name)),
			  .timezone = TEXT("Europe/Berlin")},
		.schedule = {.id = TEXT("default"),
			     .name = TEXT("Hours"),
			     .timezone = TEXT("Europe/Berlin"),
			     .rules = booking_default_schedule(),
			     .version = 1},
	};
	struct change *c = change_open(&h->calendar, a, CHANGE_CLIENT, HOUSE_NOW);

	must("a user", change_add_owner(c, &o));
	must("a user", change_run(c));
	return o.id;
}

int64_t house_calendar(struct house_fixture *h, int64_t owner, const char *name)
{
	struct collection *c;

	must(name, collection_find(h->db, h->arena, owner, text_from(name), &c));
	return c ? c->id : 0;
}

const struct fault *house_put(struct house_fixture *h, int64_t owner, const char *calendar,
			      const char *name, const char *ics)
{
	struct change_put *put = arena_alloc(h->arena, sizeof(*put));
	struct change *c = change_open(&h->calendar, h->arena, CHANGE_CLIENT, HOUSE_NOW);
	const struct fault *f;

	*put = (struct change_put){
		.owner = owner,
		.collection = house_calendar(h, owner, calendar),
		.name = text_from(name),
		.raw = text_from(ics),
		.source = ICAL_FROM_CLIENT,
	};
	f = change_put(c, put);
	return f ? f : change_run(c);
}

const struct fault *house_remove(struct house_fixture *h, int64_t owner, const char *calendar,
				 const char *name)
{
	struct change_remove r = {
		.owner = owner,
		.collection = house_calendar(h, owner, calendar),
		.name = text_from(name),
	};
	struct change *c = change_open(&h->calendar, h->arena, CHANGE_CLIENT, HOUSE_NOW);
	const struct fault *f = change_remove(c, &r);

	return f ? f : change_run(c);
}

/* So that cases count the jobs that they are about. */
static struct text without_reminders(struct arena *a, const char *rules)
{
	if (strstr(rules, "\"reminders\""))
		return text_from(rules);
	return text_from(arena_printf(a, "{\"reminders\":[],%s", rules + 1));
}

void house_type(struct house_fixture *h, int64_t owner, const char *slug, const char *rules)
{
	struct meeting_type t = {
		.owner = owner,
		.id = text_from(slug),
		.slug = text_from(slug),
		.title = TEXT("Intro"),
		.rules = without_reminders(h->arena, rules),
		.version = 1,
	};
	struct change *c = change_open(&h->calendar, h->arena, CHANGE_CLIENT, HOUSE_NOW);

	must(slug, change_put_type(c, &t));
	must(slug, change_run(c));
}

const char *house_event(struct arena *a, const char *uid, const char *start, const char *end,
			const char *more)
{
	return arena_printf(a,
			    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n"
			    "BEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20270101T000000Z\r\n"
			    "DTSTART:%s\r\nDTEND:%s\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
			    uid, start, end, more);
}

/* ---- looking at what is kept --------------------------------------------------------------- */

/* The columns of a row as one text; INTEGER, TEXT and BLOB alike. */
#define C(column) " || '|' || CAST(" #column " AS text)"
#define ROWS(table, columns)                                                                       \
	{                                                                                          \
		"SELECT '" #table "'" columns " FROM " #table " ORDER BY 1"                        \
	}

static const struct sql tables[] = {
	ROWS(setting, C(name) C(number)),
	ROWS(directory, C(kind) C(name) C(owner) C(rank)),
	ROWS(owner,
	     C(id) C(name) C(email) C(timezone) C(password_hash) C(answers) C(version) C(last_id)),
	ROWS(collection, C(owner) C(id) C(name) C(buried) C(components) C(transparent) C(timezone)
				 C(seq) C(seq_floor)),
	ROWS(property, C(owner) C(collection) C(object) C(ns) C(name) C(xml)),
	ROWS(object, C(owner) C(collection) C(name) C(id) C(uid) C(component) C(etag) C(size_bytes)
			     C(seq) C(first_start) C(last_end) C(partial) C(created) C(modified)),
	ROWS(object_data, C(owner) C(id) C(data)),
	ROWS(attachment, C(owner) C(id) C(name) C(media_type) C(size_bytes) C(digest)),
	ROWS(attachment_part, C(owner) C(id) C(n) C(data)),
	ROWS(attachment_use, C(owner) C(object) C(id)),
	ROWS(tombstone, C(owner) C(collection) C(name) C(seq) C(removed)),
	ROWS(object_tag, C(owner) C(object) C(seq) C(etag)),
	ROWS(schedule_note, C(owner) C(uid) C(n) C(at) C(method) C(peer) C(sent) C(status) C(why)),
	ROWS(answer_limits,
	     C(owner) C(week) C(member_of) C(ahead_days) C(notice_min) C(longest_min)),
	ROWS(schedule_proposal, C(owner) C(uid) C(instance) C(attendee) C(id) C(starts) C(ends)),
	ROWS(occurrence, C(owner) C(collection) C(class) C(starts) C(object) C(n) C(ends) C(what)),
	ROWS(hold, C(owner) C(starts) C(ends) C(reason) C(booking) C(expires_at)),
	ROWS(hold_forced, C(owner) C(starts) C(ends) C(reason) C(booking)),
	ROWS(meeting_type, C(owner) C(id) C(slug) C(title) C(rules) C(version)),
	ROWS(schedule, C(owner) C(id) C(name) C(timezone) C(rules) C(version)),
	ROWS(booking,
	     C(owner) C(id) C(type) C(uid) C(collection) C(object_name) C(status) C(starts) C(ends)
		     C(sequence) C(version) C(invitee_name) C(invitee_email) C(answers)),
	ROWS(booking_key, C(owner) C(name) C(body_digest) C(booking) C(expires_at)),
	ROWS(push, C(owner) C(collection) C(subscriber) C(id) C(resource) C(public_key)
			   C(auth_secret) C(triggers) C(expires_at) C(noted) C(told)),
	ROWS(job, C(owner) C(kind) C(name) C(payload) C(due_at) C(attempts)),
};

static bool put_row(void *ctx, struct db_row *row)
{
	struct buf *out = ctx;

	buf_put_text(out, row_borrow(row, 0));
	buf_put_char(out, '\n');
	return true;
}

struct text house_dump(struct house_fixture *h, struct arena *a)
{
	struct buf out;

	buf_init(&out, a, 4096, DUMP_BYTES);
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		must(tables[i].text, db_query(h->db, a, &tables[i], DB_NO_ARGS, put_row, &out));
	return buf_text(&out);
}

static void put_finding(void *ctx, const char *finding)
{
	buf_put_str(ctx, finding);
	buf_put_char(ctx, '\n');
}

struct text house_findings(struct house_fixture *h, struct arena *a)
{
	struct buf out;

	buf_init(&out, a, 256, DUMP_BYTES);
	must("the auditor", store_check(h->x->store, a, put_finding, &out));
	return buf_text(&out);
}

/* ---- counting statements ----------------------------------------------------------------------
 */

static _Thread_local const struct db_ops *plain_ops;
static _Thread_local struct db_ops counting_ops;
static _Thread_local int counted;

static const struct fault *counting_query(struct db *db, struct arena *a, const struct sql *sql,
					  const struct db_value *values, size_t count,
					  db_row_fn each, void *ctx, int64_t *changed_out)
{
	counted++;
	return plain_ops->query(db, a, sql, values, count, each, ctx, changed_out);
}

void house_count_begin(struct house_fixture *h)
{
	plain_ops = h->db->ops;
	counting_ops = *plain_ops;
	counting_ops.query = counting_query;
	counted = 0;
	h->db->ops = &counting_ops;
}

int house_count_end(struct house_fixture *h)
{
	h->db->ops = plain_ops;
	return counted;
}
