#include <iostream>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"
#include "core/text/phrase.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/flag_names.h"
#include "tools/commands/data.h"
#include "tools/commands/output_file.h"
#include "train/data/opened_splits.h"
#include "train/vqa/made/question_maker.h"

namespace storyteller {

int make_questions_file(const DataArguments& arguments) {
  InputFiles inputs;
  inputs.add_data(arguments.data);
  inputs.require_other("--out", arguments.out);
  require_output_file("--out", arguments.out, OutputKind::kJsonLines);
  const auto splits =
      open_splits(arguments.data, arguments.split,
                  {.max_bad = {.share = arguments.max_bad}, .look_for_pictures = false});
  std::string lines;
  for (const OpenedSplit& opened : splits) {
    const std::string split(split_name(opened.split));
    if (!opened.dataset) {
      if (!opened.broken) report_warning(split + ": " + with_flags(opened.problem), std::cerr);
      continue;
    }
    if (opened.dataset->asks()) {
      throw UsageError("--data asks questions already; name captions to make some of");
    }
    size_t pictures = 0;
    std::map<std::string, size_t> rules;
    const auto questions = make_questions(*opened.dataset, arguments.seed);
    for (size_t i = 0; i < questions.size(); ++i) {
      pictures += questions[i].empty() ? 0 : 1;
      for (const PictureQuestion& question : questions[i]) {
        nlohmann::ordered_json line;
        set_name(line, "image", opened.dataset->id(i));
        line["question"] = question.text;
        line["answer"] = question.asked.common_answer;
        line["rule"] = question.asked.question_type;
        line["caption"] = opened.dataset->captions(i)[question.caption];
        line["split"] = split;
        lines += json_line(line);
        ++rules[question.asked.question_type];
      }
    }
    std::cout << split << ": " << counted(pictures, "picture", "pictures");
    for (const auto& [rule, count] : rules) std::cout << ", " << count << ' ' << rule;
    std::cout << '\n';
  }
  require_unbroken(splits);
  write_file_atomically(arguments.out, lines);
  return 0;
}

}  // namespace storyteller
