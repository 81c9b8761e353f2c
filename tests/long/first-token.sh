#!/usr/bin/env bash
# Time from the start of hearth run to its first token, in 20 new processes.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks first-token "$@"
