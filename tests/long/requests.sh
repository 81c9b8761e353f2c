#!/usr/bin/env bash
# A million requests that nobody should send, over raw connections to the real server (options: --cases N, --seed N).
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks requests "$@"
