# The words that the CMakeLists.txt of the modules are written in.

add_library(wsproof_warnings INTERFACE)
target_compile_options(wsproof_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>  # libstdc++ 12's own std::stable_sort; GCC still looks
  $<$<BOOL:${WSPROOF_WERROR}>:-Werror>)

# What no fuzz target is made of does without libFuzzer's counters, which take a fifth of the compiler's time.
add_library(wsproof_not_fuzzed INTERFACE)
if(WSPROOF_FUZZ)
  target_compile_options(wsproof_not_fuzzed INTERFACE -fno-sanitize=fuzzer-no-link)
endif()

# wsproof_module(NAME wire SOURCES a.cpp b.cpp TESTS a_test.cpp USES base
#                PACKAGES OpenSSL::Crypto TEST_USES lab TEST_PACKAGES ZLIB::ZLIB TEST_COST 60)
#
# Makes the library wsproof::wire (libwsproof_wire.a) and, if there are TESTS, one executable wire_test whose tests ctest
# knows by name. USES names the modules of the layer table, PACKAGES the libraries of other people (see packages.cmake).
# TEST_USES and TEST_PACKAGES are for the tests alone; ctest begins with those of the highest TEST_COST (about the seconds
# of the longest), so that none of them is alone at the end. gcov counts in the modules of WSPROOF_COVERAGE. A module that
# has no sources yet is an empty interface library.
function(wsproof_module)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TEST_COST" "SOURCES;TESTS;USES;PACKAGES;TEST_USES;TEST_PACKAGES")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "wsproof_module(NAME ${arg_NAME}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(library wsproof_${arg_NAME})
  list(TRANSFORM arg_USES PREPEND wsproof::)
  list(TRANSFORM arg_TEST_USES PREPEND wsproof::)

  if(arg_SOURCES)
    add_library(${library} STATIC ${arg_SOURCES})
    target_link_libraries(${library} PRIVATE wsproof_warnings)
    if(arg_NAME IN_LIST WSPROOF_COVERAGE)
      target_compile_options(${library} PRIVATE --coverage -fprofile-abs-path -O0)
      target_link_options(${library} INTERFACE --coverage)
    endif()
    set(scope PUBLIC)
  else()
    add_library(${library} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(wsproof::${arg_NAME} ALIAS ${library})
  target_include_directories(${library} ${scope} "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${library} ${scope} ${arg_USES} ${arg_PACKAGES})

  if(BUILD_TESTING AND arg_TESTS)
    set(test ${arg_NAME}_test)
    add_executable(${test} ${arg_TESTS})
    target_link_libraries(${test} PRIVATE ${library} ${arg_TEST_USES} ${arg_TEST_PACKAGES}
      wsproof_warnings wsproof_not_fuzzed GTest::gmock GTest::gtest_main)
    target_compile_definitions(${test} PRIVATE WSPROOF_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    if(NOT arg_TEST_COST)
      set(arg_TEST_COST 1)
    endif()
    gtest_discover_tests(${test} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600 COST ${arg_TEST_COST})
  endif()
endfunction()

# wsproof_embed(OUTPUT variable FUNCTION wsproof::script::embedded_catalogue HEADER harness/script/embedded.hpp
#               [SINGLE] FILES …)
#
# Makes a C++ source of files and leaves its path in the variable, for SOURCES: FUNCTION, declared in HEADER, returns
# std::span<const base::EmbeddedFile> in the order of FILES, or with SINGLE the one file's text as std::string_view. An
# edited file is embedded again at the next build.
function(wsproof_embed)
  cmake_parse_arguments(PARSE_ARGV 0 arg "SINGLE" "OUTPUT;FUNCTION;HEADER" "FILES")
  string(REGEX REPLACE ".*::" "" name "${arg_FUNCTION}")
  set(folder "${PROJECT_BINARY_DIR}/embedded")
  set(source "${folder}/${name}.cpp")
  set(list "${folder}/${name}.list")
  set(script "${PROJECT_SOURCE_DIR}/.cmake/embed.cmake")
  file(CONFIGURE OUTPUT "${folder}/.clang-tidy" CONTENT "Checks: '-*,misc-definitions-in-headers'\n")  # nothing to lint
  file(CONFIGURE OUTPUT "${list}" CONTENT "${arg_FILES}" @ONLY)  # written only when a file came or went
  add_custom_command(OUTPUT "${source}"
    COMMAND "${CMAKE_COMMAND}" "-DROOT=${PROJECT_SOURCE_DIR}" "-DLIST=${list}" "-DOUTPUT=${source}"
            "-DFUNCTION=${arg_FUNCTION}" "-DHEADER=${arg_HEADER}" "-DSINGLE=${arg_SINGLE}" -P "${script}"
    DEPENDS ${arg_FILES} "${list}" "${script}"
    COMMENT "Embedding ${name}"
    VERBATIM)
  set(${arg_OUTPUT} "${source}" PARENT_SCOPE)
endfunction()
