#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/ops/ops.h"
#include "core/parameters.h"
#include "model/decoder/cells/cell_kind.h"
#include "model/decoder/linear_layer.h"

namespace storyteller {

/// What tells the kinds of cells apart beside their arithmetic.
struct CellTraits {
  /// What goes from step to step beside the state h, in the type of sums.
  enum class Carried : int {
    kNothing,
    kState,  ///< the state itself, unrounded
    kCell,   ///< a cell state, which starts with a value of its own
  };
  int64_t gates = 1;  ///< G
  Carried carried = Carried::kNothing;
  Initializer input_bias = Initializer::constant(0);
  Initializer hidden_weight = Initializer::orthogonal();  ///< of what multiplies the state
  /// The state's product is not added to the gates, but has rows and a bias of its own.
  bool product_apart = false;
  /// Which of the gates make the candidate for the new state: [candidate, candidate + candidates).
  int64_t candidate = 0, candidates = 1;
  bool sentinel = false;  ///< it has a second output
};

/// Makes a state out of the state before and an input. A cell owns the weight of the state; what
/// the input contributes is its user's, who computes the gates' rows and adds to them. The calls:
///   begin(rows)                                                      before the loop
///   carry(h), add_state(), whatever depends on the step, activate()  in each step
class RecurrentCell {
 public:
  /// Packed rows of all steps.
  struct Rows {
    Var gates;     ///< (N,G·H) in: what the input contributes, bias included; out: activated
    Var h_before;  ///< (N,H) the state that each step starts from
    Var h;         ///< (N,H) the state after each step
    Var product;   ///< (N,G·H) of h_before; empty unless it is apart
    Var sentinel;  ///< (N,H) what the cell knows without looking; empty unless it has one
  };
  struct State {
    Var h;        ///< (rows,H) as products read it
    Var carried;  ///< (rows,H) wide; see CellTraits::Carried
  };

  /// Declares `name`.hidden.weight, and `name`.hidden.bias where the product is apart.
  RecurrentCell(const CellTraits& traits, Parameters& parameters, const std::string& name,
                int64_t hidden);
  virtual ~RecurrentCell() = default;
  RecurrentCell(const RecurrentCell&) = delete;
  RecurrentCell& operator=(const RecurrentCell&) = delete;

  const CellTraits& traits() const { return traits_; }
  /// A state out of h and, for Carried::kCell, c, both (rows,H).
  State state(Tape& tape, const Var& h, const Var& c) const;
  /// The state 0, of the type and on the device of `like`.
  State zero_state(const Tensor& like, int64_t rows) const;

  /// Makes the rows beside the gates and records the deferred gradient of the state's weight.
  void begin(Tape& tape, Rows& rows);
  /// Copies h to h_before of rows [begin, begin + count), which it returns; an h with more rows is
  /// cut to the first.
  static Var carry(Tape& tape, const Rows& rows, int64_t begin, int64_t count, const Var& h);
  /// Multiplies these rows of h_before with the state's weight.
  void add_state(Tape& tape, const Rows& rows, int64_t begin, int64_t count);
  /// The state after the step, whose gates are complete, of the `carried` before it, which may have
  /// more rows.
  State activate(Tape& tape, const Rows& rows, int64_t begin, int64_t count, const Var& carried);
  /// The state after one step from the zero state, of gates (rows,G·H).
  State step_from_zero(Tape& tape, const Var& gates);
  void refresh() { hidden_.refresh(); }

 private:
  /// The cell itself, on the rows of one step: writes h and returns what is carried on.
  virtual Var apply(Tape& tape, const Rows& rows, const Var& carried) const = 0;

  CellTraits traits_;
  int64_t width_;
  StepLinear hidden_;
};

const CellTraits& traits_of(CellKind kind);
/// As the option `cell` and the parameters have it.
std::string name_of(CellKind kind);
/// Declares `name`.hidden in the current group of `parameters`, which must outlive the cell.
std::unique_ptr<RecurrentCell> make_cell(CellKind kind, Parameters& parameters,
                                         const std::string& name, int64_t hidden);

}  // namespace storyteller
