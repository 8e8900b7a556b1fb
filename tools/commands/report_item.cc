#include "tools/commands/report_item.h"

#include <utility>

#include "core/text/number_format.h"

namespace storyteller {

HtmlReport::Item report_item(Captioner& captioner, Image picture, std::string name,
                             const Caption& caption) {
  HtmlReport::Item item;
  item.visible = visible_box(picture.width, picture.height, captioner.preprocessing());
  item.picture = std::move(picture);
  item.name = std::move(name);
  item.caption = captioner.sentence(caption);
  item.grid_height = static_cast<int>(captioner.encoder().grid_rows());
  item.grid_width = static_cast<int>(captioner.encoder().grid_columns());
  if (!caption.alpha.empty()) {
    item.maps = caption.alpha;
    for (const std::string& word : captioner.vocabulary().decode(caption.words)) {
      item.words.push_back({.text = word});
    }
  }
  item.note = "log-probability " + decimal(caption.log_probability, 1);
  return item;
}

}  // namespace storyteller
