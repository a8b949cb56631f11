-- Calendars elsewhere: accounts at Google, Outlook and CalDAV servers, what is read there, and copies of bookings.

-- Since when the oldest copy of a calendar that counts is what it is (seconds UTC); the largest number: no calendar
-- elsewhere counts. Noting it raises no version.
ALTER TABLE owner ADD COLUMN outside_at bigint NOT NULL DEFAULT 9223372036854775807;
ALTER TABLE owner ADD COLUMN outside_trust bigint NOT NULL DEFAULT 0;	-- 1: however old it is, it is believed

-- Whoever has chosen what they are told by mail has not been asked about this: that an account elsewhere is shut.
UPDATE owner SET notices = notices | 512 WHERE notices >= 0;

CREATE TABLE connection (
	owner        bigint NOT NULL,
	id           text COLLATE "C" NOT NULL,	-- public id
	provider     bigint NOT NULL,	-- enum provider
	account      text COLLATE "C" NOT NULL,	-- address or name there, as people know it
	subject      text COLLATE "C" NOT NULL,	-- what the provider calls it, for life
	url          text COLLATE "C" NOT NULL,	-- CalDAV: the calendar home; '' for others
	timezone     text COLLATE "C" NOT NULL,	-- IANA name of the account's; '': not known
	secret       bytea NOT NULL,	-- sealed (secret_seal()): tokens, or a password
	secret_no    bigint NOT NULL,	-- raised with each new one
	expires_at   bigint NOT NULL,	-- of the access token; 0: it has no end
	lease_until  bigint NOT NULL,	-- somebody asks for a new one until then; 0: nobody
	lease_holder text COLLATE "C" NOT NULL,
	state        bigint NOT NULL,	-- enum connection_state
	state_since  bigint NOT NULL,	-- seconds UTC
	last_error   text COLLATE "C" NOT NULL,	-- one sentence; '': the last call went well
	claims       text COLLATE "C" NOT NULL,	-- what the next consent has to bring (JSON of the provider's); '': nothing special
	write_after  bigint NOT NULL,	-- nothing is written there before (a quota); 0: at any time
	created      bigint NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, id)
);
CREATE INDEX connection_by_subject ON connection (provider, subject);

-- Calendars of a connection. Those that count have a collection with the same number, which no path leads to.
CREATE TABLE outside_calendar (
	owner       bigint NOT NULL,
	id          bigint NOT NULL,	-- from owner.last_id
	connection  text COLLATE "C" NOT NULL,
	remote      text COLLATE "C" NOT NULL,	-- its id there, or its path
	title       text COLLATE "C" NOT NULL,
	timezone    text COLLATE "C" NOT NULL,	-- IANA name; '': the account's
	may_write   bigint NOT NULL,	-- 1: the account may
	is_primary  bigint NOT NULL,	-- 1: the account's own
	is_gone     bigint NOT NULL,	-- 1: not there any more, or not to be seen
	counts      bigint NOT NULL,	-- 1: what is there is busy time here
	takes       bigint NOT NULL,	-- 1: bookings are written there; at most one of an owner
	skips_unanswered bigint NOT NULL,	-- 1: invitations that its owner has not answered take no time
	cursor      text COLLATE "C" NOT NULL,	-- where the next reading goes on; '': from the beginning
	page        text COLLATE "C" NOT NULL,	-- of a reading that is under way; '': none is
	window_end  bigint NOT NULL,	-- what is read ends there; 0: it does not
	round       bigint NOT NULL,	-- how often it was read from the beginning
	synced_at   bigint NOT NULL,	-- what is here was all there was then; 0: never
	synced_by   bigint NOT NULL,	-- lease of the reading that found that
	due_at      bigint NOT NULL,	-- when it is to be read next; the largest number: not at all
	lease_until bigint NOT NULL,	-- somebody reads it until then; 0: nobody
	lease       bigint NOT NULL,	-- which one is the last: each has a number of its own
	asked       bigint NOT NULL,	-- 1: something changed there while it was being read
	failures    bigint NOT NULL,	-- attempts in vain since the last that went well
	last_error  text COLLATE "C" NOT NULL,	-- one sentence; ''
	PRIMARY KEY (owner, id),
	UNIQUE (owner, connection, remote)
);
CREATE INDEX outside_calendar_by_due ON outside_calendar (due_at) WHERE counts = 1;

-- What stands there: one row for each thing that has an id there. An object is made of the rows of a series.
CREATE TABLE outside_event (
	owner    bigint NOT NULL,
	calendar bigint NOT NULL,
	remote   text COLLATE "C" NOT NULL,		-- its id there
	series   text COLLATE "C" NOT NULL,		-- of the series that it belongs to; its own id where it is none
	kind     bigint NOT NULL,	-- enum outside_kind
	etag     text COLLATE "C" NOT NULL,
	lines    text COLLATE "C" NOT NULL,		-- its component, or the EXDATE line of what does not take place; '': no time is taken
	round    bigint NOT NULL,	-- in which it was seen last
	PRIMARY KEY (owner, calendar, remote)
);
CREATE INDEX outside_event_by_series ON outside_event (owner, calendar, series);

-- Bookings as they were written there.
CREATE TABLE outside_copy (
	owner         bigint NOT NULL,	-- whose connection it is
	booking       text COLLATE "C" NOT NULL,	-- public id
	booking_owner bigint NOT NULL,	-- another one's where a team is booked
	connection    text COLLATE "C" NOT NULL,
	calendar      bigint NOT NULL,
	remote        text COLLATE "C" NOT NULL,	-- its id there; '': not known yet
	mark          text COLLATE "C" NOT NULL,	-- by which it is known before its id is
	generation    bigint NOT NULL,	-- how often it was made anew: an id is never free again
	etag          text COLLATE "C" NOT NULL,
	state         bigint NOT NULL,	-- enum copy_state
	starts        bigint NOT NULL,	-- as it was written last, seconds UTC
	ends          bigint NOT NULL,
	version       bigint NOT NULL,	-- a number made of all else that was written last; 0: nothing yet
	link          text COLLATE "C" NOT NULL,	-- of its conference; ''
	written       bigint NOT NULL,	-- version of the booking that was written last; 0: none yet
	why           text COLLATE "C" NOT NULL,	-- it is not there as it should be, one sentence; ''
	round         bigint NOT NULL,	-- of its calendar, in which it was seen last
	PRIMARY KEY (owner, booking)
);
CREATE INDEX outside_copy_by_remote ON outside_copy (owner, remote);
CREATE INDEX outside_copy_by_mark ON outside_copy (owner, mark);
CREATE INDEX outside_copy_lacking ON outside_copy (owner, calendar) WHERE why <> '';

-- Whom a provider tells of changes: a channel of Google's, a subscription of Outlook's.
CREATE TABLE outside_watch (
	owner      bigint NOT NULL,
	id         text COLLATE "C" NOT NULL,	-- public id, by which it is told
	calendar   bigint NOT NULL,
	connection text COLLATE "C" NOT NULL,
	remote     text COLLATE "C" NOT NULL,	-- what the provider calls it; '': not known yet
	resource   text COLLATE "C" NOT NULL,	-- resourceId of Google's
	expires_at bigint NOT NULL,	-- seconds UTC
	renew_at   bigint NOT NULL,	-- when another takes its place; the largest number: one has
	PRIMARY KEY (owner, id)
);
CREATE INDEX outside_watch_by_renewal ON outside_watch (renew_at);
CREATE INDEX outside_watch_by_calendar ON outside_watch (owner, calendar);

-- Jobs that share a lane are done one at a time, whoever their owners are; '': any number.
ALTER TABLE job ADD COLUMN lane text COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX job_by_lane ON job (kind, lane, ready_at) WHERE lane <> '';
-- Those that somebody is at.
CREATE INDEX job_held ON job (kind, ready_at, lane) WHERE lane <> '' AND ready_at <> due_at;
