#include "train/confidence/memory_fit.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/random_stream.h"
#include "core/serialization/narrow_floats.h"
#include "core/system/parallel.h"
#include "core/system/threads.h"

namespace storyteller {
namespace {

/// X^T X of the pictures (rows): (width,width), symmetric.
std::vector<double> second_moments(const KnownPictures& pictures) {
  const size_t width = pictures.width, count = pictures.size();
  std::vector<double> moments(width * width);
  parallel_for(
      width, threads_in_force(),
      [&](size_t i) {
        double* row = moments.data() + i * width;
        for (size_t p = 0; p < count; ++p) {
          const float* x = pictures.pooled.data() + p * width;
          const double scale = x[i];
          if (scale == 0) continue;
          for (size_t j = i; j < width; ++j) row[j] += scale * x[j];
        }
      },
      /*block=*/16);
  for (size_t i = 0; i < width; ++i) {
    for (size_t j = 0; j < i; ++j) moments[i * width + j] = moments[j * width + i];
  }
  return moments;
}

/// Makes the rows (count,width) orthonormal, each in its turn (modified Gram and Schmidt, twice for
/// the digits). What is left of a row that is a sum of others becomes 0.
void orthonormalise(std::vector<double>& rows, size_t width) {
  const size_t count = rows.size() / width;
  const auto dot = [&](const double* a, const double* b) {
    double sum = 0;
    for (size_t d = 0; d < width; ++d) sum += a[d] * b[d];
    return sum;
  };
  for (size_t i = 0; i < count; ++i) {
    double* row = rows.data() + i * width;
    const double before = std::sqrt(dot(row, row));
    for (int pass = 0; pass < 2; ++pass) {
      for (size_t k = 0; k < i; ++k) {
        const double* other = rows.data() + k * width;
        const double shared = dot(row, other);
        for (size_t d = 0; d < width; ++d) row[d] -= shared * other[d];
      }
    }
    const double norm = std::sqrt(dot(row, row));
    const double scale = norm > 1e-10 * before ? 1 / norm : 0;
    for (size_t d = 0; d < width; ++d) row[d] *= scale;
  }
}

/// The first right singular vectors of the pictures, (axes,width), by orthogonal iteration.
std::vector<double> main_directions(const KnownPictures& pictures, size_t axes) {
  constexpr int kSteps = 12;
  const size_t width = pictures.width;
  const std::vector<double> moments = second_moments(pictures);
  std::vector<double> rows(axes * width);
  RandomStream random(/*key=*/0, /*stream=*/0);
  for (double& value : rows) value = random.uniform(-1, 1);
  orthonormalise(rows, width);
  for (int step = 0; step < kSteps; ++step) {
    std::vector<double> next(axes * width);
    parallel_for(
        axes, threads_in_force(),
        [&](size_t a) {
          double* to = next.data() + a * width;
          for (size_t i = 0; i < width; ++i) {
            const double scale = rows[a * width + i];
            const double* row = moments.data() + i * width;
            for (size_t j = 0; j < width; ++j) to[j] += scale * row[j];
          }
        },
        /*block=*/4);
    rows = std::move(next);
    orthonormalise(rows, width);
  }
  return rows;
}

}  // namespace

PictureMemory make_memory(const KnownPictures& pictures) {
  if (pictures.size() == 0) throw InternalError("a memory of no pictures");
  const size_t width = pictures.width;
  const size_t axes = std::min({kMemoryAxes, width, pictures.size()});
  const std::vector<double> directions = main_directions(pictures, axes);
  std::vector<float> projection(directions.begin(), directions.end());
  // As files keep them, so that what is read back gives the same bits.
  for (float& value : projection) value = bfloat16_to_float(float_to_bfloat16(value));
  std::vector<std::int8_t> rows;
  rows.reserve(pictures.size() * axes);
  for (size_t p = 0; p < pictures.size(); ++p) {
    const auto row =
        PictureMemory::direction(projection, std::span(pictures.pooled).subspan(p * width, width));
    rows.insert(rows.end(), row.axes.begin(), row.axes.end());
  }
  return {std::move(projection), std::move(rows), pictures.kinds};
}

}  // namespace storyteller
