-- Who else may do what with what an owner has (RFC 3744), and who belongs to a group.

-- Access control entries, in the order in which they count (RFC 3744 §6). The owner needs none.
CREATE TABLE ace (
	owner      bigint NOT NULL,
	collection bigint NOT NULL,	-- 0: of the home, and so of all that stands in it
	n          bigint NOT NULL,	-- their order
	who        smallint NOT NULL,	-- enum access_who
	principal  bigint NOT NULL,	-- owner.id; 0 where `who` names no single one
	denies     smallint NOT NULL,	-- 1: refuses instead of granting
	privileges bigint NOT NULL,	-- bits, named in dav/privileges.c
	PRIMARY KEY (owner, collection, n)
);
-- What is shared with somebody, whosever it is.
CREATE INDEX ace_by_principal ON ace (principal, owner, collection);

-- Members of groups and teams; a member may be a group itself.
CREATE TABLE member (
	owner  bigint NOT NULL,	-- the group
	member bigint NOT NULL,	-- owner.id
	PRIMARY KEY (owner, member)
);
CREATE INDEX member_by_member ON member (member, owner);
