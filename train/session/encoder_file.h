#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// Where the file of a pretrained encoder's weights was looked for.
struct EncoderSearch {
  std::filesystem::path found;                  ///< empty: nowhere
  std::vector<std::filesystem::path> searched;  ///< the files tried, in order
};

/// Looks for encoders/NAME.safetensors in the folder STORYTELLER_DATA and beside the data
/// ("FORMAT:PATH"; empty: none): beside a folder, or in the folder of a file and the one above,
/// with and without links resolved.
EncoderSearch find_encoder_file(const std::string& encoder, std::string_view data);

/// The same beside several data sets, in their order.
EncoderSearch find_encoder_file(const std::string& encoder, std::span<const std::string> data);

/// `given` where it is not empty, else what find_encoder_file() finds. Throws UsageError that names
/// the places searched and the option.
std::filesystem::path encoder_file(const std::string& encoder, const std::string& given,
                                   std::span<const std::string> data);
std::filesystem::path encoder_file(const std::string& encoder, const std::string& given,
                                   const std::string& data);

}  // namespace storyteller
