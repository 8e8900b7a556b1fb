#include "tools/commands/metric_arguments.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "core/error.h"
#include "tools/cli/exit_code.h"

namespace storyteller {

void MetricArguments::add_options(CLI::App& command, MetricSet usual) {
  usual_ = usual;
  command.add_option("--metrics", metrics,
                     "which, separated by commas, of " +
                         to_string(parse_metrics("all", "--metrics")) + "; or all; by default " +
                         to_string(usual));
  command.add_option("--meteor-data", meteor_data,
                     "folder of METEOR 1.5's own synonyms and function words; else "
                     "STORYTELLER_METEOR, else WordNet");
  command.add_option("--paraphrases", paraphrases, "METEOR's table of paraphrases (.gz)");
}

ScorerOptions MetricArguments::scorer_options() const {
  ScorerOptions options;
  const bool chosen = !metrics.empty();
  options.metrics = chosen ? parse_metrics(metrics, "--metrics") : usual_;
  if (!options.metrics.contains(Metric::kMeteor)) return options;
  try {
    if (meteor_data.empty() && paraphrases.empty()) {
      options.meteor = default_meteor_resources();
    } else if (meteor_data.empty()) {
      options.meteor = std::make_shared<const MeteorResources>(
          MeteorResources::from_wordnet(default_wordnet_folder(), paraphrases));
    } else {
      options.meteor =
          std::make_shared<const MeteorResources>(MeteorResources::open(meteor_data, paraphrases));
    }
  } catch (const InputError& error) {
    if (chosen || !meteor_data.empty() || !paraphrases.empty()) throw;
    report_warning("METEOR is left out: " + std::string(error.what()), std::cerr);
    options.metrics.erase(Metric::kMeteor);
  }
  return options;
}

}  // namespace storyteller
