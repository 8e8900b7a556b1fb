#pragma once

#include <filesystem>
#include <memory>

#include "tools/apps/database/sqlite.h"

namespace storyteller::review {

using database::Connection;
using database::Statement;
using database::Transaction;

inline constexpr database::Kind kReview = {.application = 0x53545256,  // "STRV"
                                           .noun = "review",
                                           .one = "a review",
                                           .file = "review.db",
                                           .made_by = "storyteller review scan DIR --policy FILE",
                                           .again = "scan again",
                                           .read = "read"};

/// The review that is asked for ("": the default one). With kCreate it is made. Throws InputError
/// where it is not there or is another database, UsageError and IoError as database::open does.
std::unique_ptr<Connection> open_review(const std::filesystem::path& asked,
                                        Connection::Access access);

/// Whether open_review would find one.
bool review_is_there(const std::filesystem::path& asked);

/// The log of decisions of a review: FOLDER/NAME.audit.jsonl for FOLDER/NAME.db.
std::filesystem::path audit_log_of(const Connection& connection);

/// A value that a review keeps; "" where it has none.
std::string kept(Connection& connection, const char* key);
void keep(Connection& connection, const char* key, const std::string& value);

}  // namespace storyteller::review
