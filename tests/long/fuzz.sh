#!/usr/bin/env bash
# Fuzzes the readers of untrusted bytes, led by coverage: [EXECUTIONS or 20s] [TARGET]; --coverage; --planted [TARGET]
#
# Without arguments every target runs 1,000,000 executions from its seeds and from what earlier runs found. A finding is an exception, a second of
# time, or more memory than the target allows (1 MiB, or what it says) + 8 × input; it is kept in artifacts/fuzz/TARGET/found, and belongs into tests/Hearth.Fuzz/corpus/TARGET, where
# the ordinary tests replay it. --coverage says which share of the watched lines the inputs reach. --planted plants each bug of
# tests/Hearth.Fuzz/planted.tsv into a copy of the project and sees that it is found.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
sharpfuzz_version=2.3.0
out=$PWD/artifacts/fuzz
fuzz=tests/Hearth.Fuzz
mkdir -p "$out"

install_tools() {
  if ! command -v clang >/dev/null || ! compgen -G "$(clang -print-resource-dir)/lib/*/libclang_rt.fuzzer*" >/dev/null; then
    echo "Installing clang and libFuzzer from Debian."
    [ "$(id -u)" = 0 ] || { echo "Needs root: apt-get install clang libclang-rt-dev" >&2; exit 2; }
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends clang libclang-rt-dev; } >"$out/apt.log" 2>&1 \
      || { tail -5 "$out/apt.log" >&2; exit 2; }
  fi
  [ -x "$out/tools/sharpfuzz" ] || dotnet tool install SharpFuzz.CommandLine --version $sharpfuzz_version --tool-path "$out/tools" -v q
  clang -O2 -Wall -Wextra -Werror -fsanitize=fuzzer $fuzz/driver.c -o "$out/driver"
}

# build PROJECT_FOLDER: builds the fuzz program with the code to watch, into artifacts of its own.
build() {
  dotnet build "$1/$fuzz/Hearth.Fuzz.csproj" -c Release -v q --artifacts-path "$1/artifacts/fuzz/build" -p:RunAnalyzers=false \
    -p:EnforceCodeStyleInBuild=false -p:TreatWarningsAsErrors=false | { grep -E 'error' | sort -u || true; }
}

# search PROJECT_FOLDER WORK_FOLDER TARGET ASSEMBLY WATCHED LIBFUZZER_OPTIONS...: instruments a copy of the program and runs it.
search() {
  local project=$1 work=$2 target=$3 assembly=$4 watched
  read -ra watched <<<"$5"
  shift 5
  rm -rf "$work/app" && mkdir -p "$work/found" "$work/corpus" "$work/tmp"
  cp -r "$project/artifacts/fuzz/build/bin/Hearth.Fuzz/release" "$work/app"
  "$out/tools/sharpfuzz" "$work/app/$assembly.dll" "${watched[@]}"
  local words=()
  [ -f "$project/$fuzz/corpus/$target.dict" ] && words=("-dict=$project/$fuzz/corpus/$target.dict")
  FUZZ_PROGRAM="$work/app/Hearth.Fuzz" FUZZ_TARGET=$target TMPDIR="$work/tmp" DOTNET_GCHeapHardLimit=0x20000000 DOTNET_gcConcurrent=0 \
    nice -n 19 "$out/driver" -timeout=30 -max_len=65536 -print_final_stats=1 "-artifact_prefix=$work/found/" "${words[@]}" "$@" \
    "$work/corpus" "$project/$fuzz/corpus/$target" >"$work/log" 2>&1
}

targets() { "$out/build/bin/Hearth.Fuzz/release/Hearth.Fuzz" | { grep -E "^${1:-[a-z-]+} " || { echo "No target '$1'." >&2; exit 2; }; }; }

summary() { grep -E '^stat::(number_of_executed_units|average_exec_per_sec|slowest_unit)|^#[0-9]+.*DONE' "$1/log" | sed 's/^/  /'; }

fuzz_all() {
  local limit=-runs=$1 failed=0
  [[ $1 =~ ^([0-9]+)s$ ]] && limit=-max_total_time=${BASH_REMATCH[1]}
  while read -r target assembly names; do
    echo "$target: $1 from $(ls "$fuzz/corpus/$target" | wc -l) kept inputs, led by $names"
    if search "$PWD" "$out/$target" "$target" "$assembly" "$names" "$limit"; then
      summary "$out/$target"
    else
      failed=1
      grep -vE '^#|^stat::|^INFO' "$out/$target/log" | tail -30
      echo "$target: FOUND $(ls "$out/$target/found"); log: $out/$target/log. Mend it and keep the input in $fuzz/corpus/$target."
    fi
  done < <(targets "${2:-}")
  return $failed
}

# An ordinary test replays the seeds and all inputs that the searches kept.
coverage() {
  dotnet build tests/Hearth.Tests/Hearth.Tests.csproj -c Release -v q --artifacts-path "$out/coverage" -p:MeasureCoverage=true -p:RunAnalyzers=false \
    -p:EnforceCodeStyleInBuild=false | { grep -E 'error' | sort -u || true; }
  local watched=() results=$out/coverage/results
  rm -rf "$out/inputs" "$results" && mkdir -p "$out/inputs" "$results"
  cp -r "$fuzz"/corpus/*/ "$out/inputs"
  while read -r target assembly names; do
    for name in $names; do watched+=(--coverlet-include "[$assembly]$name*"); done
    [ ! -d "$out/$target/corpus" ] || find "$out/$target/corpus" -type f -exec cp -t "$out/inputs/$target" {} +
    echo "$target: $(ls "$out/inputs/$target" | wc -l) inputs"
  done < <(targets "")
  FUZZ_CORPUS=$out/inputs "$out/coverage/bin/Hearth.Tests/release/Hearth.Tests" --no-ansi --filter-method "*Every_kept_input*" \
    --coverlet "${watched[@]}" --coverlet-output-format cobertura --results-directory "$results" >"$results/log" 2>&1 \
    || { tail -20 "$results/log"; return 1; }
  "$out/build/bin/Hearth.Fuzz/release/Hearth.Fuzz" coverage "$results"/*.xml
}

# One copy for all bugs, one after the other, so that only what a bug touches is built again.
planted() {
  local failed=0 copy=$out/planted/copy
  rm -rf "$copy" && mkdir -p "$copy"
  tar -c --exclude=artifacts --exclude=obj src tests/Hearth.Fuzz Directory.Build.props Directory.Packages.props global.json .editorconfig | tar -x -C "$copy"
  while IFS=$'\t' read -r target bug path _; do
    local work=$out/planted/$bug
    rm -rf "$work"
    "$out/build/bin/Hearth.Fuzz/release/Hearth.Fuzz" plant "$bug" "$copy"
    build "$copy"
    read -r _ assembly names < <(targets "$target")
    search "$copy" "$work" "$target" "$assembly" "$names" -runs=1000000 || true
    if ! grep -q 'finding at execution' "$work/log"; then
      failed=1
      echo "$target $bug: NOT FOUND; log: $work/log"
    else
      echo "$target $bug: $(grep -oE 'finding at execution [0-9]+' "$work/log"): $(grep -m1 -E 'Exception|Finding' "$work/log" | cut -c1-160)"
      rm -rf "$work"
    fi
    cp "$path" "$copy/$path"
  done < <(grep -v "^#" $fuzz/planted.tsv | grep -E "^${1:-[a-z-]+}"$'\t')
  return $failed
}

install_tools
build "$PWD"
case "${1:-1000000}" in
  --coverage) coverage ;;
  --planted) planted "${2:-}" ;;
  *) fuzz_all "${1:-1000000}" "${2:-}" ;;
esac
