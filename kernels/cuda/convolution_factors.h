#pragma once

#include <cstdint>

#include "kernels/cuda/implicit_gemm.h"
#include "kernels/cuda/patches.h"
#include "kernels/cuda/vector.h"

namespace storyteller {

// The factors of kernels/conv2d_implicit_gemm_cuda.cu as multiply_tile wants them. Each thread
// brings two pieces of 16 bytes of every slice; kVector: they are read as such, else element by
// element, because a group's channels are no multiple of 16 bytes or do not lie at one.

/// 16 bytes on their way into shared memory.
template <class T>
using Piece = Vector<T, kLanes<T>>;

/// A factor whose rows lie along K in memory: the packed weight.
template <class T, bool kVector>
class WeightFactor {
 public:
  /// `rows` of K elements begin at `weight`; more may be asked for, and are zeros.
  __device__ WeightFactor(const T* weight, int64_t rows, int64_t K)
      : weight_(weight), rows_(rows), K_(K) {}

  __device__ void fetch(int64_t begin) {
    const int64_t k = begin + threadIdx.x % kChunks * kLanes<T>;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int64_t row = threadIdx.x / kChunks + kTile / 2 * i;
      pieces_[i] = {};
      if (row >= rows_) continue;
      const T* from = weight_ + row * K_ + k;
      if constexpr (kVector) {
        if (k < K_) pieces_[i] = *reinterpret_cast<const Piece<T>*>(from);
      } else {
#pragma unroll
        for (int l = 0; l < kLanes<T>; ++l) {
          if (k + l < K_) pieces_[i].lane[l] = from[l];
        }
      }
    }
  }
  __device__ void put(T* slice) const { put_rows(slice, pieces_); }

  __device__ static void put_rows(T* slice, const Piece<T> (&pieces)[2]) {
    const int chunk = threadIdx.x % kChunks, row = threadIdx.x / kChunks;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      T* to = slice + (row + kTile / 2 * i) * kSliceRow<T> + chunk * kLanes<T>;
      *reinterpret_cast<Piece<T>*>(to) = pieces[i];
    }
  }

 private:
  const T* weight_;
  int64_t rows_, K_;
  Piece<T> pieces_[2];
};

/// What the kernels of a picture's patches share: where it is and how it is cut.
template <class T, bool kTransposed>
struct Picture {
  const T* picture;
  int64_t channels;    ///< of the picture
  int group_channels;  ///< of a group
  Patches<kTransposed> patches;

  /// Tap and channel of column k of the matrix.
  struct Column {
    int r, s, channel;
  };
  __device__ Column column(int64_t k) const {
    const auto all = static_cast<uint32_t>(k), wide = static_cast<uint32_t>(group_channels);
    const uint32_t tap = all / wide, r = tap / static_cast<uint32_t>(patches.window_width);
    return {static_cast<int>(r),
            static_cast<int>(tap - r * static_cast<uint32_t>(patches.window_width)),
            static_cast<int>(all - tap * wide)};
  }
  /// The element, or the first of 16 bytes, of a pixel's patch; null where the window hangs over.
  __device__ const T* at(const typename Patches<kTransposed>::Pixel& pixel, const Column& c,
                         int64_t group) const {
    const int64_t index = patches.index(pixel, c.r, c.s);
    return index < 0 ? nullptr : picture + index * channels + group * group_channels + c.channel;
  }
};

/// A row of the matrix that does not exist: no tap of it lies in the picture.
constexpr int kNowhere = -(1 << 30);

/// The factor whose rows are the patches of pixels.
template <class T, bool kTransposed, bool kVector>
class PatchFactor {
 public:
  __device__ PatchFactor(const Picture<T, kTransposed>& p, int64_t first_pixel, int64_t pixels,
                         int64_t K, int64_t group)
      : p_(p), K_(K), group_(group) {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int64_t m = first_pixel + threadIdx.x / kChunks + kTile / 2 * i;
      pixels_[i] = p_.patches.pixel(static_cast<uint32_t>(m < pixels ? m : 0));
      if (m >= pixels) pixels_[i].row = kNowhere;
    }
  }

  __device__ void fetch(int64_t begin) {
    const int64_t k = begin + threadIdx.x % kChunks * kLanes<T>;
    pieces_[0] = pieces_[1] = {};
    constexpr int kSteps = kVector ? 1 : kLanes<T>;
#pragma unroll
    for (int l = 0; l < kSteps; ++l) {
      if (k + l >= K_) continue;
      const auto column = p_.column(k + l);
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const T* from = p_.at(pixels_[i], column, group_);
        if (from == nullptr) continue;
        if constexpr (kVector) {
          pieces_[i] = *reinterpret_cast<const Piece<T>*>(from);
        } else {
          pieces_[i].lane[l] = *from;
        }
      }
    }
  }
  __device__ void put(T* slice) const { WeightFactor<T, kVector>::put_rows(slice, pieces_); }

 private:
  const Picture<T, kTransposed>& p_;
  int64_t K_, group_;
  typename Patches<kTransposed>::Pixel pixels_[2];
  Piece<T> pieces_[2];
};

// The weight gradient's factors lie across K in memory: for each pixel (k) the channels are
// neighbours. A thread reads 16 bytes of channels of one pixel and puts them down a column of the
// slice. Lanes of a warp have different pixels, so that what they put lies side by side.
template <class T>
__device__ inline int across_pixel() {
  return static_cast<int>(threadIdx.x) % kSlice<T>;
}
template <class T>
__device__ inline int across_row(int i) {
  return (static_cast<int>(threadIdx.x) / kSlice<T> + i * (kTileThreads / kSlice<T>)) * kLanes<T>;
}
template <class T>
__device__ inline void put_across(T* slice, const Piece<T> (&pieces)[2]) {
#pragma unroll
  for (int i = 0; i < 2; ++i) {
#pragma unroll
    for (int l = 0; l < kLanes<T>; ++l) {
      slice[(across_row<T>(i) + l) * kSliceRow<T> + across_pixel<T>()] = pieces[i].lane[l];
    }
  }
}

/// dy transposed: rows are outputs.
template <class T, bool kVector>
class GradientFactor {
 public:
  /// `dy` at the group's first output of the tile, rows of `stride` elements.
  __device__ GradientFactor(const T* dy, int64_t stride, int64_t outputs, int64_t end)
      : dy_(dy), stride_(stride), outputs_(outputs), end_(end) {}

  __device__ void fetch(int64_t begin) {
    const int64_t pixel = begin + across_pixel<T>();
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int row = across_row<T>(i);
      const T* from = dy_ + pixel * stride_ + row;
      pieces_[i] = {};
      if (pixel >= end_) continue;
      if constexpr (kVector) {
        if (row < outputs_) pieces_[i] = *reinterpret_cast<const Piece<T>*>(from);
      } else {
#pragma unroll
        for (int l = 0; l < kLanes<T>; ++l) {
          if (row + l < outputs_) pieces_[i].lane[l] = from[l];
        }
      }
    }
  }
  __device__ void put(T* slice) const { put_across(slice, pieces_); }

 private:
  const T* dy_;
  int64_t stride_, outputs_, end_;
  Piece<T> pieces_[2];
};

/// Patches of x transposed: rows are taps and channels.
template <class T, bool kVector>
class PatchColumnFactor {
 public:
  __device__ PatchColumnFactor(const Picture<T, false>& p, int64_t first, int64_t columns,
                               int64_t end, int64_t group)
      : p_(p), first_(first), columns_(columns), end_(end), group_(group) {}

  __device__ void fetch(int64_t begin) {
    const int64_t k = begin + across_pixel<T>();
    pieces_[0] = pieces_[1] = {};
    if (k >= end_) return;
    const auto pixel = p_.patches.pixel(static_cast<uint32_t>(k));
    constexpr int kSteps = kVector ? 1 : kLanes<T>;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
#pragma unroll
      for (int l = 0; l < kSteps; ++l) {
        const int64_t n = first_ + across_row<T>(i) + l;
        if (n >= columns_) continue;
        const T* from = p_.at(pixel, p_.column(n), group_);
        if (from == nullptr) continue;
        if constexpr (kVector) {
          pieces_[i] = *reinterpret_cast<const Piece<T>*>(from);
        } else {
          pieces_[i].lane[l] = *from;
        }
      }
    }
  }
  __device__ void put(T* slice) const { put_across(slice, pieces_); }

 private:
  const Picture<T, false>& p_;
  int64_t first_, columns_, end_, group_;
  Piece<T> pieces_[2];
};

}  // namespace storyteller
