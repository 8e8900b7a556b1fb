#include "core/text/json_members.h"

#include <algorithm>

namespace storyteller {

JsonMembers::JsonMembers(const JsonText& text, std::string_view object) {
  text.for_each_member(object, [&](const std::string& key, std::string_view value) {
    all_.emplace_back(key, value);
    return true;
  });
}

const JsonMembers::Member* JsonMembers::find(std::string_view key) const {
  const auto at = std::find_if(all_.begin(), all_.end(),
                               [&](const Member& member) { return member.first == key; });
  return at == all_.end() ? nullptr : &*at;
}

const JsonMembers::Member* JsonMembers::first_of(const std::vector<std::string>& keys) const {
  const Member* null = nullptr;
  for (const std::string& key : keys) {
    const Member* member = find(key);
    if (member != nullptr && member->second != "null") return member;
    if (null == nullptr) null = member;
  }
  return null;
}

std::string_view JsonMembers::value(std::string_view key) const {
  const Member* member = find(key);
  return member == nullptr ? std::string_view() : member->second;
}

std::string_view JsonMembers::first_value(const std::vector<std::string>& keys) const {
  const Member* member = first_of(keys);
  return member == nullptr || member->second == "null" ? std::string_view() : member->second;
}

bool JsonMembers::twice(std::string_view key) const {
  return std::count_if(all_.begin(), all_.end(),
                       [&](const Member& member) { return member.first == key; }) > 1;
}

}  // namespace storyteller
