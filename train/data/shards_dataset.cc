#include "train/data/shards_dataset.h"

#include <algorithm>
#include <fstream>

#include <xxhash.h>

#include "core/error.h"
#include "core/system/printable.h"
#include "model/image/decode.h"
#include "train/data/formats/formats.h"
#include "train/data/formats/hash_split.h"

namespace storyteller {

namespace fs = std::filesystem;

ShardsDataset::ShardsDataset(const fs::path& path, Split split, const OpenOptions& options)
    : list_(split) {
  ShardFiles found = find_shards(path);
  shards_ = std::move(found.files);
  notes_ = std::move(found.notes);
  const std::string source = printable(path.string(), 400);
  named_ = std::any_of(shards_.begin(), shards_.end(),
                       [](const ShardFile& file) { return file.split.has_value(); });
  list_.keep_all_captions();
  Counts counts;
  for (uint32_t shard = 0; shard < shards_.size(); ++shard) {
    const auto of_file = shards_[shard].split;
    if (of_file && *of_file != split) continue;
    read(shard, of_file.value_or(Split::kTrain), counts);
  }
  if (!named_) divide_by_name(list_);
  list_.finish(PictureList::Repeats::kKept);

  const BadPictures damaged = skipped_;
  skipped_ = BadPictures(options.max_bad.of(list_.count(split)));
  skipped_.record_all(damaged);
  std::string digest;
  for (size_t picture = 0; picture < list_.size(); ++picture) {
    if (list_.split(picture) == split) keep(picture, &digest);
  }
  fingerprint_ = XXH3_64bits(digest.data(), digest.size());
  if (kept_.empty()) fail_without_pictures(source);
  list_.forget_names();
  problems_ = {};
  choose_names();
  tell(source, counts);
}

void ShardsDataset::read(uint32_t shard, Split split, Counts& counts) {
  ShardContents contents = read_shard(shards_[shard].path);
  const std::string name = shards_[shard].path.filename().string();
  if (!contents.damage.empty()) {
    skipped_.record(shards_[shard].name + ".tar", contents.damage + "; read up to there");
  } else if (!contents.has_end_mark) {
    counts.without_mark.add(name);
  }
  for (const auto& [ending, members] : contents.other) counts.other[ending].add(members);
  counts.again.add(contents.again);
  counts.twice.add(contents.twice);
  counts.not_utf8.add(contents.not_utf8);
  for (ShardSample& sample : contents.samples) add(std::move(sample), shard, split, counts);
}

void ShardsDataset::add(ShardSample&& sample, uint32_t shard, Split split, Counts& counts) {
  if (shards_[shard].split) {
    if (sample.split && *sample.split != split) counts.other_split.add(sample.key);
  } else {
    named_ = named_ || sample.split.has_value();
    if (!sample.split) counts.not_named.add(sample.key);
    split = sample.split.value_or(split);
  }
  const size_t picture = picture_of(sample, shard, split, counts);
  Place& place = places_[picture];
  if (sample.has_picture) {
    place.offset = sample.offset;
    place.bytes = static_cast<uint32_t>(sample.bytes);
    place.shard = shard;
    place.has_picture = true;
  }
  for (const std::string& caption : sample.captions) list_.add_caption(picture, caption);
  place.has_captions = place.has_captions || !sample.captions.empty();
  if (!sample.problem.empty()) problems_.emplace(picture, sample.problem);
}

size_t ShardsDataset::picture_of(const ShardSample& sample, uint32_t shard, Split split,
                                 Counts& counts) {
  std::string name = sample.key;
  for (auto known = list_.find(name); known; known = list_.find(name)) {
    const Place& place = places_[*known];
    const bool completes = place.has_picture != sample.has_picture &&
                           place.has_captions == sample.captions.empty() &&
                           place.has_picture != place.has_captions;
    if (completes && name == sample.key) return *known;
    if (name == sample.key) {
      counts.same_key.add(sample.key + " in " + shards_[place.shard].name + " and " +
                          shards_[shard].name);
    }
    name.insert(0, shards_[shard].name + "/");
  }
  const size_t picture = list_.add(name, split);
  places_.push_back({.shard = shard});
  file_names_.add(sample.file_name);
  return picture;
}

void ShardsDataset::keep(size_t picture, std::string* digest) {
  const std::string name(list_.name(picture));
  const Place& place = places_[picture];
  const auto problem = problems_.find(picture);
  const std::string silent = list_.captions_problem(picture);
  if (!place.has_picture || !silent.empty()) {
    const std::string what = place.has_picture ? silent : "no picture of that name in the archive";
    skipped_.record(name, problem == problems_.end() ? what : problem->second);
  } else if (place.bytes == 0) {
    skipped_.record(name, "empty picture");
  } else {
    *digest += name + '\0' + std::to_string(place.bytes) + '\n';
    kept_.push_back(static_cast<uint32_t>(picture));
  }
}

void ShardsDataset::fail_without_pictures(const std::string& source) const {
  const std::string what =
      source + ": no usable picture in the " + std::string(split_name(list_.wanted())) + " split; ";
  if (!skipped_.empty()) throw InputError(what + skipped_.summary());
  std::map<std::string, size_t> archives;
  for (const ShardFile& file : shards_) {
    ++archives[file.split ? std::string(split_name(*file.split)) : "without a split"];
  }
  std::string counts;
  for (const auto& [split, count] : archives) {
    counts += (counts.empty() ? "" : ", ") + split + " " + std::to_string(count);
  }
  const std::string message =
      what + "archives by split: " + counts + "; pictures by split: " + list_.counts_text();
  const bool is_there = archives.count(std::string(split_name(list_.wanted()))) > 0;
  if (is_there || (list_.size() == 0 && !named_)) {
    throw InputError(message + "; in an archive lie 000.jpg and 000.txt or 000.json of one name");
  }
  throw NoSuchSplit(message);
}

void ShardsDataset::choose_names() {
  TextSet names;
  bool any = false;
  for (const uint32_t picture : kept_) {
    const bool has = !file_names_[picture].empty();
    any = any || has;
    bool is_new = false;
    names.insert(has ? file_names_[picture] : list_.name(picture), &is_new);
    if (!is_new) return;
  }
  by_file_name_ = any;
}

std::string ShardsDataset::id(size_t i) const {
  const uint32_t picture = kept_[i];
  const bool has = by_file_name_ && !file_names_[picture].empty();
  return std::string(has ? file_names_[picture] : list_.name(picture));
}

void ShardsDataset::tell(const std::string& source, const Counts& counts) {
  const auto tell_of = [&](const Counted& counted, const std::string& one,
                           const std::string& several) {
    if (counted.count > 0) notes_.push_back(counted.note(source, one, several));
  };
  tell_of(counts.without_mark, "archive ends without the mark of its end: is it cut off?",
          "archives end without the mark of their end: are they cut off?");
  for (const auto& [ending, members] : counts.other) {
    const std::string kind =
        ending.empty() ? "without a kind (an ending)" : "of the kind ." + printable(ending);
    const char* why = "not used (what follows the first point of a name is the kind)";
    tell_of(members, "member " + kind + " is " + why, "members " + kind + " are " + why);
  }
  tell_of(counts.again, "member comes twice in its archive, and the later one counts",
          "members come twice in their archive, and the later ones count");
  tell_of(counts.twice, "caption stands in a text and in the JSON beside it and counts once",
          "captions stand in a text and in the JSON beside it and count once");
  tell_of(counts.not_utf8,
          "text holds bytes that are not UTF-8 (Windows-1252? Convert it with iconv -f cp1252 -t "
          "utf-8)",
          "texts hold bytes that are not UTF-8 (Windows-1252? Convert them with iconv -f cp1252 -t "
          "utf-8)");
  tell_of(counts.same_key, "key is in more than one archive and is taken for different pictures",
          "keys are in more than one archive and are taken for different pictures");
  tell_of(counts.other_split,
          "picture has another split in its JSON than in the name of its archive, which counts",
          "pictures have another split in their JSON than in the names of their archives, which "
          "count");
  if (named_) {
    tell_of(counts.not_named, "picture names no split and is taken for train",
            "pictures name no split and are taken for train");
  }
  const auto more = list_.notes(source);
  notes_.insert(notes_.end(), more.begin(), more.end());
}

std::string ShardsDataset::picture_bytes(size_t i) const {
  const Place& place = places_[kept_[i]];
  const fs::path& shard = shards_[place.shard].path;
  std::ifstream in(shard, std::ios::binary);
  std::string bytes(place.bytes, '\0');
  if (!in.seekg(static_cast<std::streamoff>(place.offset)) ||
      !in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    throw InputError(printable(shard.string(), 400) + ": " + printable(id(i)) + ": cut off");
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
