#!/usr/bin/env bash
# What the dashboard costs over SSH: bytes at rest, while warming and for a key, and processor time
# at rest, through a real sshd on the loopback with a key, a configuration and a folder of its own.
#
#   tests/bench/ssh.sh [LARDER] [FILES]      larder: target/release/larder; files: 20000
#
# Needs sshd (package openssh-server; SSHD names another one), ssh, ssh-keygen and python3.
set -euo pipefail
cd "$(dirname "$0")/../.."

larder=$(realpath "${1:-target/release/larder}")
files=${2:-20000}
sshd=${SSHD:-/usr/sbin/sshd}
[ -x "$sshd" ] || { echo "no sshd at $sshd: install openssh-server, or set SSHD" >&2; exit 1; }
[ -x "$larder" ] || { echo "no larder at $larder: cargo build --release" >&2; exit 1; }

work=$(mktemp -d)
daemon=
cleanup() {
    [ -n "$daemon" ] && kill "$daemon" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT

# sshd run by root insists on this folder.
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f "$work/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/user"
cp "$work/user.pub" "$work/authorized"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > "$work/sshd_config" <<CONFIG
Port $port
ListenAddress 127.0.0.1
HostKey $work/host
AuthorizedKeysFile $work/authorized
PidFile $work/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
CONFIG
# What is missing here, such as the user sshd, is said before anything is measured.
"$sshd" -t -f "$work/sshd_config"
"$sshd" -D -f "$work/sshd_config" -E "$work/sshd.log" &
daemon=$!

python3 - "$work/tree" "$files" <<'PYTHON'
import os, random, sys
root, files = sys.argv[1], int(sys.argv[2])
random.seed(7)
words = ["let", "mut", "fn", "return", "value", "index", "count", "self", "match", "{", "}", ";"]
for n in range(files):
    folder = os.path.join(root, f"part{n % 40:02}", f"unit{n % 400:03}")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, f"file{n:06}.rs"), "w") as file:
        file.write(" ".join(random.choices(words, k=600)))
PYTHON

echo "machine: $(nproc) cores, $(uname -sr), load $(cut -d' ' -f1-3 /proc/loadavg)"
python3 tests/bench/ssh_measure.py "$work/tree" \
    ssh -tt -q -p "$port" -i "$work/user" -o IdentitiesOnly=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null "$(id -un)@127.0.0.1" \
    "env XDG_CACHE_HOME=$work/cache XDG_STATE_HOME=$work/state XDG_DATA_HOME=$work/data XDG_CONFIG_HOME=$work/config TERM=xterm-256color $larder $work/tree"
