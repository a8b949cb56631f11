-- Scheduling (RFC 6638).

-- Of an inbox: the calendar that invitations are put in (§9.2); 0: none is named.
ALTER TABLE collection ADD COLUMN default_calendar INTEGER NOT NULL DEFAULT 0;

-- Of a meeting: what is remembered of the answers that stand in these bytes.
ALTER TABLE object_data ADD COLUMN answers TEXT NOT NULL DEFAULT '';

-- Bytes that many were given at once: a copy or a message of each who is invited. Nobody is added
-- later; what nobody has any more is swept up.
CREATE TABLE object_body (
	id   INTEGER PRIMARY KEY AUTOINCREMENT,
	data BLOB NOT NULL	-- as object_data has it
) STRICT;
ALTER TABLE object ADD COLUMN body INTEGER NOT NULL DEFAULT 0;	-- object_body.id; 0: it has its own data
CREATE INDEX object_by_body ON object (body) WHERE body <> 0;

-- Etags that a scheduling object resource had under its present schedule-tag.
CREATE TABLE object_tag (
	owner  INTEGER NOT NULL,
	object INTEGER NOT NULL,	-- object.id
	seq    INTEGER NOT NULL,	-- collection.seq of the change that ended it
	etag   TEXT NOT NULL,	-- without quotes
	PRIMARY KEY (owner, object, seq)
) STRICT, WITHOUT ROWID;

-- What was decided about messages: the newest ones of each UID, for `fasti explain`.
CREATE TABLE schedule_note (
	owner  INTEGER NOT NULL,	-- whose object it is about
	uid    TEXT NOT NULL,
	n      INTEGER NOT NULL,	-- their order
	at     INTEGER NOT NULL,	-- seconds UTC
	method TEXT NOT NULL,	-- of the message
	peer   TEXT NOT NULL,	-- address of the other side
	sent   INTEGER NOT NULL,	-- 1: by the owner; 0: to them
	status TEXT NOT NULL,	-- as in SCHEDULE-STATUS
	why    TEXT NOT NULL,	-- one sentence
	told   TEXT NOT NULL,	-- ',1,2,': owners whose note it is, who all got the owner's message; '': the owner's own
	PRIMARY KEY (owner, uid, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_note_by_age ON schedule_note (at);
CREATE INDEX schedule_note_told ON schedule_note (uid) WHERE told <> '';

-- Who answers their invitations: 0, as their kind does; enum owner_answers.
ALTER TABLE owner ADD COLUMN answers INTEGER NOT NULL DEFAULT 0;

-- Who may ask when their time is taken: enum owner_free_busy.
ALTER TABLE owner ADD COLUMN free_busy INTEGER NOT NULL DEFAULT 0;

-- Within which limits invitations are accepted for an owner; no row: without any.
CREATE TABLE answer_limits (
	owner       INTEGER NOT NULL PRIMARY KEY,
	week        TEXT NOT NULL,	-- as freebusy/week.h has it; '': at any time
	member_of   INTEGER NOT NULL,	-- owner.id of the group whose members may invite; 0: all may
	ahead_days  INTEGER NOT NULL,	-- how far ahead; 0: as far as anybody wants
	notice_min  INTEGER NOT NULL,	-- how long before
	longest_min INTEGER NOT NULL	-- how long one instance may be; 0: as long as anybody wants
) STRICT, WITHOUT ROWID;

-- Queues of jobs, and what several of them send.
ALTER TABLE job ADD COLUMN queue TEXT NOT NULL DEFAULT '';	-- '': it stands alone
ALTER TABLE job ADD COLUMN says INTEGER NOT NULL DEFAULT 0;	-- enum job_says
ALTER TABLE job ADD COLUMN body INTEGER NOT NULL DEFAULT 0;	-- job_body.id; 0: none
ALTER TABLE job ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0;	-- attempts that may have done the work
CREATE INDEX job_by_queue ON job (owner, kind, queue, id);
CREATE TABLE job_body (
	id    INTEGER PRIMARY KEY AUTOINCREMENT,
	owner INTEGER NOT NULL,
	uses  INTEGER NOT NULL,	-- jobs with it; with the last of them it goes
	data  TEXT NOT NULL
) STRICT;
CREATE INDEX job_body_by_owner ON job_body (owner);

-- Other times that attendees propose (RFC 5546 §3.2.7), until the organizer moves it or declines.
CREATE TABLE schedule_proposal (
	owner     INTEGER NOT NULL,	-- the organizer
	uid       TEXT NOT NULL,
	instance  INTEGER NOT NULL,	-- its RECURRENCE-ID in seconds; the least number: the whole
	attendee  TEXT NOT NULL,	-- address of who proposes
	id        TEXT NOT NULL,	-- another one for each message
	sequence  INTEGER NOT NULL,	-- of the revision that it was made of
	was_form  INTEGER NOT NULL,	-- enum proposal_form: how the times are counted
	was_start INTEGER NOT NULL,	-- when it takes place as it stands
	was_end   INTEGER NOT NULL,
	form      INTEGER NOT NULL,
	starts    INTEGER NOT NULL,	-- when it is to take place
	ends      INTEGER NOT NULL,
	location  TEXT NOT NULL,	-- where, if elsewhere
	comment   TEXT NOT NULL,
	partstat  TEXT NOT NULL,	-- what the attendee answers besides
	at        INTEGER NOT NULL,	-- when it came, seconds UTC
	expires   INTEGER NOT NULL,	-- seconds UTC
	message   TEXT NOT NULL,	-- the COUNTER
	item      INTEGER NOT NULL,	-- object.id of what shows it in the inbox; 0: nothing
	PRIMARY KEY (owner, uid, instance, attendee)
) STRICT;
CREATE UNIQUE INDEX schedule_proposal_id ON schedule_proposal (owner, id);
CREATE INDEX schedule_proposal_expires ON schedule_proposal (expires);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
	('object', 'object_by_body', '100000 50'),
	('job', 'job_by_queue', '10000 100 50 2 1'),
	('job_body', 'job_body_by_owner', '10000 100'),
	('object_tag', 'object_tag', '10000 10 3 1'),
	('schedule_note', 'schedule_note', '100000 100 10 1'),
	('schedule_note', 'schedule_note_by_age', '100000 2'),
	('schedule_note', 'schedule_note_told', '1000 2'),
	('answer_limits', 'answer_limits', '1000 1'),
	('schedule_proposal', 'sqlite_autoindex_schedule_proposal_1', '1000 10 2 2 1'),
	('schedule_proposal', 'schedule_proposal_id', '1000 10 1'),
	('schedule_proposal', 'schedule_proposal_expires', '1000 1');
