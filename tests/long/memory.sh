#!/usr/bin/env bash
# Memory of the worker beside its weights and its cache, after an answer with an 8k context.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks memory "$@"
