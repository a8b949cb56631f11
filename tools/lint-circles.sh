#!/bin/sh
# No circles between files: what a file uses of others, it stands on, and arrows run one way. Read
# from the objects: an arrow leads from the file that refers to a name to the one that defines it,
# and files that all lead to each other are a circle. Prints each with the names that tie it. Those
# that stay are lines of circles.txt, each with its reason in a comment above; a line there that is
# no circle any more, or another one, is refused too.
#
#	lint-circles.sh OBJECTS	the folder of the objects, as built from src/
set -eu
objects=$1
listed=$(sed 's/#.*//' tools/circles.txt)

find src -name '*.c' | sed "s|^src/\(.*\)\.c$|$objects/\1.o|" | sort | xargs nm -A -P |
    awk -v listed="$listed" -v objects="$objects/" '
        function tie(user, name,    used) {
            used = home[name]
            if (used == "" || used == user)
                return
            if (!((user, used) in ties))
                below[user] = below[user] " " used
            ties[user, used] = ties[user, used] " " name
        }
        function walk(from,    stack, top, list, count, i) {
            stack[top = 1] = from
            while (top > 0) {
                count = split(below[stack[top--]], list, " ")
                for (i = 1; i <= count; i++)
                    if (!((from, list[i]) in reaches)) {
                        reaches[from, list[i]] = 1
                        stack[++top] = list[i]
                    }
            }
        }
        function circle_of(file,    line, i) {
            for (i = 1; i <= files; i++)
                if ((file, at[i]) in reaches && (at[i], file) in reaches)
                    line = line " " at[i]
            return substr(line, 2)
        }
        function show(line,    members, count, i, k) {
            print "a circle: " line
            count = split(line, members, " ")
            for (i = 1; i <= count; i++)
                for (k = 1; k <= count; k++)
                    if ((members[i], members[k]) in ties)
                        print "    " members[i] " -> " members[k] ":" ties[members[i], members[k]]
        }
        {
            file = substr($1, length(objects) + 1)
            sub(/\.o:$/, "", file)
            if (at[files] != file)
                at[++files] = file
        }
        $3 == "U" { needs[file] = needs[file] " " $2; next }
        $3 ~ /^[A-Z]$/ { home[$2] = file }
        END {
            for (i = 1; i <= files; i++) {
                count = split(needs[at[i]], names, " ")
                for (k = 1; k <= count; k++)
                    tie(at[i], names[k])
            }
            for (i = 1; i <= files; i++)
                walk(at[i])
            count = split(listed, lines, "\n")
            for (i = 1; i <= count; i++)
                if (lines[i] != "")
                    may[lines[i]] = 1
            for (i = 1; i <= files; i++) {
                line = circle_of(at[i])
                if (line == "" || line in seen)
                    continue
                seen[line] = 1
                if (!(line in may)) {
                    show(line)
                    bad = 1
                }
            }
            for (line in may)
                if (!(line in seen)) {
                    print "tools/circles.txt: there is no such circle: " line
                    bad = 1
                }
            exit bad
        }' >&2
