#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "core/ops/ops.h"
#include "tests/op_case.h"

namespace storyteller {

struct PoolingTest {
  std::string name;
  int64_t H, W;
  PoolOptions options;
  int64_t OH, OW;  ///< worked out by hand or with PyTorch
};

/// Calls take(y index, x index or -1 for counted padding) for each element under each window, as
/// the definition says: a window counts what lies in the padded picture.
template <class F>
void for_each_pooled(const PoolingTest& t, int64_t I, int64_t C, F&& take) {
  const Window& w = t.options.window;
  for (int64_t i = 0; i < I; ++i) {
    for (int64_t y = 0; y < t.OH * t.OW * C; ++y) {
      const int64_t c = y % C, q = y / C % t.OW, p = y / C / t.OW;
      for (int64_t r = 0; r < w.height; ++r) {
        for (int64_t s = 0; s < w.width; ++s) {
          const int64_t h = p * w.stride + r - w.padding.top;
          const int64_t v = q * w.stride + s - w.padding.left;
          const bool inside = h >= 0 && h < t.H && v >= 0 && v < t.W;
          const bool padded = h < t.H + w.padding.bottom && v < t.W + w.padding.right;
          if (padded) {
            take(i * t.OH * t.OW * C + y, inside ? ((i * t.H + h) * t.W + v) * C + c : -1);
          }
        }
      }
    }
  }
}

inline OpCase max_pool_case(const PoolingTest& t, int64_t I, int64_t C) {
  return {.name = "MaxPool" + t.name,
          .inputs = {{.shape = {I, t.H, t.W, C}}},
          .run = [t](Tape& tape, const std::vector<Var>& in) -> std::vector<Var> {
            return {max_pool(tape, in[0], t.options)};
          },
          .reference = [t, I, C](const std::vector<Array>& in) -> std::vector<Array> {
            Array y(static_cast<size_t>(I * t.OH * t.OW * C),
                    -std::numeric_limits<double>::infinity());
            for_each_pooled(t, I, C, [&](int64_t out, int64_t x) {
              if (x >= 0) y[out] = std::max(y[out], in[0][x]);
            });
            return {y};
          }};
}

inline OpCase mean_pool_case(const PoolingTest& t, int64_t I, int64_t C) {
  return {.name = "MeanPool" + t.name,
          .inputs = {{.shape = {I, t.H, t.W, C}}},
          .run = [t](Tape& tape, const std::vector<Var>& in) -> std::vector<Var> {
            return {mean_pool(tape, in[0], t.options)};
          },
          .reference = [t, I, C](const std::vector<Array>& in) -> std::vector<Array> {
            Array sum(static_cast<size_t>(I * t.OH * t.OW * C)), count(sum.size());
            for_each_pooled(t, I, C, [&](int64_t out, int64_t x) {
              if (x >= 0) sum[out] += in[0][x];
              if (x >= 0 || t.options.count_padding) count[out] += 1;
            });
            for (size_t i = 0; i < sum.size(); ++i) sum[i] /= count[i];
            return {sum};
          }};
}

inline OpCase concat_case(const std::string& name, Sizes size, int64_t A, int64_t B) {
  const int64_t I = size(3, 32), H = size(5, 27), W = size(7, 27);
  return {.name = "Concat" + name,
          .inputs = {{.shape = {I, H, W, A}}, {.shape = {I, H, W, B}}},
          .run = [](Tape& tape, const std::vector<Var>& in) -> std::vector<Var> {
            return {concat(tape, in[0], in[1])};
          },
          .reference = [=](const std::vector<Array>& in) -> std::vector<Array> {
            Array y;
            for (int64_t n = 0; n < I * H * W; ++n) {
              for (int64_t c = 0; c < A; ++c) y.push_back(in[0][n * A + c]);
              for (int64_t c = 0; c < B; ++c) y.push_back(in[1][n * B + c]);
            }
            return {y};
          }};
}

inline std::vector<OpCase> pooling_cases(Sizes size) {
  const int64_t I = size(3, 32), C = size(23, 64);
  const Window resnet{3, 3, 2, Padding::all(1)}, caffe{3, 3, 2, {}}, uneven{2, 3, 2, {1, 0, 0, 2}};
  const auto plain = [&](bool count) {
    return PoolingTest{.name = count ? "CountPadding" : "",
                       .H = size(9, 56),
                       .W = size(12, 56),
                       .options = {.window = resnet, .count_padding = count},
                       .OH = size(5, 28),
                       .OW = size(6, 28)};
  };
  const auto ceil = [&](bool count) {
    return PoolingTest{.name = count ? "CeilCountPadding" : "Ceil",
                       .H = size(8, 112),
                       .W = size(11, 112),
                       .options = {.window = caffe, .ceil_mode = true, .count_padding = count},
                       .OH = size(4, 56),
                       .OW = size(5, 56)};
  };
  const PoolingTest asymmetric{.name = "Asymmetric",
                               .H = size(7, 57),
                               .W = size(10, 58),
                               .options = {.window = uneven},
                               .OH = size(4, 29),
                               .OW = size(5, 29)};
  return {max_pool_case(plain(false), I, C),
          max_pool_case(ceil(false), I, C),
          max_pool_case(asymmetric, I, C),
          mean_pool_case(plain(false), I, C),
          mean_pool_case(plain(true), I, C),
          mean_pool_case(ceil(false), I, C),
          mean_pool_case(ceil(true), I, C),
          mean_pool_case(asymmetric, I, C),
          concat_case("", size, size(5, 128), size(18, 128)),
          concat_case("Vectors", size, size(8, 64), size(24, 192))};
}

}  // namespace storyteller
