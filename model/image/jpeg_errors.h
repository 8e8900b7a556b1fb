#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>  // jpeglib.h needs FILE and size_t

#include <jpeglib.h>

namespace storyteller {

/// libjpeg's error manager of this project: errors jump back into run_guarded, warnings are kept,
/// nothing reaches stderr. `base` comes first, so that a jpeg_error_mgr* is a JpegErrors*.
struct JpegErrors {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];  ///< Text of the error, or of the first sign of damage.
  int max_scans;                  ///< More scans than this are an error.
  bool no_end_marker;             ///< The file ended before the end-of-image marker.
  /// Where the decoder first wanted data that were not there. scan 0: nowhere.
  struct Place {
    int scan;
    int row;  ///< Of blocks, from the top, of as many as `rows`.
    int rows;
  };
  Place ended;
  Place damaged;        ///< Where data were first found damaged. scan 0: nowhere.
  int extraneous_scan;  ///< After this scan (0: none) bytes stood that belong to none.
};

/// Fills in the callbacks and clears the record; returns what belongs into `cinfo.err`.
jpeg_error_mgr* install(JpegErrors* errors);

/// A progress monitor that enforces `max_scans` of the JpegErrors in `cinfo->err`: each scan of a
/// few bytes makes the decoder visit every block of the picture again.
void enforce_scan_limit(j_common_ptr cinfo);

/// Runs `step`, a callable that only calls libjpeg: false if libjpeg gave up, with the reason in
/// `errors->message`. The jump skips the frames of `step` and of libjpeg; so that this is defined
/// behaviour, `step` must own nothing with a destructor, and everything that it changes must be
/// outside of it, reached by reference.
template <class Step>
bool run_guarded(JpegErrors* errors, const Step& step) {
  if (setjmp(errors->jump) != 0) return false;
  step();
  return true;
}

}  // namespace storyteller
