-- Secrets that open a part of what an owner has, without a password: subscription links.
CREATE TABLE token (
	owner      INTEGER NOT NULL,
	id         INTEGER NOT NULL,	-- from owner.last_id
	scope      INTEGER NOT NULL,	-- enum token_scope
	digest     TEXT NOT NULL,	-- of the secret, hex; its row in directory (kind 2) leads here
	collection INTEGER NOT NULL,	-- 0: all calendars of the owner
	detail     INTEGER NOT NULL,	-- enum token_detail
	label      TEXT NOT NULL,	-- for its owner: who has it
	created    INTEGER NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX token_by_digest ON token (owner, digest);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
	('token', 'token', '10000 5 1'),
	('token', 'token_by_digest', '10000 5 1');
