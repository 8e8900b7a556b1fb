#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tools/apps/album/claims.h"
#include "tools/apps/album/describer.h"
#include "tools/apps/album/keeper.h"

namespace storyteller::album {

/// What an index run did.
struct IndexCounts {
  size_t captioned = 0;
  size_t unchanged = 0;  ///< touched, but of the same bytes
  size_t bad = 0;
};

struct IndexOptions {
  int jobs = 1;  ///< threads that read pictures
  bool recaption = false;
  /// Called for each picture that cannot be read.
  std::function<void(const std::string& path, const std::string& why)> bad = {};
  /// Called after each transaction with all that was done so far.
  std::function<void(const IndexCounts& counts)> progress = {};
};

/// Pictures that are captioned between two transactions.
inline constexpr size_t kBatch = 64;

/// Captions queued pictures of these roots until none is left that this process can have, or a
/// signal asks to stop. Captioning happens outside of transactions. What is killed loses at most
/// kBatch pictures, which the next run captions.
IndexCounts index_queue(Connection& connection, const std::vector<std::int64_t>& roots,
                        Describer& describer, Keeper& keeper, std::int64_t model,
                        const IndexOptions& options);

}  // namespace storyteller::album
