#!/bin/sh
# docs/conformance.md names exactly the cases that there are: `make conformance` writes it.
cd "$(dirname "$0")/.." || exit 1
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT
(cd conformance/cases && find . -name '*.case') | sed 's|^\./||; s|\.case$||' | sort > "$tmp/cases"
sed -n 's/^| .* | `\([^` ]*\)` | .*/\1/p' docs/conformance.md | sort > "$tmp/page"
if ! diff -u "$tmp/page" "$tmp/cases" | sed -n '4,$p' | grep '^[-+]' > "$tmp/differ"; then
	exit 0
fi
echo "docs/conformance.md is not what make conformance writes:"
cat "$tmp/differ"
exit 1
