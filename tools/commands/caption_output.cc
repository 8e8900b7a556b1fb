#include "tools/commands/caption_output.h"

#include <unistd.h>

#include <iostream>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/system/printable.h"
#include "core/system/printable_line.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"
#include "core/text/number_format.h"
#include "model/image/decode.h"
#include "tools/cli/flag_names.h"
#include "tools/cli/standard_output.h"
#include "tools/commands/confidence_report.h"
#include "tools/commands/report_item.h"
#include "tools/render/caption_json.h"

namespace storyteller {
namespace {

using Json = nlohmann::ordered_json;

/// "600 words, at most 8 of a picture, by a detector and the encoder's classifier"
std::string described(const Concepts& concepts) {
  return grouped(concepts.table().size()) + " words, at most " + std::to_string(concepts.inputs()) +
         " of a picture, by a detector" +
         (concepts.table().of_class.empty() ? "" : " and the encoder's classifier");
}

}  // namespace

CaptionOutput::CaptionOutput(Captioner& captioner, CaptioningRecord record, Form form,
                             Wording wording, const AttentionFiles* attention,
                             const std::filesystem::path& report)
    : captioner_(captioner),
      record_(std::move(record)),
      form_(form),
      wording_(std::move(wording)),
      terminal_(::isatty(STDOUT_FILENO) == 1),
      attention_(attention) {
  if (!report.empty()) page_.emplace(report);
}

std::vector<IoError> CaptionOutput::put(const CaptionedPicture& captioned) {
  std::vector<IoError> failures;
  std::filesystem::path strip;
  if (attention_ != nullptr) {
    try {
      strip = attention_->draw(captioned.picture, captioned.view, captioned.captions.front(),
                               captioner_);
    } catch (const IoError& error) {
      failures.push_back(error);
    }
  }
  print(captioned, strip);
  if (page_) {
    try {
      HtmlReport::Item item =
          report_item(captioner_, captioned.view, captioned.picture.path.filename().string(),
                      captioned.captions.front());
      item.note += assessment_note(captioned.assessment);
      page_->add(item);
    } catch (const IoError& error) {
      failures.push_back(error);
    }
  }
  return failures;
}

std::string CaptionOutput::people_text_of(const CaptionedPicture& captioned) const {
  return people_text(captioner_.vocabulary().decode(captioned.captions.front().words),
                     captioned.assessment, wording_.words);
}

void CaptionOutput::print_json(const CaptionedPicture& captioned,
                               const std::filesystem::path& strip) {
  const std::string name = captioned.picture.path.string();
  const auto add_caption = [&](Json& json, size_t place) {
    const Caption& caption = captioned.captions[place];
    set_caption(json, captioner_.sentence(caption), caption);
    if (place < captioned.judgement.size()) {
      json[std::string(captioned.judgement_name)] = rounded(captioned.judgement[place]);
    }
  };
  Json line;
  set_name(line, "image", name);
  add_caption(line, 0);
  set_assessment(line, people_text_of(captioned), captioned.assessment, wording_.model);
  if (captioned.captions.size() > 1) {
    for (size_t place = 0; place < captioned.captions.size(); ++place) {
      add_caption(line["captions"].emplace_back(Json::object()), place);
    }
  }
  for (const NamedConcept& seen : captioned.concepts) {
    line["concepts"].push_back({{"word", seen.word}, {"p", rounded(seen.p)}});
  }
  for (const std::string& words : captioned.missing) {
    line["missing"].push_back(text_of(words, name));
  }
  if (!strip.empty()) set_name(line, "attention", strip.string());
  if (record_.models.size() > 1) add_record(record_, line);
  for (const std::string& warning : captioned.warnings) {
    line["warnings"].push_back(with_flags(text_of(warning, name)));
  }
  std::cout << json_line(line);
}

void CaptionOutput::print(const CaptionedPicture& captioned, const std::filesystem::path& strip) {
  if (form_ == Form::kJson) {
    print_json(captioned, strip);
    return;
  }
  constexpr size_t kWhole = std::numeric_limits<size_t>::max();
  // A program may need the very bytes of a name that is not UTF-8; a terminal must not get them.
  const auto shown = [&](const std::string& text) {
    return terminal_ ? printable_line(text, kWhole) : escape_controls(text);
  };
  if (wording_.people) {
    if (form_ == Form::kTable) std::cout << shown(captioned.picture.path.string()) << '\t';
    std::cout << shown(people_text_of(captioned)) << '\n';
    return;
  }
  for (const Caption& caption : captioned.captions) {
    if (form_ == Form::kTable) std::cout << shown(captioned.picture.path.string()) << '\t';
    std::cout << shown(captioner_.sentence(caption)) << '\n';
  }
}

void CaptionOutput::print_failure(const PictureName& picture, const std::string& error) {
  if (form_ != Form::kJson) return;
  Json line;
  if (!picture.path.empty()) set_name(line, "image", picture.path.string());
  line["error"] = error;
  std::cout << json_line(line);
}

void CaptionOutput::flush() { flush_standard_output(); }

void CaptionOutput::write_page(const std::string& note) {
  if (!page_ || page_->items() == 0) return;
  HtmlReport report;
  report.title = "Neural Storyteller" + (note.empty() ? "" : ": " + note);
  report.introduction = "What the network said about each picture";
  report.introduction +=
      captioner_.decoder().attends() ? ", and where it looked for each word." : ".";
  report.summary = {{"Pictures", grouped(page_->items())},
                    {"Encoder", captioner_.encoder().name()},
                    {"Words known", grouped(static_cast<size_t>(captioner_.vocabulary().size()))}};
  if (const Concepts* concepts = captioner_.concepts(); concepts != nullptr) {
    report.summary.emplace_back("Concepts", described(*concepts));
  }
  report.footer = "storyteller caption --report";
  add_record(record_, report);
  page_->write(report);
}

}  // namespace storyteller
