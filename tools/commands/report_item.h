#pragma once

#include <string>

#include "model/captioner.h"
#include "tools/render/html_report.h"

namespace storyteller {

/// A picture with its caption, and for each word where the network looked, for a page.
HtmlReport::Item report_item(Captioner& captioner, Image picture, std::string name,
                             const Caption& caption);

}  // namespace storyteller
