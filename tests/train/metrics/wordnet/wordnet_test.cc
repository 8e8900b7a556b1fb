#include "train/metrics/wordnet/wordnet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <unordered_map>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "train/metrics/wordnet/lexicon_file.h"

namespace storyteller::wordnet_test {
namespace {

using Forms = std::vector<std::string>;

constexpr const char* kLicence = "  1 This software and database is provided ...  \n";

/// A dictionary of a few words, in the form of wndb(5WN).
void write_dictionary(const TemporaryFolder& folder) {
  const auto write = [&](const char* name, const std::string& text) {
    write_text(folder / name, text);
  };
  write("index.noun", std::string(kLicence) +
                          "attorney n 1 1 @ 1 0 10249950  \n"
                          "attorney_general n 1 1 @ 1 0 09780249  \n"
                          "boxful n 1 1 @ 1 0 13764213  \n"
                          "dog n 2 3 @ ~ #m 2 1 02084071 10114209  \n"
                          "glass n 1 1 @ 1 1 03438257  \n"
                          "man n 1 0 1 1 10287213  \n"
                          "puppy n 1 1 @ 1 0 01322604  \n"
                          "spy n 1 1 @ 1 0 10641755  \n");
  write("index.verb", std::string(kLicence) +
                          "ask v 1 1 @ 1 0 00784342  \n"
                          "ask_for v 1 1 @ 1 0 00753685  \n"
                          "dog v 1 1 @ 1 0 02001858  \n"
                          "ride v 1 1 @ 1 0 01955984  \n"
                          "run v 1 1 @ 1 0 01926311  \n"
                          "spy v 1 1 @ 1 0 02163746  \n");
  write("index.adj", "nice a 1 1 & 1 0 01586342  \nred a 1 1 & 1 0 00381097  \n");
  write("index.adv", "well r 1 1 ! 1 0 00011093  \n");
  write("noun.exc", "mice mouse\n");
  write("verb.exc", "ran run\nspied spy\n");
  write("adj.exc", "redder red\n");
  write("adv.exc", "best well\n");
}

TEST(WordNet, FindsSynsetsByPartOfSpeech) {
  const TemporaryFolder folder;
  write_dictionary(folder);
  const WordNet wordnet = WordNet::open(folder.path());
  const auto dog = wordnet.synsets("dog", PartOfSpeech::kNoun);
  EXPECT_EQ(dog, (std::vector<uint32_t>{2084071, 10114209}));
  EXPECT_EQ(wordnet.synsets("dog", PartOfSpeech::kVerb).size(), 1U);
  EXPECT_TRUE(wordnet.synsets("dog", PartOfSpeech::kAdjective).empty());
  EXPECT_TRUE(wordnet.synsets("", PartOfSpeech::kNoun).empty());
  EXPECT_EQ(wordnet.synsets("attorney general", PartOfSpeech::kNoun).size(), 1U);
  EXPECT_EQ(wordnet.synsets("attorney_general", PartOfSpeech::kNoun).size(), 1U);
  EXPECT_EQ(wordnet.lemmas(PartOfSpeech::kNoun), 8U);
}

TEST(WordNet, IsSharedByFolderAsLongAsItIsHeld) {
  const TemporaryFolder folder, other;
  write_dictionary(folder);
  write_dictionary(other);
  auto wordnet = WordNet::shared(folder.path());
  EXPECT_EQ(wordnet, WordNet::shared(folder.path()));
  EXPECT_NE(wordnet, WordNet::shared(other.path()));
  EXPECT_EQ(wordnet->lemmas(PartOfSpeech::kNoun), 8U);
  wordnet.reset();
  std::filesystem::remove(folder / "index.noun");
  EXPECT_THROW(WordNet::shared(folder.path()), InputError);  // read anew
}

TEST(WordNet, BaseFormsFollowExceptionsThenRules) {
  const TemporaryFolder folder;
  write_dictionary(folder);
  const WordNet wordnet = WordNet::open(folder.path());
  const auto noun = [&](const char* word) { return wordnet.base_forms(word, PartOfSpeech::kNoun); };
  const auto verb = [&](const char* word) { return wordnet.base_forms(word, PartOfSpeech::kVerb); };
  EXPECT_EQ(noun("dogs"), Forms{"dog"});
  EXPECT_EQ(noun("dog"), Forms{"dog"});
  EXPECT_EQ(noun("men"), Forms{"man"});
  EXPECT_EQ(noun("puppies"), Forms{"puppy"});
  EXPECT_EQ(noun("glasses"), Forms{"glass"});
  EXPECT_EQ(noun("glass"), Forms{"glass"});
  EXPECT_EQ(noun("boxesful"), Forms{"boxful"});
  EXPECT_EQ(noun("mice"), Forms{}) << "an exception that names no lemma gives none";
  EXPECT_EQ(verb("ran"), Forms{"run"});
  EXPECT_EQ(verb("spied"), Forms{"spy"});
  EXPECT_EQ(verb("riding"), Forms{"ride"});
  EXPECT_EQ(verb("rides"), Forms{"ride"});
  EXPECT_EQ(verb("dogs"), Forms{"dog"});
  EXPECT_EQ(verb("ing"), Forms{});
  EXPECT_EQ(wordnet.base_forms("nicest", PartOfSpeech::kAdjective), Forms{"nice"});
  EXPECT_EQ(wordnet.base_forms("best", PartOfSpeech::kAdverb), Forms{"well"});
  EXPECT_EQ(noun("attorneys general"), Forms{"attorney_general"});
  EXPECT_EQ(verb("asked_for"), Forms{"ask_for"});
  EXPECT_EQ(noun(""), Forms{});
  EXPECT_EQ(noun("_"), Forms{});
}

TEST(WordNet, MissingFilesNameThePackage) {
  const TemporaryFolder folder;
  const auto open = [&] { WordNet::open(folder / "absent"); };
  const std::string no_folder = message_of<InputError>(open);
  EXPECT_NE(no_folder.find("absent"), std::string::npos) << no_folder;
  EXPECT_NE(no_folder.find("wordnet-base"), std::string::npos) << no_folder;
  write_dictionary(folder);
  for (const char* name : {"index.verb", "adv.exc"}) {
    const std::string text = file_text(folder / name);
    std::filesystem::remove(folder / name);
    const std::string message = message_of<InputError>([&] { WordNet::open(folder.path()); });
    EXPECT_NE(message.find(name), std::string::npos) << message;
    EXPECT_NE(message.find("wordnet-base"), std::string::npos) << message;
    write_text(folder / name, text);
  }
  EXPECT_NO_THROW(WordNet::open(folder.path()));
}

TEST(WordNet, MalformedIndexLinesAreNamed) {
  const TemporaryFolder folder;
  write_dictionary(folder);
  // In a file that is sorted, wrong lines are found by who looks them up; the others then stand.
  const std::vector<std::pair<std::string, std::string>> wrong_lines = {
      {"cat v 1 0 1 1 02121620\n", "part of speech"},
      {"cat\n", "part of speech"},
      {"cat n x 0 1 1 02121620\n", "synset_cnt"},
      {"cat n 0 0 1 1\n", "synset_cnt is 0"},
      {"cat n 4000000000 0 1 1 02121620\n", "synset_cnt is 4000000000"},
      {"cat n 2 0 1 1 02121620\n", "synset_offset"},
      {"cat n 1 0 1 1 99999999999\n", "synset_offset"},
      {"cat n 1 0 1 1 4294967296\n", "synset_offset"},
      {"cat n 1 0 1 1 -2121620\n", "synset_offset"},
      {"cat n 1 0 1 1 02121620 02121621\n", "more fields"},
      {"cat n 1 4000000000 @ 1 1 02121620\n", "pointer symbols"},
  };
  for (const auto& [line, cause] : wrong_lines) {
    write_text(folder / "index.noun", kLicence + line + "dog n 1 0 1 1 02084071\n");
    const WordNet wordnet = WordNet::open(folder.path());
    const std::string message =
        message_of<InputError>([&] { wordnet.synsets("cat", PartOfSpeech::kNoun); });
    EXPECT_NE(message.find(cause), std::string::npos) << line << " -> " << message;
    EXPECT_NE(message.find("index.noun:2: "), std::string::npos) << message;
    EXPECT_EQ(wordnet.synsets("dog", PartOfSpeech::kNoun).size(), 1U);
  }
  write_dictionary(folder);
  write_text(folder / "noun.exc", "mice\n");
  const WordNet wordnet = WordNet::open(folder.path());
  EXPECT_NE(message_of<InputError>([&] {
              wordnet.base_forms("mice", PartOfSpeech::kNoun);
            }).find("noun.exc:1: no lemma for 'mice'"),
            std::string::npos);
}

TEST(WordNet, FilesThatCannotBeSearchedAreNamed) {
  const TemporaryFolder folder;
  write_dictionary(folder);
  const std::string cat = "cat n 1 0 1 1 02121620\n", dog = "dog n 1 0 1 1 02084071\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {cat + "dog n 1 0 1 1 0208", ":3: the file was cut off"},
      {dog + cat, ":3: 'cat' behind 'dog': the lines are not sorted"},
      {cat + dog + "Dog n 1 0 1 1 02084071\n", ":4: 'Dog' behind 'dog'"},
      {cat + cat, ":3: 'cat' appears twice"},
      {cat + " \n" + dog, ":3: no word begins this line"},
      {cat + "\n", ":3: no word begins this line"},
      {cat + kLicence, ":3: no word begins this line"},
      {"", ":2: the file holds no lemma"},
  };
  for (const auto& [text, cause] : cases) {
    write_text(folder / "index.noun", kLicence + text);
    const std::string message = message_of<InputError>([&] { WordNet::open(folder.path()); });
    EXPECT_NE(message.find("index.noun" + cause), std::string::npos) << text << " -> " << message;
    EXPECT_NE(message.find("wordnet-base"), std::string::npos) << message;
  }
  write_dictionary(folder);
  write_text(folder / "noun.exc", "mice mouse\nfeet foot\n");
  EXPECT_NE(
      message_of<InputError>([&] { WordNet::open(folder.path()); }).find("noun.exc:2: 'feet'"),
      std::string::npos);
}

TEST(WordNet, ExceptionsMayRepeatAndLinesEndAsOnWindows) {
  const TemporaryFolder folder;
  write_dictionary(folder);
  write_text(folder / "noun.exc", "dogz dog puppy\r\ndogz man\r\nmen man\r\n");
  write_text(folder / "index.noun", "dog n 1 0 1 1 02084071\r\nman n 1 0 1 1 10287213\r\n");
  const WordNet wordnet = WordNet::open(folder.path());
  EXPECT_EQ(wordnet.exceptions("dogz", PartOfSpeech::kNoun), (Forms{"dog", "puppy", "man"}));
  EXPECT_EQ(wordnet.base_forms("dogz", PartOfSpeech::kNoun), (Forms{"dog", "man"}));
  EXPECT_EQ(wordnet.synsets("man", PartOfSpeech::kNoun), std::vector<uint32_t>{10287213});
}

/// Words that begin alike over many lines, and the gaps between them.
TEST(WordNet, FindsEveryLineAndNothingBetween) {
  const TemporaryFolder folder;
  write_dictionary(folder);
  for (const int lines : {1, 2, 15, 16, 17, 33, 300}) {
    std::string text;
    const auto word = [](int i) {
      const std::string digits = std::to_string(1000 + i);
      return (i % 3 == 0 ? "a" : i % 3 == 1 ? "collocation" : "z") + digits;
    };
    std::vector<std::pair<std::string, int>> words;
    for (int i = 0; i < lines; ++i) words.emplace_back(word(i), i);
    std::sort(words.begin(), words.end());
    for (const auto& [lemma, i] : words) {
      text += lemma + " n 1 0 1 1 " + std::to_string(i) + "\n";
    }
    write_text(folder / "index.noun", text);
    const WordNet wordnet = WordNet::open(folder.path());
    for (const auto& [lemma, i] : words) {
      EXPECT_EQ(wordnet.synsets(lemma, PartOfSpeech::kNoun),
                std::vector<uint32_t>{static_cast<uint32_t>(i)});
      for (const std::string& absent :
           {lemma + "a", lemma.substr(0, lemma.size() - 1), lemma + '\0', lemma + "\xff"}) {
        EXPECT_TRUE(wordnet.synsets(absent, PartOfSpeech::kNoun).empty()) << absent;
      }
    }
    for (const char* absent : {"", "A", "a", "collocation", "zz", "\xff", "\n"}) {
      EXPECT_TRUE(wordnet.synsets(absent, PartOfSpeech::kNoun).empty()) << absent;
    }
  }
}

/// Every line of the installed files, by another way.
TEST(WordNet, FindsWhatReadingTheInstalledFilesFinds) {
  const std::filesystem::path folder = default_wordnet_folder();
  if (!std::filesystem::exists(folder / "index.noun")) {
    GTEST_SKIP() << "WordNet is absent: install wordnet-base or set STORYTELLER_WORDNET";
  }
  const WordNet wordnet = WordNet::open(folder);
  constexpr std::array<const char*, 4> kNames = {"noun", "verb", "adj", "adv"};
  for (const PartOfSpeech pos : kPartsOfSpeech) {
    const std::string name = kNames[static_cast<size_t>(pos)];
    std::unordered_map<std::string, std::vector<uint32_t>> read;
    LexiconFile index(folder / ("index." + name), "");
    for (std::string_view line; index.next_line(line);) {
      if (line.starts_with("  ")) continue;
      std::vector<std::string_view> fields;
      for (auto f = take_field(line); !f.empty(); f = take_field(line)) fields.push_back(f);
      uint32_t count = 0;
      ASSERT_TRUE(parse_number(fields.at(2), count));
      std::vector<uint32_t>& offsets = read[std::string(fields.front())];
      for (size_t i = fields.size() - count; i < fields.size(); ++i) {
        ASSERT_TRUE(parse_number(fields[i], offsets.emplace_back()));
      }
    }
    EXPECT_EQ(wordnet.lemmas(pos), read.size());
    size_t wrong = 0;
    for (const auto& [lemma, offsets] : read) {
      wrong += wordnet.synsets(lemma, pos) != offsets;
      const std::string near = lemma + "s";
      const auto there = read.find(near);
      wrong += wordnet.synsets(near, pos) !=
               (there == read.end() ? std::vector<uint32_t>() : there->second);
    }
    EXPECT_EQ(wrong, 0U) << name;
    std::map<std::string, Forms> forms;
    LexiconFile exceptions(folder / (name + ".exc"), "");
    for (std::string_view line; exceptions.next_line(line);) {
      Forms& lemmas = forms[std::string(take_field(line))];
      for (auto f = take_field(line); !f.empty(); f = take_field(line)) lemmas.emplace_back(f);
    }
    for (const auto& [form, lemmas] : forms) EXPECT_EQ(wordnet.exceptions(form, pos), lemmas);
  }
}

TEST(WordNet, TheInstalledOneKnowsItsWords) {
  if (!std::filesystem::exists(default_wordnet_folder() / "index.noun")) {
    GTEST_SKIP() << "WordNet is absent: install wordnet-base or set STORYTELLER_WORDNET";
  }
  const auto begin = std::chrono::steady_clock::now();
  const WordNet wordnet = WordNet::open(default_wordnet_folder());
  RecordProperty("load_ms", static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                                 std::chrono::steady_clock::now() - begin)
                                                 .count()));
  EXPECT_EQ(wordnet.lemmas(PartOfSpeech::kNoun), 117798U);  // wnstats(7WN)
  EXPECT_EQ(wordnet.lemmas(PartOfSpeech::kVerb), 11529U);
  EXPECT_EQ(wordnet.lemmas(PartOfSpeech::kAdjective), 21479U);
  EXPECT_EQ(wordnet.lemmas(PartOfSpeech::kAdverb), 4481U);
  EXPECT_EQ(wordnet.synsets("dog", PartOfSpeech::kNoun).size(), 7U);
  const auto share = [&](const char* a, const char* b, PartOfSpeech pos) {
    const auto first = wordnet.synsets(a, pos);
    const auto second = wordnet.synsets(b, pos);
    return std::find_first_of(first.begin(), first.end(), second.begin(), second.end()) !=
           first.end();
  };
  EXPECT_TRUE(share("car", "automobile", PartOfSpeech::kNoun));
  EXPECT_TRUE(share("bike", "bicycle", PartOfSpeech::kNoun));
  EXPECT_FALSE(share("dog", "cat", PartOfSpeech::kNoun));
  EXPECT_EQ(wordnet.base_forms("people", PartOfSpeech::kNoun), Forms{"people"});
  EXPECT_EQ(wordnet.base_forms("teeth", PartOfSpeech::kNoun), (Forms{"teeth", "tooth"}));
  EXPECT_EQ(wordnet.base_forms("geese", PartOfSpeech::kNoun), Forms{"goose"});
  EXPECT_EQ(wordnet.base_forms("holding", PartOfSpeech::kVerb), Forms{"hold"});
  EXPECT_EQ(wordnet.base_forms("tennis players", PartOfSpeech::kNoun), Forms{"tennis_player"});
}

}  // namespace
}  // namespace storyteller::wordnet_test
