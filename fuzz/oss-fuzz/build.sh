#!/bin/bash -eu
# Builds every fuzz target the way OSS-Fuzz and ClusterFuzzLite ask: with their compilers and flags, into $OUT.
source_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." 2>/dev/null && pwd)
[[ -e $source_folder/CMakePresets.json ]] || source_folder=$SRC/wsproof

# The engine comes by LIB_FUZZING_ENGINE, the sanitizers by CXXFLAGS; nothing of either is ours to choose.
cmake -S "$source_folder" -B "$WORK/build" -G Ninja -DCMAKE_BUILD_TYPE=None -DBUILD_TESTING=OFF \
  -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_CXX_FLAGS="$CXXFLAGS" \
  -DWSPROOF_FUZZ=ON -DWSPROOF_FUZZING_ENGINE="$LIB_FUZZING_ENGINE"
cmake --build "$WORK/build" --target fuzz_targets

while read -r name corpus dictionary; do
  case $name in
    planted | planted_raw | empty | codec_*) continue ;; # for benchmarks, and other people's code
  esac
  cp "$WORK/build/fuzz_$name" "$OUT/"
  (cd "$source_folder/fuzz/corpus/$corpus" && zip -q -r "$OUT/fuzz_${name}_seed_corpus.zip" .)
  printf '[libfuzzer]\nmax_len = 4096\n' >"$OUT/fuzz_$name.options"
  if [[ -n $dictionary ]]; then
    cp "$source_folder/fuzz/dictionaries/$dictionary.dict" "$OUT/fuzz_$name.dict"
  fi
done <"$WORK/build/fuzz_targets.txt"
