-- Secrets that open a part of what an owner has, without a password: subscription links.
CREATE TABLE token (
	owner      bigint NOT NULL,
	id         bigint NOT NULL,	-- from owner.last_id
	scope      smallint NOT NULL,	-- enum token_scope
	digest     text COLLATE "C" NOT NULL,	-- of the secret, hex; its row in directory (kind 2) leads here
	collection bigint NOT NULL,	-- 0: all calendars of the owner
	detail     smallint NOT NULL,	-- enum token_detail
	label      text NOT NULL,	-- for its owner: who has it
	created    bigint NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, id)
);
CREATE UNIQUE INDEX token_by_digest ON token (owner, digest);
