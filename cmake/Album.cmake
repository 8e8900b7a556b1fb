# The album of pictures and their review, which share a database: what they take beyond the rest, and
# what is left out without it.
#
#   STORYTELLER_ALBUM   AUTO: where SQLite is found (libsqlite3-dev); ON demands it; OFF leaves both out
#   STORYTELLER_XMP     AUTO: where Exempi is found (libexempi-dev); likewise
#   STORYTELLER_YAML    AUTO: where yaml-cpp is found (libyaml-cpp-dev); likewise

foreach(part ALBUM XMP YAML)
  set(STORYTELLER_${part} AUTO CACHE STRING "AUTO, ON or OFF")
  set_property(CACHE STORYTELLER_${part} PROPERTY STRINGS AUTO ON OFF)
endforeach()

# album_part(NAME FOUND PACKAGE WHAT): sets album_has_NAME.
function(album_part name found package what)
  set(asked ${STORYTELLER_${name}})
  set(has OFF)
  if(${found} AND NOT asked STREQUAL "OFF")
    set(has ON)
  elseif(asked STREQUAL "ON")
    message(FATAL_ERROR "STORYTELLER_${name} is ON, but ${package} was not found\n"
      "Install it with: tools/setup   (or: apt-get install ${package})")
  elseif(asked STREQUAL "AUTO")
    message(STATUS "${what} is left out: ${package} was not found")
  endif()
  set(album_has_${name} ${has} PARENT_SCOPE)
endfunction()

# take_album_part(HAS USED LEFT_OUT PACKAGE NAME): of two sources below apps, the one that uses a package
# of pkg-config, with its version as STORYTELLER_NAME_VERSION, or the one that says that it is absent.
macro(take_album_part has used left_out package name)
  if(${has})
    list(FILTER sources EXCLUDE REGEX "/apps/${left_out}\\.cc$")
    target_link_libraries(${target} PRIVATE PkgConfig::${package})
    set_source_files_properties(apps/${used}.cc PROPERTIES
      COMPILE_DEFINITIONS "STORYTELLER_${name}_VERSION=\"${${package}_VERSION}\"")
  else()
    list(FILTER sources EXCLUDE REGEX "/apps/${used}\\.cc$")
  endif()
endmacro()

# add_album(TARGET): keeps those of the target's sources that can be built, and links what they take.
function(add_album target)
  find_package(SQLite3 QUIET)
  pkg_check_modules(exempi QUIET IMPORTED_TARGET exempi-2.0)
  pkg_check_modules(yaml QUIET IMPORTED_TARGET yaml-cpp)
  album_part(ALBUM SQLite3_FOUND libsqlite3-dev "storyteller album and review")
  album_part(XMP exempi_FOUND libexempi-dev "storyteller album export --xmp")
  album_part(YAML yaml_FOUND libyaml-cpp-dev "YAML for storyteller review's policies")
  get_target_property(sources ${target} SOURCES)
  if(album_has_ALBUM)
    list(FILTER sources EXCLUDE REGEX "/(album|review)_left_out\\.cc$")
    target_link_libraries(${target} PRIVATE SQLite::SQLite3)
  else()
    list(FILTER sources EXCLUDE REGEX "/apps/(album|database|review)/|/commands/(album|review)_(.*_)?(command|findings|folders|picture|output)\\.cc$")
  endif()
  if(NOT album_has_ALBUM)
    set(album_has_XMP OFF)
    set(album_has_YAML OFF)
  endif()
  take_album_part("${album_has_XMP}" album/xmp_exempi album/xmp_left_out exempi EXEMPI)
  take_album_part("${album_has_YAML}" review/policy_yaml review/policy_yaml_left_out yaml YAML)
  set_property(TARGET ${target} PROPERTY SOURCES ${sources})
  set_property(GLOBAL PROPERTY storyteller_album ${album_has_ALBUM})
endfunction()
