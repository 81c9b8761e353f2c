#!/usr/bin/env bash
# Perplexity of the shipped model over the whole reference text, with integer and with float activations.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks perplexity "$@"
