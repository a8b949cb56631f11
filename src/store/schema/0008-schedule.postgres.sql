-- Scheduling (RFC 6638).

-- Of an inbox: the calendar that invitations are put in (§9.2); 0: none is named.
ALTER TABLE collection ADD COLUMN default_calendar bigint NOT NULL DEFAULT 0;

-- Etags that a scheduling object resource had under its present schedule-tag.
CREATE TABLE object_tag (
	owner  bigint NOT NULL,
	object bigint NOT NULL,	-- object.id
	seq    bigint NOT NULL,	-- collection.seq of the change that ended it
	etag   text COLLATE "C" NOT NULL,	-- without quotes
	PRIMARY KEY (owner, object, seq)
);

-- What was decided about messages: the newest ones of each UID, for `fasti explain`.
CREATE TABLE schedule_note (
	owner  bigint NOT NULL,	-- whose object it is about
	uid    text COLLATE "C" NOT NULL,
	n      bigint NOT NULL,	-- their order
	at     bigint NOT NULL,	-- seconds UTC
	method text COLLATE "C" NOT NULL,	-- of the message
	peer   text COLLATE "C" NOT NULL,	-- address of the other side
	sent   smallint NOT NULL,	-- 1: by the owner; 0: to them
	status text COLLATE "C" NOT NULL,	-- as in SCHEDULE-STATUS
	why    text COLLATE "C" NOT NULL,	-- one sentence
	PRIMARY KEY (owner, uid, n)
);

-- Who answers their invitations: 0, as their kind does; enum owner_answers.
ALTER TABLE owner ADD COLUMN answers smallint NOT NULL DEFAULT 0;

-- Who may ask when their time is taken: enum owner_free_busy.
ALTER TABLE owner ADD COLUMN free_busy smallint NOT NULL DEFAULT 0;

-- Within which limits invitations are accepted for an owner; no row: without any.
CREATE TABLE answer_limits (
	owner       bigint NOT NULL PRIMARY KEY,
	week        text COLLATE "C" NOT NULL,	-- as freebusy/week.h has it; '': at any time
	member_of   bigint NOT NULL,	-- owner.id of the group whose members may invite; 0: all may
	ahead_days  bigint NOT NULL,	-- how far ahead; 0: as far as anybody wants
	notice_min  bigint NOT NULL,	-- how long before
	longest_min bigint NOT NULL	-- how long one instance may be; 0: as long as anybody wants
);
