-- The first schema, SQLite. Its sister 0001-first.postgres.sql says the same
-- in PostgreSQL's words; statements are shared, so names are equal in both.
--
-- Every key begins with the owner, so that a store can be split by owner.
-- Times are seconds since the epoch, UTC; intervals are half-open, [starts, ends).
-- Texts are UTF-8; '' stands for "none". There are no foreign keys: a change
-- keeps references right by itself, and `fasti check` looks for broken ones.
-- Tables with composite keys have no rowid, but for those that hold large data.

-- Numbers that belong to the whole store: 'horizon-from' and 'horizon-until', between
-- which occurrences stand, seconds UTC; 'zone-version', the zone data that they were made
-- with (negative: all are just being brought to it; 0: they are of several).
CREATE TABLE setting (
	name   TEXT NOT NULL PRIMARY KEY,
	number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What leads to an owner without knowing the owner.
CREATE TABLE directory (
	kind   INTEGER NOT NULL,	-- 0 name of a principal, 1 mail address, 2 token of a feed
	name   TEXT NOT NULL,		-- in lower case where kind is 0 or 1
	owner  INTEGER NOT NULL,
	rank   INTEGER NOT NULL,	-- of an address: 0 is the preferred one
	PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX directory_by_owner ON directory (owner, kind, rank);

-- Principals.
CREATE TABLE owner (
	id            INTEGER PRIMARY KEY AUTOINCREMENT,	-- never given twice
	kind          INTEGER NOT NULL,	-- enum owner_kind
	name          TEXT NOT NULL,	-- unique by its row in directory
	display_name  TEXT NOT NULL,
	email         TEXT NOT NULL,	-- as it was written; found by directory
	timezone      TEXT NOT NULL,	-- IANA name
	password_hash TEXT NOT NULL,	-- '' : cannot log in
	version       INTEGER NOT NULL,	-- raised by every change of anything of theirs
	rules         INTEGER NOT NULL,	-- raised by changes of what a host offers: types, schedules, calendars
	last_id       INTEGER NOT NULL,	-- the last number given to a collection or object of theirs
	created       INTEGER NOT NULL	-- seconds UTC
) STRICT;

-- Calendars, inbox and outbox.
CREATE TABLE collection (
	owner       INTEGER NOT NULL,
	id          INTEGER NOT NULL,	-- from owner.last_id
	kind        INTEGER NOT NULL,	-- enum collection_kind
	name        TEXT NOT NULL,	-- path segment, decoded; '/' and the id when buried
	buried      INTEGER NOT NULL,	-- 1: deleted, waits for a job to remove what it held
	components  INTEGER NOT NULL,	-- bits of enum ical_component that it takes
	transparent INTEGER NOT NULL,	-- 1: not counted as busy (RFC 6638 §9.1)
	timezone    TEXT NOT NULL,	-- IANA name of calendar-timezone; '': the owner's
	seq         INTEGER NOT NULL,	-- number of the last change (RFC 6578)
	seq_floor   INTEGER NOT NULL,	-- sync tokens below are too old: tombstones were dropped
	created     INTEGER NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, id),
	UNIQUE (owner, name)
) STRICT, WITHOUT ROWID;

-- WebDAV properties kept as XML.
CREATE TABLE property (
	owner      INTEGER NOT NULL,
	collection INTEGER NOT NULL,	-- 0: of the principal
	object     INTEGER NOT NULL,	-- 0: of the collection itself
	ns         TEXT NOT NULL,	-- namespace URI
	name       TEXT NOT NULL,	-- local name
	xml        TEXT NOT NULL,	-- the whole element, able to stand alone
	PRIMARY KEY (owner, collection, object, ns, name)
) STRICT, WITHOUT ROWID;

-- Calendar object resources, without their data: what a listing reads in one go.
CREATE TABLE object (
	owner        INTEGER NOT NULL,
	collection   INTEGER NOT NULL,
	name         TEXT NOT NULL,	-- path segment, decoded
	id           INTEGER NOT NULL,	-- from owner.last_id
	uid          TEXT NOT NULL,
	component    INTEGER NOT NULL,	-- enum ical_component
	etag         TEXT NOT NULL,	-- without quotes
	schedule_tag TEXT NOT NULL,	-- without quotes; '': not a scheduling object
	size_bytes   INTEGER NOT NULL,
	seq          INTEGER NOT NULL,	-- collection.seq of its last change
	first_start  INTEGER NOT NULL,	-- first start of all occurrences, UTC or local seconds
	last_end     INTEGER NOT NULL,	-- last end of them; 9223372036854775807: endless
	partial      INTEGER NOT NULL,	-- 1: recurs beyond the horizon, its rows do not say everything
	zone_version INTEGER NOT NULL,	-- of the zone data its occurrences were made with; 0: it names no zone
	created      INTEGER NOT NULL,	-- seconds UTC
	modified     INTEGER NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, collection, name)
) STRICT, WITHOUT ROWID;
-- One UID once in a collection (RFC 4791 §5.3.2.1), and found in all of them.
CREATE UNIQUE INDEX object_by_uid ON object (owner, uid, collection);
-- With zone_version, so that what is of other zone data is found without the rows.
CREATE INDEX object_by_id ON object (owner, id, zone_version);
-- What must be expanded on the spot past the horizon, and anew when it moves.
CREATE INDEX object_partial ON object (owner, id) WHERE partial = 1;
CREATE INDEX object_by_seq ON object (owner, collection, seq);

-- The bytes of the client, apart from the listing.
CREATE TABLE object_data (
	owner INTEGER NOT NULL,
	id    INTEGER NOT NULL,		-- object.id
	data  BLOB NOT NULL,		-- as it came
	PRIMARY KEY (owner, id)
) STRICT;

-- What was removed, for sync-collection (RFC 6578 §3.5.2); forgotten after its time.
CREATE TABLE tombstone (
	owner      INTEGER NOT NULL,
	collection INTEGER NOT NULL,
	name       TEXT NOT NULL,
	seq        INTEGER NOT NULL,	-- collection.seq of the removal
	removed    INTEGER NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, collection, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstone_by_seq ON tombstone (owner, collection, seq);

-- When things happen, expanded at write time up to the horizon.
CREATE TABLE occurrence (
	owner        INTEGER NOT NULL,
	collection   INTEGER NOT NULL,
	class        INTEGER NOT NULL,	-- 0 fixed, at most a day; 1 fixed, longer; 2 and 3 the same, floating
	starts       INTEGER NOT NULL,	-- UTC, or local seconds when floating
	object       INTEGER NOT NULL,	-- object.id
	n            INTEGER NOT NULL,	-- 0, 1 … where one object has several at one start
	ends         INTEGER NOT NULL,
	what         INTEGER NOT NULL,	-- enum occurrence_busy (0: free) + 8 if floating + 16 * enum
					-- ical_component; one column, as each costs on a long read
	PRIMARY KEY (owner, collection, class, starts, object, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX occurrence_by_object ON occurrence (owner, object);

-- Time that belongs to one booking and to nothing else.
CREATE TABLE hold (
	owner      INTEGER NOT NULL,
	starts     INTEGER NOT NULL,
	ends       INTEGER NOT NULL CHECK (ends > starts),
	reason     INTEGER NOT NULL,	-- enum hold_reason
	booking    TEXT NOT NULL,	-- public id
	expires_at INTEGER NOT NULL,	-- seconds UTC; 0: never
	PRIMARY KEY (owner, starts)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_by_booking ON hold (owner, booking);
-- As no two rows overlap, the last one that starts before an end ends last, too.
CREATE TRIGGER hold_no_overlap_insert BEFORE INSERT ON hold BEGIN
	SELECT RAISE(ABORT, 'holds overlap')
	WHERE (SELECT ends FROM hold WHERE owner = NEW.owner AND starts < NEW.ends
	       ORDER BY starts DESC LIMIT 1) > NEW.starts;
END;
CREATE TRIGGER hold_no_overlap_update BEFORE UPDATE OF owner, starts, ends ON hold BEGIN
	SELECT RAISE(ABORT, 'holds overlap')
	WHERE EXISTS (SELECT 1 FROM hold WHERE owner = NEW.owner AND starts < NEW.ends
	              AND ends > NEW.starts AND NOT (owner = OLD.owner AND starts = OLD.starts));
END;

-- Holds that a host put over others with open eyes; these may overlap.
CREATE TABLE hold_forced (
	owner   INTEGER NOT NULL,
	starts  INTEGER NOT NULL,
	booking TEXT NOT NULL,		-- public id
	ends    INTEGER NOT NULL CHECK (ends > starts),
	reason  INTEGER NOT NULL,	-- enum hold_reason
	PRIMARY KEY (owner, starts, booking)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_forced_by_booking ON hold_forced (owner, booking);

-- What a host offers.
CREATE TABLE meeting_type (
	owner   INTEGER NOT NULL,
	id      TEXT NOT NULL,		-- public id
	slug    TEXT NOT NULL,		-- part of the address of the page
	title   TEXT NOT NULL,
	rules   TEXT NOT NULL,		-- JSON object, as the host API shows it
	version INTEGER NOT NULL,	-- raised by each edit
	PRIMARY KEY (owner, id),
	UNIQUE (owner, slug)
) STRICT, WITHOUT ROWID;

-- When a host may be booked.
CREATE TABLE schedule (
	owner    INTEGER NOT NULL,
	id       TEXT NOT NULL,		-- 'default', or a public id
	name     TEXT NOT NULL,
	timezone TEXT NOT NULL,		-- IANA name
	rules    TEXT NOT NULL,		-- JSON object: weekly, overrides
	version  INTEGER NOT NULL,	-- raised by each edit
	PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

-- What was booked; stays when the event is gone.
CREATE TABLE booking (
	owner            INTEGER NOT NULL,
	id               TEXT NOT NULL,	-- public id
	type             TEXT NOT NULL,	-- meeting_type.id
	uid              TEXT NOT NULL,	-- of the event, for life
	collection       INTEGER NOT NULL,	-- where the event stands
	object_name      TEXT NOT NULL,
	status           INTEGER NOT NULL,	-- enum booking_status
	starts           INTEGER NOT NULL,
	ends             INTEGER NOT NULL,
	sequence         INTEGER NOT NULL,	-- SEQUENCE of the event
	version          INTEGER NOT NULL,	-- raised by each change
	invitee_name     TEXT NOT NULL,
	invitee_email    TEXT NOT NULL,
	invitee_timezone TEXT NOT NULL,	-- IANA name
	answers          TEXT NOT NULL,	-- JSON object
	created          INTEGER NOT NULL,	-- seconds UTC
	modified         INTEGER NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_by_uid ON booking (owner, uid);
CREATE INDEX booking_by_start ON booking (owner, starts);

-- Which request made which booking.
CREATE TABLE booking_key (
	owner       INTEGER NOT NULL,
	name        TEXT NOT NULL,	-- Idempotency-Key
	body_digest TEXT NOT NULL,	-- hex
	booking     TEXT NOT NULL,	-- public id
	expires_at  INTEGER NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_key_by_expiry ON booking_key (owner, expires_at);

-- Slow things, never lost. Their numbers mean nothing outside this store.
CREATE TABLE job (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	owner      INTEGER NOT NULL,	-- 0: of the whole store
	kind       TEXT NOT NULL,	-- 'mail', 'purge', …
	name       TEXT NOT NULL,	-- the key that makes it unique
	payload    TEXT NOT NULL,	-- JSON
	due_at     INTEGER NOT NULL,	-- seconds UTC: not before
	ready_at   INTEGER,		-- due_at, or the end of the lease; NULL: given up
	attempts   INTEGER NOT NULL,	-- times it was taken
	last_error TEXT NOT NULL,
	UNIQUE (owner, kind, name)
) STRICT;
CREATE INDEX job_by_ready ON job (kind, ready_at);

-- What the planner is to think of the tables: rows, then how many share the
-- first column of the index, the first two, and so on. Without it, it takes the
-- primary key for an index as good as any and reads all of an owner's rows. The
-- figures are of a large store; only their order of magnitude matters, and
-- nothing ever measures again, so a plan never changes by itself.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
	('object', 'object', '1000000 1000 300 1'),
	('object', 'object_by_uid', '1000000 1000 1 1'),
	('object', 'object_by_id', '1000000 1000 1 1'),
	('object', 'object_by_seq', '1000000 1000 300 1'),
	('object', 'object_partial', '100000 100 1'),
	('object_data', 'sqlite_autoindex_object_data_1', '1000000 1000 1'),
	('tombstone', 'tombstone', '100000 100 30 1'),
	('tombstone', 'tombstone_by_seq', '100000 100 30 1'),
	('property', 'property', '100000 100 30 3 2 1'),
	('occurrence', 'occurrence', '10000000 10000 3000 1500 1 1 1'),
	('occurrence', 'occurrence_by_object', '10000000 10000 10'),
	('hold', 'hold', '1000000 1000 1'),
	('hold', 'hold_by_booking', '1000000 1000 1'),
	('booking', 'booking', '1000000 1000 1'),
	('booking', 'booking_by_uid', '1000000 1000 1'),
	('booking', 'booking_by_start', '1000000 1000 1'),
	('booking_key', 'booking_key', '100000 100 1'),
	('booking_key', 'booking_key_by_expiry', '100000 100 2'),
	('collection', 'collection', '3000 3 1'),
	('collection', 'sqlite_autoindex_collection_2', '3000 3 1'),
	('job', 'sqlite_autoindex_job_1', '10000 10 5 1'),
	('job', 'job_by_ready', '10000 5000 2');
