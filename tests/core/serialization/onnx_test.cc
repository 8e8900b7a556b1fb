// The wire format of ONNX files; what networks are made of them: tests/model/classifier.
#include "core/serialization/onnx.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::onnx_test {
namespace {

/// A field of bytes.
std::string part(int number, const std::string& bytes) {
  std::string out(1, static_cast<char>(number << 3 | 2));
  std::size_t size = bytes.size();
  for (; size > 127; size >>= 7U) out += static_cast<char>((size & 127U) | 128U);
  return out + static_cast<char>(size) + bytes;
}
std::string number(int field, char value) { return {static_cast<char>(field << 3), value}; }

OnnxModel parsed(const std::string& text) {
  return parse_onnx(std::as_bytes(std::span(text)), "a.onnx");
}
std::string said(const std::string& text) {
  return message_of<ModelError>([&] { parsed(text); });
}
/// A graph of one tensor named t.
std::string tensor(const std::string& fields) { return part(7, part(5, part(8, "t") + fields)); }
using namespace std::literals;

TEST(Onnx, NumbersAreReadInEveryForm) {
  // (2) of FLOAT: 1.0 and -2.0 as raw bytes, packed, and one by one.
  const std::string raw = "\0\0\x80\x3f\0\0\0\xc0"s;
  const std::string head = number(1, 2) + number(2, 1);
  const std::string single = "\x25" + raw.substr(0, 4) + "\x25" + raw.substr(4);
  for (const std::string& data : {part(9, raw), part(4, raw), single}) {
    EXPECT_EQ(parsed(tensor(head + data)).tensors.at(0).floats, (std::vector<float>{1, -2}));
  }
  // (2) of INT64: 3 and -1.
  const std::string whole = "\x03\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"s;
  const std::string varints = "\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s;
  for (const std::string& data : {part(9, whole), part(7, varints)}) {
    const OnnxModel model = parsed(tensor(part(1, "\x02") + number(2, 7) + data));
    EXPECT_EQ(model.tensors.at(0).ints, (std::vector<std::int64_t>{3, -1}));
  }
  // Another type is named, not read; a scalar has one number.
  EXPECT_EQ(parsed(tensor(number(2, 10) + part(9, "xx"))).tensors[0].type_name(), "FLOAT16");
  EXPECT_EQ(parsed(tensor(number(2, 99))).tensors[0].type_name(), "type 99");
  EXPECT_EQ(parsed(tensor(number(2, 1) + part(9, raw.substr(0, 4)))).tensors[0].floats.size(), 1U);
}

TEST(Onnx, NodesValuesAndOperatorSetsAreRead) {
  const std::string attribute = part(1, "pads") + part(8, "\x01\x02");
  const std::string node = part(1, "x") + part(1, "") + part(2, "y") + part(3, "n") +
                           part(4, "Conv") + part(5, attribute) + part(6, "a doc string");
  const std::string dims = part(1, number(1, 5)) + part(1, part(2, "N"));
  const std::string value = part(1, "x") + part(2, part(1, number(1, 1) + part(2, dims)));
  const OnnxModel model = parsed(number(1, 8) + part(2, "me\x1b") +
                                 part(7, part(1, node) + part(11, value) + part(12, value)) +
                                 part(8, number(2, 13)) + part(8, part(1, "ml") + number(2, 3)));
  EXPECT_EQ(model.producer, "me\\x1b");
  EXPECT_EQ(model.opset, 13);
  ASSERT_EQ(model.nodes.size(), 1U);
  EXPECT_EQ(model.nodes[0].kind, "Conv");
  EXPECT_EQ(model.nodes[0].inputs, (std::vector<std::string>{"x", ""}));
  ASSERT_NE(model.nodes[0].attribute("pads"), nullptr);
  EXPECT_EQ(model.nodes[0].attribute("pads")->integers, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(model.nodes[0].attribute("none"), nullptr);
  EXPECT_EQ(model.inputs.at(0).dims, (std::vector<std::int64_t>{5, OnnxValue::kAny}));
}

TEST(Onnx, WhatIsDamagedIsNamed) {
  const auto says = [](const std::string& text, const std::string& what) {
    const std::string found = said(text);
    EXPECT_EQ(found.find("a.onnx: "), 0U) << found;
    EXPECT_NE(found.find(what), std::string::npos) << found << "\nlacks " << what;
  };
  says("", "has no graph: it is no ONNX model, or was cut short");
  says(part(7, "") + part(7, ""), "byte 2: a second graph");
  says(part(7, "abc").substr(0, 3), "byte 0: a field of 3 bytes, where 1 are left");
  says("\x08"s, "byte 0: it ends too early; the file is cut short");
  says("\x08" + std::string(11, '\xff'), "more than ten bytes");
  says("\x3b"s, "a kind that is not written any more");
  says("\x00\x01"s, "no field has such a number");
  says("\x39\x01\x02"s, "byte 0: it ends too early");
  says(number(7, 1), "field 7 is of another kind than it should be");
  says("\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "where 0 are left");
  says(tensor(number(1, 2) + number(2, 1) + part(9, "1234")),
       "tensor 't' has 1 numbers, not the 2 that its dimensions ask for");
  says(tensor(number(1, 1) + number(2, 1) + part(9, "12345")), "tensor 't' has 1 numbers");
  says(tensor(number(1, 1) + number(2, 1) + part(4, "12345")), "ends too early");
  says(tensor(part(1, "\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s) + number(2, 1)),
       "has a dimension of -1");
  says(tensor(part(1, std::string(9, '\x01')) + number(2, 1)), "more than 8 numbers");
  const std::string far = "\x80\x80\x80\x80\x80\x80\x80\x80\x40"s;
  says(tensor(part(1, far + far) + number(2, 1)), "which cannot be");
  says(part(7, part(15, "")), "a sparse tensor");
}

TEST(Onnx, NumbersInAnotherFileAreRefusedWithTheReason) {
  for (const std::string& outside :
       {number(14, 1), part(13, part(1, "location") + part(2, "/etc/passwd"))}) {
    const std::string found = said(tensor(number(1, 1) + number(2, 1) + outside));
    EXPECT_EQ(
        found.find("a.onnx: tensor 't' lies in another file, which is not read: a model could "
                   "name any file of this machine; save it as one:"),
        0U)
        << found;
  }
}

}  // namespace
}  // namespace storyteller::onnx_test
