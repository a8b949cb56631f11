-- Bookings of every kind: by several hosts, for several invitees, to be confirmed, in a series.

-- Why it was made, moved or ended is its history's; here stands what it is now.
ALTER TABLE booking ADD COLUMN seats INTEGER NOT NULL DEFAULT 1;	-- that this invitee takes
ALTER TABLE booking ADD COLUMN lapses_at INTEGER NOT NULL DEFAULT 0;	-- of a pending one, seconds UTC; 0: never
ALTER TABLE booking ADD COLUMN location TEXT NOT NULL DEFAULT '';	-- as the invitee is told it
ALTER TABLE booking ADD COLUMN join_url TEXT NOT NULL DEFAULT '';
ALTER TABLE booking ADD COLUMN rule TEXT NOT NULL DEFAULT '';		-- of a series: RRULE and EXDATE lines
ALTER TABLE booking ADD COLUMN link TEXT NOT NULL DEFAULT '';		-- booking_link.id that it used
ALTER TABLE booking ADD COLUMN reason TEXT NOT NULL DEFAULT '';	-- of the last move or end, as it was given
-- Of one that shares an event: the booking that came first to it, which its hold goes by; '': none.
ALTER TABLE booking ADD COLUMN shares TEXT NOT NULL DEFAULT '';
-- The mailbox as limits count it: in lower case, without what follows a plus.
ALTER TABLE booking ADD COLUMN mailbox TEXT NOT NULL DEFAULT '';
-- 1: it came as a message: the invitee is the ORGANIZER, and the host an ATTENDEE.
ALTER TABLE booking ADD COLUMN received INTEGER NOT NULL DEFAULT 0;
-- 1: a pending one whose invitee has yet to confirm the address; else its host decides.
ALTER TABLE booking ADD COLUMN awaits_invitee INTEGER NOT NULL DEFAULT 0;
UPDATE booking SET mailbox = lower(invitee_email);
CREATE INDEX booking_by_type ON booking (owner, type, starts);
CREATE INDEX booking_by_mailbox ON booking (owner, mailbox, starts);
-- Few of many: what is reserved, and what is to be confirmed.
CREATE INDEX hold_by_expiry ON hold (owner, expires_at) WHERE expires_at > 0;
CREATE INDEX booking_pending ON booking (starts) WHERE status = 0;

-- Reservations, which are few among all holds, by their token.
CREATE INDEX hold_by_token ON hold (booking) WHERE expires_at > 0;

-- The weekly hours of the default schedule, where they stand as calendar data.
ALTER TABLE schedule ADD COLUMN availability TEXT NOT NULL DEFAULT '';	-- VAVAILABILITY as it came (RFC 7953 §7.2.4); '': none
ALTER TABLE schedule ADD COLUMN availability_at INTEGER NOT NULL DEFAULT 0;	-- since when, seconds UTC
ALTER TABLE schedule ADD COLUMN source INTEGER NOT NULL DEFAULT 0;	-- enum schedule_source

-- The hosts of a booking of a team; of any other, its owner alone is the host.
CREATE TABLE booking_host (
	owner    INTEGER NOT NULL,	-- of the booking
	booking  TEXT NOT NULL,		-- public id
	host     INTEGER NOT NULL,	-- owner.id; negative: who had it is gone
	optional INTEGER NOT NULL,	-- 1: would come, and holds no time; 2: is needed, and has declined
	cost     INTEGER NOT NULL,	-- of the turn that it was (team_turn.taken); 0: it was none
	PRIMARY KEY (owner, booking, host)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_host_by_host ON booking_host (host, booking, owner);

-- What became of a booking, and by whom; goes with its owner.
CREATE TABLE booking_history (
	owner   INTEGER NOT NULL,
	booking TEXT NOT NULL,		-- public id
	n       INTEGER NOT NULL,	-- version of the booking that it made
	at      INTEGER NOT NULL,	-- seconds UTC
	what    INTEGER NOT NULL,	-- enum booking_event
	who     INTEGER NOT NULL,	-- enum booking_actor
	host    INTEGER NOT NULL,	-- owner.id of who declined; 0: nobody
	starts  INTEGER NOT NULL,	-- from then on
	ends    INTEGER NOT NULL,
	reason  TEXT NOT NULL,
	PRIMARY KEY (owner, booking, n)
) STRICT, WITHOUT ROWID;

-- Links that book a type which is not offered to everybody, or once.
CREATE TABLE booking_link (
	owner      INTEGER NOT NULL,
	id         TEXT NOT NULL,	-- public id
	digest     TEXT NOT NULL,	-- of the secret in the link
	type       TEXT NOT NULL,	-- meeting_type.id
	label      TEXT NOT NULL,
	uses_max   INTEGER NOT NULL,	-- 0: as often as one likes
	uses       INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,	-- seconds UTC; 0: never
	created    INTEGER NOT NULL,
	PRIMARY KEY (owner, id),
	UNIQUE (owner, digest)
) STRICT, WITHOUT ROWID;

-- Who would take a place that is full.
CREATE TABLE waiting (
	owner    INTEGER NOT NULL,
	type     TEXT NOT NULL,		-- meeting_type.id
	starts   INTEGER NOT NULL,	-- of the slot
	id       TEXT NOT NULL,		-- public id; ascending with time
	minutes  INTEGER NOT NULL,	-- how long
	seats    INTEGER NOT NULL,
	name     TEXT NOT NULL,
	email    TEXT NOT NULL,
	mailbox  TEXT NOT NULL,		-- as in booking
	timezone TEXT NOT NULL,
	language TEXT NOT NULL,		-- that the mail is in; '': not known
	answers  TEXT NOT NULL,		-- JSON object
	created  INTEGER NOT NULL,
	told_at  INTEGER NOT NULL,	-- of a place, seconds UTC; 0: not yet
	PRIMARY KEY (owner, type, starts, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_by_start ON waiting (starts);

-- Whose turn it is: what each host of a round-robin was given, less what was given back.
CREATE TABLE team_turn (
	owner INTEGER NOT NULL,		-- of the type
	type  TEXT NOT NULL,		-- meeting_type.id
	host  INTEGER NOT NULL,		-- owner.id; negative: a clock (store/team.h)
	taken INTEGER NOT NULL,		-- in 1/1000000 of a booking, divided by the weight
	last  INTEGER NOT NULL,		-- when last booked, seconds UTC; 0: never
	PRIMARY KEY (owner, type, host)
) STRICT, WITHOUT ROWID;
CREATE INDEX team_turn_by_host ON team_turn (host);

-- Programs that are told of bookings; each telling is a job. The secret that signs it follows from the server's key.
CREATE TABLE webhook (
	owner   INTEGER NOT NULL,
	id      TEXT NOT NULL,		-- public id
	url     TEXT NOT NULL,
	events  INTEGER NOT NULL,	-- bits of enum booking_event
	created INTEGER NOT NULL,
		secret_no    INTEGER NOT NULL,	-- how often its secret was renewed
	secret_since INTEGER NOT NULL,	-- when; the one before signs for a day more
	failing_since INTEGER NOT NULL,	-- seconds UTC; 0: the last attempt went well
	retry_at     INTEGER NOT NULL,	-- while it fails: no attempt before
	disabled     INTEGER NOT NULL,	-- 1: it is told no more until its host wants it again
	last_error   TEXT NOT NULL,	-- of the last attempt that failed
PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

-- Who is signed in with a browser.
CREATE TABLE session (
	digest  TEXT NOT NULL PRIMARY KEY,	-- of the cookie
	owner   INTEGER NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL		-- seconds UTC
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_owner ON session (owner);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
	('booking', 'booking_by_type', '1000000 1000 300 1'),
	('booking', 'booking_by_mailbox', '1000000 1000 2 1'),
	('hold', 'hold_by_token', '100 1'),
	('booking_host', 'booking_host', '100000 100 2 1'),
	('booking_host', 'booking_host_by_host', '100000 100 1 1'),
	('booking_history', 'booking_history', '2000000 2000 2 1'),
	('booking_link', 'booking_link', '10000 10 1'),
	('booking_link', 'sqlite_autoindex_booking_link_2', '10000 10 1'),
	('waiting', 'waiting', '1000 10 5 2 1'),
	('waiting', 'waiting_by_start', '1000 2'),
	('team_turn', 'team_turn', '1000 20 10 1'),
	('team_turn', 'team_turn_by_host', '1000 5'),
	('hold', 'hold_by_expiry', '100 2 1'),
	('booking', 'booking_pending', '1000 1'),
	('webhook', 'webhook', '1000 2 1'),
	('session', 'session', '1000 1'),
	('session', 'session_by_owner', '1000 2');
