#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/captioning.h"
#include "model/wording/people_text.h"
#include "tools/apps/book/glossary.h"
#include "tools/apps/book/readability.h"
#include "tools/apps/book/telling.h"

namespace storyteller::book {

/// A picture of a book, and what is said of it.
struct BookPage {
  std::string name;           ///< of the file
  std::string taken;          ///< "2019-05-03T10:00:00"; "": not known
  Image picture;              ///< as it is shown
  std::string caption, text;  ///< as the model says it, and for people
  Assessment assessment;
  bool told = false;  ///< false: "What do you see?" stands in place of sentences
  std::string heading;
  std::vector<std::string> sentences;  ///< 1 to 3, with capital and full stop
  std::vector<Explanation> words;      ///< 1 to 3 of the sentences, explained; or none
  std::string question;
  std::vector<float> pooled;  ///< what the encoder sees, mean over the regions
};

/// A question with four answers.
struct QuizItem {
  std::size_t page = 0;  ///< from 0
  std::string question;
  std::vector<std::string> answers = {};
  std::size_t right = 0;  ///< of the answers
};

/// Whether a word may be offered as a wrong answer: less than one in twenty of the pictures like
/// this one are about such a thing, `agreement`, and the model says it with less than that
/// `probability`.
bool is_denied(double agreement, double probability);

struct BookOptions {
  Level level = Level::kSecond;
  std::string title = "A picture book";
  enum class Order : std::uint8_t { kName, kTime, kStory } order = Order::kName;
  std::size_t quiz = 0;   ///< questions at the end
  bool glossary = false;  ///< the words of all pages once more, with all that is known
  PeopleWording wording;
};

struct Book {
  BookOptions options;
  std::string model, digits;  ///< file, and digits of its checksum
  std::vector<BookPage> pages;
  std::vector<QuizItem> quiz;
  std::vector<std::pair<Explanation, std::size_t>> glossary;  ///< by words, with their first page
  Readability readability;  ///< of the sentences and questions of all pages
  bool has_wordnet = false;
};

/// Makes a book of pictures that come one by one.
class BookMaker {
 public:
  /// `captioning` and `language` outlive it. Wants one model.
  BookMaker(const Captioning& captioning, const Language& language, BookOptions options);

  /// `whole` as it is shown, `picture` as `caption` decodes it.
  void add(const Image& whole, const Image& picture, std::string name, std::string taken);
  /// Orders, simplifies until the level is kept, and asks; once.
  Book finish();

 private:
  struct Draft {
    BookPage page;
    std::vector<std::string> words;  // of the caption, as they are told
    std::vector<std::string> said;   // as the model says them
    std::vector<std::int32_t> ids;
    Telling telling;
    std::vector<std::vector<std::string>> ways;  // sentences, the easiest last
    std::size_t way = 0;
    Tensor features;
  };

  void word(Draft& draft) const;
  std::vector<Explanation> explained(const Draft& draft) const;
  std::string question_of(const Draft& draft) const;
  void order();
  void simplify(Readability& readability);
  std::vector<QuizItem> ask() const;
  std::optional<QuizItem> ask_of(std::size_t page) const;
  bool denied(const Draft& draft, const std::string& word) const;
  bool is_common(std::string_view word) const;

  const Captioning& captioning_;
  const Language& language_;
  BookOptions options_;
  Glossary glossary_;
  std::vector<Draft> drafts_;
};

}  // namespace storyteller::book
