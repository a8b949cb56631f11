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

