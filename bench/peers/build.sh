#!/usr/bin/env bash
# Installs the pinned llama.cpp libraries (npm, no scripts run) and compiles llama_peer beside them. Prints the path of the program.
set -euo pipefail
cd "$(dirname "$0")"
[ "$(uname -sm)" = "Linux x86_64" ] || { echo "The pinned peer libraries are for Linux on x86-64; this is $(uname -sm)." >&2; exit 3; }
for tool in npm gcc; do
  command -v "$tool" > /dev/null || { echo "Comparing with llama.cpp needs $tool, which is not installed." >&2; exit 3; }
done
libraries=node_modules/@node-llama-cpp/linux-x64/bins/linux-x64
[ -e "$libraries/libllama.v0.4.0.so" ] || npm ci --ignore-scripts --no-audit --no-fund --loglevel error >&2
if [ ! -e "$libraries/llama_peer" ] || [ llama_peer.c -nt "$libraries/llama_peer" ] || [ libllama.h -nt "$libraries/llama_peer" ]; then
  gcc -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror llama_peer.c -o "$libraries/llama_peer" -L"$libraries" \
    -l:libllama.v0.4.0.so -l:libggml.v0.4.0.so -l:libggml-base.so -ldl -Wl,-rpath,'$ORIGIN'
fi
echo "$PWD/$libraries/llama_peer"
