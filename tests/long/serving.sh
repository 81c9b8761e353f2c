#!/usr/bin/env bash
# What a reader of a stream notices: stutter beside a long prompt, the time to the first token of a cached prompt, and what HTTP costs (options: --model NAME, --rounds N).
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks serving "$@"
