#!/usr/bin/env bash
# Whether a tenant can tell from the time to the first token what another one asked (options: --probes N, --runs N).
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build bench/Hearth.Benchmarks -c Release -v quiet >&2
exec artifacts/bin/Hearth.Benchmarks/release/Hearth.Benchmarks tenants "$@"
