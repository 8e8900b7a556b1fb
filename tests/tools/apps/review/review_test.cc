// From what a model says of pictures to the queue, decisions, figures and the page.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tools/apps/album/claims.h"
#include "tools/apps/album/scan.h"
#include "tools/apps/review/classifiers.h"
#include "tools/apps/review/ledger.h"
#include "tools/apps/review/report_page.h"
#include "tools/apps/review/review_store.h"
#include "tools/apps/review/sha256.h"

namespace storyteller::review::review_test {
namespace {

constexpr const char* kPolicy = R"({"policy": 1, "name": "p<script>", "sample_passes": 0, "rules": [
 {"id": "weapons", "words": ["gun", "knife"], "review": 0.3, "propose_reject": 0.8,
  "severity": "high"},
 {"id": "dogs", "words": ["dog"], "review": 0.3, "why": "a dog & its <owner>"},
 {"id": "unsure", "confidence_below": 0.2, "severity": "low"},
 {"id": "nudity", "classifier": "nsfw.safetensors", "class": 1, "review": 0.2}]})";

/// A review of pictures that no model looked at: what is said of one stands in its file, with the
/// confidence in front.
class Review : public testing::Test {
 protected:
  Review() : connection_(open_review(folder_ / "r.db", Connection::Access::kCreate)) {}

  void picture(const std::string& name, const std::string& said) {
    write_text(folder_ / ("p/" + name + ".jpg"), said);
  }

  JudgedCounts scan(const std::string& text = kPolicy) {
    album::scan(*connection_, folder_ / "p", {});
    ReviewStore store(*connection_);
    const std::int64_t model = store.model("0123456789ab", "m");
    const album::Claim own = album::Claim::own();
    const auto batch = album::claim(*connection_, {1}, 1000, own);
    {
      Transaction transaction(*connection_);
      for (const album::QueuedPicture& queued : batch) {
        EXPECT_TRUE(store.put(record(queued), model, own.text()));
      }
      transaction.commit();
    }
    std::vector<PolicyProblem> problems;
    policy_ = parse_policy(text, "p", &problems);
    EXPECT_TRUE(problems.empty());
    return judge_all(*connection_, Judge(policy_, lexicon()), {1});
  }

  /// What a classifier would have said of picture 1.
  void says(std::int64_t picture, double score) {
    Statement find(*connection_, "SELECT seen FROM sight WHERE picture = ?");
    ASSERT_TRUE(find.bind(1, picture).step());
    Sight sight = Sight::of_json(find.text(0));
    sight.classes["k1"] = {1 - score, score};
    Statement update(*connection_, "UPDATE sight SET seen = ? WHERE picture = ?");
    update.bind_text(1, sight.json()).bind(2, picture).run();
    connection_->execute("DELETE FROM judged");
    keep_classifiers(*connection_, kKeys);
    judge_all(*connection_, Judge(policy_, lexicon(), kKeys), {1});
  }
  const ClassifierKeys kKeys = {{"nsfw.safetensors", "k1"}};

  static const Lexicon& lexicon() {
    static const Lexicon lexicon = Lexicon::open();
    return lexicon;
  }

  album::Record record(const album::QueuedPicture& queued) {
    album::Record record;
    const std::string text = file_text(folder_ / ("p/" + queued.name));
    struct stat file {};
    ::stat((folder_ / ("p/" + queued.name)).c_str(), &file);
    record.picture = queued.id;
    record.size = file.st_size;
    record.mtime_ns = std::int64_t{file.st_mtim.tv_sec} * 1'000'000'000 + file.st_mtim.tv_nsec;
    record.content = queued.id;
    record.dhash = static_cast<std::uint64_t>(queued.id) * 0x123456789;
    record.digest = sha256(text);
    record.assessment.confidence = std::stod(text.substr(0, 4));
    record.assessment.photo = 0.9;
    record.caption = text.substr(5);
    record.text = record.caption + ".";
    record.hypotheses = {{words_of(record.caption), 1}};
    return record;
  }

  std::unique_ptr<Ledger> ledger() {
    std::string mended;
    auto ledger = std::make_unique<Ledger>(*connection_, &mended);
    mended_ = mended;
    return ledger;
  }
  std::vector<std::int64_t> queue(const std::string& rule = "") {
    std::vector<std::int64_t> ids;
    for (const PictureCase& what : waiting_cases(*connection_, rule, 100)) ids.push_back(what.id);
    return ids;
  }
  std::string log() const { return file_text(audit_log_of(*connection_)); }

  TemporaryFolder folder_;
  std::unique_ptr<Connection> connection_;
  Policy policy_;
  std::string mended_;
};

using Ids = std::vector<std::int64_t>;

TEST_F(Review, TheMostUrgentComesFirstAndWhatWasDecidedGoes) {
  picture("a", "0.50 a dog runs");
  picture("b", "0.90 a man with a gun");
  picture("c", "0.40 a man with a knife");
  picture("d", "0.90 a man without a gun");
  picture("e", "0.10 a tree");
  picture("f", "0.90 a house");
  const JudgedCounts counts = scan();
  EXPECT_EQ(counts.flagged, 4);
  EXPECT_EQ(counts.proposed, 1);
  EXPECT_EQ(counts.judged, 6);
  EXPECT_EQ(queue(), (Ids{2, 3, 1, 5}));
  EXPECT_EQ(queue("dogs"), (Ids{1}));
  const PictureCase denied = case_of(*connection_, 4);
  ASSERT_EQ(denied.dropped.size(), 1U);
  EXPECT_EQ(denied.dropped[0].reason, "'without' in front of it");
  EXPECT_EQ(case_of(*connection_, 2).findings[0].in_words(),
            "weapons 0.90: the sentence says \"gun\"");

  ledger()->decide({2}, kReject, "Ann", "a gun");
  EXPECT_EQ(queue(), (Ids{3, 1, 5}));
  ledger()->decide({1}, kEscalate, "Ann", "ask");
  EXPECT_EQ(queue(), (Ids{1, 3, 5}));
  EXPECT_EQ(ledger()->undo(2, "Ann", ""), "reject by Ann");
  EXPECT_EQ(queue(), (Ids{1, 2, 3, 5}));
  EXPECT_THROW(ledger()->undo(2, "Ann", ""), InputError);
  EXPECT_THROW(ledger()->decide({99}, kPass, "Ann", ""), InputError);
  EXPECT_FALSE(check_whole_log(log(), known_head(*connection_)).problem);
  EXPECT_EQ(known_head(*connection_).entries, 3);
}

TEST_F(Review, WhatAClassifierSaysIsEvidenceAndCountedBySubject) {
  picture("a", "0.90 a boy lies on a bed");
  scan();
  EXPECT_EQ(queue(), Ids{});
  EXPECT_NE(blind_spots(figures_of(*connection_).classifiers)[0].find("There is no classifier"),
            std::string::npos);
  says(1, 0.85);
  EXPECT_EQ(queue(), (Ids{1}));
  EXPECT_EQ(case_of(*connection_, 1).findings[0].in_words(),
            "nudity 0.85: a classifier says class 1 of nsfw.safetensors");
  ledger()->decide({1}, kPass, "Ann", "asleep");
  const Figures figures = figures_of(*connection_);
  EXPECT_EQ(figures.rules[3].passed_subjects, (std::map<std::string, std::int64_t>{{"boy", 1}}));
  EXPECT_EQ(figures.classifiers, kKeys);
  const std::string page = report_page(make_report(*connection_, 10));
  EXPECT_NE(page.find("the classifier of nudity found them, by what they show: boy 1."),
            std::string::npos);
  EXPECT_NE(page.find("nsfw.safetensors (k1)"), std::string::npos);
  says(1, 0.1999);  // below .2
  EXPECT_FALSE(case_of(*connection_, 1).flagged);
}

TEST_F(Review, AnotherPolicyNeedsNoModelAndDecisionsStay) {
  picture("a", "0.50 a dog runs");
  picture("b", "0.90 a cat runs");
  scan();
  ledger()->decide({1}, kPass, "Ann", "fine");
  const JudgedCounts counts = scan(
      "{\"policy\": 1, \"rules\": [{\"id\": \"animals\", \"words\": [\"dog\", \"cat\"], "
      "\"review\": 0.3}]}");
  EXPECT_EQ(counts.judged, 2);
  EXPECT_EQ(queue(), (Ids{2}));
  const Figures figures = figures_of(*connection_);
  EXPECT_EQ(figures.rules[0].upheld.of, 1);
  EXPECT_EQ(expected_of(figures.rules[0], figures.scanned).false_reviews, 1000);
}

TEST_F(Review, AFileThatChangedIsDecidedAnew) {
  picture("a", "0.50 a dog runs");
  scan();
  picture("a", "0.60 a big dog runs");
  EXPECT_NE(
      message_of<InputError>([&] { ledger()->decide({1}, kPass, "Ann", ""); }).find("has changed"),
      std::string::npos);
  scan();
  ledger()->decide({1}, kPass, "Ann", "");
  EXPECT_EQ(queue(), Ids{});
  picture("a", "0.70 a very big dog runs");
  scan();
  EXPECT_EQ(queue(), (Ids{1}));
  EXPECT_FALSE(case_of(*connection_, 1).decisions[0].of_these_bytes);
}

TEST_F(Review, WhatAKilledProcessLoggedIsReadAndHalfAnEntryIsCut) {
  picture("a", "0.50 a dog runs");
  scan();
  ledger();
  // The log has a decision that the database has not seen, and half of another.
  LogHead head = known_head(*connection_);
  {
    AuditLog log(audit_log_of(*connection_));
    const std::string digest = sha256(file_text(folder_ / "p/a.jpg"));
    log.append({{"action", "decide"},
                {"at", "2026-01-01T00:00:00Z"},
                {"by", "Ann"},
                {"decision", "reject"},
                {"evidence", nlohmann::json::array()},
                {"picture", {{"id", 1}, {"sha256", digest}}},
                {"reason", "r"}},
               &head);
  }
  write_text(audit_log_of(*connection_), log() + "{\"action\":\"dec");
  EXPECT_EQ(queue(), (Ids{1}));
  ledger();
  EXPECT_NE(mended_.find("was cut off"), std::string::npos) << mended_;
  EXPECT_EQ(queue(), Ids{});
  EXPECT_FALSE(check_whole_log(log(), known_head(*connection_)).problem);
  ledger()->undo(1, "Ann", "");
  EXPECT_EQ(queue(), (Ids{1}));
  // A log that was changed is not written on.
  write_text(audit_log_of(*connection_), log().substr(0, log().size() / 2));
  EXPECT_THROW(ledger(), InputError);
}

TEST_F(Review, TheSampleIsDrawnByBytesAndStandsAmongTheOthers) {
  for (int i = 0; i < 200; ++i)
    picture(std::to_string(1000 + i), "0.90 a house " + std::to_string(i));
  std::string policy = kPolicy;
  policy.replace(policy.find("\"sample_passes\": 0"), 18, "\"sample_passes\": 0.25");
  const JudgedCounts counts = scan(policy);
  EXPECT_EQ(counts.flagged, 0);
  EXPECT_NEAR(static_cast<double>(counts.sampled), 50, 20);
  EXPECT_EQ(queue().size(), static_cast<size_t>(std::min<std::int64_t>(counts.sampled, 100)));
  const Ids drawn = queue();
  ledger()->decide({drawn[0]}, kReject, "Ann", "missed");
  ledger()->decide({drawn[1]}, kPass, "Ann", "");
  const Figures figures = figures_of(*connection_);
  EXPECT_EQ(figures.missed.of, 2);
  EXPECT_EQ(figures.missed.right, 1);
}

TEST_F(Review, ThePageIsBlurredEscapedAndDoesNotSayWhatWasFound) {
  picture("<img src=x onerror=alert(1)>", "0.90 a man with a gun <b>");
  picture("b", "0.40 a dog");
  scan();
  ledger()->decide({1}, kPass, "Ann <i>", "\"><script>alert(1)</script>");
  const Report report = make_report(*connection_, 10);
  const std::string page = report_page(report);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<b> "), std::string::npos);
  EXPECT_EQ(page.find("onerror=alert(1)>"), std::string::npos);
  EXPECT_NE(page.find("Content-Security-Policy\" content=\"default-src 'none'"), std::string::npos);
  EXPECT_NE(page.find("blur("), std::string::npos);
  EXPECT_NE(page.find("There is no classifier"), std::string::npos);
  EXPECT_NE(page.find("p&lt;script&gt;"), std::string::npos);
  EXPECT_EQ(report.figures.overturned, (Ids{1}));
  EXPECT_EQ(without_words("A man with a Gun.", report.pictures.back().what.findings),
            "A man with a ….");
  const Report none = make_report(*connection_, 0);
  EXPECT_EQ(none.left_out, 2);
}

TEST(ReviewFigures, IntervalsAndAgreementAreThoseOfTheBooks) {
  const Share share{.of = 10, .right = 8};  // Wilson 1927, 95 %
  EXPECT_NEAR(share.low(), 0.4902, 1e-4);
  EXPECT_NEAR(share.high(), 0.9433, 1e-4);
  // 20 both yes, 15 both no, 5 and 10 apart: Cohen's kappa .4
  std::vector<std::pair<bool, bool>> pairs(20, {true, true});
  pairs.insert(pairs.end(), 15, {false, false});
  pairs.insert(pairs.end(), 5, {true, false});
  pairs.insert(pairs.end(), 10, {false, true});
  EXPECT_NEAR(kappa_of(pairs).value(), 0.4, 1e-12);
  EXPECT_FALSE(kappa_of({}));
  EXPECT_FALSE(kappa_of({{true, true}}));
}

TEST(ReviewEvidence, AnUnsureSentenceProposesNothing) {
  const Lexicon lexicon = Lexicon::open();
  std::vector<PolicyProblem> problems;
  const Policy policy = parse_policy(kPolicy, "p", &problems);
  const Judge judge(policy, lexicon);
  Sight sight{.said = {{"a man with a stick", 0.6}, {"a man with a gun", 0.4}},
              .seen = {{"knife", 0.9}},
              .confidence = 0.6,
              .photo = 1};
  Judgement found = judge.judge(sight);
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_EQ(found.findings[0].witness, Witness::kDetector);
  EXPECT_NEAR(found.findings[0].score, 0.54, 1e-9);
  EXPECT_FALSE(found.proposes);
  sight.keywords = {"Gun show"};
  found = judge.judge(Sight::of_json(sight.json()));
  EXPECT_EQ(found.findings[0].witness, Witness::kKeyword);
  EXPECT_TRUE(found.proposes);
  ASSERT_EQ(judge.notes().size(), 1U);
  EXPECT_EQ(judge.notes()[0].find("rule 'nudity': its classifier nsfw.safetensors is not there"),
            0U);
  EXPECT_TRUE(Judge(policy, lexicon, {{"nsfw.safetensors", "k"}}).notes().empty());
  EXPECT_TRUE(Sight::of_json("{\"said\": [[1]]}").said.empty());
  EXPECT_TRUE(Sight::of_json("nonsense").said.empty());
  EXPECT_TRUE(Sight::of_json("{\"classes\": 3}").classes.empty());
}

}  // namespace
}  // namespace storyteller::review::review_test
