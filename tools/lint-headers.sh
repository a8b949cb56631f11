#!/bin/sh
# Every header compiles alone: it includes what it needs.
set -eu
status=0
for header in $(find src -name '*.h' ! -name '*.tbl.h' ! -name banned.h); do
    # shellcheck disable=SC2086
    if ! ${CC:-cc} -std=gnu11 $CPPFLAGS -Wall -Wextra -Werror -Wno-unused-function \
        -Wno-pragma-once-outside-header -fsyntax-only -x c "$header"; then
        echo "$header does not compile alone" >&2
        status=1
    fi
done
exit $status
