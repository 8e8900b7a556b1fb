#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/text/json_text.h"
#include "train/data/formats/rows.h"

namespace storyteller {

/// Adds the pictures and captions of a JSON file in any of the layouts that people have:
///   - an array of records, records behind each other, or one;
///   - COCO's: "images" and "annotations"; Karpathy's: "images" with "sentences";
///   - an array of records under another name ("annotations", "data", ...);
///   - a dictionary of names: {"p.jpg": ["...", "..."]}, or of splits: {"train": [...], ...}.
/// Records are those of caption_members.h. `split`: what the file's name says; a record's own goes
/// before it. Throws InputError with the place of what is neither.
void add_json(const JsonText& text, std::optional<Split> split, Rows& rows);

/// A record alone, such as a line of JSON lines.
void add_record(const nlohmann::json& record, const RecordPlace& place, std::optional<Split> split,
                Rows& rows);

/// COCO's layout. Ids are compared as id_member gives them. What only annotations name, and
/// annotations that say nothing of a picture (is_precanned, is_rejected of VizWiz), are left out
/// and counted in a note. Throws InputError for one id of two pictures, and where no annotation has
/// a caption.
void add_coco(const JsonText& text, std::string_view top, std::optional<Split> split, Rows& rows);

/// The names of the pictures that COCO's layout lists.
void for_each_coco_image(const JsonText& text,
                         const std::function<void(const std::string& name)>& each);

}  // namespace storyteller
