"""Flickr8k and Flickr30k as they are handed around."""
import os

from drawing import NAMES, OUT, cap, path, pictures, png, write


def flickr():
    def eight(folder, token, train=NAMES[:30], dev=NAMES[30:35], test=NAMES[35:], names=NAMES, end="\n", images="images", **kw):
        pictures(f"{folder}/{images}", names)
        write(f"{folder}/Flickr8k.token.txt", token, **kw)
        for part, some in (("train", train), ("dev", dev), ("test", test)):
            if some is not None:
                write(f"{folder}/Flickr_8k.{part}Images.txt", end.join(some) + end, **kw)

    token = "".join(f"{n}#{k}\t{cap(i + k)}\n" for i, n in enumerate(NAMES) for k in range(5))
    eight("f8k_plain", token)
    eight("f8k_crlf", token.replace("\n", "\r\n"), end="\r\n")
    eight("f8k_bom", token, encoding="utf-8-sig")
    eight("f8k_utf16", token, encoding="utf-16")
    eight("f8k_token_1", token.replace(".jpg#", ".jpg.1#", 5), )  # the known bad name "2258277193_586949ec62.jpg.1"
    eight("f8k_spaces", token.replace("\t", "    "))
    eight("f8k_overlap", token, train=NAMES[:33])
    eight("f8k_no_split_lists", token, train=None, dev=None, test=None)
    eight("f8k_empty_dev", token, dev=[])
    eight("f8k_stems", token, train=[n[:-4] for n in NAMES[:30]], dev=[n[:-4] for n in NAMES[30:35]])
    eight("f8k_tokens_stems", token.replace(".jpg#", "#"))
    # Kaggle's Flickr8k (adityajn105): captions.txt and Images, nothing else
    pictures("f8k_kaggle/Images", NAMES)
    write("f8k_kaggle/captions.txt", "image,caption\n" + "".join(
        f"{n},{cap(i + k)}\n" if "," not in cap(i + k) else f'{n},"{cap(i + k)}"\n' for i, n in enumerate(NAMES) for k in range(5)))
    # the official zip's folders: Flickr8k_Dataset/Flicker8k_Dataset, Flickr8k_text beside it
    pictures("f8k_zips/Flickr8k_Dataset/Flicker8k_Dataset", NAMES)
    write("f8k_zips/Flickr8k_text/Flickr8k.token.txt", token)
    for part, some in (("train", NAMES[:30]), ("dev", NAMES[30:35]), ("test", NAMES[35:])):
        write(f"f8k_zips/Flickr8k_text/Flickr_8k.{part}Images.txt", "\n".join(some) + "\n")
    # lemma file instead
    eight("f8k_lemma", token)
    os.replace(path("f8k_lemma/Flickr8k.token.txt"), path("f8k_lemma/Flickr8k.lemma.token.txt"))

    # Flickr30k, Kaggle (hsankesara): flickr30k_images/flickr30k_images/*.jpg and results.csv
    table = "image_name| comment_number| comment\n" + "".join(
        f"{n}| {k}|  {cap(i + k)}\n" for i, n in enumerate(NAMES) for k in range(5))
    table = table.replace(f"{NAMES[7]}| 4|  ", f"{NAMES[7]}| 4   ")
    pictures("f30k_kaggle/flickr30k_images/flickr30k_images", NAMES)
    write("f30k_kaggle/flickr30k_images/results.csv", table)
    pictures("f30k_lists/flickr30k_images", NAMES)
    write("f30k_lists/results.csv", table)
    pictures("f30k_lists_nested/flickr30k_images/flickr30k_images", NAMES)
    write("f30k_lists_nested/flickr30k_images/results.csv", table)
    for f in ("f30k_lists", "f30k_lists_nested"):
        write(f"{f}/train.txt", "\n".join(n[:-4] for n in NAMES[:30]))
        write(f"{f}/val.txt", "\n".join(n[:-4] for n in NAMES[30:35]))
        write(f"{f}/test.txt", "\n".join(n[:-4] for n in NAMES[35:]))
    # eeshawn11 / newer Kaggle: captions.txt with image_name,comment_number,comment
    pictures("f30k_new_kaggle/flickr30k_images", NAMES)
    write("f30k_new_kaggle/captions.txt", "image_name,comment_number,comment\n" + "".join(
        f'{n},{k},"{cap(i + k)}"\n' for i, n in enumerate(NAMES) for k in range(5)))
    # nlphuji/flickr_annotations_30k.csv: raw, sentids, split, filename, img_id
    pictures("f30k_hf/flickr30k-images", NAMES)
    write("f30k_hf/flickr_annotations_30k.csv", "raw,sentids,split,filename,img_id\n" + "".join(
        '"[{}]","[{}]",{},{},{}\n'.format(", ".join('""' + cap(i + k) + '""' for k in range(5)),
                                          ", ".join(str(5 * i + k) for k in range(5)),
                                          "train" if i < 30 else "val" if i < 35 else "test", n, i)
        for i, n in enumerate(NAMES)))
