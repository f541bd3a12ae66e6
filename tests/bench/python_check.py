#!/usr/bin/env python3
"""Compares larder's counts with those of Python's tiktoken, on generated and on real files.

    python_check.py LARDER [FOLDER...]

LARDER is a program that reads the names of files, one a line, from its input and prints for each
the counts in cl100k_base, o200k_base, p50k_base and r50k_base: `cargo run --example counts`.
Needs `pip install tiktoken==0.14.0`; nothing is downloaded: the vocabularies are those of the
tiktoken-rs crate. LARDER_LONG=1 generates ten times as many files.
"""

import hashlib
import os
import pathlib
import random
import subprocess
import sys
import tempfile

ENCODINGS = ["cl100k_base", "o200k_base", "p50k_base", "r50k_base"]
URL = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
GENERATED = 20_000 if os.environ.get("LARDER_LONG") else 2_000
REAL = 3_000

PARTS = [
    "'s", "'S", "'ſ", "'ll", "'RE", "'ve", "don't", "HTTPServer", "camelCase", "snake_case", "\n", "\r\n",
    " ", "  ", "\t", "\u00a0", "\u3000", "\u2028", "\u0085", "123", "1234567", "½", "Ⅳ", "١٢٣", "、", "中文",
    "日本語", "한국어", "Привет", "ǅ", "ʰ", "e\u0301", "\u0301", "👩‍👩‍👧", "\U000e0001", "//", "/*", "*/", "{}", "();\n",
    "\n\n  ", " \n \n", "-" * 70, "=" * 33, " " * 40, "a" * 90, "x1", "<|endoftext|>", "\x00", "\ufeff", "ﬁ",
]


def vocabularies():
    """Lays the vocabularies of the tiktoken-rs crate out as tiktoken's own cache has them."""
    home = pathlib.Path(os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo"))
    assets = sorted(home.glob("registry/src/*/tiktoken-rs-*/assets"))
    if not assets:
        sys.exit("no tiktoken-rs among the sources of cargo: run `cargo fetch`")
    cache = pathlib.Path(tempfile.mkdtemp(prefix="larder-vocabularies-"))
    for name in ENCODINGS:
        key = hashlib.sha1(URL.format(name).encode()).hexdigest()
        (cache / key).write_bytes((assets[-1] / f"{name}.tiktoken").read_bytes())
    os.environ["TIKTOKEN_CACHE_DIR"] = str(cache)


def generated(folder):
    """Writes files of known parts, any characters, and bytes that are no text."""
    draw = random.Random(7)
    for number in range(GENERATED):
        kind = number % 4
        if kind < 2:
            data = "".join(draw.choice(PARTS) for _ in range(draw.randrange(80))).encode()
        elif kind == 2:
            points = [draw.randrange(draw.choice([0x80, 0x800, 0x3000, 0x110000])) for _ in range(60)]
            data = "".join(chr(it) for it in points if not 0xD800 <= it < 0xE000).encode()
        else:
            text = "".join(draw.choice(PARTS) for _ in range(20)).encode()
            data = bytes(it if draw.random() < 0.95 else draw.randrange(256) for it in text)
        path = folder / f"{number:05}"
        path.write_bytes(data)
        yield path


def real(folders):
    """Finds files, the same ones each time."""
    for folder in folders:
        paths = sorted(it for it in pathlib.Path(folder).rglob("*") if it.is_file())
        yield from (it for it in paths[:REAL] if "\n" not in str(it) and it.stat().st_size < 2_000_000)


def expected(encoders, path):
    """Counts as tiktoken does; None where it gives up, on long runs of blanks."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    counts = []
    for encoder in encoders:
        try:
            counts.append(len(encoder.encode_ordinary(text)))
        except BaseException as error:  # a panic of its Rust half is no Exception
            if isinstance(error, KeyboardInterrupt):
                raise
            counts.append(None)
    return counts


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    vocabularies()
    import tiktoken

    encoders = [tiktoken.get_encoding(name) for name in ENCODINGS]
    with tempfile.TemporaryDirectory() as folder:
        paths = [*generated(pathlib.Path(folder)), *real(sys.argv[2:])]
        names = "".join(f"{path}\n" for path in paths)
        out = subprocess.run([sys.argv[1]], input=names, stdout=subprocess.PIPE, text=True, check=True)
        lines = out.stdout.splitlines()
        if len(lines) != len(paths):
            sys.exit(f"{len(paths)} files, {len(lines)} answers")
        wrong = unknown = 0
        for path, line in zip(paths, lines):
            for name, counted, right in zip(ENCODINGS, line.split(), expected(encoders, path)):
                unknown += right is None
                if right is not None and int(counted) != right:
                    wrong += 1
                    print(f"{path}: {name} is {right}, counted {counted}")
    print(f"{len(paths)} files in {len(ENCODINGS)} encodings: {wrong} differ, {unknown} tiktoken could not count")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
