#!/bin/sh
# pg.sh - a private PostgreSQL for tests, never left behind
#
#   pg.sh start DIR          make a cluster in DIR, start it, print the URL of a database
#   pg.sh database DIR NAME [TEMPLATE]  make a database (a copy), print its URL
#   pg.sh stop DIR           stop the server at once and remove DIR
#
# Unprivileged and on a socket in DIR only; as root it steps down to "postgres",
# else to "nobody", for initdb and the server refuse root. Durability is off: it
# is not what these tests look at, but for FSYNC=on. A server whose
# parent dies is stopped by a watcher when PG_PARENT names a process.
set -eu

usage() {
	sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

[ $# -ge 2 ] || usage
verb=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
bin=
for at in /usr/lib/postgresql/*/bin; do
	[ -x "$at/initdb" ] && bin=$at
done
[ -n "$bin" ] || {
	echo "pg.sh: PostgreSQL is not installed" >&2
	exit 1
}

user=
if [ "$(id -u)" = 0 ]; then
	user=postgres
	id "$user" >/dev/null 2>&1 || user=nobody
fi

# Run as the unprivileged user, with nothing of root's environment.
as_user() {
	if [ -n "$user" ]; then
		(cd / && setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups \
			env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "$@")
	else
		(cd / && LC_ALL=C.UTF-8 "$@")
	fi
}

# The socket's directory travels percent-encoded in the URL (libpq, §34.1.1.2).
url() {
	printf 'postgresql://fasti@/%s?host=%s\n' "$1" "$(printf %s "$dir" | sed 's,/,%2F,g')"
}

start() {
	if [ -n "$user" ]; then
		chown "$user" "$dir"
		# What mktemp -d makes lets nobody through.
		as_user test -x "$dir" 2>/dev/null || chmod o+x "$(dirname "$dir")"
	fi
	chmod 700 "$dir"
	as_user "$bin/initdb" --no-sync -D "$dir/data" -U fasti -A trust -E UTF8 --locale=C.UTF-8 \
		>"$dir/initdb.log" 2>&1 || {
		cat "$dir/initdb.log" >&2
		exit 1
	}
	fsync=${FSYNC:-off}
	cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
fsync = $fsync
synchronous_commit = $fsync
full_page_writes = $fsync
max_connections = 300
shared_buffers = 64MB
max_locks_per_transaction = 256
autovacuum_naptime = 10min
logging_collector = off
CONF
	as_user "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 240 start >/dev/null 2>&1 || {
		cat "$dir/server.log" >&2
		exit 1
	}
	if [ -n "${PG_PARENT:-}" ]; then
		(
			while kill -0 "$PG_PARENT" 2>/dev/null && [ -d "$dir/data" ]; do
				sleep 1
			done
			stop
		) >/dev/null 2>&1 &
	fi
	database fasti
}

database() {
	as_user "$bin/createdb" -h "$dir" -U fasti ${2:+-T "$2"} "$1" >&2
	url "$1"
}

stop() {
	[ -d "$dir/data" ] &&
		as_user "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1
	rm -rf "$dir"
}

case $verb in
start) start ;;
database) [ $# -ge 3 ] || usage; database "$3" "${4:-}" ;;
stop) stop ;;
*) usage ;;
esac
