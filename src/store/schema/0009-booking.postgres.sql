-- Bookings of every kind: by several hosts, for several invitees, to be confirmed, in a series.

-- Why it was made, moved or ended is its history's; here stands what it is now.
ALTER TABLE booking ADD COLUMN seats bigint NOT NULL DEFAULT 1;	-- that this invitee takes
ALTER TABLE booking ADD COLUMN lapses_at bigint NOT NULL DEFAULT 0;	-- of a pending one, seconds UTC; 0: never
ALTER TABLE booking ADD COLUMN location text COLLATE "C" NOT NULL DEFAULT '';	-- as the invitee is told it
ALTER TABLE booking ADD COLUMN join_url text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE booking ADD COLUMN rule text COLLATE "C" NOT NULL DEFAULT '';		-- of a series: RRULE and EXDATE lines
ALTER TABLE booking ADD COLUMN link text COLLATE "C" NOT NULL DEFAULT '';		-- booking_link.id that it used
ALTER TABLE booking ADD COLUMN reason text COLLATE "C" NOT NULL DEFAULT '';	-- of the last move or end, as it was given
-- Of one that shares an event: the booking that came first to it, which its hold goes by; '': none.
ALTER TABLE booking ADD COLUMN shares text COLLATE "C" NOT NULL DEFAULT '';
-- The mailbox as limits count it: in lower case, without what follows a plus.
ALTER TABLE booking ADD COLUMN mailbox text COLLATE "C" NOT NULL DEFAULT '';
-- 1: it came as a message: the invitee is the ORGANIZER, and the host an ATTENDEE.
ALTER TABLE booking ADD COLUMN received smallint NOT NULL DEFAULT 0;
-- 1: a pending one whose invitee has yet to confirm the address; else its host decides.
ALTER TABLE booking ADD COLUMN awaits_invitee smallint NOT NULL DEFAULT 0;
UPDATE booking SET mailbox = lower(invitee_email);
CREATE INDEX booking_by_type ON booking (owner, type, starts);
CREATE INDEX booking_by_mailbox ON booking (owner, mailbox, starts);
-- Few of many: what is reserved, and what is to be confirmed.
CREATE INDEX hold_by_expiry ON hold (owner, expires_at) WHERE expires_at > 0;
CREATE INDEX booking_pending ON booking (starts) WHERE status = 0;

-- Reservations, which are few among all holds, by their token.
CREATE INDEX hold_by_token ON hold (booking) WHERE expires_at > 0;

-- The weekly hours of the default schedule, where they stand as calendar data.
ALTER TABLE schedule ADD COLUMN availability text COLLATE "C" NOT NULL DEFAULT '';	-- VAVAILABILITY as it came (RFC 7953 §7.2.4); '': none
ALTER TABLE schedule ADD COLUMN availability_at bigint NOT NULL DEFAULT 0;	-- since when, seconds UTC
ALTER TABLE schedule ADD COLUMN source smallint NOT NULL DEFAULT 0;	-- enum schedule_source

-- The hosts of a booking of a team; of any other, its owner alone is the host.
CREATE TABLE booking_host (
	owner    bigint NOT NULL,	-- of the booking
	booking  text COLLATE "C" NOT NULL,		-- public id
	host     bigint NOT NULL,	-- owner.id; negative: who had it is gone
	optional smallint NOT NULL,	-- 1: would come, and holds no time; 2: is needed, and has declined
	cost     bigint NOT NULL,	-- of the turn that it was (team_turn.taken); 0: it was none
	PRIMARY KEY (owner, booking, host)
);
CREATE INDEX booking_host_by_host ON booking_host (host, booking, owner);

-- What became of a booking, and by whom; goes with its owner.
CREATE TABLE booking_history (
	owner   bigint NOT NULL,
	booking text COLLATE "C" NOT NULL,		-- public id
	n       bigint NOT NULL,	-- version of the booking that it made
	at      bigint NOT NULL,	-- seconds UTC
	what    smallint NOT NULL,	-- enum booking_event
	who     smallint NOT NULL,	-- enum booking_actor
	host    bigint NOT NULL,	-- owner.id of who declined; 0: nobody
	starts  bigint NOT NULL,	-- from then on
	ends    bigint NOT NULL,
	reason  text COLLATE "C" NOT NULL,
	PRIMARY KEY (owner, booking, n)
);

-- Links that book a type which is not offered to everybody, or once.
CREATE TABLE booking_link (
	owner      bigint NOT NULL,
	id         text COLLATE "C" NOT NULL,	-- public id
	digest     text COLLATE "C" NOT NULL,	-- of the secret in the link
	type       text COLLATE "C" NOT NULL,	-- meeting_type.id
	label      text COLLATE "C" NOT NULL,
	uses_max   bigint NOT NULL,	-- 0: as often as one likes
	uses       bigint NOT NULL,
	expires_at bigint NOT NULL,	-- seconds UTC; 0: never
	created    bigint NOT NULL,
	PRIMARY KEY (owner, id),
	UNIQUE (owner, digest)
);

-- Who would take a place that is full.
CREATE TABLE waiting (
	owner    bigint NOT NULL,
	type     text COLLATE "C" NOT NULL,		-- meeting_type.id
	starts   bigint NOT NULL,	-- of the slot
	id       text COLLATE "C" NOT NULL,		-- public id; ascending with time
	minutes  bigint NOT NULL,	-- how long
	seats    bigint NOT NULL,
	name     text COLLATE "C" NOT NULL,
	email    text COLLATE "C" NOT NULL,
	mailbox  text COLLATE "C" NOT NULL,		-- as in booking
	timezone text COLLATE "C" NOT NULL,
	language text COLLATE "C" NOT NULL,		-- that the mail is in; '': not known
	answers  text COLLATE "C" NOT NULL,		-- JSON object
	created  bigint NOT NULL,
	told_at  bigint NOT NULL,	-- of a place, seconds UTC; 0: not yet
	PRIMARY KEY (owner, type, starts, id)
);
CREATE INDEX waiting_by_start ON waiting (starts);

-- Whose turn it is: what each host of a round-robin was given, less what was given back.
CREATE TABLE team_turn (
	owner bigint NOT NULL,		-- of the type
	type  text COLLATE "C" NOT NULL,		-- meeting_type.id
	host  bigint NOT NULL,		-- owner.id; negative: a clock (store/team.h)
	taken bigint NOT NULL,		-- in 1/1000000 of a booking, divided by the weight
	last  bigint NOT NULL,		-- when last booked, seconds UTC; 0: never
	PRIMARY KEY (owner, type, host)
);
CREATE INDEX team_turn_by_host ON team_turn (host);

-- Programs that are told of bookings; each telling is a job. The secret that signs it follows from the server's key.
CREATE TABLE webhook (
	owner   bigint NOT NULL,
	id      text COLLATE "C" NOT NULL,		-- public id
	url     text COLLATE "C" NOT NULL,
	events  bigint NOT NULL,	-- bits of enum booking_event
	created bigint NOT NULL,
		secret_no    bigint NOT NULL,	-- how often its secret was renewed
	secret_since bigint NOT NULL,	-- when; the one before signs for a day more
	failing_since bigint NOT NULL,	-- seconds UTC; 0: the last attempt went well
	retry_at     bigint NOT NULL,	-- while it fails: no attempt before
	disabled     bigint NOT NULL,	-- 1: it is told no more until its host wants it again
	last_error   text COLLATE "C" NOT NULL,	-- of the last attempt that failed
PRIMARY KEY (owner, id)
);

-- Who is signed in with a browser.
CREATE TABLE session (
	digest  text COLLATE "C" NOT NULL PRIMARY KEY,	-- of the cookie
	owner   bigint NOT NULL,
	created bigint NOT NULL,
	expires bigint NOT NULL		-- seconds UTC
);
CREATE INDEX session_by_owner ON session (owner);
