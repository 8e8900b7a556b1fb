// Sidecars by Exempi (XMP Toolkit). Pictures are never opened by it: text goes in, text comes out.
#include <exempi/xmp.h>
#include <exempi/xmpconsts.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "core/error.h"
#include "tools/apps/album/xmp.h"

namespace storyteller::album {
namespace {

constexpr const char* kNamespace = "http://ns.neural-storyteller.org/story/1.0/";
constexpr const char* kGeneric = "";
constexpr const char* kDefault = "x-default";
constexpr const char* kAltText = "AltTextAccessibility";

void start() {
  static std::once_flag once;
  std::call_once(once, [] {
    const bool ready = xmp_init() && xmp_register_namespace(kNamespace, "story", nullptr);
    if (!ready) throw InternalError("Exempi does not start");
  });
}

struct FreeText {
  void operator()(XmpStringPtr text) const { xmp_string_free(text); }
};
using Text = std::unique_ptr<_XmpString, FreeText>;

struct FreePacket {
  void operator()(XmpPtr packet) const { xmp_free(packet); }
};

std::string string_of(const Text& text) {
  return {xmp_string_cstr(text.get()), xmp_string_len(text.get())};
}

/// A packet of XMP in memory.
class Packet {
 public:
  /// Empty where `text` is. `valid()` says whether it could be read.
  explicit Packet(const std::string& text) {
    start();
    packet_.reset(text.empty() ? xmp_new_empty() : xmp_new(text.data(), text.size()));
  }

  bool valid() const { return packet_ != nullptr; }

  std::string localized(const char* schema, const char* name) const {
    const Text language(xmp_string_new()), value(xmp_string_new());
    std::uint32_t bits = 0;
    const bool there = xmp_get_localized_text(packet_.get(), schema, name, kGeneric, kDefault,
                                              language.get(), value.get(), &bits);
    return there ? string_of(value) : "";
  }
  void set_localized(const char* schema, const char* name, const std::string& value) {
    if (localized(schema, name) == value) return;
    check(
        xmp_set_localized_text(packet_.get(), schema, name, kGeneric, kDefault, value.c_str(), 0));
  }

  std::string property(const char* name) const {
    const Text value(xmp_string_new());
    std::uint32_t bits = 0;
    const bool there = xmp_get_property(packet_.get(), kNamespace, name, value.get(), &bits);
    return there ? string_of(value) : "";
  }
  /// "" removes it.
  void set_property(const char* name, const std::string& value) {
    if (property(name) == value) return;
    remove(kNamespace, name);
    if (!value.empty()) check(xmp_set_property(packet_.get(), kNamespace, name, value.c_str(), 0));
  }

  std::vector<std::string> items(const char* schema, const char* name) const {
    std::vector<std::string> items;
    for (std::int32_t i = 1;; ++i) {
      const Text value(xmp_string_new());
      std::uint32_t bits = 0;
      if (!xmp_get_array_item(packet_.get(), schema, name, i, value.get(), &bits)) return items;
      items.push_back(string_of(value));
    }
  }
  void set_items(const char* schema, const char* name, const std::vector<std::string>& items) {
    if (this->items(schema, name) == items) return;
    remove(schema, name);
    for (const std::string& item : items) {
      check(xmp_append_array_item(packet_.get(), schema, name, XMP_PROP_ARRAY_IS_UNORDERED,
                                  item.c_str(), 0));
    }
  }

  void remove(const char* schema, const char* name) {
    xmp_delete_property(packet_.get(), schema, name);
  }

  std::string text() const {
    const Text out(xmp_string_new());
    check(xmp_serialize_and_format(packet_.get(), out.get(), XMP_SERIAL_OMITPACKETWRAPPER, 0, "\n",
                                   " ", 0));
    std::string text = string_of(out);
    if (!text.ends_with('\n')) text += '\n';
    return text;
  }

 private:
  static void check(bool ok) {
    if (!ok) throw InternalError("Exempi: error " + std::to_string(xmp_get_error()));
  }

  std::unique_ptr<_Xmp, FreePacket> packet_;
};

bool holds(const std::vector<std::string>& items, const std::string& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

/// A text of people's stays; ours is what equals what we noted when we wrote it.
void put_text(Packet& packet, const char* schema, const char* name, const char* note,
              const std::string& text, bool overwrite) {
  const std::string there = packet.localized(schema, name);
  const bool ours = there.empty() || there == packet.property(note);
  if (ours || overwrite) {
    if (text.empty()) {
      if (!there.empty() && ours) packet.remove(schema, name);
    } else {
      packet.set_localized(schema, name, text);
    }
  }
  packet.set_property(note, text);
}

void put_tags(Packet& packet, const std::vector<std::string>& tags) {
  const std::vector<std::string> ours = packet.items(kNamespace, "terms");
  std::vector<std::string> subjects = packet.items(NS_DC, "subject"), added;
  std::erase_if(subjects, [&](const std::string& subject) {
    return holds(ours, subject) && !holds(tags, subject);
  });
  for (const std::string& tag : tags) {
    const bool there = holds(subjects, tag);
    if (!there) subjects.push_back(tag);
    if (!there || holds(ours, tag)) added.push_back(tag);
  }
  packet.set_items(NS_DC, "subject", subjects);
  packet.set_items(kNamespace, "terms", added);
}

}  // namespace

std::optional<std::string> updated_packet(const std::string& packet, const SidecarContent& content,
                                          bool overwrite) {
  Packet xmp(packet);
  if (!xmp.valid()) return std::nullopt;
  put_text(xmp, NS_DC, "description", "description", content.description, overwrite);
  put_text(xmp, NS_IPTC4XMP, kAltText, "altText", content.alt_text, overwrite);
  put_tags(xmp, content.tags);
  xmp.set_property("model", content.model);
  xmp.set_property("grade", content.grade);
  xmp.set_property("confidence", content.confidence);
  return xmp.text();
}

std::optional<SidecarContent> own_content(const std::string& packet) {
  const Packet xmp(packet);
  if (!xmp.valid()) return std::nullopt;
  return SidecarContent{.description = xmp.property("description"),
                        .alt_text = xmp.property("altText"),
                        .tags = xmp.items(kNamespace, "terms"),
                        .model = xmp.property("model"),
                        .grade = xmp.property("grade"),
                        .confidence = xmp.property("confidence")};
}

std::string exempi_version() { return STORYTELLER_EXEMPI_VERSION; }

}  // namespace storyteller::album
