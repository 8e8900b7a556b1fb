#pragma once

#include <string>

#include "tools/apps/serve/http_message.h"

namespace storyteller::serve {

/// The page of GET /. Its style and its script carry a nonce of 128 random bits, made for this
/// answer; the policy that comes with it runs nothing else.
Response page_answer();

}  // namespace storyteller::serve
