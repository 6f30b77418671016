#!/usr/bin/env bash
# Compiles src/engine/kernels/program.c (which includes the rest) to built/relaxed.wasm and built/plain.wasm, and writes
# built/stamp.json: what they were built from. Needs clang 19 and lld 19 (Debian: apt-get install clang-19 lld-19).
# Usage: build-kernels.sh [OUTPUT DIRECTORY]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sources=$here/../src/engine/kernels
out=${1:-$sources/built}
clang=${CLANG:-clang-19}
linker=${WASM_LD:-wasm-ld-19}
mkdir -p "$out"

compile=(--target=wasm32 -std=c17 -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math -fno-signed-zeros
  -ffreestanding -Wall -Wextra -Werror -Wno-pass-failed -msimd128 -mbulk-memory -matomics -mmutable-globals
  -DW=4 -DTILE_VECTORS=2 -DPACKED_STEPS=1)
link=(--no-entry --import-memory --shared-memory --max-memory=4294967296 --export=__stack_pointer --export=__heap_base
  -z stack-size=65536 --global-base=1024 --strip-debug)
relaxed=(-mrelaxed-simd -DTILE_ROWS=6)
plain=(-DTILE_ROWS=4)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for build in relaxed plain; do
  declare -n flags=$build
  (cd "$sources" && "$clang" "${compile[@]}" "${flags[@]}" -c program.c -o "$work/$build.o")
  "$linker" "${link[@]}" "$work/$build.o" -o "$out/$build.wasm"
done

# The stamp's hash: every source and this script, in the order of their names, each as "name NUL content".
hash=$(cd "$sources" && for file in $(LC_ALL=C ls *.c *.h); do printf '%s\0' "$file"; cat "$file"; done | cat - "$here/build-kernels.sh" | sha256sum | cut -d' ' -f1)
compiler=$("$clang" --version | head -1)
cat > "$out/stamp.json" <<JSON
{
  "sources": "$hash",
  "compiler": "$compiler",
  "relaxed": "$(sha256sum < "$out/relaxed.wasm" | cut -d' ' -f1)",
  "plain": "$(sha256sum < "$out/plain.wasm" | cut -d' ' -f1)"
}
JSON
ls -l "$out"
