-- Plain collections (RFC 4918) and the files in them. A folder is a row of collection (kind 3)
-- whose name is its whole path below the home, decoded, with '/' between the segments; a segment
-- cannot hold one. What is buried has a name that begins with '/'. A file is a row of object with
-- component 0 and its name as uid; it has no occurrences.
ALTER TABLE object ADD COLUMN media_type text COLLATE "C" NOT NULL DEFAULT ''; -- of a file; '': text/calendar
