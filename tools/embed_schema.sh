#!/bin/sh
# embed_schema.sh - the schema files as a C header, on standard output
#
# Reads src/store/schema/NNNN-name.{sqlite,postgres}.sql and writes the table
# store_schema[], ascending by number. Both files of a number must be there.
set -eu
cd "$(dirname "$0")/../src/store/schema"

quote() {
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/	/\\t/g' -e 's/^.*$/\t"&\\n"/' "$1"
}

cat <<'HEAD'
/* Made by tools/embed_schema.sh from src/store/schema; do not edit. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

static const struct {
	int number;
	const char *name;
	const char *sqlite;
	const char *postgres;
} store_schema[] = {
HEAD
for lite in [0-9][0-9][0-9][0-9]-*.sqlite.sql; do
	base=${lite%.sqlite.sql}
	[ -f "$base.postgres.sql" ] || {
		echo "embed_schema.sh: $base.postgres.sql is missing" >&2
		exit 1
	}
	number=$(echo "$base" | sed -e 's/-.*//' -e 's/^0*//')
	printf '{ %s, "%s",\n' "$number" "${base#*-}"
	quote "$lite"
	printf '\t,\n'
	quote "$base.postgres.sql"
	printf '},\n'
done
printf '};\n\n#endif\n'
