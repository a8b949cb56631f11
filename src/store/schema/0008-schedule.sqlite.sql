-- Scheduling (RFC 6638).

-- Of an inbox: the calendar that invitations are put in (§9.2); 0: none is named.
ALTER TABLE collection ADD COLUMN default_calendar INTEGER NOT NULL DEFAULT 0;

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
	PRIMARY KEY (owner, uid, n)
) STRICT, WITHOUT ROWID;

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

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
	('object_tag', 'object_tag', '10000 10 3 1'),
	('schedule_note', 'schedule_note', '100000 100 10 1'),
	('answer_limits', 'answer_limits', '1000 1');
