#include "tools/apps/speak/speaker_command.h"

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller::speak {
namespace {

constexpr std::string_view kOfShells = ";&<>$`()";

UsageError refused(std::string_view text, const std::string& why) {
  return UsageError("speaker '" + printable(text) + "': " + why);
}

/// Takes one command line apart.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Pipeline run() {
    for (at_ = 0; at_ < text_.size(); ++at_) take(text_[at_]);
    if (quote_ != 0) throw refused(text_, std::string("a quote ") + quote_ + " is left open");
    end_program();
    return std::move(pipeline_);
  }

 private:
  void take(char c) {
    if (c == '\0') throw refused(text_, "a NUL byte is in it");
    if (c == '\\' && quote_ != '\'' && at_ + 1 < text_.size()) {
      add(text_[++at_]);
    } else if (quote_ != 0) {
      c == quote_ ? void(quote_ = 0) : add(c);
    } else if (c == '\'' || c == '"') {
      quote_ = c;
      in_word_ = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      end_word();
    } else if (c == '|') {
      end_program();
    } else if (kOfShells.find(c) != std::string_view::npos) {
      throw refused(text_, std::string("no shell reads it, so that ") + c +
                               " does nothing; put it in quotes, or into a script");
    } else {
      add(c);
    }
  }
  void add(char c) {
    word_ += c;
    in_word_ = true;
  }
  void end_word() {
    if (in_word_) program_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }
  void end_program() {
    end_word();
    if (program_.empty() || program_[0].empty()) throw refused(text_, "a program is missing");
    pipeline_.push_back(std::move(program_));
    program_.clear();
  }

  std::string_view text_;
  size_t at_ = 0;
  char quote_ = 0;  // 0: none is open
  bool in_word_ = false;
  std::string word_;
  ProgramWords program_;
  Pipeline pipeline_;
};

}  // namespace

Pipeline espeak_command(const EspeakOptions& options) {
  ProgramWords words = {"espeak-ng",   "-s", std::to_string(options.rate),   "-v",
                        options.voice, "-a", std::to_string(options.volume), "--stdin"};
  if (options.to_file) words.emplace_back("--stdout");
  return {words};
}

Pipeline speaker_command(std::string_view text) { return Reader(text).run(); }

}  // namespace storyteller::speak
