#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace storyteller::serve {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// What a request says before its body.
struct RequestHead {
  std::string method;  ///< "GET", as it came
  std::string target;  ///< path and query, as they came
  Fields fields = {};  ///< names in lower case, values trimmed, in their order

  /// The first value of a field whose name is in lower case; null: it is not there.
  const std::string* find(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  /// `target` without its query.
  std::string_view path() const;
};

struct Request {
  RequestHead head;
  std::string body = {};
};

/// What is answered. `pieces` are sent one by one behind each other, as a stream that a client
/// reads as it comes; without any it is `body`, whole.
struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body = {};
  std::vector<std::string> pieces = {};
  Fields fields = {};  ///< beside type, length and those that all answers carry
};

/// "Not Found"; "" for a status that is not answered here.
std::string_view reason_of(int status);

}  // namespace storyteller::serve
