#!/usr/bin/env bash
# Builds the parser of flows, so that Neovim colours by tree-sitter. Needs a C compiler only.
set -euo pipefail
cd "$(dirname "$0")"

grammar=../tree-sitter-sayflow/src
mkdir -p parser
"${CC:-cc}" -O2 -std=c11 -fPIC -shared -I "$grammar" "$grammar/parser.c" -o parser/sayflow.so
