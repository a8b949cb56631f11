/*
 * test_store_booking - holds, meeting types, bookings and jobs as they are kept, on both drivers
 *
 * A case's body runs inside one change, so that it reads what it wrote.
 */
#include "store/booking.h"
#include "store/hold.h"
#include "store/job.h"
#include "store/meeting.h"
#include "store_fixture.h"
#include "unit.h"

#define OK(f) CHECK_WELL(__func__, (f))

/* Run a body inside one change. */
static void in_change(struct store_fixture *x, store_tx_fn fn)
{
	CHECK_WELL("the change", store_fixture_tx(x, fn, NULL));
}

/* ---- holds --------------------------------------------------------------------------------- */

static const struct hold_row {
	const char *name;
	int64_t start, end;
	bool taken;
} hold_rows[] = {
	{"first", 100, 200, false},	   {"the same", 100, 200, true},
	{"within", 120, 130, true},	   {"around", 50, 250, true},
	{"begins inside", 150, 250, true}, {"ends inside", 50, 150, true},
	{"right after", 200, 300, false},  {"right before", 50, 100, false},
	{"spans three", 60, 290, true},	   {"far before", 0, 50, false},
	{"one second", 199, 201, true},
};

static const struct fault *holds(struct db *db, struct arena *a, void *ctx)
{
	struct hold h = {.owner = 1, .booking = TEXT("b")}, *got;
	size_t count;
	bool taken;

	(void)ctx;
	for (size_t i = 0; i < ARRAY_LEN(hold_rows); i++) {
		h.start = hold_rows[i].start;
		h.end = hold_rows[i].end;
		OK(hold_take(db, a, &h, 1000, &taken));
		CHECK_INT(hold_rows[i].name, taken, hold_rows[i].taken);
	}
	h.owner = 2;
	OK(hold_take(db, a, &h, 1000, &taken));
	CHECK_TRUE("another host's time", !taken);
	OK(hold_range(db, a, 1, 60, 201, 1000, &got, &count));
	CHECK_INT("in the range", (int64_t)count, 3);
	CHECK_INT("ascending", got[0].start, 50);
	OK(hold_range(db, a, 1, 100, 200, 1000, &got, &count));
	CHECK_INT("half-open", (int64_t)count, 1);
	OK(hold_release(db, a, 1, TEXT("b")));
	OK(hold_range(db, a, 1, 0, 1000, 1000, &got, &count));
	CHECK_INT("released", (int64_t)count, 0);
	OK(hold_range(db, a, 2, 0, 1000, 1000, &got, &count));
	CHECK_INT("the other's stays", (int64_t)count, 1);
	OK(hold_release(db, a, 2, TEXT("b")));
	return NULL;
}

/* A reservation that ran out gives way in the same change (booking-cases E7). */
static const struct fault *reservations(struct db *db, struct arena *a, void *ctx)
{
	struct hold r = {1, 100, 200, HOLD_RESERVE, TEXT("r"), 5000};
	struct hold b = {1, 150, 250, HOLD_BOOKING, TEXT("b"), 0};
	struct hold *got;
	size_t count, forced;
	bool taken;

	(void)ctx;
	OK(hold_take(db, a, &r, 1000, &taken));
	OK(hold_take(db, a, &b, 4999, &taken));
	CHECK_TRUE("still reserved", taken);
	OK(hold_range(db, a, 1, 0, 999, 5000, &got, &count));
	CHECK_INT("run out: not shown", (int64_t)count, 0);
	OK(hold_take(db, a, &b, 5000, &taken));
	CHECK_TRUE("run out: gives way", !taken);
	OK(hold_range(db, a, 1, 0, 999, 0, &got, &count));
	CHECK_INT("one is left", (int64_t)count, 1);
	CHECK_TEXT("the booking's", got[0].booking, TEXT("b"));
	/* A host drags another booking over it (decisions 8). */
	b.booking = TEXT("forced");
	for (int i = 0; i < 2; i++) {
		OK(hold_replace(db, a, &b, 1, 5000, &forced));
		CHECK_INT("over it", (int64_t)forced, 1);
	}
	OK(hold_range(db, a, 1, 0, 999, 0, &got, &count));
	CHECK_INT("a forced one is apart", (int64_t)count, 1);
	OK(hold_release(db, a, 1, TEXT("b")));
	OK(hold_return(db, a, 1, 5000));
	OK(hold_range(db, a, 1, 0, 999, 0, &got, &count));
	CHECK_INT("nothing is in its way", (int64_t)count, 1);
	CHECK_TEXT("it comes back", got[0].booking, TEXT("forced"));
	OK(hold_release(db, a, 1, TEXT("forced")));
	return NULL;
}

/* ---- meetings, bookings, jobs -------------------------------------------------------------- */

static const struct fault *meetings(struct db *db, struct arena *a, void *ctx)
{
	struct meeting_type t = {1, TEXT("id1"), TEXT("intro"), TEXT("Intro"), TEXT("{}"), 1}, *ts;
	struct schedule s = {.owner = 1,
			     .id = TEXT("default"),
			     .name = TEXT("Hours"),
			     .timezone = TEXT("UTC"),
			     .rules = TEXT("{}"),
			     .version = 1},
			*ss;
	size_t count;
	bool removed;

	(void)ctx;
	OK(meeting_type_put(db, a, &t));
	t.title = TEXT("Other");
	t.version = 2;
	OK(meeting_type_put(db, a, &t));
	t.id = TEXT("id2");
	CHECK_FAULT("slug taken", meeting_type_put(db, a, &t), FAULT_CONFLICT);
	OK(meeting_type_list(db, a, 1, &ts, &count));
	CHECK_INT("one", (int64_t)count, 1);
	CHECK_TEXT("replaced", ts[0].title, TEXT("Other"));
	OK(meeting_type_delete(db, a, 1, TEXT("intro"), &removed));
	CHECK_TRUE("removed", removed);
	OK(meeting_type_delete(db, a, 1, TEXT("intro"), &removed));
	CHECK_TRUE("nothing to remove", !removed);
	OK(schedule_put(db, a, &s));
	s.timezone = TEXT("Asia/Tokyo");
	OK(schedule_put(db, a, &s));
	OK(schedule_list(db, a, 1, &ss, &count));
	CHECK_INT("one schedule", (int64_t)count, 1);
	CHECK_TEXT("its zone", ss[0].timezone, TEXT("Asia/Tokyo"));
	return NULL;
}

static const struct fault *bookings(struct db *db, struct arena *a, void *ctx)
{
	struct booking b = {.owner = 1,
			    .id = TEXT("b1"),
			    .type = TEXT("t"),
			    .uid = TEXT("u1"),
			    .status = BOOKING_IS_CANCELLED,
			    .start = 100,
			    .end = 200,
			    .version = 1,
			    .invitee_name = TEXT("Zo\xc3\xab"),
			    .answers = TEXT("{\"q\":1}")},
		       *got;
	struct booking_key k = {1, TEXT("key"), TEXT("aa"), TEXT("b1"), 1000}, *key;
	size_t count;
	bool changed;

	(void)ctx;
	OK(booking_add(db, a, &b));
	OK(booking_find(db, a, 1, TEXT("b1"), &got));
	CHECK_TEXT("name", got->invitee_name, TEXT("Zo\xc3\xab"));
	OK(booking_find(db, a, 2, TEXT("b1"), &got));
	CHECK_TRUE("another host has none", !got);
	OK(booking_find_by_uid(db, a, 1, TEXT("u1"), &got));
	CHECK_TEXT("by UID", got->id, TEXT("b1"));
	got->start = 300;
	got->end = 400;
	got->version = 2;
	OK(booking_update(db, a, got, &changed));
	CHECK_TRUE("from the version it was", changed);
	OK(booking_update(db, a, got, &changed));
	CHECK_TRUE("not from another", !changed);
	OK(booking_range(db, a, 1, 300, 301, 9, &got, &count));
	CHECK_INT("by start", (int64_t)count, 1);
	OK(booking_range(db, a, 1, 100, 300, 9, &got, &count));
	CHECK_INT("half-open", (int64_t)count, 0);
	OK(booking_key_add(db, a, &k, 500));
	OK(booking_key_find(db, a, 1, TEXT("key"), 999, &key));
	CHECK_TEXT("a key", key->body_digest, TEXT("aa"));
	OK(booking_key_find(db, a, 1, TEXT("key"), 1000, &key));
	CHECK_TRUE("expired", !key);
	k.body_digest = TEXT("bb");
	k.expires_at = 3000;
	OK(booking_key_add(db, a, &k, 1000));
	OK(booking_key_find(db, a, 1, TEXT("key"), 1000, &key));
	CHECK_TEXT("taken again", key->body_digest, TEXT("bb"));
	return NULL;
}

static const struct fault *jobs(struct db *db, struct arena *a, void *ctx)
{
	struct job j = {.kind = TEXT("mail"), .key = TEXT("k1"), .payload = TEXT("{}")}, *got;
	int64_t due, n = 0, given_up = 0;

	(void)ctx;
	OK(job_next_due(db, a, TEXT("mail"), 0, &due));
	CHECK_TRUE("none waits", due == INT64_MAX);
	j.owner = 7;
	j.due_at = 100;
	OK(job_add(db, a, &j));
	OK(job_add(db, a, &j));
	j.key = TEXT("k2");
	j.owner = 0;
	j.due_at = 50;
	OK(job_add(db, a, &j));
	OK(job_count(db, a, &n, &given_up));
	CHECK_INT("the same key once", n, 2);
	CHECK_INT("none was given up", given_up, 0);
	OK(job_next_due(db, a, TEXT("mail"), 0, &due));
	CHECK_INT("next", due, 50);
	OK(job_take(db, a, TEXT("mail"), 49, 60, &got));
	CHECK_TRUE("not before", !got);
	OK(job_take(db, a, TEXT("mail"), 119, 60, &got));
	CHECK_TEXT("the longest due", got ? got->key : TEXT_NONE, TEXT("k2"));
	OK(job_take(db, a, TEXT("mail"), 119, 60, &got));
	CHECK_TEXT("the other; the first is leased", got ? got->key : TEXT_NONE, TEXT("k1"));
	OK(job_done(db, a, got));
	OK(job_take(db, a, TEXT("purge"), 179, 60, &got));
	CHECK_TRUE("each kind has its own", !got);
	OK(job_take(db, a, TEXT("mail"), 178, 60, &got));
	CHECK_TRUE("nor before its lease has run out", !got);
	return NULL;
}

/* A job under a name of its own, taken once. */
static const struct fault *taken_job(struct db *db, struct arena *a, struct job **out)
{
	struct job j = {.owner = 7, .kind = TEXT("mail"), .key = TEXT("k"), .payload = TEXT("{}")};

	OK(job_add(db, a, &j));
	return job_take(db, a, TEXT("mail"), 0, 60, out);
}

static const struct fault *leases(struct db *db, struct arena *a, void *ctx)
{
	struct job *first, *second, *third;
	int64_t due;

	(void)ctx;
	OK(taken_job(db, a, &first));
	CHECK_INT("taking counts", first->attempts, 1);
	OK(job_extend(db, a, first, 400));
	OK(job_next_due(db, a, TEXT("mail"), 0, &due));
	CHECK_INT("a lease is made longer", due, 400);
	OK(job_take(db, a, TEXT("mail"), 400, 60, &second));
	CHECK_INT("a lease that ran out counts", second ? second->attempts : 0, 2);
	OK(job_retry(db, a, first, 9000, true, TEXT("late")));
	OK(job_give_up(db, a, first, true, TEXT("late")));
	OK(job_extend(db, a, first, 9000));
	OK(job_next_due(db, a, TEXT("mail"), 0, &due));
	CHECK_INT("who lost the lease changes nothing", due, 460);
	OK(job_retry(db, a, second, 500, true, TEXT("451 later")));
	OK(job_extend(db, a, second, 490));
	OK(job_next_due(db, a, TEXT("mail"), 0, &due));
	CHECK_INT("a lease never cuts a back-off short", due, 500);
	OK(job_take(db, a, TEXT("mail"), 500, 60, &third));
	CHECK_INT("giving back does not count again", third ? third->attempts : 0, 3);
	CHECK_TEXT("why", third->last_error, TEXT("451 later"));
	return NULL;
}

/* A place in a row that was given back is no attempt, so the next has the same number of them. */
static const struct fault *lost_lease(struct db *db, struct arena *a, void *ctx)
{
	struct job *first, *second, *third;
	int64_t due;

	(void)ctx;
	OK(taken_job(db, a, &first));
	OK(job_take(db, a, TEXT("mail"), 60, 60, &second));
	OK(job_put_back(db, a, second, 70));
	OK(job_take(db, a, TEXT("mail"), 70, 60, &third));
	CHECK_INT("the same attempt", third ? third->attempts : 0, second->attempts);
	OK(job_retry(db, a, second, 9000, true, TEXT("late")));
	OK(job_put_back(db, a, second, 9000));
	OK(job_skip(db, a, second));
	OK(job_give_up(db, a, second, true, TEXT("late")));
	OK(job_extend(db, a, second, 9000));
	OK(job_next_due(db, a, TEXT("mail"), 0, &due));
	CHECK_INT("who lost the lease changes nothing", due, 130);
	return NULL;
}

static bool count_job(void *ctx, const struct job *j)
{
	*(int64_t *)ctx += 1 + (j->attempts ? 100 : 0);
	return true;
}

static const struct fault *jobs_given_up(struct db *db, struct arena *a, void *ctx)
{
	struct job *j, *again;
	int64_t n = 0, given_up = 0;

	(void)ctx;
	OK(taken_job(db, a, &j));
	OK(job_renew(db, a, j, 10));
	OK(job_take(db, a, TEXT("mail"), 10, 60, &again));
	CHECK_INT("one that somebody holds keeps its count", again ? again->attempts : 0, 2);
	OK(job_give_up(db, a, again, true, TEXT("550 no")));
	OK(job_take(db, a, TEXT("mail"), 99999, 60, &j));
	CHECK_TRUE("given up", !j);
	OK(job_count(db, a, &n, &given_up));
	CHECK_INT("none waits", n, 0);
	CHECK_INT("for a worker", given_up, 1);
	OK(job_for_each(db, a, count_job, &n));
	CHECK_INT("but kept to be seen", n, 101);
	OK(job_renew(db, a, again, 20));
	OK(job_take(db, a, TEXT("mail"), 20, 60, &j));
	CHECK_INT("by hand, as a new one", j ? j->attempts : 0, 1);
	return NULL;
}

#define BODY(fn)                                                                                   \
	static void test_##fn(struct store_fixture *x)                                             \
	{                                                                                          \
		in_change(x, fn);                                                                  \
	}                                                                                          \
	STORE_CASE(test_##fn)

BODY(holds)
BODY(reservations)
BODY(meetings)
BODY(bookings)
BODY(jobs)
BODY(leases)
BODY(lost_lease)
BODY(jobs_given_up)

UNIT_SUITE("store_booking", STORE_ROWS("holds", test_holds),
	   STORE_ROWS("reservations", test_reservations), STORE_ROWS("meetings", test_meetings),
	   STORE_ROWS("bookings", test_bookings), STORE_ROWS("jobs", test_jobs),
	   STORE_ROWS("leases of jobs", test_leases),
	   STORE_ROWS("a lease that was lost, whatever was put back", test_lost_lease),
	   STORE_ROWS("jobs given up", test_jobs_given_up))
