// `storyteller ask`: answers to questions about a picture.
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/program_file.h"
#include "core/system/signals.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"
#include "core/text/line_reader.h"
#include "core/text/number_format.h"
#include "core/text/phrase.h"
#include "model/image/decode.h"
#include "model/shipped_model.h"
#include "tools/apps/ask/asker.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/attention_files.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/output_file.h"
#include "tools/commands/picture_names.h"
#include "tools/commands/stopped.h"
#include "tools/render/attention_strip.h"
#include "tools/render/caption_json.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;

struct AskArguments {
  std::vector<std::string> words;  // picture and question
  std::string model;
  fs::path attention;
  size_t top = 1;
  bool json = false;
  Machine machine;
};

/// The answer as a person reads it, with as much doubt as there is.
std::string spoken(const ask::Reply& reply) {
  if (!reply.refusal.empty()) return reply.refusal;
  const std::string& answer = reply.answers.front().text;
  switch (reply.grade) {
    case Grade::kSure:
      return answer;
    case Grade::kLikely:
      return "probably " + answer;
    case Grade::kUnsure:
      break;
  }
  return "not sure: perhaps " + answer;
}

/// The picture, then each hop's map.
Image question_strip(const Image& picture, const ask::Reply& reply, Captioner& model) {
  std::vector<std::string> titles;
  std::vector<float> maps;
  for (size_t hop = 0; hop < reply.maps.size(); ++hop) {
    const bool last = hop + 1 == reply.maps.size();
    titles.push_back(last ? reply.answers.front().text : "look " + std::to_string(hop + 1));
    maps.insert(maps.end(), reply.maps[hop].begin(), reply.maps[hop].end());
  }
  StripStyle style;
  style.visible = visible_box(picture.width, picture.height, model.preprocessing());
  return attention_strip(picture, titles, maps, static_cast<int>(model.encoder().grid_rows()),
                         static_cast<int>(model.encoder().grid_columns()), style);
}

void print_reply_json(const AskArguments& arguments, const std::string& question,
                      const ask::Reply& reply, const fs::path& strip, Captioner& model) {
  nlohmann::ordered_json line;
  set_name(line, "image", arguments.words.front());
  set_name(line, "question", question);
  line["answer"] = reply.answers.empty() ? nlohmann::ordered_json(nullptr)
                                         : nlohmann::ordered_json(reply.answers.front().text);
  set_name(line, "text", spoken(reply));
  line["confidence"] = reply.confidence ? nlohmann::ordered_json(rounded(*reply.confidence))
                                        : nlohmann::ordered_json(nullptr);
  line["grade"] = name_of(reply.grade);
  if (!reply.refusal.empty()) set_name(line, "refused", reply.refusal);
  line["unknown_words"] = nlohmann::ordered_json::array();
  for (const std::string& word : reply.unknown) line["unknown_words"].push_back(word);
  line["answers"] = nlohmann::ordered_json::array();
  for (const ask::GivenAnswer& each : reply.answers) {
    line["answers"].push_back({{"answer", each.text}, {"probability", rounded(each.probability)}});
  }
  if (!strip.empty()) set_name(line, "attention", strip.string());
  constexpr size_t kDigits = 12;
  if (!model.checksum().empty()) line["model"] = model.checksum().substr(0, kDigits);
  std::cout << json_line(line);
}

void print_reply(const AskArguments& arguments, const ask::Reply& reply) {
  std::cout << printable(spoken(reply), 2000) << '\n';
  if (arguments.top == 1) return;
  for (const ask::GivenAnswer& each : reply.answers) {
    std::cout << "  " << decimal(each.probability, 3) << "  " << printable(each.text) << '\n';
  }
}

void check_ask_arguments(const AskArguments& arguments) {
  if (arguments.words.empty()) {
    throw UsageError(
        "no picture is named; give one and a question: storyteller ask dog.jpg \"what colour is "
        "the dog?\" (see storyteller ask --help)");
  }
  if (arguments.words.size() > 2) {
    throw UsageError(
        "one picture and one question are expected, and " + std::to_string(arguments.words.size()) +
        " words came; put the question into quotes, or give several on standard input, one a line");
  }
}

/// Asks about one picture and prints what is answered.
class AskRun {
 public:
  explicit AskRun(const AskArguments& arguments)
      : arguments_(arguments),
        asker_(model_to_use(arguments.model, program_file()),
               arguments.machine.start(/*verbose=*/false)) {
    if (!asker_.calibrated()) {
      report_warning(
          "the model was not calibrated and cannot tell how sure it is; run storyteller "
          "calibrate once",
          std::cerr);
    }
    const fs::path file = arguments.words.front();
    ImageWarnings warnings;
    picture_ = read_image(file, &warnings, {.note_blank = true});
    for (const std::string& warning : warnings) report_warning(warning, std::cerr);
    if (!arguments.attention.empty()) strips_.emplace(arguments.attention);
    asker_.look(picture_);
  }

  void ask(const std::string& question) {
    ++questions_;
    const ask::Reply reply = asker_.ask(question, arguments_.top);
    fs::path strip;
    if (strips_ && !reply.maps.empty()) {
      InputFiles inputs;
      inputs.add(arguments_.words.front(), "the picture");
      const std::string part = "-question" + std::to_string(questions_);
      const PictureName name{.path = arguments_.words.front()};
      strips_->require_other(name.path, inputs, part);
      strip = strips_->write(name, question_strip(picture_, reply, asker_.model()), part);
    }
    if (arguments_.json) {
      print_reply_json(arguments_, question, reply, strip, asker_.model());
    } else {
      print_reply(arguments_, reply);
    }
    std::cout.flush();
  }

 private:
  const AskArguments& arguments_;
  ask::Asker asker_;
  Image picture_;
  std::optional<AttentionFiles> strips_;
  size_t questions_ = 0;
};

int run_ask(const AskArguments& arguments) {
  catch_stop_signals();
  check_ask_arguments(arguments);
  AskRun run(arguments);
  if (arguments.words.size() == 2) {
    run.ask(arguments.words[1]);
    return 0;
  }
  LineReader lines("-");
  std::string_view line;
  while (!stop_requested() && lines.next(&line)) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    run.ask(std::string(line));
  }
  return stop_requested() ? stop_exit_code() : 0;
}

}  // namespace

void add_ask_command(const Options& program) {
  auto arguments = std::make_shared<AskArguments>();
  const Options command = program.command("ask", "answer questions about a picture");
  command.several("image-and-question", arguments->words,
                  "a JPEG or PNG file, and a question in quotes; without one, questions are read "
                  "from standard input, one a line");
  command.group("Input").text("--model", arguments->model,
                              "model that answers questions, as train --task vqa makes it");
  const Options output = command.group("Output");
  output.number("--top", arguments->top, "how many answers are shown, with their probabilities",
                {1, 100});
  output.flag("--json", arguments->json, "one JSON object a question");
  output.text("--attention", arguments->attention,
              "folder for a PNG a question that shows where the model looked");
  arguments->machine.add_options(command.group(kMachine));
  command.runs([arguments] { return run_ask(*arguments); });
}

}  // namespace storyteller
