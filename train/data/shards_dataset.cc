#include "train/data/shards_dataset.h"

#include <algorithm>
#include <fstream>
#include <optional>

#include <xxhash.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "model/image/decode.h"
#include "train/data/formats/caption_members.h"
#include "train/data/formats/formats.h"
#include "core/text/line_reader.h"
#include "train/data/formats/rows.h"
#include "train/data/formats/tar_reader.h"
#include "train/data/split_names.h"

namespace storyteller {

namespace fs = std::filesystem;

namespace {

/// The split that a shard's name tells, or begins with: "train-000000.tar", "valset-0.tar".
std::optional<Split> split_of_file(const fs::path& file) {
  const std::string name = file.filename().string();
  if (const auto split = split_in_name(name)) return split;
  if (name.starts_with("train")) return Split::kTrain;
  if (name.starts_with("val") || name.starts_with("dev")) return Split::kVal;
  if (name.starts_with("test")) return Split::kTest;
  return std::nullopt;
}

/// "a/b" and "jpg" of "a/b.jpg": cut at the first point of the last part, as WebDataset does.
std::pair<std::string, std::string> key_and_kind(const std::string& name) {
  const size_t slash = name.rfind('/');
  const size_t point = name.find('.', slash == std::string::npos ? 0 : slash + 1);
  if (point == std::string::npos) return {name, ""};
  std::string kind = name.substr(point + 1);
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return {name.substr(0, point), kind};
}

std::vector<fs::path> shards_of(const fs::path& path) {
  std::error_code failure;
  if (!fs::exists(path, failure)) {
    throw InputError(printable(path.string(), 400) + ": no such file or folder");
  }
  if (!fs::is_directory(path, failure)) return {path};
  std::vector<fs::path> shards;
  for (const auto& entry : fs::directory_iterator(path)) {
    if (entry.path().extension() == ".tar") shards.push_back(entry.path());
  }
  if (shards.empty()) throw InputError(printable(path.string(), 400) + ": no .tar file in it");
  std::sort(shards.begin(), shards.end());
  return shards;
}

}  // namespace

ShardsDataset::ShardsDataset(const fs::path& path, Split split, const OpenOptions& options)
    : shards_(shards_of(path)), list_(split) {
  list_.keep_all_captions();
  for (uint32_t shard = 0; shard < shards_.size(); ++shard) {
    const auto of_file = split_of_file(shards_[shard]);
    named_ = named_ || of_file.has_value();
    if (of_file && *of_file != split) continue;
    read_shard(shard, of_file.has_value(), of_file.value_or(Split::kTrain));
  }
  if (!named_) list_.divide(split_by_name);
  list_.finish();

  const BadPictures broken = skipped_;
  skipped_ = BadPictures(options.max_bad.of(list_.count(split)));
  skipped_.record_all(broken);
  std::string digest;
  for (size_t picture = 0; picture < list_.size(); ++picture) {
    if (list_.split(picture) != split) continue;
    const std::string name(list_.name(picture));
    if (places_[picture].bytes == 0) {
      skipped_.record(name, "no picture of that name in the archive");
    } else if (const auto problem = list_.captions_problem(picture); !problem.empty()) {
      skipped_.record(name, problem);
    } else {
      digest += name + '\0' + std::to_string(places_[picture].bytes) + '\n';
      kept_.push_back(static_cast<uint32_t>(picture));
    }
  }
  fingerprint_ = XXH3_64bits(digest.data(), digest.size());
  if (kept_.empty()) {
    throw InputError(
        printable(path.string(), 400) + ": no usable picture in the " +
        std::string(split_name(split)) + " split; " +
        (skipped_.empty() ? "pictures by split: " + list_.counts_text() : skipped_.summary()));
  }
}

void ShardsDataset::read_shard(uint32_t shard, bool split_in_name, Split split) {
  const fs::path& file = shards_[shard];
  const std::string damage =
      for_each_member(file, [&](const TarMember& member, const std::function<std::string()>& read) {
        const auto [key, kind] = key_and_kind(member.name);
        const bool is_picture = kind == "jpg" || kind == "jpeg" || kind == "png";
        if (!is_picture && kind != "txt" && kind != "json") return;
        nlohmann::json record;
        std::optional<Split> named;  // by the member itself
        const RecordPlace place{.file = member.name, .line = 1};
        if (kind == "json") {
          record = nlohmann::json::parse(read(), nullptr, /*allow_exceptions=*/false);
          if (!record.is_object()) place.fail("not a JSON object");
          if (!split_in_name) named = split_member(record, place);
        }
        named_ = named_ || named.has_value();
        const size_t picture = list_.add(key, named.value_or(split));
        if (named) list_.move(picture, *named);
        places_.resize(list_.size());
        if (is_picture) {
          if (member.bytes > kMaxImageFileBytes) place.fail("larger than any picture");
          places_[picture] = {member.offset, static_cast<uint32_t>(member.bytes), shard};
        } else if (kind == "json") {
          for (const auto& caption : caption_members(record)) {
            list_.add_caption(picture, caption);
          }
        } else {
          const std::string text = read();
          for (std::string_view rest = text; !rest.empty();) {
            list_.add_caption(picture, trimmed(cut_field(&rest, '\n')));
          }
        }
      });
  if (!damage.empty()) skipped_.record(file.filename().string(), damage + "; read up to there");
}

std::string ShardsDataset::picture_bytes(size_t i) const {
  const Place& place = places_[kept_[i]];
  std::ifstream in(shards_[place.shard], std::ios::binary);
  std::string bytes(place.bytes, '\0');
  if (!in.seekg(static_cast<std::streamoff>(place.offset)) ||
      !in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    throw InputError(printable(shards_[place.shard].string(), 400) + ": " + printable(id(i)) +
                     ": cut off");
  }
  return bytes;
}

Image ShardsDataset::load(size_t i, std::vector<std::string>* warnings) const {
  const std::string bytes = picture_bytes(i);
  return decode_image(std::as_bytes(std::span(bytes)), id(i), warnings);
}

std::unique_ptr<Dataset> open_shards(const fs::path& path, Split split,
                                     const OpenOptions& options) {
  return std::make_unique<ShardsDataset>(path, split, options);
}

}  // namespace storyteller
