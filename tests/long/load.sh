#!/usr/bin/env bash
# 200 connections that ask more than the server can do, for ten minutes (options: --minutes N, --connections N).
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks load "$@"
