#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace storyteller::serve {

/// A part of a form, a view into the body.
struct FormPart {
  std::string name;        ///< of the field; "": it has none
  bool is_file = false;    ///< it came with a file's name
  std::string_view value;  ///< the bytes, as they are
};

/// The value of a parameter of a field such as Content-Type: "boundary" of `multipart/form-data;
/// boundary="a b"`. "": it is not there.
std::string parameter_of(std::string_view field, std::string_view name);
/// `text/plain; charset=utf-8` -> `text/plain`, in lower case.
std::string media_type_of(std::string_view field);

/// The parts of a body of multipart/form-data (RFC 7578), which they are views of. Throws Problem
/// 400 for a body that is none or has too many.
std::vector<FormPart> form_parts(std::string_view body, std::string_view boundary);

}  // namespace storyteller::serve
