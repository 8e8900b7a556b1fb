#include "train/session/run_record.h"

#include <xxhash.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/phrase.h"

namespace storyteller {

using nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunRecord::Data, content, pictures, captions)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunRecord::Set, name, train, validation)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunRecord::Teacher, file, content)

RunRecord::Data RunRecord::of(const Dataset& dataset) {
  Data data{.content = dataset.content(), .pictures = dataset.size()};
  for (size_t i = 0; i < dataset.size(); ++i) {
    for (const std::string& caption : dataset.captions(i)) {
      data.content = XXH3_64bits_withSeed(caption.data(), caption.size(), data.content + i);
      ++data.captions;
    }
    for (const PictureQuestion& question : dataset.questions(i)) {
      for (const auto& answer : question.asked.answers) {
        data.content =
            XXH3_64bits_withSeed(answer.text.data(), answer.text.size(), data.content + i);
      }
    }
  }
  return data;
}

RunRecord::Data RunRecord::of_all(std::span<const Data> all) {
  if (all.size() == 1) return all.front();
  Data sum;
  for (const Data& data : all) {
    sum.content = XXH3_64bits_withSeed(&data.content, sizeof data.content, sum.content);
    sum.pictures += data.pictures;
    sum.captions += data.captions;
  }
  return sum;
}

std::string to_json(const RunRecord& record) {
  json j = {{"train", record.train},       {"validation", record.validation},
            {"settings", record.settings}, {"threads", record.threads},
            {"device", record.device},     {"encoder_weights", record.encoder_weights}};
  if (!record.sets.empty()) j["sets"] = record.sets;
  if (!record.teachers.empty()) j["teachers"] = record.teachers;
  return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

RunRecord run_record_from_json(const std::string& text, const std::string& file) {
  try {
    const json j = json::parse(text);
    RunRecord record;
    j.at("train").get_to(record.train);
    j.at("validation").get_to(record.validation);
    j.at("settings").get_to(record.settings);
    j.at("threads").get_to(record.threads);
    j.at("device").get_to(record.device);
    j.at("encoder_weights").get_to(record.encoder_weights);
    if (j.contains("sets")) j.at("sets").get_to(record.sets);
    if (j.contains("teachers")) j.at("teachers").get_to(record.teachers);
    return record;
  } catch (const json::exception&) {
    throw ModelError(file + ": its record of the run is damaged; start again without `resume`");
  }
}

std::map<std::string, std::string> settings_of(const Config& config) {
  std::map<std::string, std::string> settings;
  for (const Config::Entry& entry : config.entries()) settings[entry.key] = entry.value;
  return settings;
}

namespace {

std::string changed_setting(const std::string& key, const std::string& now, const std::string& then,
                            const std::string& whose) {
  const auto shown = [](const std::string& text) { return text.empty() ? "''" : text; };
  return key + " is " + shown(now) + ", " + whose + " has " + shown(then);
}

}  // namespace

std::vector<std::string> changed_settings(const std::map<std::string, std::string>& now,
                                          const std::map<std::string, std::string>& then,
                                          const std::string& whose) {
  std::vector<std::string> lines;
  for (const auto& [key, value] : now) {
    const auto before = then.find(key);
    if (before == then.end() || before->second == value) continue;
    lines.push_back(changed_setting(key, value, before->second, whose));
  }
  return lines;
}

std::vector<std::string> changed_data(const RunRecord& now, const RunRecord& then) {
  std::vector<std::string> lines;
  const auto compare = [&](const std::string& split, const RunRecord::Data& a,
                           const RunRecord::Data& b) {
    if (a == b) return;
    const auto counts = [](const RunRecord::Data& data) {
      return std::to_string(data.pictures) + " pictures with " + std::to_string(data.captions) +
             " captions";
    };
    const bool counted = a.pictures != b.pictures || a.captions != b.captions;
    lines.push_back(split + " is " +
                    (counted ? counts(a) + ", the run has " + counts(b)
                             : counts(a) + " as in the run, but others, or in another order"));
  };
  const auto names = [](const RunRecord& record) {
    std::vector<std::string> all;
    for (const RunRecord::Set& set : record.sets) all.push_back(set.name);
    return all.empty() ? std::string("one") : joined(all);
  };
  if (names(now) != names(then)) {
    return {"the data sets are " + names(now) + ", the run has " + names(then)};
  }
  for (size_t s = 0; s < now.sets.size(); ++s) {
    compare("train of " + now.sets[s].name, now.sets[s].train, then.sets[s].train);
    compare("val of " + now.sets[s].name, now.sets[s].validation, then.sets[s].validation);
  }
  if (!now.sets.empty()) return lines;
  compare("train", now.train, then.train);
  compare("val", now.validation, then.validation);
  return lines;
}

std::string changed_teachers(const RunRecord& now, const RunRecord& then) {
  const auto list = [](const RunRecord& record) {
    std::vector<std::string> files;
    for (const auto& teacher : record.teachers) files.push_back(printable_path(teacher.file));
    const std::string count = counted(files.size(), "teacher", "teachers");
    return files.empty() ? count : count + " (" + joined(files) + ")";
  };
  if (now.teachers.size() != then.teachers.size()) {
    return list(now) + " where the run has " + list(then);
  }
  for (size_t i = 0; i < now.teachers.size(); ++i) {
    if (now.teachers[i].content == then.teachers[i].content) continue;
    return "teacher " + std::to_string(i + 1) + ", " + printable_path(now.teachers[i].file) +
           ", is not that of the run, " + printable_path(then.teachers[i].file);
  }
  return {};
}

std::vector<std::string> changed_machine(const RunRecord& now, const RunRecord& then) {
  std::vector<std::string> lines;
  if (now.device != then.device) {
    lines.push_back("`device` is " + now.device + ", the run has " + then.device);
  }
  if (now.threads != then.threads) {
    lines.push_back("`threads` is " + std::to_string(now.threads) + ", the run has " +
                    std::to_string(then.threads) +
                    ": sums are split otherwise, so that the weights will not be, bit for bit, "
                    "those of a run without interruption");
  }
  return lines;
}

}  // namespace storyteller
