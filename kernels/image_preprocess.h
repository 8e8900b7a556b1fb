#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// A triangle filter that widens with the reduction, so that shrinking averages instead of
/// skipping:
///   out(x) = sum_i w((i + 1/2 - c) / s) in(i) / sum_i w(...),   w(t) = max(0, 1 - |t|),
///   c = begin + (x + 1/2) length / out,   s = max(1, length / out)
/// for each output position along one axis the input positions that it is made of, and their
/// weights in fixed point: 2^22 is one. (255 * 2^22 still fits into 31 bits.)
struct ResizeTaps {
  const int32_t* first;    ///< (out) first input position, ascending
  const int32_t* count;    ///< (out) 1 <= count <= stride; first + count ascends too
  const int32_t* weights;  ///< (out,stride) sum to about 2^22
  int32_t stride;          ///< weights reserved for each output position
  static constexpr int kFractionBits = 22;
  static constexpr int32_t kHalf = 1 << (kFractionBits - 1);  ///< sums start from it, to be rounded
};

/// The stride that `out_size` positions over `length` input elements need.
int32_t resize_taps_stride(double length, int out_size);

/// Fills arrays of the host with the filter that takes the elements [begin, begin + length) of
/// `in_size` to `out_size` positions. `stride` is resize_taps_stride(length, out_size).
void make_resize_taps(double begin, double length, int in_size, int out_size, int32_t stride,
                      int32_t* first, int32_t* count, int32_t* weights);

/// A picture as an encoder wants it: resampled along rows, then along columns, rounded to 8 bits
/// after each (bit for bit what Pillow's `Image.resize(..., BILINEAR)` gives), then
///   out[y,x,c] = (byte - mean[c]) * scale[c]
template <class T>
struct ImagePreprocess {
  const uint8_t* rgb;  ///< (in_height,in_width,3)
  T* out;              ///< (height,width,3) out
  int64_t in_width, in_height;
  int64_t width, height;
  ResizeTaps columns;         ///< takes in_width to width
  ResizeTaps rows;            ///< takes in_height to height
  bool bgr = false;           ///< channels of out are blue, green, red
  float mean[3] = {0, 0, 0};  ///< in the order of out's channels
  float scale[3] = {1, 1, 1};
};

template <class T>
void image_preprocess(Cpu, const ImagePreprocess<T>&);
template <class T>
void image_preprocess(Cuda, const ImagePreprocess<T>&);

}  // namespace storyteller
