#include "train/rating/rating_sheet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::rating_sheet_test {
namespace {

RatedSystem system_saying(const std::string& name, size_t images) {
  RatedSystem system{.name = name, .captions = {}};
  for (size_t i = 0; i < images; ++i) {
    system.captions.push_back(
        {.image = std::to_string(i), .caption = name + " says " + std::to_string(i)});
  }
  return system;
}

std::vector<FiledCaption> people(size_t images) {
  std::vector<FiledCaption> references;
  for (size_t i = 0; i < images; ++i) {
    const std::string id = std::to_string(i);
    references.push_back({.image = id, .caption = "One sees " + id});
    references.push_back({.image = id, .caption = "Two see " + id});
  }
  return references;
}

RatingSheet plan(size_t images, const RatingSheetOptions& options = {}) {
  const std::vector<RatedSystem> systems{system_saying("a", images), system_saying("b", images)};
  const std::vector<FiledCaption> references = people(images);
  return plan_rating_sheet(systems, &references, images_in_common(systems, &references), options);
}

TEST(RatingSheet, HoldsEveryCaptionOfEverySystemOnce) {
  const RatingSheet sheet = plan(30);
  EXPECT_EQ(sheet.systems, (std::vector<std::string>{"a", "b", "human"}));
  EXPECT_EQ(sheet.control, 2U);
  EXPECT_EQ(sheet.originals(), 90U);
  EXPECT_EQ(sheet.items.size(), 99U) << "a tenth of them twice";
  std::set<std::pair<std::string, size_t>> seen;
  for (const RatingItem& item : sheet.items) {
    if (item.duplicate_of) continue;
    ASSERT_EQ(item.systems.size(), 1U);
    EXPECT_TRUE(seen.emplace(item.image, item.systems[0]).second);
    const std::string expected = item.systems[0] == 0   ? "A says " + item.image + "."
                                 : item.systems[0] == 1 ? "B says " + item.image + "."
                                                        : "";
    if (!expected.empty()) {
      EXPECT_EQ(item.caption, expected);
    } else {
      EXPECT_TRUE(item.caption == "One sees " + item.image + "." ||
                  item.caption == "Two see " + item.image + ".");
    }
  }
  EXPECT_EQ(seen.size(), 90U);
}

TEST(RatingSheet, RepeatsLateAndNeverSideBySide) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const RatingSheet sheet = plan(20, {.duplicates = 12, .seed = seed});
    size_t duplicates = 0;
    for (size_t i = 0; i < sheet.items.size(); ++i) {
      const RatingItem& item = sheet.items[i];
      if (i > 0) {
        EXPECT_NE(item.image, sheet.items[i - 1].image);
      }
      if (!item.duplicate_of) continue;
      ++duplicates;
      const RatingItem& original = sheet.items[*item.duplicate_of];
      EXPECT_FALSE(original.duplicate_of.has_value());
      EXPECT_EQ(original.caption, item.caption);
      EXPECT_EQ(original.image, item.image);
      EXPECT_EQ(original.systems, item.systems);
      EXPECT_GE(i - *item.duplicate_of, sheet.originals() / 3);
    }
    EXPECT_EQ(duplicates, 12U);
  }
}

TEST(RatingSheet, GivesEverySystemEveryPlaceAlike) {
  std::map<size_t, size_t> first;  // system -> on how many sheets and images it speaks first
  for (uint64_t seed = 0; seed < 40; ++seed) {
    std::set<std::string> seen;
    for (const RatingItem& item : plan(30, {.seed = seed}).items) {
      if (seen.insert(item.image).second) ++first[item.systems[0]];
    }
  }
  for (const auto& [system, count] : first) {
    EXPECT_NEAR(static_cast<double>(count), 400, 60) << system;  // 1,200 / 3; 3.7 sigma
  }
}

TEST(RatingSheet, DependsOnTheSeedAndNotOnTheOrderOfFiles) {
  EXPECT_EQ(rating_key_json(plan(12)), rating_key_json(plan(12)));
  EXPECT_NE(plan(12).id, plan(12, {.seed = 2}).id);
  std::vector<RatedSystem> systems{system_saying("a", 12), system_saying("b", 12)};
  std::vector<FiledCaption> references = people(12);
  std::reverse(systems[0].captions.begin(), systems[0].captions.end());
  std::rotate(references.begin(), references.begin() + 6, references.end());
  const RatingSheet sheet =
      plan_rating_sheet(systems, &references, images_in_common(systems, &references), {});
  EXPECT_EQ(rating_key_json(sheet), rating_key_json(plan(12)));
}

TEST(RatingSheet, RatesEqualCaptionsOnce) {
  std::vector<RatedSystem> systems{system_saying("a", 8), system_saying("b", 8)};
  systems[1].captions[3].caption = "A  says 3. ";  // equal but for its spelling
  const RatingSheet sheet =
      plan_rating_sheet(systems, nullptr, images_in_common(systems, nullptr), {.duplicates = 0});
  EXPECT_FALSE(sheet.control.has_value());
  EXPECT_EQ(sheet.items.size(), 15U);
  const auto merged = std::find_if(sheet.items.begin(), sheet.items.end(),
                                   [](const RatingItem& item) { return item.systems.size() == 2; });
  ASSERT_NE(merged, sheet.items.end());
  EXPECT_EQ(merged->image, "3");
}

TEST(RatingSheet, DrawsFromWhatAllHave) {
  std::vector<RatedSystem> systems{system_saying("a", 10), system_saying("b", 6)};
  std::vector<FiledCaption> references = people(10);
  references.erase(references.begin() + 4, references.begin() + 6);  // those of image 2
  EXPECT_EQ(images_in_common(systems, &references),
            (std::vector<std::string>{"0", "1", "3", "4", "5"}));
  std::set<std::string> images;
  for (const RatingItem& item : plan(30, {.images = 7}).items) images.insert(item.image);
  EXPECT_EQ(images.size(), 7U);
}

TEST(RatingSheet, RefusesWhatCannotBe) {
  EXPECT_NE(message_of<UsageError>([] { plan(5, {.images = 6}); }).find("5 can be used"),
            std::string::npos);
  EXPECT_THROW(plan(5, {.images = 0}), UsageError);
  EXPECT_NE(message_of<UsageError>([] { plan(5, {.duplicates = 9}); }).find("8, half of"),
            std::string::npos);
  EXPECT_THROW(plan(5, {.scales = {"x", "x"}}), UsageError);
  EXPECT_THROW(plan(5, {.scales = {}}), UsageError);
  EXPECT_THROW(
      plan_rating_sheet({system_saying("a", 2), system_saying("a", 2)}, nullptr, {"0"}, {}),
      UsageError);
  const auto references = people(2);
  EXPECT_THROW(plan_rating_sheet({system_saying("human", 2)}, &references, {"0"}, {}), UsageError);
  RatedSystem twice = system_saying("a", 2);
  twice.captions.push_back({.image = "1", .caption = "again"});
  EXPECT_NE(message_of<InputError>([&] {
              plan_rating_sheet({twice}, nullptr, {"0"}, {});
            }).find("captions of a: image 1 has two"),
            std::string::npos);
  EXPECT_EQ(plan(1).items.size(), 4U) << "one image is enough";
}

TEST(RatingSheet, WritesAllCaptionsAlike) {
  EXPECT_EQ(in_plain_spelling("a man  riding\ta wave"), "A man riding a wave.");
  EXPECT_EQ(in_plain_spelling(" A man riding a wave . "), "A man riding a wave.");
  EXPECT_EQ(in_plain_spelling("who is there?"), "Who is there?");
  EXPECT_EQ(in_plain_spelling("\xC3\xA9t\xC3\xA9"), "\xC3\xA9t\xC3\xA9.");
  EXPECT_EQ(in_plain_spelling(" . "), "");
  EXPECT_EQ(in_plain_spelling(""), "");
  const std::vector<RatedSystem> systems{system_saying("a", 1)};
  EXPECT_EQ(plan_rating_sheet(systems, nullptr, {"0"}, {.verbatim = true}).items[0].caption,
            "a says 0");
}

TEST(RatingKey, ComesBackAsItWas) {
  const RatingSheet sheet = plan(9, {.scales = {"quality"}, .seed = 77});
  const RatingSheet read = parse_rating_key(rating_key_json(sheet), "k.json");
  EXPECT_EQ(rating_key_json(read), rating_key_json(sheet));
  EXPECT_EQ(read.id.size(), 32U);
  EXPECT_EQ(read.id, sheet.id);
}

TEST(RatingKey, RefusesWhatIsNone) {
  const auto error = [](const std::string& text) {
    return message_of<InputError>([&] { parse_rating_key(text, "k.json"); });
  };
  const std::string good = rating_key_json(plan(2));
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
  };
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("3"), std::string(R"({"format": "x"})"),
        std::string("\xff"), good.substr(0, good.size() / 2),
        replaced("\"item\": 2", "\"item\": 3"),
        replaced("\"control\": \"human\"", "\"control\": \"?\""),
        replaced("\"a\"\n   ]", "\"z\"\n   ]"), replaced("\"seed\": 1", "\"seed\": \"one\"")}) {
    EXPECT_TRUE(error(text).starts_with("k.json: ")) << text;
  }
}

}  // namespace
}  // namespace storyteller::rating_sheet_test
