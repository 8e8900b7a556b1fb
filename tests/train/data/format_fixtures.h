#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "model/image/encode.h"
#include "model/image/image.h"
#include "tests/temporary_folder.h"

namespace storyteller {

/// Ten pictures in one colour each, "p0.jpg" to "p9.jpg" (0 to 5 train, 6 and 7 val, 8 and 9 test)
/// with two captions each, laid out as each format wants them.
class FormatFixtures {
 public:
  explicit FormatFixtures(std::filesystem::path folder) : folder_(std::move(folder)) {}

  static constexpr int kPictures = 10;
  static std::string name(int i) { return "p" + std::to_string(i) + ".jpg"; }
  static std::string split(int i) { return i < 6 ? "train" : i < 8 ? "val" : "test"; }
  static std::string caption(int i, int k) {
    return (k == 0 ? "A dog number " : "The cat of ") + std::to_string(i) + " runs .";
  }
  static Image picture(int i) {
    Image image{.width = 16, .height = 12, .rgb = {}};
    for (int p = 0; p < 16 * 12; ++p) {
      for (const int c : {20 * i, 255 - 20 * i, p % 16 * 10}) {
        image.rgb.push_back(static_cast<uint8_t>(c));
      }
    }
    return image;
  }

  /// The specification of a set that was written below the folder.
  std::string make(const std::string& format) const {
    const std::filesystem::path dir = folder_ / format;
    std::filesystem::create_directories(dir);
    if (format == "flickr8k") {
      pictures(dir / "images");
      write_text(dir / "Flickr8k.token.txt", tokens());
      write_text(dir / "Flickr_8k.trainImages.txt", names("train"));
      write_text(dir / "Flickr_8k.devImages.txt", names("val"));
      write_text(dir / "Flickr_8k.testImages.txt", names("test"));
    } else if (format == "flickr30k") {
      pictures(dir / "flickr30k_images");
      std::string table = "image_name| comment_number| comment\n";
      for (int i = 0; i < kPictures; ++i) {
        table += name(i) + "| 0| " + caption(i, 0) + "\n";
        table += name(i) + "| 1   " + caption(i, 1) + "\n";  // as one line of the published file
      }
      write_text(dir / "results.csv", table);
      for (const char* part : {"train", "val", "test"}) {
        std::string bare = names(part);
        for (size_t at; (at = bare.find(".jpg")) != std::string::npos;) bare.erase(at, 4);
        write_text(dir / (std::string(part) + ".txt"), bare);
      }
    } else if (format == "coco2014" || format == "coco2017") {
      const std::string year = format.substr(4);
      for (const std::string part : {"train", "val"}) {
        pictures(dir / (part + year), part);
        write_text(dir / "annotations" / ("captions_" + part + year + ".json"), coco(part));
      }
    } else if (format == "karpathy") {
      pictures(dir / "images" / "all");
      write_text(dir / "dataset_coco.json", karpathy());
    } else if (format == "conceptual") {
      for (const std::string part : {"train", "val"}) {
        std::string lines;
        int line = 0;
        for (int i = 0; i < kPictures; ++i) {
          if (split(i) != part) continue;
          write_png(made(dir / "images" / part / number(line++)), picture(i));
          lines += caption(i, 0) + "\thttp://example.org/" + name(i) + "\n";
        }
        lines += "gone .\thttp://example.org/gone.jpg\n";
        write_text(dir / (part + ".tsv"), lines);
      }
    } else if (format == "jsonl") {
      pictures(dir / "images");
      std::string lines;
      for (int i = 0; i < kPictures; ++i) {
        lines += R"({"image":")" + name(i) + R"(","split":")" + split(i) + R"(","captions":[")" +
                 caption(i, 0) + R"(",")" + caption(i, 1) + "\"]}\n";
      }
      write_text(dir / "captions.jsonl", lines);
    } else if (format == "csv") {
      pictures(dir);
      std::string lines = "split,file_name,text\r\n";
      for (int i = 0; i < kPictures; ++i) {
        for (int k = 0; k < 2; ++k) {
          lines += split(i) + "," + name(i) + ",\"" + caption(i, k) + "\"\r\n";
        }
      }
      write_text(dir / "captions.csv", lines);
    } else {  // shards, by tar itself: plain ustar, GNU and pax
      for (const auto& [part, kind] :
           {std::pair("train", "ustar"), {"val", "gnu"}, {"test", "pax"}}) {
        const std::filesystem::path loose = folder_ / ("loose-" + std::string(part));
        for (int i = 0; i < kPictures; ++i) {
          if (split(i) != part) continue;
          write_png(made(loose / name(i)), picture(i));
          const std::string key = "p" + std::to_string(i);
          if (i % 2 == 0) {
            write_text(loose / (key + ".txt"), caption(i, 0) + "\n" + caption(i, 1) + "\n");
          } else {
            write_text(loose / (key + ".json"),
                       R"({"captions":[")" + caption(i, 0) + R"(",")" + caption(i, 1) + "\"]}");
          }
        }
        const std::string command = "cd '" + loose.string() + "' && tar --format=" + kind +
                                    " --sort=name -cf '" +
                                    (dir / (std::string(part) + "-000000.tar")).string() + "' *";
        EXPECT_EQ(std::system(command.c_str()), 0) << command;
      }
    }
    return format + ":" + dir.string();
  }

  static std::vector<std::string> formats() {
    return {"flickr8k",   "flickr30k", "coco2014", "coco2017", "karpathy",
            "conceptual", "jsonl",     "csv",      "shards"};
  }

 private:
  static std::filesystem::path made(const std::filesystem::path& file) {
    std::filesystem::create_directories(file.parent_path());
    return file;
  }
  static std::string number(int line) { return std::to_string(line) + ".jpg"; }
  static void pictures(const std::filesystem::path& folder, const std::string& part = "") {
    for (int i = 0; i < kPictures; ++i) {
      if (part.empty() || split(i) == part) write_png(made(folder / name(i)), picture(i));
    }
  }
  static std::string tokens() {
    std::string lines;
    for (int i = 0; i < kPictures; ++i) {
      for (int k = 0; k < 2; ++k) {
        lines += name(i) + "#" + std::to_string(k) + "\t" + caption(i, k) + "\n";
      }
    }
    return lines;
  }
  static std::string names(const std::string& part) {
    std::string lines;
    for (int i = 0; i < kPictures; ++i) lines += split(i) == part ? name(i) + "\n" : "";
    return lines;
  }
  static std::string coco(const std::string& part) {
    std::string images, annotations;
    for (int i = 0; i < kPictures; ++i) {
      if (split(i) != part) continue;
      const std::string id = std::to_string(1000 + i);
      images += (images.empty() ? "" : ",") + std::string(R"({"id":)") + id + R"(,"file_name":")" +
                name(i) + "\"}";
      for (int k = 0; k < 2; ++k) {
        annotations += (annotations.empty() ? "" : ",") + std::string(R"({"image_id":)") + id +
                       R"(,"id":1,"caption":")" + caption(i, k) + "\"}";
      }
    }
    return R"({"info":{"year":[1]},"annotations":[)" + annotations + R"(],"images":[)" + images +
           "]}";
  }
  static std::string karpathy() {
    std::string images;
    for (int i = 0; i < kPictures; ++i) {
      images += (images.empty() ? "" : ",") + std::string(R"({"filepath":"all","filename":")") +
                name(i) + R"(","split":")" + (i == 5 ? "restval" : split(i)) +
                R"(","sentences":[{"tokens":["x"],"raw":")" + caption(i, 0) + R"("},{"raw":")" +
                caption(i, 1) + "\"}]}";
    }
    return R"({"images":[)" + images + R"(],"dataset":"coco"})";
  }

  std::filesystem::path folder_;
};

}  // namespace storyteller
