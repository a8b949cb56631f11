/*
 * check - the auditor: look for what must not be
 *
 * Each rule is a query whose rows are findings: an owner's number, a text that
 * says which, and a number. A sound store gives none. All rules read one snapshot.
 */
#include "base/metrics.h"
#include "store/store_priv.h"

struct rule {
	struct sql sql;
	const char *format; /* owner, which, number */
};

/* Neither as exclusive time, nor over others. */
#define NOT_HELD(where)                                                                            \
	" AND NOT EXISTS (SELECT 1 FROM hold h WHERE " where ")"                                   \
	" AND NOT EXISTS (SELECT 1 FROM hold_forced h WHERE " where ")"
/* Bookings with their events that have a row for each instance. */
#define EXPANDED                                                                                   \
	"booking b JOIN object o ON o.owner = b.owner AND o.uid = b.uid"                           \
	" AND o.collection = b.collection AND o.partial = 0"
/* With these as well; as a zone may be unknown, what is held lies within them. Past so many
   as a host may have held there need be none. */
#define SERIES                                                                                     \
	EXPANDED " JOIN occurrence x ON x.owner = o.owner AND x.object = o.id"                     \
		 " AND x.what % 16 BETWEEN 1 AND 7"
#define IS_SERIES " b.rule <> '' AND b.status = 1"
#define SERIES_NOT_HELD(host)                                                                      \
	NOT_HELD("h.owner = " host " AND h.booking = b.id AND h.starts >= x.starts"                \
		 " AND h.ends <= x.ends")                                                          \
	" AND (SELECT count(*) FROM hold h WHERE h.owner = " host " AND h.booking = b.id) < 64"

#define HAPPENS_NOT                                                                                \
	" AND NOT EXISTS (SELECT 1 FROM occurrence x WHERE x.owner = o.owner"                      \
	" AND x.object = o.id AND (x.what % 16 > 7"                                                \
	" OR (x.starts <= h.starts AND x.ends >= h.ends)))"
/* No booking of its owner's, nor of a team that they are in, is what a hold goes by. */
#define STANDS_NOT                                                                                 \
	" AND NOT EXISTS (SELECT 1 FROM booking b JOIN booking f ON f.owner = b.owner"             \
	" AND f.uid = b.uid WHERE b.owner = h.owner AND b.id = h.booking AND f.status < 2)"        \
	" AND NOT EXISTS (SELECT 1 FROM booking_host t JOIN booking b ON b.owner = t.owner"        \
	" AND b.id = t.booking JOIN booking f ON f.owner = b.owner AND f.uid = b.uid"              \
	" WHERE t.host = h.owner AND t.booking = h.booking AND f.status < 2)"

/* Booking status 1 is confirmed, less than 2 stands; hold reason 0 is a booking's, 1 one's that is
   to be confirmed, 3 a meeting's. 50400: 14 hours of slack. */
static const struct rule overlap_rules[] = {
	{{"SELECT x.owner, x.booking, y.starts FROM hold x JOIN hold y ON y.owner = x.owner"
	  " AND y.starts > x.starts AND y.starts < x.ends"},
	 "owner %lld: the hold of booking %.*s overlaps the one that begins at %lld"},
	/* Those of a team are at its hosts' cost, whose holds say so; those that share an event,
	   and those that their host put over others, may. */
	{{"SELECT x.owner, x.id, y.starts FROM booking x JOIN booking y ON y.owner = x.owner"
	  " AND y.starts >= x.starts AND y.starts < x.ends"
	  " WHERE x.status = 1 AND y.status = 1 AND y.uid <> x.uid"
	  " AND (y.starts > x.starts OR y.id > x.id)"
	  " AND NOT EXISTS (SELECT 1 FROM booking_host h WHERE h.owner = x.owner"
	  " AND h.booking IN (x.id, x.shares, y.id, y.shares))"
	  " AND NOT EXISTS (SELECT 1 FROM hold_forced h WHERE h.owner = x.owner"
	  " AND h.booking IN (x.id, x.shares, y.id, y.shares))"},
	 "owner %lld: booking %.*s overlaps the one that begins at %lld"},
};

static const struct rule rules[] = {
	{{"SELECT b.owner, b.id, b.starts FROM booking b WHERE b.status = 1 AND b.rule = ''"
	  " AND NOT EXISTS (SELECT 1 FROM booking_host t WHERE t.owner = b.owner"
	  " AND t.booking IN (b.id, b.shares))" NOT_HELD(
		  "h.owner = b.owner AND h.booking IN (b.id, b.shares)"
		  " AND h.starts = b.starts AND h.ends = b.ends")},
	 "owner %lld: booking %.*s has no hold at %lld"},
	/* Of a team each host who is needed has one. */
	{{"SELECT t.host, b.id, b.starts FROM booking b JOIN booking_host t ON t.owner = b.owner"
	  " AND t.booking IN (b.id, b.shares) AND t.optional = 0 AND t.host > 0"
	  " WHERE b.status = 1 AND b.rule = ''" NOT_HELD(
		  "h.owner = t.host AND h.booking = t.booking"
		  " AND h.starts = b.starts AND h.ends = b.ends")},
	 "owner %lld: booking %.*s of a team has no hold at %lld"},
	{{"SELECT b.owner, b.id, x.starts FROM " SERIES " WHERE" IS_SERIES
	  " AND NOT EXISTS (SELECT 1 FROM booking_host t WHERE t.owner = b.owner"
	  " AND t.booking = b.id)" SERIES_NOT_HELD("b.owner")},
	 "owner %lld: series %.*s has no hold at %lld"},
	{{"SELECT t.host, b.id, x.starts FROM " SERIES " JOIN booking_host t ON t.owner = b.owner"
	  " AND t.booking = b.id AND t.optional = 0 AND t.host > 0 WHERE" IS_SERIES SERIES_NOT_HELD(
		  "t.host")},
	 "owner %lld: series %.*s of a team has no hold at %lld"},
	{{"SELECT h.owner, b.id, h.starts FROM " EXPANDED
	  " JOIN hold h ON h.owner = b.owner AND h.booking = b.id WHERE" IS_SERIES HAPPENS_NOT},
	 "owner %lld: series %.*s holds %lld, when it does not take place"},
	{{"SELECT h.owner, b.id, h.starts FROM " EXPANDED
	  " JOIN booking_host t ON t.owner = b.owner AND t.booking = b.id"
	  " JOIN hold h ON h.owner = t.host AND h.booking = b.id WHERE" IS_SERIES HAPPENS_NOT},
	 "owner %lld: series %.*s of a team holds %lld, when it does not take place"},
	{{"SELECT f.owner, f.booking, f.starts FROM hold_forced f WHERE NOT EXISTS"
	  " (SELECT 1 FROM hold h WHERE h.owner = f.owner AND h.starts < f.ends"
	  " AND h.ends > f.starts)"},
	 "owner %lld: booking %.*s was put over others, and none is there at %lld"},
	{{"SELECT b.owner, b.id, b.collection FROM booking b WHERE b.status = 1"
	  " AND NOT EXISTS (SELECT 1 FROM object o WHERE o.owner = b.owner AND o.uid = b.uid"
	  " AND o.collection = b.collection)"},
	 "owner %lld: booking %.*s has no event in collection %lld"},
	{{"SELECT h.owner, h.booking, h.starts FROM hold h WHERE h.reason < 2" STANDS_NOT},
	 "owner %lld: a hold names booking %.*s, which does not stand, at %lld"},
	{{"SELECT h.owner, h.booking, h.starts FROM hold_forced h WHERE h.reason < 2" STANDS_NOT},
	 "owner %lld: a hold over others names booking %.*s, which does not stand, at %lld"},
	{{"SELECT h.owner, h.booking, h.starts FROM hold h WHERE h.reason = 3"
	  " AND NOT EXISTS (SELECT 1 FROM object o WHERE o.owner = h.owner"
	  " AND h.booking = 'meeting/' || o.uid)"},
	 "owner %lld: a hold is for %.*s, which is in no calendar, at %lld"},
	{{"SELECT o.owner, o.name, o.id FROM object o WHERE NOT EXISTS"
	  " (SELECT 1 FROM object_data d WHERE d.owner = o.owner AND d.id = o.id"
	  " AND o.body = 0 AND length(d.data) = o.size_bytes) AND NOT EXISTS (SELECT 1"
	  " FROM object_body b WHERE b.id = o.body AND length(b.data) = o.size_bytes)"},
	 "owner %lld: object %.*s (%lld) has no data, or of another size"},
	{{"SELECT d.owner, '', d.id FROM object_data d WHERE NOT EXISTS"
	  " (SELECT 1 FROM object o WHERE o.owner = d.owner AND o.id = d.id AND o.body = 0)"},
	 "owner %lld: data belong to no object%.*s (%lld)"},
	{{"SELECT o.owner, o.name, o.collection FROM object o WHERE NOT EXISTS"
	  " (SELECT 1 FROM collection c WHERE c.owner = o.owner AND c.id = o.collection)"},
	 "owner %lld: object %.*s is in collection %lld, which is not there"},
	{{"SELECT o.owner, o.name, o.seq FROM object o JOIN collection c"
	  " ON c.owner = o.owner AND c.id = o.collection WHERE o.seq > c.seq"},
	 "owner %lld: object %.*s has sequence number %lld, past that of its collection"},
	{{"SELECT o.owner, o.name, o.id FROM object o WHERE o.first_start > o.last_end"},
	 "owner %lld: object %.*s (%lld) has no extent"},
	{{"SELECT DISTINCT x.owner, o.name, x.object FROM occurrence x JOIN object o"
	  " ON o.owner = x.owner AND o.id = x.object WHERE x.starts < o.first_start - 50400"
	  " OR x.ends - 50400 > o.last_end OR x.collection <> o.collection"},
	 "owner %lld: object %.*s (%lld) happens outside of its extent"},
	{{"SELECT DISTINCT x.owner, '', x.object FROM occurrence x WHERE NOT EXISTS"
	  " (SELECT 1 FROM object o WHERE o.owner = x.owner AND o.id = x.object)"},
	 "owner %lld: occurrences belong to no object%.*s (%lld)"},
	{{"SELECT o.owner, o.name, o.id FROM object o JOIN collection c"
	  " ON c.owner = o.owner AND c.id = o.collection WHERE (c.kind = 3) <> (o.component = 0)"},
	 "owner %lld: object %.*s (%lld) is a file in a calendar, or an object in a folder"},
	{{"SELECT c.owner, c.name, c.id FROM collection c WHERE c.buried = 0 AND c.kind = 3"
	  " AND c.name LIKE '%/%' AND NOT EXISTS (SELECT 1 FROM collection p"
	  " WHERE p.owner = c.owner AND p.kind = 3 AND p.buried = 0"
	  " AND substr(c.name, 1, length(p.name) + 1) = p.name || '/')"},
	 "owner %lld: folder %.*s (%lld) stands in none"},
	{{"SELECT t.owner, t.name, t.collection FROM tombstone t JOIN object o"
	  " ON o.owner = t.owner AND o.collection = t.collection AND o.name = t.name"},
	 "owner %lld: object %.*s of collection %lld is there, and removed"},
	{{"SELECT p.owner, p.name, p.object FROM property p WHERE p.object <> 0 AND NOT EXISTS"
	  " (SELECT 1 FROM object o WHERE o.owner = p.owner AND o.id = p.object)"},
	 "owner %lld: property %.*s belongs to no object (%lld)"},
	{{"SELECT p.owner, p.name, p.collection FROM property p WHERE p.collection <> 0"
	  " AND NOT EXISTS (SELECT 1 FROM collection c WHERE c.owner = p.owner"
	  " AND c.id = p.collection)"},
	 "owner %lld: property %.*s belongs to no collection (%lld)"},
	{{"SELECT p.owner, p.id, p.collection FROM push p WHERE p.collection <> 0"
	  " AND NOT EXISTS (SELECT 1 FROM collection c WHERE c.owner = p.owner"
	  " AND c.id = p.collection AND c.buried = 0 AND c.push_until >= p.expires_at)"},
	 "owner %lld: push registration %.*s is not known to its collection (%lld)"},
	{{"SELECT t.owner, t.id, t.size_bytes FROM attachment t WHERE t.size_bytes <>"
	  " (SELECT coalesce(sum(length(p.data)), 0) FROM attachment_part p"
	  " WHERE p.owner = t.owner AND p.id = t.id)"},
	 "owner %lld: attachment %.*s has not the %lld bytes that it had"},
	{{"SELECT t.owner, t.id, t.created FROM attachment t WHERE NOT EXISTS"
	  " (SELECT 1 FROM attachment_use u WHERE u.owner = t.owner AND u.id = t.id)"},
	 "owner %lld: attachment %.*s of %lld is used by no object"},
	{{"SELECT p.owner, p.id, p.n FROM attachment_part p WHERE p.n = 0 AND NOT EXISTS"
	  " (SELECT 1 FROM attachment t WHERE t.owner = p.owner AND t.id = p.id)"},
	 "owner %lld: data belong to no attachment %.*s (%lld)"},
	{{"SELECT u.owner, u.id, u.object FROM attachment_use u WHERE NOT EXISTS"
	  " (SELECT 1 FROM attachment t WHERE t.owner = u.owner AND t.id = u.id)"},
	 "owner %lld: attachment %.*s, which object %lld uses, is not there"},
	{{"SELECT u.owner, u.id, u.object FROM attachment_use u WHERE NOT EXISTS"
	  " (SELECT 1 FROM object o WHERE o.owner = u.owner AND o.id = u.object"
	  " AND o.attached <> 0)"},
	 "owner %lld: attachment %.*s is used by object %lld, which does not know it"},
	{{"SELECT c.owner, c.name, c.id FROM collection c WHERE NOT EXISTS"
	  " (SELECT 1 FROM owner o WHERE o.id = c.owner)"},
	 "owner %lld: is not there, but owns collection %.*s (%lld)"},
	{{"SELECT k.owner, k.id, k.provider FROM connection k WHERE NOT EXISTS"
	  " (SELECT 1 FROM owner o WHERE o.id = k.owner)"},
	 "owner %lld: is not there, but has connection %.*s (%lld)"},
	{{"SELECT k.owner, k.title, k.id FROM outside_calendar k WHERE NOT EXISTS"
	  " (SELECT 1 FROM connection c WHERE c.owner = k.owner AND c.id = k.connection)"},
	 "owner %lld: calendar elsewhere %.*s (%lld) has no connection"},
	{{"SELECT k.owner, k.title, k.id FROM outside_calendar k WHERE (k.counts = 1) <> EXISTS"
	  " (SELECT 1 FROM collection c WHERE c.owner = k.owner AND c.id = k.id"
	  " AND c.kind = 4 AND c.buried = 0)"},
	 "owner %lld: calendar elsewhere %.*s (%lld) counts without a place here, or has one in"
	 " vain"},
	{{"SELECT c.owner, c.name, c.id FROM collection c WHERE c.kind = 4 AND c.buried = 0"
	  " AND NOT EXISTS (SELECT 1 FROM outside_calendar k WHERE k.owner = c.owner"
	  " AND k.id = c.id)"},
	 "owner %lld: the place %.*s (%lld) is of no calendar elsewhere"},
	{{"SELECT DISTINCT e.owner, '', e.calendar FROM outside_event e WHERE NOT EXISTS"
	  " (SELECT 1 FROM outside_calendar k WHERE k.owner = e.owner AND k.id = e.calendar"
	  " AND k.counts = 1)"},
	 "owner %lld: events elsewhere belong to no calendar%.*s (%lld) that counts"},
	{{"SELECT y.owner, y.booking, y.calendar FROM outside_copy y WHERE NOT EXISTS"
	  " (SELECT 1 FROM connection c WHERE c.owner = y.owner AND c.id = y.connection)"},
	 "owner %lld: the copy of booking %.*s in calendar %lld is of no connection"},
	{{"SELECT w.owner, w.id, w.calendar FROM outside_watch w WHERE NOT EXISTS"
	  " (SELECT 1 FROM connection c WHERE c.owner = w.owner AND c.id = w.connection)"},
	 "owner %lld: watch %.*s of calendar %lld is of no connection"},
	{{"SELECT o.id, o.name, o.outside_at FROM owner o WHERE o.outside_at <> coalesce("
	  "(SELECT min(k.synced_at) FROM outside_calendar k WHERE k.owner = o.id"
	  " AND k.counts = 1), 9223372036854775807)"},
	 "owner %lld: %.*s has calendars elsewhere of another age than %lld"},
	{{"SELECT d.owner, d.name, d.kind FROM directory d WHERE NOT EXISTS"
	  " (SELECT 1 FROM owner o WHERE o.id = d.owner)"},
	 "owner %lld: is not there, but is found as %.*s (%lld)"},
	{{"SELECT o.id, o.name, o.kind FROM owner o WHERE NOT EXISTS"
	  " (SELECT 1 FROM directory d WHERE d.kind = 0 AND d.name = o.name AND d.owner = o.id)"},
	 "owner %lld: is not found by the name %.*s (%lld)"},
};

struct checking {
	const struct rule *rule;
	store_report_fn report;
	void *ctx;
	int64_t findings;
};

static bool take_finding(void *ctx, struct db_row *row)
{
	struct checking *c = ctx;
	char line[512];

/* The formats stand in the tables above, and are no input. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(line, sizeof(line), c->rule->format, (long long)row_int(row, 0),
		 TEXT_ARG(row_borrow(row, 1)), (long long)row_int(row, 2));
#pragma GCC diagnostic pop
	c->report(c->ctx, line);
	c->findings++;
	return true;
}

static const struct fault *run_rule(struct db *db, struct arena *a, struct checking *c,
				    const struct rule *rule)
{
	c->rule = rule;
	return db_query(db, a, &rule->sql, DB_NO_ARGS, take_finding, c);
}

static const struct fault *run_overlap_rules(struct db *db, struct arena *a, struct checking *c)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(overlap_rules) && !f; i++)
		f = run_rule(db, a, c, &overlap_rules[i]);
	return f;
}

static const struct fault *run_rules(struct db *db, struct arena *a, struct checking *c)
{
	const struct fault *f = run_overlap_rules(db, a, c);

	for (size_t i = 0; i < ARRAY_LEN(rules) && !f; i++)
		f = run_rule(db, a, c, &rules[i]);
	return f;
}

const struct fault *store_check(struct store *s, struct arena *a, store_report_fn report, void *ctx)
{
	struct checking c = {.report = report, .ctx = ctx};
	const struct fault *f;
	struct db *db;

	f = store_reader(s, a, &db);
	if (!f && db->ops->verify)
		f = db->ops->verify(db, a, report, ctx);
	if (!f)
		f = store_snapshot_begin(db, a);
	if (f)
		return f;
	f = run_rules(db, a, &c);
	store_snapshot_end(db);
	return f;
}

static void count_only(void *ctx, const char *finding)
{
	(void)ctx;
	(void)finding;
}

const struct fault *store_count_overlaps(struct store *s, struct arena *a, int64_t *count_out)
{
	struct checking c = {.report = count_only};
	struct db *db;
	const struct fault *f = store_reader(s, a, &db);

	if (!f)
		f = run_overlap_rules(db, a, &c);
	if (f)
		return f;
	metrics_set(METRIC_OVERLAPS, 0, c.findings);
	*count_out = c.findings;
	return NULL;
}
