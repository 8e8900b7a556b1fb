#pragma once

#include <exception>
#include <string>
#include <utility>

#include "tools/apps/serve/http_message.h"

namespace storyteller::serve {

/// Why a request is not answered as it wishes.
class Problem : public std::exception {
 public:
  /// @param code a word for programs: "bad_image". @param message a sentence for people, without
  ///   anything that a client sent. @param fix what the client can do; may be empty.
  Problem(int status, std::string code, std::string message, std::string fix = "")
      : status_(status),
        code_(std::move(code)),
        message_(std::move(message)),
        fix_(std::move(fix)) {}

  int status() const { return status_; }
  const std::string& code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& fix() const { return fix_; }
  const Fields& fields() const { return fields_; }
  /// The member of the request that it is about, as OpenAI's clients show it; "": none.
  const std::string& member() const { return member_; }
  const char* what() const noexcept override { return message_.c_str(); }

  Problem with(std::string name, std::string value) && {
    fields_.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
  }
  Problem about(std::string member) && {
    member_ = std::move(member);
    return std::move(*this);
  }

 private:
  int status_;
  std::string code_, message_, fix_, member_;
  Fields fields_;
};

/// More waits than can be answered soon.
Problem busy();
/// A value of the request that is not what it must be.
Problem bad_value(const std::string& member, const std::string& must);

}  // namespace storyteller::serve
