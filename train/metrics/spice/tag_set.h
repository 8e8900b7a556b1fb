#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace storyteller::spice {

/// Part of speech: the Penn Treebank's tags (Marcus et al. 1993) as Universal Dependencies English
/// EWT uses them, less those that captions cannot have.
enum class Tag : uint8_t {
  kNN,
  kNNS,
  kNNP,
  kNNPS,
  kVB,
  kVBD,
  kVBG,
  kVBN,
  kVBP,
  kVBZ,
  kMD,
  kJJ,
  kJJR,
  kJJS,
  kRB,
  kRBR,
  kRBS,
  kRP,
  kIN,
  kTO,
  kDT,
  kPDT,
  kWDT,
  kCD,
  kCC,
  kPRP,
  kPRPPoss,
  kWP,
  kWPPoss,
  kWRB,
  kEX,
  kPOS,
  kUH,
  kFW,
  kSYM,
  kDollar,
  kHYPH,
  kPeriod,
  kComma,
  kColon,
  kOpenQuote,
  kCloseQuote,
  kLRB,
  kRRB,
};
constexpr int kTags = 44;

/// Relation of a word to its head: Universal Dependencies' (Nivre et al. 2020), those that a scene
/// graph reads one by one, the rest together as kOther. kRoot is never predicted: it is the label
/// of the word without a head.
enum class Label : uint8_t {
  kNsubj,
  kNsubjPass,
  kObj,
  kIobj,
  kObl,
  kOblAgent,
  kNmod,
  kNmodPoss,
  kAmod,
  kNummod,
  kDet,
  kCase,
  kCompound,
  kCompoundPrt,
  kConj,
  kCc,
  kCop,
  kAux,
  kAuxPass,
  kAcl,
  kAclRelcl,
  kAdvcl,
  kAdvmod,
  kXcomp,
  kCcomp,
  kMark,
  kPunct,
  kFlat,
  kFixed,
  kAppos,
  kExpl,
  kOther,
  kRoot,
};
constexpr int kLabels = 32;  ///< predicted ones, without kRoot

std::string_view name_of(Tag tag);
std::string_view name_of(Label label);
/// The tag of a treebank's XPOS column; tags that are left out become their nearest neighbour.
/// Nothing where the name is unknown.
std::optional<Tag> tag_of(std::string_view name);
/// The label of a treebank's DEPREL column: subtypes that are left out become their type, types
/// that are left out kOther.
Label label_of(std::string_view name);
/// All names in the order of their values, separated by blanks: a model file carries them, so that
/// one trained with other sets is refused.
std::string tag_names();
std::string label_names();

constexpr bool is_noun(Tag tag) { return tag <= Tag::kNNPS; }
constexpr bool is_verb(Tag tag) { return tag >= Tag::kVB && tag <= Tag::kVBZ; }
constexpr bool is_adjective(Tag tag) { return tag >= Tag::kJJ && tag <= Tag::kJJS; }

/// The head of a sentence's root.
constexpr int32_t kNoHead = -1;

}  // namespace storyteller::spice
