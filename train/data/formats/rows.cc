#include "train/data/formats/rows.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "core/text/csv_reader.h"
#include "train/data/formats/hash_split.h"
#include "train/text/picture_table.h"

namespace storyteller {

std::optional<size_t> Rows::place(std::string_view name, std::optional<Split> split) {
  std::string renamed;
  if (form_ != nullptr || !front_.empty()) name = renamed = form(name);
  const auto known = list_.find(name);
  if (!known && known_only_) return std::nullopt;
  named_ = named_ || split.has_value();
  const Split before = known ? list_.split(*known) : Split::kTrain;
  // A row without a split says nothing against one that has it.
  if (known && !split) return known;
  if (known && !has_split_[*known]) {
    list_.move(*known, *split);
    has_split_[*known] = true;
    return known;
  }
  const size_t picture = list_.add(name, split.value_or(Split::kTrain));
  if (!known) {
    has_split_.push_back(split.has_value());
  } else if (before == Split::kTrain) {
    list_.move(picture, *split);
  }
  return picture;
}

void Rows::add(std::string_view name, std::optional<Split> split,
               const std::vector<std::string>& captions) {
  const auto picture = place(name, split);
  if (!picture) return;
  counted_.count(name, !captions.empty());
  for (const std::string& caption : captions) list_.add_caption(*picture, caption);
  captions_ += captions.size();
}

void Rows::number(std::string_view name, std::string_view id) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc() || end != id.data() + id.size()) return;
  const auto picture = list_.find(form(name));
  if (picture) list_.set_number(*picture, number);
}

std::optional<Split> Rows::list_name(std::string_view name, Split split) {
  named_ = true;
  const std::string renamed = form(name);
  if (const auto known = list_.find(renamed)) return list_.split(*known);
  list_.add(renamed, split);
  has_split_.push_back(true);
  return std::nullopt;
}

PictureList Rows::take() {
  note(counted_.note());
  if (!named_) {
    divide_by_name(list_);
  } else if (!known_only_) {
    const auto unnamed = std::count(has_split_.begin(), has_split_.end(), false);
    if (unnamed > 0) {
      note(std::to_string(unnamed) + " of " + std::to_string(has_split_.size()) +
           " pictures name no split and count as train");
    }
  }
  return std::move(list_);
}

void add_table(const std::filesystem::path& file, std::optional<Split> split, Rows& rows) {
  CsvReader reader(file);
  read_picture_table(
      reader,
      [&](const PictureRow& row) {
        rows.add(row.name, row.split ? row.split : split, row.captions);
      },
      [&](const std::string& note) { rows.note(note); });
}

}  // namespace storyteller
