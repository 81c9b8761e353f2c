#!/usr/bin/env bash
# Kills 1,000 workers and 200 hosts at random points: nothing is left over and nobody hangs (options: --workers N, --warm-up N, --hosts N, --seed N, --worker PATH).
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks kills "$@"
