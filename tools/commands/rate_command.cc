#include <memory>

#include <CLI/CLI.hpp>

#include "tools/commands/command.h"
#include "tools/commands/rate.h"

namespace storyteller {
namespace {

void add_make(CLI::App& rate, Command* chosen) {
  auto arguments = std::make_shared<RateMakeArguments>();
  CLI::App* command = rate.add_subcommand("make", "write the sheet that people rate captions on");
  command
      ->add_option("--systems", arguments->systems,
                   "NAME=RESULTS.json, captions in COCO's results format; several may follow")
      ->required();
  command->add_option("--references", arguments->references,
                      "CAPTIONS.json, COCO annotations, or Flickr8k.token.txt: one of the "
                      "human captions of each image is rated too");
  command->add_option("--images", arguments->images, "folder of the pictures")->required();
  command->add_option("--out", arguments->out, "the sheet, HTML; the key is written beside it")
      ->required();
  command->add_option("--count", arguments->count, "images, drawn at random; else all");
  command->add_option("--duplicates", arguments->duplicates,
                      "captions shown twice; else a tenth of them");
  command->add_option("--scales", arguments->scales, "what is rated: names, separated by commas")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "of all that is drawn")->capture_default_str();
  command->add_flag("--verbatim", arguments->verbatim,
                    "captions as written, capitals and full stops included");
  command->callback(
      [arguments, chosen] { *chosen = [arguments] { return rate_make(*arguments); }; });
}

void add_analyse(CLI::App& rate, Command* chosen) {
  auto arguments = std::make_shared<RateAnalyseArguments>();
  CLI::App* command =
      rate.add_subcommand("analyse", "what the ratings say, and how far to trust it");
  command->add_option("ratings", arguments->ratings, "what raters exported as JSON")->required();
  command->add_option("--key", arguments->key, "the key of the sheet")->required();
  command
      ->add_option("--metrics", arguments->metrics,
                   "NAME=FILE, scores per image of one system, CSV or JSON; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--samples", arguments->options.samples, "of the bootstrap")
      ->check(CLI::Range(100, 1000000))
      ->capture_default_str();
  command->add_option("--seed", arguments->options.seed, "of the bootstrap")->capture_default_str();
  command->add_flag("--json", arguments->json, "everything as one JSON object");
  command->callback(
      [arguments, chosen] { *chosen = [arguments] { return rate_analyse(*arguments); }; });
}

}  // namespace

void add_rate_command(CLI::App& app, Command* chosen) {
  CLI::App* command = app.add_subcommand("rate", "let people rate captions, and analyse it");
  command->require_subcommand(1);
  add_make(*command, chosen);
  add_analyse(*command, chosen);
}

}  // namespace storyteller
