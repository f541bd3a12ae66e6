#!/bin/sh
# Counts a repository with larder and with its peers, each as a whole process; median wall seconds
# and peak MiB. Run by hand: installs the peers from their registries into a folder of its own.
#
#   tests/bench/peers.sh REPOSITORY [RUNS]
#
# larder is target/release/larder; PEERS=folder keeps what was installed (default: a temporary one).
set -eu

repository=$(cd "${1:?which repository}" && pwd)
runs=${2:-7}
here=$(cd "$(dirname "$0")/../.." && pwd)
peers=${PEERS:-$(mktemp -d)}
mkdir -p "$peers"

[ -x "$peers/bin/tokencount" ] || cargo install -q --root "$peers" tokencount@0.1.1
[ -x "$peers/bin/code2prompt" ] || cargo install -q --root "$peers" code2prompt@4.3.0
[ -x "$peers/bin/yek" ] || cargo install -q --root "$peers" yek@0.25.5
[ -x "$peers/bin/tokei" ] || cargo install -q --root "$peers" tokei@15.0.0
[ -x "$peers/bin/dua" ] || cargo install -q --root "$peers" --locked dua-cli@2.32.2
[ -x "$peers/node_modules/.bin/repomix" ] || npm install --silent --prefix "$peers" repomix@1.14.0
[ -x "$peers/python/bin/python" ] || {
    python3 -m venv "$peers/python"
    "$peers/python/bin/pip" install -q tiktoken==0.14.0
}

cat > "$peers/count.py" <<'PYTHON'
import concurrent.futures, subprocess, sys, tiktoken
encoder = tiktoken.get_encoding(sys.argv[1])
def count(name):
    try:
        data = open(name, "rb").read()
    except OSError:
        return 0
    return 0 if b"\0" in data[:8000] else len(encoder.encode_ordinary(data.decode("utf-8", "replace")))
names = subprocess.run(["git", "ls-files", "-z"], stdout=subprocess.PIPE, check=True).stdout.split(b"\0")
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    print(sum(pool.map(count, filter(None, names))))
PYTHON

# name command...: median wall and peak of some runs.
row() {
    name=$1
    shift
    for _ in $(seq "$runs"); do
        /usr/bin/time -f '%e %M' -a -o "$peers/times" "$@" > /dev/null 2> "$peers/errors" || true
    done
    sort -n "$peers/times" | awk -v name="$name" '
        NF == 2 { wall[++n] = $1; if ($2 > peak) peak = $2 }
        END { if (n) printf "%-34s %8.3f s %6.0f MiB\n", name, wall[int((n + 1) / 2)], peak / 1024 }'
    rm -f "$peers/times"
}

cd "$repository"
extensions=$(git ls-files | sed -n 's/.*\.\([A-Za-z0-9]*\)$/\1/p' | sort -u | paste -sd, -)
grep -m1 'model name' /proc/cpuinfo || true
echo "$(nproc) cores, $(git ls-files | wc -l) files, $runs runs"
for encoding in cl100k_base o200k_base; do
    echo "$encoding"
    row larder "$here/target/release/larder" count --no-cache --encoding "$encoding" .
    row tokencount "$peers/bin/tokencount" --encoding "${encoding%_base}" --include-ext "$extensions" .
    row "Python tiktoken, 2 threads" "$peers/python/bin/python" "$peers/count.py" "$encoding"
    row "code2prompt, with the pack" \
        "$peers/bin/code2prompt" --token-map --encoding "${encoding%_base}" --output-file "$peers/pack" .
    row "repomix, with the pack" "$peers/node_modules/.bin/repomix" --token-count-tree \
        --token-count-encoding "$encoding" --output "$peers/pack.xml" .
done
echo "for scale"
row "yek --tokens, its own encoding" "$peers/bin/yek" --tokens 100000k --output-dir "$peers/yek" .
row "tokei, lines only" "$peers/bin/tokei" .
row "dua, sizes only" "$peers/bin/dua" -t 2 .
row "du -s, sizes only" du -s .
