#include "model/image/jpeg_errors.h"

#include <algorithm>

#include <jerror.h>

namespace storyteller {
namespace {

JpegErrors* errors_of(j_common_ptr cinfo) { return reinterpret_cast<JpegErrors*>(cinfo->err); }

[[noreturn]] void give_up(j_common_ptr cinfo) {
  JpegErrors* errors = errors_of(cinfo);
  errors->base.format_message(cinfo, errors->message);
  std::longjmp(errors->jump, 1);
}

/// Whether the marker that stopped the data ends more than an interval between restarts.
bool at_the_end(j_decompress_ptr cinfo) {
  const int marker = cinfo->unread_marker;
  return marker != 0 && (marker < JPEG_RST0 || marker > JPEG_RST0 + 7);
}

/// True when the data of the first scan end in its first row of blocks although there are more: a
/// header that claims a large picture and brings none.
bool nothing_decoded(j_decompress_ptr cinfo) {
  return cinfo->input_scan_number <= 1 && cinfo->input_iMCU_row == 0 && cinfo->total_iMCU_rows > 1;
}

JpegErrors::Place place_in(j_decompress_ptr cinfo) {
  return {.scan = std::max(cinfo->input_scan_number, 1),
          .row = static_cast<int>(cinfo->input_iMCU_row),
          .rows = static_cast<int>(cinfo->total_iMCU_rows)};
}

/// What of libjpeg's warnings means wrong pixels.
bool is_damage(int code) {
  return code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC || code == JWRN_ARITH_BAD_CODE ||
         code == JWRN_BOGUS_PROGRESSION || code == JWRN_HIT_MARKER;
}

void keep_message(j_common_ptr cinfo, int level) {
  if (level >= 0 || cinfo->is_decompressor == FALSE) return;  // trace output
  JpegErrors* errors = errors_of(cinfo);
  auto* decompressor = reinterpret_cast<j_decompress_ptr>(cinfo);
  const int code = errors->base.msg_code;
  if (code == JWRN_JPEG_EOF) errors->no_end_marker = true;
  if (code == JWRN_EXTRANEOUS_DATA && errors->extraneous_scan == 0) {
    errors->extraneous_scan = std::max(decompressor->input_scan_number, 1);
  }
  if (!is_damage(code)) return;
  if (code == JWRN_HIT_MARKER && at_the_end(decompressor)) {
    if (errors->ended.scan == 0) errors->ended = place_in(decompressor);
    if (nothing_decoded(decompressor)) {
      errors->base.msg_code = JERR_INPUT_EMPTY;
      give_up(cinfo);
    }
  } else if (errors->damaged.scan == 0) {
    errors->damaged = place_in(decompressor);
    errors->base.format_message(cinfo, errors->message);
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
  errors->max_scans = 0;
  errors->no_end_marker = false;
  errors->ended = errors->damaged = {};
  errors->extraneous_scan = 0;
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
