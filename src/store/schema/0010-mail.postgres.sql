-- Mail that is answered: by which address an answer comes back, what came, and what waits for a person.

ALTER TABLE booking ADD COLUMN language text COLLATE "C" NOT NULL DEFAULT '';	-- that the invitee is written to in; '': not known
-- What stands in the way of mail to the invitee, as SCHEDULE-STATUS and words: "5.1 No such user."; '': nothing.
ALTER TABLE booking ADD COLUMN mail_fault text COLLATE "C" NOT NULL DEFAULT '';
-- What it was booked with: when who is reminded, and told afterwards (calendar/reminders.h); '': nothing.
ALTER TABLE booking ADD COLUMN reminders TEXT NOT NULL DEFAULT '';
ALTER TABLE owner ADD COLUMN language text COLLATE "C" NOT NULL DEFAULT '';		-- that the owner is written to in; '': not set
ALTER TABLE owner ADD COLUMN notices bigint NOT NULL DEFAULT -1;	-- bits of enum owner_notice: what is told by mail; -1: as by default
ALTER TABLE job ADD COLUMN lease bigint NOT NULL DEFAULT 0;	-- which one is the last: each taking has a number of its own

-- How mail to one person about one UID leaves, and by what its answer is known: for life.
CREATE TABLE reply_address (
	token    text COLLATE "C" NOT NULL PRIMARY KEY,
	owner    bigint NOT NULL,	-- who writes
	uid      text COLLATE "C" NOT NULL,
	attendee text COLLATE "C" NOT NULL,		-- who is written to, as ical_address() makes it
	mailbox  text COLLATE "C" NOT NULL,		-- LOCAL@DOMAIN: they see LOCAL+TOKEN@DOMAIN as ORGANIZER; '': the owner's own address
	first    text COLLATE "C" NOT NULL,		-- digest of what the first mail says: the others refer to it
	created  bigint NOT NULL,	-- seconds UTC
	UNIQUE (owner, uid, attendee)
);

-- Messages that were taken in: a second copy of one changes nothing.
CREATE TABLE mail_seen (
	digest  text COLLATE "C" NOT NULL PRIMARY KEY,	-- of the message and of whom it came to
	at      bigint NOT NULL,		-- seconds UTC
	outcome bigint NOT NULL		-- enum intake_outcome
);
CREATE INDEX mail_seen_by_time ON mail_seen (at);

-- How far each watched mailbox was read (RFC 3501 §2.3.1.1).
CREATE TABLE mailbox (
	name        text COLLATE "C" NOT NULL PRIMARY KEY,	-- user@host/folder
	uidvalidity bigint NOT NULL,
	uid         bigint NOT NULL,		-- the highest that was settled
	holder      text NOT NULL,		-- the server that watches it; '': none
	expires     bigint NOT NULL		-- seconds UTC; until then no other does
);

-- Messages that wait for a person: an answer that nobody vouches for, or what cannot be read.
CREATE TABLE mail_kept (
	id       text COLLATE "C" NOT NULL PRIMARY KEY,	-- public id; ascending with time
	owner    bigint NOT NULL,	-- who is shown it; 0: the operator alone
	at       bigint NOT NULL,	-- seconds UTC
	state    smallint NOT NULL,	-- enum kept_state
	reason   text COLLATE "C" NOT NULL,		-- one sentence
	sender   text COLLATE "C" NOT NULL,		-- From, as it stands there
	subject  text COLLATE "C" NOT NULL,
	method   text COLLATE "C" NOT NULL,		-- of its calendar part; '': none
	uid      text COLLATE "C" NOT NULL,
	digest   text COLLATE "C" NOT NULL,		-- mail_seen.digest: kept once
	author   text COLLATE "C" NOT NULL,		-- the address in sender, as ical_address() makes it; '': none
	size     bigint NOT NULL,	-- octets of message
	env_from text COLLATE "C" NOT NULL,		-- the envelope's sender; '': <>, or not known
	env_to   text COLLATE "C" NOT NULL,		-- the envelope's recipient; '': not known
	message  bytea NOT NULL,		-- as it came
	UNIQUE (digest)
);
CREATE INDEX mail_kept_by_owner ON mail_kept (owner, id);
CREATE INDEX mail_kept_by_author ON mail_kept (owner, author, size);
CREATE INDEX mail_kept_by_time ON mail_kept (at);

-- Who wants no reminders of a host any more.
CREATE TABLE opt_out (
	owner   bigint NOT NULL,
	mailbox text COLLATE "C" NOT NULL,		-- as in booking
	at      bigint NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, mailbox)
);

