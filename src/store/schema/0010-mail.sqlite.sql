-- Mail that is answered: by which address an answer comes back, what came, and what waits for a person.

ALTER TABLE booking ADD COLUMN language TEXT NOT NULL DEFAULT '';	-- that the invitee is written to in; '': not known
-- What stands in the way of mail to the invitee, as SCHEDULE-STATUS and words: "5.1 No such user."; '': nothing.
ALTER TABLE booking ADD COLUMN mail_fault TEXT NOT NULL DEFAULT '';
-- What it was booked with: when who is reminded, and told afterwards (calendar/reminders.h); '': nothing.
ALTER TABLE booking ADD COLUMN reminders TEXT NOT NULL DEFAULT '';
ALTER TABLE owner ADD COLUMN language TEXT NOT NULL DEFAULT '';		-- that the owner is written to in; '': not set
ALTER TABLE owner ADD COLUMN notices INTEGER NOT NULL DEFAULT -1;	-- bits of enum owner_notice: what is told by mail; -1: as by default
ALTER TABLE job ADD COLUMN lease INTEGER NOT NULL DEFAULT 0;	-- which one is the last: each taking has a number of its own

-- How mail to one person about one UID leaves, and by what its answer is known: for life.
CREATE TABLE reply_address (
	token    TEXT NOT NULL PRIMARY KEY,
	owner    INTEGER NOT NULL,	-- who writes
	uid      TEXT NOT NULL,
	attendee TEXT NOT NULL,		-- who is written to, as ical_address() makes it
	mailbox  TEXT NOT NULL,		-- LOCAL@DOMAIN: they see LOCAL+TOKEN@DOMAIN as ORGANIZER; '': the owner's own address
	first    TEXT NOT NULL,		-- digest of what the first mail says: the others refer to it
	created  INTEGER NOT NULL,	-- seconds UTC
	UNIQUE (owner, uid, attendee)
) STRICT, WITHOUT ROWID;

-- Messages that were taken in: a second copy of one changes nothing.
CREATE TABLE mail_seen (
	digest  TEXT NOT NULL PRIMARY KEY,	-- of the message and of whom it came to
	at      INTEGER NOT NULL,		-- seconds UTC
	outcome INTEGER NOT NULL		-- enum intake_outcome
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_seen_by_time ON mail_seen (at);

-- How far each watched mailbox was read (RFC 3501 §2.3.1.1).
CREATE TABLE mailbox (
	name        TEXT NOT NULL PRIMARY KEY,	-- user@host/folder
	uidvalidity INTEGER NOT NULL,
	uid         INTEGER NOT NULL,		-- the highest that was settled
	holder      TEXT NOT NULL,		-- the server that watches it; '': none
	expires     INTEGER NOT NULL		-- seconds UTC; until then no other does
) STRICT, WITHOUT ROWID;

-- Messages that wait for a person: an answer that nobody vouches for, or what cannot be read.
CREATE TABLE mail_kept (
	id       TEXT NOT NULL PRIMARY KEY,	-- public id; ascending with time
	owner    INTEGER NOT NULL,	-- who is shown it; 0: the operator alone
	at       INTEGER NOT NULL,	-- seconds UTC
	state    INTEGER NOT NULL,	-- enum kept_state
	reason   TEXT NOT NULL,		-- one sentence
	sender   TEXT NOT NULL,		-- From, as it stands there
	subject  TEXT NOT NULL,
	method   TEXT NOT NULL,		-- of its calendar part; '': none
	uid      TEXT NOT NULL,
	digest   TEXT NOT NULL,		-- mail_seen.digest: kept once
	author   TEXT NOT NULL,		-- the address in sender, as ical_address() makes it; '': none
	size     INTEGER NOT NULL,	-- octets of message
	env_from TEXT NOT NULL,		-- the envelope's sender; '': <>, or not known
	env_to   TEXT NOT NULL,		-- the envelope's recipient; '': not known
	message  BLOB NOT NULL,		-- as it came
	UNIQUE (digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_kept_by_owner ON mail_kept (owner, id);
CREATE INDEX mail_kept_by_author ON mail_kept (owner, author, size);
CREATE INDEX mail_kept_by_time ON mail_kept (at);

-- Who wants no reminders of a host any more.
CREATE TABLE opt_out (
	owner   INTEGER NOT NULL,
	mailbox TEXT NOT NULL,		-- as in booking
	at      INTEGER NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, mailbox)
) STRICT, WITHOUT ROWID;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
	('reply_address', 'reply_address', '1000000 1'),
	('reply_address', 'sqlite_autoindex_reply_address_2', '1000000 100 2 1'),
	('mail_seen', 'mail_seen', '1000000 1'),
	('mail_seen', 'mail_seen_by_time', '1000000 2'),
	('mail_kept', 'mail_kept', '1000 1'),
	('mail_kept', 'mail_kept_by_owner', '1000 10 1'),
	('mail_kept', 'mail_kept_by_time', '1000 1'),
	('opt_out', 'opt_out', '1000 10 1');
