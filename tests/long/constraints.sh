#!/usr/bin/env bash
# What it costs that an answer must fulfil a schema: compiling, masks with two vocabularies, speed against a free answer (options: --rounds N).
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks constraints "$@"
