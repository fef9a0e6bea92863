#!/usr/bin/env bash
# Runs build.sh here as OSS-Fuzz would, and checks what it made as their bad_build_check does.
#
# Usage: check_build.sh [address|undefined] [FOLDER]      exit 1: a target would be refused
set -euo pipefail
sanitizer=${1:-address}
folder=$(mkdir -p "${2:-build/oss-fuzz-$sanitizer}" && cd "${2:-build/oss-fuzz-$sanitizer}" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export CC=clang-19 CXX=clang++-19 LIB_FUZZING_ENGINE=-fsanitize=fuzzer
export SRC=$folder/src WORK=$folder/work OUT=$folder/out
flags="-O1 -fno-omit-frame-pointer -gline-tables-only -fsanitize=$sanitizer -fsanitize=fuzzer-no-link ${EXTRA_FLAGS:-}"
[[ $sanitizer == address ]] || flags+=" -fno-sanitize-recover=all"
export CFLAGS=$flags CXXFLAGS=$flags
mkdir -p "$SRC" "$WORK" "$OUT"
rm -rf "${OUT:?}"/*
bash "$here/build.sh"

moved=$(mktemp -d) # no path may be built in
trap 'rm -rf "$moved"' EXIT
cp -r "$OUT/." "$moved"
failed=0
complain() {
  printf '%s: %s\n' "$1" "$2"
  failed=1
}
count=0
for target in "$moved"/fuzz_*; do
  [[ -x $target && $target != *.* ]] || continue
  count=$((count + 1))
  name=$(basename "$target")
  grep -q LLVMFuzzerTestOneInput "$target" || complain "$name" "has no entry point"
  said=$(cd / && env -i PATH=/usr/bin:/bin "$target" -runs=4 2>&1) || complain "$name" "does not start: $said"
  grep -q 'Done 4 runs' <<<"$said" || complain "$name" "did not do 4 runs"
  asan=$(objdump -d --no-show-raw-insn "$target" | grep -c '<__asan_' || true)
  ubsan=$(objdump -d --no-show-raw-insn "$target" | grep -c '<__ubsan_' || true)
  if [[ $sanitizer == address ]]; then
    ((asan >= 1000)) || complain "$name" "only $asan calls of AddressSanitizer"
    ((ubsan <= 200)) || complain "$name" "$ubsan calls of UndefinedBehaviorSanitizer beside AddressSanitizer"
  else
    ((ubsan >= 168)) || complain "$name" "only $ubsan calls of UndefinedBehaviorSanitizer"
  fi
  edges=$(sed -n 's/.*INFO: Loaded 1 modules *(\([0-9]*\) .*/\1/p' <<<"$said" | head -1)
  ((${edges:-0} >= 100)) || complain "$name" "only ${edges:-0} edges"
  [[ -s ${target}_seed_corpus.zip ]] || complain "$name" "has no seed corpus"
  [[ -s $target.options ]] || complain "$name" "has no options"
done
printf '%d targets, sanitizer %s: %s\n' "$count" "$sanitizer" "$([[ $failed == 0 ]] && echo fine || echo refused)"
((count > 0)) || failed=1
exit "$failed"
