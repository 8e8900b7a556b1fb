#pragma once

namespace storyteller {

/// Puts a file that can neither be read nor written in the way it should in the place of a standard
/// stream (descriptors 0, 1, 2) that the caller closed. Else the next file that is opened would
/// take its number: a model would be read as the list of names, messages would land in a page.
/// Reading and writing then fail as on a closed stream. Once, before any file is opened.
void occupy_closed_standard_streams();

}  // namespace storyteller
