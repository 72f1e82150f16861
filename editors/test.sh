#!/usr/bin/env bash
# What every editor makes of flows: editors/test.sh target/debug/sayflow
# What is missing is installed; nothing is skipped. editors/clients has the tests of the server.
set -euo pipefail

SAYFLOW=$(realpath "${1:?usage: editors/test.sh BINARY}")
tools=$(realpath -m "${CARGO_TARGET_DIR:-$(dirname "$0")/../target}")/editors
cd "$(dirname "$0")"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export SAYFLOW PATH=$tools/bin:$PATH
mkdir -p "$tools/bin"

step() {
  printf '\n== %s\n' "$*"
  "$@"
}

packages() {
  [ -n "${updated:-}" ] || apt-get update -qq
  updated=yes
  DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$@" >/dev/null
}

# ---- What is needed ---------------------------------------------------------------------------

command -v cc >/dev/null || step packages gcc libc6-dev
command -v unzip >/dev/null || step packages unzip
command -v nvim >/dev/null || step packages neovim
# `vim.tiny` has no syntax.
vim --version 2>/dev/null | grep -q '+syntax' || step packages vim
command -v emacs >/dev/null || step packages emacs-nox
has_eglot() { emacs -q --batch --eval "(require 'eglot)" >/dev/null 2>&1; }
has_eglot || step packages elpa-eglot

# Node as the packager of VS Code wants it. Debian 12 has an older one, whose npm brings a newer.
command -v npm >/dev/null || step packages nodejs npm
node_of_npm() {
  local machine
  case $(uname -m) in x86_64) machine=x64 ;; aarch64) machine=arm64 ;; *) machine=$(uname -m) ;; esac
  npm install --ignore-scripts --no-save --no-audit --no-fund --prefix "$tools" "node-linux-$machine@22.12.0"
  ln -sf "../node_modules/node-linux-$machine/bin/node" "$tools/bin/node"
  hash -r
}
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || step node_of_npm

# The package of npm loads a binary from elsewhere; this is built from its sources, once.
tree_sitter=0.27.1
tree_sitter_of_cargo() {
  cargo install "tree-sitter-cli@$tree_sitter" --locked --no-default-features --root "$tools" --target-dir "$tools/build"
  rm -rf "$tools/build"
}
tree-sitter --version 2>/dev/null | grep -q "^tree-sitter $tree_sitter" || step tree_sitter_of_cargo

# ---- tree-sitter, Helix -----------------------------------------------------------------------

# The parser is kept beside its grammar, because Neovim and Helix build it without this program.
# Neovim 0.7 knows no newer form than 14.
is_generated() {
  cp -r tree-sitter-sayflow "$scratch/grammar"
  (cd "$scratch/grammar" && tree-sitter generate --abi 14)
  diff -r "$scratch/grammar/src" tree-sitter-sayflow/src || {
    printf 'run `tree-sitter generate --abi 14` in editors/tree-sitter-sayflow\n' >&2
    return 1
  }
}
step is_generated

in_grammar() { (cd tree-sitter-sayflow && "$@"); }
step in_grammar tree-sitter test

# What each query finds in a flow that has everything it asks for; UPDATE=1 accepts it.
queries() {
  local query found name
  for query in tree-sitter-sayflow/queries/*.scm helix/queries/sayflow/*.scm; do
    name=${query%%/*}
    case $query in */highlights.scm) continue ;; esac
    found=tree-sitter-sayflow/test/queries/${name/tree-sitter-sayflow/any}_$(basename "$query" .scm).txt
    in_grammar tree-sitter query --captures "$PWD/$query" test/queries/sample.flow 2>/dev/null |
      sed 's/pattern: *[0-9]*, //' >"$scratch/found"
    [ -z "${UPDATE:-}" ] || cp "$scratch/found" "$found"
    [ -s "$scratch/found" ] || { printf '%s finds nothing\n' "$query" >&2; return 1; }
    diff "$found" "$scratch/found"
  done
}
step queries

# ---- Every editor -----------------------------------------------------------------------------

in_colours() { (cd colours && "$@"); }
step in_colours npm ci --ignore-scripts --no-audit --no-fund
step in_colours node compare.mjs
formatted() { in_colours node list.mjs >"$scratch/formatted"; }
step formatted

vim_indent() {
  VIM_FOLDER=$PWD/vim FLOWS=$scratch/formatted FOUND=$scratch/differences \
    timeout 300 vim -u NONE -i NONE -n -es -S vim/test/indent.vim </dev/null
  head -n 20 "$scratch/differences" >&2
  [ ! -s "$scratch/differences" ]
}
step vim_indent

vim_plugin() {
  local editor
  for editor in vim nvim; do
    PATH=$(dirname "$SAYFLOW"):$PATH VIM_FOLDER=$PWD/vim FOUND=$scratch/found \
      timeout 60 "$editor" -u NONE -i NONE -n -es -S vim/test/plugin.vim </dev/null
    cat "$scratch/found" >&2
    [ ! -s "$scratch/found" ]
    rm "$scratch/found"
  done
}
step vim_plugin

emacs_compile() {
  cp emacs/sayflow-mode.el "$scratch"
  emacs -Q --batch --eval '(setq byte-compile-error-on-warn t)' -f batch-byte-compile "$scratch/sayflow-mode.el"
}
step emacs_compile
FLOWS=$(cat "$scratch/formatted") step timeout 300 emacs -q --batch -L emacs -l emacs/test/sayflow-mode-tests.el \
  -f ert-run-tests-batch-and-exit

step neovim/build.sh
step timeout 120 nvim --clean --headless --cmd "set runtimepath^=$PWD/neovim" --cmd 'filetype plugin indent on' \
  --cmd 'syntax on' -c "try | execute 'luafile neovim/test/plugin.lua' | catch | echo v:exception | cquit | endtry"

# ---- VS Code ----------------------------------------------------------------------------------

step vscode/package.sh
is_reproducible() {
  local first second
  first=$(sha256sum vscode/*.vsix)
  vscode/package.sh >/dev/null 2>&1
  second=$(sha256sum vscode/*.vsix)
  [ "$first" = "$second" ] || { printf 'packed twice: %s, %s\n' "$first" "$second" >&2; return 1; }
}
step is_reproducible
in_vscode() { (cd vscode && "$@"); }
step in_vscode npm test
