#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace storyteller::speak {

/// A program and its arguments.
using ProgramWords = std::vector<std::string>;
/// Programs of which each reads what the one before it writes; at least one.
using Pipeline = std::vector<ProgramWords>;

/// How espeak-ng speaks.
struct EspeakOptions {
  int rate = 175;  ///< words a minute, 80 to 450
  std::string voice = "en-gb";
  int volume = 100;      ///< 0 to 200; 100 is as recorded
  bool to_file = false;  ///< sound goes to standard output, not to the loudspeaker
};
Pipeline espeak_command(const EspeakOptions& options);

/// The programs of "espeak-ng --stdin --stdout | aplay -q". Words are separated by blanks; quotes
/// and backslashes keep a blank in a word as in a shell, but no shell takes part. Throws UsageError
/// for a program that is missing, a quote that is left open, and for signs that only a shell would
/// understand (; & < > $ ` ( ) outside of quotes).
Pipeline speaker_command(std::string_view text);

}  // namespace storyteller::speak
