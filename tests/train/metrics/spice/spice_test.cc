#include "train/metrics/spice/spice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <sstream>

#include "core/error.h"
#include "tests/mutate_text.h"
#include "tests/real_data.h"
#include "tests/temporary_folder.h"
#include "train/metrics/spice/spice_import.h"

namespace storyteller::spice_test {
namespace {

const std::shared_ptr<const SpiceModel>& model() {
  static const auto instance =
      std::make_shared<const SpiceModel>(WordNet::shared(default_wordnet_folder()));
  return instance;
}

TokenizedReferences tokenized(const std::vector<std::vector<std::string>>& references) {
  TokenizedReferences out;
  for (const auto& image : references) {
    out.emplace_back();
    for (const auto& caption : image) out.back().push_back(ptb_tokenize(caption));
  }
  return out;
}

std::vector<SpiceCounts> score(const std::vector<std::vector<std::string>>& references,
                               const std::vector<std::string>& hypotheses, int threads = 1) {
  std::vector<Tokens> tokens;
  for (const auto& caption : hypotheses) tokens.push_back(ptb_tokenize(caption));
  return SpiceReferences(tokenized(references), model(), threads).score_all(tokens, threads);
}

const std::vector<std::vector<std::string>> kReferences = {
    {"A man riding a horse on the beach.", "A man on a brown horse.", "Two people near a horse"},
    {"A black cat sleeping on a bed.", "the small cat lies on the white bed"},
    {"An airplane on a runway", "a plane is parked at the airport"}};

TEST(Spice, ACaptionThatIsTheReferenceScoresOne) {
  for (const auto& image : kReferences) {
    for (const std::string& caption : image) {
      const SpiceCounts counts = score({{caption}}, {caption})[0];
      EXPECT_EQ(counts.f1(), 1) << caption;
      EXPECT_EQ(counts.of(SpiceCategory::kAll).reference_only, 0);
    }
  }
}

TEST(Spice, SynonymsMatch) {
  EXPECT_EQ(score({{"an airplane"}}, {"a plane"})[0].f1(), 1);
  EXPECT_EQ(score({{"an airplane"}}, {"a horse"})[0].f1(), 0);
}

TEST(Spice, OrderOfReferencesAndImagesChangesNothing) {
  const std::vector<std::string> said = {"a man rides a horse", "a cat on a bed", "a white plane"};
  const auto expected = score(kReferences, said);
  auto references = kReferences;
  for (auto& image : references) std::reverse(image.begin(), image.end());
  auto found = score(references, said);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(found[i].categories, expected[i].categories);
  std::reverse(references.begin(), references.end());
  found = score(references, {said.rbegin(), said.rend()});
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(found[2 - i].categories, expected[i].categories);
}

TEST(Spice, MergedReferencesAreOneGraphInAnyOrder) {
  std::vector<Tokens> captions = tokenized(kReferences)[2];
  const auto text = [&] {
    std::string all;
    const spice::TupleGraph graph = model()->graph(captions);
    for (const auto& tuple : graph.tuples()) all += graph.text(tuple) + " ";
    return all;
  };
  const std::string first = text();
  EXPECT_NE(first.find("(airplane/plane)"), std::string::npos) << first;
  std::reverse(captions.begin(), captions.end());
  EXPECT_EQ(text(), first);
}

TEST(Spice, ManyObjectsMergeAsFewDo) {  // two ways of finding similar pairs
  const std::vector<std::string> names = {"airplane", "plane", "skier", "ski",   "doughnut",
                                          "donut",    "dog",   "cat",   "horse", "car",
                                          "bicycle",  "bike",  "sofa",  "couch"};
  std::vector<spice::Proposition> few, many;
  for (const auto& name : names) few.push_back({name});
  many = few;
  for (const char* name : {"xa", "xb", "xc", "xd", "xe", "xf", "xg"}) many.push_back({name});
  const auto& thesaurus = model()->thesaurus();
  const size_t objects = spice::TupleGraph::merge(few, thesaurus).tuples().size();
  EXPECT_LT(objects, names.size());
  EXPECT_EQ(spice::TupleGraph::merge(many, thesaurus).tuples().size(), objects + 7);
}

spice::TupleMatches matches_of(const std::vector<spice::Proposition>& candidate,
                               const std::vector<spice::Proposition>& references) {
  return match_imported({"", candidate, references}, model()->thesaurus());
}

TEST(Spice, TuplesMatchOnlyTuplesOfTheirSize) {
  const auto found = matches_of({{"dog"}, {"dog", "brown"}}, {{"dog", "brown"}, {"dog"}});
  EXPECT_EQ(found.reference, (std::vector<char>{1, 1}));
  EXPECT_EQ(matches_of({{"dog"}}, {{"dog", "brown"}}).candidate, (std::vector<char>{0}));
}

TEST(Spice, TheFirstSimilarTupleIsMatchedAndMayBeTwice) {
  const auto found =
      matches_of({{"plane"}, {"airplane"}}, {{"aeroplane"}, {"plane"}, {"airplane"}});
  EXPECT_EQ(found.candidate, (std::vector<char>{1, 1}));
  EXPECT_EQ(found.reference, (std::vector<char>{1, 0, 0}));
}

TEST(Spice, OrderOfElementsCounts) {
  EXPECT_EQ(matches_of({{"dog", "near", "cat"}}, {{"cat", "near", "dog"}}).candidate,
            (std::vector<char>{0}));
}

TEST(Spice, ThreadsChangeNoBit) {
  std::vector<std::vector<std::string>> references;
  std::vector<std::string> said;
  for (int i = 0; i < 300; ++i) {
    references.push_back(kReferences[i % 3]);
    said.push_back(kReferences[(i + i / 3) % 3][i % 2]);
  }
  const auto one = score(references, said, 1), four = score(references, said, 4);
  for (size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i].categories, four[i].categories);
  EXPECT_EQ(spice_scores(one).f1, spice_scores(four).f1);
}

TEST(Spice, CountsByCategory) {
  const SpiceCounts counts =
      score({{"two small black dogs near a red car"}}, {"two large black dogs near a tree"})[0];
  EXPECT_EQ(counts.of(SpiceCategory::kObject), (SpiceCount{1, 1, 1}));
  EXPECT_EQ(counts.of(SpiceCategory::kRelation), (SpiceCount{0, 1, 1}));
  EXPECT_EQ(counts.of(SpiceCategory::kAttribute), (SpiceCount{2, 1, 2}));
  EXPECT_EQ(counts.of(SpiceCategory::kColor), (SpiceCount{1, 0, 1}));
  EXPECT_EQ(counts.of(SpiceCategory::kCardinality), (SpiceCount{1, 0, 0}));
  EXPECT_EQ(counts.of(SpiceCategory::kSize), (SpiceCount{0, 1, 1}));
}

TEST(Spice, CategoriesWithoutReferenceTuplesHaveNoScore) {
  const SpiceCounts counts = score({{"a dog"}}, {"a black dog"})[0];
  EXPECT_EQ(counts.f1(SpiceCategory::kColor), std::nullopt);
  EXPECT_EQ(score({{"a black dog"}}, {"a dog"})[0].f1(SpiceCategory::kColor), 0.0);
  const SpiceScores scores = spice_scores(score({{"a dog"}, {"a black dog"}}, {"a dog", "a dog"}));
  EXPECT_EQ(scores.categories[static_cast<size_t>(SpiceCategory::kColor)], 0.0);
  EXPECT_EQ(scores.categories[static_cast<size_t>(SpiceCategory::kSize)], std::nullopt);
}

TEST(Spice, CaptionsThatSayNothingScoreZero) {
  const std::vector<std::string> nothing = {"", "the of", "\xff\xfe", "\xf0\x9f\x90\xb6"};
  for (const std::string& caption : nothing) {
    EXPECT_EQ(score({{"a dog"}}, {caption})[0].f1(), 0);
    EXPECT_EQ(score({{caption}}, {"a dog"})[0].f1(), 0);
  }
  std::string lengthy;
  for (int i = 0; i < 10'000; ++i) lengthy += i % 3 ? "dog " : "near ";
  EXPECT_LE(score({{"a dog"}}, {lengthy})[0].f1(), 1);
}

TEST(Spice, WrongUseIsRefused) {
  EXPECT_NE(message_of<InputError>([] { SpiceReferences({}, model()); }), "");
  EXPECT_NE(message_of<InputError>([] { SpiceReferences({{}}, model()); }).find("image 0"),
            std::string::npos);
  const SpiceReferences references(tokenized(kReferences), model());
  EXPECT_NE(message_of<InternalError>([&] { references.score(3, {}); }), "");
  EXPECT_NE(message_of<InputError>([&] { references.score_all({{}}); }).find("1 hypotheses for 3"),
            std::string::npos);
  EXPECT_NE(message_of<InputError>([] { spice_scores({}); }), "");
}

TEST(SpiceImport, BadFilesNameImageAndCause) {
  const auto refused = [](const char* json) {
    return message_of<InputError>([&] { parse_spice_tuples(json, "t.json"); });
  };
  EXPECT_EQ(refused("{"), "t.json: not JSON; is it the output file of the SPICE tool?");
  EXPECT_EQ(refused("{}"),
            "t.json: not a list of images; is it the output file of the SPICE tool?");
  EXPECT_EQ(refused("[]"), "t.json: the list of images is empty");
  EXPECT_EQ(refused("[3]"), "t.json: image 0 (counted from 0): no image_id");
  EXPECT_EQ(refused(R"([{"image_id": [1]}])"),
            "t.json: image 0 (counted from 0): image_id is neither a number nor a text");
  EXPECT_EQ(refused(R"([{"image_id": 7}])"),
            "t.json: image_id 7: no list 'test_tuples'; run the SPICE tool with -detailed");
  EXPECT_NE(refused(R"([{"image_id": 7, "test_tuples": [{"tuple": []}]}])").find("one to three"),
            std::string::npos);
  EXPECT_NE(refused(R"([{"image_id": 7, "test_tuples": [{"tuple": [1]}]}])").find("no text"),
            std::string::npos);
  const char* const twice = R"([{"image_id": 7, "test_tuples": [], "ref_tuples": []},
                                {"image_id": "7", "test_tuples": [], "ref_tuples": []}])";
  EXPECT_EQ(refused(twice), "t.json: image_id 7 twice");
}

/// Whatever stands there: counts, or an InputError.
TEST(Spice, RandomMutationsNeverEscape) {
  const std::string tuples = R"([{"image_id": 7, "test_tuples": [{"tuple": ["dog", "ski/skier"]}],
      "ref_tuples": [{"tuple": ["dog"]}, {"tuple": ["man", "ride", "dog"]}]}])";
  const std::string caption = "A man's two-year-old dog, riding a horse (brown) on the beach.";
  constexpr std::string_view kLikely = "'-().,\"\\ sde0\xC2\xA0";
  std::mt19937_64 random(7);
  size_t read = 0;
  for (int round = 0; round < 10000; ++round) {
    try {
      for (const auto& image :
           parse_spice_tuples(mutate_text(tuples, kLikelyInJson, random), "file")) {
        const double f1 = spice_counts(image, model()->thesaurus()).f1();
        ASSERT_TRUE(f1 >= 0 && f1 <= 1);
        ++read;
      }
    } catch (const InputError&) {
    }
    const Tokens said = ptb_tokenize(mutate_text(caption, kLikely, random));
    const spice::TupleGraph graph = model()->graph({said});
    const SpiceCounts counts = spice_counts(graph, spice::ReferenceGraph(graph));
    ASSERT_EQ(counts.of(SpiceCategory::kAll).candidate_only, 0);
  }
  EXPECT_GT(read, 100U);
}

TEST(SpiceImport, DeepNestingIsRefused) {
  EXPECT_NE(message_of<InputError>([] { parse_spice_tuples(std::string(1000000, '['), "t.json"); }),
            "");
  const std::string deep = std::string(200000, '[') + std::string(200000, ']');
  EXPECT_NE(message_of<InputError>(
                [&] { parse_spice_tuples(R"([{"image_id": )" + deep + "}]", "t.json"); }),
            "");
}

nlohmann::json json_of(const std::filesystem::path& path) {
  return nlohmann::json::parse(std::ifstream(path));
}

TEST(SpiceImport, MatchesAndScoresAreTheOriginals) {
  STORYTELLER_REQUIRE_DATA(path, "metrics/spice_50.json");
  const auto json = json_of(path);
  const auto images = read_spice_tuples(path);
  ASSERT_EQ(images.size(), 50);
  for (size_t i = 0; i < images.size(); ++i) {
    SCOPED_TRACE("image_id " + images[i].image);
    const auto matches = match_imported(images[i], model()->thesaurus());
    const auto check = [&](const std::vector<char>& found, const nlohmann::json& tuples) {
      ASSERT_EQ(found.size(), tuples.size());
      for (size_t t = 0; t < found.size(); ++t) {
        EXPECT_EQ(found[t] != 0, tuples[t]["truth_value"].get<bool>()) << tuples[t].dump();
      }
    };
    check(matches.candidate, json[i]["test_tuples"]);
    check(matches.reference, json[i]["ref_tuples"]);
    const SpiceCounts counts = spice_counts(images[i], model()->thesaurus());
    for (size_t k = 0; k < kSpiceCategories; ++k) {
      const auto category = static_cast<SpiceCategory>(k);
      const auto& scores = json[i]["scores"][std::string(name_of(category))];
      SCOPED_TRACE(name_of(category));
      EXPECT_EQ(counts.of(category).matched, scores["tp"].get<int64_t>());
      EXPECT_EQ(counts.of(category).candidate_only, scores["fp"].get<int64_t>());
      EXPECT_EQ(counts.of(category).reference_only, scores["fn"].get<int64_t>());
      const auto f1 = counts.f1(category);
      ASSERT_EQ(f1.has_value(), !scores["f"].is_null());
      if (!f1) continue;
      EXPECT_NEAR(*f1, scores["f"].get<double>(), 5.001e-4);  // the file has three digits
      EXPECT_NEAR(counts.of(category).precision(), scores["pr"].get<double>(), 5.001e-4);
      EXPECT_NEAR(counts.of(category).recall(), scores["re"].get<double>(), 5.001e-4);
    }
  }
}

double mean(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

double pearson(const std::vector<double>& x, const std::vector<double>& y) {
  const double mx = mean(x), my = mean(y);
  double xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
  }
  return xy / std::sqrt(xx * yy);
}

TEST(SpiceNative, AgreesWithTheOriginalOnImages) {
  STORYTELLER_REQUIRE_DATA(path, "metrics/spice_50.json");
  std::vector<double> ours, theirs;
  for (const auto& image : json_of(path)) {
    const auto references = image["reference_captions"].get<std::vector<std::string>>();
    const auto said = image["test_caption"].get<std::vector<std::string>>();
    ours.push_back(score({references}, said)[0].f1());
    theirs.push_back(image["scores"]["All"]["f"].get<double>());
  }
  // Bootstrap over images, percentiles of 2.5 and 97.5.
  std::vector<double> resampled;
  uint64_t seed = 1;
  for (int round = 0; round < 2000; ++round) {
    std::vector<double> x, y;
    for (size_t i = 0; i < ours.size(); ++i) {
      seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
      x.push_back(ours[(seed >> 33) % ours.size()]);
      y.push_back(theirs[(seed >> 33) % ours.size()]);
    }
    resampled.push_back(pearson(x, y));
  }
  std::sort(resampled.begin(), resampled.end());
  const double r = pearson(ours, theirs);
  std::printf("SPICE-native and SPICE, 50 images: Pearson %.3f [%.3f, %.3f], means %.4f and %.4f\n",
              r, resampled[50], resampled[1949], mean(ours), mean(theirs));
  EXPECT_GE(r, 0.80);
  EXPECT_NEAR(mean(ours), mean(theirs), 0.02);
}

/// docs/metrics/spice.md: between "<!-- spice example -->" and the closing fence, lines
/// "reference | text", "caption | text", "reference tuples | ...", "f1 number".
TEST(SpicePage, TheWorkedExampleIsRight) {
  std::ifstream in(std::string(STORYTELLER_SOURCE_DIR) + "/docs/metrics/spice.md");
  std::vector<std::string> references;
  std::string caption, tuples, reference_tuples;
  double f1 = -1;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line == "<!-- spice example -->") inside = true;
    if (line == "<!-- end -->") inside = false;
    if (!inside) continue;
    const size_t bar = line.find(" | ");
    const std::string kind = line.substr(0, bar);
    const std::string text = bar == std::string::npos ? "" : line.substr(bar + 3);
    if (kind == "reference") references.push_back(text);
    if (kind == "caption") caption = text;
    if (kind == "caption's tuples") tuples += text + " ";
    if (kind == "references' tuples") reference_tuples += text + " ";
    if (kind == "f1") f1 = std::stod(text);
  }
  ASSERT_FALSE(references.empty());
  const auto text_of = [](const spice::TupleGraph& graph) {
    std::string all;
    for (const auto& tuple : graph.tuples()) all += graph.text(tuple) + " ";
    return all;
  };
  EXPECT_EQ(text_of(model()->graph({ptb_tokenize(caption)})), tuples);
  EXPECT_EQ(text_of(model()->graph(tokenized({references})[0])), reference_tuples);
  EXPECT_NEAR(score({references}, {caption})[0].f1(), f1, 5e-5);
}

}  // namespace
}  // namespace storyteller::spice_test
