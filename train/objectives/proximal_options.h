#pragma once

namespace storyteller {

/// How far a policy may go from the one that it is compared with (Schulman 2017, "Proximal Policy
/// Optimization Algorithms").
struct ProximalOptions {
  double clip = 0.2;         ///< probabilities of words count up to 1 +- this times the other's
  double divergence = 0.02;  ///< weight of the divergence from it; 0: none
};

}  // namespace storyteller
