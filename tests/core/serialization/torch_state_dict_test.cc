// Where a state dict is found in a checkpoint, and what is passed over; the pickles are written
// here.
#include "core/serialization/torch_state_dict.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::torch_state_dict_test {
namespace {

std::string text(const std::string& value) {
  return std::string("X") + static_cast<char>(value.size()) + std::string(3, '\0') + value;
}
std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
/// A call without a mark in its arguments.
std::string call(const std::string& callee, const std::string& arguments = "") {
  return callee + "(" + arguments + "tR";
}
std::string dict(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string all = "}(";
  for (const auto& [key, value] : entries) all += text(key) + value;
  return all + "u";
}
std::string storage(const std::string& type, const std::string& key) {
  return "(" + text("storage") + global("torch", type) + text(key) + text("cpu") + "K\x04tQ";
}
/// Of four elements, or of as many bytes where `dtype` is given.
std::string tensor(const std::string& key, const std::string& type = "FloatStorage",
                   const std::string& dtype = "") {
  const std::string common = storage(type, key) + std::string("K\0K\x04\x85K\x01\x85\x89N", 10);
  return dtype.empty()
             ? call(global("torch._utils", "_rebuild_tensor_v2"), common)
             : call(global("torch._utils", "_rebuild_tensor_v3"), common + global("torch", dtype));
}
const std::string kObject = call(global("argparse", "Namespace")) + dict({{"lr", "K\x01"}}) + "b";

struct Found {
  std::vector<std::string> names, notes;
  std::vector<std::string> types;
  std::string other_keys;
};

Found find(const std::string& object, const std::string& key = "") {
  const std::string bytes = "\x80\x02" + object + ".";
  const TorchStateDict dict =
      find_state_dict(read_pickle(std::as_bytes(std::span(bytes)), "file"), "file", {.key = key});
  Found found{.names = {}, .notes = dict.notes, .types = {}, .other_keys = dict.other_keys};
  for (const TorchTensor& one : dict.tensors) {
    found.names.push_back(one.name);
    found.types.push_back(one.type == StoredType::kOther ? one.other_type
                                                         : std::string(name_of(one.type)));
  }
  return found;
}

using Names = std::vector<std::string>;

TEST(TorchStateDict, ObjectsBesideItArePassedOverAndSaid) {
  const std::vector<std::string> objects = {
      kObject,
      // collections.defaultdict(list, {"a": 1}), a set, a frozenset of protocol 4
      call(global("collections", "defaultdict"), global("__builtin__", "list")) + text("a") +
          "K\x01s",
      "\x8f(K\x01K\x02\x90", "(K\x01\x91",
      // cls.__new__(cls, *args, **keywords); the result of a call is called; a class of protocol 0
      global("m", "C") + ")}\x92", call(call(global("functools", "partial"), global("m", "f"))),
      "(K\x01im\nC\n", "(" + global("m", "C") + "K\x01o",
      // a list and a dictionary of a class of its own
      call(global("m", "List")) + "K\x01" + "a", call(global("m", "Dict")) + text("a") + "K\x01s",
      // numbers and texts in digits, as protocol 0 writes them
      "I01\n", "L12L\n", "F1.5\n", "S'a'\n", "Va\n"};
  for (const std::string& object : objects) {
    SCOPED_TRACE(object);
    const Found found = find(dict({{"model", dict({{"w", tensor("0")}})}, {"args", object}}));
    EXPECT_EQ(found.names, Names{"w"});
    EXPECT_EQ(found.notes.front(), "the state dict was found under 'model'");
  }
  const Found found = find(dict({{"w", tensor("0")}, {"args", kObject}}));
  EXPECT_EQ(found.notes, (Names{"1 entry that is no tensor was left out, such as 'args'",
                                "objects were passed over, and nothing of them was run: "
                                "argparse.Namespace"}));
}

TEST(TorchStateDict, ATensorOfAnUnknownFunctionIsListedAndNotRead) {
  const Found found = find(dict({{"q", call(global("torch._utils", "_rebuild_qtensor"))},
                                 {"w", tensor("0")},
                                 {"n", call(global("numpy.core.multiarray", "_reconstruct"))}}));
  EXPECT_EQ(found.names, (Names{"n", "q", "w"}));
  EXPECT_EQ(found.types,
            (Names{"numpy.core.multiarray._reconstruct", "torch._utils._rebuild_qtensor", "F32"}));
}

TEST(TorchStateDict, TypesAreTheStorageOrStandBehindTheHooks) {
  const Found found = find(dict({{"a", tensor("0", "ComplexFloatStorage")},
                                 {"b", tensor("1", "UntypedStorage", "float8_e4m3fn")},
                                 {"c", tensor("2", "UntypedStorage", "float4")},
                                 {"d", tensor("3", "FutureStorage")}}));
  EXPECT_EQ(found.types, (Names{"complex64", "F8_E4M3", "float4", "FutureStorage"}));
  // Four elements of two bytes are not in a storage of four bytes.
  EXPECT_NE(message_of<ModelError>([&] {
              find(dict({{"a", tensor("0", "UntypedStorage", "uint16")}}));
            }).find("reach outside the 2 that are stored"),
            std::string::npos);
}

TEST(TorchStateDict, TensorsInsideOfAClassOfTensorsAreRead) {
  const std::string arguments = global("torch._utils", "_rebuild_tensor_v2") +
                                global("m", "Tensor") + "(" + storage("FloatStorage", "0") +
                                std::string("K\0K\x04\x85K\x01\x85\x89N", 10) + "t}";
  EXPECT_EQ(
      find(dict({{"w", call(global("torch._tensor", "_rebuild_from_type_v2"), arguments)}})).types,
      Names{"F32"});
}

TEST(TorchStateDict, IsFoundDownToThreeKeysThroughListsAndTuples) {
  const std::string inner = dict({{"w", tensor("0")}});
  EXPECT_EQ(find("](" + inner + "K\x01" + "e").notes.front(), "the state dict was found under '0'");
  EXPECT_EQ(find(inner + "K\x03\x86").notes.front(), "the state dict was found under '0'");
  EXPECT_EQ(find(dict({{"a", dict({{"b", dict({{"c", inner}})}})}})).notes.front(),
            "the state dict was found under 'a.b.c'");
  EXPECT_NE(message_of<ModelError>([&] {
              find(dict({{"a", dict({{"b", dict({{"c", dict({{"d", inner}})}})}})}}));
            }).find("no state dict of tensors was found (it has the keys 'a')"),
            std::string::npos);
}

TEST(TorchStateDict, SeveralAreSaidAndAKeyChooses) {
  const std::string checkpoint = dict({{"state_dict_ema", dict({{"e", tensor("0")}})},
                                       {"optimizer", dict({{"o", tensor("1")}})},
                                       {"decoder", dict({{"d", tensor("2")}})},
                                       {"model", dict({{"m", tensor("3")}})},
                                       {"best", tensor("4")}});
  const Found found = find(checkpoint);
  EXPECT_EQ(found.names, Names{"best"});  // itself holds as many as each part
  const std::string usual = dict({{"state_dict_ema", dict({{"e", tensor("0")}})},
                                  {"optimizer", dict({{"o", tensor("1")}, {"p", tensor("5")}})},
                                  {"decoder", dict({{"d", tensor("2")}})},
                                  {"model", dict({{"m", tensor("3")}, {"n", tensor("6")}})},
                                  {"best", tensor("4")}});
  EXPECT_EQ(find(usual).names, (Names{"m", "n"}));
  EXPECT_EQ(find(usual).other_keys, "'decoder', 'state_dict_ema', the checkpoint itself");
  EXPECT_NE(find(usual).notes[1].find("'state_dict_ema' seems to be an average"),
            std::string::npos);
  EXPECT_EQ(find(usual, "state_dict_ema").names, Names{"e"});
  EXPECT_EQ(find(dict({{"checkpoint", usual}}), "decoder").names, Names{"d"});
  EXPECT_NE(message_of<ModelError>([&] {
              find(usual, "none");
            }).find("no tensors are under the key 'none'; there are some under 'model'"),
            std::string::npos);
}

TEST(TorchStateDict, ShapesThatNothingCanHoldAreRefused) {
  const std::string two_to_42("\x8a\x06\0\0\0\0\0\x04", 8), zero("K\0", 2);
  const auto with = [&](const std::string& shape, const std::string& strides) {
    return dict({{"w", call(global("torch._utils", "_rebuild_tensor_v2"),
                            storage("FloatStorage", "0") + zero + shape + strides + "\x89N")}});
  };
  const auto refused = [&](const std::string& shape, const std::string& strides) {
    return message_of<ModelError>([&] { find(with(shape, strides)); });
  };
  const auto has = [](const std::string& message, const std::string& what) {
    EXPECT_NE(message.find(what), std::string::npos) << message;
  };
  has(refused(two_to_42 + two_to_42 + "\x86", "K\x01K\x01\x86"), "shape overflows");
  has(refused(two_to_42 + "\x85", "K\x01\x85"), "reach outside the 4 that are stored");
  has(refused(two_to_42 + "\x85", zero + "\x85"), "expands 4 elements to 4398046511104");
  has(refused("K\x04\x85", "\x8a\x01\xff\x85"), "negative stride");
  has(refused("\x8a\x01\xff\x85", "K\x01\x85"), "negative axis");
  has(refused("K\x04\x85", "K\x01K\x01\x86"), "no stride for each axis");
  has(refused("K\x02K\x02\x86", two_to_42 + two_to_42 + "\x86"), "reach outside");
  has(refused("\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\x01\x85", "K\x01\x85"),
      "more than 64 bits");
  // Tensors without elements are fine.
  EXPECT_EQ(find(with(zero + "\x85", "K\x01\x85")).names, Names{"w"});
  EXPECT_EQ(find(with(zero + two_to_42 + "\x86", "K\x01K\x01\x86")).names, Names{"w"});
}

TEST(TorchStateDict, AnOptimizerAloneIsNoStateDict) {
  EXPECT_NE(message_of<ModelError>([&] {
              find(dict({{"optimizer", dict({{"o", tensor("0")}})}, {"epoch", "K\x01"}}));
            }).find("(it has the keys 'optimizer', 'epoch')"),
            std::string::npos);
}

TEST(TorchStateDict, APickledModuleIsRefusedByItsClass) {
  const std::string module = call(global("net", "Net")) + dict({{"_parameters", "}"}}) + "b";
  EXPECT_NE(message_of<ModelError>([&] {
              find(module);
            }).find("(it is a pickled object of 'net.Net', which is not run)"),
            std::string::npos);
  EXPECT_NE(message_of<ModelError>([&] {
              find(dict({{"model", module}}));
            }).find("'model' is a pickled object of 'net.Net', which is not run"),
            std::string::npos);
}

// Lists that hold each other many times are visited once each.
TEST(TorchStateDict, ListsInListsCostNoMoreThanTheirBytes) {
  std::string wide;
  for (int i = 0; i < 20'000; ++i) wide += "h\x01";
  std::string wider;
  for (int i = 0; i < 20'000; ++i) wider += "h\x02";
  const std::string object = "]q\x01" + ("0](" + wide + "eq\x02") + "0](" + wider + "e";
  EXPECT_THROW(find(object), ModelError);
}

}  // namespace
}  // namespace storyteller::torch_state_dict_test
