#include "model/image/jpeg_errors.h"

#include <jerror.h>

namespace storyteller {
namespace {

JpegErrors* errors_of(j_common_ptr cinfo) { return reinterpret_cast<JpegErrors*>(cinfo->err); }

[[noreturn]] void give_up(j_common_ptr cinfo) {
  JpegErrors* errors = errors_of(cinfo);
  errors->base.format_message(cinfo, errors->message);
  std::longjmp(errors->jump, 1);
}

/// True when the data of the first scan end in its first row of blocks although there are more: a
/// header that claims a large picture and brings none. (A restart marker only ends an interval.)
bool nothing_decoded(j_decompress_ptr cinfo) {
  const int marker = cinfo->unread_marker;
  const bool restart = marker >= JPEG_RST0 && marker <= JPEG_RST0 + 7;
  return cinfo->input_scan_number <= 1 && cinfo->input_iMCU_row == 0 &&
         cinfo->total_iMCU_rows > 1 && marker != 0 && !restart;
}

void keep_message(j_common_ptr cinfo, int level) {
  if (level >= 0) return;  // trace output
  JpegErrors* errors = errors_of(cinfo);
  const int code = errors->base.msg_code;
  if (errors->warnings++ == 0) errors->base.format_message(cinfo, errors->message);
  if (code == JWRN_JPEG_EOF) errors->ended_early = true;
  if (code == JWRN_HIT_MARKER && cinfo->is_decompressor != FALSE) {
    auto* decompressor = reinterpret_cast<j_decompress_ptr>(cinfo);
    if (decompressor->unread_marker == JPEG_EOI) errors->ended_early = true;
    if (nothing_decoded(decompressor)) {
      errors->ended_early = true;
      errors->base.msg_code = JERR_INPUT_EMPTY;
      give_up(cinfo);
    }
  }
}

void print_nothing(j_common_ptr) {}

}  // namespace

jpeg_error_mgr* install(JpegErrors* errors) {
  jpeg_std_error(&errors->base);
  errors->base.error_exit = give_up;
  errors->base.emit_message = keep_message;
  errors->base.output_message = print_nothing;
  errors->message[0] = '\0';
  errors->warnings = 0;
  errors->ended_early = false;
  errors->max_scans = 0;
  return &errors->base;
}

void enforce_scan_limit(j_common_ptr cinfo) {
  if (cinfo->is_decompressor == FALSE) return;
  if (reinterpret_cast<j_decompress_ptr>(cinfo)->input_scan_number > errors_of(cinfo)->max_scans) {
    cinfo->err->msg_code = JERR_BAD_PROGRESSION;
    give_up(cinfo);
  }
}

}  // namespace storyteller
