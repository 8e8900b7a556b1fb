#include "train/text/captionless_rows.h"

#include "core/system/printable.h"

namespace storyteller {

void CaptionlessRows::count(std::string_view name, bool has_captions) {
  ++rows_;
  if (!has_captions && without_++ == 0) first_ = printable(std::string(name));
}

std::string CaptionlessRows::note() const {
  if (without_ == 0) return "";
  return std::to_string(without_) + " of " + std::to_string(rows_) +
         " rows have no caption (it is missing, empty, null or nan), such as that of " + first_;
}

}  // namespace storyteller
