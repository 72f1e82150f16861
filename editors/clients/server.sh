#!/usr/bin/env bash
# The server as an editor starts it. That it was started, what it wrote to stderr and how it left
# are kept for test.sh, since not every editor shows them.
set -uo pipefail

# Emacs 28 kills the process group of a server right behind the `exit` that it sends; in a session of
# its own the server leaves by itself, which is what is tested.
[ "${1:-}" = kept ] || exec setsid --fork --wait "$0" kept

echo started >>"$SAYFLOW_LOG/started"
"$SAYFLOW" lsp 2>>"$SAYFLOW_LOG/stderr"
code=$?
echo "$code" >>"$SAYFLOW_LOG/exits"
exit "$code"
