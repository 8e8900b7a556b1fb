// Data sets that ask questions: easy-VQA, VQA, and questions that are made of captions.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"
#include "model/image/encode.h"
#include "tests/temporary_folder.h"
#include "train/data/caption_corpus.h"
#include "train/data/dataset.h"
#include "train/vqa/answer_targets.h"

namespace storyteller::questions_formats_test {
namespace {

namespace fs = std::filesystem;

class QuestionsFormats : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    write_text(folder_ / name, text);
  }
  void picture(const std::string& name) const {
    fs::create_directories((folder_ / name).parent_path());
    write_png(folder_ / name, solid_image(8, 8, {200, 30, 30}));
  }
  void easy_vqa(const std::string& questions) const {
    write("train/questions.json", questions);
    for (const char* number : {"0", "1", "9"}) {
      picture(std::string("train/images/") + number + ".png");
    }
  }
  void vqa(const std::string& questions, const std::string& annotations) const {
    write("train_questions.json", questions);
    write("train_annotations.json", annotations);
  }
  std::string spec(const std::string& format) const {
    return format + ":" + folder_.path().string();
  }
  std::string error_of(const std::string& format, Split split = Split::kTrain) const {
    return message_of<Error>([&] { open_dataset(spec(format), split); });
  }

  TemporaryFolder folder_;
};

TEST_F(QuestionsFormats, EasyVqaHoldsOutPicturesThatEndInNine) {
  easy_vqa(R"([["is there a red shape?", "yes", 0], ["what color is the shape?", "red", 1],
               ["is there not a blue shape?", "yes", 9], ["what shape is it?", "circle", 0]])");
  const auto train = open_dataset(spec("easy-vqa"), Split::kTrain);
  const auto val = open_dataset(spec("easy-vqa"), Split::kVal);
  ASSERT_EQ(train->size(), 2U);
  ASSERT_EQ(val->size(), 1U);
  EXPECT_TRUE(train->asks());
  EXPECT_EQ(train->captions(0),
            (std::vector<std::string>{"is there a red shape?", "what shape is it?"}));
  EXPECT_EQ(val->id(0), "9.png");
  const PictureQuestion& asked = train->questions(0)[1];
  EXPECT_EQ(asked.asked.common_answer, "circle");
  EXPECT_EQ(asked.asked.answer_type, "other");
  EXPECT_EQ(asked.asked.question_type, "what shape");
  EXPECT_EQ(train->questions(0)[0].asked.answer_type, "yes/no");

  const Answers answers = choose_answers(*train, 2);  // one each: the first of the alphabet
  EXPECT_EQ(answers.texts(), (std::vector<std::string>{"circle", "red"}));
  const AnswerTargets targets(*train, CaptionCorpus(*train), answers);
  EXPECT_EQ(targets.agreed(0), -1);
  EXPECT_EQ(targets.agreed(1), 0);
  EXPECT_EQ(targets.agreed(2), 1);
}

TEST_F(QuestionsFormats, EasyVqaNamesWhatIsWrong) {
  EXPECT_NE(error_of("easy-vqa").find("train/questions.json: no such file"), std::string::npos);
  for (const auto& [text, wanted] : std::vector<std::pair<std::string, std::string>>{
           {R"([["a", "b"]])", "[0]: is no question of easy-VQA"},
           {R"([["is it?", "yes", -1]])", "expected [\"is there a red shape?\""},
           {R"([["is it?", "", 0]])", "the answer is empty"},
           {R"({"questions": 1})", "is no array of questions"},
           {R"([["?!", "yes", 0]])", "holds no word"},
           {R"([["is it", "yes", 0)", "questions.json"}}) {
    easy_vqa(text);
    EXPECT_NE(error_of("easy-vqa").find(wanted), std::string::npos)
        << text << " -> " << error_of("easy-vqa");
  }
}

TEST_F(QuestionsFormats, VqaFindsPicturesByTheirNumber) {
  vqa(R"({"questions": [{"question_id": 7, "image_id": 42, "question": "What animal is it?"},
                        {"question_id": 8, "image_id": 42, "question": "Is it a cat?"},
                        {"question_id": 9, "image_id": 42, "question": "Of no use?"}]})",
      R"({"annotations": [
           {"question_id": 7, "image_id": 42, "question_type": "what", "answer_type": "other",
            "multiple_choice_answer": "Cat", "answers": [{"answer_id": 1, "answer": "cat"},
            {"answer_id": 2, "answer": "cat"}, {"answer_id": 3, "answer": "dog"}]},
           {"question_id": 8, "image_id": 42, "question_type": "is it", "answer_type": "yes/no",
            "answers": [{"answer_id": 1, "answer": "yes"}, {"answer_id": 2, "answer": "yes"}]}]})");
  picture("train2014/COCO_train2014_000000000042.jpg");
  const auto train = open_dataset(spec("vqa"), Split::kTrain);
  ASSERT_EQ(train->size(), 1U);
  EXPECT_EQ(train->number(0), 42);
  ASSERT_EQ(train->questions(0).size(), 2U);
  const Answers answers = choose_answers(*train, 10);
  EXPECT_EQ(answers.texts(), (std::vector<std::string>{"cat", "yes"}));
  const AnswerTargets targets(*train, CaptionCorpus(*train), answers);
  ASSERT_EQ(targets.given(0).size(), 1U);  // "dog" is nobody's agreed answer
  EXPECT_FLOAT_EQ(targets.given(0)[0].second, 2.0F / 3);
  ASSERT_EQ(train->notes().size(), 1U);
  EXPECT_NE(train->notes()[0].find("1 questions have no answers"), std::string::npos);
}

TEST_F(QuestionsFormats, VqaNamesWhatIsMissing) {
  write("train_questions.json", R"({"questions": []})");
  EXPECT_NE(error_of("vqa").find("no annotations of the train split"), std::string::npos);
  EXPECT_NE(error_of("vqa", Split::kTest).find("not public"), std::string::npos);
  vqa(R"({"questions": []})",
      R"({"annotations": [{"question_id": 7, "image_id": 1, "answers": [{"answer": "a"}]}]})");
  EXPECT_NE(error_of("vqa").find("question 7 is not in"), std::string::npos);
}

TEST_F(QuestionsFormats, MadeQuestionsNeedCaptions) {
  easy_vqa(R"([["is there a red shape?", "yes", 0]])");
  EXPECT_NE(message_of<UsageError>([&] {
              open_dataset("made:" + spec("easy-vqa"), Split::kTrain);
            }).find("questions already"),
            std::string::npos);
  EXPECT_NE(message_of<UsageError>([&] {
              open_dataset("made:flickr8k", Split::kTrain);
            }).find("name their format too"),
            std::string::npos);
}

}  // namespace
}  // namespace storyteller::questions_formats_test
