#pragma once

#include <filesystem>
#include <string>

#include "model/image/encode.h"
#include "tests/temporary_folder.h"

namespace storyteller {

/// easy-VQA's layout below `data`: twenty pictures, red or blue, of which the colour is asked; two
/// of them are val. `answer` is what is said of the first one's colour.
inline void write_color_questions(const std::filesystem::path& data,
                                  const std::string& answer = "red") {
  const std::filesystem::path images = data / "train/images";
  std::filesystem::create_directories(images);
  std::string questions;
  for (int i = 0; i < 20; ++i) {
    const bool red = i % 4 < 2;
    write_png(images / (std::to_string(i) + ".png"),
              solid_image(16, 16, red ? Rgb{220, 20, 20} : Rgb{20, 20, 220}));
    questions += std::string(i == 0 ? "[" : ",") + "[\"what color is it?\",\"" +
                 (i == 0 ? answer
                  : red  ? "red"
                         : "blue") +
                 "\"," + std::to_string(i) + "],[\"is it red?\",\"" + (red ? "yes" : "no") + "\"," +
                 std::to_string(i) + "]";
  }
  write_text(data / "train/questions.json", questions + "]");
}

}  // namespace storyteller
