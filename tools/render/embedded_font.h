#pragma once

// The TrueType font that cmake/EmbedFont.cmake puts into the binary.
extern "C" const unsigned char storyteller_font_begin[];
extern "C" const unsigned char storyteller_font_end[];
