#!/bin/sh
# Counts a git repository with larder and with its peers, each as a whole process; median wall seconds
# and peak MiB. Run by hand: installs the peers from their registries into a folder of its own.
#
#   tests/bench/peers.sh REPOSITORY [RUNS]
#
# RUNS is 5 if not given; peers that also write what they count run at most SLOW times, 3 if unset.
# On a busy machine AHEAD='chrt -r 10' lets each process go before all others (root only), and PAUSE
# says for how many seconds those others may go on between two rounds.
#
# larder is built here, or is $LARDER; PEERS=folder keeps what was installed (default: a temporary
# one). What does not install, or fails when it is run, is named and left out. Between two rows of
# a peer stand rows of others: each run of a row goes once through all of them.
set -eu

repository=$(cd "${1:?which repository}" && pwd)
runs=${2:-5}
here=$(cd "$(dirname "$0")/../.." && pwd)
peers=${PEERS:-$(mktemp -d)}
mkdir -p "$peers"
target=${CARGO_TARGET_DIR:-$here/target}
AHEAD=${AHEAD:-}
export CARGO_TARGET_DIR="$target"
if [ -z "${LARDER:-}" ]; then
    cargo build -q --release --manifest-path "$here/Cargo.toml"
    LARDER=$target/release/larder
fi
cargo build -q --release --manifest-path "$here/tests/bench/peers/Cargo.toml"

# program crate@version: installs it where it is not there yet and SKIP does not name it.
get() {
    case " ${SKIP:-} " in *" $1 "*) echo "$2: skipped"; return ;; esac
    [ -x "$peers/bin/$1" ] || cargo install -q --locked --root "$peers" "$2" || echo "$2: does not install"
}
get tokencount tokencount@0.1.1
get code2prompt code2prompt@4.3.0
get yek yek@0.25.5
get tokei tokei@15.0.0
get dua dua-cli@2.32.2
[ -x "$peers/node_modules/.bin/repomix" ] ||
    npm install --silent --prefix "$peers" repomix@1.14.0 || echo "repomix: does not install"
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

# Wall by a finer clock than that of /usr/bin/time, whose memory is that of the command alone.
cat > "$peers/timed.py" <<'PYTHON'
import subprocess, sys, time

start = time.perf_counter()
code = subprocess.call(["/usr/bin/time", "-o", sys.argv[1], "-f", "%U %S %M", *sys.argv[2:]])
wall = time.perf_counter() - start
with open(sys.argv[1]) as file:
    rest = file.read().split("\n")[-2]
with open(sys.argv[1], "w") as file:
    file.write(f"{wall:.4f} {rest}\n")
sys.exit(code)
PYTHON

# The vocabularies of the tiktoken-rs crate, laid out as the cache of Python's tiktoken.
TIKTOKEN_CACHE_DIR=$("$peers/python/bin/python" -c "
import os, sys
sys.path.insert(0, '$here/tests/bench')
import python_check
python_check.vocabularies()
print(os.environ['TIKTOKEN_CACHE_DIR'])")
export TIKTOKEN_CACHE_DIR

slow=${SLOW:-3}
round=0
# Begins the next round. The first row must not pay for what others did in the pause: everything is
# read once more before it.
next_round() {
    [ "$round" = 0 ] || sleep "${PAUSE:-0}"
    round=$((round + 1))
    for encoding_name in cl100k_base o200k_base; do
        $AHEAD "$walk" --walk none "$encoding_name" . > /dev/null
        $AHEAD "$LARDER" count --no-cache --encoding "$encoding_name" . > /dev/null
    done
}

# name command...: one run of a row that is slow.
run_slow() {
    [ "$round" -gt "$slow" ] || run "$@"
}

# name command...: one run of a row; what is not installed is no row.
run() {
    name=$1
    shift
    [ -x "$1" ] || [ -x "/usr/bin/$1" ] || return 0
    # shellcheck disable=SC2086 # a command and its options
    if $AHEAD python3 "$peers/timed.py" "$peers/time" "$@" > /dev/null 2> "$peers/errors"; then
        echo "$name|$(tr ' ' '|' < "$peers/time")" >> "$peers/rows"
    else
        echo "$name failed: $(tail -n 1 "$peers/errors")"
    fi
}

# Medians of all rows so far, in the order in which they were first run.
print_rows() {
    python3 - "$peers/rows" <<'PYTHON'
import statistics, sys
rows = {}
for line in open(sys.argv[1]):
    name, *numbers = line.rstrip().split("|")
    rows.setdefault(name, []).append([float(it) for it in numbers])
first = None
print("| counter | wall s | cpu s | peak MiB | x larder |")
print("| --- | ---: | ---: | ---: | ---: |")
for name, runs in rows.items():
    wall = statistics.median(run[0] for run in runs)
    cpu = statistics.median(run[1] + run[2] for run in runs)
    first = first or wall
    print(f"| {name} | {wall:.3f} | {cpu:.2f} | {max(run[3] for run in runs) / 1024:.0f} | {wall / first:.1f} |")
PYTHON
    rm -f "$peers/rows"
    round=0
}

cd "$repository"
extensions=$(git ls-files | sed -n 's/.*\.\([A-Za-z0-9]*\)$/\1/p' | sort -u | sed 's/^/--include-ext /')
walk=$target/release/peers
grep -m1 'model name' /proc/cpuinfo || true
echo "$(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg), $(git ls-files | wc -l) files, median of $runs runs"
for encoding in cl100k_base o200k_base; do
    for _ in $(seq "$runs"); do
        next_round
        run larder "$LARDER" count --no-cache --encoding "$encoding" .
        run "walk and read only" "$walk" --walk none "$encoding" .
        run "larder's counter, plain walk" "$walk" --walk larder "$encoding" .
        run "tiktoken 4.1.2, plain walk" "$walk" --walk tiktoken "$encoding" .
        run "toktok-rs 0.3.0, plain walk" "$walk" --walk toktok-rs "$encoding" .
        run "fastokens 0.3.5, plain walk" "$walk" --walk fastokens "$encoding" .
        run "splintr 0.22.0, plain walk" "$walk" --walk splintr "$encoding" .
        run "bpe-openai 0.3.2, plain walk" "$walk" --walk bpe-openai "$encoding" .
        run "tiktoken-rs 0.12.1, plain walk" "$walk" --walk tiktoken-rs "$encoding" .
        run "tokencount 0.1.1" "$peers/bin/tokencount" --encoding "${encoding%_base}-base" --quiet $extensions .
        run "Python tiktoken 0.14.0, 2 threads" "$peers/python/bin/python" "$peers/count.py" "$encoding"
        run_slow "code2prompt 4.3.0, with the pack" "$peers/bin/code2prompt" --token-map \
            --encoding "${encoding%_base}" --output-file "$peers/pack" .
        run_slow "repomix 1.14.0, with the pack" "$peers/node_modules/.bin/repomix" --quiet \
            --token-count-tree --token-count-encoding "$encoding" --output "$peers/pack.xml" .
    done
    echo
    echo "$encoding"
    print_rows
done
for _ in $(seq "$runs"); do
    next_round
    run "larder, cl100k_base" "$LARDER" count --no-cache --encoding cl100k_base .
    run_slow "yek 0.25.5 --tokens, its own encoding, with the pack" "$peers/bin/yek" --tokens 100000k .
    run "tokei 15.0.0, lines only" "$peers/bin/tokei" .
    run "dua 2.32.2, sizes only" "$peers/bin/dua" -t 2 .
    run "du -s, sizes only" du -s .
done
echo
echo "for scale"
print_rows
