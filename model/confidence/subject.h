#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace storyteller {

/// Kinds of things that captions are about, a bit each, such as people, dogs and food: coarse
/// enough that people who describe one picture agree, fine enough that a dog is no horse. The words
/// of each are listed in subject.cc; bits are kept in model files.
using SubjectKinds = std::uint32_t;

/// The kinds that `words`, a caption in lower case, names anywhere. A word of a wider sense has the
/// bits of all that it covers ("animal": dogs, cats, ...). 0: none.
SubjectKinds kinds_named(std::span<const std::string> words);

/// What a caption is about, and where it says so.
struct Subject {
  SubjectKinds kinds = 0;  ///< 0: it names no kind
  std::size_t word = 0;    ///< its position; of a name of two words, that of the second
};

/// The first thing that a caption names: of nouns behind each other the last one ("a bus driver" is
/// about a person), of "a group of dogs" the dogs.
Subject subject_of(std::span<const std::string> words);

/// The kinds that people who described a picture agree on: those that at least two of them name,
/// and of fewer than three descriptions those that one does.
SubjectKinds kinds_agreed(std::span<const std::vector<std::string>> descriptions);

/// Names of the kinds that are set, for messages: "dog", "person or food". "nothing": none.
std::string kinds_text(SubjectKinds kinds);

}  // namespace storyteller
