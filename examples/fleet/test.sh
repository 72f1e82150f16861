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

# Optimised, because what is measured here is what a page of the docs plans with.
target=${CARGO_TARGET_DIR:-target}/release
# As the tests of the workspace were built, so that nothing is compiled twice.
step cargo test --workspace --test postgres -- --ignored
step cargo build --release -p sayflow-fleet --bins
step "$target/fleet-chaos" --database "$DATABASE_URL" --sabotage
# shellcheck disable=SC2086
step "$target/fleet-chaos" --database "$DATABASE_URL" --crash "$POSTGRES_RESTART" ${FLEET_ARGUMENTS:-}
