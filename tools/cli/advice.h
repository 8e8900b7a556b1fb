#pragma once

#include <string>
#include <vector>

namespace storyteller {

/// A word that a command does not know: an option where it begins with '-', else a command or an
/// argument.
struct UnknownWord {
  std::string word;                   ///< without "=VALUE"
  std::string command;                ///< where it stands: "storyteller caption"
  std::vector<std::string> options;   ///< that are known there: "--beam"
  std::vector<std::string> commands;  ///< likewise: "caption"
};

/// What the word was probably meant to be, to end an error message with; or "". Knows what other
/// programs call things (-o, --num-beams), files given where a command or an option is expected,
/// and words that differ in few letters.
std::string advice_on(const UnknownWord& unknown);

}  // namespace storyteller
