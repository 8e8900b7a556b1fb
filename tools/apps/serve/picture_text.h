#pragma once

#include <string>

namespace storyteller::serve {

/// The bytes of a picture that came as text: base64 of the standard or of the URL alphabet, with or
/// without padding and white space, bare or as a data: URL of whatever type. Decoded in the text's
/// own memory. `member` is what messages call it. Throws Problem 400 for other text, and for an
/// address to fetch: this server fetches nothing.
std::string picture_of_text(std::string text, const std::string& member);

}  // namespace storyteller::serve
