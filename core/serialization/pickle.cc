#include "core/serialization/pickle.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/error.h"
#include "core/serialization/pickle_opcode.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

using Kind = PickleValue::Kind;

/// The stack machine. An opcode makes at most one value and moves the others it takes, so time and
/// memory grow with the bytes read, whatever they say; nothing recurses.
class Machine {
 public:
  Machine(std::span<const std::byte> bytes, std::span<const std::string_view> globals,
          const std::string& who)
      : bytes_(bytes.first(std::min(bytes.size(), kMaxPickleBytes))),
        globals_(globals),
        who_(who),
        whole_(bytes.size() <= kMaxPickleBytes) {}

  Pickle run() {
    while (true) {
      opcode_at_ = at_;
      const auto opcode = static_cast<unsigned char>(number(1));
      if (opcode == kStop) break;
      if (!simple_value(opcode) && !sized_value(opcode) && !container(opcode) && !memo(opcode) &&
          !object(opcode) && !stack(opcode)) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        refuse(std::string("opcode 0x") + kDigits[opcode >> 4U] + kDigits[opcode & 15U] +
               " is none that a state dict of tensors needs" + kFix);
      }
    }
    pickle_.root = pop();
    if (!stack_.empty() || !marks_.empty()) refuse("values are left over at its end");
    pickle_.bytes = at_;
    return std::move(pickle_);
  }

 private:
  static constexpr const char* kFix =
      "; save the state dict alone: torch.save(model.state_dict(), FILE)";

  [[noreturn]] void refuse(const std::string& problem) const {
    throw ModelError(who_ + ": byte " + std::to_string(opcode_at_) + " of the pickle: " + problem);
  }

  /// The next `size` bytes.
  std::string_view take(std::uint64_t size) {
    if (size > bytes_.size() - at_) {
      refuse(whole_ ? "it ends too early; the file is cut short or damaged"
                    : "longer than " + std::to_string(kMaxPickleBytes) + " bytes" + kFix);
    }
    const auto* begin = reinterpret_cast<const char*>(bytes_.data() + at_);
    at_ += size;
    return {begin, size};
  }

  /// Little-endian, without a sign; at most 8 bytes.
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    const std::string_view text = take(size);
    for (std::size_t i = size; i-- > 0;) value = value << 8U | static_cast<unsigned char>(text[i]);
    return value;
  }

  /// Up to a line end, without it.
  std::string_view line() {
    const auto rest = bytes_.subspan(at_);
    const auto end = std::find(rest.begin(), rest.end(), std::byte{'\n'});
    const std::string_view text = take(static_cast<std::uint64_t>(end - rest.begin()));
    take(1);
    return text;
  }

  void push(std::uint32_t index) { stack_.push_back(index); }
  std::uint32_t make(PickleValue value) {
    if (pickle_.values.size() == kMaxPickleValues) {
      refuse("more than " + std::to_string(kMaxPickleValues) + " values" + kFix);
    }
    pickle_.values.push_back(std::move(value));
    return static_cast<std::uint32_t>(pickle_.values.size() - 1);
  }
  void push_new(PickleValue value) { push(make(std::move(value))); }

  /// What lies below the last mark is out of reach.
  std::uint32_t pop() {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) refuse("its stack is empty");
    const std::uint32_t top = stack_.back();
    stack_.pop_back();
    return top;
  }
  /// The values since the last mark, which goes too.
  std::vector<std::uint32_t> pop_to_mark() {
    if (marks_.empty()) refuse("it has no mark");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<std::uint32_t> items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }
  /// The value on top, which stays; of one of the two kinds.
  PickleValue& top(Kind kind, Kind other) {
    const std::uint32_t index = pop();
    push(index);
    PickleValue& value = pickle_.values[index];
    if (value.kind != kind && value.kind != other) refuse("a value of the wrong kind is on top");
    return value;
  }

  void push_integer(std::int64_t value, Kind kind = Kind::kInteger) {
    push_new({.kind = kind, .integer = value, .text = {}, .items = {}});
  }
  /// Two's complement of any length.
  void push_long(std::uint64_t size) {
    const std::string_view text = take(size);
    std::uint64_t value = 0;
    if (size > 8)
      return push_new({.kind = Kind::kInteger, .integer = 0, .text = text, .items = {}});
    for (std::size_t i = size; i-- > 0;) value = value << 8U | static_cast<unsigned char>(text[i]);
    const bool negative = size > 0 && (static_cast<unsigned char>(text[size - 1]) & 0x80U) != 0;
    if (negative && size < 8) value |= ~std::uint64_t{0} << (8 * size);
    push_integer(static_cast<std::int64_t>(value));
  }

  bool simple_value(unsigned char opcode) {
    switch (opcode) {
      case kNoneValue:
        push_new({});
        return true;
      case kNewTrue:
      case kNewFalse:
        push_integer(opcode == kNewTrue ? 1 : 0, Kind::kBool);
        return true;
      case kBinInt:
        push_integer(static_cast<std::int32_t>(number(4)));
        return true;
      case kBinInt1:
        push_integer(static_cast<std::int64_t>(number(1)));
        return true;
      case kBinInt2:
        push_integer(static_cast<std::int64_t>(number(2)));
        return true;
      case kLong1:
        push_long(number(1));
        return true;
      case kLong4:
        push_long(number(4));
        return true;
      case kBinFloat:
        take(8);
        push_new({.kind = Kind::kFloat, .integer = 0, .text = {}, .items = {}});
        return true;
      default:
        return false;
    }
  }

  void push_text(std::size_t length_bytes, Kind kind) {
    const std::uint64_t length = number(length_bytes);
    push_new({.kind = kind, .integer = 0, .text = take(length), .items = {}});
  }

  bool sized_value(unsigned char opcode) {
    switch (opcode) {
      case kShortBinUnicode:
      case kShortBinString:
        push_text(1, Kind::kText);
        return true;
      case kBinUnicode:
      case kBinString:
        push_text(4, Kind::kText);
        return true;
      case kBinUnicode8:
        push_text(8, Kind::kText);
        return true;
      case kShortBinBytes:
        push_text(1, Kind::kBytes);
        return true;
      case kBinBytes:
        push_text(4, Kind::kBytes);
        return true;
      case kBinBytes8:
        push_text(8, Kind::kBytes);
        return true;
      default:
        return false;
    }
  }

  void push_container(Kind kind, std::vector<std::uint32_t> items) {
    push_new({.kind = kind, .integer = 0, .text = {}, .items = std::move(items)});
  }
  void push_tuple(std::size_t count) {
    std::vector<std::uint32_t> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = pop();
    push_container(Kind::kTuple, std::move(items));
  }
  void extend(Kind kind, const std::vector<std::uint32_t>& items) {
    PickleValue& target = top(kind, kind);
    if (kind == Kind::kDict && items.size() % 2 != 0) refuse("a key without a value");
    target.items.insert(target.items.end(), items.begin(), items.end());
  }

  bool container(unsigned char opcode) {
    switch (opcode) {
      case kEmptyTuple:
      case kTuple1:
      case kTuple2:
      case kTuple3:
        push_tuple(opcode == kEmptyTuple ? 0 : opcode - kTuple1 + 1U);
        return true;
      case kTuple:
        push_container(Kind::kTuple, pop_to_mark());
        return true;
      case kEmptyList:
        push_container(Kind::kList, {});
        return true;
      case kEmptyDict:
        push_container(Kind::kDict, {});
        return true;
      case kAppend:
        extend(Kind::kList, {pop()});
        return true;
      case kAppends:
        extend(Kind::kList, pop_to_mark());
        return true;
      case kSetItem: {
        const std::uint32_t value = pop();
        extend(Kind::kDict, {pop(), value});
        return true;
      }
      case kSetItems:
        extend(Kind::kDict, pop_to_mark());
        return true;
      default:
        return false;
    }
  }

  void put(std::uint64_t key) {
    if (memo_.size() == kMaxPickleValues) refuse("it remembers too many values");
    const std::uint32_t value = pop();
    push(value);
    memo_[key] = value;
  }
  void get(std::uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) refuse("it refers to a value that it did not remember");
    push(found->second);
  }

  bool memo(unsigned char opcode) {
    switch (opcode) {
      case kBinPut:
        put(number(1));
        return true;
      case kLongBinPut:
        put(number(4));
        return true;
      case kMemoize:
        put(memo_.size());
        return true;
      case kBinGet:
        get(number(1));
        return true;
      case kLongBinGet:
        get(number(4));
        return true;
      default:
        return false;
    }
  }

  void push_global(std::string_view module, std::string_view name) {
    const std::string full =
        std::string(module.substr(0, 256)) + "." + std::string(name.substr(0, 256));
    const auto known = std::find(globals_.begin(), globals_.end(), full);
    if (known == globals_.end()) {
      refuse("it asks for '" + printable(full) + "', which is no part of a state dict of tensors " +
             "and is not run" + kFix);
    }
    push_new({.kind = Kind::kGlobal, .integer = 0, .text = *known, .items = {}});
  }

  /// What calling `callable` would make; OrderedDict, and nothing else, is known to be a container.
  void push_call(std::uint32_t callable, std::uint32_t arguments) {
    const PickleValue &what = pickle_[callable], &with = pickle_[arguments];
    if (what.kind != Kind::kGlobal) refuse("it calls what is no known global");
    if (with.kind != Kind::kTuple) refuse("it calls something without a tuple of arguments");
    if (what.text != kOrderedDict) return push_container(Kind::kCall, {callable, arguments});
    std::vector<std::uint32_t> items;
    if (!with.items.empty()) {  // Python 2: one list of [key, value]
      const PickleValue& pairs = pickle_[with.items.front()];
      if (with.items.size() > 1 || pairs.kind != Kind::kList) refuse("a dictionary of no pairs");
      for (const std::uint32_t pair : pairs.items) {
        const PickleValue& one = pickle_[pair];
        const bool sequence = one.kind == Kind::kList || one.kind == Kind::kTuple;
        if (!sequence || one.items.size() != 2) refuse("a dictionary of no pairs");
        items.insert(items.end(), one.items.begin(), one.items.end());
        if (++copied_ > kMaxPickleValues) refuse("dictionaries of too many pairs");
      }
    }
    push_container(Kind::kDict, std::move(items));
  }

  /// State of a call is kept; attributes of a dictionary (`_metadata`) say nothing about tensors.
  void build(std::uint32_t state) {
    PickleValue& target = top(Kind::kCall, Kind::kDict);
    if (target.kind == Kind::kDict) return;
    if (target.items.size() > 2) refuse("it gives an object its state twice");
    target.items.push_back(state);
  }

  bool object(unsigned char opcode) {
    switch (opcode) {
      case kGlobal: {
        const std::string_view module = line();
        push_global(module, line());
        return true;
      }
      case kStackGlobal: {
        const PickleValue& name = pickle_[pop()];
        const PickleValue& module = pickle_[pop()];
        if (name.kind != Kind::kText || module.kind != Kind::kText) refuse("a global has no name");
        push_global(module.text, name.text);
        return true;
      }
      case kReduce:
      case kNewObject: {
        const std::uint32_t arguments = pop();
        push_call(pop(), arguments);
        return true;
      }
      case kBuild:
        build(pop());
        return true;
      case kBinPersistentId:
        push_container(Kind::kPersistent, {pop()});
        return true;
      default:
        return false;
    }
  }

  bool stack(unsigned char opcode) {
    switch (opcode) {
      case kMark:
        marks_.push_back(stack_.size());
        return true;
      case kPop:
        pop();
        return true;
      case kPopMark:
        pop_to_mark();
        return true;
      case kProtocol:
        if (const std::uint64_t protocol = number(1); protocol < 2 || protocol > 5) {
          refuse("protocol " + std::to_string(protocol) + "; 2 to 5 are read");
        }
        return true;
      case kFrame:
        if (number(8) > bytes_.size() - at_) refuse("a frame reaches beyond its end");
        return true;
      default:
        return false;
    }
  }

  std::span<const std::byte> bytes_;
  std::span<const std::string_view> globals_;
  const std::string& who_;
  bool whole_;  // nothing was left off
  std::size_t at_ = 0, opcode_at_ = 0;
  std::size_t copied_ = 0;  // pairs: a list of them may be used any number of times
  Pickle pickle_;
  std::vector<std::uint32_t> stack_;
  std::vector<std::size_t> marks_;  // heights of the stack
  std::unordered_map<std::uint64_t, std::uint32_t> memo_;
};

}  // namespace

Pickle read_pickle(std::span<const std::byte> bytes, std::span<const std::string_view> globals,
                   const std::string& who) {
  return Machine(bytes, globals, who).run();
}

}  // namespace storyteller
