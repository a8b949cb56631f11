-- Who wants to be told of changes, and where (WebDAV-Push).

-- Registrations: one for each push resource of a user, at a collection.
CREATE TABLE push (
	owner           INTEGER NOT NULL,	-- whose collection it is
	collection      INTEGER NOT NULL,	-- 0: the home
	subscriber      INTEGER NOT NULL,	-- owner.id of who registered
	resource_digest TEXT NOT NULL,	-- of resource, hex
	id              TEXT NOT NULL,	-- public id, part of its address
	resource        TEXT NOT NULL,	-- URL of the push service for messages to this client
	public_key      TEXT NOT NULL,	-- base64url (RFC 8291 §2)
	auth_secret     TEXT NOT NULL,	-- base64url
	triggers        INTEGER NOT NULL,	-- bits of enum push_news
	expires_at      INTEGER NOT NULL,	-- seconds UTC
	noted           INTEGER NOT NULL,	-- counts the changes that it is to be told of
	content         INTEGER NOT NULL,	-- `noted` of the last one of content
	property        INTEGER NOT NULL,	-- … of properties
	told            INTEGER NOT NULL,	-- all up to this one was told
	PRIMARY KEY (owner, collection, subscriber, resource_digest)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX push_by_id ON push (owner, id);
CREATE INDEX push_by_subscriber ON push (subscriber);
CREATE INDEX push_by_expiry ON push (expires_at);

-- When the last registration expires, seconds UTC: past it, a change has nobody to tell.
ALTER TABLE collection ADD COLUMN push_until INTEGER NOT NULL DEFAULT 0;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
	('push', 'push', '10000 10 3 2 1'),
	('push', 'push_by_id', '10000 10 1'),
	('push', 'push_by_subscriber', '10000 10'),
	('push', 'push_by_expiry', '10000 2');
