#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "train/data/formats/picture_list.h"

namespace storyteller {

/// Collects pictures of a format in which a split may be named for each picture, or for none.
class Rows {
 public:
  explicit Rows(Split wanted) : list_(wanted) { list_.keep_all_captions(); }

  /// The picture's number. No `split`: none is named.
  size_t add_picture(std::string_view name, std::optional<Split> split);
  void add_caption(size_t picture, std::string_view caption) {
    list_.add_caption(picture, caption);
  }
  /// The list; where no split was named, divided by a hash of the names.
  PictureList take();

 private:
  PictureList list_;
  bool named_ = false;
};

/// Of twenty pictures, by a hash of the name: eighteen train, one val, one test.
Split split_by_name(std::string_view name);

}  // namespace storyteller
