#!/usr/bin/env bash
# Publishes for both processor families, runs the x64 folder with each of its workers and in a root with nothing but the system's C and C++ libraries, and reads the arm64 one. --quick: x64 only, no root.
set -euo pipefail
cd "$(dirname "$0")/../.."
quick=$([ "${1:-}" = --quick ] && echo yes || true)
# ./test has built this one, so that the quick check has nothing to build but what it publishes.
hearth=./hearth
[ -z "$quick" ] || hearth=artifacts/bin/Hearth.Cli/release/hearth
work=$PWD/artifacts/publish-check
rm -rf "$work"
mkdir -p "$work"

say() { printf '%s\n' "$*"; }
fail() {
  say "FAILED: $*" >&2
  exit 1
}
# A chat in the background must not outlive this script, however it ends. unshare ignores gentler signals, and takes its child along.
chat=
trap '[ -z "$chat" ] || kill -KILL "$chat" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM HUP
# Files of a folder that are programs or libraries, and the number of the machine that they are for (ELF header, bytes 18 and 19).
binaries() {
  find "$1" -type f ! -name '*.dll' ! -name '*.gguf' -print0 | while IFS= read -r -d '' file; do
    if [ "$(head -c 4 "$file" | tr -d '\0')" = $'\x7fELF' ]; then printf '%s\n' "$file"; fi
  done
}
machine() { od -An -tx2 -j18 -N2 --endian=little "$1" | tr -d ' '; }
member() { grep -oP "\"$1\": *\"\K[^\"]*" <<<"$2"; }

# FOLDER RID MACHINE KIND WORKER…: publishes, and looks at what is there.
publish() {
  local folder=$1 rid=$2 expected=$3 kind=$4 count=0 file made
  shift 4
  made=$("$hearth" publish --json --output "$work/$folder" --rid "$rid")
  [ "$(member worker "$made")" = "$kind" ] || fail "the worker for $rid is not $kind: $made"
  [[ $(member glibc "$made") == 2.* ]] || fail "no version of glibc: $made"
  while IFS= read -r file; do
    [ "$(machine "$file")" = "$expected" ] || fail "$file is for machine $(machine "$file"), not $expected"
    count=$((count + 1))
  done < <(binaries "$work/$folder")
  [ "$count" -ge 10 ] || fail "$folder holds $count binaries only"
  [ "$(cd "$work/$folder/bin" && echo hearth-worker*)" = "$*" ] || fail "the workers of $folder are $(cd "$work/$folder/bin" && echo hearth-worker*), not $*"
  for file in "$@"; do
    # A managed one is a small starter.
    [ "$kind" = managed ] || [ "$(stat -c %s "$work/$folder/bin/$file")" -gt 2000000 ] || fail "$file is too small for a program with its runtime inside"
  done
  say "$folder: $count binaries, all for machine $expected, for glibc $(member glibc "$made") or later; workers: $*"
}

publish x64 linux-x64 003e native hearth-worker hearth-worker-v3 hearth-worker-v4

unconfined=
if grep -q MISSING <<<"$("$work/x64/hearth" status)"; then unconfined=--unconfined; fi
[ -z "$unconfined" ] || say "this system lacks mechanisms of confinement, so the workers run without"

# Every native worker gives the bits of the managed one, and uses the vectors that it was made for. A switch of the host's runtime takes a tier away.
seq -s, -f %g 1000 7 3093 | sed 's/.*/[&]/' >"$work/ids.json"
"$hearth" logits --quiet $unconfined --tokens "$work/ids.json" --all-positions --output "$work/managed.f32"
managed=$("$hearth" run $unconfined --json --temperature 0 --max-tokens 1 x)
while read -r tier worker path; do
  at="$work/x64/hearth"
  [ "$path" != same ] || path=$(member instruction_set "$managed")
  status=$(env "$tier" "$at" status)
  grep -qE "^ *worker +$worker, native$" <<<"$status" || fail "$tier: the worker is not $worker: $status"
  answer=$(env "$tier" "$at" run $unconfined --json --temperature 0 --max-tokens 1 x)
  # shellcheck disable=SC2053
  [[ $(member instruction_set "$answer") == $path ]] || fail "$tier: the path is $(member instruction_set "$answer"), not $path"
  env "$tier" "$at" logits --quiet $unconfined --tokens "$work/ids.json" --all-positions --output "$work/native.f32"
  cmp "$work/managed.f32" "$work/native.f32" || fail "$tier: logits differ"
  say "$(member instruction_set "$answer"): $(stat -c %s "$work/native.f32") bytes of logits are those of the managed worker"
done <<'TIERS'
ALL=1 hearth-worker(-v.)? same
DOTNET_EnableAVX512=0 hearth-worker-v3 vector256*
DOTNET_EnableAVX2=0 hearth-worker vector128
TIERS

if [ -n "$quick" ]; then
  rm -rf "$work"
  say "passed"
  exit 0
fi

if command -v aarch64-linux-gnu-gcc >/dev/null; then
  publish arm64 linux-arm64 00b7 native hearth-worker
  diff <(cd "$work/x64" && find . ! -name 'hearth-worker-v?' | sort) <(cd "$work/arm64" && find . | sort) || fail "the two folders hold different files"
else
  say "no cross compiler is here, so the folder for arm64 is looked at with a managed worker (Debian, Ubuntu: apt install gcc-aarch64-linux-gnu)"
  publish arm64 linux-arm64 00b7 managed hearth-worker hearth-worker.deps.json hearth-worker.dll hearth-worker.runtimeconfig.json
fi

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

# shellcheck disable=SC2016
in_root=(unshare $([ "$(id -u)" = 0 ] || echo --map-root-user) --mount --pid --fork --kill-child bash -c '
  root=$1
  shift
  mount --bind /dev/null "$root/dev/null"
  mount --bind /dev/urandom "$root/dev/urandom"
  mount -t proc proc "$root/proc"
  exec env -i TERM=dumb HOME=/tmp "$(command -v chroot)" "$root" /opt/hearth/hearth "$@"' in_root "$root")

question="Name three primary colours."
there=$("${in_root[@]}" run --temperature 0 --max-tokens 24 "$question")
here=$("$hearth" run --temperature 0 --max-tokens 24 "$question")
[ -n "$there" ] && [ "$there" = "$here" ] || fail "in the root: $there; here: $here"
say "the answer in the root is that of the checkout: ${there:0:60}"

# Digests are computed without OpenSSL too, which the root does not have.
verified=$("${in_root[@]}" models verify)
grep -q ': verified$' <<<"$verified" || fail "models verify in the root: $verified"

status=$("${in_root[@]}" status)
grep -q 'seccomp *enforced' <<<"$status" && grep -q 'landlock files *enforced' <<<"$status" && grep -q 'pure compute *enforced' <<<"$status" && ! grep -q MISSING <<<"$status" ||
  fail "confinement in the root: $status"

verified=$(in_root verify confinement) || fail "the jail in the root: $verified"
say "in the root: $(grep 'denied here' <<<"$verified")"

mkfifo "$work/keyboard"
exec 8<>"$work/keyboard"
"${in_root[@]}" chat --temperature 0 --max-tokens 8 <"$work/keyboard" >"$work/answer" &
chat=$!
echo "$question" >&8
for _ in $(seq 1200); do
  [ -s "$work/answer" ] && break
  sleep 0.1
done
[ -s "$work/answer" ] || fail "no answer in a chat"
worker=
for link in /proc/[0-9]*/exe; do
  if [[ $(readlink "$link" 2>/dev/null) == "$root"/opt/hearth/bin/hearth-worker* ]]; then worker=$(basename "${link%/exe}"); fi
done
[ -n "$worker" ] || fail "no worker runs"
grep -q '^Seccomp:.*2$' "/proc/$worker/status" && grep -q '^NoNewPrivs:.*1$' "/proc/$worker/status" && grep -q '^CapEff:.*0000000000000000$' "/proc/$worker/status" ||
  fail "the worker is not confined: $(grep -E '^(Seccomp|NoNewPrivs|CapEff):' "/proc/$worker/status")"
# Three filters on every thread: one before the start, one for its first act, and pure compute.
ours=$(awk '/^Seccomp_filters:/ {print $2}' /proc/self/status)
for thread in "/proc/$worker/task"/*; do
  [ "$(awk '/^Seccomp_filters:/ {print $2}' "$thread/status")" = $((ours + 3)) ] || fail "thread ${thread##*/} of the worker: $(grep Seccomp_filters "$thread/status"); this process has $ours"
done
echo /quit >&8
wait "$chat"
chat=
say "a chat answers, its worker is confined to pure compute"

if "${in_root[@]}" publish --output /tmp/x 2>"$work/error"; then fail "publish works without sources"; fi
grep -q 'to do: Run ./hearth publish in a checkout' "$work/error" || fail "$(cat "$work/error")"
rm -rf "$work"
say "passed"
