#!/bin/sh
# Install the Debian packages that a target needs and that are missing.
#
#   install-deps.sh run | test | clients | lint | fuzz
#
# Says what it installs before it does; without the right to install, names the
# command to run. PostgreSQL's and Dovecot's packages would set up a server of their own: tests
# bring their own private ones, so that is switched off.
set -eu

build="build-essential pkg-config libxml2-dev libical-dev libmicrohttpd-dev libsqlite3-dev
libcurl4-gnutls-dev libgnutls28-dev libetpan-dev libpq-dev libjansson-dev libsodium-dev
libcrypt-dev nettle-dev tzdata"
test="libcunit1-dev postgresql-15 sqlite3 python3 python3-aiosmtpd openssl curl python3-cryptography
python3-jsonschema python3-dateutil dovecot-imapd dovecot-lmtpd libnsl2 libdb5.3 libsasl2-2"
clients="chromium chromium-driver thunderbird xvfb dbus-daemon evolution-data-server
gir1.2-ecal-2.0 gir1.2-edataserver-1.2 python3-gi vdirsyncer khal python3-caldav cadaver litmus"
# Node.js from elsewhere brings its own npm, which Debian's would not stand beside.
command -v npm >/dev/null 2>&1 || clients="$clients nodejs npm"
lint="clang clang-format cppcheck"
fuzz="clang libclang-rt-14-dev"

case "${1:-}" in
run) want=$build ;;
test) want="$build $test" ;;
clients) want="$build $test $clients" ;;
lint) want="$build $lint" ;;
fuzz) want="$build $fuzz" ;;
*)
    echo "usage: install-deps.sh run|test|clients|lint|fuzz" >&2
    exit 2
    ;;
esac

# promtool alone: Debian's package of it would set up a server.
fetch_promtool() {
    command -v promtool >/dev/null 2>&1 || [ -x build/promtool ] && return
    mkdir -p build/prometheus
    (cd build/prometheus && apt-get download -qq prometheus >/dev/null 2>&1 &&
        dpkg-deb -x prometheus_*.deb . && cp usr/bin/promtool ..) ||
        echo "promtool cannot be fetched: contrib/alerts.yml is not tested"
    rm -rf build/prometheus
}
case "$1" in
test | clients) fetch_promtool ;;
esac

missing=
for package in $want; do
    state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    case "$state" in
    "install ok installed") ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1; then
        sudo="sudo"
    else
        echo "Packages are missing. As root, run: apt-get install$missing" >&2
        exit 1
    fi
fi

echo "Installing:$missing"
case "$missing" in
*postgresql*)
    $sudo mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" |
        $sudo tee /etc/postgresql-common/createcluster.d/fasti.conf >/dev/null
    ;;
esac
# Masked before it is there, and not started where there is no systemd either.
policy=/usr/sbin/policy-rc.d
case "$missing" in
*dovecot*)
    [ -e "$policy" ] || {
        printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
        $sudo chmod 755 "$policy"
        # shellcheck disable=SC2064
        trap "$sudo rm -f $policy" EXIT
    }
    $sudo mkdir -p /etc/systemd/system
    for unit in dovecot.service dovecot.socket; do
        [ -e "/etc/systemd/system/$unit" ] ||
            $sudo ln -s /dev/null "/etc/systemd/system/$unit"
    done
    ;;
esac
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
# shellcheck disable=SC2086
$sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
case "$missing" in
*dovecot*) $sudo update-rc.d dovecot disable >/dev/null 2>&1 || true ;;
esac
