#include <iostream>
#include <optional>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "tools/commands/command.h"
#include "train/metrics/caption_file.h"
#include "train/metrics/ptb/tokenizer.h"

namespace storyteller {
namespace {

/// The next line without its end, at most kLongestCaption bytes; nothing at the end of input.
std::optional<std::string_view> next_line(std::istream& in, std::vector<char>& buffer,
                                          size_t number) {
  buffer.resize(kLongestCaption + 1);
  in.getline(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  const auto read = static_cast<size_t>(in.gcount());  // with the line end, where there is one
  if (in.fail() && !in.eof() && read > 0) {
    throw InputError("standard input:" + std::to_string(number) + ": a line of more than " +
                     std::to_string(kLongestCaption) + " bytes; divide it");
  }
  if (in.fail()) return std::nullopt;
  return std::string_view(buffer.data(), in.eof() ? read : read - 1);
}

void append(const Tokens& tokens, std::string& out) {
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0) out += ' ';
    out += tokens[i];
  }
  out += '\n';
}

int tokenize() {
  constexpr size_t kBuffered = size_t{1} << 16U;
  std::ios::sync_with_stdio(false);
  std::vector<char> buffer;
  std::string out;
  size_t number = 1;
  while (const auto line = next_line(std::cin, buffer, number)) {
    ++number;
    append(ptb_tokenize(*line), out);
    // Who reads from a pipe gets a line as soon as no other waits.
    if (out.size() < kBuffered && std::cin.rdbuf()->in_avail() > 0) continue;
    std::cout << out << std::flush;
    if (!std::cout) return 0;  // main says why
    out.clear();
  }
  std::cout << out;
  if (std::cin.bad()) throw IoError("standard input: reading failed");
  return 0;
}

}  // namespace

void add_tokenize_command(const Options& program) {
  const Options command = program.command(
      "tokenize",
      "captions on stdin, one a line; their tokens, as the metrics see them, on stdout");
  command.footer([] {
    return "Penn Treebank tokens in lower case, punctuation dropped, separated by blanks. A line "
           "in, a\nline out. Tokens such as '22 3/4' hold a no-break space (U+00A0).";
  });
  command.runs(tokenize);
}

}  // namespace storyteller
