// `storyteller review scan`: what a policy finds in pictures.
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/system/printable.h"
#include "core/system/signals.h"
#include "core/system/threads.h"
#include "core/text/json_line.h"
#include "core/text/number_format.h"
#include "tools/apps/album/claims.h"
#include "tools/apps/review/classifiers.h"
#include "tools/apps/review/figures.h"
#include "tools/apps/review/ledger.h"
#include "tools/apps/review/review_store.h"
#include "tools/apps/review/sha256.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/commands/album_folders.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/model_arguments.h"
#include "tools/commands/people_arguments.h"
#include "tools/commands/review_arguments.h"
#include "tools/commands/review_output.h"
#include "tools/commands/stopped.h"

namespace storyteller {
namespace {

using review::Connection;

struct ReviewScanArguments {
  ReviewPlace place;
  ReviewPerson person;
  FolderArguments pictures;
  std::filesystem::path policy;
  bool rescan = false, json = false;
};

std::string text_of_count(std::int64_t count) { return grouped(static_cast<size_t>(count)); }

/// The pictures of these roots, an object each.
void print_pictures(Connection& connection, const std::vector<std::int64_t>& roots) {
  review::Statement all(connection, "SELECT id FROM picture WHERE state IN (1, 2) AND root IN " +
                                        album::in_list(roots) + " ORDER BY id");
  while (all.step()) {
    std::cout << json_line(case_json(review::case_of(connection, all.integer(0))));
  }
}

void print_counts(Connection& connection, const PictureScans& scans,
                  const album::IndexCounts& counts, const review::JudgedCounts& judged) {
  std::cout << grouped(scans.found) << (scans.found == 1 ? " picture, " : " pictures, ")
            << grouped(counts.captioned) << " new, " << grouped(counts.bad) << " bad; "
            << text_of_count(judged.flagged) << " to review, " << text_of_count(judged.proposed)
            << " of them proposed to reject, " << text_of_count(judged.sampled)
            << " sampled besides\n";
  const review::Figures figures = review::figures_of(connection);
  for (const review::RuleFigures& rule : figures.rules) {
    std::cout << rule.id << '\t' << text_of_count(rule.flagged) << '\t'
              << review::expected_of(rule, figures.scanned).in_words() << '\n';
  }
}

void note_scan(Connection& connection, const ReviewScanArguments& arguments,
               const review::Policy& policy, const PictureScans& scans,
               const album::IndexCounts& counts, const review::JudgedCounts& judged) {
  if (counts.captioned + counts.bad == 0 && judged.judged == 0) return;
  std::string mended;
  review::Ledger ledger(connection, &mended);
  if (!mended.empty()) report_warning(mended, std::cerr);
  ledger.add_scan(arguments.person.name(), {{"policy", policy.sha256},
                                            {"policy_name", policy.name},
                                            {"classifiers", review::kept_classifiers(connection)},
                                            {"pictures", scans.found},
                                            {"new", counts.captioned},
                                            {"bad", counts.bad},
                                            {"judged", judged.judged},
                                            {"flagged", judged.flagged},
                                            {"proposed", judged.proposed},
                                            {"sampled", judged.sampled}});
}

/// What classifiers say of the pictures, with progress and warnings on standard error.
void look_at(Connection& connection, const review::Classifiers& classifiers,
             const PictureScans& scans, const FolderArguments& arguments) {
  ProgressStyle style = ProgressStyle::detect(2);
  style.plain_interval = 30;
  std::optional<Progress> progress;
  if (!arguments.quiet && !classifiers.all().empty()) progress.emplace(std::cerr, style);
  const auto bad = [](const std::string& path, const std::string& why) {
    report_warning(printable_path(path) + ": " + why, std::cerr);
  };
  const auto advance = [&](std::int64_t done, std::int64_t total) {
    if (!progress) return;
    progress->update({.label = "classify", .done = done, .total = total, .unit = "pictures"});
  };
  const int jobs = arguments.jobs > 0 ? arguments.jobs : threads_in_force();
  review::classify_all(connection, classifiers, scans.roots,
                       {.jobs = jobs, .bad = bad, .progress = advance});
  if (progress) progress->finish();
}

int scan(const ReviewScanArguments& arguments) {
  catch_stop_signals();
  const std::vector<std::string> folders = arguments.pictures.folders("review scan");
  const review::Policy policy = review::read_policy(arguments.policy);
  const Device device = arguments.pictures.machine.start(/*verbose=*/false);
  const auto connection = review::open_review(arguments.place.db, Connection::Access::kCreate);
  const review::Lexicon lexicon = review::Lexicon::open();
  const auto classifiers = review::Classifiers::open(policy, arguments.policy, device);
  const review::Judge judge(policy, lexicon, classifiers.keys());
  for (const std::string& note : judge.notes()) report_warning(note, std::cerr);
  review::ReviewStore store(*connection);
  const PictureScans scans = scan_folders(*connection, folders, arguments.rescan);
  const auto counts = caption_pictures(
      *connection, scans, arguments.pictures, device, lexicon.language(), store,
      {.recaption = arguments.rescan,
       .label = "review",
       .digest = [](std::span<const std::byte> bytes) { return review::sha256(bytes); }},
      [&](const Ensemble& ensemble, const std::vector<std::string>& files) {
        std::string digits = model_digits(ensemble);
        if (digits.empty()) digits = files.front();
        return store.model(digits, std::filesystem::absolute(files.front()).string());
      });
  look_at(*connection, classifiers, scans, arguments.pictures);
  if (stop_requested()) return stop_exit_code();
  review::keep_classifiers(*connection, classifiers.keys());
  const auto judged = review::judge_all(*connection, judge, scans.roots);
  note_scan(*connection, arguments, policy, scans, counts, judged);
  if (arguments.json) {
    print_pictures(*connection, scans.roots);
  } else {
    print_counts(*connection, scans, counts, judged);
  }
  return static_cast<int>(described_exit_code(scans, counts));
}

}  // namespace

void add_review_scan(const Options& review) {
  auto arguments = std::make_shared<ReviewScanArguments>();
  const Options command =
      review.command("scan", "find what a policy asks for in new and changed pictures of folders");
  arguments->pictures.add_folders(command);
  command
      .text("--policy", arguments->policy,
            "rules, as JSON or YAML; storyteller review policy example prints one to begin with")
      .required();
  arguments->place.add_options(command);
  arguments->person.add_options(command);
  command.flag("--rescan", arguments->rescan, "also what is not changed");
  command.flag("--json", arguments->json, "one JSON object for each picture");
  arguments->pictures.add_run(command);
  command.runs([arguments] { return scan(*arguments); });
}

}  // namespace storyteller
