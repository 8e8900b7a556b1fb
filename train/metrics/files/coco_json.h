#pragma once

#include <string>

#include "train/metrics/files/caption_file.h"

namespace storyteller {

/// Reads captions from JSON in any of the layouts that people have, into `file`, whose name stands
/// for the text in the InputErrors:
///   - results, [{"image_id": 42, "caption": "..."}, ...], or such objects behind each other, a
///     line each; also under "results", "predictions" or "annotations" of an object (COCO's);
///   - Karpathy's {"images": [{"filename": ..., "cocoid": ..., "sentences": [{"raw": ...}]}]};
///   - a dictionary, {"42": ["...", "..."]} or {"42": "..."}.
/// What an entry calls its image and its captions may have any name of field_names.h; an entry may
/// hold a list of captions. One that is null is kept as `absent`, and entries that say why there is
/// no caption ("error", as `caption --json` writes them) are left out, with a note.
void parse_json_captions(std::string text, CaptionFile& file);

}  // namespace storyteller
