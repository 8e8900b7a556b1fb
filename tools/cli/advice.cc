#include "tools/cli/advice.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "core/did_you_mean.h"

namespace storyteller {
namespace {

/// What other programs call an option. The first of `ours` whose option the command has is meant;
/// where there is none, `otherwise` says how else it is done.
struct Habit {
  std::vector<std::string_view> theirs;
  std::vector<std::string> ours;
  std::string otherwise = {};
};

const std::vector<Habit>& habits() {
  static const std::vector<Habit> kHabits = {
      {{"-?", "-help", "-H"}, {"--help"}},
      {{"-V", "-v", "--verbose"}, {"--version"}, "there is no more to say"},
      {{"-q", "--quiet", "--silent"}, {}, "messages go to standard error: 2> /dev/null hides them"},
      {{"-o", "--output", "--out", "--save", "--output-file"},
       {"--out"},
       "what comes out goes to standard output: write > FILE at the end"},
      {{"--output-dir", "--out-dir", "--outdir", "--save-dir"}, {"--out"}},
      {{"-m", "--checkpoint", "--ckpt", "--weights", "--model-path"},
       {"--model", "--encoder-weights"}},
      {{"-i", "--input", "-f", "--file", "--image", "--images", "--picture", "--img"},
       {"--data"},
       "names of files need no option in front"},
      {{"--dataset", "--data-dir", "--data-path"}, {"--data"}},
      {{"-r", "-R", "--recurse", "--recursive"},
       {"--recursive"},
       "give a list: find FOLDER -name '*.jpg' | storyteller caption -"},
      {{"-j", "-t", "--jobs", "--workers", "--num-workers", "--num-threads"}, {"--threads"}},
      {{"-g", "--gpu", "--cuda"}, {"--device cuda"}},
      {{"--cpu", "--no-cuda", "--no-gpu"}, {"--device cpu"}},
      {{"--format", "--output-format"}, {"--json"}},
      {{"-b", "-k", "--num-beams", "--beams", "--beam-size", "--beam-width"},
       {"--beam", "--set beam=N"}},
      {{"--temperature", "--top-k", "--top-p", "--sample"}, {"--beam"}},
      {{"--max-length", "--max-len", "--max-tokens", "--max-new-tokens"},
       {"--max-words", "--set max_words=N"}},
      {{"-b", "--batch", "--batch-size", "--bs"},
       {"--set batch_size=N"},
       "batches are made without being asked for"},
      {{"-e", "--epochs", "--num-epochs"}, {"--set epochs=N"}},
      {{"--lr", "--learning-rate"}, {"--set learning_rate=X"}},
      {{"-c", "--continue", "--restart"}, {"--resume"}},
  };
  return kHabits;
}

/// "--num_beams" is "--num-beams".
std::string with_dashes(std::string word) {
  std::replace(word.begin(), word.end(), '_', '-');
  return word;
}

std::string habitual(const UnknownWord& unknown) {
  const std::string word = with_dashes(unknown.word);
  for (const Habit& habit : habits()) {
    if (std::find(habit.theirs.begin(), habit.theirs.end(), word) == habit.theirs.end()) continue;
    for (const std::string& ours : habit.ours) {
      const std::string option = ours.substr(0, ours.find(' '));
      const auto& known = unknown.options;
      if (std::find(known.begin(), known.end(), option) != known.end()) {
        return "; did you mean '" + ours + "'?";
      }
    }
    if (!habit.otherwise.empty()) return "; " + habit.otherwise;
  }
  return "";
}

bool exists(const std::string& file) {
  std::error_code failure;
  return std::filesystem::exists(file, failure);
}

/// The option that a file without one was meant for.
std::string option_for(const UnknownWord& unknown) {
  const auto& known = unknown.options;
  const bool is_model = unknown.word.ends_with(".storyteller");
  for (const char* option : {"--model", "--data", "--hypotheses"}) {
    if (is_model != (option == std::string_view("--model"))) continue;
    if (std::find(known.begin(), known.end(), option) == known.end()) continue;
    return "; did you mean '" + std::string(option) + " " + unknown.word + "'?";
  }
  return "";
}

bool looks_like_picture(const std::string& word) {
  return exists(word) || word.find_first_of("./*~") != std::string::npos;
}

}  // namespace

std::string advice_on(const UnknownWord& unknown) {
  const std::string& word = unknown.word;
  if (word.starts_with('-')) {
    if (exists(word)) return "; for the file of that name write ./" + word;
    const std::string habit = habitual(unknown);
    return habit.empty() ? did_you_mean(word, unknown.options) : habit;
  }
  const auto& commands = unknown.commands;
  if (std::find(commands.begin(), commands.end(), "caption") != commands.end() &&
      looks_like_picture(word)) {
    return "; for a caption of it write: " + unknown.command + " caption " + word;
  }
  if (word.starts_with('=')) return "; write it without blanks around =";
  if (commands.empty()) return option_for(unknown);
  if (word == "version") return "; did you mean '--version'?";
  return did_you_mean(word, commands);
}

}  // namespace storyteller
