#!/bin/sh
# A demonstration store with two hosts, served: what `make run` starts.
#
#   demo.sh FASTI DATA LISTEN
set -eu
fasti=$1
data=$2
listen=$3

# Only what is missing: the run before may have been interrupted anywhere, and before the first
# there is no store to list.
mkdir -p "$data/mail"
for host in "alice Alice Europe/Berlin" "bob Bob America/New_York"; do
    # shellcheck disable=SC2086
    set -- $host
    if ! "$fasti" user list --data "$data" 2>/dev/null | grep -q "^$1 "; then
        echo fasti-demo | "$fasti" user add "$1" --data "$data" --email "$1@example.org" \
            --name "$2" --timezone "$3" --password-file -
    fi
    if ! "$fasti" type list "$1" --data "$data" | grep -q "^intro "; then
        "$fasti" type add "$1" intro --data "$data" --title "Introduction" --duration 30 >/dev/null
    fi
done

cat <<TXT

  Fasti is serving on http://$listen

    calendar (CalDAV)   http://$listen/dav/
    booking page        http://$listen/book/alice/intro
    accounts            alice and bob, password fasti-demo
    sent mail           $data/mail

  Ctrl-C stops it.

TXT
FASTI_MAIL_SMTP=${FASTI_MAIL_SMTP:-file:$data/mail}
export FASTI_MAIL_SMTP
exec "$fasti" serve --data "$data" --listen "$listen"
