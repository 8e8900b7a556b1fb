"""As much of WordNet as it takes to tell which pictures' descriptions say a word: base forms and
synonyms, read from the dict files of Debian's wordnet-base. Apart from the program's own reader, so
that the one is judged by the other."""
import os

FOLDER = os.environ.get("STORYTELLER_WORDNET", "/usr/share/wordnet")
SUFFIXES = {
    "noun": [("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
             ("men", "man"), ("ies", "y")],
    "verb": [("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""),
             ("ing", "e"), ("ing", "")],
    "adj": [("er", ""), ("est", ""), ("er", "e"), ("est", "e")],
}
SENSES = 2  # of which words are synonyms


class WordNet:
    def __init__(self, folder=FOLDER):
        self.index, self.exceptions, self.data = {}, {}, {}
        for pos in SUFFIXES:
            self.index[pos] = {}
            with open(os.path.join(folder, f"index.{pos}"), encoding="latin-1") as file:
                for line in file:
                    if line.startswith(" "):
                        continue
                    fields = line.split()
                    count = int(fields[2])
                    self.index[pos][fields[0]] = [int(offset) for offset in fields[-count:]]
            with open(os.path.join(folder, f"{pos}.exc"), encoding="latin-1") as file:
                self.exceptions[pos] = {line.split()[0]: line.split()[1:] for line in file
                                        if line.strip()}
            with open(os.path.join(folder, f"data.{pos}"), "rb") as file:
                self.data[pos] = file.read()

    def bases(self, word):
        """All lemmas that a word may be a form of, itself among them."""
        found = {word}
        for pos, rules in SUFFIXES.items():
            found.update(self.exceptions[pos].get(word, []))
            for suffix, ending in rules:
                base = word[:len(word) - len(suffix)] + ending
                if word.endswith(suffix) and base in self.index[pos] and not word.endswith("ss"):
                    found.add(base)
        return found

    def synonyms(self, lemma, pos="noun"):
        """The lemma, and the words of its first senses."""
        found = {lemma}
        for offset in self.index[pos].get(lemma, [])[:SENSES]:
            line = self.data[pos][offset:self.data[pos].index(b"\n", offset)].decode("latin-1")
            fields = line.split()
            for i in range(int(fields[3], 16)):
                found.add(fields[4 + 2 * i].lower().split("(")[0])
        return found
