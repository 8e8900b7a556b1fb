#include "kernels/dropout.h"

#include <algorithm>
#include <array>

#include "kernels/cpu/parallel.h"
#include "kernels/philox.h"

namespace storyteller {

template <class T>
void dropout(Cpu, const Dropout<T>& p) {
  constexpr int64_t kDraws = 8;  // 16-bit draws in one block of Philox
  const auto threshold = static_cast<uint32_t>(p.rate * 65536.0F);
  const T scale = static_cast<T>(1.0 / (1.0 - threshold / 65536.0));
  parallel_shares(p.N, 4 * p.N * p.W, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      const T* x = p.x + n * p.W;
      T* y = p.y + n * p.W;
      for (int64_t j = 0; j < p.W; j += kDraws) {
        const auto bits = philox(p.key, p.row_key[n], static_cast<uint64_t>(j / kDraws));
        const int64_t count = std::min(kDraws, p.W - j);
        for (int64_t i = 0; i < count; ++i) {
          const uint32_t draw = bits[i / 2] >> 16 * (i % 2) & 0xFFFFU;
          const T kept = draw >= threshold ? x[j + i] * scale : T{0};
          y[j + i] = p.accumulate ? y[j + i] + kept : kept;
        }
      }
    }
  });
}

template void dropout<float>(Cpu, const Dropout<float>&);
template void dropout<double>(Cpu, const Dropout<double>&);

}  // namespace storyteller
