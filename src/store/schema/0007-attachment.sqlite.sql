-- Files that belong to calendar object resources (RFC 8607).

-- What they are. The bytes of one never change: what replaces a file is another one.
CREATE TABLE attachment (
	owner      INTEGER NOT NULL,
	id         TEXT NOT NULL,	-- MANAGED-ID; of a copy at another owner the same
	name       TEXT NOT NULL,	-- of the file; '': none was said
	media_type TEXT NOT NULL,
	size_bytes INTEGER NOT NULL,
	digest     TEXT NOT NULL,	-- of the bytes, hex
	created    INTEGER NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
-- A link names no owner.
CREATE INDEX attachment_by_id ON attachment (id, owner);

-- Their bytes, in portions that are read one by one.
CREATE TABLE attachment_part (
	owner INTEGER NOT NULL,
	id    TEXT NOT NULL,
	n     INTEGER NOT NULL,		-- 0, 1 …
	data  BLOB NOT NULL,
	PRIMARY KEY (owner, id, n)
) STRICT;

-- Which objects name them. One that no object names any more goes with the last that did.
CREATE TABLE attachment_use (
	owner  INTEGER NOT NULL,
	object INTEGER NOT NULL,	-- object.id
	id     TEXT NOT NULL,		-- attachment.id
	PRIMARY KEY (owner, object, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_use_by_id ON attachment_use (owner, id);

-- 0: it names none, and nobody has to look.
ALTER TABLE object ADD COLUMN attached INTEGER NOT NULL DEFAULT 0;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
	('attachment', 'attachment', '100000 100 1'),
	('attachment', 'attachment_by_id', '100000 1 1'),
	('attachment_part', 'sqlite_autoindex_attachment_part_1', '400000 400 4 1'),
	('attachment_use', 'attachment_use', '100000 100 2 1'),
	('attachment_use', 'attachment_use_by_id', '100000 100 1');
