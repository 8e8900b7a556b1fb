// `storyteller album tags`, `tag` and `show`: what pictures are tagged with, and what is known.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/json_line.h"
#include "tools/apps/album/album_file.h"
#include "tools/apps/album/search.h"
#include "tools/apps/album/store.h"
#include "tools/apps/album/tags.h"
#include "tools/apps/album/xmp.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/album_arguments.h"
#include "tools/commands/album_output.h"
#include "tools/commands/album_picture.h"

namespace storyteller {
namespace {

using album::Connection;
using Json = nlohmann::ordered_json;

struct TagsArguments {
  AlbumPlace place;
  int least = 2;
  bool json = false;
};

int list_tags(const TagsArguments& arguments) {
  const auto connection = album::open_album(arguments.place.db, Connection::Access::kRead);
  const auto tags = album::tags(*connection, thresholds_for(*connection), arguments.least);
  for (const album::Tag& tag : tags) {
    if (arguments.json) {
      std::cout << json_line(Json{{"tag", tag.word}, {"pictures", tag.pictures}});
    } else {
      std::cout << tag.pictures << '\t' << shown_name(tag.word) << '\n';
    }
  }
  if (tags.empty()) std::cerr << "no tags\n";
  return 0;
}

struct TagArguments {
  AlbumPlace place;
  std::vector<std::string> words;  // a picture, then +tag and -tag
};

int tag(const TagArguments& arguments) {
  if (arguments.words.size() < 2) {
    throw UsageError("name a picture and tags: storyteller album tag IMAGE +beach -dog");
  }
  const auto connection = album::open_album(arguments.place.db, Connection::Access::kWrite);
  const std::string& image = arguments.words.front();
  const std::int64_t picture = picture_named(*connection, image);
  const Language language = Language::open();
  album::Store store(*connection, language);
  std::string said;
  album::Transaction transaction(*connection);
  for (size_t i = 1; i < arguments.words.size(); ++i) {
    const std::string& word = arguments.words[i];
    const bool adds = word.starts_with('+');
    if (!adds && !word.starts_with('-')) {
      throw UsageError("'" + printable(word) + "': write +" + printable(word) + " to add a tag, -" +
                       printable(word) + " to take it away");
    }
    const Lemma lemma = album::tag_lemma(language, word.substr(1));
    if (lemma.text.empty()) throw UsageError("'" + printable(word) + "' holds no word");
    if (adds) {
      store.add_tag(picture, lemma);
    } else {
      auto lemmas = language.all_lemmas(lemma.text);
      lemmas.push_back(lemma);
      store.hide_tag(picture, lemmas);
    }
    said += (said.empty() ? "" : " ") + word;
  }
  store.flush();
  album::note(*connection, "tag", printable_path(image) + ": " + printable(said, 400));
  transaction.commit();
  const auto details = album::details(*connection, picture);
  if (details && !album::existing_sidecar(details->path).empty()) {
    report_warning(printable_path(album::existing_sidecar(details->path).string()) +
                       ": has the former tags; storyteller album export --xmp writes it anew",
                   std::cerr);
  }
  const auto words =
      album::tag_words(album::picture_tags(*connection, thresholds_for(*connection), picture));
  for (const std::string& shown : words) {
    std::cout << (&shown == &words.front() ? "" : " ") << shown_name(shown);
  }
  std::cout << '\n';
  return 0;
}

struct ShowArguments {
  AlbumPlace place;
  std::string image;
  bool json = false;
};

const char* name_of(album::Source source) {
  switch (source) {
    case album::Source::kCaption:
      return "caption";
    case album::Source::kHypotheses:
      return "hypotheses";
    case album::Source::kDetector:
      return "detector";
    case album::Source::kKeywords:
      return "keywords";
    case album::Source::kHand:
      return "hand";
  }
  return "";
}

void show_lines(const album::PictureDetails& picture, const std::vector<album::PictureTag>& tags,
                const std::vector<std::string>& hidden) {
  const auto line = [](const char* what, const std::string& value) {
    if (!value.empty()) std::cout << what << '\t' << shown_name(value) << '\n';
  };
  const char* const states[] = {"waits to be captioned", "", "cannot be read", "missing"};
  line("picture", picture.path);
  line("state", states[std::min(std::max(picture.state, 0), 3)]);
  line("why", picture.why);
  if (!picture.text.empty()) {
    line("text", picture.text);
    line("caption", picture.caption);
    line("grade", grade_name(picture.grade));
    line("model", picture.model);
  }
  if (picture.width > 0) {
    line("size", std::to_string(picture.width) + " x " + std::to_string(picture.height) + ", " +
                     std::to_string(picture.size) + " bytes");
  }
  line("taken", picture.taken);
  std::string words;
  for (const album::PictureTag& tag : tags) {
    words += (words.empty() ? "" : ", ") + tag.word + " (" + name_of(tag.source) + ")";
  }
  line("tags", words);
  words.clear();
  for (const std::string& word : hidden) words += (words.empty() ? "" : ", ") + word;
  line("taken away", words);
}

int show(const ShowArguments& arguments) {
  const auto connection = album::open_album(arguments.place.db, Connection::Access::kRead);
  const std::int64_t id = picture_named(*connection, arguments.image);
  const auto picture = album::details(*connection, id);
  if (!picture) throw InternalError("a picture of the album is gone");
  const auto tags = album::picture_tags(*connection, thresholds_for(*connection), id);
  const auto hidden = album::hidden_tags(*connection, id);
  if (!arguments.json) {
    show_lines(*picture, tags, hidden);
    return 0;
  }
  Json json = picture_json(*picture);
  if (!picture->why.empty()) json["why"] = picture->why;
  json["width"] = picture->width;
  json["height"] = picture->height;
  json["bytes"] = picture->size;
  json["tags"] = Json::array();
  for (const album::PictureTag& tag : tags) {
    json["tags"].push_back({{"tag", tag.word}, {"source", name_of(tag.source)}});
  }
  json["taken_away"] = hidden;
  std::cout << json_line(json);
  return 0;
}

}  // namespace

void add_album_tags(const Options& album) {
  auto arguments = std::make_shared<TagsArguments>();
  const Options command = album.command("tags", "tags, and how many pictures have them");
  command.number("--min", arguments->least, "pictures that a tag needs", {1, 1e9});
  command.flag("--json", arguments->json, "one JSON object per tag, a line each");
  arguments->place.add_options(command);
  command.runs([arguments] { return list_tags(*arguments); });
}

void add_album_tag(const Options& album) {
  auto arguments = std::make_shared<TagArguments>();
  const Options command = album.command("tag", "add tags to a picture, or take them away");
  command.several(
      "words", arguments->words,
      "a picture, then +TAG to add and -TAG to take away; what was taken away stays away");
  arguments->place.add_options(command);
  command.runs([arguments] { return tag(*arguments); });
}

void add_album_show(const Options& album) {
  auto arguments = std::make_shared<ShowArguments>();
  const Options command = album.command("show", "all that is known of a picture");
  command.text("image", arguments->image, "a picture of the album").required();
  command.flag("--json", arguments->json, "one JSON object");
  arguments->place.add_options(command);
  command.runs([arguments] { return show(*arguments); });
}

}  // namespace storyteller
