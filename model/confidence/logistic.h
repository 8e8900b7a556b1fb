#pragma once

#include <span>
#include <string>
#include <vector>

namespace storyteller {

/// A probability from a few numbers: sigmoid(bias + sum_j w_j (x_j - m_j) / s_j).
struct Logistic {
  struct Term {
    std::string signal;  ///< name of x_j, see signals.h
    double mean = 0, spread = 1, weight = 0;
  };
  std::vector<Term> terms;
  double bias = 0;

  /// `x` has a value for each term.
  double probability(std::span<const double> x) const;
};

}  // namespace storyteller
