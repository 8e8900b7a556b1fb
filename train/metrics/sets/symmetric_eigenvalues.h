#pragma once

#include <vector>

namespace storyteller {

/// Eigenvalues of a symmetric matrix in descending order, by Jacobi's rotations (Golub and Van
/// Loan, Matrix Computations, 8.5). For small matrices: a few n^3.
/// @param matrix (n, n), row-major; only its symmetric part is meant. Throws InternalError where it
///   is not square.
std::vector<double> symmetric_eigenvalues(std::vector<double> matrix);

}  // namespace storyteller
