#!/usr/bin/env bash
# Publishes the worker and the probe of its confinement with NativeAOT for this processor without a warning (--publish: no more), compares kernels and answers with those of the CoreCLR worker, and tries to get out.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
out=$PWD/artifacts/aot
rid=$(dotnet --info | awk '$1 == "RID:" {print $2; exit}')
mkdir -p "$out"

for project in Hearth.Worker Hearth.Probe; do
  dotnet publish "src/$project" -c Release -r "$rid" -p:PublishAot=true -p:IlcInstructionSet=native -p:CppCompilerAndLinker="${CC:-gcc}" \
    --artifacts-path "$out/build" -o "$out/publish" -v quiet | tee "$out/log"
  if grep -E 'warning' "$out/log"; then
    echo "$project was published with warnings." >&2
    exit 1
  fi
done

ls -l "$out/publish/hearth-worker" "$out/publish/hearth-probe"
[ "${1:-}" != --publish ] || exit 0
dotnet build tests/Hearth.Tests -c Release -v quiet
HEARTH_NATIVE_WORKER="$out/publish/hearth-worker" artifacts/bin/Hearth.Tests/release/Hearth.Tests --no-ansi --minimum-expected-tests 1 \
  --filter-class "*.NativeWorkerTests" --filter-class "*.EscapeTests" --filter-class "*.WorkerMapsTests" --filter-class "*.WorkerDigestTests"
