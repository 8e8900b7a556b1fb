#pragma once

#include "core/tape.h"

namespace storyteller {

/// The end of every op whose kernel judges logits row by row and leaves the gradient in their
/// place: the sum of the rows' `losses` (N), wide, divided by `normaliser`; a scalar. `tracked`:
/// whether the kernel left the gradient, already divided by the normaliser. `op` names the op in
/// errors.
Var row_loss(Tape& tape, const char* op, const Var& logits, const Tensor& losses, double normaliser,
             bool tracked);

}  // namespace storyteller
