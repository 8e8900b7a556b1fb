#pragma once

#include <filesystem>

#include "tools/render/html_report.h"

namespace storyteller {

/// A page that is written while its items come, so that memory does not grow with them. They wait
/// in a nameless file beside the page, which itself appears at the end, complete or not at all.
class HtmlReportFile {
 public:
  /// Throws IoError where the page could not be written there.
  explicit HtmlReportFile(std::filesystem::path path);
  ~HtmlReportFile();
  HtmlReportFile(const HtmlReportFile&) = delete;
  HtmlReportFile& operator=(const HtmlReportFile&) = delete;

  /// Throws IoError, on a full disk for example.
  void add(const HtmlReport::Item& item);
  std::size_t items() const { return items_.count; }
  /// Writes the page: what `report` says, around the items that were added. Once. Throws IoError.
  void write(const HtmlReport& report);

 private:
  std::filesystem::path path_;
  HtmlReportItems items_;
  int waiting_ = -1;  // descriptor of the nameless file
};

}  // namespace storyteller
