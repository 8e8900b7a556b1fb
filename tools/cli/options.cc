#include "tools/cli/options.h"

#include <cstdint>
#include <new>
#include <type_traits>

#include <CLI/CLI.hpp>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/system/environment.h"
#include "core/text/phrase.h"
#include "kernels/cuda/error.h"
#include "tools/cli/literal_word.h"
#include "tools/cli/memory_advice.h"
#include "tools/cli/parse_number.h"

namespace storyteller {
namespace {

void refuse_empty(const std::string& name, const std::string& value) {
  if (value.empty()) {
    throw UsageError(name + ": the value is empty; is a shell variable unset?");
  }
}

/// A value that was left out: an empty variable, or the next option in its place.
void refuse_missing(const CLI::App& app, const std::string& name, const std::string& value) {
  refuse_empty(name, value);
  if (value.starts_with("--") && app.get_option_no_throw(value) != nullptr) {
    throw UsageError(name + " lacks its value: " + value + " behind it is an option");
  }
}

/// A default as --help prints it: the same on every machine.
std::string under_home(const std::string& path) {
  const std::string home = environment("HOME");
  const bool inside = !home.empty() && path.starts_with(home + "/");
  return inside ? "~" + path.substr(home.size()) : path;
}

/// That of the command, or of the one that it is part of.
const char* advice_for(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  const bool below = parent != nullptr && parent->get_parent() != nullptr;
  return below ? advice_for(*parent) : memory_advice(app.get_name());
}

template <class T>
struct Plain {
  using Type = T;
};
template <class T>
struct Plain<std::optional<T>> {
  using Type = T;
};

}  // namespace

void Option::required() const { option_->required(); }

Options Options::command(const std::string& name, const std::string& help) const {
  app_->require_subcommand(1);
  return {app_->add_subcommand(name, help), chosen_};
}

void Options::runs(Command command) const {
  Command careful = [command = std::move(command), spare = std::string(advice_for(*app_))] {
    try {
      return command();
    } catch (const std::bad_alloc&) {
      throw MemoryError("out of memory; " + spare);
    } catch (const CudaMemoryError& error) {
      throw MemoryError(std::string(error.what()) + "; " + spare);
    } catch (const MemoryError& error) {
      throw MemoryError(std::string(error.what()) + "; " + spare);
    }
  };
  app_->callback([chosen = chosen_, careful = std::move(careful)] { *chosen = careful; });
}

Options Options::group(const std::string& heading) const {
  Options options = *this;
  options.group_ = heading;
  return options;
}

Option Options::grouped(CLI::Option* option) const {
  if (!group_.empty()) option->group(group_);
  return Option(option);
}

void Options::footer(std::function<std::string()> text) const { app_->footer(std::move(text)); }

Option Options::one(const std::string& name, const std::string& kind, const std::string& at_first,
                    std::function<void(const std::string&)> take, const std::string& help) const {
  const auto take_words = [app = app_, name, take = std::move(take)](const CLI::results_t& words) {
    if (words.size() > 1) {
      throw UsageError(name + " is given " + std::to_string(words.size()) + " times; once will do");
    }
    const std::string value = unmarked(words.front());
    refuse_missing(*app, name, value);
    take(value);
    return true;
  };
  return grouped(app_->add_option(name, take_words, help)
                     ->type_name(kind)
                     ->default_str(at_first)
                     ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll));
}

Option Options::flag(const std::string& name, bool& value, const std::string& help) const {
  return grouped(app_->add_flag(name, value, help));
}

template <class T>
Option Options::text(const std::string& name, T& value, const std::string& help) const {
  const std::string at_first = under_home(std::filesystem::path(value).string());
  return one(
      name, "TEXT", at_first, [&value](const std::string& word) { value = word; }, help);
}

template <class T>
Option Options::number(const std::string& name, T& value, const std::string& help,
                       const NumberRange& range) const {
  using Number = typename Plain<T>::Type;
  std::string kind = std::is_unsigned_v<Number> ? "UINT" : "INT";
  if (std::is_floating_point_v<Number>) kind = "FLOAT";
  if (std::isfinite(range.most)) {
    kind += " in [" + number_text(range.least) + " - " + number_text(range.most) + "]";
  }
  std::string at_first;
  if constexpr (std::is_same_v<T, Number>) {  // a value out of range stands for none
    if (value >= range.least && value <= range.most) at_first = number_text(value);
  }
  const auto take = [&value, name, range](const std::string& word) {
    value = parse_number<Number>(name, word, range.least, range.most);
  };
  return one(name, kind, at_first, take, help);
}

Option Options::choice(const std::string& name, const std::vector<std::string>& names,
                       const std::string& at_first, std::function<void(const std::string&)> take,
                       const std::string& help) const {
  const auto check = [name, names, take = std::move(take)](const std::string& word) {
    if (std::find(names.begin(), names.end(), word) == names.end()) {
      throw UsageError(name + ": '" + word + "' is none of " + joined(names) +
                       did_you_mean(word, names));
    }
    take(word);
  };
  return one(name, "TEXT:{" + joined(names, ",") + "}", at_first, check, help);
}

Option Options::repeated(const std::string& name, std::vector<std::string>& values,
                         const std::string& help) const {
  const Option option = several(name, values, help);
  app_->get_option(name)->expected(1)->allow_extra_args(false)->multi_option_policy(
      CLI::MultiOptionPolicy::TakeAll);
  return option;
}

template <class T>
Option Options::several(const std::string& name, std::vector<T>& values,
                        const std::string& help) const {
  std::vector<std::string> at_first;
  at_first.reserve(values.size());
  for (const T& value : values) at_first.push_back(std::filesystem::path(value).string());
  const auto take = [app = app_, &values, name](const CLI::results_t& words) {
    values.clear();
    for (const std::string& word : words) {
      if (name.starts_with('-')) refuse_missing(*app, name, unmarked(word));
      values.emplace_back(unmarked(word));
    }
    return true;
  };
  return grouped(app_->add_option(name, take, help)
                     ->type_name("TEXT")
                     ->expected(1, -1)
                     ->allow_extra_args()
                     ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                     ->default_str(joined(at_first, ",")));
}

template Option Options::text(const std::string&, std::string&, const std::string&) const;
template Option Options::text(const std::string&, std::filesystem::path&, const std::string&) const;
template Option Options::several(const std::string&, std::vector<std::string>&,
                                 const std::string&) const;
template Option Options::several(const std::string&, std::vector<std::filesystem::path>&,
                                 const std::string&) const;
template Option Options::number(const std::string&, int&, const std::string&,
                                const NumberRange&) const;
template Option Options::number(const std::string&, float&, const std::string&,
                                const NumberRange&) const;
template Option Options::number(const std::string&, double&, const std::string&,
                                const NumberRange&) const;
template Option Options::number(const std::string&, std::int64_t&, const std::string&,
                                const NumberRange&) const;
template Option Options::number(const std::string&, std::uint64_t&, const std::string&,
                                const NumberRange&) const;
template Option Options::number(const std::string&, std::optional<int>&, const std::string&,
                                const NumberRange&) const;
template Option Options::number(const std::string&, std::optional<float>&, const std::string&,
                                const NumberRange&) const;
template Option Options::number(const std::string&, std::optional<double>&, const std::string&,
                                const NumberRange&) const;
template Option Options::number(const std::string&, std::optional<std::uint64_t>&,
                                const std::string&, const NumberRange&) const;

}  // namespace storyteller
