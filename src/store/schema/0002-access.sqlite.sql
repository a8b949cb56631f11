-- Who else may do what with what an owner has (RFC 3744), and who belongs to a group.

-- Access control entries, in the order in which they count (RFC 3744 §6). The owner needs none.
CREATE TABLE ace (
	owner      INTEGER NOT NULL,
	collection INTEGER NOT NULL,	-- 0: of the home, and so of all that stands in it
	n          INTEGER NOT NULL,	-- their order
	who        INTEGER NOT NULL,	-- enum access_who
	principal  INTEGER NOT NULL,	-- owner.id; 0 where `who` names no single one
	denies     INTEGER NOT NULL,	-- 1: refuses instead of granting
	privileges INTEGER NOT NULL,	-- bits, named in dav/privileges.c
	PRIMARY KEY (owner, collection, n)
) STRICT, WITHOUT ROWID;
-- What is shared with somebody, whosever it is.
CREATE INDEX ace_by_principal ON ace (principal, owner, collection);

-- Members of groups and teams; a member may be a group itself.
CREATE TABLE member (
	owner  INTEGER NOT NULL,	-- the group
	member INTEGER NOT NULL,	-- owner.id
	PRIMARY KEY (owner, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_by_member ON member (member, owner);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
	('ace', 'ace', '10000 10 3 1'),
	('ace', 'ace_by_principal', '10000 3 2 1'),
	('member', 'member', '10000 10 1'),
	('member', 'member_by_member', '10000 3 1');
