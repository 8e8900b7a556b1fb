#include "train/data/formats/shard_samples.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text/ascii.h"
#include "core/text/json_name.h"
#include "core/text/line_reader.h"
#include "core/text/text_decoder.h"
#include "core/text/utf8.h"
#include "model/image/decode.h"
#include "model/image/picture_folder.h"
#include "train/data/formats/tar_reader.h"
#include "train/text/caption_members.h"

namespace storyteller {

namespace {

using nlohmann::json;

enum class MemberKind { kPicture, kOtherPicture, kText, kJson, kHarmless, kUnknown };

struct MemberName {
  std::string key, ending;
  MemberKind kind = MemberKind::kUnknown;
  bool pointed = false;  ///< The key was cut at the last point, not at the first.
};

template <size_t kCount>
bool is_one_of(std::string_view word, const std::array<std::string_view, kCount>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

MemberKind kind_of(std::string_view ending) {
  constexpr std::array<std::string_view, 5> kPictures = {"jpg", "jpeg", "png", "jpe", "jfif"};
  // The decoder goes by the contents, and names what it does not read.
  constexpr std::array<std::string_view, 8> kOthers = {"webp", "gif",  "bmp",  "tif",
                                                       "tiff", "heic", "avif", "img"};
  constexpr std::array<std::string_view, 5> kTexts = {"txt", "text", "cap", "caption", "captions"};
  if (is_one_of(ending, kPictures)) return MemberKind::kPicture;
  if (is_one_of(ending, kOthers)) return MemberKind::kOtherPicture;
  if (is_one_of(ending, kTexts)) return MemberKind::kText;
  return ending == "json" ? MemberKind::kJson : MemberKind::kUnknown;
}

/// "image" in "000.image.png": what writers of samples with several parts call the ones read here.
bool is_part(std::string_view word) {
  constexpr std::array<std::string_view, 14> kParts = {
      "image", "img",     "picture",  "photo", "input", "rgb", "jpg",
      "png",   "caption", "captions", "text",  "txt",   "cap", "json"};
  return is_one_of(word, kParts);
}

/// What systems leave in archives.
bool is_harmless(const std::string& path, std::string_view name) {
  return is_clutter(name) || path.starts_with("__MACOSX/");
}

MemberName parsed(const std::string& path) {
  const size_t slash = path.rfind('/');
  const size_t name = slash == std::string::npos ? 0 : slash + 1;
  if (is_harmless(path, std::string_view(path).substr(name))) {
    return {.key = {}, .ending = {}, .kind = MemberKind::kHarmless};
  }
  const size_t first = path.find('.', name), last = path.rfind('.');
  if (first == std::string::npos) return {.key = path, .ending = {}};
  const std::string ending = lower_case(path.substr(last + 1));
  MemberName member{.key = path.substr(0, first), .ending = ending, .kind = kind_of(ending)};
  if (first != last && !is_part(lower_case(path.substr(first + 1, last - first - 1)))) {
    member.key = path.substr(0, last);
    member.pointed = true;
  }
  return member;
}

std::vector<std::string> lines_of_text(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::string_view line = cut_field(&text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = trimmed(line);
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

/// The cause alone of "FILE:LINE: cause".
std::string without_place(const std::string& message, const RecordPlace& place) {
  const std::string prefix = place.file + ":" + std::to_string(place.line) + ": ";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

/// Collects the members of one archive.
class Collector {
 public:
  explicit Collector(ShardContents* contents) : contents_(*contents) {}

  void take(const TarMember& member, const std::function<std::string()>& read) {
    const MemberName name = parsed(member.name);
    if (name.kind == MemberKind::kHarmless) return;
    if (name.kind == MemberKind::kUnknown) {
      contents_.other[name.ending].add(member.name);
      return;
    }
    const auto [at, is_new] = by_key_.try_emplace(name.key, samples_.size());
    if (is_new) samples_.push_back({.sample = {.key = name.key}, .name = member.name});
    Parts& parts = samples_[at->second];
    parts.pointed = parts.pointed || name.pointed;
    if (name.kind == MemberKind::kPicture || name.kind == MemberKind::kOtherPicture) {
      take_picture(member, name, parts);
    } else {
      take_captions(member, name, parts, read);
    }
  }

  void finish() {
    for (Parts& parts : samples_) {
      ShardSample& sample = parts.sample;
      join(parts);
      // Such as the masks "000.seg.png" beside "000.jpg".
      if (parts.pointed && (!sample.has_picture || sample.captions.empty())) {
        contents_.other[parts.name.substr(parts.name.rfind('.') + 1)].add(parts.name);
        continue;
      }
      contents_.samples.push_back(std::move(sample));
    }
  }

 private:
  struct Parts {
    ShardSample sample;
    std::string name;  // of the first member
    std::string picture_ending = {};
    MemberKind picture_kind = MemberKind::kUnknown;
    std::vector<std::pair<std::string, std::vector<std::string>>> texts = {};  // by ending
    std::vector<std::string> json = {};
    bool has_json = false, pointed = false;
  };

  void take_picture(const TarMember& member, const MemberName& name, Parts& parts) {
    ShardSample& sample = parts.sample;
    if (sample.has_picture) {
      const bool same = parts.picture_ending == name.ending;
      const bool better =
          parts.picture_kind == MemberKind::kOtherPicture && name.kind == MemberKind::kPicture;
      if (same) contents_.again.add(member.name);
      if (!same) contents_.other[better ? parts.picture_ending : name.ending].add(member.name);
      if (!same && !better) return;
    }
    if (member.bytes > kMaxImageFileBytes) {
      sample.problem = "larger than any picture";
      return;
    }
    sample.has_picture = true;
    sample.offset = member.offset;
    sample.bytes = member.bytes;
    parts.picture_ending = name.ending;
    parts.picture_kind = name.kind;
  }

  void take_captions(const TarMember& member, const MemberName& name, Parts& parts,
                     const std::function<std::string()>& read) {
    std::string text;
    try {
      text = decode_text(read(), "as text");
    } catch (const InputError& error) {
      parts.sample.problem = "its ." + name.ending + ": " + error.what();
      return;
    }
    if (!is_utf8(text)) contents_.not_utf8.add(member.name);
    if (name.kind == MemberKind::kJson) {
      if (parts.has_json) contents_.again.add(member.name);
      parts.has_json = true;
      parts.json.clear();
      take_json(text, parts);
      return;
    }
    const auto known = std::find_if(parts.texts.begin(), parts.texts.end(),
                                    [&](const auto& each) { return each.first == name.ending; });
    if (known == parts.texts.end()) {
      parts.texts.emplace_back(name.ending, lines_of_text(text));
    } else {
      contents_.again.add(member.name);
      known->second = lines_of_text(text);
    }
  }

  static void take_json(const std::string& text, Parts& parts) {
    ShardSample& sample = parts.sample;
    const RecordPlace place{.file = "json", .line = 1};
    const json record = json::parse(text, nullptr, /*allow_exceptions=*/false);
    try {
      if (record.is_array()) {
        parts.json = caption_members({{"captions", record}});
        return;
      }
      if (record.is_discarded()) place.fail("not valid JSON");
      if (!record.is_object()) place.fail("not a JSON object");
      if (auto name = name_in(record, "file_name")) sample.file_name = std::move(*name);
      sample.split = split_member(record, place);
      parts.json = caption_members(record);
      if (parts.json.empty()) sample.problem = "its .json has no caption";
    } catch (const InputError& error) {
      sample.problem = "its .json: " + without_place(error.what(), place);
    }
  }

  /// Captions of all members; what a text has already counts once.
  void join(Parts& parts) {
    ShardSample& sample = parts.sample;
    std::unordered_set<std::string> texts;
    for (const auto& [ending, lines] : parts.texts) {
      for (const std::string& line : lines) {
        texts.insert(line);
        sample.captions.push_back(line);
      }
    }
    for (std::string& caption : parts.json) {
      const std::string plain(trimmed(caption));
      if (plain.find_first_not_of(" \t\r\n") == std::string::npos) continue;
      if (texts.count(plain) > 0) {
        contents_.twice.add(parts.name + ": " + plain);
      } else {
        sample.captions.push_back(std::move(caption));
      }
    }
  }

  ShardContents& contents_;
  std::vector<Parts> samples_;
  std::unordered_map<std::string, size_t> by_key_;
};

}  // namespace

ShardContents read_shard(const std::filesystem::path& file) {
  ShardContents contents;
  Collector collector(&contents);
  const TarEnd end =
      for_each_member(file, [&](const TarMember& member, const std::function<std::string()>& read) {
        collector.take(member, read);
      });
  collector.finish();
  contents.damage = end.damage;
  contents.has_end_mark = end.is_marked;
  return contents;
}

}  // namespace storyteller
