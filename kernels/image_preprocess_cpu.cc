// Two passes over bytes: rows into scratch, of which only those that the second pass reads, then
// columns, three sums at a time, which go straight through the normalisation.
#include "kernels/image_preprocess.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "kernels/cpu/context.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/resize_pixel.h"

namespace storyteller {
int32_t resize_taps_stride(double length, int out_size) {
  return static_cast<int32_t>(std::ceil(std::max(length / out_size, 1.0))) * 2 + 1;
}

void make_resize_taps(double begin, double length, int in_size, int out_size, int32_t stride,
                      int32_t* first, int32_t* count, int32_t* weights) {
  const double scale = length / out_size;
  const double support = std::max(scale, 1.0);
  std::fill_n(weights, std::ptrdiff_t{1} * out_size * stride, 0);
  for (int x = 0; x < out_size; ++x, weights += stride) {
    const double centre = begin + (x + 0.5) * scale;
    // Truncation after adding 1/2 is rounding here: the terms are clamped at 0 first.
    first[x] = static_cast<int32_t>(std::max(0.0, centre - support + 0.5));
    const auto end = static_cast<int32_t>(std::min<double>(in_size, centre + support + 0.5));
    count[x] = end - first[x];
    const auto raw = [&](int i) {
      const double t = (i - centre + 0.5) * (1.0 / support);
      return std::max(0.0, 1.0 - std::abs(t));
    };
    double total = 0;
    for (int i = first[x]; i < end; ++i) total += raw(i);
    for (int i = first[x]; i < end; ++i) {
      weights[i - first[x]] =
          static_cast<int32_t>(raw(i) * (1.0 / total) * (1 << ResizeTaps::kFractionBits) + 0.5);
    }
  }
}

template <class T>
void image_preprocess(Cpu backend, const ImagePreprocess<T>& p) {
  if (p.width == 0 || p.height == 0) return;
  const int64_t begin = p.rows.first[0];
  const int64_t end = p.rows.first[p.height - 1] + p.rows.count[p.height - 1];
  const int64_t line = 3 * p.width;
  auto* filtered =
      static_cast<uint8_t*>(backend.context->scratch(static_cast<size_t>((end - begin) * line)));
  parallel_shares(end - begin, (end - begin) * line, 1, [&](int64_t from, int64_t to) {
    for (int64_t y = from; y < to; ++y) {
      for (int64_t x = 0; x < p.width; ++x) {
        resize_pixel(p.rgb + ((begin + y) * p.in_width + p.columns.first[x]) * 3, 3,
                     p.columns.weights + x * p.columns.stride, p.columns.count[x],
                     filtered + y * line + 3 * x);
      }
    }
  });
  parallel_shares(p.height, p.height * line, 1, [&](int64_t from, int64_t to) {
    for (int64_t y = from; y < to; ++y) {
      for (int64_t x = 0; x < p.width; ++x) {
        uint8_t bytes[3];
        resize_pixel(filtered + (p.rows.first[y] - begin) * line + 3 * x, line,
                     p.rows.weights + y * p.rows.stride, p.rows.count[y], bytes);
        T* out = p.out + y * line + 3 * x;
        for (int c = 0; c < 3; ++c) {
          out[c] = (static_cast<T>(bytes[p.bgr ? 2 - c : c]) - static_cast<T>(p.mean[c])) *
                   static_cast<T>(p.scale[c]);
        }
      }
    }
  });
}

template void image_preprocess<float>(Cpu, const ImagePreprocess<float>&);
template void image_preprocess<double>(Cpu, const ImagePreprocess<double>&);

}  // namespace storyteller
