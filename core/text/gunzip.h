#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace storyteller {

/// Unpacks a gzip stream (RFC 1952; several members behind each other are one text), piece by
/// piece.
class Gunzip {
 public:
  /// Whether bytes begin as such a stream does.
  static bool begins(std::string_view bytes) { return bytes.starts_with("\x1F\x8B"); }

  /// `name` stands for the file in errors.
  explicit Gunzip(std::string name);
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  /// Calls `each(piece)` with at most 64 KiB at a time of what `bytes` unpack to. Zeros behind the
  /// last member are padding. Throws InputError where the stream is damaged.
  template <class Each>
  void unpack(std::string_view bytes, Each each) {
    feed(bytes);
    for (std::string_view piece = next(); !piece.empty(); piece = next()) each(piece);
  }
  /// Where the file ends. Throws InputError where the stream goes on.
  void finish() const;

 private:
  struct State;
  void feed(std::string_view bytes);
  std::string_view next();

  std::string name_;
  std::unique_ptr<State> state_;
};

}  // namespace storyteller
