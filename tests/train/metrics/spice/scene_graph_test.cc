#include "train/metrics/spice/scene_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <sstream>

#include "train/metrics/spice/caption_tree.h"
#include "train/text/ptb/tokenizer.h"

namespace storyteller::spice::scene_graph_test {
namespace {

const Thesaurus& thesaurus() {
  static const Thesaurus instance(WordNet::shared(default_wordnet_folder()));
  return instance;
}

std::string joined(const std::vector<Proposition>& propositions) {
  std::vector<std::string> lines;
  for (const Proposition& p : propositions) {
    std::string line;
    for (const std::string& part : p) line += (line.empty() ? "" : ", ") + part;
    lines.push_back("(" + line + ")");
  }
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : " ") + line;
  return text;
}

/// What a tree says: "word/TAG/head/label" for each word, heads counted from 1, 0 for the root.
/// The trees here are those that UD's guidelines give, so that rules are tested without a parser.
std::string said(const std::string& tree) {
  std::vector<std::string> words;
  ParsedCaption parsed;
  std::istringstream in(tree);
  for (std::string word; in >> word;) {
    std::istringstream fields(word);
    std::string form, tag, head, label;
    std::getline(fields, form, '/');
    std::getline(fields, tag, '/');
    std::getline(fields, head, '/');
    std::getline(fields, label, '/');
    words.push_back(form);
    parsed.tags.push_back(tag_of(tag).value());
    parsed.tree.heads.push_back(std::stoi(head) - 1);
    parsed.tree.labels.push_back(label_of(label));
  }
  return joined(propositions(words, parsed, thesaurus()));
}

TEST(SceneGraph, SubjectVerbObject) {
  EXPECT_EQ(said("a/DT/2/det man/NN/3/nsubj rides/VBZ/0/root a/DT/5/det horse/NN/3/obj"),
            "(horse) (man) (man, ride, horse)");
}

TEST(SceneGraph, SubjectVerbPrepositionalPhrase) {
  EXPECT_EQ(said("dogs/NNS/3/nsubj are/VBP/3/aux running/VBG/0/root in/IN/6/case the/DT/6/det "
                 "snow/NN/3/obl"),
            "(dog) (dog, run in, snow) (snow)");
}

TEST(SceneGraph, AVerbByItselfIsAnAttribute) {
  EXPECT_EQ(said("the/DT/2/det dog/NN/3/nsubj sleeps/VBZ/0/root"), "(dog) (dog, sleep)");
}

TEST(SceneGraph, ClausesModifyTheirNoun) {
  EXPECT_EQ(said("girl/NN/0/root wearing/VBG/1/acl a/DT/5/det red/JJ/5/amod hat/NN/2/obj"),
            "(girl) (girl, wear, hat) (hat) (hat, red)");
  EXPECT_EQ(said("boy/NN/0/root who/WP/4/nsubj is/VBZ/4/aux holding/VBG/1/acl:relcl a/DT/6/det "
                 "kite/NN/4/obj"),
            "(boy) (boy, hold, kite) (kite)");
  EXPECT_EQ(said("hat/NN/0/root that/WDT/5/obj a/DT/4/det man/NN/5/nsubj wears/VBZ/1/acl:relcl"),
            "(hat) (man) (man, wear, hat)");
}

TEST(SceneGraph, CopulaWithAdjectiveNounAndPlace) {
  EXPECT_EQ(said("sky/NN/3/nsubj is/VBZ/3/cop blue/JJ/0/root"), "(sky) (sky, blue)");
  EXPECT_EQ(said("man/NN/4/nsubj is/VBZ/4/cop a/DT/4/det chef/NN/0/root"),
            "(chef) (man) (man, be, chef)");
  EXPECT_EQ(said("cat/NN/5/nsubj is/VBZ/5/cop on/IN/5/case the/DT/5/det bed/NN/0/root"),
            "(bed) (cat) (cat, on, bed)");
}

TEST(SceneGraph, AdjectivesNumbersAndCompoundsAreAttributes) {
  EXPECT_EQ(said("two/CD/5/nummod black/JJ/5/amod and/CC/4/cc white/JJ/2/conj cows/NNS/0/root"),
            "(cow) (cow, black) (cow, two) (cow, white)");
  EXPECT_EQ(said("baseball/NN/2/compound players/NNS/0/root"), "(player) (player, baseball)");
}

TEST(SceneGraph, NounsWithPrepositions) {
  EXPECT_EQ(said("bowl/NN/0/root of/IN/3/case fruit/NN/1/nmod near/IN/6/case a/DT/6/det "
                 "window/NN/1/nmod"),
            "(bowl) (bowl, near, window) (bowl, of, fruit) (fruit) (window)");
  EXPECT_EQ(said("plate/NN/0/root full/JJ/1/amod of/IN/4/case food/NN/2/obl"),
            "(food) (plate) (plate, full of, food) (plate, full)");
}

TEST(SceneGraph, OwnersHave) {
  EXPECT_EQ(said("cat/NN/3/nmod:poss 's/POS/1/case tail/NN/0/root"),
            "(cat) (cat, have, tail) (tail)");
  EXPECT_EQ(said("woman/NN/0/root holding/VBG/1/acl her/PRP$/4/nmod:poss baby/NN/2/obj"),
            "(baby) (woman) (woman, have, baby) (woman, hold, baby)");
  EXPECT_EQ(said("man/NN/0/root with/IN/3/case dogs/NNS/1/nmod and/CC/6/cc their/PRP$/6/nmod:poss "
                 "toys/NNS/3/conj"),
            "(dog) (dog, have, toy) (man) (man, with, dog) (man, with, toy) (toy)");
}

TEST(SceneGraph, ThePassiveAgentActs) {
  EXPECT_EQ(said("cat/NN/3/nsubj:pass is/VBZ/3/aux:pass chased/VBN/0/root by/IN/6/case a/DT/6/det "
                 "dog/NN/3/obl:agent"),
            "(cat) (dog) (dog, chase, cat)");
}

TEST(SceneGraph, CoordinatedNounsShareWhatIsSaid) {
  EXPECT_EQ(
      said("man/NN/4/nsubj and/CC/3/cc woman/NN/1/conj eat/VBP/0/root cake/NN/4/obj and/CC/7/cc "
           "pie/NN/5/conj"),
      "(cake) (man) (man, eat, cake) (man, eat, pie) (pie) (woman) (woman, eat, cake) (woman, "
      "eat, pie)");
  EXPECT_EQ(said("water/NN/2/nsubj rises/VBZ/0/root out/IN/5/case of/IN/5/case banks/NNS/2/obl "
                 "and/CC/8/cc into/IN/8/case area/NN/5/conj"),
            "(area) (bank) (water) (water, rise into, area) (water, rise out of, bank)");
}

TEST(SceneGraph, PlacesAfterAnObjectBelongToIt) {
  EXPECT_EQ(
      said("man/NN/2/nsubj flies/VBZ/0/root a/DT/4/det kite/NN/2/obj on/IN/7/case the/DT/7/det "
           "beach/NN/2/obl"),
      "(beach) (kite) (kite, on, beach) (man) (man, fly, kite)");
}

TEST(SceneGraph, PrepositionsOfSeveralWords) {
  EXPECT_EQ(
      said("cat/NN/0/root sitting/VBG/1/acl on/IN/4/case top/NN/2/obl of/IN/7/case a/DT/7/det "
           "car/NN/4/nmod"),
      "(car) (cat) (cat, sit on top of, car) (top)");
  EXPECT_EQ(said("man/NN/0/root standing/VBG/1/acl next/RB/2/advmod to/IN/6/case a/DT/6/det "
                 "horse/NN/3/obl"),
            "(horse) (man) (man, stand next to, horse)");
  EXPECT_EQ(said("man/NN/0/root standing/VBG/1/acl next/RB/2/advmod to/IN/6/case a/DT/6/det "
                 "horse/NN/2/obl"),
            "(horse) (man) (man, stand next to, horse)");
}

TEST(SceneGraph, AParticipleBeforeANounKeepsItsNoun) {
  EXPECT_EQ(said("snow/NN/2/compound covered/VBN/3/amod slope/NN/0/root"),
            "(slope) (snow) (snow, cover, slope)");
}

TEST(SceneGraph, ThereIsSaysNothingByItself) {
  EXPECT_EQ(said("there/EX/2/expl are/VBP/0/root birds/NNS/2/nsubj on/IN/6/case a/DT/6/det "
                 "wire/NN/2/obl"),
            "(bird) (bird, on, wire) (wire)");
}

/// From the words, with the built-in tagger and parser.
std::string read(const char* caption) {
  const Tokens words = ptb_tokenize(caption);
  return joined(propositions(words, built_in_syntax_model()->parse(words), thesaurus()));
}

TEST(SceneGraph, OrdinaryCaptionsAreReadRight) {
  EXPECT_EQ(read("A young girl wearing a red hat."),
            "(girl) (girl, wear, hat) (girl, young) (hat) (hat, red)");
  EXPECT_EQ(read("Two brown dogs are playing in the snow."),
            "(dog) (dog, brown) (dog, play in, snow) (dog, two) (snow)");
  EXPECT_EQ(read("The cat's tail is black."), "(cat) (cat, have, tail) (tail) (tail, black)");
  EXPECT_EQ(read("The sky is blue."), "(sky) (sky, blue)");
  EXPECT_EQ(read("A dog jumps over a fence."), "(dog) (dog, jump over, fence) (fence)");
  EXPECT_EQ(read("A computer is on the desk."), "(computer) (computer, on, desk) (desk)");
  EXPECT_EQ(read("There are three birds on a wire."),
            "(bird) (bird, on, wire) (bird, three) (wire)");
  EXPECT_EQ(read("a boy who is holding a kite"), "(boy) (boy, hold, kite) (kite)");
}

TEST(SceneGraph, VerbsBetweenNounAndDeterminerAreRead) {
  EXPECT_NE(read("a man riding a horse").find("(man, ride, horse)"), std::string::npos);
  EXPECT_NE(read("a gentleman flies a kite").find("(gentleman, fly, kite)"), std::string::npos);
}

TEST(SceneGraph, LongAndOddCaptionsAreRead) {
  EXPECT_EQ(read(""), "");
  std::string text;
  for (int i = 0; i < 5000; ++i) text += i % 2 ? "dog " : "and ";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_NE(read(text.c_str()), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Lemma, FollowsTheTag) {
  EXPECT_EQ(thesaurus().lemma("men", Tag::kNNS), "man");
  EXPECT_EQ(thesaurus().lemma("snowboarders", Tag::kNNS), "snowboarder");
  EXPECT_EQ(thesaurus().lemma("people", Tag::kNNS), "people");
  EXPECT_EQ(thesaurus().lemma("glass", Tag::kNN), "glass");
  EXPECT_EQ(thesaurus().lemma("sitting", Tag::kVBG), "sit");
  EXPECT_EQ(thesaurus().lemma("staring", Tag::kVBG), "stare");
  EXPECT_EQ(thesaurus().lemma("swinging", Tag::kVBG), "swing");
  EXPECT_EQ(thesaurus().lemma("are", Tag::kVBP), "be");
  EXPECT_EQ(thesaurus().lemma("Dog", Tag::kNN), "dog");
}

TEST(Concept, SharesWordsOrSynonymSets) {
  const auto alike = [](const char* a, const char* b) {
    return similar(*thesaurus().concept_of(a), *thesaurus().concept_of(b));
  };
  EXPECT_TRUE(alike("airplane", "plane"));
  EXPECT_TRUE(alike("skier", "ski"));
  EXPECT_TRUE(alike("donuts/donut", "doughnut"));
  EXPECT_TRUE(alike("xyzzy", "xyzzy"));
  EXPECT_FALSE(alike("dog", "cat"));
  EXPECT_FALSE(alike("xyzzy", "xyzzz"));
}

}  // namespace
}  // namespace storyteller::spice::scene_graph_test
