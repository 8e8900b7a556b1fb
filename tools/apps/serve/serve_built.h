#pragma once

namespace storyteller::serve {

/// True where the program was built with what it listens with; read by `if constexpr`. Defined for
/// the sources that ask (cmake/Serve.cmake).
inline constexpr bool kServeBuilt = STORYTELLER_SERVE != 0;

}  // namespace storyteller::serve
