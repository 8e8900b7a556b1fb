#include "train/metrics/meteor/meteor.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <thread>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/metrics/published_captions.h"

namespace storyteller::meteor_test {
namespace {

void write_meteor_folder(const TemporaryFolder& folder) {
  write_text(folder / "english.synsets", "bicycle\n1\nbike\n1\nbe\n2\n");
  write_text(folder / "english.exceptions", "be\nis was\n");
  write_text(folder / "english.function.words", "a\nthe\nis\nhis\non\n'\n");
}

std::shared_ptr<const MeteorResources> small_resources(const std::string& paraphrases = "") {
  const TemporaryFolder folder;
  write_meteor_folder(folder);
  if (!paraphrases.empty()) write_text(folder / "table", paraphrases);
  return std::make_shared<const MeteorResources>(MeteorResources::open(
      folder.path(), paraphrases.empty() ? std::filesystem::path() : folder / "table"));
}

/// One image.
MeteorReferences references_of(const std::vector<std::string>& texts,
                               const std::string& paraphrases = "") {
  std::vector<Tokens> image;
  for (const std::string& text : texts) image.push_back(words(text));
  return {{image}, small_resources(paraphrases)};
}

double score(const MeteorReferences& references, const std::string& hypothesis) {
  return meteor(references.statistics(0, words(hypothesis)));
}

// docs/metrics/meteor.md shows this example step by step.
TEST(Meteor, WorkedExample) {
  const MeteorReferences references = references_of({"a man is riding a bicycle on the road"});
  const MeteorStatistics statistics =
      references.statistics(0, words("a man rides his bike on the road"));
  // Exact: a man, on the road. Stem: rides, riding. Synonyms: bike, bicycle. Not matched: his; is,
  // a. Chunks: [a man] [rides] [bike on the road].
  EXPECT_EQ(statistics.chunks, 3U);
  EXPECT_EQ(statistics.hypothesis.content, 4U);   // man rides bike road
  EXPECT_EQ(statistics.hypothesis.function, 4U);  // a his on the
  EXPECT_EQ(statistics.reference.content, 4U);    // man riding bicycle road
  EXPECT_EQ(statistics.reference.function, 5U);   // a is a on the
  EXPECT_EQ(statistics.hypothesis.matched(), 7U);
  const std::array<uint64_t, 4> content = {2, 1, 1, 0};   // man road, rides, bike
  const std::array<uint64_t, 4> function = {3, 0, 0, 0};  // a on the
  EXPECT_EQ(statistics.hypothesis.matched_content, content);
  EXPECT_EQ(statistics.hypothesis.matched_function, function);
  EXPECT_EQ(statistics.reference.matched_content, content);
  EXPECT_EQ(statistics.reference.matched_function, function);
  const double matched = 1 * (.75 * 2 + .25 * 3) + .6 * .75 * 1 + .8 * .75 * 1;  // 3.3
  const double p = matched / (.75 * 4 + .25 * 4);                                // .825
  const double r = matched / (.75 * 4 + .25 * 5);                                // .7765
  const double f = p * r / (.85 * p + .15 * r);                                  // .7834
  const double penalty = .6 * std::pow(3.0 / 7, .2);                             // .5065
  EXPECT_NEAR(meteor(statistics), f * (1 - penalty), 1e-12);
  EXPECT_NEAR(meteor(statistics), 0.3866, 5e-5);
}

TEST(Meteor, IdenticalCaptionsScoreOne) {
  std::mt19937_64 random(4);
  for (size_t length = 1; length <= 30; ++length) {
    std::string text;
    for (size_t i = 0; i < length; ++i) {
      text += std::string(i % 3 + 1, static_cast<char>('a' + random() % 20)) + ' ';
    }
    const MeteorReferences references = references_of({"the x", text, text + " y"});
    const MeteorStatistics statistics = references.statistics(0, words(text));
    EXPECT_EQ(statistics.chunks, 0U) << text;
    EXPECT_DOUBLE_EQ(meteor(statistics), 1) << text;
  }
  EXPECT_DOUBLE_EQ(score(references_of({"a dog is on the grass"}), "a dog is on the grass"), 1);
}

TEST(Meteor, AnyOtherCaptionScoresLessThanOne) {
  const MeteorReferences references = references_of({"a man is on the road"});
  for (const char* text :
       {"a man is on the", "a man is on the road road", "the man is on a road",
        "man a is on the road", "a men is on the road", "a man was on the road"}) {
    EXPECT_LT(score(references, text), 1) << text;
    EXPECT_GT(score(references, text), 0.3) << text;
  }
}

TEST(Meteor, TakesTheReferenceThatScoresBest) {
  const double best = score(references_of({"a red bike on the road"}), "a red bicycle");
  EXPECT_DOUBLE_EQ(
      score(references_of({"the dog", "a red bike on the road", "a man"}), "a red bicycle"), best);
}

TEST(Meteor, CorpusIsTheFormulaOverSums) {
  const auto resources = small_resources();
  const MeteorReferences references(
      {{words("a man on the road")}, {words("the red bike is on the grass")}}, resources);
  const MeteorStatistics first = references.statistics(0, words("a man on the road"));
  const MeteorStatistics second = references.statistics(1, words("a red bike on grass"));
  EXPECT_EQ(first.chunks, 0U) << "a perfect match leaves its chunk out";
  MeteorStatistics sum = first;
  sum += second;
  // P = (5.. + ..): exact matches alone, so weights are words. First: 2 content, 3 function;
  // second: 3 content (red bike grass), on; of the reference 3 content and the is on the.
  EXPECT_EQ(second.chunks, 3U);  // [red bike] [on] [grass]
  const double p = (.75 * 5 + .25 * 4) / (.75 * 5 + .25 * 5);
  const double r = (.75 * 5 + .25 * 4) / (.75 * 5 + .25 * 7);
  EXPECT_NEAR(meteor(sum), p * r / (.85 * p + .15 * r) * (1 - .6 * std::pow(3.0 / 9, .2)), 1e-12);
  EXPECT_EQ(meteor(MeteorStatistics{}), 0);
}

TEST(Meteor, IdenticalCaptionsUseExactMatchesAlone) {
  // is and was are synonyms here: crossing matches are possible, and not looked at.
  const MeteorReferences references = references_of({"is was was is"});
  EXPECT_DOUBLE_EQ(score(references, "is was was is"), 1);
}

TEST(Meteor, ParaphrasesMatchBothWaysAndWeighLess) {
  const std::string table = "0.5\nnext to\nbeside\n0.25\ntrain\nred locomotive engine\n";
  const MeteorReferences one = references_of({"a dog beside the train"}, table);
  const MeteorStatistics statistics = one.statistics(0, words("a dog next to the train"));
  EXPECT_EQ(statistics.hypothesis.matched_content[3], 2U);
  EXPECT_EQ(statistics.reference.matched_content[3], 1U);
  EXPECT_EQ(statistics.chunks, 0U) << "all words match in one chunk";
  const double p = (.75 * 2 + .25 * 2 + .6 * .75 * 2) / (.75 * 4 + .25 * 2);
  const double r = (.75 * 2 + .25 * 2 + .6 * .75) / (.75 * 3 + .25 * 2);
  EXPECT_NEAR(meteor(statistics), p * r / (.85 * p + .15 * r), 1e-12);
  const MeteorReferences other = references_of({"a dog next to the red locomotive engine"}, table);
  const MeteorStatistics reverse = other.statistics(0, words("a dog beside the train"));
  EXPECT_EQ(reverse.hypothesis.matched(), 5U);
  EXPECT_EQ(reverse.reference.matched(), 8U);
  EXPECT_EQ(one.resources().name(), "METEOR");
  EXPECT_NE(one.resources().description().find("2 paraphrases"), std::string::npos);
}

/// Captions of a small vocabulary, so that words repeat and matches compete.
std::vector<Tokens> random_captions(std::mt19937_64& random, size_t count) {
  const std::vector<std::string> vocabulary = {
      "a",    "the",    "man", "men",  "bike", "bicycle", "is",    "was",
      "ride", "riding", "on",  "road", "dogs", "dog",     "unmet", "twin-hulled"};
  std::vector<Tokens> out(count);
  for (Tokens& caption : out) {
    const size_t length = random() % 14;
    for (size_t i = 0; i < length; ++i) caption.push_back(vocabulary[random() % 16]);
  }
  return out;
}

TEST(Meteor, OrderOfReferencesMakesNoDifference) {
  std::mt19937_64 random(8);
  const auto resources = small_resources();
  for (int round = 0; round < 200; ++round) {
    std::vector<Tokens> image = random_captions(random, 5);
    const Tokens hypothesis = random_captions(random, 1)[0];
    const MeteorReferences before({image}, resources);
    std::shuffle(image.begin(), image.end(), random);
    const MeteorReferences after({image}, resources);
    EXPECT_EQ(before.statistics(0, hypothesis), after.statistics(0, hypothesis));
  }
}

TEST(Meteor, AddingAReferenceNeverLowersTheScore) {
  std::mt19937_64 random(9);
  const auto resources = small_resources();
  for (int round = 0; round < 200; ++round) {
    std::vector<Tokens> image = random_captions(random, 2);
    const Tokens hypothesis = random_captions(random, 1)[0];
    const double before = meteor(MeteorReferences({image}, resources).statistics(0, hypothesis));
    image.push_back(random_captions(random, 1)[0]);
    const double after = meteor(MeteorReferences({image}, resources).statistics(0, hypothesis));
    EXPECT_GE(after, before);
    EXPECT_LE(after, 1);
  }
}

TEST(Meteor, ThreadsMakeNoDifference) {
  std::mt19937_64 random(10);
  TokenizedReferences images;
  for (int i = 0; i < 200; ++i) images.push_back(random_captions(random, 5));
  const std::vector<Tokens> hypotheses = random_captions(random, 200);
  const MeteorReferences references(images, small_resources());
  std::vector<MeteorStatistics> one(200);
  for (size_t i = 0; i < 200; ++i) one[i] = references.statistics(i, hypotheses[i]);
  for (const size_t threads : {2U, 5U}) {
    std::vector<MeteorStatistics> many(200);
    {
      std::vector<std::jthread> pool;
      for (size_t t = 0; t < threads; ++t) {
        pool.emplace_back([&, t] {
          for (size_t i = t; i < 200; i += threads) {
            many[i] = references.statistics(i, hypotheses[i]);
          }
        });
      }
    }
    EXPECT_EQ(one, many);
  }
}

TEST(Meteor, HostileCaptionsHaveADefinedScore) {
  const MeteorReferences references = references_of({"a man on the road", ""});
  const MeteorStatistics empty = references.statistics(0, {});
  EXPECT_EQ(meteor(empty), 0);
  EXPECT_EQ(empty.hypothesis.length(), 0U);
  EXPECT_EQ(score(references_of({""}), ""), 0);
  EXPECT_EQ(score(references_of({""}), "a man"), 0);
  EXPECT_DOUBLE_EQ(score(references, "a man on the road"), 1);
  EXPECT_EQ(meteor(references.statistics(0, {"", "\xFF\xFE", "\U0001F600"})), 0);
  EXPECT_GT(meteor(references.statistics(0, {"man\xC3", "road\U0001F600"})), 0);
  EXPECT_DOUBLE_EQ(meteor(references.statistics(0, {"a\u00A0man", "on", "the\u00A0road"})), 1);
  EXPECT_EQ(meteor(references.statistics(0, {std::string(100000, 'x')})), 0);
}

TEST(Meteor, TenThousandWordsAreScored) {
  std::mt19937_64 random(12);
  const MeteorReferences references = references_of({"a man on the road", "the road on a bike"});
  EXPECT_LT(meteor(references.statistics(0, Tokens(10000, "road"))), 0.1);
  Tokens mixed;
  for (const Tokens& caption : random_captions(random, 1600)) {
    mixed.insert(mixed.end(), caption.begin(), caption.end());
  }
  ASSERT_GT(mixed.size(), 9000U);
  const double score = meteor(references.statistics(0, mixed));
  EXPECT_GT(score, 0);
  EXPECT_LT(score, 0.1);
}

TEST(Meteor, MissingReferencesAreErrors) {
  EXPECT_THROW(MeteorReferences({}, small_resources()), InputError);
  EXPECT_THROW(MeteorReferences({{}}, small_resources()), InputError);
  EXPECT_THROW(MeteorReferences({{words("a")}}, nullptr), InternalError);
  EXPECT_THROW(references_of({"a"}).statistics(1, {}), InternalError);
}

TEST(MeteorResources, SayWhatIsUsed) {
  const TemporaryFolder folder;
  write_meteor_folder(folder);
  const MeteorResources own = MeteorResources::open(folder.path());
  EXPECT_EQ(own.name(), "METEOR(no-para)");
  EXPECT_EQ(own.description(), "METEOR(no-para) with METEOR's synonym sets and function words");
  EXPECT_TRUE(own.is_function_word("his"));
  EXPECT_FALSE(own.is_function_word("of"));
  // METEOR's folder may hold the table.
  const gzFile table = gzopen((folder / "paraphrase-en.gz").c_str(), "wb");
  gzputs(table, "0.5\nnext to\nbeside\n");
  gzclose(table);
  const MeteorResources with_table = MeteorResources::open(folder.path());
  EXPECT_EQ(with_table.description(),
            "METEOR with METEOR's synonym sets and function words, 1 paraphrases");
  for (const char* name : {"index.noun", "index.verb", "index.adj", "index.adv"}) {
    const std::string pos(1, std::string(name) == "index.adv" ? 'r' : name[6]);
    write_text(folder / name, "red " + pos + " 1 0 1 1 00000001\n");
  }
  for (const char* name : {"noun.exc", "verb.exc", "adj.exc", "adv.exc"}) {
    write_text(folder / name, "");
  }
  const MeteorResources wordnet = MeteorResources::from_wordnet(folder.path());
  EXPECT_EQ(wordnet.description(), "METEOR(no-para) with WordNet's synonym sets (" +
                                       folder.path().string() +
                                       ") and the built-in function words");
  EXPECT_TRUE(wordnet.is_function_word("of"));
  EXPECT_FALSE(wordnet.is_function_word("dog"));
  const MeteorResources mixed =
      MeteorResources::from_wordnet(folder.path(), {}, folder / "english.function.words");
  EXPECT_NE(mixed.description().find("METEOR's function words"), std::string::npos);
  EXPECT_FALSE(mixed.is_function_word("of"));
}

TEST(MeteorResources, MissingFilesAreNamed) {
  const TemporaryFolder folder;
  const auto message = [&] {
    return message_of<InputError>([&] { MeteorResources::open(folder.path()); });
  };
  EXPECT_NE(
      message_of<InputError>([&] { MeteorResources::open(folder / "x"); }).find("no such folder"),
      std::string::npos);
  EXPECT_NE(message().find("english.synsets"), std::string::npos);
  write_meteor_folder(folder);
  std::filesystem::remove(folder / "english.function.words");
  EXPECT_NE(message().find("english.function.words"), std::string::npos);
  write_text(folder / "english.function.words", "of the\n");
  EXPECT_NE(message().find("more than one word"), std::string::npos);
  write_text(folder / "english.function.words", "\n");
  EXPECT_NE(message().find("no word"), std::string::npos);
}

TEST(MeteorResources, BrokenParaphraseTablesAreNamed) {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& name) {
    return message_of<InputError>([&] { meteor_parts::ParaphraseTable::open(folder / name); });
  };
  EXPECT_NE(message("absent").find("no such file"), std::string::npos);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "no pair"},
      {"x\na b\nc\n", ":1: not a probability"},
      {"1.5\na b\nc\n", ":1: not a probability"},
      {"nan\na b\nc\n", ":1: not a probability"},
      {"0.5\na b\n", ":3: the file ends"},
      {"0.5\na  b\nc\n", ":2: not a phrase"},
      {"0.5\na b\n\n", ":3: not a phrase"},
      {"0.5\na b\nc", ":3: the file was cut off"},
      {"0.5\na\na\n", "no pair"},
      {"0.5\na\n" + std::string(10000, 'b') + "\n", ":3: a line of more than"},
      {std::string("\x1f\x8b\x08\x00garbage\x00\x01", 13), "table"},
  };
  for (const auto& [text, cause] : cases) {
    write_text(folder / "table", text);
    EXPECT_NE(message("table").find(cause), std::string::npos)
        << text.substr(0, 40) << " -> " << message("table");
  }
  std::string phrase = "w";
  for (int i = 0; i < 32; ++i) phrase += " w";
  write_text(folder / "table", "0.5\na\n" + phrase + "\n");
  EXPECT_NE(message("table").find("more than 32 words"), std::string::npos);
  // A gzip file that was cut off.
  const gzFile whole = gzopen((folder / "whole.gz").c_str(), "wb");
  for (int i = 0; i < 5000; ++i) {
    gzputs(whole, ("0.5\na" + std::to_string(i * 7919 % 5000) + "\nb\n").c_str());
  }
  gzclose(whole);
  EXPECT_EQ(meteor_parts::ParaphraseTable::open(folder / "whole.gz").pairs(), 5000U);
  const std::string bytes = file_text(folder / "whole.gz");
  write_text(folder / "cut.gz", bytes.substr(0, bytes.size() / 2));
  EXPECT_NE(message("cut.gz").find("cut off"), std::string::npos) << message("cut.gz");
}

}  // namespace
}  // namespace storyteller::meteor_test
