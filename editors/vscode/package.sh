#!/usr/bin/env bash
# Builds sayflow-<version>.vsix in this folder. The same sources give the same bytes.
set -euo pipefail
cd "$(dirname "$0")"

# What the locked packages run at their installation is not needed: esbuild finds its binary without.
npm ci --ignore-scripts --no-audit --no-fund
npm run --silent build
cp ../../LICENSE-MIT ../../LICENSE-APACHE .

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct -- . 2>/dev/null || true)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0}
npx --no-install vsce package --skip-license --no-dependencies "$@"
