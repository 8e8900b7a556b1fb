#include <iostream>
#include <string>
#include <string_view>

#include "core/text/line_reader.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/command.h"
#include "train/text/field_names.h"
#include "train/text/ptb/tokenizer.h"

namespace storyteller {
namespace {

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
  LineReader lines("-");
  std::string out;
  size_t named = 0;  // lines that begin with the name of a picture
  for (std::string_view line; lines.next(&line);) {
    append(ptb_tokenize(line), out);
    const std::string_view first = line.substr(0, line.find_first_of("#\t,;| "));
    if (first.size() < line.size() && has_picture_extension(first)) ++named;
    // Who reads from a pipe gets a line as soon as no other waits.
    if (out.size() < kBuffered && lines.ready()) continue;
    std::cout << out << std::flush;
    if (!std::cout) return 0;  // main says why
    out.clear();
  }
  std::cout << out;
  if (named > 0 && named == lines.number()) {
    report_warning(
        "every line begins with the name of a picture, which became words; tokenize "
        "takes captions alone",
        std::cerr);
  }
  const std::string invalid = lines.invalid().warning(lines.name());
  if (!invalid.empty()) report_warning(invalid, std::cerr);
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
