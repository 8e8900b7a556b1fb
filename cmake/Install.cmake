# cmake --install, and find_package(storyteller) for a consumer.
include(CMakePackageConfigHelpers)

set(floors kernels core model train)
list(TRANSFORM floors PREPEND storyteller_ OUTPUT_VARIABLE floor_targets)
list(APPEND floor_targets storyteller_metrics)  # of the folders train/text and train/metrics
if(STORYTELLER_CUDA)
  list(APPEND floor_targets storyteller_kernels_cuda)
endif()
set_target_properties(storyteller_options PROPERTIES EXPORT_NAME options)
install(TARGETS storyteller_options ${floor_targets} EXPORT storyteller_targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS storyteller DESTINATION ${CMAKE_INSTALL_BINDIR})
include(PublicHeaders)
install(CODE "set(public_headers \"${public_headers}\")
              set(source \"${PROJECT_SOURCE_DIR}\")
              set(staged \"${PROJECT_BINARY_DIR}/include/storyteller\")
              set(destination \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}\")")
install(SCRIPT cmake/InstallHeaders.cmake)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/storyteller)
install(EXPORT storyteller_targets NAMESPACE storyteller:: DESTINATION ${config_dir})
configure_package_config_file(cmake/storyteller-config.cmake.in storyteller-config.cmake
                              INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(storyteller-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/storyteller-config.cmake
              ${PROJECT_BINARY_DIR}/storyteller-config-version.cmake
        DESTINATION ${config_dir})
install(DIRECTORY models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/storyteller/models
        FILES_MATCHING PATTERN "*.storyteller" PATTERN "*.tags" PATTERN "*.md")
install(FILES LICENSE NOTICE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
