#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "train/data/scene_captions.h"

namespace storyteller::scenes {

// An independent reader of the grammar: recursive descent over the words, which checks every claim
// against the ground truth. It shares nothing with the writer but the lists of words.
class CaptionChecker {
 public:
  CaptionChecker(const Scene& scene, std::vector<std::string> words)
      : scene_(scene), words_(std::move(words)) {}

  // "" if the sentence is grammatical and true, otherwise what is wrong.
  std::string check() {
    try {
      sentence();
      if (at_ != words_.size()) fail("words left over");
    } catch (const std::string& fault) {
      return fault;
    }
    return "";
  }

 private:
  struct Phrase {
    std::optional<Color> color;
    std::optional<Size> size;
    Shape shape{};
    int count = 1;
    bool definite = false, one = false, another = false;
  };

  [[noreturn]] void fail(const std::string& why) {
    std::string text = why + " at word " + std::to_string(at_) + ":";
    for (const auto& w : words_) text += " " + w;
    throw text;
  }
  bool peek(const std::string& word) const { return at_ < words_.size() && words_[at_] == word; }
  bool take(const std::string& word) {
    if (!peek(word)) return false;
    ++at_;
    return true;
  }
  bool take_all(const std::vector<std::string>& words) {
    for (size_t i = 0; i < words.size(); ++i) {
      if (at_ + i >= words_.size() || words_[at_ + i] != words[i]) return false;
    }
    at_ += words.size();
    return true;
  }
  void need(const std::string& word) {
    if (!take(word)) fail("expected '" + word + "'");
  }
  template <class Names>
  int take_one_of(const Names& names) {
    for (size_t i = 0; i < names.size(); ++i) {
      if (take(std::string(names[i]))) return static_cast<int>(i);
    }
    return -1;
  }
  std::optional<Size> size_word() {
    if (take("medium-sized")) return Size::kMedium;
    if (take("small")) return Size::kSmall;
    if (take("large")) return Size::kLarge;
    return std::nullopt;
  }

  std::vector<int> fitting(const Phrase& p) const {
    std::vector<int> found;
    for (size_t i = 0; i < scene_.objects.size(); ++i) {
      const Object& o = scene_.objects[i];
      if (o.shape == p.shape && (!p.color || *p.color == o.color) &&
          (!p.size || *p.size == o.size)) {
        found.push_back(static_cast<int>(i));
      }
    }
    return found;
  }

  Phrase noun_phrase() {
    Phrase p;
    static const std::vector<std::string> kNumbers = {"-", "one", "two", "three", "four"};
    bool a = false, an = false;
    if (take("the")) {
      p.definite = true;
      const int number = take_one_of(kNumbers);
      if (number > 0) p.count = number;
    } else if (take("another")) {
      p.another = true;
    } else if (const int number = take_one_of(kNumbers); number > 0) {
      p.count = number;
      p.one = number == 1;
    } else {
      a = take("a");
      an = !a && take("an");
      if (!a && !an) fail("no determiner");
    }
    if (a || an) {
      if (at_ == words_.size()) fail("ends after its article");
      const bool vowel = std::string("aeiou").find(words_[at_][0]) != std::string::npos;
      if (vowel != an) fail("wrong article");
    }
    p.size = size_word();
    if (const int c = take_one_of(kColorNames); c >= 0) p.color = static_cast<Color>(c);
    const int shape = take_one_of(p.count > 1 ? kShapePlurals : kShapeNames);
    if (shape < 0) fail("no noun of the right number");
    p.shape = static_cast<Shape>(shape);
    return p;
  }

  // The phrase's number must be that of the things in the picture.
  void must_exist(const Phrase& p) {
    const auto found = fitting(p);
    if (p.one || p.another) {
      if (found.size() < 2) fail("'one ... another' of a single thing");
    } else if (p.count > 1 || p.color) {
      if (static_cast<int>(found.size()) != p.count) fail("wrong count");
    } else if (found.empty()) {
      fail("no such thing");
    }
  }

  std::optional<Relation> relation() {
    if (take_all({"to", "the", "left", "of"})) return Relation::kLeftOf;
    if (take_all({"to", "the", "right", "of"})) return Relation::kRightOf;
    if (take("above")) return Relation::kAbove;
    if (take("below")) return Relation::kBelow;
    if (take_all({"in", "front", "of"})) return Relation::kInFrontOf;
    if (take("behind")) return Relation::kBehind;
    return std::nullopt;
  }

  bool related(Relation r, int i, int j) const {
    const Object &a = scene_.objects[i], &b = scene_.objects[j];
    switch (r) {
      case Relation::kLeftOf:
        return a.x < b.x;
      case Relation::kRightOf:
        return a.x > b.x;
      case Relation::kAbove:
        return a.y < b.y;
      case Relation::kBelow:
        return a.y > b.y;
      case Relation::kInFrontOf:
        return i > j;
      case Relation::kBehind:
        return i < j;
    }
    return false;
  }

  void must_relate(const Phrase& subject, Relation r, const Phrase& object) {
    const auto a = fitting(subject), b = fitting(object);
    bool all = true, any = false;
    for (const int i : a) {
      for (const int j : b) {
        if (i == j) continue;
        all = all && related(r, i, j);
        any = any || related(r, i, j);
      }
    }
    if (subject.one ? !any : !all) fail("false relation");
  }

  void must_lie(const Phrase& p, int column, int row) {
    const Object& o = scene_.objects[fitting(p).front()];
    const auto third = [](float v) { return v < 0.38F ? 0 : v > 0.62F ? 2 : 1; };
    if (third(o.x) != column || third(o.y) != row) fail("false place");
  }

  std::optional<std::pair<int, int>> place() {
    std::optional<std::pair<int, int>> where;
    if (take_all({"in", "the", "middle"}))
      where = {1, 1};
    else if (take_all({"at", "the", "top"}))
      where = {1, 0};
    else if (take_all({"at", "the", "bottom"}))
      where = {1, 2};
    else if (take_all({"on", "the", "left", "side"}))
      where = {0, 1};
    else if (take_all({"on", "the", "right", "side"}))
      where = {2, 1};
    else if (take_all({"in", "the", "top", "left", "corner"}))
      where = {0, 0};
    else if (take_all({"in", "the", "top", "right", "corner"}))
      where = {2, 0};
    else if (take_all({"in", "the", "bottom", "left", "corner"}))
      where = {0, 2};
    else if (take_all({"in", "the", "bottom", "right", "corner"}))
      where = {2, 2};
    if (where) {
      need("of");
      need("the");
      need("picture");
    }
    return where;
  }

  std::vector<Phrase> list() {
    std::vector<Phrase> all = {noun_phrase()};
    while (at_ < words_.size() && !peek("on") && !peek("in")) {
      take("and");  // the tokeniser has dropped the commas
      all.push_back(noun_phrase());
    }
    for (const Phrase& p : all) must_exist(p);
    return all;
  }

  void must_be_complete(const std::vector<Phrase>& all) {
    size_t objects = 0;
    for (const Phrase& p : all) objects += fitting(p).size();
    if (objects != scene_.objects.size()) fail("the list is not complete");
  }

  void background() {
    need("on");
    need("a");
    const int texture = take_one_of(kTextureNames);
    if (texture != static_cast<int>(scene_.texture)) fail("wrong background");
    need("background");
  }

  void predicate(const Phrase& subject, const std::vector<int>& objects) {
    if (const auto where = place()) return must_lie(subject, where->first, where->second);
    if (const auto r = relation()) {
      const Phrase other = noun_phrase();
      must_exist(other);
      return must_relate(subject, *r, other);
    }
    if (const auto size = size_word()) {
      for (const int i : objects) {
        if (scene_.objects[i].size != *size) fail("wrong size");
      }
      if (at_ == words_.size()) return;
      need("and");
    }
    const int color = take_one_of(kColorNames);
    for (const int i : objects) {
      if (static_cast<int>(scene_.objects[i].color) != color) fail("wrong color");
    }
  }

  void all_of_them() {  // "both of the red circles are ..."
    need("of");
    need("the");
    const int shape = take_one_of(kShapePlurals);
    need("are");
    Phrase p;
    p.shape = static_cast<Shape>(shape);
    if (fitting(p).size() != scene_.objects.size()) fail("not all of them");
    predicate(p, fitting(p));
  }

  void sentence() {
    if (take("both")) {
      if (scene_.objects.size() != 2) fail("'both' of another number");
      return all_of_them();
    }
    if (take("all")) {
      if (scene_.objects.size() < 3) fail("'all' of fewer than three");
      return all_of_them();
    }
    if (peek("there")) {
      there();
      return;
    }
    if (take_all({"a", "picture", "of"})) return must_be_complete(list());
    if (const auto where = place()) {
      const Phrase p = there().front();
      return must_lie(p, where->first, where->second);
    }
    const std::vector<Phrase> subjects = list_or_phrase();
    const Phrase subject = subjects.front();
    if (at_ == words_.size()) return;
    if (take("is") || take("are")) {
      if ((words_[at_ - 1] == "are") != (subject.count > 1)) fail("subject and verb disagree");
      return predicate(subject, fitting(subject));
    }
    if (take_all({"that", "is"})) return predicate(subject, fitting(subject));
    if (take_all({"in", "the", "picture"})) return;
    if (const auto where = place()) return must_lie(subject, where->first, where->second);
    if (const auto r = relation()) {
      const Phrase other = noun_phrase();
      must_exist(other);
      return must_relate(subject, *r, other);
    }
    background();
  }

  std::vector<Phrase> list_or_phrase() {
    const size_t start = at_;
    std::vector<Phrase> all = {noun_phrase()};
    must_exist(all[0]);
    if (peek("and") || peek("a") || peek("an") || peek("two") || peek("three")) {
      at_ = start;
      all = list();
      must_be_complete(all);
    }
    return all;
  }

  std::vector<Phrase> there() {
    need("there");
    const bool plural = peek("are");
    if (!plural) need("is");
    if (plural) need("are");
    const auto all = list();
    if (plural != (all.front().count > 1)) fail("'there is' and its noun disagree");
    must_be_complete(all);
    return all;
  }

  const Scene& scene_;
  std::vector<std::string> words_;
  size_t at_ = 0;
};

}  // namespace storyteller::scenes
