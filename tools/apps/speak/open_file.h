#pragma once

#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

namespace storyteller::speak {

/// A file descriptor that is closed with the object; negative: none.
class OpenFile {
 public:
  explicit OpenFile(int descriptor = -1) : descriptor_(descriptor) {}
  OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

/// A file without a name that holds `text` and stands at its beginning, for a program's standard
/// input: reading it never waits, and whoever wrote it need not wait for the reader. It lies in
/// memory. Throws IoError.
OpenFile file_of(std::string_view text);
/// What such a file holds, from its beginning; at most `most` bytes. Throws IoError.
std::string contents_of(const OpenFile& file, size_t most);

/// A counter that poll() sees: readable from ring() to hear().
class Bell {
 public:
  /// Throws IoError where the system grants none.
  Bell();
  void ring() const;
  void hear() const;
  int descriptor() const { return file_.get(); }

 private:
  OpenFile file_;
};

}  // namespace storyteller::speak
