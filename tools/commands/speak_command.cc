#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/system/signals.h"
#include "model/ensemble.h"
#include "tools/apps/speak/camera.h"
#include "tools/apps/speak/first_use.h"
#include "tools/apps/speak/folder_watch.h"
#include "tools/apps/speak/picture_run.h"
#include "tools/apps/speak/session.h"
#include "tools/apps/speak/stream_run.h"
#include "tools/cli/exit_code.h"
#include "tools/commands/choice_arguments.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/model_arguments.h"
#include "tools/commands/output_file.h"
#include "tools/commands/people_arguments.h"
#include "tools/commands/picture_names.h"
#include "tools/commands/stopped.h"
#include "tools/commands/style_argument.h"

namespace storyteller {
namespace {

struct SpeakArguments {
  std::vector<std::string> pictures;
  std::string watch, stream, camera;
  bool existing = false, json = false, silent = false;
  std::optional<int> rate, volume;
  std::string voice, speaker, style;
  std::filesystem::path sound;
  speak::Detail detail = speak::Detail::kNormal;
  speak::Interrupt interrupt = speak::Interrupt::kNew;
  speak::Pace pace;
  PeopleArguments people;
  ModelArguments models;
  Machine machine;

  bool lists_files() const { return watch.empty() && stream.empty() && camera.empty(); }
};

void require_one_source(const SpeakArguments& arguments) {
  const int sources =
      static_cast<int>(!arguments.pictures.empty()) + static_cast<int>(!arguments.watch.empty()) +
      static_cast<int>(!arguments.stream.empty()) + static_cast<int>(!arguments.camera.empty());
  if (sources == 0) {
    throw UsageError(
        "no picture is named; name files, or --watch DIR, --stream - or --camera DEVICE (see "
        "storyteller speak --help)");
  }
  if (sources > 1) {
    throw UsageError("pictures, --watch, --stream and --camera exclude each other: give one");
  }
  if (arguments.existing && arguments.watch.empty()) {
    throw UsageError("--existing is about the pictures of --watch");
  }
  if (!arguments.sound.empty() && !arguments.lists_files()) {
    throw UsageError("--out takes what is said of named pictures, which have an end");
  }
}

/// The programs that speak; nothing: nobody does.
std::optional<speak::Pipeline> speaker_of(const SpeakArguments& arguments) {
  const bool about_espeak = arguments.rate || arguments.volume || !arguments.voice.empty();
  if (arguments.silent) {
    if (about_espeak || !arguments.speaker.empty() || !arguments.sound.empty()) {
      throw UsageError("--no-speech says nothing: leave it away, or the options of speech");
    }
    return std::nullopt;
  }
  if (arguments.speaker.empty()) {
    speak::EspeakOptions options;
    options.rate = arguments.rate.value_or(options.rate);
    options.volume = arguments.volume.value_or(options.volume);
    if (!arguments.voice.empty()) options.voice = arguments.voice;
    options.to_file = !arguments.sound.empty();
    return speak::espeak_command(options);
  }
  if (about_espeak) {
    throw UsageError(
        "--rate, --voice and --volume are those of espeak-ng; a --speaker has its own options");
  }
  return speak::speaker_command(arguments.speaker);
}

speak::RemarkOutput::Form form_of(const SpeakArguments& arguments) {
  using Form = speak::RemarkOutput::Form;
  if (arguments.json) return Form::kJson;
  if (!arguments.watch.empty()) return Form::kTable;
  std::error_code failure;
  const bool single =
      !arguments.lists_files() || (arguments.pictures.size() == 1 && arguments.pictures[0] != "-" &&
                                   !std::filesystem::is_directory(arguments.pictures[0], failure));
  return single ? Form::kSentence : Form::kTable;
}

void tell_pictures(const SpeakArguments& arguments, speak::PictureRun& run,
                   speak::Session& session) {
  PictureNames names(arguments.pictures, {});
  while (!stop_requested()) {
    std::string name;
    try {
      const std::optional<PictureName> picture = names.next();
      if (!picture) break;
      name = picture->path.string();
      run.tell(picture->path, picture->bytes, /*waits=*/true);
    } catch (const Stopped&) {
      break;
    } catch (const Error& error) {
      // Where the text cannot be printed there is no use in going on.
      if (error.code() == ExitCode::kInternal || !std::cout) throw;
      session.fail(name, error);
    }
  }
  names.report_list();
}

/// Standard input, or a file or pipe.
void tell_stream_at(const SpeakArguments& arguments, speak::ModelSight& sight,
                    speak::Session& session) {
  if (arguments.stream == "-") {
    speak::tell_stream("stdin", STDIN_FILENO, sight, arguments.pace, session);
    return;
  }
  const speak::OpenFile file(::open(arguments.stream.c_str(), O_RDONLY | O_CLOEXEC));
  const std::string name = printable_path(arguments.stream);
  if (!file) throw InputError(name + ": " + std::generic_category().message(errno));
  speak::tell_stream(name, file.get(), sight, arguments.pace, session);
}

void tell_camera(const SpeakArguments& arguments, speak::ModelSight& sight,
                 speak::Session& session) {
  speak::Camera camera(speak::camera_command(arguments.camera));
  try {
    speak::tell_stream(arguments.camera, camera.descriptor(), sight, arguments.pace, session);
  } catch (const InputError&) {  // no picture at all: the program says why
  }
  if (stop_requested()) return;
  session.fail(arguments.camera,
               DeviceError(printable_path(arguments.camera) + ": " + camera.trouble()));
}

int run_speak(const SpeakArguments& arguments) {
  catch_stop_signals();
  require_one_source(arguments);
  speak::SessionOptions options{
      .phrasing = {.wording = arguments.people.wording, .detail = arguments.detail},
      .interrupt = arguments.interrupt,
      .form = form_of(arguments),
      .model = "",
      .speaker = speaker_of(arguments),
      .sound = arguments.sound};
  const std::vector<std::string> models = arguments.models.files();
  if (!arguments.sound.empty()) {
    InputFiles inputs;
    for (const std::string& model : models) inputs.add(model, "the model");
    for (const std::string& picture : arguments.pictures) inputs.add(picture, "a picture");
    require_output_file("--out", arguments.sound, OutputKind::kSound);
    inputs.require_other("--out", arguments.sound);
  }
  // Watched from here on: what comes while the model is read is not missed.
  std::optional<speak::FolderWatch> watch;
  if (!arguments.watch.empty()) {
    watch.emplace(arguments.watch, speak::FolderWatchOptions{.existing = arguments.existing});
  }
  const Device device = arguments.machine.start(/*verbose=*/false);
  Ensemble ensemble = Ensemble::load(models, device);
  speak_style(arguments.style, "", ensemble);
  const std::string warning = uncalibrated_warning(ensemble, models);
  if (!warning.empty()) report_warning(warning, std::cerr);
  options.model = model_digits(ensemble);

  speak::ModelSight sight(captioning_of(ensemble, SearchArguments(), WordArguments(), Choice{}));
  speak::Session session(std::move(options), [](const Error& error) {
    report_exception(std::make_exception_ptr(error), std::cerr);
  });
  session.greet(speak::first_use_note());
  speak::PictureRun run(sight, session);
  if (watch) {
    run.tell(*watch);
  } else if (!arguments.stream.empty()) {
    tell_stream_at(arguments, sight, session);
  } else if (!arguments.camera.empty()) {
    tell_camera(arguments, sight, session);
  } else {
    tell_pictures(arguments, run, session);
  }
  session.finish();
  return stop_requested() ? stop_exit_code() : session.exit_code();
}

void add_speech_options(const Options& command, SpeakArguments& arguments) {
  const Options speech = command.group("Speech");
  speech.number("--rate", arguments.rate, "words a minute; by default 175", {80, 450});
  speech.text("--voice", arguments.voice,
              "a voice of espeak-ng (espeak-ng --voices); by default en-gb");
  speech.number("--volume", arguments.volume, "of espeak-ng; by default 100", {0, 200});
  speech.text("--speaker", arguments.speaker,
              "programs that speak instead of espeak-ng: text comes on standard input, "
              "'espeak-ng --stdin --stdout | aplay -q'");
  speech.text("--out", arguments.sound, "WAV file that gets the speech instead");
  speech.flag("--no-speech", arguments.silent, "print alone");
  speech.choice(
      "--interrupt", {"new", "never"}, "new",
      [&arguments](const std::string& word) {
        arguments.interrupt = word == "new" ? speak::Interrupt::kNew : speak::Interrupt::kNever;
      },
      "whether a new scene cuts the sentence that is being said");
}

}  // namespace

void add_speak_command(const Options& program) {
  auto arguments = std::make_shared<SpeakArguments>();
  const Options command =
      program.command("speak", "say aloud what images, a folder or a camera show");
  command.several("images", arguments->pictures,
                  "JPEG or PNG files, folders of them, or - for standard input: a list of names, "
                  "or an image");
  const Options input = command.group("Input");
  input.text("--watch", arguments->watch, "folder: every new picture in it");
  input.flag("--existing", arguments->existing, "with --watch: those that are there already, too");
  input.text("--stream", arguments->stream,
             "- for standard input: JPEG, PNG or PPM (P6) pictures behind each other");
  input.text("--camera", arguments->camera, "/dev/video0, for example; read by ffmpeg");
  arguments->models.add_options(input);
  add_style_option(input, arguments->style);
  add_speech_options(command, *arguments);
  const Options pace = command.group("Streams");
  pace.number("--every", arguments->pace.every, "least seconds between sentences", {0, 3600});
  pace.number("--still", arguments->pace.still,
              "seconds after which a scene that stays is told again; 0: never", {0, 86400});
  const Options words = command.group("Words for people");
  words.choice(
      "--detail", {"short", "normal"}, "normal",
      [arguments = arguments.get()](const std::string& word) {
        arguments->detail = word == "short" ? speak::Detail::kShort : speak::Detail::kNormal;
      },
      "who and what they do, or all of the sentence");
  arguments->people.add_wording_options(words);
  command.group("Output").flag("--json", arguments->json,
                               "one JSON object per sentence, a line each");
  arguments->machine.add_options(command.group(kMachine));
  command.runs([arguments] { return run_speak(*arguments); });
}

}  // namespace storyteller
