#include "train/data/formats/shard_keys.h"

#include <algorithm>
#include <filesystem>

#include "core/system/printable.h"
#include "core/text/unicode_form.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

std::string plain_key(const std::string& id) {
  std::string key;
  for (const fs::path& part : fs::path(id).lexically_normal().relative_path()) {
    if (part.empty() || part == ".") continue;
    key += (key.empty() ? "" : "/") + (part == ".." ? "_" : part.string());
  }
  const size_t slash = key.rfind('/');
  const size_t name = slash == std::string::npos ? 0 : slash + 1;
  const size_t ending = key.rfind('.');
  if (ending != std::string::npos && ending > name) key.resize(ending);
  std::replace(key.begin() + static_cast<std::ptrdiff_t>(name), key.end(), '.', '_');
  std::replace_if(
      key.begin(), key.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '_');
  return key.empty() ? "_" : key;
}

}  // namespace

std::string ShardKeys::key_of(const std::string& id) {
  const std::string plain = plain_key(id);
  std::string key = plain;
  for (int next = 2; !taken_.insert(folded_name(key)).second; ++next) {
    key = plain + "-" + std::to_string(next);
  }
  const bool renamed = !id.starts_with(key) || id.find_first_of("./", key.size()) != key.size();
  if (renamed && id != key && renamed_++ == 0) {
    example_ = printable(id) + " as " + printable(key);
  }
  return key;
}

}  // namespace storyteller
