#include "tools/apps/speak/program_version.h"

#include <algorithm>
#include <sstream>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/ascii.h"
#include "tools/apps/speak/child_group.h"
#include "tools/apps/speak/open_file.h"

namespace storyteller::speak {

std::string program_version(const std::string& program, const std::string& argument) {
  try {
    const OpenFile out = file_of("");
    ChildGroup group({{program, argument}}, {.out = out.get(), .err = -1});
    if (!group.ended(std::chrono::seconds(2))) return "";
    constexpr std::size_t kEnough = 4096;
    std::istringstream text(contents_of(out, kEnough));
    std::string line, word;
    std::getline(text, line);
    std::istringstream words(line);
    while (words >> word) {
      if (std::any_of(word.begin(), word.end(), is_decimal_digit)) {
        return printable(word);
      }
    }
    return "found";
  } catch (const Error&) {
    return "";
  }
}

}  // namespace storyteller::speak
