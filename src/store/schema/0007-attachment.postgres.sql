-- Files that belong to calendar object resources (RFC 8607).

-- What they are. The bytes of one never change: what replaces a file is another one.
CREATE TABLE attachment (
	owner      bigint NOT NULL,
	id         text COLLATE "C" NOT NULL,	-- MANAGED-ID; of a copy at another owner the same
	name       text COLLATE "C" NOT NULL,	-- of the file; '': none was said
	media_type text COLLATE "C" NOT NULL,
	size_bytes bigint NOT NULL,
	digest     text COLLATE "C" NOT NULL,	-- of the bytes, hex
	created    bigint NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, id)
);
-- A link names no owner.
CREATE INDEX attachment_by_id ON attachment (id, owner);

-- Their bytes, in portions that are read one by one.
CREATE TABLE attachment_part (
	owner bigint NOT NULL,
	id    text COLLATE "C" NOT NULL,
	n     integer NOT NULL,		-- 0, 1 …
	data  bytea NOT NULL,
	PRIMARY KEY (owner, id, n)
);

-- Which objects name them. One that no object names any more goes with the last that did.
CREATE TABLE attachment_use (
	owner  bigint NOT NULL,
	object bigint NOT NULL,		-- object.id
	id     text COLLATE "C" NOT NULL,	-- attachment.id
	PRIMARY KEY (owner, object, id)
);
CREATE INDEX attachment_use_by_id ON attachment_use (owner, id);

-- 0: it names none, and nobody has to look.
ALTER TABLE object ADD COLUMN attached bigint NOT NULL DEFAULT 0;
