# The font of the pictures that the tools draw travels inside of the binary: DejaVu Sans, from
# Debian's fonts-dejavu-core (its licence allows embedding).
# -DSTORYTELLER_FONT=path takes another TrueType font.
include(EmbedFile)
find_file(STORYTELLER_FONT DejaVuSans.ttf
          PATHS /usr/share/fonts/truetype/dejavu /usr/share/fonts/dejavu
                /usr/share/fonts/dejavu-sans-fonts /usr/share/fonts/TTF
          DOC "TrueType font for the words under attention maps")
if(NOT STORYTELLER_FONT)
  message(FATAL_ERROR "DejaVuSans.ttf not found\n"
    "Install it with: tools/setup   (or: apt-get install fonts-dejavu-core)")
endif()

# embed_font(TARGET): adds a source that defines the bytes tools/render/embedded_font.h declares.
function(embed_font target)
  embed_file(${target} storyteller_font ${STORYTELLER_FONT})
endfunction()
