#include "bench/cuda/kernel_case.h"

#include <iterator>

namespace storyteller {

std::vector<KernelCase> kernel_cases(const Sizes& size, int64_t most) {
  std::vector<KernelCase> all;
  for (auto& part : std::vector<std::vector<KernelCase>>{
           loop_cases(size), decoder_kind_cases(size), word_cases(size), flat_cases(size, most),
           picture_cases(size), product_cases(size)}) {
    all.insert(all.end(), std::make_move_iterator(part.begin()),
               std::make_move_iterator(part.end()));
  }
  return all;
}

}  // namespace storyteller
