#!/bin/sh
# embed_web.sh - the files under web/ as a C header, on standard output
#
# Writes the table web_files[], ascending by name and ended by an empty row:
# name, content type, bytes, and an ETag made of their SHA-256. A file whose
# kind is not listed here stops the build, since it would be served wrongly.
set -eu
cd "$(dirname "$0")/../web"
LC_ALL=C
export LC_ALL

content_type() {
	case "$1" in
	*.html) echo "text/html; charset=utf-8" ;;
	*.css) echo "text/css; charset=utf-8" ;;
	*.js) echo "text/javascript; charset=utf-8" ;;
	*.svg) echo "image/svg+xml" ;;
	*.png) echo "image/png" ;;
	*)
		echo "embed_web.sh: no content type is known for $1" >&2
		exit 1
		;;
	esac
}

# "book.js" as a name in C.
symbol() {
	printf 'web_%s' "$1" | tr -c 'A-Za-z0-9' '_'
}

files() {
	for file in *; do
		[ ! -f "$file" ] || echo "$file"
	done
}

cat <<'HEAD'
/* Made by tools/embed_web.sh from web; do not edit. */
#ifndef API_WEB_FILES_H
#define API_WEB_FILES_H

#include <stddef.h>

HEAD
# One byte more than there is, so that an empty file is an array as well.
files | while read -r file; do
	printf 'static const unsigned char %s[] = {\n' "$(symbol "$file")"
	od -An -v -tu1 "$file" | sed -e 's/^ *//' -e 's/  */,/g' -e 's/$/,/'
	printf '0};\n'
done
cat <<'TABLE'

static const struct web_file {
	const char *name, *content_type, *etag;
	const unsigned char *at;
	size_t len;
} web_files[] = {
TABLE
files | while read -r file; do
	type=$(content_type "$file")
	digest=$(sha256sum "$file" | cut -c1-24)
	printf '{"%s", "%s", "\\"%s\\"", %s, sizeof(%s) - 1},\n' \
		"$file" "$type" "$digest" "$(symbol "$file")" "$(symbol "$file")"
done
printf '{NULL, NULL, NULL, NULL, 0},\n};\n\n#endif\n'
