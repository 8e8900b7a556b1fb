# Sources of one floor compiled together, so that the headers and templates they share are compiled once
# a group: from nothing that takes half the time. One touched source takes its group with it; the preset
# `debug`, for edit and compile, leaves sources alone, and so does -DSTORYTELLER_UNITY=OFF.
#
# Names in the anonymous namespaces of one floor must differ, as the compiler then says, which also sees two
# types of one name; functions of one name at least in what they take, and by more than a conversion. Tests
# are each in a namespace of their own. Kernels are never grouped: their results may not depend on what
# stands beside them.
option(STORYTELLER_UNITY "Compile the sources of a floor together" ON)
set(unity_group_size 64)

# unite(TARGET...): targets of the current folder.
function(unite)
  if(NOT STORYTELLER_UNITY)
    return()
  endif()
  foreach(target IN LISTS ARGN)
    get_target_property(sources ${target} SOURCES)
    list(FILTER sources INCLUDE REGEX "\\.cc$")
    list(SORT sources)
    # What differs without CUDA stands apart, so that the compiler's cache knows all the rest.
    set(either "")
    set(as_built "")
    foreach(source IN LISTS sources)
      get_filename_component(source ${source} ABSOLUTE)
      file(STRINGS ${source} knows REGEX "include \"core/(cuda_built|dispatch)\\.h\"" LIMIT_COUNT 1)
      if(knows)
        list(APPEND as_built ${source})
      else()
        list(APPEND either ${source})
      endif()
    endforeach()
    foreach(kind IN ITEMS either as_built)
      list(LENGTH ${kind} count)
      math(EXPR groups "(${count} + ${unity_group_size} - 1) / ${unity_group_size}")
      set(place 0)
      foreach(source IN LISTS ${kind})
        math(EXPR number "${place} * ${groups} / ${count}")
        math(EXPR place "${place} + 1")
        set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${target}_${kind}_${number})
      endforeach()
    endforeach()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  endforeach()
endfunction()
