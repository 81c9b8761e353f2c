#!/usr/bin/env bash
# Prefill and decode against llama.cpp in interleaved pairs; writes docs/measurements (options: --model smol|1b-q4_0|1b-q4_1|1b-q8_0|1b-q4_k_m|1b-q5_k_m|1b-q6_k|all, --rounds N, --minutes N).
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks peers "$@"
