#include "tools/train_spice_model/treebank.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <istream>
#include <sstream>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "core/text/text_file.h"

namespace storyteller::spice {
namespace {

constexpr size_t kColumns = 10;
constexpr size_t kMaxWords = 10'000;  // a sentence; more is not a treebank
enum Column : size_t { kId = 0, kForm = 1, kXpos = 4, kHead = 6, kDeprel = 7, kMisc = 9 };

class Reader {
 public:
  Reader(std::istream& in, const std::string& name) : in_(in), name_(name) {}

  std::vector<TreebankSentence> read() {
    std::vector<TreebankSentence> sentences;
    TreebankSentence sentence;
    const auto finish = [&] {
      if (sentence.size() == 0) return;
      check_tree(sentence);
      sentences.push_back(std::exchange(sentence, {}));
    };
    for (std::string line; std::getline(in_, line);) {
      ++number_;
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (line.empty()) {
        finish();
      } else if (line.front() != '#') {
        add_word(line, sentence);
      }
    }
    if (in_.bad()) throw IoError(name_ + ": reading failed after line " + std::to_string(number_));
    finish();
    if (sentences.empty()) throw InputError(name_ + ": no sentence in it; is it CoNLL-U?");
    return sentences;
  }

 private:
  [[noreturn]] void fail(const std::string& cause) const {
    throw InputError(name_ + ", line " + std::to_string(number_) + ": " + cause);
  }

  std::array<std::string_view, kColumns> split(std::string_view line) const {
    std::array<std::string_view, kColumns> columns;
    for (size_t i = 0; i < kColumns; ++i) {
      const size_t tab = line.find('\t');
      if ((tab == std::string_view::npos) != (i + 1 == kColumns)) {
        fail("not ten columns separated by tabs; is it CoNLL-U?");
      }
      columns[i] = line.substr(0, tab);
      line = tab == std::string_view::npos ? std::string_view() : line.substr(tab + 1);
    }
    return columns;
  }

  int32_t number(std::string_view text, const char* what) const {
    int32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) {
      fail(std::string(what) + " '" + printable(text) + "' is not a number");
    }
    return value;
  }

  void add_word(std::string_view line, TreebankSentence& sentence) {
    const auto column = split(line);
    if (column[kId].find_first_of("-.") != std::string_view::npos) return;
    if (number(column[kId], "ID") != static_cast<int32_t>(sentence.size()) + 1) {
      fail("ID '" + printable(column[kId]) + "' where " + std::to_string(sentence.size() + 1) +
           " is next");
    }
    if (sentence.size() == kMaxWords) fail("a sentence of more than 10,000 words");
    if (column[kForm].empty()) fail("FORM is empty");
    const std::optional<Tag> tag = tag_of(column[kXpos]);
    if (!tag) fail("XPOS '" + printable(column[kXpos]) + "' is not a tag of the Penn Treebank");
    sentence.words.emplace_back(column[kForm]);
    sentence.tags.push_back(*tag);
    sentence.heads.push_back(number(column[kHead], "HEAD") - 1);
    sentence.labels.push_back(label_of(column[kDeprel]));
    sentence.joined.push_back(column[kMisc].find("SpaceAfter=No") != std::string_view::npos);
  }

  /// One root, heads inside of the sentence, no cycle.
  void check_tree(const TreebankSentence& sentence) const {
    const auto size = static_cast<int32_t>(sentence.size());
    const auto& heads = sentence.heads;
    if (std::count(heads.begin(), heads.end(), kNoHead) != 1) {
      fail("the sentence before has not exactly one root");
    }
    std::vector<int32_t> seen(heads.size(), kNoHead);  // the word whose way up passed here
    for (int32_t word = 0; word < size; ++word) {
      for (int32_t at = word; at != kNoHead && seen[at] == kNoHead; at = heads[at]) {
        if (heads[at] >= size) fail("a HEAD of the sentence before is beyond its last word");
        seen[at] = word;
        if (heads[at] != kNoHead && seen[heads[at]] == word) {
          fail("heads of the sentence before run in a circle");
        }
      }
    }
  }

  std::istream& in_;
  const std::string& name_;
  size_t number_ = 0;
};

bool is_hyphen(const TreebankSentence& s, size_t i) {
  return s.tags[i] == Tag::kHYPH && i > 0 && i + 1 < s.size() && s.joined[i - 1] && s.joined[i];
}

/// Marks that the tokenisation of captions drops.
bool is_mark(Tag tag) {
  return tag == Tag::kPeriod || tag == Tag::kComma || tag == Tag::kColon ||
         tag == Tag::kOpenQuote || tag == Tag::kCloseQuote || tag == Tag::kHYPH;
}

void lower(std::string& word) {
  for (char& c : word) c = lower_case(c);
}

/// Which word of words [begin, end) heads them: the one whose head lies outside; -1 if several do.
int32_t head_of_span(const TreebankSentence& s, int32_t begin, int32_t end) {
  int32_t found = -1;
  for (int32_t i = begin; i < end; ++i) {
    if (s.heads[i] >= begin && s.heads[i] < end) continue;
    if (found >= 0) return -1;
    found = i;
  }
  return found;
}

/// A joined word modifies like an adjective or else is what its head is.
Tag tag_of_span(const TreebankSentence& s, int32_t head) {
  const bool modifies = s.labels[head] == Label::kAmod || s.labels[head] == Label::kCompound;
  return modifies && is_verb(s.tags[head]) ? Tag::kJJ : s.tags[head];
}

}  // namespace

std::vector<TreebankSentence> read_conllu(std::istream& in, const std::string& name) {
  return Reader(in, name).read();
}

std::vector<TreebankSentence> read_conllu(const std::filesystem::path& path) {
  std::istringstream in(read_text_file(path));
  return read_conllu(in, path.string());
}

TreebankSentence as_caption(const TreebankSentence& s, bool keep_punctuation) {
  const auto size = static_cast<int32_t>(s.size());
  std::vector<int32_t> dependents(s.size());
  for (const int32_t head : s.heads) dependents[head == kNoHead ? 0 : head] += head != kNoHead;
  int32_t last = size;  // marks from here on end the sentence
  while (last > 0 && is_mark(s.tags[last - 1])) --last;

  TreebankSentence out;
  std::vector<int32_t> place(s.size(), kNoHead);  // of each word in `out`
  std::vector<int32_t> source;                    // word of `s` that each word of `out` stands for
  for (int32_t i = 0; i < size;) {
    int32_t end = i + 1;
    while (end + 1 < size && is_hyphen(s, end)) end += 2;
    const int32_t head = head_of_span(s, i, end);
    if (head < 0) end = i + 1;
    const int32_t word = head < 0 ? i : head;
    const bool dropped = end == i + 1 && is_mark(s.tags[i]) && dependents[i] == 0 &&
                         s.heads[i] != kNoHead && (!keep_punctuation || i >= last);
    if (!dropped) {
      std::string text;
      for (int32_t part = i; part < end; ++part) {
        text += s.words[part];
        place[part] = static_cast<int32_t>(source.size());
      }
      lower(text);
      out.words.push_back(std::move(text));
      out.tags.push_back(end > i + 1 ? tag_of_span(s, word) : s.tags[word]);
      out.labels.push_back(s.labels[word]);
      out.joined.push_back(s.joined[end - 1]);
      source.push_back(word);
    }
    i = end;
  }
  for (const int32_t word : source) {
    out.heads.push_back(s.heads[word] == kNoHead ? kNoHead : place[s.heads[word]]);
  }
  return out;
}

}  // namespace storyteller::spice
