#pragma once

#include "core/config.h"

namespace storyteller {

/// Throws UsageError that names each setting that somebody gave and nothing reads, since it is of
/// another kind of decoder, update rule or schedule than the one chosen. `config`: of a Recipe. A
/// file may give such a setting with a value that is some recipe's or kind's default: train itself
/// writes all settings into a run's config.json.
void require_read_settings(const Config& config);

}  // namespace storyteller
