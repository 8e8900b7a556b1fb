#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tools/apps/album/record.h"
#include "tools/apps/album/sqlite.h"

namespace storyteller::album {

/// Where an index run puts what it finds out, in transactions of its own. All of it is written only
/// where `claimed` claims the picture; false: it does not.
class Keeper {
 public:
  explicit Keeper(Connection& connection) : connection_(connection) {}
  virtual ~Keeper() = default;
  virtual bool put(const Record& record, std::int64_t model, std::string_view claimed) = 0;
  /// The file was touched, its bytes are the same.
  bool put_unchanged(std::int64_t picture, std::int64_t size, std::int64_t mtime_ns,
                     std::string_view claimed);
  /// It cannot be read.
  bool put_bad(std::int64_t picture, std::int64_t size, std::int64_t mtime_ns,
               const std::string& why, std::string_view claimed);
  /// At the end of each transaction.
  virtual void flush() = 0;

 protected:
  Connection& connection_;

 private:
  /// All that was found out about a picture goes, but what people said of it.
  virtual void forget(std::int64_t picture) = 0;
};

}  // namespace storyteller::album
