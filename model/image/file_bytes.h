#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace storyteller {

/// Reads a whole file (or pipe) of at most `max_bytes`.
/// @param check_head sees the first bytes (all of them if fewer than 4096; none if the file is
///   empty) and the printable name before the rest is read, and throws to refuse the file: a film
///   of 10 GB that was given by mistake is refused at once.
/// @throws InputError if the file is missing, a directory, unreadable or too large.
/// @throws IoError if reading fails; Stopped where a signal asks to stop while a pipe is waited
/// for.
std::vector<std::byte> read_file_bytes(const std::filesystem::path& path, std::size_t max_bytes,
                                       void (*check_head)(std::span<const std::byte> head,
                                                          const std::string& name));

}  // namespace storyteller
