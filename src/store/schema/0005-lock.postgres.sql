-- Write locks of WebDAV (RFC 4918 §6).

CREATE TABLE write_lock (
	owner      bigint NOT NULL,	-- in whose home its root is
	path       text COLLATE "C" NOT NULL,	-- of its root: names below the home, joined by '/'
	token      text COLLATE "C" NOT NULL,	-- urn:uuid:…, never given twice
	collection smallint NOT NULL,	-- 1: its root is a collection
	creator    bigint NOT NULL,	-- owner.id of who took it
	shared     smallint NOT NULL,	-- 0: exclusive
	infinite   smallint NOT NULL,	-- 1: with all that is below its root
	holder     text COLLATE "C" NOT NULL,	-- DAV:owner as it came, able to stand alone; '' : none
	seconds    bigint NOT NULL,	-- for which it was granted last
	expires    bigint NOT NULL,	-- seconds UTC
	PRIMARY KEY (owner, path, token)
);
-- What has expired, whosever it is.
CREATE INDEX write_lock_by_expiry ON write_lock (expires, owner);
