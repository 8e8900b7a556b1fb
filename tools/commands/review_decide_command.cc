// `storyteller review decide` and `undo`: what a person decides about a picture.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/printable.h"
#include "tools/apps/review/ledger.h"
#include "tools/apps/review/queue.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/album_output.h"
#include "tools/commands/review_arguments.h"

namespace storyteller {
namespace {

using review::Connection;

constexpr size_t kLongestReason = 2000;

struct ReviewDecideArguments {
  ReviewPlace place;
  ReviewPerson person;
  std::int64_t id = 0;
  std::string verdict, reason;
  bool alike = false;
};

void require_reason(const std::string& reason) {
  if (reason.size() > kLongestReason) {
    throw UsageError("--reason: is longer than " + std::to_string(kLongestReason) + " bytes");
  }
}

std::unique_ptr<review::Ledger> ledger_of(Connection& connection) {
  std::string mended;
  auto ledger = std::make_unique<review::Ledger>(connection, &mended);
  if (!mended.empty()) report_warning(mended, std::cerr);
  return ledger;
}

/// Near-duplicates of a picture that wait as it does.
std::vector<std::int64_t> alike_of(Connection& connection, std::int64_t id) {
  for (const review::PictureCase& what : review::waiting_cases(connection, "", SIZE_MAX)) {
    std::vector<std::int64_t> group = what.alike;
    group.push_back(what.id);
    if (std::find(group.begin(), group.end(), id) == group.end()) continue;
    std::erase(group, id);
    return group;
  }
  return {};
}

int decide(const ReviewDecideArguments& arguments) {
  const std::vector<std::string> verdicts = {review::kPass, review::kReject, review::kEscalate};
  if (std::find(verdicts.begin(), verdicts.end(), arguments.verdict) == verdicts.end()) {
    throw UsageError("'" + printable(arguments.verdict) +
                     "' is no decision: pass, reject or escalate" +
                     did_you_mean(arguments.verdict, verdicts));
  }
  require_reason(arguments.reason);
  const std::string by = arguments.person.name();
  const auto connection = review::open_review(arguments.place.db, Connection::Access::kWrite);
  const auto ledger = ledger_of(*connection);
  std::vector<std::int64_t> pictures = {arguments.id};
  const std::vector<std::int64_t> others = alike_of(*connection, arguments.id);
  if (arguments.alike) pictures.insert(pictures.end(), others.begin(), others.end());
  ledger->decide(pictures, arguments.verdict, by, arguments.reason);
  for (const std::int64_t picture : pictures) {
    std::cout << picture << '\t' << arguments.verdict << '\t'
              << shown_name(review::path_of(*connection, picture)) << '\n';
  }
  if (!arguments.alike && !others.empty()) {
    std::cerr << "alike, and not decided:";
    for (const std::int64_t other : others) std::cerr << ' ' << other;
    std::cerr << "; --alike decides about them, too\n";
  }
  return 0;
}

int undo(const ReviewDecideArguments& arguments) {
  require_reason(arguments.reason);
  const std::string by = arguments.person.name();
  const auto connection = review::open_review(arguments.place.db, Connection::Access::kWrite);
  const auto ledger = ledger_of(*connection);
  const std::string what = ledger->undo(arguments.id, by, arguments.reason);
  std::cout << arguments.id << "\tundone: " << shown_name(what) << '\t'
            << shown_name(review::path_of(*connection, arguments.id)) << '\n';
  return 0;
}

}  // namespace

void add_review_decide(const Options& review) {
  auto arguments = std::make_shared<ReviewDecideArguments>();
  const Options command = review.command("decide", "what becomes of a picture");
  command.number("id", arguments->id, "number of the picture, as queue prints it").required();
  command.text("decision", arguments->verdict, "pass, reject or escalate").required();
  command.text("--reason", arguments->reason, "why, in your words; it stands in the log")
      .required();
  command.flag("--alike", arguments->alike, "also about near-duplicates that wait");
  arguments->person.add_options(command);
  arguments->place.add_options(command);
  command.runs([arguments] { return decide(*arguments); });
}

void add_review_undo(const Options& review) {
  auto arguments = std::make_shared<ReviewDecideArguments>();
  const Options command =
      review.command("undo", "take the last decision about a picture back; the log keeps both");
  command.number("id", arguments->id, "number of the picture").required();
  command.text("--reason", arguments->reason, "why; it stands in the log");
  arguments->person.add_options(command);
  arguments->place.add_options(command);
  command.runs([arguments] { return undo(*arguments); });
}

}  // namespace storyteller
