"""Tables of captions: separators, titles, quotes, encodings."""
import json
import os

from drawing import NAMES, OUT, cap, path, pictures, png, write


def tables():
    def table(folder, text, encoding="utf-8", name="captions.csv", names=NAMES, where=""):
        pictures(f"{folder}/{where}".rstrip("/"), names)
        write(f"{folder}/{name}", text if isinstance(text, bytes) else text.encode(encoding))

    head = "image,caption\n"
    plain = head + "".join(f'{n},"{cap(i)}"\n' for i, n in enumerate(NAMES))
    table("csv_plain", plain)
    table("csv_bom", plain, "utf-8-sig")
    table("csv_utf16", plain, "utf-16")
    table("csv_utf16_tsv", plain.replace('.jpg,', '.jpg\t').replace("image,", "image\t").replace('"', ""),
          "utf-16", "captions.tsv")
    table("csv_crlf", plain.replace("\n", "\r\n"))
    table("csv_cr", plain.replace("\n", "\r"))
    table("csv_cp1252", (head + "".join(f'{n},"A caf\u00e9 with {i} chairs \u2014 a boy\u2019s place ."\n'
                                         for i, n in enumerate(NAMES))).encode("cp1252"))
    # commas not quoted, as Kaggle's Flickr8k has them in a few lines
    table("csv_comma", head + "".join(
        f"{n},A woman rides a bicycle {', smiling' if i % 5 == 0 else ''} .\n" for i, n in enumerate(NAMES)),
        name="captions.txt")
    table("csv_quotes_inside", head + "".join(
        f'{n},A sign says "stop" , near a road .\n' if i % 7 == 0 else f'{n},{cap(0)}\n'
        for i, n in enumerate(NAMES)), name="captions.txt")
    # text behind closing quotes, as Kaggle's Flickr8k has: """A man ..."" says the sign ."
    table("csv_quote_first", head + "".join(
        f'{n},"Stop" says a sign near a road .\n' if i == 3 else f'{n},{cap(0)}\n'
        for i, n in enumerate(NAMES)), name="captions.txt")
    table("csv_semicolon", plain.replace(",", ";"))
    table("csv_pipe", "image_name| comment_number| comment\n" + "".join(
        f"{n}| {k}|  {cap(i + k)}\n" for i, n in enumerate(NAMES) for k in range(2)), name="captions.csv")
    table("csv_title_case", plain.replace("image,caption", "Image,Caption"))
    table("csv_title_blank", plain.replace("image,caption", "image, caption"))
    table("csv_title_quoted", plain.replace("image,caption", '"image","caption"'))
    table("csv_index_column", ",image,caption\n" + "".join(f'{i},{n},"{cap(i)}"\n' for i, n in enumerate(NAMES)))
    table("csv_names_other", plain.replace("image,caption", "image_id,sentence"))
    table("csv_comment", "image_name,comment_number,comment\n" + "".join(
        f'{n},{k},"{cap(i + k)}"\n' for i, n in enumerate(NAMES) for k in range(2)))
    table("csv_blank_name", "image,caption\n" + "".join(f'{n} , "{cap(i)}"\n' for i, n in enumerate(NAMES)))
    table("csv_no_title", "".join(f'{n},"{cap(i)}"\n' for i, n in enumerate(NAMES)))
    table("csv_trailing_comma", head.strip() + ",\n" + "".join(f'{n},"{cap(i)}",\n' for i, n in enumerate(NAMES)))
    table("csv_dot_slash", head + "".join(f'./{n},"{cap(i)}"\n' for i, n in enumerate(NAMES)))
    table("csv_images_prefix", head + "".join(f'images/{n},"{cap(i)}"\n' for i, n in enumerate(NAMES)), where="images")
    table("csv_backslash", head + "".join(f'images\\{n},"{cap(i)}"\n' for i, n in enumerate(NAMES)), where="images")
    absolute = os.path.abspath(os.path.join(OUT, "csv_absolute"))
    table("csv_absolute", head + "".join(f'{absolute}/{n},"{cap(i)}"\n' for i, n in enumerate(NAMES)))
    table("csv_parent", head + "".join(f'../csv_parent_images/{n},"{cap(i)}"\n' for i, n in enumerate(NAMES)),
          where="")
    pictures("csv_parent_images", NAMES)
    table("csv_no_extension", head + "".join(f'{n[:-4]},"{cap(i)}"\n' for i, n in enumerate(NAMES)))
    table("csv_other_case", head + "".join(f'{n[:-4]}.JPG,"{cap(i)}"\n' for i, n in enumerate(NAMES)))
    table("csv_number_ids", "image_id,caption\n" + "".join(f'{i},"{cap(i)}"\n' for i in range(40)),
          names=[f"{i}.jpg" for i in range(40)])
    table("csv_split_validation", "image,caption,split\n" + "".join(
        f'{n},"{cap(i)}",{"Train" if i < 30 else "Validation" if i < 35 else "Test"}\n' for i, n in enumerate(NAMES)))
    table("csv_split_words", "image,caption,split\n" + "".join(
        f'{n},"{cap(i)}",{"training" if i < 30 else "valid" if i < 35 else "testing"}\n' for i, n in enumerate(NAMES)))
    table("csv_split_partly", "image,caption,split\n" + "".join(
        f'{n},"{cap(i)}",{"val" if i < 5 else ""}\n' for i, n in enumerate(NAMES)))
    table("csv_split_conflict", "image,caption,split\n" + "".join(
        f'{n},"{cap(i)}",train\n{n},"{cap(i + 1)}",{"val" if i < 5 else "train"}\n' for i, n in enumerate(NAMES)))
    table("csv_twice", head + "".join(f'{n},"{cap(i)}"\n' * 2 for i, n in enumerate(NAMES)))
    table("csv_captions_list", "image,captions\n" + "".join(
        f'{n},"[""{cap(i)}"", ""{cap(i + 1)}""]"\n' for i, n in enumerate(NAMES)))
    table("csv_caption_columns", "image,caption_1,caption_2\n" + "".join(
        f'{n},"{cap(i)}","{cap(i + 1)}"\n' for i, n in enumerate(NAMES)))
    table("csv_nul", head.encode() + b"".join(f'{n},"A dog\0 runs ."\n'.encode() for n in NAMES))
    table("csv_newline_inside", head + "".join(f'{n},"A dog\nruns ."\n' for n in NAMES))
    table("csv_unclosed", head + "".join(
        f'{n},"{cap(i)}\n' if i == 2 else f'{n},"{cap(i)}"\n' for i, n in enumerate(NAMES)))
    table("csv_nan", head + "".join(f'{n},{"nan" if i % 4 == 0 else chr(34) + cap(i) + chr(34)}\n' for i, n in enumerate(NAMES)))
    table("csv_html", head + "".join(f'{n},"A dog &amp; a cat &quot;play&quot; <br> here ."\n' for n in NAMES))
    table("csv_metadata_sub", "file_name,text\n" + "".join(f'train/{n},"{cap(i)}"\n' for i, n in enumerate(NAMES)),
          name="metadata.csv", where="train")
    # HF imagefolder: a metadata file in each split's folder
    for split, part in (("train", NAMES[:30]), ("validation", NAMES[30:35]), ("test", NAMES[35:])):
        pictures(f"imagefolder/{split}", part)
        write(f"imagefolder/{split}/metadata.csv", "file_name,text\n" + "".join(f'{n},"{cap(i)}"\n' for i, n in enumerate(part)))
        pictures(f"imagefolder_jsonl/{split}", part)
        write(f"imagefolder_jsonl/{split}/metadata.jsonl", "".join(
            json.dumps({"file_name": n, "text": cap(i)}) + "\n" for i, n in enumerate(part)))
