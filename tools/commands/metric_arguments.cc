#include "tools/commands/metric_arguments.h"

#include <iostream>

#include "core/error.h"
#include "tools/cli/exit_code.h"
#include "train/metrics/meteor/meteor_resources.h"

namespace storyteller {

void MetricArguments::add_options(const Options& command, MetricSet usual) {
  usual_ = usual;
  command.text("--metrics", metrics,
               "metrics, separated by commas, of " + to_string(parse_metrics("all", "--metrics")) +
                   "; or all; by default " + to_string(usual));
  command.text("--meteor-data", meteor_data,
               "folder of METEOR 1.5's own synonyms and function words; by default "
               "STORYTELLER_METEOR, else WordNet");
  command.text("--paraphrases", paraphrases, "METEOR's paraphrase table (.gz)");
}

ScorerOptions MetricArguments::scorer_options() const {
  ScorerOptions options;
  const bool chosen = !metrics.empty();
  options.metrics = chosen ? parse_metrics(metrics, "--metrics") : usual_;
  /// Runs `read`; what fails of the usual metrics is left out, what was asked for is an error.
  const auto need = [&](Metric metric, const char* title, bool asked, auto read) {
    if (!options.metrics.contains(metric)) return;
    try {
      read();
    } catch (const InputError& error) {
      if (asked) throw;
      report_warning(std::string(title) + " is left out: " + error.what(), std::cerr);
      options.metrics.erase(metric);
    }
  };
  need(Metric::kMeteor, "METEOR", chosen || !meteor_data.empty() || !paraphrases.empty(), [&] {
    if (meteor_data.empty() && paraphrases.empty()) {
      options.meteor = default_meteor_resources();
    } else if (meteor_data.empty()) {
      options.meteor = std::make_shared<const MeteorResources>(
          MeteorResources::from_wordnet(default_wordnet_folder(), paraphrases));
    } else {
      options.meteor =
          std::make_shared<const MeteorResources>(MeteorResources::open(meteor_data, paraphrases));
    }
  });
  need(Metric::kSpice, "SPICE", chosen, [&] { options.spice = default_spice_model(); });
  return options;
}

}  // namespace storyteller
