// Channels lie side by side (NHWC), so every loop over them is a vector loop; rows of the output,
// or images where windows overlap, go to threads.
#include "kernels/pool2d.h"

#include <algorithm>
#include <limits>

#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

/// The part of a window that lies inside x, and what it counts with its padding.
struct Extent {
  int64_t top, bottom, left, right;  // rows [top, bottom), columns [left, right)
  int64_t padded_count;

  Extent(const Pool2dSizes& s, int64_t p, int64_t q) {
    const Window& window = s.window;
    const int64_t row = p * window.stride - window.padding.top;
    const int64_t column = q * window.stride - window.padding.left;
    top = std::max<int64_t>(row, 0);
    left = std::max<int64_t>(column, 0);
    bottom = std::min(row + window.height, s.H);
    right = std::min(column + window.width, s.W);
    padded_count = (std::min(row + window.height, s.H + window.padding.bottom) - row) *
                   (std::min(column + window.width, s.W + window.padding.right) - column);
  }
  int64_t count(bool padding) const {
    if (padding) return padded_count;
    return std::max<int64_t>(bottom - top, 0) * std::max<int64_t>(right - left, 0);
  }
};

template <class T>
[[gnu::always_inline]] inline void take_greater(const T* x, int32_t at, T* y, int32_t* place,
                                                int64_t C) {
#pragma omp simd
  for (int64_t c = 0; c < C; ++c) {
    const bool wins = x[c] > y[c] || x[c] != x[c];
    y[c] = wins ? x[c] : y[c];
    place[c] = wins ? at : place[c];
  }
}
template <class T>
[[gnu::always_inline]] inline void add_where(const T* dy, const int32_t* place, int32_t at, T* dx,
                                             int64_t C) {
#pragma omp simd
  for (int64_t c = 0; c < C; ++c) dx[c] += place[c] == at ? dy[c] : T{0};
}
template <class T>
[[gnu::always_inline]] inline void add_scaled_row(const T* x, T scale, T* y, int64_t C) {
#pragma omp simd
  for (int64_t c = 0; c < C; ++c) y[c] += scale * x[c];
}

STORYTELLER_SIMD void greater_row(const float* x, int32_t at, float* y, int32_t* place, int64_t C) {
  take_greater(x, at, y, place, C);
}
void greater_row(const double* x, int32_t at, double* y, int32_t* place, int64_t C) {
  take_greater(x, at, y, place, C);
}
STORYTELLER_SIMD void where_row(const float* dy, const int32_t* place, int32_t at, float* dx,
                                int64_t C) {
  add_where(dy, place, at, dx, C);
}
void where_row(const double* dy, const int32_t* place, int32_t at, double* dx, int64_t C) {
  add_where(dy, place, at, dx, C);
}
STORYTELLER_SIMD void scaled_row(const float* x, float scale, float* y, int64_t C) {
  add_scaled_row(x, scale, y, C);
}
void scaled_row(const double* x, double scale, double* y, int64_t C) {
  add_scaled_row(x, scale, y, C);
}

/// Calls f(output, input, h*W + w) with the offsets of the channels for each element of x under the
/// window that makes output pixel `pixel` = (i*OH + p)*OW + q.
template <class F>
void for_each_under(const Pool2dSizes& s, int64_t pixel, F&& f) {
  const int64_t q = pixel % s.OW, p = pixel / s.OW % s.OH, i = pixel / s.OW / s.OH;
  const Extent e(s, p, q);
  for (int64_t h = e.top; h < e.bottom; ++h) {
    for (int64_t w = e.left; w < e.right; ++w) {
      f(pixel * s.C, ((i * s.H + h) * s.W + w) * s.C, static_cast<int32_t>(h * s.W + w));
    }
  }
}

template <class T>
T mean_scale(const Pool2dSizes& s, int64_t pixel, bool count_padding) {
  const Extent e(s, pixel / s.OW % s.OH, pixel % s.OW);
  return T{1} / static_cast<T>(std::max<int64_t>(e.count(count_padding), 1));
}

int64_t work_of(const Pool2dSizes& s) {
  return s.I * s.OH * s.OW * s.C * s.window.height * s.window.width;
}

}  // namespace

template <class T>
void max_pool_forward(Cpu, const MaxPoolForward<T>& p) {
  const Pool2dSizes& s = p.sizes;
  parallel_shares(s.I * s.OH * s.OW, work_of(s), 1, [&](int64_t begin, int64_t end) {
    std::fill_n(p.y + begin * s.C, (end - begin) * s.C, -std::numeric_limits<T>::infinity());
    std::fill_n(p.place + begin * s.C, (end - begin) * s.C, -1);
    for (int64_t pixel = begin; pixel < end; ++pixel) {
      for_each_under(s, pixel, [&](int64_t out, int64_t in, int32_t at) {
        greater_row(p.x + in, at, p.y + out, p.place + out, s.C);
      });
    }
  });
}

template <class T>
void max_pool_backward(Cpu, const MaxPoolBackward<T>& p) {
  const Pool2dSizes& s = p.sizes;
  const int64_t pixels = s.OH * s.OW;
  parallel_shares(s.I, work_of(s), 1, [&](int64_t begin, int64_t end) {
    for (int64_t pixel = begin * pixels; pixel < end * pixels; ++pixel) {
      for_each_under(s, pixel, [&](int64_t out, int64_t in, int32_t at) {
        where_row(p.dy + out, p.place + out, at, p.dx + in, s.C);
      });
    }
  });
}

template <class T>
void mean_pool_forward(Cpu, const MeanPoolForward<T>& p) {
  const Pool2dSizes& s = p.sizes;
  parallel_shares(s.I * s.OH * s.OW, work_of(s), 1, [&](int64_t begin, int64_t end) {
    std::fill_n(p.y + begin * s.C, (end - begin) * s.C, T{0});
    for (int64_t pixel = begin; pixel < end; ++pixel) {
      const T scale = mean_scale<T>(s, pixel, p.count_padding);
      for_each_under(s, pixel, [&](int64_t out, int64_t in, int32_t) {
        scaled_row(p.x + in, scale, p.y + out, s.C);
      });
    }
  });
}

template <class T>
void mean_pool_backward(Cpu, const MeanPoolBackward<T>& p) {
  const Pool2dSizes& s = p.sizes;
  const int64_t pixels = s.OH * s.OW;
  parallel_shares(s.I, work_of(s), 1, [&](int64_t begin, int64_t end) {
    for (int64_t pixel = begin * pixels; pixel < end * pixels; ++pixel) {
      const T scale = mean_scale<T>(s, pixel, p.count_padding);
      for_each_under(s, pixel, [&](int64_t out, int64_t in, int32_t) {
        scaled_row(p.dy + out, scale, p.dx + in, s.C);
      });
    }
  });
}

#define STORYTELLER_INSTANTIATE(T)                                    \
  template void max_pool_forward<T>(Cpu, const MaxPoolForward<T>&);   \
  template void max_pool_backward<T>(Cpu, const MaxPoolBackward<T>&); \
  template void mean_pool_forward<T>(Cpu, const MeanPoolForward<T>&); \
  template void mean_pool_backward<T>(Cpu, const MeanPoolBackward<T>&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(double)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
