#!/bin/bash
# Builds every fuzz target the way OSS-Fuzz and ClusterFuzzLite ask: with their compilers and flags, into $OUT.
set -eu
source_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." 2>/dev/null && pwd)
[[ -e $source_folder/CMakePresets.json ]] || source_folder=$SRC/wsproof

# What a distribution compiled stands on another C++ library than theirs, and is not there when the targets run: RE2 is
# compiled here, from the source package; of fmt the headers do, C libraries are archives, and there is no simdjson (all by
# WSPROOF_PORTABLE). The engine comes by LIB_FUZZING_ENGINE, the sanitizers by CXXFLAGS; nothing of either is ours to choose.
make -C "$SRC/re2" REBUILD_TABLES=1 CXX="$CXX" CXXFLAGS="$CXXFLAGS -std=c++11 -pthread" obj/libre2.a
cmake -G Ninja -S "$source_folder" -B "$WORK/build" -DCMAKE_BUILD_TYPE=None -DBUILD_TESTING=OFF \
  -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_CXX_FLAGS="$CXXFLAGS -I$SRC/re2" -DWSPROOF_PORTABLE=ON \
  -DRE2_ARCHIVE="$SRC/re2/obj/libre2.a" -DWSPROOF_FUZZ=ON -DWSPROOF_FUZZING_ENGINE="$LIB_FUZZING_ENGINE"

# Not those for benchmarks, nor other people's code.
targets=$(grep -vE '^(planted|planted_raw|empty|codec_)' "$WORK/build/fuzz_targets.txt")
read -ra names <<<"${TARGETS:-$(cut -d' ' -f1 <<<"$targets" | tr '\n' ' ')}"
cmake --build "$WORK/build" --target "${names[@]/#/fuzz_}"

while read -r name corpus dictionary; do
  [[ " ${names[*]} " == *" $name "* ]] || continue
  cp "$WORK/build/fuzz_$name" "$OUT/"
  (cd "$source_folder/fuzz/corpus/$corpus" && zip -q -r "$OUT/fuzz_${name}_seed_corpus.zip" .)
  printf '[libfuzzer]\nmax_len = 4096\n' >"$OUT/fuzz_$name.options"
  if [[ -n $dictionary ]]; then
    cp "$source_folder/fuzz/dictionaries/$dictionary.dict" "$OUT/fuzz_$name.dict"
  fi
done <<<"$targets"
