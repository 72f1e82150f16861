#!/usr/bin/env bash
# A PostgreSQL for tests: examples/fleet/postgres.sh COMMAND [ARGUMENT...]
# It runs the command with DATABASE_URL, and with POSTGRES_RESTART, a shell command that crashes the server and starts it
# again. The server is Debian's, installed if missing; cluster, socket and log are in a folder that is removed at the end.
set -euo pipefail
: "${1:?usage: examples/fleet/postgres.sh COMMAND [ARGUMENT...]}"

# Only packages and the user `postgres` need root.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

newest() {
  find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -path '*/bin/initdb' -printf '%h\n' 2>/dev/null | sort -V | tail -n 1
}

install() {
  as_root apt-get update -qq
  # Without a cluster of the system's own, which would start by itself.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends postgresql-common >/dev/null
  as_root sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends postgresql >/dev/null
}

[ -n "$(newest)" ] || install
bin=$(newest)
[ -n "$bin" ] || { printf 'PostgreSQL is not there, and could not be installed\n' >&2; exit 1; }

# initdb refuses root.
if [ "$(id -u)" -eq 0 ]; then
  run_as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
else
  run_as=()
fi
as_owner() {
  "${run_as[@]}" "$@"
}

folder=$(mktemp -d)
log=$folder/log
stop() {
  as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM

[ "$(id -u)" -ne 0 ] || chown postgres "$folder"
# Who reaches the server as its superuser runs programs as its owner: so a password that nobody else can read.
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && printf '%s\n' "$password" >"$folder/password")
[ "$(id -u)" -ne 0 ] || chown postgres "$folder/password"
as_owner "$bin/initdb" --pgdata="$folder/data" --username=postgres --auth=scram-sha-256 --pwfile="$folder/password" \
  --encoding=UTF8 --locale=C >"$folder/initdb"

# A port that is free now may be taken in a moment: then the next one is tried.
start() {
  local port=$1
  as_owner "$bin/pg_ctl" -D "$folder/data" -l "$log" -w -o "-p $port -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories='$folder' -c max_connections=200 -c shared_buffers=256MB -c max_wal_size=2GB" start >/dev/null
}
for port in $(shuf -i 20000-29999 -n 20) none; do
  [ "$port" != none ] || { cat "$log" >&2; exit 1; }
  ! start "$port" || break
done

export DATABASE_URL=postgres://postgres:$password@127.0.0.1:$port/postgres
POSTGRES_RESTART="cd / && ${run_as[*]} '$bin/pg_ctl' -D '$folder/data' -l '$log' -w -m immediate restart >/dev/null"
POSTGRES_PID_FILE=$folder/data/postmaster.pid
export POSTGRES_RESTART POSTGRES_PID_FILE

"$@"
