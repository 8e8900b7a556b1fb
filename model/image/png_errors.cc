#include "model/image/png_errors.h"

#include <cstdio>

namespace storyteller {
namespace {

PngErrors* errors_of(png_structp png) { return static_cast<PngErrors*>(png_get_error_ptr(png)); }

void keep_message(PngErrors* errors, const char* message) {
  std::snprintf(errors->message, sizeof(errors->message), "%s", message);
}

}  // namespace

void give_up_png(png_structp png, png_const_charp message) {
  keep_message(errors_of(png), message);
  std::longjmp(errors_of(png)->jump, 1);
}

void keep_png_warning(png_structp png, png_const_charp message) {
  PngErrors* errors = errors_of(png);
  if (errors->warnings++ == 0) keep_message(errors, message);
}

}  // namespace storyteller
