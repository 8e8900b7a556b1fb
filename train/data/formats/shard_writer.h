#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace storyteller {

/// Writes "PREFIX-000000.tar", "PREFIX-000001.tar", ... into a folder, as open_shards reads them. A
/// shard appears complete or not at all.
class ShardWriter {
 public:
  struct Limits {
    uint64_t bytes = uint64_t{256} << 20U;  ///< Of pictures in a shard; the next one begins then.
    size_t pictures = 10000;
  };

  ShardWriter(std::filesystem::path folder, std::string prefix, const Limits& limits);
  ShardWriter(std::filesystem::path folder, std::string prefix)
      : ShardWriter(std::move(folder), std::move(prefix), Limits{}) {}
  /// Without `finish` the last shard is lost.
  ~ShardWriter();
  ShardWriter(const ShardWriter&) = delete;
  ShardWriter& operator=(const ShardWriter&) = delete;

  /// Throws InputError, naming `id`, for bytes that are neither JPEG nor PNG.
  static void require_picture(const std::string& picture, const std::string& id);

  /// Members KEY.jpg or KEY.png, by the picture's first bytes, and KEY.json with the captions and,
  /// as "file_name", the name that the picture has for people. Throws InputError for a picture that
  /// is neither, IoError where the disk fails.
  void add(const std::string& key, const std::string& id, const std::string& picture,
           const std::vector<std::string>& captions);
  /// Captions of which bytes that are not UTF-8 were replaced.
  size_t replaced() const { return replaced_; }
  /// Completes the last shard. Returns how many were written.
  size_t finish();

 private:
  struct Shard;
  void begin();
  void end();

  std::filesystem::path folder_;
  std::string prefix_;
  Limits limits_;
  std::unique_ptr<Shard> shard_;
  size_t written_ = 0, replaced_ = 0;
};

}  // namespace storyteller
