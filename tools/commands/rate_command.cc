#include <memory>

#include "tools/commands/command.h"
#include "tools/commands/rate.h"

namespace storyteller {
namespace {

void add_make(const Options& rate) {
  auto arguments = std::make_shared<RateMakeArguments>();
  const Options command = rate.command("make", "write the sheet that people rate captions on");
  command
      .several("--systems", arguments->systems,
               "NAME=RESULTS.json, captions in COCO's results format; several may follow")
      .required();
  command.text("--references", arguments->references,
               "CAPTIONS.json, COCO annotations, or Flickr8k.token.txt: one of the "
               "human captions of each image is rated too");
  command.text("--images", arguments->images, "folder of the pictures").required();
  command.text("--out", arguments->out, "the sheet, HTML; the key is written beside it").required();
  command.number("--count", arguments->count, "images, drawn at random; else all");
  command.number("--duplicates", arguments->duplicates,
                 "captions shown twice; else a tenth of them");
  command.several("--scales", arguments->scales, "what is rated: names, separated by commas");
  command.number("--seed", arguments->seed, "of all that is drawn");
  command.flag("--verbatim", arguments->verbatim,
               "captions as written, capitals and full stops included");
  command.runs([arguments] { return rate_make(*arguments); });
}

void add_analyse(const Options& rate) {
  auto arguments = std::make_shared<RateAnalyseArguments>();
  const Options command = rate.command("analyse", "what the ratings say, and how far to trust it");
  command.several("ratings", arguments->ratings, "what raters exported as JSON").required();
  command.text("--key", arguments->key, "the key of the sheet").required();
  command.repeated("--metrics", arguments->metrics,
                   "NAME=FILE, scores per image of one system, CSV or JSON; may be repeated");
  command.number("--samples", arguments->options.samples, "of the bootstrap", {100, 1000000});
  command.number("--seed", arguments->options.seed, "of the bootstrap");
  command.flag("--json", arguments->json, "everything as one JSON object");
  command.runs([arguments] { return rate_analyse(*arguments); });
}

}  // namespace

void add_rate_command(const Options& program) {
  const Options command = program.command("rate", "let people rate captions, and analyse it");
  add_make(command);
  add_analyse(command);
}

}  // namespace storyteller
