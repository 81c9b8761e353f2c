#!/usr/bin/env bash
# Publishes for both processor families, runs the x64 folder in a root with nothing but the system's C and C++ libraries, and reads the arm64 one.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$PWD/artifacts/publish-check
rm -rf "$work"
mkdir -p "$work"

say() { printf '%s\n' "$*"; }
fail() {
  say "FAILED: $*" >&2
  exit 1
}
# Files of a folder that are programs or libraries, and the number of the machine that they are for (ELF header, bytes 18 and 19).
binaries() {
  find "$1" -type f ! -name '*.dll' ! -name '*.gguf' -print0 | while IFS= read -r -d '' file; do
    if [ "$(head -c 4 "$file" | tr -d '\0')" = $'\x7fELF' ]; then printf '%s\n' "$file"; fi
  done
}
machine() { od -An -tx2 -j18 -N2 --endian=little "$1" | tr -d ' '; }

./hearth publish --quiet --output "$work/x64" --rid linux-x64
./hearth publish --quiet --output "$work/arm64" --rid linux-arm64

while read -r folder expected; do
  count=0
  while IFS= read -r file; do
    [ "$(machine "$file")" = "$expected" ] || fail "$file is for machine $(machine "$file"), not $expected"
    count=$((count + 1))
  done < <(binaries "$work/$folder")
  [ "$count" -ge 10 ] || fail "$folder holds $count binaries only"
  say "$folder: $count binaries, all for machine $expected"
done <<<$'x64 003e\narm64 00b7'
diff <(cd "$work/x64" && find . | sort) <(cd "$work/arm64" && find . | sort) || fail "the two folders hold different files"

# The root: the folder, what .NET names as needed on Linux (without ICU and OpenSSL, which are not used), /proc, /dev/null and /dev/urandom.
root=$work/root
mkdir -p "$root"/{proc,dev,tmp,opt}
cp -a "$work/x64" "$root/opt/hearth"
touch "$root"/dev/{null,urandom}
binaries "$root/opt/hearth" | { xargs -n1 ldd 2>/dev/null || true; } | grep -oE '/[^ ]+' | grep -E '/(ld-linux-x86-64|libc|libm|libdl|libpthread|librt|libgcc_s|libstdc\+\+)\.so' | sort -u |
  while read -r library; do
    mkdir -p "$root${library%/*}"
    cp -L "$library" "$root$library"
  done
say "libraries of the root: $(cd "$root" && find . -path ./opt -prune -o -name '*.so*' -printf '%f ')"

in_root() {
  # shellcheck disable=SC2016
  unshare $([ "$(id -u)" = 0 ] || echo --map-root-user) --mount --pid --fork bash -c '
    root=$1
    shift
    mount --bind /dev/null "$root/dev/null"
    mount --bind /dev/urandom "$root/dev/urandom"
    mount -t proc proc "$root/proc"
    exec env -i TERM=dumb HOME=/tmp "$(command -v chroot)" "$root" /opt/hearth/hearth "$@"' in_root "$root" "$@"
}

question="Name three primary colours."
there=$(in_root run --temperature 0 --max-tokens 24 "$question")
here=$(./hearth run --temperature 0 --max-tokens 24 "$question")
[ -n "$there" ] && [ "$there" = "$here" ] || fail "in the root: $there; here: $here"
say "the answer in the root is that of the checkout: ${there:0:60}"

status=$(in_root status)
grep -q 'seccomp *enforced' <<<"$status" && grep -q 'landlock files *enforced' <<<"$status" && ! grep -q MISSING <<<"$status" || fail "confinement in the root: $status"

mkfifo "$work/keyboard"
exec 8<>"$work/keyboard"
in_root chat --temperature 0 --max-tokens 8 <"$work/keyboard" >"$work/answer" &
echo "$question" >&8
for _ in $(seq 200); do
  [ -s "$work/answer" ] && break
  sleep 0.1
done
[ -s "$work/answer" ] || fail "no answer in a chat"
worker=
for link in /proc/[0-9]*/exe; do
  if [ "$(readlink "$link" 2>/dev/null)" = "$root/opt/hearth/bin/hearth-worker" ]; then worker=$(basename "${link%/exe}"); fi
done
[ -n "$worker" ] || fail "no worker runs"
grep -q '^Seccomp:.*2$' "/proc/$worker/status" && grep -q '^NoNewPrivs:.*1$' "/proc/$worker/status" && grep -q '^CapEff:.*0000000000000000$' "/proc/$worker/status" ||
  fail "the worker is not confined: $(grep -E '^(Seccomp|NoNewPrivs|CapEff):' "/proc/$worker/status")"
echo /quit >&8
wait $!
say "a chat answers, its worker is confined"

if in_root publish --output /tmp/x 2>"$work/error"; then fail "publish works without sources"; fi
grep -q 'to do: Run ./hearth publish in a checkout' "$work/error" || fail "$(cat "$work/error")"
rm -rf "$work"
say "passed"
