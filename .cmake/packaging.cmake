# What `cmake --install` and cpack put where: the program, its page of man, what shells complete, licence and documents.

include(GNUInstallDirs)
set(share "${PROJECT_BINARY_DIR}/share")

# Written by the program itself, from the same texts as --help.
function(wsproof_tells file)
  add_custom_command(OUTPUT "${share}/${file}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${share}"
    COMMAND wsproof ${ARGN} > "${share}/${file}"
    DEPENDS wsproof
    COMMENT "Writing ${file}"
    VERBATIM)
endfunction()
wsproof_tells(wsproof.1 manual)
wsproof_tells(wsproof.bash completion bash)
wsproof_tells(_wsproof completion zsh)
wsproof_tells(wsproof.fish completion fish)
add_custom_target(wsproof_share ALL
  DEPENDS "${share}/wsproof.1" "${share}/wsproof.bash" "${share}/_wsproof" "${share}/wsproof.fish")

install(TARGETS wsproof RUNTIME)
install(FILES "${share}/wsproof.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES "${share}/wsproof.bash" RENAME wsproof DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
install(FILES "${share}/wsproof.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
# Below /usr is Debian's own zsh, which looks elsewhere.
install(CODE "
  set(folder site-functions)
  if(CMAKE_INSTALL_PREFIX STREQUAL \"/usr\")
    set(folder vendor-completions)
  endif()
  file(INSTALL \"${share}/_wsproof\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/zsh/\${folder}\")")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" RENAME copyright)
install(FILES README.md ARCHITECTURE.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(FILES cases/README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}/cases")
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(FILES harness/result/results.schema.json DESTINATION "${CMAKE_INSTALL_DOCDIR}")

set(CPACK_PACKAGE_NAME wsproof)
set(CPACK_PACKAGE_VENDOR wsproof)
set(CPACK_PACKAGE_CONTACT "wsproof developers <wsproof@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "conformance and fuzz testing of WebSocket servers")
set(CPACK_PACKAGE_DESCRIPTION "wsproof drives a WebSocket server through RFC 6455 and RFC 7692 with a scripted peer, says which sentence was broken,
with the octets, and gates servers in continuous integration.")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_SOURCE_DIR}/build/packages")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_STRIP_FILES ON)
# A Debian package of what stands on Debian's libraries, a tarball of what stands on nearly nothing.
if(WSPROOF_PORTABLE)
  set(CPACK_GENERATOR TGZ)
  string(TOLOWER "${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}" system)
  set(CPACK_PACKAGE_FILE_NAME "wsproof-${PROJECT_VERSION}-${system}")
else()
  set(CPACK_GENERATOR DEB)
endif()
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
include(CPack)
