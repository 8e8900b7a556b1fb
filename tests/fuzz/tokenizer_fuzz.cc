// libFuzzer target for the tokeniser: any bytes give non-empty tokens of valid UTF-8 without blanks
// or capitals; the bounded slice that every test run does is
// PtbTokenizer.AnyBytesGiveValidNonEmptyTokens.
//   tests/fuzz/run tokenizer -runs=1000000
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/text/unicode.h"
#include "core/text/utf8.h"
#include "train/metrics/ngram/references.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace storyteller;
  const Tokens tokens = ptb_tokenize({reinterpret_cast<const char*>(data), size});
  std::u32string text;
  for (const std::string& token : tokens) {
    if (token.empty()) std::abort();
    unicode::decode_utf8(token, text);
    std::string again;
    for (const char32_t c : text) {
      if (c == ' ' || c == '\n' || c == 0xFFFD || (c >= 'A' && c <= 'Z')) std::abort();
      append_utf8(c, &again);
    }
    if (again != token) std::abort();
  }
  for (const std::string& word : split_at_white_space(tokens)) {
    if (word.empty() || word.find("\xC2\xA0") != std::string::npos) std::abort();
  }
  return 0;
}
