#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/data/formats/picture_list.h"
#include "train/text/captionless_rows.h"

namespace storyteller {

/// Collects pictures and captions of a format in which a split may be named for each picture, for
/// some, or for none.
class Rows {
 public:
  explicit Rows(Split wanted) : list_(wanted) { list_.keep_all_captions(); }

  Split wanted() const { return list_.wanted(); }
  /// Rewrites every name that comes from now on.
  void name_by(std::string (*form)(std::string_view)) { form_ = form; }
  /// Puts a folder in front of every name that comes from now on; "": none.
  void put_below(const std::string& folder) { front_ = folder.empty() ? "" : folder + "/"; }
  /// A name as it is listed.
  std::string form(std::string_view name) const {
    return front_ + (form_ != nullptr ? form_(name) : std::string(name));
  }
  /// From now on, rows of pictures that are not listed yet are passed over.
  void take_known_only() { known_only_ = true; }

  /// A row: more captions of a picture, or of a new one. No `split`: the row names none. Of a
  /// picture that rows put into train and into a held-out split, the latter is taken, so that no
  /// picture is learned from and scored on.
  void add(std::string_view name, std::optional<Split> split,
           const std::vector<std::string>& captions = {});
  /// A picture whose captions come with other rows.
  void add_name(std::string_view name, std::optional<Split> split) { place(name, split); }
  /// The number that the set gives a listed picture (see Dataset::number); other ids are none.
  void number(std::string_view name, std::string_view id);
  /// Lists a picture, which is no row yet. Returns the split that it was listed for before, which
  /// it keeps; nothing where it is new.
  std::optional<Split> list_name(std::string_view name, Split split);
  /// Something that a reader of the set should know.
  void note(const std::string& text) {
    if (!text.empty()) notes_.push_back(text);
  }

  size_t rows() const { return counted_.rows(); }
  size_t captions() const { return captions_; }
  bool names_splits() const { return named_; }

  /// The list; where no split was named, divided by divide_by_name.
  PictureList take();
  /// After take().
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  /// The number of a row's picture; nothing where the row is passed over.
  std::optional<size_t> place(std::string_view name, std::optional<Split> split);

  PictureList list_;
  std::string (*form_)(std::string_view) = nullptr;
  std::string front_;
  bool known_only_ = false, named_ = false;
  std::vector<bool> has_split_;  // by number in list_
  size_t captions_ = 0;
  CaptionlessRows counted_;
  std::vector<std::string> notes_;
};

/// Adds the rows of a table (read_picture_table). `split`: of rows that name none.
void add_table(const std::filesystem::path& file, std::optional<Split> split, Rows& rows);

}  // namespace storyteller
