#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What people call the parts of a record, as titles of columns and as members of JSON objects.
namespace storyteller {

/// A title in one form: " Image Name" is "image_name".
std::string plain_title(std::string_view title);

/// Names of a picture, of one caption, of several; in order: the first that is there is taken.
const std::vector<std::string>& image_fields();
const std::vector<std::string>& caption_fields();
const std::vector<std::string>& captions_fields();

/// Whether a plain title is that of captions: one of the above, or such a one with a number, as
/// "caption_1" or "comment2".
bool is_numbered_caption(std::string_view title);

/// Whether a text stands for a caption that is missing: nothing but blanks, or "nan", "None" and
/// the like, as pandas and Python write what is not there.
bool is_missing_text(std::string_view text);

/// "p.jpg" of "p.jpg#0", as token files number captions.
std::string_view without_caption_number(std::string_view name);

/// A name from a list, relative to the folder and without "." and "..": one name for one file.
/// What leads out of the folder stays as it is.
std::string plain_name(std::string_view name);

/// Whether a name ends as those of pictures do (".jpg", ".PNG", ...).
bool has_picture_extension(std::string_view name);

/// "image, file_name, ...", for messages.
std::string known_image_fields();
std::string known_caption_fields();

}  // namespace storyteller
