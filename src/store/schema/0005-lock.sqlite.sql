-- Write locks of WebDAV (RFC 4918 §6).

CREATE TABLE write_lock (
	owner      INTEGER NOT NULL,	-- in whose home its root is
	path       TEXT NOT NULL,	-- of its root: names below the home, joined by '/'
	token      TEXT NOT NULL,	-- urn:uuid:…, never given twice
	collection INTEGER NOT NULL,	-- 1: its root is a collection
	creator    INTEGER NOT NULL,	-- owner.id of who took it
	shared     INTEGER NOT NULL,	-- 0: exclusive
	infinite   INTEGER NOT NULL,	-- 1: with all that is below its root
	holder     TEXT NOT NULL,	-- DAV:owner as it came, able to stand alone; '' : none
	seconds    INTEGER NOT NULL,	-- for which it was granted last
	expires    INTEGER NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, path, token)
) STRICT, WITHOUT ROWID;
-- What has expired, whosever it is.
CREATE INDEX write_lock_by_expiry ON write_lock (expires, owner);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
	('write_lock', 'write_lock', '100 10 2 1'),
	('write_lock', 'write_lock_by_expiry', '100 2 1');
