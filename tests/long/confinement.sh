#!/usr/bin/env bash
# What the confinement costs: start, first answer, prefill and decode, confined against unconfined (options: --pairs N, --rounds N, --most-used-by-others SHARE).
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ -z "${HEARTH_NATIVE_WORKER:-}" ]; then
  tests/long/aot.sh --publish >&2
  export HEARTH_NATIVE_WORKER=$PWD/artifacts/aot/publish/hearth-worker
fi
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks confinement "$@"
