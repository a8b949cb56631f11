#!/bin/sh
# The direction of includes is the architecture: a room includes only rooms
# below it, a foreign library is included in its own room, and a private header
# only in the room it belongs to.
#
# Each line of rooms.txt: a room, a colon, and the rooms it may include. A new
# pair there is a design decision, and one that no file needs is refused, so that the
# list says how things are. libraries.txt: a header's pattern and its room.
set -eu
bad=$(mktemp)
pairs=$(mktemp)
trap 'rm -f "$bad" "$pairs"' EXIT

for file in $(find src -name '*.c' -o -name '*.h'); do
    room=$(echo "$file" | cut -d/ -f2)
    [ "$room" = main.c ] && continue
    allowed=" $room $(sed -n "s/^$room: *//p" tools/rooms.txt) "
    for other in $(sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$file" | sort -u); do
        echo "$room $other" >>"$pairs"
        case "$allowed" in
        *" $other "*) ;;
        *) echo "$file: room $room may not include room $other" >>"$bad" ;;
        esac
    done
    for header in $(sed -n 's/^#include "\([a-z]*\/[a-z0-9_]*_priv\.h\)".*/\1/p' "$file"); do
        [ "${header%%/*}" = "$room" ] || echo "$file: $header is private" >>"$bad"
    done
    while read -r pattern home; do
        case "$pattern" in '' | '#'*) continue ;; esac
        [ "$room" = "$home" ] && continue
        if grep -q "^#include <$pattern" "$file"; then
            echo "$file: <$pattern…> belongs to room $home alone" >>"$bad"
        fi
    done <tools/libraries.txt
done

while IFS=': ' read -r room others; do
    for other in $others; do
        grep -qx "$room $other" "$pairs" ||
            echo "tools/rooms.txt: $room does not need $other" >>"$bad"
    done
done <tools/rooms.txt

if [ -s "$bad" ]; then
    sort -u "$bad" >&2
    exit 1
fi
