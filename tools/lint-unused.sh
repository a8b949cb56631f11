#!/bin/sh
# What a file exports, another one uses: a function or variable that is not static is referenced
# by another object of the program. What only tests need stands in unused.txt, each with its
# reason in a comment above; a name there that is used after all, or is no more, is refused too.
#
#	lint-unused.sh OBJECTS	the folder of the objects, as built from src/
set -eu
objects=$1
allowed=$(sed 's/#.*//' tools/unused.txt)

find src -name '*.c' | sed "s|^src/\(.*\)\.c$|$objects/\1.o|" | sort | xargs nm -A -P |
    awk -v allowed="$allowed" -v objects="$objects/" '
        $3 == "U" { used[$2] = 1; next }
        $3 ~ /^[A-Z]$/ {
            home[$2] = substr($1, length(objects) + 1)
            sub(/\.o:$/, ".c", home[$2])
        }
        END {
            count = split("main " allowed, names, /[ \n]+/)
            for (i = 1; i <= count; i++)
                if (names[i] != "")
                    may[names[i]] = 1
            for (name in home)
                if (!(name in used) && !(name in may)) {
                    print "src/" home[name] ": nobody else uses " name
                    bad = 1
                }
            for (name in may)
                if (!(name in home) || name in used) {
                    print "tools/unused.txt: there is no need for " name
                    bad = 1
                }
            exit bad
        }' >&2
