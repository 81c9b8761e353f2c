#!/usr/bin/env bash
# What hearth plan estimates against what hearth bench measures, for the shipped model and those that ./test --long peers left (options: --pairs N, --most-used-by-others SHARE).
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks plan "$@"
