#include "tools/apps/speak/narrator.h"

#include <algorithm>
#include <utility>

namespace storyteller::speak {

using Verdict = SceneWatch::Verdict;

std::string_view name_of(Remark::Event event) {
  switch (event) {
    case Remark::Event::kPicture:
      return "picture";
    case Remark::Event::kScene:
      return "scene";
    case Remark::Event::kStill:
      return "still";
    case Remark::Event::kHint:
      return "hint";
  }
  return "";
}

Narrator::Narrator(Sight& sight, Meaning meaning, Phrasing phrasing, const Pace& pace, Say say)
    : sight_(sight),
      meaning_(std::move(meaning)),
      phrasing_(phrasing),
      pace_(pace),
      say_(std::move(say)),
      watch_(SceneLimits{.unsettled = std::max(3 * pace.every, 1.0)}) {}

void Narrator::frame(const Image& image, std::uint64_t number, double now) {
  const Luminance luminance = luminance_of(image);
  if (!watch_.glance(luminance)) {
    ++looked_at_;
    Look look = sight_.look(image);
    const Verdict verdict = watch_.look(luminance, look.pooled, now);
    pending_.reset();
    hint_.clear();
    if (verdict != Verdict::kSame) {
      pending_ = Pending{std::move(look), luminance, sharpness_of(image), number, verdict};
    }
  }
  tick(now);
  if (pending_) return;
  if (!hint_.empty()) {
    hint(hint_, number, now);
  } else if (pace_.still > 0 && last_ && !text_.empty() && now - *last_ >= pace_.still) {
    last_ = now;
    say_({.event = Remark::Event::kStill,
          .frame = number,
          .text = still_text(text_),
          .told = &told_});
  }
}

void Narrator::tick(double now) {
  const bool rested = !last_ || now - *last_ >= pace_.every;
  if (rested && pending_ && pending_->verdict == Verdict::kNew) tell(now);
}

std::optional<double> Narrator::due(double now) const {
  if (!pending_ || pending_->verdict != Verdict::kNew) return std::nullopt;
  return last_ ? std::max(0.0, *last_ + pace_.every - now) : 0.0;
}

void Narrator::finish(double now) {
  if (pending_) tell(now);
}

void Narrator::tell(double now) {
  const Pending pending = std::move(*pending_);
  pending_.reset();
  Told told = sight_.tell(pending.look, tellings_++);
  if (!told.assessment.is_photograph()) {
    const bool dark = mean(pending.luminance) < kDark;
    if (dark || pending.sharpness < kBlurred) {
      watch_.pass_over();
      hint(dark ? kTooDark : kNotClear, pending.frame, now);
      return;
    }
  }
  watch_.settle(pending.luminance, pending.look.pooled);
  std::string text = text_of(told, phrasing_);
  // What both sentences mean is asked only after the first is out: it may take a moment.
  if (!text_.empty()) {
    if (told_meaning_.empty()) told_meaning_ = meaning_(told_.words);
    const bool photographs = told.assessment.is_photograph() && told_.assessment.is_photograph();
    std::string meaning = meaning_(told.words);
    const bool same = text == text_ || (photographs && meaning == told_meaning_);
    told_meaning_ = std::move(meaning);
    if (same) return;
  }
  told_ = std::move(told);
  text_ = std::move(text);
  last_ = now;
  say_({.event = Remark::Event::kScene, .frame = pending.frame, .text = text_, .told = &told_});
}

void Narrator::hint(const std::string& text, std::uint64_t frame, double now) {
  hint_ = text;
  if (last_hint_ && now - *last_hint_ < pace_.hint) return;
  last_hint_ = now;
  say_({.event = Remark::Event::kHint, .frame = frame, .text = text});
}

}  // namespace storyteller::speak
