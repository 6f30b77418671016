#!/usr/bin/env bash
# Runs the native kernels under the address and undefined-behaviour sanitizers, for each instruction set of this machine.
# Ends with "N passed, N failed, N skipped"; a set that cannot be compiled or run here is skipped by name.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
clang=${CLANG:-clang-19}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

finish() {
  echo "$passed passed, $failed failed, $skipped skipped"
  exit $((failed > 0))
}
skip() {
  echo "skipped: $1"
  skipped=$((skipped + 1))
}

if ! command -v "$clang" > /dev/null; then
  skip "the native kernels under sanitizers: $clang is not installed (Debian: apt-get install clang-19 libclang-rt-19-dev)"
  finish
fi
if ! printf 'int main(void) { return 0; }' | "$clang" -fsanitize=address,undefined -x c - -o "$work/probe" 2> /dev/null; then
  skip "the native kernels under sanitizers: $clang has no sanitizers (Debian: apt-get install libclang-rt-19-dev)"
  finish
fi

# As in scripts/build-native.mjs, with few spins: the sleeping of the barrier is to be tried too.
flags=(-std=gnu17 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
  -ffp-contract=fast -fno-math-errno -fno-trapping-math -fno-signed-zeros -Wall -Wextra -Werror -Wno-pass-failed
  -DTILE_VECTORS=2 -DSPIN_ROUNDS=50)
avx512=(-march=x86-64-v4 -mprefer-vector-width=512 -DW=16 -DTILE_ROWS=12 -DBLOCK_COLUMNS=1024 -DBLOCK_ROWS=480)
avx2=(-march=x86-64-v3 -DW=8 -DTILE_ROWS=6)
sse2=(-march=x86-64 -DW=4 -DTILE_ROWS=4)
neon=(-DW=4 -DTILE_ROWS=12)
case $(uname -m) in
x86_64) sets=(avx512 avx2 sse2) ;;
aarch64 | arm64) sets=(neon) ;;
*)
  skip "the native kernels under sanitizers: there are none for $(uname -m)"
  finish
  ;;
esac

has() { ! [ -r /proc/cpuinfo ] || case $1 in sse2 | neon) true ;; avx512) grep -qw avx512vl /proc/cpuinfo ;; *) grep -qw "$1" /proc/cpuinfo ;; esac; }

for set in "${sets[@]}"; do
  if ! has "$set"; then
    skip "$set: this processor lacks it"
    continue
  fi
  declare -n own=$set
  if ! "$clang" "${flags[@]}" "${own[@]}" "$here/cases.c" -o "$work/$set" -lm -lpthread; then
    echo "$set: does not compile"
    failed=$((failed + 1))
    continue
  fi
  # Blocks lie in one arena with poisoned gaps; leaks of a child that ends at once mean nothing.
  output=$(ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 "$work/$set" 2> "$work/findings")
  [ -s "$work/findings" ] && head -c 6000 "$work/findings"
  echo "$output" | sed "s/^/$set: /" | grep -v 'passed, '
  closing=$(echo "$output" | tail -1)
  if [[ $closing =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    echo "$set: ended without a result"
    failed=$((failed + 1))
  fi
done
finish
