#include "tools/train_spice_model/treebank.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "core/error.h"
#include "tests/core/text/encodings.h"
#include "tests/mutate_text.h"
#include "tests/temporary_folder.h"

namespace storyteller::spice::treebank_test {
namespace {

/// "word tag head label [joined]" a line, in ten columns.
std::string conllu(const std::string& lines) {
  std::istringstream in(lines);
  std::string out;
  int id = 0;
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string word, tag, head, label, joined;
    fields >> word >> tag >> head >> label >> joined;
    out += std::to_string(++id) + "\t" + word + "\t_\t_\t" + tag + "\t_\t" + head + "\t" + label +
           "\t_\t" + (joined.empty() ? "_" : "SpaceAfter=No") + "\n";
  }
  return out + "\n";
}

std::vector<TreebankSentence> read(const std::string& text) {
  std::istringstream in(text);
  return read_conllu(in, "bank.conllu");
}

std::string refused(const std::string& text) {
  return message_of<InputError>([&] { read(text); });
}

const char* const kSnow =
    "A DT 4 det\nsnow NN 4 compound joined\n- HYPH 4 punct joined\n"
    "covered VBN 5 amod\nHill NN 0 root joined\n. . 5 punct\n";

TEST(Treebank, ReadsColumns) {
  const auto sentences = read("# text = x\n" + conllu(kSnow) + conllu("Yes UH 0 root\n"));
  ASSERT_EQ(sentences.size(), 2);
  const TreebankSentence& s = sentences[0];
  EXPECT_EQ(s.words[4], "Hill");
  EXPECT_EQ(s.tags[3], Tag::kVBN);
  EXPECT_EQ(s.heads, (std::vector<int32_t>{3, 3, 3, 4, kNoHead, 4}));
  EXPECT_EQ(s.labels[1], Label::kCompound);
  EXPECT_TRUE(s.joined[1]);
  EXPECT_FALSE(s.joined[3]);
}

TEST(Treebank, SkipsRangesAndEmptyNodes) {
  const std::string word = "\tx\t_\t_\tNN\t_\t0\troot\t_\t_\n";
  EXPECT_EQ(read("1-2\txy\t_\t_\t_\t_\t_\t_\t_\t_\n1" + word + "1.1" + word)[0].size(), 1);
}

TEST(Treebank, SubtypesThatAreLeftOutBecomeTheirType) {
  EXPECT_EQ(label_of("nmod:poss"), Label::kNmodPoss);
  EXPECT_EQ(label_of("nmod:unmarked"), Label::kNmod);
  EXPECT_EQ(label_of("vocative"), Label::kOther);
  EXPECT_EQ(tag_of("GW"), Tag::kNN);
  EXPECT_EQ(tag_of("nonsense"), std::nullopt);
}

TEST(Treebank, BadFilesNameLineAndCause) {
  EXPECT_EQ(refused(""), "bank.conllu: no sentence in it; is it CoNLL-U?");
  EXPECT_EQ(refused("# one\n1\tx\n"),
            "bank.conllu, line 2: not ten columns separated by tabs; is it CoNLL-U?");
  EXPECT_EQ(refused("1\ta\t_\t_\tNN\t_\t0\troot\t_\t_\t_\n"),
            "bank.conllu, line 1: not ten columns separated by tabs; is it CoNLL-U?");
  EXPECT_EQ(refused(conllu("a QQ 0 root\n")),
            "bank.conllu, line 1: XPOS 'QQ' is not a tag of the Penn Treebank");
  EXPECT_EQ(refused(conllu("a NN z root\n")), "bank.conllu, line 1: HEAD 'z' is not a number");
  EXPECT_EQ(refused("2\ta\t_\t_\tNN\t_\t0\troot\t_\t_\n"),
            "bank.conllu, line 1: ID '2' where 1 is next");
}

TEST(Treebank, RandomMutationsNeverEscape) {
  std::mt19937_64 random(8);
  const std::string valid = conllu(kSnow);
  size_t words = 0;
  for (int round = 0; round < 20000; ++round) {
    try {
      for (const TreebankSentence& sentence :
           read(mutate_text(valid, "\t\n_0123456789-.#", random))) {
        const size_t kept = as_caption(sentence, false).size();
        ASSERT_LE(kept, sentence.size());
        words += kept;
      }
    } catch (const InputError&) {
    }
  }
  EXPECT_GT(words, 1000U);
}

TEST(Treebank, WhatIsNoTreeIsRefused) {
  EXPECT_NE(refused(conllu("a NN 0 root\nb NN 0 root\n")).find("one root"), std::string::npos);
  EXPECT_NE(refused(conllu("a NN 0 root\nb NN 9 obj\n")).find("beyond"), std::string::npos);
  EXPECT_NE(refused(conllu("a NN 0 root\nb NN 3 obj\nc NN 2 obj\n")).find("circle"),
            std::string::npos);
  EXPECT_NE(refused(conllu("a NN 0 root\nb NN 2 obj\n")).find("circle"), std::string::npos);
}

TEST(Treebank, CompressedFilesAreReadLikeOthers) {
  const TemporaryFolder folder;
  write_text(folder / "a.conllu.gz", gzip(conllu(kSnow)));
  const std::vector<TreebankSentence> sentences = read_conllu(folder / "a.conllu.gz");
  ASSERT_EQ(sentences.size(), 1U);
  EXPECT_EQ(sentences[0].words, read(conllu(kSnow))[0].words);
  write_text(folder / "cut.conllu.gz", "\x1f\x8b...");
  EXPECT_NE(message_of<InputError>([&] { read_conllu(folder / "cut.conllu.gz"); }), "");
}

TEST(Treebank, ACaptionIsLowerCaseUnmarkedAndHyphenated) {
  const TreebankSentence s = as_caption(read(conllu(kSnow))[0], false);
  EXPECT_EQ(s.words, (std::vector<std::string>{"a", "snow-covered", "hill"}));
  EXPECT_EQ(s.tags, (std::vector<Tag>{Tag::kDT, Tag::kJJ, Tag::kNN}));
  EXPECT_EQ(s.heads, (std::vector<int32_t>{1, 2, kNoHead}));
}

TEST(Treebank, PunctuationInsideMayStay) {
  const auto s =
      read(conllu("Red JJ 5 amod\n, , 3 punct\nblue JJ 1 conj\n, , 1 punct\n"
                  "Hats NNS 0 root\n. . 5 punct\n! . 5 punct\n"))[0];
  EXPECT_EQ(as_caption(s, true).words, (std::vector<std::string>{"red", ",", "blue", ",", "hats"}));
  EXPECT_EQ(as_caption(s, false).words, (std::vector<std::string>{"red", "blue", "hats"}));
  EXPECT_EQ(as_caption(s, false).heads, (std::vector<int32_t>{2, 0, kNoHead}));
}

}  // namespace
}  // namespace storyteller::spice::treebank_test
