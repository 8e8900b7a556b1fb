#pragma once

#include <csetjmp>
#include <cstddef>

#include <png.h>

namespace storyteller {

/// Where libpng's errors and warnings go in this project: errors jump back into run_guarded,
/// nothing reaches stderr.
struct PngErrors {
  std::jmp_buf jump;
  char message[128] = "";  ///< Text of the error, or of the first warning.
  int warnings = 0;
};

/// Callbacks for png_create_{read,write}_struct; their error pointer is a PngErrors.
[[noreturn]] void give_up_png(png_structp png, png_const_charp message);
void keep_png_warning(png_structp png, png_const_charp message);

/// Runs `step`, a callable that only calls libpng: false if libpng gave up, with the reason in
/// `errors->message`. As for libjpeg, `step` must own nothing with a destructor.
template <class Step>
bool run_guarded(PngErrors* errors, const Step& step) {
  if (setjmp(errors->jump) != 0) return false;
  step();
  return true;
}

}  // namespace storyteller
