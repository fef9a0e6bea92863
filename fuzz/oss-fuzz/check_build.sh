#!/usr/bin/env bash
# Runs build.sh here as OSS-Fuzz would, with their flags and libc++, and checks what it made as their bad_build_check does.
#
# Usage: check_build.sh [address|undefined] [FOLDER] [TARGET…]      exit 1: more than a tenth of the targets would be refused
# FOLDER (build/oss-fuzz-SANITIZER) keeps what was compiled. RE2's sources are Debian's, got by apt once.
set -euo pipefail
sanitizer=${1:-address}
[[ $sanitizer == address || $sanitizer == undefined ]] || { echo "check_build.sh: there is no sanitizer $sanitizer" >&2; exit 2; }
folder=$(mkdir -p "${2:-build/oss-fuzz-$sanitizer}" && cd "${2:-build/oss-fuzz-$sanitizer}" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# As the Dockerfiles do it, with apt's files in a folder of our own: nobody need be root, and the system's lists stay.
get_re2() {
  local apt=$WORK/apt
  mkdir -p "$apt/lists/partial" "$apt/cache"
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $(sed -n s/^VERSION_CODENAME=//p /etc/os-release) main" \
    >"$apt/sources.list"
  local options=(-q -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Debug::NoLocking=1)
  (cd "$apt" && apt-get "${options[@]}" update && apt-get "${options[@]}" --only-source source re2) >"$apt/log" 2>&1 || {
    cat "$apt/log" >&2
    return 1
  }
  mv "$apt"/re2-* "$SRC/re2"
}

export TARGETS="${*:3}"
export CC=clang-19 CXX=clang++-19 LIB_FUZZING_ENGINE=-fsanitize=fuzzer
export SRC=$folder/src WORK=$folder/work OUT=$folder/out
flags="-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION -fsanitize=fuzzer-no-link"
if [[ $sanitizer == address ]]; then
  flags+=" -fsanitize=address -fsanitize-address-use-after-scope"
else
  kinds=array-bounds,bool,builtin,enum,function,integer-divide-by-zero,null,object-size,return,returns-nonnull-attribute,shift
  kinds+=,signed-integer-overflow,unreachable,vla-bound,vptr
  flags+=" -fsanitize=$kinds,unsigned-integer-overflow -fno-sanitize-recover=$kinds"
fi
export CFLAGS=$flags CXXFLAGS="$flags -stdlib=libc++"
export LDFLAGS=-l:libstdc++.so.6 # for Debian's libFuzzer, which is compiled with it (by that name, as -lstdc++ would mean libc++); theirs is not
export UBSAN_OPTIONS=silence_unsigned_overflow=1
mkdir -p "$SRC" "$WORK" "$OUT"
rm -rf "${OUT:?}"/*
[[ -e $SRC/re2 ]] || get_re2
bash "$here/build.sh"

moved=$(mktemp -d) # no path may be built in
trap 'rm -rf "$moved"' EXIT
cp -r "$OUT/." "$moved"
declare -A refused=()
complain() {
  printf '%s: %s\n' "$1" "$2"
  refused[$1]=1
}
# Runs a target as theirs are run: with nothing of this shell, and in another folder.
alone() { (cd / && env -i PATH=/usr/bin:/bin UBSAN_OPTIONS=$UBSAN_OPTIONS "$@" 2>&1); }

count=0
for target in "$moved"/fuzz_*; do
  name=$(basename "$target")
  [[ -x $target && $name != *.* ]] || continue
  count=$((count + 1))
  grep -q LLVMFuzzerTestOneInput "$target" || complain "$name" "has no entry point"
  said=$(alone "$target" -seed=1337 -runs=4) || complain "$name" "does not start: $said"
  grep -q 'Done 4 runs' <<<"$said" || complain "$name" "did not do 4 runs"
  edges=$(sed -n 's/.*INFO: Loaded 1 modules *(\([0-9]*\) .*/\1/p' <<<"$said" | head -1)
  ((${edges:-0} >= 100)) || complain "$name" "only ${edges:-0} edges"
  calls=$(objdump -d --no-show-raw-insn "$target" | grep -oE 'call +[0-9a-f]+ <__(asan|ubsan)' | grep -oE 'asan$|ubsan$' | sort | uniq -c)
  asan=$(awk '$2 == "asan" { print $1 }' <<<"$calls")
  ubsan=$(awk '$2 == "ubsan" { print $1 }' <<<"$calls")
  if [[ $sanitizer == address ]]; then
    ((${asan:-0} >= 1000)) || complain "$name" "only ${asan:-0} calls of AddressSanitizer"
    ((${ubsan:-0} <= 200)) || complain "$name" "$ubsan calls of UndefinedBehaviorSanitizer beside AddressSanitizer"
  else
    ((${asan:-0} == 0)) || complain "$name" "$asan calls of AddressSanitizer beside UndefinedBehaviorSanitizer"
    ((${ubsan:-0} >= 168)) || complain "$name" "only ${ubsan:-0} calls of UndefinedBehaviorSanitizer"
  fi
  # What apt installed is not there when their machines run it.
  foreign=$(ldd "$target" | awk '$3 ~ /\// { print $1 }' | grep -vE '^lib(c|m|dl|rt|pthread|resolv|gcc_s)\.so' | grep -vE '^lib(c\+\+|c\+\+abi|unwind|stdc\+\+)\.so' || true)
  [[ -z $foreign ]] || complain "$name" "needs $foreign"
  grep -q 'max_len' "$target.options" || complain "$name" "has no options"
  options=(-rss_limit_mb=2560 -timeout=25 -max_len=4096 -runs=0)
  [[ ! -e $target.dict ]] || options+=("-dict=$target.dict")
  mkdir "$target.corpus"
  unzip -q "${target}_seed_corpus.zip" -d "$target.corpus" || complain "$name" "has no seed corpus"
  said=$(alone "$target" "${options[@]}" "$target.corpus") || complain "$name" "breaks by its seeds: $(tail -5 <<<"$said")"
  printf '%-24s %6s edges, %6s calls of ASan, %6s of UBSan, %4s seeds, %s\n' "$name" "${edges:-0}" "${asan:-0}" "${ubsan:-0}" \
    "$(find "$target.corpus" -type f | wc -l)" "$([[ -e $target.dict ]] && echo "a dictionary" || echo "no dictionary")"
done
printf '%d targets, sanitizer %s: %d would be refused\n' "$count" "$sanitizer" "${#refused[@]}"
((count > 0 && ${#refused[@]} * 10 <= count)) # so many they let pass
