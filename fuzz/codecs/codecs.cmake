# Other people's codecs, each an adapter that implements fuzz/codec.h, where they are installed; and our own with bugs.

# An adapter knows only codec.h: it has the standard and the warnings of its library.
function(wsproof_fuzz_codec name)
  set_source_files_properties(codecs/${name}.cpp PROPERTIES COMPILE_OPTIONS "-w;-std=c++20")
  wsproof_fuzz_target(NAME codec_${name} SOURCES targets/codec.cpp codecs/${name}.cpp CORPUS conversations FRAMES NO_TEST LINK ${ARGN})
endfunction()

wsproof_fuzz_codec(beast Boost::headers)
find_path(WSLAY_INCLUDE_DIR wslay/wslay.h)
find_library(WSLAY_LIBRARY wslay)
if(WSLAY_INCLUDE_DIR AND WSLAY_LIBRARY)
  wsproof_fuzz_codec(wslay "${WSLAY_LIBRARY}")
endif()
find_path(WEBSOCKETPP_INCLUDE_DIR websocketpp/processors/hybi13.hpp)
if(WEBSOCKETPP_INCLUDE_DIR)
  wsproof_fuzz_codec(websocketpp Boost::headers ZLIB::ZLIB)
  set_source_files_properties(codecs/websocketpp.cpp PROPERTIES COMPILE_OPTIONS "-w;-std=c++17")
endif()

# The benchmark of the fuzzers: the plain codec with a bug that WSPROOF_PLANTED names, with our mutator and without.
if(WSPROOF_FUZZ)
  wsproof_fuzz_target(NAME planted SOURCES targets/codec.cpp codecs/plain.cpp CORPUS conversations FRAMES NO_TEST)
  wsproof_fuzz_target(NAME planted_raw SOURCES targets/codec.cpp codecs/plain.cpp CORPUS conversations NO_TEST)
  wsproof_fuzz_target(NAME empty SOURCES targets/empty.cpp CORPUS conversations NO_TEST)
endif()
