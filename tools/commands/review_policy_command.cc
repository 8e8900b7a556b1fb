// `storyteller review policy`: an example, and whether a policy is right and what it would find.
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/number_format.h"
#include "core/text/text_file.h"
#include "tools/apps/review/classifiers.h"
#include "tools/apps/review/figures.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/album_output.h"
#include "tools/commands/name_list.h"
#include "tools/commands/review_arguments.h"

namespace storyteller {
namespace {

using review::Connection;

struct PolicyCheckArguments {
  ReviewPlace place;
  std::filesystem::path file;
  bool words = false;
};

/// "review from 0.30, propose to reject from 0.80: "
std::string thresholds_of(const review::Rule& rule) {
  return "review from " + decimal(rule.review, 2) +
         (rule.propose_reject ? ", propose to reject from " + decimal(*rule.propose_reject, 2)
                              : "") +
         ": ";
}

/// "words: weapon, knife and 236 more", "confidence below 0.50".
std::string looks_at(const review::Judge& judge, size_t place, bool all) {
  constexpr size_t kFew = 8;
  const review::Rule& rule = judge.policy().rules[place];
  switch (rule.kind) {
    case review::RuleKind::kClassifier:
      return thresholds_of(rule) + "class " + std::to_string(rule.class_index) + " of " +
             rule.classifier +
             (judge.classifier_of(rule).empty() ? ", which is not there: it finds nothing" : "");
    case review::RuleKind::kConfidenceBelow:
      return "confidence below " + decimal(rule.review, 2);
    case review::RuleKind::kPhotoBelow:
      return "photo below " + decimal(rule.review, 2);
    case review::RuleKind::kWords:
      break;
  }
  const auto& terms = judge.words_of(place)->terms();
  std::string named;
  size_t count = 0;
  for (const std::string& word : rule.words) {
    if (count++ < kFew) named += (named.empty() ? "" : ", ") + word;
  }
  const size_t more = terms.size() - std::min({kFew, rule.words.size(), terms.size()});
  if (more > 0) named += " and " + grouped(more) + " more";
  if (all) {
    named += ":";
    for (const std::string& term : terms) named += " " + term + ",";
    named.pop_back();
  }
  return thresholds_of(rule) + named;
}

int check(const PolicyCheckArguments& arguments) {
  std::vector<review::PolicyProblem> problems;
  const std::string name = printable_path(arguments.file.string());
  const review::Policy policy =
      review::parse_policy(read_text_file(arguments.file), name, &problems);
  if (!problems.empty()) {
    for (size_t i = 0; i + 1 < problems.size(); ++i) {
      std::cerr << "storyteller: error: " << problems[i].message << '\n';
    }
    throw UsageError(problems.back().message);
  }
  const review::Lexicon lexicon = review::Lexicon::open();
  const auto classifiers = review::Classifiers::open(policy, arguments.file, Device::cpu());
  const review::Judge judge(policy, lexicon, classifiers.keys());
  for (const std::string& note : judge.notes()) report_warning(note, std::cerr);
  std::cout << name << ": ok, " << policy.rules.size()
            << (policy.rules.size() == 1 ? " rule\n" : " rules\n");
  std::int64_t scanned = 0;
  std::vector<review::RuleFigures> figures;
  if (review::review_is_there(arguments.place.db)) {
    const auto connection = review::open_review(arguments.place.db, Connection::Access::kRead);
    figures = review::tried(*connection, judge, &scanned);
  }
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    std::cout << policy.rules[i].id << '\t' << shown_name(looks_at(judge, i, arguments.words));
    if (scanned > 0) {
      std::cout << "; of the " << grouped(static_cast<size_t>(scanned)) << " pictures scanned "
                << grouped(static_cast<size_t>(figures[i].flagged)) << ": "
                << review::expected_of(figures[i], scanned).in_words();
    }
    std::cout << '\n';
  }
  return 0;
}

struct PolicyTryArguments {
  std::filesystem::path file;
  std::vector<std::string> sentences;
};

/// What the words of a policy find in one sentence, a rule to a line.
void print_tried(const review::Judge& judge, const review::Lexicon& lexicon,
                 const std::string& text) {
  const review::Sentence sentence = lexicon.sentence(text);
  for (size_t i = 0; i < judge.policy().rules.size(); ++i) {
    const review::WordRule* rule = judge.words_of(i);
    if (rule == nullptr) continue;
    const review::WordFindings found = rule->find(sentence);
    const std::string head = shown_name(text) + '\t' + judge.policy().rules[i].id + '\t';
    for (const review::WordHit& hit : found.hits) {
      std::cout << head << "found\t" << shown_name(hit.words) << '\n';
    }
    for (const review::WordDrop& drop : found.drops) {
      std::cout << head << "does not count\t" << shown_name(drop.hit.words) << '\t'
                << shown_name(drop.reason) << '\n';
    }
  }
}

int try_policy(const PolicyTryArguments& arguments) {
  const review::Policy policy = review::read_policy(arguments.file);
  const review::Lexicon lexicon = review::Lexicon::open();
  const review::Judge judge(policy, lexicon);
  for (const std::string& sentence : arguments.sentences) {
    if (sentence != "-") {
      print_tried(judge, lexicon, sentence);
      continue;
    }
    NameList lines(0);
    while (const auto line = lines.next()) print_tried(judge, lexicon, *line);
  }
  return 0;
}

}  // namespace

void add_review_policy(const Options& review) {
  const Options policy = review.command("policy", "what is looked for");
  auto arguments = std::make_shared<PolicyCheckArguments>();
  const Options command = policy.command(
      "check",
      "whether a policy is right, and what it would find among pictures that were scanned");
  command.text("file", arguments->file, "the policy").required();
  command.flag("--words", arguments->words, "name all words that are looked for");
  arguments->place.add_options(command);
  command.runs([arguments] { return check(*arguments); });
  auto tried = std::make_shared<PolicyTryArguments>();
  const Options trial =
      policy.command("try", "what the words of a policy find in sentences of yours, and why not");
  trial.text("file", tried->file, "the policy").required();
  trial.several("sentences", tried->sentences, "in quotes; or - for lines on standard input")
      .required();
  trial.runs([tried] { return try_policy(*tried); });
  policy.command("example", "print a policy to begin with").runs([] {
    std::cout << review::example_policy();
    return 0;
  });
}

}  // namespace storyteller
