#!/usr/bin/env bash
# Drives a built `sayflow lsp` from real clients: editors/clients/test.sh target/debug/sayflow
# What is missing is installed; nothing is skipped.
set -euo pipefail

SAYFLOW=$(realpath "${1:?usage: editors/clients/test.sh BINARY}")
target=$(realpath -m "${CARGO_TARGET_DIR:-$(dirname "$0")/../../target}")
cd "$(dirname "$0")"

SAYFLOW_LOG=$(mktemp -d)
trap 'rm -rf "$SAYFLOW_LOG"' EXIT
export SAYFLOW SAYFLOW_LOG SAYFLOW_SERVER=$PWD/server.sh SAYFLOW_FLOW=$PWD/flow SAYFLOW_EXPECTED=$PWD/expected
export PYTHONDONTWRITEBYTECODE=1

step() {
  printf '\n== %s\n' "$*"
  "$@"
}

packages() {
  [ -n "${updated:-}" ] || apt-get update -qq
  updated=yes
  DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$@" >/dev/null
}

# pytest-lsp, in a folder of its own for each list of versions.
wanted=$(sha256sum python/requirements.txt | cut -c 1-12)
venv=$target/clients-$wanted
python_packages() {
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir --require-hashes -r python/requirements.txt
  touch "$venv/complete"
}
[ -e "$venv/complete" ] || step python_packages

# Nothing that somebody configured for themselves takes part.
export HOME=$SAYFLOW_LOG/home
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
mkdir "$HOME"

# Neovim with its own language client.
command -v nvim >/dev/null || step packages neovim

# Emacs, which has eglot since version 29; before, it is a package of its own.
command -v emacs >/dev/null || step packages emacs-nox
has_eglot() {
  emacs --batch --eval "(progn (package-initialize) (require 'eglot))" >/dev/null 2>&1
}
has_eglot || step packages elpa-eglot

# A client has its minutes, and no server that it started may stay, grumble or leave in anger.
client() {
  local minutes=3 name
  for name in started stderr exits; do
    : >"$SAYFLOW_LOG/$name"
  done
  timeout --kill-after=5s "${minutes}m" "$@" || {
    printf '%s failed, or was not done in %s minutes\n' "$1" "$minutes" >&2
    show stderr
    return 1
  }
  settled || {
    printf 'servers that were started and their exit codes:\n' >&2
    show started exits
    return 1
  }
  [ ! -s "$SAYFLOW_LOG/stderr" ] || {
    printf 'a server wrote to stderr:\n' >&2
    show stderr
    return 1
  }
}

show() {
  local name
  for name in "$@"; do
    cat "$SAYFLOW_LOG/$name" >&2
  done
}

# Whether every server that was started has left with 0; the last may still be on its way out.
settled() {
  local started left _
  started=$(wc -l <"$SAYFLOW_LOG/started")
  for _ in {1..50}; do
    left=$(wc -l <"$SAYFLOW_LOG/exits")
    [ "$left" -lt "$started" ] || break
    sleep 0.1
  done
  [ "$started" -gt 0 ] && [ "$left" -eq "$started" ] && ! grep -vqx 0 "$SAYFLOW_LOG/exits"
}

step client nvim --headless -u NONE -i NONE -n \
  -c "try | execute 'luafile neovim/test.lua' | catch | echo v:exception | cquit | endtry"
step client emacs --batch -l emacs/test.el -f ert-run-tests-batch-and-exit
step client "$venv/bin/python" -m pytest -q -p no:cacheprovider python
