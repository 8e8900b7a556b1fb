#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text/json_text.h"

namespace storyteller {

/// The members of an object, in its order, with their values as views of the text.
class JsonMembers {
 public:
  using Member = std::pair<std::string, std::string_view>;

  JsonMembers(const JsonText& text, std::string_view object);

  /// Null: there is none of that name.
  const Member* find(std::string_view key) const;
  /// The first of `keys` that is there; one that is null only where all are. Null: none is.
  const Member* first_of(const std::vector<std::string>& keys) const;
  /// The value of a member; empty: there is none.
  std::string_view value(std::string_view key) const;
  /// The value of the first of `keys` that is there and not null; empty: none is.
  std::string_view first_value(const std::vector<std::string>& keys) const;
  bool twice(std::string_view key) const;

  size_t size() const { return all_.size(); }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

 private:
  std::vector<Member> all_;
};

}  // namespace storyteller
