#!/usr/bin/env python3
"""Prints train/concepts/imagenet_words.cc: which words of captions name ImageNet's 1,000 classes.

    make_imagenet_words.py LABELS WORDNET CAPTIONS... > train/concepts/imagenet_words.cc

LABELS names the classes in order, each by the words of its synset ("5  hammerhead, hammerhead
shark"; class 0 of a list of 1,001 is the background). WORDNET is the folder of WordNet 3.0
(Debian: /usr/share/wordnet). CAPTIONS are files with a caption behind the last tab of a line, plain
or gzip: words that they hold less than 25 times are not taken.

A class is named by the words of its synset and of all that this is a kind of (hypernyms): golden
retriever -> retriever, dog. A word is taken for its most frequent meaning alone, but for the
meanings named below; general words serve where there is no other.
"""
import collections
import gzip
import re
import sys

LEAST = 25
# Words that say nothing of what a class looks like.
EMPTY = set("""whole unit being device covering transport good structure construction wear equipment
instrument produce craft wind formation fixing barrier material part portion piece work point level
form shape design pattern figure control gear mixture course object game display line track
round circle model service support sheet base means commodity matter substance area body
organization post product group top cover way place grip entertainment facility spot site person
carnivore creature fare solid appliance container obstacle upper edge stock ground natural
movement bit home piece opening set shelter sport mechanism unit number band
combination arrangement head ring arms bars curve medium location liquid individual
somebody someone stuff surface setup system works upright signal feed entree alcohol mini shades
dispenser attire garb decoration grocery seed denim""".split())
# Words that serve where a class has no other.
GENERAL = set("""animal vehicle food clothing furniture building tool machine vegetable
veggie toy store shop insect plant dish fabric cloth wood instrument box seat game pet""".split())
# Less frequent meanings, and what WordNet has not above a class: word -> class by its first name.
ALSO = """drink:red wine glass:beer glass bike:bicycle-built-for-two cap:bathing cap
helmet:crash helmet table:desk table:dining table cart:barrow gown:academic gown robe:academic gown
van:minivan plant:daisy bowl:mixing bowl ostrich:ostrich tiger:tiger buffalo:water buffalo ram:ram
panda:lesser panda panda:giant panda calculator:abacus barrel:barrel baseball:baseball
basketball:basketball bib:bib bikini:bikini bow:bow gun:cannon carousel:carousel castle:castle
chain:chain chest:chest church:church mug:coffee mug dock:dock dome:dome hammer:hammer iron:iron
jersey:jersey speaker:loudspeaker microwave:microwave glove:mitten trailer:mobile home
monitor:monitor scooter:motor scooter mouse:mouse purse:purse paddle:paddle brush:paintbrush
pier:pier cushion:pillow pitcher:pitcher printer:printer projector:projector racket:racket
radio:radio spatula:spatula stage:stage stove:stove swing:swing lamp:table lamp
television:television toaster:toaster tub:bathtub umbrella:umbrella volleyball:volleyball wing:wing
closet:wardrobe stoplight:traffic light light:traffic light sign:street sign
burger:cheeseburger hotdog:hotdog broccoli:broccoli cauliflower:cauliflower zucchini:zucchini
cucumber:cucumber pepper:bell pepper mushroom:mushroom pineapple:pineapple banana:banana
groom:groom corn:corn dish:consomme crane:crane mask:gasmask mask:mask screen:screen tram:streetcar
market:grocery store quilt:quilt comforter:quilt pot:pot carton:carton package:packet
squash:zucchini ride:carousel tissue:toilet tissue menu:menu plate:plate cup:cup
tub:tub meter:parking meter tower:water tower skirt:hoopskirt skirt:miniskirt cow:ox
pig:wild boar plane:warplane bear:teddy toilet:toilet seat sink:washbasin helmet:football helmet
baseball:ballplayer bike:mountain bike lake:lakeside beach:seashore sunglasses:sunglass
jeans:jean laptop:notebook shelf:bookcase book:comic book sunglasses:sunglasses"""
# What WordNet says and nobody else: word -> class by its first name.
NOT = "bread:meat loaf cereal:corn grass:corn food:menu box:carton"


def synsets(folder):
    """offset -> (its words, offsets of what it is a kind of)"""
    found = {}
    for line in open(folder + "/data.noun", encoding="utf-8"):
        if line.startswith("  "):
            continue
        fields = line.split(" | ")[0].split()
        count = int(fields[3], 16)
        pointers = fields[5 + 2 * count:]
        above = [pointers[i + 1] for i in range(0, 4 * int(fields[4 + 2 * count]), 4)
                 if pointers[i] in ("@", "@i")]
        found[fields[0]] = ([fields[4 + 2 * i].lower() for i in range(count)], above)
    return found


def most_frequent(folder):
    """word -> offset of its most frequent meaning"""
    first = {}
    for line in open(folder + "/index.noun", encoding="utf-8"):
        if not line.startswith("  "):
            fields = line.split()
            first[fields[0]] = fields[-int(fields[2])]
    return first


def class_synsets(labels, found):
    """The synset of each class. The classes stand in the order of their offsets, which tells apart
    those that have the same words."""
    by_words = collections.defaultdict(list)
    for offset, (words, _) in found.items():
        by_words[tuple(words)].append(offset)
    possible = [by_words[tuple(name.strip().replace(" ", "_").lower() for name in label)]
                for label in labels]
    chosen = []
    for number, offsets in enumerate(possible):
        behind = next((o[0] for o in possible[number + 1:] if len(o) == 1), "99999999")
        before = next((p[0] for p in reversed(possible[:number]) if len(p) == 1), "00000000")
        between = [offset for offset in offsets if before < offset < behind]
        chosen.append(between[0])
    return chosen


def with_all_above(offset, found):
    """Nearest first."""
    order, layer = [], [offset]
    while layer:
        order += layer
        layer = [a for x in layer for a in found[x][1] if a not in order]
        layer = list(dict.fromkeys(layer))
    return order


def word_counts(files):
    counts = collections.Counter()
    for file in files:
        with (gzip.open if file.endswith(".gz") else open)(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                counts.update(re.findall(r"[a-z]+", line.split("\t")[-1].lower()))
    return counts


def ranges(numbers):
    parts, numbers = [], sorted(numbers)
    while numbers:
        run = 1
        while run < len(numbers) and numbers[run] == numbers[0] + run:
            run += 1
        parts.append(f"{numbers[0]}" if run == 1 else f"{numbers[0]}-{numbers[run - 1]}")
        numbers = numbers[run:]
    return " ".join(parts)


def pairs(text):
    """{(word, class)} of "word:name of class word:name of class ..." """
    one = r"(\w+):((?:[^\s:]+ ?)+?)(?=\s+\w+:|\s*$)"
    return set(re.findall(one, text.replace("\n", " ")))


def main():
    labels_file, folder, *captions = sys.argv[1:]
    labels = [re.sub(r"^\s*\d+\s+", "", line).strip().split(",") for line in open(labels_file)]
    labels = labels[-1000:]
    found, first = synsets(folder), most_frequent(folder)
    counts = word_counts(captions)
    chosen = class_synsets(labels, found)
    names = [label[0].strip() for label in labels]
    also, not_so = pairs(ALSO), pairs(NOT)
    classes = collections.defaultdict(set)
    for number, offset in enumerate(chosen):
        for synset in with_all_above(offset, found):
            for word in found[synset][0]:
                if counts[word] < LEAST or word in EMPTY or (word, names[number]) in not_so:
                    continue
                if first[word] == synset:
                    classes[word].add(number)
    for word, name in also:
        classes[word] |= {number for number in range(1000) if names[number] == name}
    used = set().union(*classes.values())
    specific = set().union(*(v for k, v in classes.items() if k not in GENERAL))
    print(f"{len(classes)} words, {1000 - len(used)} classes without: "
          + ", ".join(names[n] for n in range(1000) if n not in used), file=sys.stderr)
    for word in GENERAL & set(classes):
        classes[word] -= specific
    print(TOP)
    for word in sorted(classes):
        if classes[word]:
            line = f'    {{"{word}", "{ranges(classes[word])}"}},'
            print("\n".join(wrapped(line)))
    print(BOTTOM)


def wrapped(line):
    """Two or more string literals where one is too long for a line."""
    while len(line) > 100:
        cut = line.rindex(" ", 0, 97)
        yield line[:cut + 1] + '"'
        line = '     "' + line[cut + 1:]
    yield line


TOP = """// Made by make_imagenet_words.py of WordNet 3.0 (Copyright 2006 by Princeton University; NOTICE).
#include "train/concepts/imagenet_words.h"

namespace storyteller {
namespace {

constexpr ImageNetWord kWords[] = {"""
BOTTOM = """};

}  // namespace

std::span<const ImageNetWord> imagenet_words() { return kWords; }

}  // namespace storyteller"""

if __name__ == "__main__":
    main()
