-- Calendars elsewhere: accounts at Google, Outlook and CalDAV servers, what is read there, and copies of bookings.

-- Since when the oldest copy of a calendar that counts is what it is (seconds UTC); the largest number: no calendar
-- elsewhere counts. Noting it raises no version.
ALTER TABLE owner ADD COLUMN outside_at INTEGER NOT NULL DEFAULT 9223372036854775807;
ALTER TABLE owner ADD COLUMN outside_trust INTEGER NOT NULL DEFAULT 0;	-- 1: however old it is, it is believed

-- Whoever has chosen what they are told by mail has not been asked about this: that an account elsewhere is shut.
UPDATE owner SET notices = notices | 512 WHERE notices >= 0;

CREATE TABLE connection (
	owner        INTEGER NOT NULL,
	id           TEXT NOT NULL,	-- public id
	provider     INTEGER NOT NULL,	-- enum provider
	account      TEXT NOT NULL,	-- address or name there, as people know it
	subject      TEXT NOT NULL,	-- what the provider calls it, for life
	url          TEXT NOT NULL,	-- CalDAV: the calendar home; '' for others
	timezone     TEXT NOT NULL,	-- IANA name of the account's; '': not known
	secret       BLOB NOT NULL,	-- sealed (secret_seal()): tokens, or a password
	secret_no    INTEGER NOT NULL,	-- raised with each new one
	expires_at   INTEGER NOT NULL,	-- of the access token; 0: it has no end
	lease_until  INTEGER NOT NULL,	-- somebody asks for a new one until then; 0: nobody
	lease_holder TEXT NOT NULL,
	state        INTEGER NOT NULL,	-- enum connection_state
	state_since  INTEGER NOT NULL,	-- seconds UTC
	last_error   TEXT NOT NULL,	-- one sentence; '': the last call went well
	claims       TEXT NOT NULL,	-- what the next consent has to bring (JSON of the provider's); '': nothing special
	write_after  INTEGER NOT NULL,	-- nothing is written there before (a quota); 0: at any time
	created      INTEGER NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX connection_by_subject ON connection (provider, subject);

-- Calendars of a connection. Those that count have a collection with the same number, which no path leads to.
CREATE TABLE outside_calendar (
	owner       INTEGER NOT NULL,
	id          INTEGER NOT NULL,	-- from owner.last_id
	connection  TEXT NOT NULL,
	remote      TEXT NOT NULL,	-- its id there, or its path
	title       TEXT NOT NULL,
	timezone    TEXT NOT NULL,	-- IANA name; '': the account's
	may_write   INTEGER NOT NULL,	-- 1: the account may
	is_primary  INTEGER NOT NULL,	-- 1: the account's own
	is_gone     INTEGER NOT NULL,	-- 1: not there any more, or not to be seen
	counts      INTEGER NOT NULL,	-- 1: what is there is busy time here
	takes       INTEGER NOT NULL,	-- 1: bookings are written there; at most one of an owner
	skips_unanswered INTEGER NOT NULL,	-- 1: invitations that its owner has not answered take no time
	cursor      TEXT NOT NULL,	-- where the next reading goes on; '': from the beginning
	page        TEXT NOT NULL,	-- of a reading that is under way; '': none is
	window_end  INTEGER NOT NULL,	-- what is read ends there; 0: it does not
	round       INTEGER NOT NULL,	-- how often it was read from the beginning
	synced_at   INTEGER NOT NULL,	-- what is here was all there was then; 0: never
	synced_by   INTEGER NOT NULL,	-- lease of the reading that found that
	due_at      INTEGER NOT NULL,	-- when it is to be read next; the largest number: not at all
	lease_until INTEGER NOT NULL,	-- somebody reads it until then; 0: nobody
	lease       INTEGER NOT NULL,	-- which one is the last: each has a number of its own
	asked       INTEGER NOT NULL,	-- 1: something changed there while it was being read
	failures    INTEGER NOT NULL,	-- attempts in vain since the last that went well
	last_error  TEXT NOT NULL,	-- one sentence; ''
	PRIMARY KEY (owner, id),
	UNIQUE (owner, connection, remote)
) STRICT, WITHOUT ROWID;
CREATE INDEX outside_calendar_by_due ON outside_calendar (due_at) WHERE counts = 1;

-- What stands there: one row for each thing that has an id there. An object is made of the rows of a series.
CREATE TABLE outside_event (
	owner    INTEGER NOT NULL,
	calendar INTEGER NOT NULL,
	remote   TEXT NOT NULL,		-- its id there
	series   TEXT NOT NULL,		-- of the series that it belongs to; its own id where it is none
	kind     INTEGER NOT NULL,	-- enum outside_kind
	etag     TEXT NOT NULL,
	lines    TEXT NOT NULL,		-- its component, or the EXDATE line of what does not take place; '': no time is taken
	round    INTEGER NOT NULL,	-- in which it was seen last
	PRIMARY KEY (owner, calendar, remote)
) STRICT, WITHOUT ROWID;
CREATE INDEX outside_event_by_series ON outside_event (owner, calendar, series);

-- Bookings as they were written there.
CREATE TABLE outside_copy (
	owner         INTEGER NOT NULL,	-- whose connection it is
	booking       TEXT NOT NULL,	-- public id
	booking_owner INTEGER NOT NULL,	-- another one's where a team is booked
	connection    TEXT NOT NULL,
	calendar      INTEGER NOT NULL,
	remote        TEXT NOT NULL,	-- its id there; '': not known yet
	mark          TEXT NOT NULL,	-- by which it is known before its id is
	generation    INTEGER NOT NULL,	-- how often it was made anew: an id is never free again
	etag          TEXT NOT NULL,
	state         INTEGER NOT NULL,	-- enum copy_state
	starts        INTEGER NOT NULL,	-- as it was written last, seconds UTC
	ends          INTEGER NOT NULL,
	version       INTEGER NOT NULL,	-- a number made of all else that was written last; 0: nothing yet
	link          TEXT NOT NULL,	-- of its conference; ''
	written       INTEGER NOT NULL,	-- version of the booking that was written last; 0: none yet
	why           TEXT NOT NULL,	-- it is not there as it should be, one sentence; ''
	round         INTEGER NOT NULL,	-- of its calendar, in which it was seen last
	PRIMARY KEY (owner, booking)
) STRICT, WITHOUT ROWID;
CREATE INDEX outside_copy_by_remote ON outside_copy (owner, remote);
CREATE INDEX outside_copy_by_mark ON outside_copy (owner, mark);
CREATE INDEX outside_copy_lacking ON outside_copy (owner, calendar) WHERE why <> '';

-- Whom a provider tells of changes: a channel of Google's, a subscription of Outlook's.
CREATE TABLE outside_watch (
	owner      INTEGER NOT NULL,
	id         TEXT NOT NULL,	-- public id, by which it is told
	calendar   INTEGER NOT NULL,
	connection TEXT NOT NULL,
	remote     TEXT NOT NULL,	-- what the provider calls it; '': not known yet
	resource   TEXT NOT NULL,	-- resourceId of Google's
	expires_at INTEGER NOT NULL,	-- seconds UTC
	renew_at   INTEGER NOT NULL,	-- when another takes its place; the largest number: one has
	PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outside_watch_by_renewal ON outside_watch (renew_at);
CREATE INDEX outside_watch_by_calendar ON outside_watch (owner, calendar);

-- Jobs that share a lane are done one at a time, whoever their owners are; '': any number.
ALTER TABLE job ADD COLUMN lane TEXT NOT NULL DEFAULT '';
CREATE INDEX job_by_lane ON job (kind, lane, ready_at) WHERE lane <> '';
-- Those that somebody is at.
CREATE INDEX job_held ON job (kind, ready_at, lane) WHERE lane <> '' AND ready_at <> due_at;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
	('connection', 'connection', '100000 1 1'),
	('connection', 'connection_by_subject', '100000 30000 1'),
	('outside_calendar', 'outside_calendar', '100000 1 1'),
	('outside_calendar', 'outside_calendar_by_due', '100000 2'),
	('outside_event', 'outside_event', '10000000 100 100 1'),
	('outside_event', 'outside_event_by_series', '10000000 100 100 2'),
	('outside_copy', 'outside_copy', '1000000 20 1'),
	('outside_copy', 'outside_copy_by_remote', '1000000 20 1'),
	('outside_copy', 'outside_copy_by_mark', '1000000 20 1'),
	('outside_copy', 'outside_copy_lacking', '1000 2 2'),
	('outside_watch', 'outside_watch', '100000 1 1'),
	('outside_watch', 'outside_watch_by_renewal', '100000 2'),
	('outside_watch', 'outside_watch_by_calendar', '100000 1 1'),
	('job', 'job_by_lane', '5000 5000 20 2'),
	('job', 'job_held', '20 20 2 1');
