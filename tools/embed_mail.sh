#!/bin/sh
# embed_mail.sh - the files under share/mail as a C header, on standard output
#
# Writes the table mail_files[], ascending by name and ended by an empty row: the name, such as
# "en/booked", and the text.
set -eu
cd "$(dirname "$0")/../share/mail"
LC_ALL=C
export LC_ALL

quote() {
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/	/\\t/g' -e 's/^.*$/\t"&\\n"/' "$1"
}

cat <<'HEAD'
/* Made by tools/embed_mail.sh from share/mail; do not edit. */
#ifndef POST_MAIL_FILES_H
#define POST_MAIL_FILES_H

static const struct mail_file {
	const char *name, *text;
} mail_files[] = {
HEAD
find . -type f | sed 's|^\./||' | sort | while read -r file; do
	printf '{"%s",\n' "$file"
	quote "$file"
	printf '},\n'
done
printf '{NULL, NULL},\n};\n\n#endif\n'
