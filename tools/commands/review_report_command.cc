// `storyteller review report` and `verify`: what a review came to, and whether its log is whole.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "core/error.h"
#include "core/system/atomic_file.h"
#include "core/system/printable.h"
#include "core/text/json_line.h"
#include "core/text/number_format.h"
#include "tools/apps/review/audit_log.h"
#include "tools/apps/review/ledger.h"
#include "tools/apps/review/report_page.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/output_file.h"
#include "tools/commands/review_arguments.h"

namespace storyteller {
namespace {

using review::Connection;

struct ReviewReportArguments {
  ReviewPlace place;
  std::filesystem::path out;
  int limit = 200;
  bool json = false;
};

int report(const ReviewReportArguments& arguments) {
  require_output_file("the report", arguments.out, OutputKind::kPage);
  const auto connection = review::open_review(arguments.place.db, Connection::Access::kRead);
  review::Report report = review::make_report(*connection, static_cast<size_t>(arguments.limit));
  report.version = STORYTELLER_VERSION;
  std::vector<review::PolicyProblem> problems;
  const review::Policy policy =
      review::parse_policy(report.figures.policy_text, review::kStoredPolicy, &problems);
  const review::Lexicon lexicon = review::Lexicon::open();
  report.notes = review::Judge(policy, lexicon, report.figures.classifiers).notes();
  write_file_atomically(arguments.out, review::report_page(report));
  if (arguments.json) {
    std::cout << json_line(figures_json(report.figures));
  } else {
    std::cout << printable_path(arguments.out.string()) << ": " << grouped(report.pictures.size())
              << " of " << grouped(static_cast<size_t>(report.figures.scanned))
              << " pictures shown, " << grouped(static_cast<size_t>(report.figures.waiting))
              << " wait\n";
  }
  return 0;
}

std::string log_text(const std::filesystem::path& file, const review::LogHead& known) {
  std::error_code failure;
  if (!std::filesystem::exists(file, failure)) {
    if (known.entries == 0) return "";
    throw InputError(printable_path(file.string()) + ": is gone; the review has seen " +
                     std::to_string(known.entries) + " entries of it");
  }
  return review::read_log(file);
}

int verify(const ReviewPlace& place) {
  const auto connection = review::open_review(place.db, Connection::Access::kRead);
  const std::filesystem::path file = review::audit_log_of(*connection);
  const std::string name = printable_path(file.string());
  const review::LogHead known = review::known_head(*connection);
  const std::string text = log_text(file, known);
  const review::LogCheck check = review::check_whole_log(text, known);
  if (check.problem) {
    throw InputError(name + ":" + std::to_string(check.problem->line) + ": " + check.problem->what);
  }
  if (check.torn_bytes > 0) {
    report_warning(name + ": half an entry of " + std::to_string(check.torn_bytes) +
                       " bytes at its end, of a process that was killed; the next decision cuts it",
                   std::cerr);
  }
  std::cout << "ok: " << grouped(static_cast<size_t>(check.head.entries))
            << (check.head.entries == 1 ? " entry\n" : " entries\n");
  return 0;
}

}  // namespace

void add_review_report(const Options& review) {
  auto arguments = std::make_shared<ReviewReportArguments>();
  const Options command =
      review.command("report", "one page about a review, with pictures blurred until asked for");
  command.text("page", arguments->out, "file to write (HTML)").required();
  command.number("--limit", arguments->limit, "pictures on it at most", {0, 100'000});
  command.flag("--json", arguments->json, "the figures as one JSON object on standard output");
  arguments->place.add_options(command);
  command.runs([arguments] { return report(*arguments); });
}

void add_review_verify(const Options& review) {
  auto place = std::make_shared<ReviewPlace>();
  const Options command =
      review.command("verify", "whether the log of decisions is as it was written");
  place->add_options(command);
  command.runs([place] { return verify(*place); });
}

}  // namespace storyteller
