#!/bin/sh
# Makes a repository of Chinese, Japanese and Korean text to count, out of packages of Debian 12 and
# npm: manual pages, help, handbooks, poems. Run by hand, where apt and npm are.
#
#   tests/bench/cjk.sh FOLDER
#
# Taken is each UTF-8 file of which a fifth of the bytes or more are not ASCII; of the poems the
# smallest files, 20 MB together. A version that is gone is named and left out.
set -eu

folder=${1:?which folder}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for package in manpages-zh=1.6.4.0-1 manpages-ja=0.5.0.0.20221215+dfsg-1 \
    manpages-ja-dev=0.5.0.0.20221215+dfsg-1 debian-reference-ja=2.100 debian-reference-zh-cn=2.100 \
    developers-reference-ja=12.18 gnome-user-docs=43.0-2 libreoffice-help-ja=4:7.4.7-1+deb12u13 \
    libreoffice-help-ko=4:7.4.7-1+deb12u13 libreoffice-help-zh-cn=4:7.4.7-1+deb12u13; do
    apt-get download -q "$package" > log 2>&1 || echo "$package: $(grep '^E:' log)"
done
mkdir -p all/chinese-poetry
for file in *.deb; do
    dpkg -x "$file" "all/${file%%_*}"
done
npm pack --silent chinese-poetry@2.0.1 > /dev/null
tar -xzf chinese-poetry-2.0.1.tgz -C all/chinese-poetry
find all -type l -delete
find all -name '*.gz' -exec gunzip -f {} +

python3 - "$folder" <<'PYTHON'
import pathlib, shutil, sys

ASCII = bytes(range(128))
languages = {"ja", "ko", "zh_CN", "zh_TW", "zh_HK"}
taken = {}
for path in sorted(pathlib.Path("all").rglob("*")):
    package = path.parts[1]
    if not path.is_file() or package == "gnome-user-docs" and not languages & set(path.parts):
        continue
    data = path.read_bytes()
    try:
        data.decode()
    except UnicodeDecodeError:
        continue
    if data and b"\0" not in data and 5 * len(data.translate(None, ASCII)) >= len(data):
        taken.setdefault(package, []).append((len(data), path))
total_files = total_bytes = 0
for package, files in taken.items():
    if package == "chinese-poetry":
        files.sort()
        while sum(size for size, _ in files) > 20_000_000:
            files.pop()
    for _, path in files:
        target = pathlib.Path(sys.argv[1], *path.parts[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    size = sum(size for size, _ in files)
    total_files, total_bytes = total_files + len(files), total_bytes + size
    print(f"{package}: {len(files)} files, {size / 1e6:.1f} MB")
print(f"all: {total_files} files, {total_bytes / 1e6:.1f} MB")
PYTHON

cd "$folder"
git init -q .
git add -A -f .
git -c user.name=bench -c user.email=bench@localhost commit -q -m "Take text of packages"
