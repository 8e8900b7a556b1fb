// Pooling of NHWC pictures (formulas in pool2d.h), forward and backward.
//
// Bytes: the forward reads x once from memory (overlapping windows meet in the cache) and writes y
// and, for the maximum, 4 bytes of place; the backward reads dy (and place) once and reads and
// writes dx: bound by memory. Operations: a compare or an addition for each element of a window.
//
// Design: channels lie side by side, so a thread owns 16 bytes of channels of one pixel. The
// backward is turned round: a thread owns a pixel of dx and gathers from the windows that cover it,
// in ascending order, so that nothing is added atomically and dx is read and written once.
#include "kernels/pool2d.h"

#include <algorithm>

#include "kernels/cuda/launch.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kThreads = 128;

/// The part of a window along one axis of `size` elements that lies inside: [begin, end), and its
/// length with the padding that counts. Sides of pictures fit into 32 bits, where division is
/// cheap.
struct Extent {
  int begin, end, padded;

  __device__ Extent(int at, int64_t kernel, int64_t stride, int64_t before, int64_t after,
                    int64_t size) {
    const int start = at * static_cast<int>(stride) - static_cast<int>(before);
    const int stop = start + static_cast<int>(kernel), whole = static_cast<int>(size);
    begin = std::max(start, 0);
    end = std::min(stop, whole);
    padded = std::min(stop, whole + static_cast<int>(after)) - start;
  }
  __device__ int inside() const { return std::max(end - begin, 0); }
};
__device__ inline Extent rows_under(const Pool2dSizes& s, int p) {
  const Window& w = s.window;
  return {p, w.height, w.stride, w.padding.top, w.padding.bottom, s.H};
}
__device__ inline Extent columns_under(const Pool2dSizes& s, int q) {
  const Window& w = s.window;
  return {q, w.width, w.stride, w.padding.left, w.padding.right, s.W};
}

/// The windows along one axis that cover element `at`: [begin, end).
struct Covering {
  int begin, end;

  __device__ Covering(int at, int64_t kernel, int64_t stride, int64_t before, int64_t outputs) {
    const int reach = at + static_cast<int>(before), step = static_cast<int>(stride);
    const int length = static_cast<int>(kernel);
    begin = reach < length ? 0 : (reach - length) / step + 1;
    end = std::min(reach / step + 1, static_cast<int>(outputs));
  }
};

/// 1 / count of a window.
__device__ inline float mean_scale(const Extent& rows, const Extent& columns, bool count_padding) {
  const int count = count_padding ? rows.padded * columns.padded : rows.inside() * columns.inside();
  return 1.0F / static_cast<float>(std::max(count, 1));
}

/// W channels of a pixel of (I,rows,columns,C).
struct Pixel {
  int64_t image;
  int row, column;
  int64_t channel, offset;  ///< the first channel; its place in the array
};

/// Calls f(pixel) for the thread's share of the vectors of W channels of (I,rows,columns,C): blocks
/// go along the columns and channels of a row, and over the rows.
template <int W, class F>
__device__ inline void for_each_pixel(int64_t I, int64_t rows, int64_t columns, int64_t C, F&& f) {
  const auto vectors = static_cast<uint32_t>(C / W);
  const auto length = static_cast<uint32_t>(columns) * vectors;
  for (int64_t r = blockIdx.y; r < I * rows; r += gridDim.y) {
    const int64_t image = r / rows;
    const auto row = static_cast<int>(r - image * rows);
    for (uint32_t u = blockIdx.x * kThreads + threadIdx.x; u < length; u += gridDim.x * kThreads) {
      const uint32_t column = u / vectors;
      f(Pixel{image, row, static_cast<int>(column), int64_t{u - column * vectors} * W,
              (r * length + u) * W});
    }
  }
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kThreads) max_pool_forward_kernel(MaxPoolForward<T> p) {
  const Pool2dSizes& s = p.sizes;
  for_each_pixel<W>(s.I, s.OH, s.OW, s.C, [&](const Pixel& at) {
    const Extent rows = rows_under(s, at.row), columns = columns_under(s, at.column);
    float y[W], x[W];
    Vector<int32_t, W> place;
#pragma unroll
    for (int k = 0; k < W; ++k) {
      y[k] = -INFINITY;
      place.lane[k] = -1;
    }
    for (int h = rows.begin; h < rows.end; ++h) {
      for (int w = columns.begin; w < columns.end; ++w) {
        load(p.x + ((at.image * s.H + h) * s.W + w) * s.C + at.channel, x);
#pragma unroll
        for (int k = 0; k < W; ++k) {
          const bool wins = x[k] > y[k] || x[k] != x[k];
          y[k] = wins ? x[k] : y[k];
          place.lane[k] = wins ? static_cast<int32_t>(h * s.W + w) : place.lane[k];
        }
      }
    }
    store(p.y + at.offset, y);
    *reinterpret_cast<Vector<int32_t, W>*>(p.place + at.offset) = place;
  });
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kThreads) max_pool_backward_kernel(MaxPoolBackward<T> p) {
  const Pool2dSizes& s = p.sizes;
  const Window& window = s.window;
  for_each_pixel<W>(s.I, s.H, s.W, s.C, [&](const Pixel& at) {
    const Covering rows(at.row, window.height, window.stride, window.padding.top, s.OH);
    const Covering columns(at.column, window.width, window.stride, window.padding.left, s.OW);
    const auto winner = static_cast<int32_t>(at.row * s.W + at.column);
    float dx[W], dy[W];
    load(p.dx + at.offset, dx);
    for (int i = rows.begin; i < rows.end; ++i) {
      for (int j = columns.begin; j < columns.end; ++j) {
        const int64_t from = ((at.image * s.OH + i) * s.OW + j) * s.C + at.channel;
        load(p.dy + from, dy);
        const auto place = *reinterpret_cast<const Vector<int32_t, W>*>(p.place + from);
#pragma unroll
        for (int k = 0; k < W; ++k) dx[k] += place.lane[k] == winner ? dy[k] : 0.0F;
      }
    }
    store(p.dx + at.offset, dx);
  });
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kThreads) mean_pool_forward_kernel(MeanPoolForward<T> p) {
  const Pool2dSizes& s = p.sizes;
  for_each_pixel<W>(s.I, s.OH, s.OW, s.C, [&](const Pixel& at) {
    const Extent rows = rows_under(s, at.row), columns = columns_under(s, at.column);
    float y[W] = {}, x[W];
    for (int h = rows.begin; h < rows.end; ++h) {
      for (int w = columns.begin; w < columns.end; ++w) {
        load(p.x + ((at.image * s.H + h) * s.W + w) * s.C + at.channel, x);
#pragma unroll
        for (int k = 0; k < W; ++k) y[k] += x[k];
      }
    }
    const float scale = mean_scale(rows, columns, p.count_padding);
#pragma unroll
    for (int k = 0; k < W; ++k) y[k] *= scale;
    store(p.y + at.offset, y);
  });
}

// 8 blocks a multiprocessor: without a number, ptxas holds W = 1 to 32 registers, and it spills.
// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kThreads, 8) mean_pool_backward_kernel(MeanPoolBackward<T> p) {
  const Pool2dSizes& s = p.sizes;
  const Window& window = s.window;
  for_each_pixel<W>(s.I, s.H, s.W, s.C, [&](const Pixel& at) {
    const Covering rows(at.row, window.height, window.stride, window.padding.top, s.OH);
    const Covering columns(at.column, window.width, window.stride, window.padding.left, s.OW);
    float dx[W], dy[W];
    load(p.dx + at.offset, dx);
    for (int i = rows.begin; i < rows.end; ++i) {
      const Extent under = rows_under(s, i);
      for (int j = columns.begin; j < columns.end; ++j) {
        load(p.dy + ((at.image * s.OH + i) * s.OW + j) * s.C + at.channel, dy);
        const float scale = mean_scale(under, columns_under(s, j), p.count_padding);
#pragma unroll
        for (int k = 0; k < W; ++k) dx[k] += scale * dy[k];
      }
    }
    store(p.dx + at.offset, dx);
  });
}

/// One thread for W channels of each pixel of (I,rows,columns).
template <class Arguments>
void launch_pool(const Cuda& backend, const char* name, void (*kernel)(Arguments), int64_t rows,
                 int64_t columns, int W, const Arguments& p) {
  const int64_t across = divide_up(columns * (p.sizes.C / W), kThreads);
  const int64_t down = std::min(p.sizes.I * rows, kMostBlocksAlongY);
  launch(
      backend, name, kernel,
      {.grid = dim3(static_cast<unsigned>(across), static_cast<unsigned>(down)), .block = kThreads},
      p);
}

}  // namespace

template <class T>
void max_pool_forward(Cuda backend, const MaxPoolForward<T>& p) {
  const Pool2dSizes& s = p.sizes;
  const bool vector = can_vectorise<T>(s.C, p.x, p.y, p.place);
  launch_pool(backend, "max_pool_forward",
              vector ? max_pool_forward_kernel<T, kLanes<T>> : max_pool_forward_kernel<T, 1>, s.OH,
              s.OW, vector ? kLanes<T> : 1, p);
}

template <class T>
void max_pool_backward(Cuda backend, const MaxPoolBackward<T>& p) {
  const Pool2dSizes& s = p.sizes;
  const bool vector = can_vectorise<T>(s.C, p.dy, p.place, p.dx);
  launch_pool(backend, "max_pool_backward",
              vector ? max_pool_backward_kernel<T, kLanes<T>> : max_pool_backward_kernel<T, 1>, s.H,
              s.W, vector ? kLanes<T> : 1, p);
}

template <class T>
void mean_pool_forward(Cuda backend, const MeanPoolForward<T>& p) {
  const Pool2dSizes& s = p.sizes;
  const bool vector = can_vectorise<T>(s.C, p.x, p.y);
  launch_pool(backend, "mean_pool_forward",
              vector ? mean_pool_forward_kernel<T, kLanes<T>> : mean_pool_forward_kernel<T, 1>,
              s.OH, s.OW, vector ? kLanes<T> : 1, p);
}

template <class T>
void mean_pool_backward(Cuda backend, const MeanPoolBackward<T>& p) {
  const Pool2dSizes& s = p.sizes;
  const bool vector = can_vectorise<T>(s.C, p.dy, p.dx);
  launch_pool(backend, "mean_pool_backward",
              vector ? mean_pool_backward_kernel<T, kLanes<T>> : mean_pool_backward_kernel<T, 1>,
              s.H, s.W, vector ? kLanes<T> : 1, p);
}

#define STORYTELLER_INSTANTIATE(T)                                     \
  template void max_pool_forward<T>(Cuda, const MaxPoolForward<T>&);   \
  template void max_pool_backward<T>(Cuda, const MaxPoolBackward<T>&); \
  template void mean_pool_forward<T>(Cuda, const MeanPoolForward<T>&); \
  template void mean_pool_backward<T>(Cuda, const MeanPoolBackward<T>&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(bfloat16)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
