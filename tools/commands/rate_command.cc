#include <memory>

#include "tools/commands/command.h"
#include "tools/commands/rate.h"

namespace storyteller {
namespace {

void add_make(const Options& rate) {
  auto arguments = std::make_shared<RateMakeArguments>();
  const Options command = rate.command("make", "make a rating sheet");
  command
      .several("--systems", arguments->systems,
               "NAME=RESULTS.json, captions in COCO's results format; several may follow")
      .required();
  command.text("--references", arguments->references,
               "CAPTIONS.json, COCO annotations, or Flickr8k.token.txt: one of the "
               "human captions of each image is rated too");
  command.text("--images", arguments->images, "folder of the images").required();
  command.text("--out", arguments->out, "the sheet, HTML; the key is written beside it").required();
  command.number("--count", arguments->count, "number of images, drawn at random; else all");
  command.number("--duplicates", arguments->duplicates,
                 "captions shown twice; else a tenth of them");
  command.several("--scales", arguments->scales, "rating scales, comma-separated");
  command.number("--seed", arguments->seed, "random seed");
  command.flag("--verbatim", arguments->verbatim,
               "captions as written, capitals and full stops included");
  command.runs([arguments] { return rate_make(*arguments); });
}

void add_analyse(const Options& rate) {
  auto arguments = std::make_shared<RateAnalyseArguments>();
  const Options command = rate.command(
      "analyse", "analyze ratings: scores, agreement of raters, metrics against people");
  command.several("ratings", arguments->ratings, "what raters exported as JSON").required();
  command.text("--key", arguments->key, "the key of the sheet").required();
  command.repeated("--metrics", arguments->metrics,
                   "NAME=FILE, scores per image of one system, CSV or JSON; may be repeated");
  command.number("--samples", arguments->options.samples, "bootstrap samples", {100, 1000000});
  command.number("--seed", arguments->options.seed, "bootstrap seed");
  command.flag("--json", arguments->json, "everything as one JSON object");
  command.runs([arguments] { return rate_analyse(*arguments); });
}

}  // namespace

void add_rate_command(const Options& program) {
  const Options command =
      program.command("rate", "human evaluation: make rating sheets, analyze ratings");
  add_make(command);
  add_analyse(command);
}

}  // namespace storyteller
