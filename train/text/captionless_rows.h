#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace storyteller {

/// Counts rows, of a table or of records, and those that have no caption.
class CaptionlessRows {
 public:
  void count(std::string_view name, bool has_captions);
  size_t rows() const { return rows_; }
  /// "3 of 40 rows have no caption ...", with an example; "" where all have.
  std::string note() const;

 private:
  size_t rows_ = 0, without_ = 0;
  std::string first_;
};

}  // namespace storyteller
