#!/usr/bin/env bash
# The store over PostgreSQL, and ten thousand customers of a fleet that is killed: examples/fleet/test.sh
# What is missing is installed; nothing is skipped. FLEET_ARGUMENTS go to the run, as in FLEET_ARGUMENTS='--sessions 500'.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -z "${DATABASE_URL:-}" ]; then
  dpkg -s libfaketime >/dev/null 2>&1 || {
    root=$([ "$(id -u)" -eq 0 ] || printf sudo)
    $root apt-get update -qq
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends libfaketime >/dev/null
  }
  exec examples/fleet/postgres.sh "$0"
fi

step() {
  printf '\n== %s\n' "$*"
  "$@"
}

target=${CARGO_TARGET_DIR:-target}/debug
step cargo build -p sayflow-fleet --bins
step cargo test -p sayflow-store --features postgres --test postgres -- --ignored
step "$target/fleet-chaos" --database "$DATABASE_URL" --sabotage
# shellcheck disable=SC2086
step "$target/fleet-chaos" --database "$DATABASE_URL" --crash "$POSTGRES_RESTART" ${FLEET_ARGUMENTS:-}
