#include "tools/apps/speak/remark_output.h"

#include <unistd.h>

#include <iostream>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/system/printable.h"
#include "core/system/printable_line.h"
#include "core/text/json_line.h"
#include "core/text/json_name.h"
#include "model/image/decode.h"
#include "tools/cli/flag_names.h"
#include "tools/cli/standard_output.h"
#include "tools/render/caption_json.h"

namespace storyteller::speak {

using Json = nlohmann::ordered_json;

RemarkOutput::RemarkOutput(Form form, std::string model)
    : form_(form), model_(std::move(model)), terminal_(::isatty(STDOUT_FILENO) == 1) {}

void RemarkOutput::print(const std::string& image, const Remark& remark,
                         std::span<const std::string> warnings) const {
  if (form_ == Form::kJson) {
    Json line;
    set_name(line, "image", image);
    if (remark.frame > 0) line["frame"] = remark.frame;
    line["event"] = name_of(remark.event);
    if (remark.told != nullptr) {
      set_caption(line, remark.told->sentence, remark.told->caption);
      set_assessment(line, remark.text, remark.told->assessment, model_);
    } else {
      line["text"] = remark.text;
    }
    for (const std::string& warning : warnings) {
      line["warnings"].push_back(with_flags(storyteller::text_of(warning, image)));
    }
    std::cout << json_line(line);
  } else {
    // A program may need the very bytes of a name that is not UTF-8; a terminal must not get them.
    const auto shown = [&](const std::string& text) {
      constexpr std::size_t kWhole = std::numeric_limits<std::size_t>::max();
      return terminal_ ? printable_line(text, kWhole) : escape_controls(text);
    };
    if (form_ == Form::kTable) std::cout << shown(image) << '\t';
    std::cout << shown(remark.text) << '\n';
  }
  flush_standard_output();
}

void RemarkOutput::print_failure(const std::string& image, const std::string& error) const {
  if (form_ != Form::kJson) return;
  Json line;
  if (!image.empty()) set_name(line, "image", image);
  line["error"] = with_flags(error);
  std::cout << json_line(line);
  flush_standard_output();
}

}  // namespace storyteller::speak
