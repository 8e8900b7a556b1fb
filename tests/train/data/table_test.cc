#include "train/text/picture_table.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "train/data/formats/set_files.h"
#include "train/text/field_names.h"

namespace storyteller::table_test {
namespace {

class TableTest : public ::testing::Test {
 protected:
  /// Pictures with captions as in the file: "p.jpg:one|two ".
  std::string rows_of(const std::string& text) {
    write_text(folder_ / "t.csv", text);
    Rows rows(Split::kTrain);
    add_table(folder_ / "t.csv", Split::kTrain, rows);
    PictureList list = rows.take();
    notes_ = rows.notes();
    list.finish();
    std::string out;
    for (size_t i = 0; i < list.size(); ++i) {
      out += std::string(list.name(i)) + ":";
      for (const std::string& caption : list.captions_of(i)) out += caption + "|";
      out += " ";
    }
    return out;
  }
  std::string problem(const std::string& text) {
    return message_of<InputError>([&] { rows_of(text); });
  }

  TemporaryFolder folder_;
  std::vector<std::string> notes_;
};

TEST_F(TableTest, SeparatorsAreThoseOfTheTitles) {
  for (const char* text :
       {"image,caption\np.jpg,a dog\n", "Image ; Caption\np.jpg;a dog\n",
        "image_name| comment_number| comment\np.jpg| 0| a dog\n",
        "caption\tfile name\na dog\tp.jpg\n", "sep=;\nimage;caption\np.jpg;a dog\n",
        "p.jpg,a dog\n", "p.jpg#0\ta dog\n", "id,filename,sentence\n1,p.jpg,a dog\n"}) {
    EXPECT_EQ(rows_of(text), "p.jpg:a dog| ") << text;
  }
  EXPECT_EQ(rows_of("image,caption\np.jpg,a\tdog\n"), "p.jpg:a\tdog| ");
}

TEST_F(TableTest, SeparatorsAndQuotesInTheLastColumnAreTheCaptions) {
  EXPECT_EQ(rows_of("image,caption\np.jpg,a dog, and a cat\nq.jpg,\"x\" , \"y\"\n"),
            "p.jpg:a dog, and a cat| q.jpg:\"x\" , \"y\"| ");
  ASSERT_EQ(notes_.size(), 1U);
  EXPECT_NE(notes_[0].find("2 captions hold ','"), std::string::npos) << notes_[0];
  EXPECT_EQ(rows_of("image,caption\np.jpg,\"Stop\" says a sign\nq.jpg , \"a, b\"\n"),
            "p.jpg:\"Stop\" says a sign| q.jpg:a, b| ");
  EXPECT_EQ(rows_of("image,caption\np.jpg,\"a \"\"b\"\"\nc\"\n"), "p.jpg:a \"b\"\nc| ");
  EXPECT_NE(problem("image,caption,n\np.jpg,a,b,1\n").find("t.csv:2: 4 fields in a table of 3"),
            std::string::npos);
}

TEST_F(TableTest, QuotesThatAreNotClosedAreNamedWhereTheyOpen) {
  EXPECT_NE(problem("image,caption\np.jpg,a\nq.jpg,\"b\nr.jpg,\"c\"\n").find("t.csv:3: the quotes"),
            std::string::npos);
  EXPECT_NE(problem("image,caption\np.jpg,\"a\nq.jpg,b\n").find("t.csv:2: the quotes"),
            std::string::npos);
}

TEST_F(TableTest, CellsMayHoldListsAndNothing) {
  EXPECT_EQ(rows_of("image,captions\np.jpg,\"['it''s', \"\"b\"\"]\"\n"),
            "p.jpg:['it''s', \"b\"]| ");
  EXPECT_EQ(rows_of("filename,raw\np.jpg,\"[\"\"a\"\", \"\"b\"\"]\"\n"), "p.jpg:a|b| ");
  EXPECT_EQ(rows_of("image,caption_1,caption_2\np.jpg,a,b\nq.jpg,nan,c\nr.jpg,,\n,,\n"),
            "p.jpg:a|b| q.jpg:c| r.jpg: ");
  EXPECT_EQ(list_cell("['a dog', \"it's\"]"), (std::vector<std::string>{"a dog", "it's"}));
  EXPECT_EQ(list_cell("['a' 'b\\'c']"), (std::vector<std::string>{"a", "b'c"}));
  EXPECT_EQ(list_cell("[1, 2]"), std::nullopt);
  EXPECT_EQ(list_cell("[a dog]"), std::nullopt);
}

TEST_F(TableTest, UnknownTitlesAreShown) {
  const std::string message = problem("photo_nr;words\n1;a\n");
  EXPECT_NE(message.find("'photo_nr', 'words'"), std::string::npos) << message;
  EXPECT_NE(message.find("docs/your-own-data.md"), std::string::npos) << message;
}

TEST(FieldNames, NumberedCaptionsAndMissingTexts) {
  for (const char* title : {"caption_1", "caption2", "comment_0", "sentence.3"}) {
    EXPECT_TRUE(is_numbered_caption(title)) << title;
  }
  for (const char* title : {"caption", "comment_number", "caption_", "1", ""}) {
    EXPECT_FALSE(is_numbered_caption(title)) << title;
  }
  for (const char* text : {"", " ", "nan", "None", " null "}) EXPECT_TRUE(is_missing_text(text));
  EXPECT_FALSE(is_missing_text("none of them"));
}

TEST(SetFiles, AreFoundWherePeoplePutThem) {
  const TemporaryFolder folder;
  const auto files = [&](const std::string& set) {
    std::string out;
    for (const CaptionsFile& file :
         captions_files(folder / set, {"captions.csv", "metadata.csv"}, {".csv"}).files) {
      out += file.file.lexically_relative(folder / set).string() + ":" +
             (file.split ? std::string(split_name(*file.split)) : "") + " ";
    }
    return out;
  };
  write_text(folder / "named/Captions.CSV", "");
  write_text(folder / "named/train.csv", "");
  EXPECT_EQ(files("named"), "Captions.CSV: ");
  write_text(folder / "only/mine.csv", "");
  EXPECT_EQ(files("only"), "mine.csv: ");
  write_text(folder / "splits/my_train.csv", "");
  write_text(folder / "splits/my_validation.csv", "");
  write_text(folder / "splits/words.csv", "");
  EXPECT_EQ(files("splits"), "my_train.csv:train my_validation.csv:val ");
  write_text(folder / "folders/train/metadata.csv", "");
  write_text(folder / "folders/test/metadata.csv", "");
  EXPECT_EQ(files("folders"), "test/metadata.csv:test train/metadata.csv:train ");
  write_text(folder / "several/a.csv", "");
  write_text(folder / "several/b.csv", "");
  const std::string message = message_of<InputError>([&] { files("several"); });
  EXPECT_NE(message.find("it has a.csv, b.csv: name one of them"), std::string::npos) << message;
}

TEST(SetFiles, FoldersOfPictures) {
  const TemporaryFolder folder;
  const auto has = [&](const std::string& root, Split split, const std::string& wanted) {
    const auto found = picture_folders(folder / root, split);
    return std::find(found.begin(), found.end(), folder / root / wanted) != found.end();
  };
  for (const char* name : {"a/Images/x", "a/words/x", "a/Flickr8k_Dataset/Flicker8k_Dataset/x",
                           "a/train/train/x", "a/val/x"}) {
    write_text(folder / name, "");
  }
  EXPECT_TRUE(has("a", Split::kTrain, "Images"));
  EXPECT_TRUE(has("a", Split::kTrain, "Flickr8k_Dataset/Flicker8k_Dataset"));
  EXPECT_TRUE(has("a", Split::kTrain, "train/train"));
  EXPECT_TRUE(has("a", Split::kVal, "val"));
  EXPECT_FALSE(has("a", Split::kVal, "train"));
  EXPECT_FALSE(has("a", Split::kTrain, "words"));
}

}  // namespace
}  // namespace storyteller::table_test
