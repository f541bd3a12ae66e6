#!/bin/sh
# Compares `larder spend` with ccusage on the same generated logs. Run by hand: it installs ccusage
# with npm into a folder of its own, the newest version (a native program) and the last one in
# JavaScript, and needs Node.js.
#
#   tests/bench/spend/ccusage.sh [MEGABYTES]
#
# CCUSAGE_FOLDER keeps the installed programs for the next time.
set -eu

# 20.0.26 names a native program for Linux that was not there when this was written.
NATIVE=20.0.24
SCRIPT=18.0.11

here=$(cd "$(dirname "$0")/../../.." && pwd)
folder=${CCUSAGE_FOLDER:-}
if [ -z "$folder" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi

install() {
    name=$1
    shift
    [ -d "$folder/$name/node_modules" ] && return
    mkdir -p "$folder/$name"
    npm install --silent --no-audit --no-fund --prefix "$folder/$name" "$@"
}
install native "ccusage@$NATIVE"
install script "ccusage@$SCRIPT" "@ccusage/codex@$SCRIPT"

cd "$here"
LARDER_BENCH_CCUSAGE=$folder cargo bench --bench spend -- ccusage "${1:-1000}"
