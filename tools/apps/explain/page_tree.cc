// The search as a tree: a step a line, downwards.
#include <algorithm>
#include <map>

#include "core/text/number_format.h"
#include "core/text/utf8.h"
#include "model/search/caption_score.h"
#include "model/vocabulary.h"
#include "tools/apps/explain/page_sections.h"
#include "tools/render/svg.h"

namespace storyteller::explain {
namespace {

constexpr double kNodeWidth = 92, kNodeHeight = 38, kColumn = 106, kLine = 74, kMargin = 8;
constexpr std::size_t kDroppedShown = 4;  ///< of a step

using Words = std::vector<std::int32_t>;

struct Node {
  double x = 0, y = 0;  // top left
  Words sentence;
  double log_probability = 0;
  bool kept = false, way = false;
};

struct Tree {
  std::vector<Node> nodes;
  std::vector<std::pair<std::size_t, std::size_t>> edges;  // from, to
  double width = 0, height = 0;
};

Words sentence_of(const SearchStep& step, const Branch& branch) {
  Words words = step.sayings[branch.row].said;
  words.push_back(branch.word);
  return words;
}

Tree tree_of(const Lesson& lesson) {
  const Caption& best = lesson.found.front();
  Words winner(best.words.begin(), best.words.end());
  if (best.finished) winner.push_back(Vocabulary::kEnd);
  Tree tree;
  std::map<Words, std::size_t> at;  // nodes of the step before
  tree.nodes.push_back({.x = kMargin, .y = kMargin, .sentence = {}, .kept = true, .way = true});
  at[{}] = 0;
  double y = kMargin;
  for (const SearchStep& step : lesson.steps) {
    y += kLine;
    std::map<Words, std::size_t> now;
    std::size_t column = 0, dropped = 0;
    for (const Branch& branch : step.branches) {
      if (!branch.kept && dropped++ >= kDroppedShown) continue;
      Words words = sentence_of(step, branch);
      const auto parent = at.find(step.sayings[branch.row].said);
      if (parent == at.end()) continue;
      Node node{.x = kMargin + kColumn * static_cast<double>(column++),
                .y = y,
                .sentence = words,
                .log_probability = branch.log_probability,
                .kept = branch.kept};
      node.way = node.kept && words.size() <= winner.size() &&
                 std::equal(words.begin(), words.end(), winner.begin());
      tree.edges.emplace_back(parent->second, tree.nodes.size());
      if (node.kept) now[std::move(words)] = tree.nodes.size();
      tree.width = std::max(tree.width, node.x + kNodeWidth + kMargin);
      tree.nodes.push_back(std::move(node));
    }
    at = std::move(now);
  }
  tree.height = y + kNodeHeight + kMargin;
  return tree;
}

std::string edge(const Node& from, const Node& to) {
  const double x1 = from.x + kNodeWidth / 2, y1 = from.y + kNodeHeight;
  const double x2 = to.x + kNodeWidth / 2, bend = (kLine - kNodeHeight) / 2;
  return std::string("<path class=\"") +
         (to.way    ? "way"
          : to.kept ? "kept"
                    : "") +
         "\" d=\"M" + svg_number(x1) + " " + svg_number(y1) + "C" + svg_number(x1) + " " +
         svg_number(y1 + bend) + " " + svg_number(x2) + " " + svg_number(to.y - bend) + " " +
         svg_number(x2) + " " + svg_number(to.y) + "\"/>";
}

/// At most so many characters that a node holds them.
std::string cut_word(const std::string& word) {
  constexpr std::size_t kMost = 11;
  std::string_view rest = word;
  std::string out;
  for (std::size_t count = 0; !rest.empty(); ++count) {
    const std::string_view before = rest;
    take_character(&rest);
    if (count + 1 == kMost && !rest.empty()) return out + "…";
    out += before.substr(0, before.size() - rest.size());
  }
  return out;
}

std::string node_text(const Lesson& lesson, const Node& node) {
  if (node.sentence.empty()) return "start";
  const std::int32_t word = node.sentence.back();
  return word == Vocabulary::kEnd ? "end"
                                  : cut_word(lesson.vocabulary[static_cast<std::size_t>(word)]);
}

std::string number_of(const Lesson& lesson, const Node& node) {
  if (node.sentence.empty()) return "0";
  if (node.sentence.back() != Vocabulary::kEnd) return decimal(node.log_probability, 2);
  return "score " + decimal(caption_score(node.log_probability, std::ssize(node.sentence),
                                          lesson.search.length_penalty),
                            2);
}

std::string box(const Lesson& lesson, const Node& node) {
  const char* css = node.way ? "way" : node.kept ? "kept" : "";
  const bool ends = !node.sentence.empty() && node.sentence.back() == Vocabulary::kEnd;
  const double middle = node.x + kNodeWidth / 2;
  std::string text_css = node.kept ? "" : "dropped";
  if (ends) text_css += " end";
  constexpr double kBaseline = 16, kSecond = 31;
  return std::string("<rect class=\"") + css + "\" x=\"" + svg_number(node.x) + "\" y=\"" +
         svg_number(node.y) + "\" width=\"" + svg_number(kNodeWidth) + "\" height=\"" +
         svg_number(kNodeHeight) + "\" rx=\"8\"/>" +
         svg_text(middle, node.y + kBaseline, "middle", shown_word(node_text(lesson, node)),
                  text_css) +
         svg_text(middle, node.y + kSecond, "middle", number_of(lesson, node), "small");
}

}  // namespace

std::string tree_svg(const Lesson& lesson) {
  const Tree tree = tree_of(lesson);
  if (tree.edges.empty()) return "";
  std::string drawn;
  for (const bool way : {false, true}) {  // the way lies on top
    for (const auto& [from, to] : tree.edges) {
      if (tree.nodes[to].way == way) drawn += edge(tree.nodes[from], tree.nodes[to]);
    }
  }
  for (const Node& node : tree.nodes) drawn += box(lesson, node);
  const std::string width = svg_number(tree.width), height = svg_number(tree.height);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"" + width +
         "\" height=\"" + height + "\" viewBox=\"0 0 " + width + " " + height +
         "\" aria-label=\"The search as a tree, a word a line; the list below tells the sentences "
         "that ended\">" +
         drawn + "</svg>";
}

}  // namespace storyteller::explain
