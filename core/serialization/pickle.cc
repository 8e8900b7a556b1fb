#include "core/serialization/pickle.h"

#include <string>
#include <utility>

#include "core/serialization/pickle_input.h"
#include "core/serialization/pickle_opcode.h"
#include "core/serialization/pickle_stack.h"
#include "core/text/hex.h"

namespace storyteller {
namespace {

using Kind = PickleValue::Kind;

/// Takes a pickle's opcodes one after the other; each function knows those of one kind.
class Machine {
 public:
  Machine(std::span<const std::byte> bytes, const std::string& who)
      : input_(bytes, who), stack_(input_) {}

  Pickle run() {
    while (true) {
      const unsigned char opcode = input_.next_opcode();
      if (opcode == kStop) return stack_.finish();
      if (!simple_value(opcode) && !sized_value(opcode) && !line_value(opcode) &&
          !container(opcode) && !extension(opcode) && !memo(opcode) && !object(opcode) &&
          !stack(opcode)) {
        input_.refuse("opcode 0x" + hex(opcode, 2) + " is not read" + PickleInput::kFix);
      }
    }
  }

 private:
  void push_integer(std::int64_t value, Kind kind = Kind::kInteger) {
    stack_.push_new({.kind = kind, .integer = value, .text = {}, .items = {}});
  }
  void push_text(std::string_view text, Kind kind = Kind::kText) {
    stack_.push_new({.kind = kind, .integer = 0, .text = text, .items = {}});
  }
  /// Two's complement of any length.
  void push_long(std::uint64_t size) {
    if (size > 8) return push_text(input_.take(size), Kind::kInteger);
    std::uint64_t value = input_.number(size);
    const bool negative = size > 0 && (value >> (8 * size - 1)) != 0;
    if (negative && size < 8) value |= ~std::uint64_t{0} << (8 * size);
    push_integer(static_cast<std::int64_t>(value));
  }

  bool simple_value(unsigned char opcode) {
    switch (opcode) {
      case kNoneValue:
        stack_.push_new({});
        return true;
      case kNewTrue:
      case kNewFalse:
        push_integer(opcode == kNewTrue ? 1 : 0, Kind::kBool);
        return true;
      case kBinInt:
        push_integer(static_cast<std::int32_t>(input_.number(4)));
        return true;
      case kBinInt1:
        push_integer(static_cast<std::int64_t>(input_.number(1)));
        return true;
      case kBinInt2:
        push_integer(static_cast<std::int64_t>(input_.number(2)));
        return true;
      case kLong1:
        push_long(input_.number(1));
        return true;
      case kLong4:
        push_long(input_.number(4));
        return true;
      case kBinFloat:
        input_.take(8);
        push_text({}, Kind::kFloat);
        return true;
      default:
        return false;
    }
  }

  bool sized_value(unsigned char opcode) {
    const auto sized = [&](std::size_t length_bytes, Kind kind) {
      push_text(input_.take(input_.number(length_bytes)), kind);
      return true;
    };
    switch (opcode) {
      case kShortBinUnicode:
      case kShortBinString:
        return sized(1, Kind::kText);
      case kBinUnicode:
      case kBinString:
        return sized(4, Kind::kText);
      case kBinUnicode8:
        return sized(8, Kind::kText);
      case kShortBinBytes:
        return sized(1, Kind::kBytes);
      case kBinBytes:
        return sized(4, Kind::kBytes);
      case kBinBytes8:
      case kByteArray8:
        return sized(8, Kind::kBytes);
      default:
        return false;
    }
  }

  /// Protocols 0 and 1. Escapes in texts stay as they are.
  bool line_value(unsigned char opcode) {
    switch (opcode) {
      case kFloatLine:
        input_.line();
        push_text({}, Kind::kFloat);
        return true;
      case kIntegerLine:  // True and False are 01 and 00
      case kLongLine:
        push_integer(input_.digits());
        return true;
      case kStringLine: {
        const std::string_view quoted = input_.line();
        if (quoted.size() < 2) input_.refuse("a text without quotes");
        push_text(quoted.substr(1, quoted.size() - 2));
        return true;
      }
      case kUnicodeLine:
        push_text(input_.line());
        return true;
      default:
        return false;
    }
  }

  std::vector<std::uint32_t> pop_many(std::size_t count) {
    std::vector<std::uint32_t> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = stack_.pop();
    return items;
  }

  bool container(unsigned char opcode) {
    switch (opcode) {
      case kEmptyTuple:
        stack_.push_items(Kind::kTuple, {});
        return true;
      case kTuple1:
      case kTuple2:
      case kTuple3:
        stack_.push_items(Kind::kTuple, pop_many(opcode - kTuple1 + 1U));
        return true;
      case kTuple:
        stack_.push_items(Kind::kTuple, stack_.pop_to_mark());
        return true;
      case kEmptyList:
        stack_.push_items(Kind::kList, {});
        return true;
      case kList:
        stack_.push_items(Kind::kList, stack_.pop_to_mark());
        return true;
      case kEmptyDict:
        stack_.push_items(Kind::kDict, {});
        return true;
      case kDict: {
        const std::vector<std::uint32_t> items = stack_.pop_to_mark();
        stack_.push_items(Kind::kDict, {});
        stack_.extend(Kind::kDict, items);
        return true;
      }
      case kEmptySet:
        stack_.push_items(Kind::kSet, {});
        return true;
      case kFrozenSet:
        stack_.push_items(Kind::kSet, stack_.pop_to_mark());
        return true;
      default:
        return false;
    }
  }

  bool extension(unsigned char opcode) {
    switch (opcode) {
      case kAppend:
        stack_.extend(Kind::kList, pop_many(1));
        return true;
      case kAppends:
        stack_.extend(Kind::kList, stack_.pop_to_mark());
        return true;
      case kSetItem:
        stack_.extend(Kind::kDict, pop_many(2));
        return true;
      case kSetItems:
        stack_.extend(Kind::kDict, stack_.pop_to_mark());
        return true;
      case kAddItems:
        stack_.extend(Kind::kSet, stack_.pop_to_mark());
        return true;
      case kBuild:
        stack_.build(stack_.pop());
        return true;
      default:
        return false;
    }
  }

  bool memo(unsigned char opcode) {
    switch (opcode) {
      case kBinPut:
        stack_.put(input_.number(1));
        return true;
      case kLongBinPut:
        stack_.put(input_.number(4));
        return true;
      case kPutLine:
        stack_.put(static_cast<std::uint64_t>(input_.digits()));
        return true;
      case kMemoize:
        stack_.put_next();
        return true;
      case kBinGet:
        stack_.get(input_.number(1));
        return true;
      case kLongBinGet:
        stack_.get(input_.number(4));
        return true;
      case kGetLine:
        stack_.get(static_cast<std::uint64_t>(input_.digits()));
        return true;
      default:
        return false;
    }
  }

  std::uint32_t tuple_of(std::vector<std::uint32_t> items) {
    return stack_.make({.kind = Kind::kTuple, .integer = 0, .text = {}, .items = std::move(items)});
  }
  std::uint32_t global_in_lines() {
    const std::string_view module = input_.line();
    return stack_.make_global(module, input_.line());
  }

  bool object(unsigned char opcode) {
    switch (opcode) {
      case kGlobal:
        stack_.push(global_in_lines());
        return true;
      case kStackGlobal: {
        const PickleValue& name = stack_[stack_.pop()];
        const PickleValue& module = stack_[stack_.pop()];
        if (name.kind != Kind::kText || module.kind != Kind::kText) {
          input_.refuse("a global has no name");
        }
        stack_.push(stack_.make_global(module.text, name.text));
        return true;
      }
      case kNewObjectKeywords:
        stack_.pop();  // what keywords would do is not of interest
        [[fallthrough]];
      case kReduce:
      case kNewObject: {
        const std::uint32_t arguments = stack_.pop();
        stack_.call(stack_.pop(), arguments);
        return true;
      }
      case kInstance: {
        const std::uint32_t callee = global_in_lines();
        stack_.call(callee, tuple_of(stack_.pop_to_mark()));
        return true;
      }
      case kObject: {
        std::vector<std::uint32_t> items = stack_.pop_to_mark();
        if (items.empty()) input_.refuse("an object of no class");
        const std::uint32_t callee = items.front();
        items.erase(items.begin());
        stack_.call(callee, tuple_of(std::move(items)));
        return true;
      }
      case kBinPersistentId:
        stack_.push_items(Kind::kPersistent, pop_many(1));
        return true;
      default:
        return false;
    }
  }

  bool stack(unsigned char opcode) {
    switch (opcode) {
      case kMark:
        stack_.mark();
        return true;
      case kPop:
        stack_.pop();
        return true;
      case kPopMark:
        stack_.pop_to_mark();
        return true;
      case kDuplicate:
        stack_.duplicate();
        return true;
      case kProtocol:
        if (const std::uint64_t protocol = input_.number(1); protocol > 5) {
          input_.refuse("protocol " + std::to_string(protocol) + "; 0 to 5 are read");
        }
        return true;
      case kFrame:
        if (input_.number(8) > input_.left()) input_.refuse("a frame reaches beyond its end");
        return true;
      default:
        return false;
    }
  }

  PickleInput input_;
  PickleStack stack_;
};

}  // namespace

Pickle read_pickle(std::span<const std::byte> bytes, const std::string& who) {
  return Machine(bytes, who).run();
}

}  // namespace storyteller
