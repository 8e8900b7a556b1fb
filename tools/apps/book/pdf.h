#pragma once

#include <filesystem>
#include <string>

namespace storyteller::book {

/// A Chromium or Chrome of this machine: STORYTELLER_CHROMIUM, or one on the PATH; "": there is
/// none.
std::string browser();

/// Prints a page into a PDF file, by a headless browser with a profile of its own that is removed
/// behind it and without a network. Throws DeviceError, naming the fix, where there is no browser,
/// it fails, or it takes longer than kPrintSeconds; IoError where the file cannot be written.
void print_pdf(const std::filesystem::path& page, const std::filesystem::path& pdf);

inline constexpr int kPrintSeconds = 120;

}  // namespace storyteller::book
