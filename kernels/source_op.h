#pragma once

#include <utility>

namespace storyteller {

/// The op on whose behalf this thread calls kernels, for messages and logs; empty outside of ops.
inline constinit thread_local const char* source_op = "";

/// Names the op while it lives. Where one is at work already, its name stays.
class SourceOp {
 public:
  explicit SourceOp(const char* name)
      : before_(source_op[0] == '\0' ? std::exchange(source_op, name) : source_op) {}
  ~SourceOp() { source_op = before_; }
  SourceOp(const SourceOp&) = delete;
  SourceOp& operator=(const SourceOp&) = delete;

 private:
  const char* before_;
};

}  // namespace storyteller
