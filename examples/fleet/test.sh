#!/usr/bin/env bash
# The store over PostgreSQL, and ten thousand customers of a fleet that is killed: examples/fleet/test.sh
# What is missing is installed; nothing is skipped. FLEET_ARGUMENTS go to the run, as in FLEET_ARGUMENTS='--sessions 500'.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Never a database that somebody has for something else: the server is made for this.
if [ -z "${POSTGRES_RESTART:-}" ]; then
  dpkg -s libfaketime >/dev/null 2>&1 || {
    root=$([ "$(id -u)" -eq 0 ] || printf sudo)
    $root apt-get update -qq
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends libfaketime >/dev/null
  }
  exec examples/fleet/postgres.sh examples/fleet/test.sh
fi

step() {
  printf '\n== %s\n' "$*"
  "$@"
}

# As the tests of the workspace were built, so that nothing is compiled twice; the feature by name, because without it
# there would be no test to fail.
step cargo test --workspace --features sayflow-store/postgres --test postgres -- --ignored
step cargo build -p sayflow-fleet --bins
chaos=${CARGO_TARGET_DIR:-target}/debug/fleet-chaos
step "$chaos" --sabotage
# shellcheck disable=SC2086
step "$chaos" --crash "$POSTGRES_RESTART" ${FLEET_ARGUMENTS:-}
