// What leaves the album: sidecars, tables, galleries.
#include "tools/apps/album/export.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tools/apps/album/gallery.h"

namespace storyteller::album::export_test {
namespace {

using Words = std::vector<std::string>;

const SidecarContent kContent = {.description = "A dog & a <cat>.",
                                 .alt_text = "A dog & a <cat>.",
                                 .tags = {"dog", "cat"},
                                 .model = "0123456789ab",
                                 .grade = "sure",
                                 .confidence = "0.93"};

#define REQUIRE_EXEMPI() \
  if (exempi_version().empty()) GTEST_SKIP() << "built without Exempi: install libexempi-dev"

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(AlbumSidecar, SaysWhatItWasGivenAndIsStable) {
  REQUIRE_EXEMPI();
  const auto packet = updated_packet("", kContent, false);
  ASSERT_TRUE(packet);
  EXPECT_EQ(own_content(*packet), kContent);
  EXPECT_NE(packet->find("A dog &amp; a &lt;cat&gt;."), std::string::npos);
  EXPECT_NE(packet->find("AltTextAccessibility"), std::string::npos);
  EXPECT_EQ(updated_packet(*packet, kContent, false), packet);
}

constexpr const char* kHuman = R"(<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:darktable="http://darktable.sf.net/" darktable:history_end="3">
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">Our Rex</rdf:li></rdf:Alt></dc:description>
   <dc:subject><rdf:Bag><rdf:li>Rex</rdf:li><rdf:li>dog</rdf:li></rdf:Bag></dc:subject>
   <darktable:masks><rdf:Seq><rdf:li>gz02eJw</rdf:li></rdf:Seq></darktable:masks>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>)";

TEST(AlbumSidecar, KeepsWhatPeopleAndOthersWrote) {
  REQUIRE_EXEMPI();
  const auto first = updated_packet(kHuman, kContent, false);
  ASSERT_TRUE(first);
  EXPECT_NE(first->find("Our Rex"), std::string::npos);
  EXPECT_NE(first->find("<darktable:history_end>3<"), std::string::npos);
  EXPECT_NE(first->find("gz02eJw"), std::string::npos);
  EXPECT_EQ(own_content(*first)->tags, (Words{"cat"}));  // "dog" was there before
  // Without tags of ours, those of people remain.
  SidecarContent bare = kContent;
  bare.tags.clear();
  const auto second = updated_packet(*first, bare, false);
  ASSERT_TRUE(second);
  EXPECT_EQ(count(*second, "<rdf:li>dog</rdf:li>"), 1U);
  EXPECT_EQ(count(*second, "<rdf:li>Rex</rdf:li>"), 1U);
  EXPECT_EQ(count(*second, "<rdf:li>cat</rdf:li>"), 0U);
  const auto over = updated_packet(*first, kContent, true);
  EXPECT_EQ(over->find("Our Rex"), std::string::npos);
}

TEST(AlbumSidecar, OursGivesWayToOurs) {
  REQUIRE_EXEMPI();
  const auto first = updated_packet("", kContent, false);
  SidecarContent later = kContent;
  later.description = "Another.";
  later.alt_text = "";
  const auto second = updated_packet(*first, later, false);
  EXPECT_EQ(count(*second, "A dog"), 0U);
  EXPECT_EQ(count(*second, "Another."), 2U);  // dc:description, and our note of it
  EXPECT_EQ(second->find("AltTextAccessibility"), std::string::npos);
}

TEST(AlbumSidecar, WhatIsNoXmpIsLeftAlone) {
  REQUIRE_EXEMPI();
  for (const char* bad : {"<x:xmpmeta", "\xff\xfe\x01\x02", "no xml << <"}) {
    EXPECT_FALSE(updated_packet(bad, kContent, false)) << bad;
  }
}

TEST(AlbumSidecar, NamesFollowWhatIsThere) {
  const TemporaryFolder folder;
  const auto picture = folder / "photo.jpg";
  EXPECT_EQ(existing_sidecar(picture), "");
  EXPECT_EQ(sidecar_of(picture, {}).filename(), "photo.jpg.xmp");
  write_text(folder / "photo.xmp", "");
  EXPECT_EQ(sidecar_of(picture, {}).filename(), "photo.xmp");
  EXPECT_EQ(sidecar_of(picture, SidecarNaming::kFull).filename(), "photo.jpg.xmp");
  write_text(folder / "photo.jpg.xmp", "");
  EXPECT_EQ(sidecar_of(picture, {}).filename(), "photo.jpg.xmp");
  EXPECT_EQ(sidecar_of(picture, SidecarNaming::kStem).filename(), "photo.xmp");
}

TEST(AlbumSidecar, MirrorsFoldersElsewhere) {
  PictureDetails picture;
  picture.path = "/pictures/2019/may/a.jpg";
  picture.root = "/pictures";
  picture.name = "2019/may/a.jpg";
  EXPECT_EQ(sidecar_target(picture, {.to = "/x", .folders = {}, .naming = {}}),
            "/x/2019/may/a.jpg.xmp");
  EXPECT_EQ(sidecar_target(picture, {.to = "/x", .folders = {"/pictures/2019"}, .naming = {}}),
            "/x/may/a.jpg.xmp");
  EXPECT_EQ(
      sidecar_target(picture, {.to = "/x", .folders = {"/pictures/2019/may/a.jpg"}, .naming = {}}),
      "/x/a.jpg.xmp");
  EXPECT_EQ(sidecar_target(picture, SidecarOptions{}), "/pictures/2019/may/a.jpg.xmp");
}

TEST(AlbumCsv, FieldsAreQuoted) {
  EXPECT_EQ(csv_field("a"), "a");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"x\"\n"), "\"say \"\"x\"\"\n\"");
}

/// Texts that try to become something else.
Words hostile() {
  Words texts;
  for (const char* text : {"<script>alert(1)</script>",
                           "\" onerror=\"alert(1)",
                           "' onload='alert(1)",
                           "</title>",
                           "--><script>",
                           "]]>",
                           "javascript:alert(1)",
                           "&lt;script&gt;",
                           "\xff\xfe<",
                           "\u202Egnp.exe",
                           "\u2028alert(1)//",
                           "\";alert(1)//",
                           "\\\";alert(1)//",
                           "</script><script>alert(1)//",
                           "`${alert(1)}`",
                           "<img src=x onerror=alert(1)>",
                           "\n\r\t<",
                           "<!--",
                           "%3Cscript%3E",
                           "data:text/html,<script>"}) {
    for (int i = 0; i < 25; ++i) texts.push_back(std::string(static_cast<size_t>(i), 'x') + text);
  }
  return texts;
}

TEST(AlbumGallery, FiveHundredHostileTextsStayTexts) {
  const Words texts = hostile();
  ASSERT_EQ(texts.size(), 500U);
  std::vector<GalleryItem> items;
  for (const std::string& text : texts) {
    items.push_back({.thumbnail = "thumbs/1-00000000.jpg",
                     .width = 1,
                     .height = 1,
                     .link = relative_link("/p/" + text, "/p/gallery"),
                     .name = text,
                     .text = text,
                     .taken = text,
                     .tags = {text}});
  }
  const std::string page = gallery_page("<title>", items, 0, 1, items.size(), true);
  EXPECT_EQ(count(page, "<script"), 2U);  // the page's own
  EXPECT_EQ(count(page, "<img"), items.size());
  EXPECT_EQ(count(page, "<!--"), 0U);
  EXPECT_EQ(count(page, "</title>"), 1U);
  EXPECT_EQ(page.find("href=\"javascript"), std::string::npos);
  EXPECT_EQ(page.find("\u202E"), std::string::npos);
  const std::string index = gallery_index(items);
  EXPECT_EQ(index.find('<'), std::string::npos);
  EXPECT_EQ(index.find("\u2028"), std::string::npos);
  EXPECT_EQ(index.find('\''), std::string::npos);
  EXPECT_EQ(static_cast<size_t>(std::count(index.begin(), index.end(), '\n')), items.size() + 3);
}

TEST(AlbumGallery, LinksAreRelativeAndEncoded) {
  EXPECT_EQ(relative_link("/p/a b#c?.jpg", "/p/gallery"), "../a%20b%23c%3f.jpg");
  EXPECT_EQ(relative_link("/p/javascript:x.jpg", "/p"), "javascript%3ax.jpg");
  EXPECT_EQ(script_string("a\"b\\c</\n"), "\"a\\u0022b\\u005cc\\u003c/\\u000a\"");
  EXPECT_EQ(page_name(0), "index.html");
  EXPECT_EQ(page_name(2), "page-3.html");
}

TEST(AlbumGallery, PagesLinkToEachOther) {
  const std::string page = gallery_page("Album", {}, 4, 9, 1800, false);
  EXPECT_NE(page.find("aria-current=\"page\" href=\"page-5.html\""), std::string::npos);
  EXPECT_NE(page.find("href=\"index.html\""), std::string::npos);
  EXPECT_NE(page.find("href=\"page-9.html\""), std::string::npos);
  EXPECT_EQ(page.find("<script"), std::string::npos);
}

}  // namespace
}  // namespace storyteller::album::export_test
