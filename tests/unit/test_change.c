/*
 * test_change - the one door: whole or not at all
 */
#include <sqlite3.h>

#include "base/log.h"
#include "base/metrics.h"
#include "calendar/import.h"
#include "faulty_vfs.h"
#include "ical/zone.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600, MANY_CALLS = 1 << 20 };

/* ---- whole or not at all ------------------------------------------------------------------ */

/* What a booking writes. */
static const struct fault *booking_steps(struct town *t, struct change *c)
{
	struct booking b = {
		.owner = t->alice,
		.id = TEXT("b2"),
		.type = TEXT("intro"),
		.uid = TEXT("new"),
		.collection = t->calendar,
		.object_name = TEXT("new.ics"),
		.status = BOOKING_IS_CONFIRMED,
		.start = MONDAY_8,
		.end = MONDAY_8 + HOUR,
		.version = 1,
		.answers = TEXT("{}"),
	};
	struct hold hold = {.owner = t->alice, .start = b.start, .end = b.end, .booking = b.id};
	struct booking_key k = {
		.owner = t->alice, .key = TEXT("k2"), .booking = b.id, .expires_at = HOUSE_NOW + 9};
	struct job j = {.owner = t->alice, .kind = TEXT("mail"), .payload = TEXT("{}")};
	const struct fault *f = change_take_hold(c, &hold);

	if (!f)
		f = change_put(c, put_of(t, "new.ics", house_event(t->a, "new", EIGHT, NINE, "")));
	if (!f)
		f = change_add_booking(c, &b,
				       (struct booking_deed){.what = BOOKING_WAS_MADE,
							     .who = BOOKING_BY_HOST});
	if (!f)
		f = change_remember_key(c, &k);
	return f ? f : change_job(c, &j);
}

/* What a host sets up. */
static const struct fault *host_steps(struct town *t, struct change *c)
{
	struct change_collection *mk = arena_alloc(t->a, sizeof(*mk));
	struct change_property *p = arena_alloc(t->a, sizeof(*p));
	struct meeting_type mt = {.owner = t->alice, .id = TEXT("t2"), .slug = TEXT("t2")};
	struct schedule s = {.owner = t->alice, .id = TEXT("s2")};
	const struct fault *f;

	p->property = (struct property){TEXT("urn:x"), TEXT("color"), TEXT("<c/>")};
	*mk = (struct change_collection){
		.owner = t->alice,
		.name = TEXT("second"),
		.components = COMP_VEVENT,
		.properties = p,
		.property_count = 1,
	};
	f = change_make_collection(c, mk);
	if (!f)
		f = change_put_type(c, &mt);
	if (!f)
		f = change_put_schedule(c, &s);
	return f ? f : change_set_password(c, t->alice, TEXT("another"));
}

/* Steps that touch every table there is. */
static const struct fault *many_steps(struct town *t, struct change *c)
{
	struct change_remove *r = arena_alloc(t->a, sizeof(*r));
	const struct fault *f = booking_steps(t, c);

	*r = (struct change_remove){
		.owner = t->alice, .collection = t->calendar, .name = TEXT("goes.ics")};
	if (!f)
		f = change_put(
			c, put_of(t, "stays.ics",
				  house_event(t->a, "stays", NINE, TEN, "RRULE:FREQ=DAILY\r\n")));
	if (!f)
		f = change_remove(c, r);
	return f ? f : host_steps(t, c);
}

static void two_objects(struct town *t)
{
	CHECK_WELL("stays", house_put(&t->h, t->alice, "calendar", "stays.ics",
				      house_event(t->a, "stays", EIGHT, NINE, "")));
	CHECK_WELL("goes", house_put(&t->h, t->alice, "calendar", "goes.ics",
				     house_event(t->a, "goes", EIGHT, NINE, "")));
}

static const struct fault *refuse(void *ctx, struct db *db, struct arena *a)
{
	(void)ctx, (void)db;
	return fault_make(a, FAULT_NOT_OFFERED, "closed", "No.");
}

static const struct fault *wrong_require(struct town *t, struct change *c)
{
	return change_require(c, t->alice, refuse, NULL);
}

static const struct fault *wrong_hold(struct town *t, struct change *c)
{
	struct hold h = {.owner = t->alice,
			 .start = MONDAY_8 + HOUR - 1,
			 .end = MONDAY_8 + 2 * HOUR,
			 .booking = TEXT("b3")};

	return change_take_hold(c, &h);
}

static const struct fault *wrong_uid(struct town *t, struct change *c)
{
	return change_put(c, put_of(t, "x.ics", house_event(t->a, "new", EIGHT, NINE, "")));
}

static const struct fault *wrong_condition(struct town *t, struct change *c)
{
	struct change_put *put = put_of(t, "y.ics", house_event(t->a, "y", EIGHT, NINE, ""));

	put->condition.if_match_any = true;
	return change_put(c, put);
}

static const struct fault *wrong_collection(struct town *t, struct change *c)
{
	struct change_put *put = put_of(t, "y.ics", house_event(t->a, "y", EIGHT, NINE, ""));

	put->collection += 99;
	return change_put(c, put);
}

static const struct fault *wrong_component(struct town *t, struct change *c)
{
	return change_put(c, put_of(t, "y.ics",
				    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n"
				    "BEGIN:VTODO\r\nUID:y\r\nDTSTAMP:20270101T000000Z\r\n"
				    "END:VTODO\r\nEND:VCALENDAR\r\n"));
}

static const struct fault *wrong_remove(struct town *t, struct change *c)
{
	struct change_remove *r = arena_alloc(t->a, sizeof(*r));

	*r = (struct change_remove){
		.owner = t->alice, .collection = t->calendar, .name = TEXT("goes.ics")};
	return change_remove(c, r);
}

static const struct fault *wrong_make(struct town *t, struct change *c)
{
	struct change_collection *mk = arena_alloc(t->a, sizeof(*mk));

	*mk = (struct change_collection){
		.owner = t->alice, .name = TEXT("second"), .components = COMP_VEVENT};
	return change_make_collection(c, mk);
}

static const struct fault *wrong_properties(struct town *t, struct change *c)
{
	struct change_properties *p = arena_alloc(t->a, sizeof(*p));

	*p = (struct change_properties){
		.owner = t->alice, .collection = t->calendar, .object = 12345};
	return change_set_properties(c, p);
}

static const struct fault *wrong_bury(struct town *t, struct change *c)
{
	return change_remove_collection(c, t->alice, 12345);
}

static const struct fault *wrong_version(struct town *t, struct change *c)
{
	struct booking b = {
		.owner = t->alice, .id = TEXT("b2"), .version = 3, .answers = TEXT("{}")};

	return change_update_booking(
		c, &b, (struct booking_deed){.what = BOOKING_WAS_MOVED, .who = BOOKING_BY_HOST});
}

static const struct fault *wrong_type(struct town *t, struct change *c)
{
	return change_remove_type(c, t->alice, TEXT("t3"));
}

static const struct fault *wrong_slug(struct town *t, struct change *c)
{
	struct meeting_type mt = {.owner = t->alice,
				  .id = TEXT("t3"),
				  .slug = TEXT("t2"),
				  .rules = TEXT("{}"),
				  .version = 1};

	return change_put_type(c, &mt);
}

static const struct fault *wrong_owner(struct town *t, struct change *c)
{
	struct change_owner *o = arena_alloc(t->a, sizeof(*o));

	*o = (struct change_owner){.owner = {.name = TEXT("alice")},
				   .schedule = {.id = TEXT("default"), .rules = TEXT("{}")}};
	return change_add_owner(c, o);
}

static const struct fault *wrong_lock(struct town *t, struct change *c)
{
	struct job j = {.owner = t->alice + 99,
			.kind = TEXT("mail"),
			.key = TEXT("x"),
			.payload = TEXT("{}")};

	return change_job(c, &j);
}

static const struct {
	const char *name;
	const struct fault *(*add)(struct town *t, struct change *c);
	enum fault_code code;
} wrongs[] = {
	{"something that must hold does not", wrong_require, FAULT_NOT_OFFERED},
	{"a hold is taken", wrong_hold, FAULT_SLOT_TAKEN},
	{"a UID is taken", wrong_uid, FAULT_UID_TAKEN},
	{"If-Match", wrong_condition, FAULT_PRECONDITION},
	{"no such calendar", wrong_collection, FAULT_NOT_FOUND},
	{"a task in a calendar of events", wrong_component, FAULT_BAD_COMPONENT},
	{"removed twice", wrong_remove, FAULT_NOT_FOUND},
	{"made twice", wrong_make, FAULT_NOT_EMPTY_PLACE},
	{"properties of no object", wrong_properties, FAULT_NOT_FOUND},
	{"a calendar that is not there goes", wrong_bury, FAULT_NOT_FOUND},
	{"a booking of another version", wrong_version, FAULT_PRECONDITION},
	{"a type that is not there goes", wrong_type, FAULT_NOT_FOUND},
	{"a slug is taken", wrong_slug, FAULT_CONFLICT},
	{"a name is taken", wrong_owner, FAULT_CONFLICT},
	{"an owner who is not there", wrong_lock, FAULT_NOT_FOUND},
};

/* The last step fails: every table is as it was, nobody is woken. Without it: all is there. */
static void all_or_nothing(struct store_fixture *x)
{
	struct text before;
	struct change *c;
	struct town t;
	int64_t version, refused, done;

	town_open(&t, x);
	two_objects(&t);
	refused = metrics_get(METRIC_CHANGES, CHANGE_REFUSED);
	done = metrics_get(METRIC_CHANGES, CHANGE_DONE);
	before = house_dump(&t.h, t.a);
	version = count_of(&t, "SELECT version FROM owner");
	for (size_t i = 0; i < ARRAY_LEN(wrongs); i++) {
		c = change_of(&t);
		CHECK_WELL(wrongs[i].name, many_steps(&t, c));
		CHECK_WELL(wrongs[i].name, wrongs[i].add(&t, c));
		CHECK_FAULT(wrongs[i].name, change_run(c), wrongs[i].code);
		CHECK_TEXT(wrongs[i].name, house_dump(&t.h, t.a), before);
		CHECK_INT(wrongs[i].name, t.h.woken, 0);
	}
	c = change_of(&t);
	CHECK_WELL("all steps", many_steps(&t, c));
	CHECK_WELL("all well", change_run(c));
	CHECK_TRUE("something happened", !text_equal(before, house_dump(&t.h, t.a)));
	CHECK_INT("jobs are announced once", t.h.woken, 1);
	CHECK_INT("one version more", count_of(&t, "SELECT version FROM owner"), version + 1);
	CHECK_INT("each refusal counts", metrics_get(METRIC_CHANGES, CHANGE_REFUSED) - refused,
		  ARRAY_LEN(wrongs));
	CHECK_INT("and what was done", metrics_get(METRIC_CHANGES, CHANGE_DONE) - done, 1);
	town_close(&t);
}
STORE_CASE(all_or_nothing)

/* decisions 3: the disk is full, or fails, at any of its calls. */
static void disk_fails_at(struct store_fixture *x, enum faulty_call call, int code)
{
	struct text before;
	struct town t;
	bool failed = true;

	town_open(&t, x);
	two_objects(&t);
	before = house_dump(&t.h, t.a);
	for (int skip = 0; failed; skip++) {
		struct change *c = change_of(&t);
		const struct fault *f;

		CHECK_WELL("all steps", many_steps(&t, c));
		faulty_vfs_fail(call, skip, MANY_CALLS, code);
		f = change_run(c);
		failed = faulty_vfs_failed() > 0;
		faulty_vfs_fail(call, 0, 0, 0);
		if (!failed) {
			CHECK_WELL("the disk lasted", f);
			CHECK_TRUE("more than one call was tried", skip > 0);
			break;
		}
		CHECK_TRUE("told", f && fault_row(f->code)->http_status >= 500);
		if (!CHECK_TEXT("nothing is left", house_dump(&t.h, t.a), before))
			break;
	}
	town_close(&t);
}

static void disk_full(struct store_fixture *x)
{
	disk_fails_at(x, FAULTY_WRITE, SQLITE_FULL);
}

static void disk_sync(struct store_fixture *x)
{
	disk_fails_at(x, FAULTY_SYNC, SQLITE_IOERR_FSYNC);
}

static void disk_full_sqlite(void)
{
	store_case_run(disk_full, false);
}

static void disk_sync_sqlite(void)
{
	store_case_run(disk_sync, false);
}

/* ---- conditions -------------------------------------------------------------------------------
 */

/* Which of the lists a row names: the present ETag, another, both in turn. */
enum listed { NOTHING, PRESENT, OTHER, BOTH };

static const struct condition_row {
	const char *name, *object; /* a.ics is there, b.ics is not */
	bool if_match_any, if_none_match_any, has_if_match;
	enum listed if_match, if_none_match;
	bool fits;
} condition_rows[] = {
	{"none", "a.ics", .fits = true},
	{"RFC 9110 §13.1.1: If-Match: *", "a.ics", .if_match_any = true, .fits = true},
	{"If-Match: * where nothing is", "b.ics", .if_match_any = true},
	{"If-Match with the ETag", "a.ics", .has_if_match = true, .if_match = PRESENT,
	 .fits = true},
	{"If-Match with one of two", "a.ics", .has_if_match = true, .if_match = BOTH, .fits = true},
	{"If-Match with another", "a.ics", .has_if_match = true, .if_match = OTHER},
	{"If-Match with nothing readable", "a.ics", .has_if_match = true},
	{"If-Match where nothing is", "b.ics", .has_if_match = true, .if_match = PRESENT},
	{"RFC 9110 §13.1.2: If-None-Match: *", "a.ics", .if_none_match_any = true},
	{"If-None-Match: * where nothing is", "b.ics", .if_none_match_any = true, .fits = true},
	{"If-None-Match with the ETag", "a.ics", .if_none_match = PRESENT},
	{"If-None-Match with one of two", "a.ics", .if_none_match = BOTH},
	{"If-None-Match with another", "a.ics", .if_none_match = OTHER, .fits = true},
};

static const struct text *etags(struct town *t, struct text present, enum listed which,
				size_t *count)
{
	struct text *list = arena_alloc_array(t->a, 2, sizeof(*list));

	list[0] = which == PRESENT ? present : TEXT("another");
	list[1] = present;
	*count = which == NOTHING ? 0 : which == BOTH ? 2 : 1;
	return list;
}

static struct change_condition condition_of(struct town *t, const struct condition_row *r,
					    struct text present)
{
	struct change_condition c = {
		.if_match_any = r->if_match_any,
		.if_none_match_any = r->if_none_match_any,
		.has_if_match = r->has_if_match,
	};

	c.if_match = etags(t, present, r->if_match, &c.if_match_count);
	c.if_none_match = etags(t, present, r->if_none_match, &c.if_none_match_count);
	return c;
}

static void put_conditions(struct store_fixture *x)
{
	struct change_put *first, *put;
	struct town t;

	town_open(&t, x);
	first = put_of(&t, "a.ics", house_event(t.a, "a", EIGHT, NINE, ""));
	CHECK_WELL("new", run_put(&t, first));
	CHECK_TRUE("created", first->created);
	for (size_t i = 0; i < ARRAY_LEN(condition_rows); i++) {
		const struct condition_row *r = &condition_rows[i];
		const char *uid = r->object[0] == 'a' ? "a" : "b";

		put = put_of(&t, r->object, house_event(t.a, uid, EIGHT, NINE, ""));
		put->condition = condition_of(&t, r, first->etag);
		if (!r->fits) {
			CHECK_FAULT(r->name, run_put(&t, put), FAULT_PRECONDITION);
			continue;
		}
		CHECK_WELL(r->name, run_put(&t, put));
		CHECK_TRUE("created where nothing was", put->created == (*uid == 'b'));
		if (*uid == 'b')
			CHECK_WELL(r->name, house_remove(&t.h, t.alice, "calendar", "b.ics"));
		else
			CHECK_TEXT("the same bytes, the same ETag", put->etag, first->etag);
	}
	town_close(&t);
}
STORE_CASE(put_conditions)

static void remove_conditions(struct store_fixture *x)
{
	struct change_remove r = {.name = TEXT("a.ics")};
	struct change_put *put;
	struct change *c;
	struct town t;

	town_open(&t, x);
	put = put_of(&t, "a.ics", house_event(t.a, "a", EIGHT, NINE, ""));
	CHECK_WELL("new", run_put(&t, put));
	r.owner = t.alice;
	r.collection = t.calendar;
	r.condition.has_if_match = true;
	r.condition.if_match = etags(&t, put->etag, OTHER, &r.condition.if_match_count);
	c = change_of(&t);
	CHECK_WELL("another state", change_remove(c, &r));
	CHECK_FAULT("another state", change_run(c), FAULT_PRECONDITION);
	r.condition.if_match = etags(&t, put->etag, PRESENT, &r.condition.if_match_count);
	c = change_of(&t);
	CHECK_WELL("this one", change_remove(c, &r));
	CHECK_WELL("this one", change_run(c));
	CHECK_INT("is gone", count_of(&t, "SELECT count(*) FROM object"), 0);
	town_close(&t);
}
STORE_CASE(remove_conditions)

/* RFC 4791 §5.3.2.1: no-uid-conflict names the object that has it. */
static void uid_conflict(struct store_fixture *x)
{
	struct change_collection mk = {.name = TEXT("work"), .components = COMP_VEVENT};
	const struct fault *f;
	struct change *c;
	struct town t;

	town_open(&t, x);
	CHECK_WELL("a", house_put(&t.h, t.alice, "calendar", "a.ics",
				  house_event(t.a, "a", EIGHT, NINE, "")));
	f = house_put(&t.h, t.alice, "calendar", "b.ics", house_event(t.a, "a", EIGHT, NINE, ""));
	if (CHECK_FAULT("another name", f, FAULT_UID_TAKEN))
		CHECK_STR("names the first", f->about, "a.ics");
	f = house_put(&t.h, t.alice, "calendar", "a.ics", house_event(t.a, "b", EIGHT, NINE, ""));
	if (CHECK_FAULT("another UID", f, FAULT_UID_TAKEN))
		CHECK_STR("names itself", f->about, "a.ics");
	mk.owner = t.alice;
	c = change_of(&t);
	CHECK_WELL("make", change_make_collection(c, &mk));
	CHECK_WELL("make", change_run(c));
	CHECK_WELL("another calendar may have it",
		   house_put(&t.h, t.alice, "work", "b.ics",
			     house_event(t.a, "a", EIGHT, NINE, "")));
	town_close(&t);
}
STORE_CASE(uid_conflict)

/* ---- import ------------------------------------------------------------------------------------
 */

struct told {
	size_t failed, noted;
};

static void told_failed(void *ctx, struct text uid, const struct fault *f)
{
	struct told *told = ctx;

	(void)uid, (void)f;
	told->failed++;
}

static void told_note(void *ctx, struct text uid, struct text note)
{
	struct told *told = ctx;

	CHECK_TRUE("a note has its UID and says something", uid.len > 0 && note.len > 0);
	told->noted++;
}

static struct import_result import(struct town *t, const char *file)
{
	struct told told = {0};
	struct import_report report = {&told, told_failed, told_note};
	struct import_result r = {0};

	CHECK_WELL("import", calendar_import(&t->h.calendar, t->a, t->alice, t->calendar,
					     text_from(file), HOUSE_NOW, &report, &r));
	CHECK_INT("each failure is told", (int64_t)told.failed, (int64_t)r.failed);
	CHECK_INT("each note is told", (int64_t)told.noted, (int64_t)r.notes);
	return r;
}

/* decisions 31: a known UID is replaced by what is newer, by SEQUENCE, then DTSTAMP. */
static void import_newer(struct store_fixture *x)
{
	static const struct {
		const char *name, *sequence, *stamp;
		size_t created, replaced, unchanged;
	} rows[] = {
		{"new", "1", "20270101T000000Z", 1, 0, 0},
		{"the same again", "1", "20270101T000000Z", 0, 0, 1},
		{"an older SEQUENCE", "0", "20270201T000000Z", 0, 0, 1},
		{"an older DTSTAMP", "1", "20261231T000000Z", 0, 0, 1},
		{"a newer DTSTAMP", "1", "20270102T000000Z", 0, 1, 0},
		{"a newer SEQUENCE", "2", "20260101T000000Z", 0, 1, 0},
	};
	struct import_result r;
	struct town t;

	town_open(&t, x);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		r = import(&t, arena_printf(t.a,
					    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n"
					    "METHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:a\r\n"
					    "DTSTAMP:%s\r\nSEQUENCE:%s\r\nDTSTART:" EIGHT "\r\n"
					    "ATTENDEE:mailto:bob@example.org\r\n"
					    "ORGANIZER:mailto:alice@example.org\r\n"
					    "END:VEVENT\r\nEND:VCALENDAR\r\n",
					    rows[i].stamp, rows[i].sequence));
		CHECK_INT(rows[i].name, (int64_t)r.created, (int64_t)rows[i].created);
		CHECK_INT(rows[i].name, (int64_t)r.replaced, (int64_t)rows[i].replaced);
		CHECK_INT(rows[i].name, (int64_t)r.unchanged, (int64_t)rows[i].unchanged);
		CHECK_INT(rows[i].name, (int64_t)r.failed, 0);
	}
	CHECK_INT("one object", count_of(&t, "SELECT count(*) FROM object"), 1);
	CHECK_INT("decisions 1: nobody is told", count_of(&t, "SELECT count(*) FROM job"), 0);
	town_close(&t);
}
STORE_CASE(import_newer)

/* A name made from the UID may be somebody else's; a UID may be no name at all. */
static void import_names(struct store_fixture *x)
{
	struct stored_object *o;
	struct import_result r;
	struct town t;

	town_open(&t, x);
	CHECK_WELL("a client's name", house_put(&t.h, t.alice, "calendar", "b.ics",
						house_event(t.a, "a", EIGHT, NINE, "")));
	r = import(&t, house_event(t.a, "b", EIGHT, NINE, ""));
	CHECK_INT("beside it", (int64_t)r.created, 1);
	r = import(&t, house_event(t.a, "b", EIGHT, NINE, ""));
	CHECK_INT("found again", (int64_t)r.unchanged, 1);
	r = import(&t, house_event(t.a, "../../x y/\xc3\xa4", EIGHT, NINE, ""));
	CHECK_INT("an odd UID", (int64_t)r.created, 1);
	CHECK_WELL("by UID", object_find_by_uid(t.h.db, t.a, t.alice, t.calendar,
						TEXT("../../x y/\xc3\xa4"), &o));
	CHECK_TRUE("has a plain name", o && text_find_char(o->name, '/', 0) < 0);
	r = import(&t, house_event(t.a, "plain@example.org", EIGHT, NINE, ""));
	CHECK_WELL("by name", object_find(t.h.db, t.a, t.alice, t.calendar,
					  TEXT("plain@example.org.ics"), &o));
	CHECK_TRUE("a plain UID is the name", o != NULL);
	town_close(&t);
}
STORE_CASE(import_names)

/* One bad object does not hold up the others. */
static void import_bad(struct store_fixture *x)
{
	struct import_result r;
	struct town t;

	town_open(&t, x);
	r = import(&t, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n"
		       "BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:" EIGHT
		       "\r\nEND:VEVENT\r\n"
		       "BEGIN:VEVENT\r\nUID:b\r\nDTSTAMP:20270101T000000Z\r\n"
		       "DTSTART:20279918T080000Z\r\nEND:VEVENT\r\n"
		       "BEGIN:VEVENT\r\nUID:c\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:" EIGHT
		       "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
	CHECK_INT("two", (int64_t)r.created, 2);
	CHECK_INT("one not", (int64_t)r.failed, 1);
	town_close(&t);
}
STORE_CASE(import_bad)

/* decisions 43, booking case C3: what is read otherwise than it is written goes in, and is told. */
static void import_notes(struct store_fixture *x)
{
	static const char *const zones[] = {"Europe/Berlin", "Nowhere"};
	struct town t;

	town_open(&t, x);
	for (size_t i = 0; i < ARRAY_LEN(zones); i++) {
		struct import_result r = import(
			&t, arena_printf(t.a,
					 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n"
					 "BEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260101T000000Z\r\n"
					 "DTSTART;TZID=%s:20270118T090000\r\nDURATION:PT1H\r\n"
					 "END:VEVENT\r\nEND:VCALENDAR\r\n",
					 zones[i], zones[i]));

		CHECK_INT(zones[i], (int64_t)r.created, 1);
		CHECK_INT(zones[i], (int64_t)r.failed, 0);
		CHECK_INT(zones[i], (int64_t)r.notes, (int64_t)i);
	}
	town_close(&t);
}
STORE_CASE(import_notes)

/* ---- what an object leaves behind ---------------------------------------------------------------
 */

static void occurrences(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	CHECK_WELL("three",
		   house_put(&t.h, t.alice, "calendar", "a.ics",
			     house_event(t.a, "a", EIGHT, NINE, "RRULE:FREQ=WEEKLY;COUNT=3\r\n")));
	CHECK_INT("rows", count_of(&t, "SELECT count(*) FROM occurrence"), 3);
	CHECK_INT("the extent", count_of(&t, "SELECT last_end - first_start FROM object"),
		  14 * DAY_SECONDS + HOUR);
	CHECK_WELL("one", house_put(&t.h, t.alice, "calendar", "a.ics",
				    house_event(t.a, "a", NINE, TEN, "")));
	CHECK_INT("rows", count_of(&t, "SELECT count(*) FROM occurrence"), 1);
	CHECK_INT("at nine", count_of(&t, "SELECT starts FROM occurrence"), MONDAY_8 + HOUR);
	CHECK_WELL("none", house_remove(&t.h, t.alice, "calendar", "a.ics"));
	CHECK_INT("rows", count_of(&t, "SELECT count(*) FROM occurrence"), 0);
	CHECK_INT("data", count_of(&t, "SELECT count(*) FROM object_data"), 0);
	town_close(&t);
}
STORE_CASE(occurrences)

/* The sequence of "calendar" and what changed after `since`, as "+name" and "-name". */
static const char *changes(struct town *t, int64_t since)
{
	struct object_change *list;
	const char *said = "";
	size_t count;

	CHECK_WELL("changes",
		   object_changes(t->h.db, t->a, t->alice, t->calendar, since, 100, &list, &count));
	for (size_t i = 0; i < count; i++)
		said = arena_printf(t->a, "%s%s%.*s", said, list[i].removed ? "-" : "+",
				    TEXT_ARG(list[i].name));
	return said;
}

static int64_t seq_of(struct town *t)
{
	struct collection *c = NULL;

	CHECK_WELL("calendar", collection_get(t->h.db, t->a, t->alice, t->calendar, &c));
	return c ? c->seq : -1;
}

/* RFC 6578 §3.5: each change has a number, a removal leaves a tombstone, a revival none. */
static void sequence(struct store_fixture *x)
{
	struct town t;
	int64_t seq;

	town_open(&t, x);
	seq = seq_of(&t);
	CHECK_WELL("a", house_put(&t.h, t.alice, "calendar", "a.ics",
				  house_event(t.a, "a", EIGHT, NINE, "")));
	CHECK_WELL("b", house_put(&t.h, t.alice, "calendar", "b.ics",
				  house_event(t.a, "b", EIGHT, NINE, "")));
	CHECK_INT("two numbers", seq_of(&t), seq + 2);
	CHECK_STR("both", changes(&t, seq), "+a.ics+b.ics");
	CHECK_WELL("a again", house_put(&t.h, t.alice, "calendar", "a.ics",
					house_event(t.a, "a", NINE, TEN, "")));
	CHECK_STR("in the order of change", changes(&t, seq), "+b.ics+a.ics");
	CHECK_WELL("b goes", house_remove(&t.h, t.alice, "calendar", "b.ics"));
	CHECK_STR("a tombstone", changes(&t, seq + 3), "-b.ics");
	CHECK_WELL("b returns", house_put(&t.h, t.alice, "calendar", "b.ics",
					  house_event(t.a, "b", EIGHT, NINE, "")));
	CHECK_STR("and its tombstone is gone", changes(&t, seq + 3), "+b.ics");
	CHECK_FAULT("a refusal",
		    house_put(&t.h, t.alice, "calendar", "c.ics",
			      house_event(t.a, "b", EIGHT, NINE, "")),
		    FAULT_UID_TAKEN);
	CHECK_INT("takes no number", seq_of(&t), seq + 5);
	town_close(&t);
}
STORE_CASE(sequence)

static void set_color(struct town *t, int64_t object)
{
	struct change_property color = {{TEXT("urn:x"), TEXT("color"), TEXT("<c/>")}};
	struct change_properties p = {
		.owner = t->alice,
		.collection = t->calendar,
		.object = object,
		.properties = &color,
		.property_count = 1,
	};
	struct change *c = change_of(t);

	CHECK_WELL("a property", change_set_properties(c, &p));
	CHECK_WELL("a property", change_run(c));
}

/* A property of a member is a change of that member; one of the calendar moves its CTag. */
static void properties(struct store_fixture *x)
{
	struct stored_object *o;
	struct text etag;
	struct town t;
	int64_t seq;

	town_open(&t, x);
	CHECK_WELL("a", house_put(&t.h, t.alice, "calendar", "a.ics",
				  house_event(t.a, "a", EIGHT, NINE, "")));
	CHECK_WELL("b", house_put(&t.h, t.alice, "calendar", "b.ics",
				  house_event(t.a, "b", EIGHT, NINE, "")));
	CHECK_WELL("a", object_find(t.h.db, t.a, t.alice, t.calendar, TEXT("a.ics"), &o));
	etag = o->etag;
	seq = seq_of(&t);
	set_color(&t, o->id);
	CHECK_STR("RFC 6578 §3.5: that member", changes(&t, seq), "+a.ics");
	CHECK_WELL("a", object_find(t.h.db, t.a, t.alice, t.calendar, TEXT("a.ics"), &o));
	CHECK_TEXT("with the same ETag", o->etag, etag);
	set_color(&t, 0);
	CHECK_INT("the CTag", seq_of(&t), seq + 2);
	CHECK_STR("and no member", changes(&t, seq + 1), "");
	CHECK_INT("both are kept",
		  count_of(&t, "SELECT count(*) FROM property WHERE name = 'color'"), 2);
	town_close(&t);
}
STORE_CASE(properties)

/* ---- owners -------------------------------------------------------------------------------- */

static void owner_goes(struct store_fixture *x)
{
	struct text before;
	struct change *c;
	struct town t;

	town_open(&t, x);
	before = house_dump(&t.h, t.a);
	house_user(&t.h, "bob");
	c = change_of(&t);
	CHECK_WELL("bob goes", change_remove_owner(c, t.alice + 1));
	CHECK_WELL("bob goes", change_run(c));
	CHECK_TEXT("without a trace", house_dump(&t.h, t.a), before);
	c = change_of(&t);
	CHECK_WELL("again", change_remove_owner(c, t.alice + 1));
	CHECK_FAULT("again", change_run(c), FAULT_NOT_FOUND);
	CHECK_FAULT("a calendar of nobody",
		    house_put(&t.h, t.alice + 1, "calendar", "a.ics",
			      house_event(t.a, "a", EIGHT, NINE, "")),
		    FAULT_NOT_FOUND);
	town_close(&t);
}
STORE_CASE(owner_goes)

static void test_pinned(void)
{
	/* The disk's troubles are ours. */
	log_set_level(LOG_ERROR);
	faulty_vfs_register();
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("change", {"zones are pinned", test_pinned},
	   STORE_ROWS("whole or not at all", all_or_nothing),
	   {"sqlite: decisions 3: a full disk", disk_full_sqlite},
	   {"sqlite: decisions 3: a sync that fails", disk_sync_sqlite},
	   STORE_ROWS("RFC 9110 §13.1: conditions of PUT", put_conditions),
	   STORE_ROWS("RFC 9110 §13.1: conditions of DELETE", remove_conditions),
	   STORE_ROWS("RFC 4791 §5.3.2.1: UIDs", uid_conflict),
	   STORE_ROWS("decisions 31: import of what is newer", import_newer),
	   STORE_ROWS("names of what is imported", import_names),
	   STORE_ROWS("import of what is bad", import_bad),
	   STORE_ROWS("import of what nobody knows", import_notes),
	   STORE_ROWS("occurrences", occurrences), STORE_ROWS("RFC 6578 §3.5: numbers", sequence),
	   STORE_ROWS("properties", properties), STORE_ROWS("an owner goes", owner_goes))
