#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/system/environment.h"
#include "core/system/program_file.h"
#include "core/system/threads.h"
#include "core/text/json_line.h"
#include "core/text/number_format.h"
#include "kernels/cpu/build.h"
#include "model/captioner.h"
#include "model/shipped_model.h"
#include "tools/apps/serve/http/server.h"
#include "tools/apps/serve/serve_built.h"
#include "tools/apps/speak/program_version.h"
#include "tools/cli/flag_names.h"
#include "tools/commands/command.h"
#include "tools/commands/finding.h"
#include "train/metrics/wordnet/wordnet.h"
#include "train/session/encoder_file.h"
#include "train/session/recipe.h"

namespace storyteller {
namespace {

Finding threads() {
  const CpuLimits limits = cpu_limits();
  CpuLimits without_openmp = limits;
  without_openmp.openmp = 0;
  std::ostringstream text;
  text << default_threads(limits) << " (" << limits.physical_cores << " cores, "
       << limits.allowed_cpus << " processors allowed";
  if (limits.quota > 0) text << ", quota " << limits.quota;
  if (limits.openmp > 0) text << ", OMP_THREAD_LIMIT " << limits.openmp;
  text << ")";
  const bool fine = limits.openmp == 0 || limits.openmp >= default_threads(without_openmp);
  return {"threads", text.str(), fine, fine ? "" : "unset OMP_THREAD_LIMIT to use all cores"};
}

Finding waiting_threads() {
  const std::string policy = environment("OMP_WAIT_POLICY");
  if (policy == "passive" || policy == "PASSIVE") return {"waiting threads", "passive"};
  return {"waiting threads", "may spin", false,
          "unset OMP_WAIT_POLICY: spinning costs three to six times on a busy machine"};
}

Finding data() {
  const std::string folder = environment("STORYTELLER_DATA");
  if (folder.empty()) {
    return {"data", "STORYTELLER_DATA is not set: 'scenes' needs no files", true};
  }
  std::string found;
  for (const char* name : {"flickr8k", "encoders", "photos"}) {
    if (std::filesystem::is_directory(std::filesystem::path(folder) / name)) {
      found += (found.empty() ? "" : ", ") + std::string(name);
    }
  }
  if (found.empty()) {
    return {"data", folder + " holds no data set", false,
            "set STORYTELLER_DATA to a folder that holds flickr8k/ or encoders/"};
  }
  return {"data", found + " in " + folder};
}

/// The weights of the encoder that training takes by default, where they are looked for without a
/// data set; beside one they are looked for too.
Finding encoder_weights() {
  const std::string encoder = recipe_for("").model.encoder;
  const EncoderSearch search = find_encoder_file(encoder, "");
  if (!search.found.empty()) return {"encoder weights", search.found.string()};
  if (search.searched.empty()) {
    return {"encoder weights", "looked for beside the data alone: STORYTELLER_DATA is not set"};
  }
  return {"encoder weights",
          "none at " + search.searched.front().string() +
              ": training looks beside its data too, or takes --encoder-weights"};
}

/// "confidence fitted on ..., AUROC .77"; what is missing for that.
std::string calibration_of(const Captioner& captioner) {
  if (captioner.confidence() == nullptr) return "confidence not fitted (storyteller calibrate)";
  const auto& fitted = captioner.confidence()->values().fitted;
  return "confidence fitted on " + fitted.data + " " + fitted.split + ", AUROC " +
         decimal(fitted.auroc, 2);
}

/// A model file that `what` names, read as captioning would.
Finding model_at(const std::string& what, const std::string& path, const std::string& fix) {
  try {
    const auto captioner = Captioner::load(path, Device::cpu());
    return {what, path + ": " + captioner->encoder().name() + ", " +
                      std::to_string(captioner->vocabulary().size()) + " words, " +
                      calibration_of(*captioner)};
  } catch (const Error& error) {
    return {what, with_flags(error.what()), false, fix};
  }
}

Finding model() {
  const std::string path = environment("STORYTELLER_MODEL");
  if (path.empty())
    return {"model", "STORYTELLER_MODEL is not set: without --model the shipped one"};
  return model_at("model", path,
                  "correct or unset STORYTELLER_MODEL; 'storyteller train' makes a model");
}

Finding shipped_model_finding() {
  const std::filesystem::path path = shipped_model(program_file());
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) {
    return {"shipped model", "none at " + path.string(), false,
            "restore the file (git checkout, or install again); until then give --model or set "
            "STORYTELLER_MODEL"};
  }
  return model_at("shipped model", path, "restore the file: git checkout, or install again");
}

Finding wordnet() {
  const std::filesystem::path folder = default_wordnet_folder();
  std::error_code failure;
  if (!std::filesystem::exists(folder / "index.noun", failure)) {
    return {"wordnet", "none at " + folder.string() +
                           ": METEOR and SPICE want it, album then knows no synonyms; install "
                           "wordnet-base"};
  }
  const bool relations = std::filesystem::exists(folder / "data.noun", failure);
  return {"wordnet", folder.string() + ", relations and glosses " + (relations ? "yes" : "no")};
}

/// What `storyteller serve` listens with.
Finding web_server() {
  if constexpr (serve::kServeBuilt) {
    return {"web server", "Boost " + serve::boost_version()};
  } else {
    return {"web server", "serve was not built", false, "install libboost-dev and configure again"};
  }
}

/// A program that some commands run where it is there.
Finding program_at_hand(const std::string& program, const std::string& version_flag,
                        const std::string& use) {
  const std::string version = speak::program_version(program, version_flag);
  return {program, version.empty() ? "none: install " + program + " " + use : version};
}

int doctor(bool json) {
  std::vector<Finding> findings = {{"storyteller", STORYTELLER_VERSION},
                                   {"processor", processor_name()},
                                   {"vector units", vector_units()},
                                   threads(),
                                   {"oneDNN", onednn_version()},
                                   waiting_threads(),
                                   data(),
                                   encoder_weights(),
                                   model(),
                                   shipped_model_finding(),
                                   wordnet(),
                                   web_server(),
                                   program_at_hand("espeak-ng", "--version", "for speak"),
                                   program_at_hand("ffmpeg", "-version", "for speak --camera"),
                                   {"cache", default_cache_folder()}};
  for (const Finding& finding : album_findings()) findings.push_back(finding);
  const std::vector<Finding> gpu = gpu_findings();
  findings.insert(findings.begin() + 5, gpu.begin(), gpu.end());
  for (const Finding& finding : findings) {
    if (json) {
      const nlohmann::ordered_json line = {{"what", finding.what},
                                           {"found", finding.found},
                                           {"fine", finding.fine},
                                           {"fix", finding.fix}};
      std::cout << json_line(line);
    } else {
      std::cout << (finding.fine ? "  " : "! ") << std::left << std::setw(18) << finding.what
                << finding.found << '\n';
      if (!finding.fine) std::cout << std::string(20, ' ') << "-> " << finding.fix << '\n';
    }
  }
  return 0;
}

}  // namespace

void add_doctor_command(const Options& program) {
  auto json = std::make_shared<bool>(false);
  const Options command = program.command("doctor", "diagnose the installation");
  command.flag("--json", *json, "JSON Lines output");
  command.runs([json] { return doctor(*json); });
}

}  // namespace storyteller
