#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "model/captioner.h"
#include "model/wording/people_text.h"
#include "tools/commands/attention_files.h"
#include "tools/commands/captioning_record.h"
#include "tools/commands/picture_names.h"
#include "tools/render/html_report_file.h"

namespace storyteller {

/// A picture and what was found in it.
struct CaptionedPicture {
  const PictureName& picture;
  const Image& view;                          ///< empty where nothing is shown
  const std::vector<Caption>& captions;       ///< the best first; never none
  const std::vector<double>& judgement;       ///< of the captions, where they were chosen by one
  std::string_view judgement_name;            ///< its name, as JSON has it
  const Assessment& assessment;               ///< of the best one
  const std::vector<NamedConcept>& concepts;  ///< that are seen in it
  std::vector<std::string> missing;           ///< what the best one does not say, but must
  const std::vector<std::string>& warnings;
};

/// Where captions go: lines on standard output, a strip a picture, one page.
class CaptionOutput {
 public:
  enum class Form { kSentence, kTable, kJson };
  /// What is said beside or instead of the captions as the model has them.
  struct Wording {
    bool people = false;  ///< the lines hold sentences for people: one a picture
    PeopleWording words;
    std::string model;  ///< digits of the models' files, for JSON; "": unknown
  };

  /// @param record of how captions come about: for the page, and for the lines of an ensemble.
  /// @param attention null: no strips. It must outlive this.
  /// @param report empty: no page. Throws IoError where it cannot be written.
  CaptionOutput(Captioner& captioner, CaptioningRecord record, Form form, Wording wording,
                const AttentionFiles* attention, const std::filesystem::path& report);

  /// Whether pictures are looked at.
  bool shows() const { return attention_ != nullptr || page_; }

  /// Draws and prints. Returns what could not be drawn or kept for the page; the line is printed
  /// all the same.
  std::vector<IoError> put(const CaptionedPicture& captioned);
  /// A line in the place of a picture that could not be captioned, in JSON.
  void print_failure(const PictureName& picture, const std::string& error);
  /// Hands over what was printed. Throws IoError.
  void flush();
  /// The page, where one is wanted and something was captioned. `note` is added to its title; may
  /// be empty. Throws IoError.
  void write_page(const std::string& note);

 private:
  void print(const CaptionedPicture& captioned, const std::filesystem::path& strip);
  std::string people_text_of(const CaptionedPicture& captioned) const;
  void print_json(const CaptionedPicture& captioned, const std::filesystem::path& strip);

  Captioner& captioner_;
  CaptioningRecord record_;
  Form form_;
  Wording wording_;
  bool terminal_;
  const AttentionFiles* attention_;
  std::optional<HtmlReportFile> page_;
};

}  // namespace storyteller
