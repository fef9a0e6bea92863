# What wsproof stands on. Everything comes from the distribution (`./dev deps`); nothing is downloaded.

find_program(WSPROOF_CCACHE ccache)
if(WSPROOF_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${WSPROOF_CCACHE}")
endif()

# A portable binary takes archives. Debian has none of fmt, whose headers will do, and none of simdjson.
if(WSPROOF_PORTABLE)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(ZLIB_USE_STATIC_LIBS ON)
endif()

find_package(Threads REQUIRED)              # Threads::Threads
find_package(OpenSSL 3.0 REQUIRED)          # OpenSSL::Crypto, OpenSSL::SSL
find_package(ZLIB REQUIRED)                 # ZLIB::ZLIB
if(WSPROOF_PORTABLE)
  find_path(FMT_HEADERS fmt/format-inl.h REQUIRED)
  add_library(fmt::fmt INTERFACE IMPORTED GLOBAL)
  set_target_properties(fmt::fmt PROPERTIES
    INTERFACE_COMPILE_DEFINITIONS FMT_HEADER_ONLY=1 INTERFACE_INCLUDE_DIRECTORIES "${FMT_HEADERS}")
else()
  find_package(fmt 9 REQUIRED)              # fmt::fmt
endif()
find_package(CLI11 2 REQUIRED)              # CLI11::CLI11
find_package(tomlplusplus 3 REQUIRED)       # tomlplusplus::tomlplusplus
find_package(nlohmann_json 3.11 REQUIRED)   # nlohmann_json::nlohmann_json
find_package(Boost 1.81 REQUIRED)           # Boost::headers
find_package(PkgConfig REQUIRED)            # Debian's RE2 has no CMake package
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
if(WSPROOF_PORTABLE)
  find_library(RE2_ARCHIVE libre2.a REQUIRED)
  add_library(re2::re2 STATIC IMPORTED GLOBAL)
  set_target_properties(re2::re2 PROPERTIES
    IMPORTED_LOCATION "${RE2_ARCHIVE}" INTERFACE_LINK_LIBRARIES Threads::Threads)
else()
  find_package(simdjson QUIET)              # simdjson::simdjson; wire has a portable fallback
  add_library(re2::re2 ALIAS PkgConfig::RE2)
endif()

# Debian's Python, which sees Debian's modules (python3-jsonschema), rather than one that comes first in PATH.
find_program(Python3_EXECUTABLE python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)  # Python3::Interpreter, for tests

if(BUILD_TESTING)
  find_package(GTest REQUIRED)              # GTest::gtest, GTest::gmock, …
  include(GoogleTest)
endif()
