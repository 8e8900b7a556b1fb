# Sources of one folder compiled together, so that the headers they share are read once a group: from
# nothing that takes a third of the time. One touched source takes its group with it; the preset
# `debug`, for edit and compile, leaves sources alone, and so does -DSTORYTELLER_UNITY=OFF.
#
# Names in the anonymous namespaces of one folder must differ, as the compiler then says. Tests, each in
# a namespace of its own, are grouped over folders. Kernels are never grouped: their results may not
# depend on what stands beside them.
option(STORYTELLER_UNITY "Compile the sources of a folder together" ON)
set(unity_group_size 16)

# unite(TARGET...): targets of the current folder.
function(unite)
  if(NOT STORYTELLER_UNITY)
    return()
  endif()
  foreach(target IN LISTS ARGN)
    get_target_property(sources ${target} SOURCES)
    list(FILTER sources INCLUDE REGEX "\\.cc$")
    list(SORT sources)
    foreach(source IN LISTS sources)
      get_filename_component(source ${source} ABSOLUTE)
      file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${source})
      if(folder MATCHES "^tests/")
        set(folder tests)
      elseif(folder MATCHES "^[^/]+/[^/]+/")
        set(folder ${CMAKE_MATCH_0})  # model/search/
      else()
        get_filename_component(folder ${folder} DIRECTORY)
      endif()
      string(MAKE_C_IDENTIFIER ${target}_${folder} group)
      if(NOT DEFINED ${group}_size)
        set(${group}_size 0)
      endif()
      math(EXPR number "${${group}_size} / ${unity_group_size}")
      math(EXPR ${group}_size "${${group}_size} + 1")
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group}_${number})
    endforeach()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  endforeach()
endfunction()
