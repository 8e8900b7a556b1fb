#include <sstream>

#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/data.h"
#include "train/data/data_sets.h"

namespace storyteller {

void add_data_command(const Options& program) {
  auto arguments = std::make_shared<DataArguments>();
  const Options data = program.command("data", "inspect, verify and convert data sets");
  data.footer([] {
    std::ostringstream text;
    text << "Formats:\n";
    for (const DataFormat& format : data_formats()) {
      const std::string name = std::string(format.name) + ":" + std::string(format.path);
      text << "  " << name << std::string(name.size() < 24 ? 24 - name.size() : 1, ' ')
           << format.description << '\n';
    }
    return text.str();
  });
  const auto add = [&](const char* name, const char* help, int (*run)(const DataArguments&)) {
    const Options command = data.command(name, help);
    command.text("--data", arguments->data, "FORMAT:PATH").required();
    command.text("--split", arguments->split, "train, val or test; all where none is named");
    add_max_bad_option(command, arguments->max_bad);
    command.runs([=] {
      DataArguments of_set = *arguments;  // a name, as training takes one, means nothing here
      of_set.data = parse_data_set(arguments->data).specification;
      return run(of_set);
    });
    return command;
  };
  const Options verify = add("verify", "decode every image; report what is missing", verify_data);
  verify.text("--bad", arguments->bad, "write unusable images as JSON Lines");
  verify.number("--threads", arguments->threads, "image-decoding threads", {1, 256});
  verify.flag("--json", arguments->json, "one JSON object per split");
  const Options stats = add("stats", "statistics of captions and words", data_statistics);
  stats.flag("--json", arguments->json, "one JSON object per split");
  const Options import = add("import", "convert into tar shards", import_data);
  import.text("--out", arguments->out, "folder for the shards").required();
  import.flag("--json", arguments->json, "one JSON object per split");
  const Options make =
      add("make-questions", "make questions and answers of captions", make_questions_file);
  make.text("--out", arguments->out, "JSON Lines: image, question, answer, rule, caption, split")
      .required();
  make.number("--seed", arguments->seed, "of what is asked that is not there");
}

}  // namespace storyteller
