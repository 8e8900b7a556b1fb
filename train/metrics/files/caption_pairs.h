#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "train/metrics/files/caption_file.h"

namespace storyteller {

/// Hypotheses beside the references of their images.
struct CaptionPairs {
  struct Image {
    std::string id;
    bool number = false;                  ///< the id is written as a number
    std::vector<std::string> references;  ///< raw; at least one
    std::vector<size_t> hypotheses;       ///< which of `captions`; at least one
  };
  std::vector<Image> images;                    ///< in the order in which the hypotheses name them
  std::vector<std::string> captions;            ///< the hypotheses, raw, in their order
  std::vector<size_t> image_of;                 ///< [caption] index into `images`
  size_t references = 0;                        ///< in all
  std::vector<std::string> without_hypothesis;  ///< ids left out (PairingOptions::partial)
  std::vector<std::string> without_reference;   ///< ids left out, likewise
  /// Ids left out because no reference of theirs holds a word ("...").
  std::vector<std::string> without_words;
  std::vector<std::string> notes;  ///< what was guessed or left out, a line each
};

struct PairingOptions {
  bool partial = false;  ///< score what has both; otherwise what is missing is an error
  bool samples = false;  ///< several hypotheses for an image are meant
};

/// Brings files together: by image ids, which may be written differently (match_ids; a note says
/// so), or line by line where all are plain text (several reference files then give several
/// references; an empty line there is no reference, and blank lines at the end of one file which
/// the others do not have are nothing). Images of which no reference holds a word are left out.
/// Throws InputError that names the files, the ids or lines, and the fix: for files of different
/// forms or lengths, for images that have only one of the two, and for several hypotheses where one
/// is expected.
CaptionPairs pair_captions(std::vector<CaptionFile> hypotheses, std::vector<CaptionFile> references,
                           const PairingOptions& options);

/// The references of all images, for document frequencies: [image][reference], raw.
std::vector<std::vector<std::string>> group_by_image(const std::vector<CaptionFile>& references);

}  // namespace storyteller
