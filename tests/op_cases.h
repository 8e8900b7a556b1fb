#pragma once

#include <utility>
#include <vector>

#include "tests/op_case.h"
#include "tests/op_cases/attention_cases.h"
#include "tests/op_cases/batch_norm_cases.h"
#include "tests/op_cases/convolution_cases.h"
#include "tests/op_cases/linear_cases.h"
#include "tests/op_cases/loss_cases.h"
#include "tests/op_cases/pointwise_cases.h"
#include "tests/op_cases/pooling_cases.h"
#include "tests/op_cases/recurrent_cases.h"
#include "tests/op_cases/words_cases.h"

namespace storyteller {

/// Every op of core/ops/ops.h. A new op adds its case to the file of its kind in tests/op_cases/.
inline std::vector<OpCase> op_cases(Sizes size) {
  std::vector<OpCase> all;
  for (auto* cases :
       {pointwise_cases, linear_cases, convolution_cases, pooling_cases, batch_norm_cases,
        words_cases, recurrent_cases, attention_cases, loss_cases}) {
    for (OpCase& op : cases(size)) all.push_back(std::move(op));
  }
  return all;
}

}  // namespace storyteller
