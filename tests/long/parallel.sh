#!/usr/bin/env bash
# Sixteen chats at once through the server against llama.cpp with sixteen sequences in one batch (options: --model NAME, --rounds N).
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks parallel "$@"
