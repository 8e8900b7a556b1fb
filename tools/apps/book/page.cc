#include "tools/apps/book/page.h"

#include <array>
#include <filesystem>

#include "core/text/base64.h"
#include "core/text/number_format.h"
#include "core/text/phrase.h"
#include "model/image/encode.h"
#include "tools/apps/book/page_style.h"
#include "tools/render/html.h"
#include "tools/render/page_parts.h"

namespace storyteller::book {
namespace {

/// Of a picture within the page; finer ones are compressed more.
constexpr std::size_t kMostJpegBytes = 240'000;

std::string picture_element(const Image& picture, const std::string& alt) {
  std::vector<std::byte> jpeg;
  for (const int quality : {kPageJpegQuality, 70, 55, 40}) {
    jpeg = encode_jpeg(picture, quality);
    if (jpeg.size() <= kMostJpegBytes) break;
  }
  return "<img width=\"" + std::to_string(picture.width) + "\" height=\"" +
         std::to_string(picture.height) + "\" alt=\"" + escape_html(alt) +
         "\" src=\"data:image/jpeg;base64," + base64(jpeg) + "\">";
}

std::string text_element(const char* tag, const char* css, const std::string& text) {
  return element(tag, *css == '\0' ? "" : std::string("class=\"") + css + "\"", escape_html(text)) +
         "\n";
}

std::string cover(const Book& book) {
  constexpr int kSide = 480;
  std::string out = text_element("h1", "", book.options.title);
  if (!book.pages.empty()) {
    out +=
        element("figure", "", picture_element(scaled_to(book.pages[0].picture, kSide, false), "")) +
        "\n";
  }
  return element("header", "class=\"sheet cover\"",
                 out + text_element("p", "", counted(book.pages.size(), "picture", "pictures"))) +
         "\n";
}

std::string words_of_page(const BookPage& page, Level level) {
  if (page.words.empty()) return "";
  std::string rows;
  for (const Explanation& word : page.words) {
    if (level == Level::kFirst) {
      rows += element("li", "", escape_html(word.word));
      continue;
    }
    const bool has_kind = word.kinds.size() > 1;
    const std::string says = level == Level::kThird && !word.gloss.empty() ? word.gloss
                             : has_kind ? with_article(word.kinds.back())
                                        : word.gloss;
    rows +=
        element("div", "",
                element("dt", "", escape_html(word.word)) + element("dd", "", escape_html(says)));
  }
  return level == Level::kFirst ? element("ul", "class=\"words\" aria-label=\"Words\"", rows) + "\n"
                                : element("dl", "class=\"words\"", rows) + "\n";
}

std::string sheet(const BookPage& page, std::size_t number, Level level) {
  bool beside = false;
  std::string sentences;
  for (const std::string& sentence : page.sentences) {
    beside = beside || sentence == page.text;
    sentences += (sentences.empty() ? "" : " ") + escape_html(sentence);
  }
  const std::string id = "picture-" + std::to_string(number + 1);
  // Where the same sentence stands beside, a screen reader need not say it twice.
  const std::string alt = !page.told ? "A picture that you may tell about"
                          : beside   ? ""
                                     : page.text;
  std::string out = element("h2", "id=\"" + id + "\"",
                            "<span class=\"number\">" + std::to_string(number + 1) + "</span> " +
                                escape_html(page.heading)) +
                    "\n" + element("figure", "", picture_element(page.picture, alt)) + "\n";
  if (page.told) {
    out += element("p", "class=\"story\"", sentences) + "\n" + words_of_page(page, level) +
           text_element("p", "question", page.question);
  } else {
    out += text_element("p", "story", page.question) + "<div class=\"lines\"></div>\n";
  }
  return element("article", "class=\"sheet\" aria-labelledby=\"" + id + "\"", out) + "\n";
}

std::string letter(std::size_t answer) { return std::string(1, static_cast<char>('A' + answer)); }

std::string quiz(const Book& book) {
  if (book.options.quiz == 0) return "";
  std::string out = text_element("h2", "", "Quiz");
  if (book.quiz.empty()) {
    return element("section", "class=\"sheet\"",
                   out + text_element("p", "",
                                      "There is no quiz: of no picture is the program sure "
                                      "enough to ask about it.")) +
           "\n";
  }
  std::string items;
  for (const QuizItem& item : book.quiz) {
    std::string answers;
    for (const std::string& answer : item.answers)
      answers += element("li", "", escape_html(answer));
    items += element(
        "li", "",
        element("p", "", escape_html(item.question)) + element("ol", "type=\"A\"", answers));
  }
  return element("section", "class=\"sheet\"", out + element("ol", "class=\"quiz\"", items)) + "\n";
}

std::string glossary(const Book& book) {
  if (book.glossary.empty()) return "";
  std::string rows;
  for (const auto& [word, page] : book.glossary) {
    std::string says = word.gloss.empty() ? "" : element("p", "", escape_html(word.gloss) + ".");
    for (const std::string& example : word.examples) {
      says += element("p", "class=\"example\"", "“" + escape_html(example) + "”");
    }
    if (book.options.level != Level::kFirst) {
      const std::string chain = Glossary::chain(word);
      if (!chain.empty()) says += element("p", "class=\"chain\"", escape_html(chain));
    }
    if (says.empty()) says = element("p", "", escape_html(Glossary::chain(word)));
    rows += element(
        "div", "",
        element("dt", "", escape_html(word.word)) +
            element("dd", "",
                    says + "<p class=\"where\"><a href=\"#picture-" + std::to_string(page + 1) +
                        "\">picture " + std::to_string(page + 1) + "</a></p>"));
  }
  return element("section", "class=\"sheet long\"",
                 text_element("h2", "", "Words") + element("dl", "class=\"glossary\"", rows)) +
         "\n";
}

std::string table_of_pictures(const Book& book) {
  constexpr std::array<const char*, 3> kGrades = {"unsure", "likely", "sure"};
  std::string rows;
  for (std::size_t i = 0; i < book.pages.size(); ++i) {
    const BookPage& page = book.pages[i];
    const Assessment& assessment = page.assessment;
    const std::string sure = !assessment.confidence ? "not known"
                             : !assessment.is_photograph()
                                 ? "no photograph"
                                 : percent(*assessment.confidence, 0) + ", " +
                                       kGrades[static_cast<std::size_t>(assessment.grade)];
    rows += element(
        "tr", "",
        element("th", "scope=\"row\"", std::to_string(i + 1)) +
            element("td", "", escape_html(std::filesystem::path(page.name).filename().string())) +
            element("td", "", escape_html(page.caption)) + element("td", "", escape_html(sure)));
  }
  return element("table", "",
                 "<thead><tr><th scope=\"col\">picture</th><th scope=\"col\">file</th>"
                 "<th scope=\"col\">as the program said it</th><th scope=\"col\">how sure</th></tr>"
                 "</thead>" +
                     element("tbody", "", rows)) +
         "\n";
}

std::string colophon(const Book& book, const std::string& command) {
  std::string out = text_element("h2", "", "About this book");
  out += text_element(
      "p", "",
      "A program wrote this book; nobody checked it. It looked at each picture, and it may be "
      "wrong. "
      "Where it was not sure, it asks you. All it says comes from its captions and, for the words, "
      "from WordNet.");
  out += text_element(
      "p", "",
      "Model " + book.model + (book.digits.empty() ? "" : ", " + book.digits) + ". Level " +
          std::to_string(static_cast<int>(book.options.level)) + ". Reading grade " +
          decimal(book.readability.grade(), 1) + " (Flesch-Kincaid, of its " +
          counted(book.readability.sentences, "sentence and question", "sentences and questions") +
          ").");
  out += element("div", "class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"Pictures\"",
                 table_of_pictures(book));
  if (book.has_wordnet) {
    out += text_element("p", "small", "WordNet 3.0, copyright 2006 by Princeton University.");
  }
  out += element("p", "class=\"small\"", "Made by " + element("code", "", escape_html(command))) +
         "\n";
  if (!book.quiz.empty()) {
    std::string answers;
    for (const QuizItem& item : book.quiz) {
      answers += (answers.empty() ? "" : " · ") + std::string("picture ") +
                 std::to_string(item.page + 1) + ": " + letter(item.right);
    }
    out += element("div", "class=\"answers\"",
                   text_element("h3", "", "Answers") + text_element("p", "", answers));
  }
  return element("footer", "class=\"sheet long\"", out) + "\n";
}

}  // namespace

std::string book_html(const Book& book, const std::string& command) {
  std::string body = cover(book) + "<main>\n";
  for (std::size_t i = 0; i < book.pages.size(); ++i) {
    body += sheet(book.pages[i], i, book.options.level);
  }
  body += quiz(book) + glossary(book) + "</main>\n" + colophon(book, command);
  return page_head(book.options.title, kBookStyle) + element("body", "", "\n" + body) + "</html>\n";
}

}  // namespace storyteller::book
