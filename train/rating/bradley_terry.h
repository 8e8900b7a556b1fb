#pragma once

#include <cstddef>
#include <vector>

namespace storyteller {

/// How often each contestant was preferred to each other one: [winner][loser]. A tie is half a win
/// for both. Square; the diagonal is not looked at.
using WinMatrix = std::vector<std::vector<double>>;

struct BradleyTerryFit {
  /// [contestant] log of the strength, their sum 0: P(i preferred to j) = 1 / (1 + exp(s_j - s_i)).
  std::vector<double> log_strengths;
  /// [a][b] covariances of the estimates (inverse Fisher information under that constraint); the
  /// standard error of s_a - s_b is sqrt(c_aa + c_bb - 2 c_ab).
  std::vector<std::vector<double>> covariances;

  /// Standard error of s_a - s_b.
  double standard_error(size_t a, size_t b) const;
};

/// Strengths by maximum likelihood in the model of Bradley and Terry (1952), by Newton's method on
/// the concave log-likelihood
///   sum_ij w_ij (s_i - log(exp s_i + exp s_j)).
/// The maximum exists only where no group of contestants won (or lost) everything against the rest
/// (Ford 1957); `prior` adds that many ties, so prior / 2 wins each way, to every pair, and any
/// prior > 0 makes it exist.
/// @throws InputError where it does not exist; InternalError if the matrix is not square, or not
///   finite and non-negative.
BradleyTerryFit fit_bradley_terry(const WinMatrix& wins, double prior = 0);

}  // namespace storyteller
