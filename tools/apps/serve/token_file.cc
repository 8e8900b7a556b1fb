#include "tools/apps/serve/token_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"

namespace storyteller::serve {

std::string read_token(const std::filesystem::path& file) {
  constexpr std::size_t kLongest = 512;
  const std::string name = "--token " + printable_path(file.string());
  std::ifstream in(file, std::ios::binary);
  if (!in) throw IoError(name + ": cannot be read");
  std::string text(kLongest + 2, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) throw IoError(name + ": cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  const std::string token(trimmed(text, kAsciiBlanks));
  const bool fits =
      !token.empty() && token.size() <= kLongest &&
      std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!fits) {
    throw UsageError(name +
                     ": must hold one line of up to 512 characters without blanks; openssl rand "
                     "-hex 32 makes one");
  }
  return token;
}

}  // namespace storyteller::serve
