-- Who wants to be told of changes, and where (WebDAV-Push).

-- Registrations: one for each push resource of a user, at a collection.
CREATE TABLE push (
	owner           bigint NOT NULL,	-- whose collection it is
	collection      bigint NOT NULL,	-- 0: the home
	subscriber      bigint NOT NULL,	-- owner.id of who registered
	resource_digest text COLLATE "C" NOT NULL,	-- of resource, hex
	id              text COLLATE "C" NOT NULL,	-- public id, part of its address
	resource        text COLLATE "C" NOT NULL,	-- URL of the push service for messages to this client
	public_key      text COLLATE "C" NOT NULL,	-- base64url (RFC 8291 §2)
	auth_secret     text COLLATE "C" NOT NULL,	-- base64url
	triggers        bigint NOT NULL,	-- bits of enum push_news
	expires_at      bigint NOT NULL,	-- seconds UTC
	noted           bigint NOT NULL,	-- counts the changes that it is to be told of
	content         bigint NOT NULL,	-- `noted` of the last one of content
	property        bigint NOT NULL,	-- … of properties
	told            bigint NOT NULL,	-- all up to this one was told
	PRIMARY KEY (owner, collection, subscriber, resource_digest)
);
CREATE UNIQUE INDEX push_by_id ON push (owner, id);
CREATE INDEX push_by_subscriber ON push (subscriber);
CREATE INDEX push_by_expiry ON push (expires_at);

-- When the last registration expires, seconds UTC: past it, a change has nobody to tell.
ALTER TABLE collection ADD COLUMN push_until bigint NOT NULL DEFAULT 0;
