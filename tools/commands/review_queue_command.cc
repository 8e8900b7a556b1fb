// `storyteller review queue` and `show`: what waits for a decision, and why.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/json_line.h"
#include "core/text/number_format.h"
#include "tools/apps/review/queue.h"
#include "tools/commands/review_arguments.h"
#include "tools/commands/review_output.h"

namespace storyteller {
namespace {

using review::Connection;

struct ReviewQueueArguments {
  ReviewPlace place;
  std::string rule;
  int limit = 20;
  bool json = false;
};

int queue(const ReviewQueueArguments& arguments) {
  const auto connection = review::open_review(arguments.place.db, Connection::Access::kRead);
  const std::vector<std::string> rules = review::rule_ids(*connection);
  const bool known = arguments.rule.empty() ||
                     std::find(rules.begin(), rules.end(), arguments.rule) != rules.end();
  if (!known) {
    throw UsageError("--rule: the policy has no rule '" + printable(arguments.rule) + "'" +
                     did_you_mean(arguments.rule, rules));
  }
  const auto cases =
      review::waiting_cases(*connection, arguments.rule, static_cast<size_t>(arguments.limit));
  size_t shown = 0;
  for (const review::PictureCase& what : cases) {
    std::cout << (arguments.json ? json_line(case_json(what)) : case_line(what));
    shown += 1 + what.alike.size();
  }
  const auto all = static_cast<size_t>(review::waiting(*connection));
  if (cases.empty()) {
    std::cerr << "nothing waits for a decision\n";
  } else if (arguments.rule.empty() && all > shown) {
    std::cerr << grouped(all - shown) << " more wait; --limit shows them\n";
  }
  return 0;
}

struct ReviewShowArguments {
  ReviewPlace place;
  std::int64_t id = 0;
  bool json = false;
};

int show(const ReviewShowArguments& arguments) {
  const auto connection = review::open_review(arguments.place.db, Connection::Access::kRead);
  const review::PictureCase what = review::case_of(*connection, arguments.id);
  std::cout << (arguments.json ? json_line(case_json(what)) : case_lines(what));
  return 0;
}

}  // namespace

void add_review_queue(const Options& review) {
  auto arguments = std::make_shared<ReviewQueueArguments>();
  const Options command =
      review.command("queue", "pictures that wait for a decision, the most urgent first");
  command.text("--rule", arguments->rule, "only what this rule found");
  command.number("--limit", arguments->limit, "pictures at most", {1, 1'000'000});
  command.flag("--json", arguments->json, "one JSON object for each");
  arguments->place.add_options(command);
  command.runs([arguments] { return queue(*arguments); });
}

void add_review_show(const Options& review) {
  auto arguments = std::make_shared<ReviewShowArguments>();
  const Options command = review.command("show", "all that is known of a picture");
  command.number("id", arguments->id, "number of the picture, as queue prints it").required();
  command.flag("--json", arguments->json, "one JSON object");
  arguments->place.add_options(command);
  command.runs([arguments] { return show(*arguments); });
}

}  // namespace storyteller
