"""Tar shards, and small sets of one's own."""
import io
import json
import os
import struct
import tarfile
import zlib

from drawing import NAMES, OUT, cap, path, pictures, png, write


def shards():
    def tar(name, members, mode="w"):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as t:
            for n, data in members:
                info = tarfile.TarInfo(n)
                data = data if isinstance(data, bytes) else data.encode()
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
        data = out.getvalue()
        if mode == "w:gz":
            import gzip
            data = gzip.compress(data, mtime=0)
        write(name, data)

    def pairs(n=40, text=True, js=True, **kw):
        for i in range(n):
            key = f"{i:09d}"
            yield key + ".jpg", png(f"{i}")
            if text:
                yield key + ".txt", cap(i)
            if js:
                yield key + ".json", json.dumps(dict({"caption": cap(i), "url": "http://x/", "key": key, "status": "success", "width": 32}, **kw))
    tar("shards_img2dataset/00000.tar", pairs())
    tar("shards_null/00000.tar", [(n, d if not n.endswith("3.json") else json.dumps({"caption": None, "key": n})) for n, d in pairs()])
    tar("shards_json_without/00000.tar", [(n, d if not n.endswith(".json") else json.dumps({"url": "x", "width": 3})) for n, d in pairs()])
    tar("shards_webp/00000.tar", [(n.replace(".jpg", ".webp"), d) for n, d in pairs()])
    tar("shards_named_images/00000.tar", [(n.replace(".jpg", ".image.png").replace(".txt", ".caption.txt"), d) for n, d in pairs(js=False)])
    tar("shards_points/00000.tar", [(n.replace("00000", "a.b.", 1), d) for n, d in pairs(js=False)])
    tar("shards_folder_point/00000.tar", [("v1.0/" + n, d) for n, d in pairs(js=False)])
    tar("shards_dot_slash/00000.tar", [("./" + n, d) for n, d in pairs(js=False)])
    tar("shards_gz/00000.tar.gz", pairs(js=False), "w:gz")
    tar("shards_gz_named_tar/00000.tar", pairs(js=False), "w:gz")
    tar("shards_tgz_among/00000.tar", pairs(js=False)); tar("shards_tgz_among/00001.tar.gz", pairs(js=False), "w:gz")
    tar("shards_cls_txt/00000.tar", [(n.replace(".txt", ".cap"), d) for n, d in pairs(js=False)])
    tar("shards_same_keys/00000.tar", pairs(20, js=False)); tar("shards_same_keys/00001.tar", [(n, d) for n, d in ((n, (png(n) if n.endswith("jpg") else "A second one .")) for n, d in pairs(20, js=False))])
    tar("shards_empty_caption/00000.tar", [(n, d if not n.endswith("7.txt") else "") for n, d in pairs(js=False)])
    tar("shards_json_list/00000.tar", [(n, d if not n.endswith(".json") else json.dumps([cap(0), cap(1)])) for n, d in pairs(text=False)])
    tar("shards_sub/train/00000.tar", pairs(30, js=False)); tar("shards_sub/val/00000.tar", pairs(5, js=False))
    tar("shards_cut/00000.tar", pairs(js=False))
    data = open(path("shards_cut/00000.tar"), "rb").read()
    write("shards_cut/00000.tar", data[:len(data) // 2])
    tar("shards_apple/00000.tar", [m for n, d in pairs(js=False) for m in (("._" + n, b"\0\5\x16\7apple"), (n, d))])
    tar("shards_bad_json/00000.tar", [(n, d if not n.endswith("5.json") else '{"caption": NaN}') for n, d in pairs(text=False)])
    tar("shards_split/validation-0.tar", pairs(5, js=False)); tar("shards_split/training-0.tar", pairs(30, js=False))
    tar("shards_points_some/00000.tar", [(n.replace("00000", "v1.0-", 1) if int(n[:9]) % 4 == 0 else n, d) for n, d in pairs(js=False)])
    tar("shards_txt_and_json/00000.tar", pairs(20))
    write("shards_parquet/00000.parquet", b"PAR1" + b"\0" * 64 + b"PAR1")


# ---------------------------------------------------------------- data import, caches, small sets
def others():
    def own(folder, names, split=lambda i: None, caption=cap, data=None):
        for i, n in enumerate(names):
            write(f"{folder}/{n}", data(i) if data else png(f"{i}"))
        write(f"{folder}/captions.jsonl", "".join(json.dumps({k: v for k, v in (
            ("image", n), ("caption", caption(i)), ("split", split(i))) if v is not None}) + "\n" for i, n in enumerate(names)))
    half = lambda i: "train" if i % 2 else "val"
    own("import_same_stem", [f"{i // 2}.{'jpg' if i % 2 else 'png'}" for i in range(20)], lambda i: "train")
    own("import_points", [("a.%d.jpg" if i % 2 else "a_%d.jpg") % (i // 2) for i in range(20)], lambda i: "train")
    own("ten_pictures", NAMES[:10])
    own("val_one", NAMES[:21], lambda i: "val" if i == 20 else "train")
    own("no_val", NAMES[:20], lambda i: "train")
    own("val_punctuation", NAMES[:20], half, lambda i: "..." if i == 4 else cap(i))
    own("train_and_val_same", NAMES[:20] + NAMES[20:30], half)
    # the same names and sizes, other pictures
    def raw(colour, side=32):
        rows = b"".join(b"\0" + b"".join(colour(x, y) for x in range(side)) for y in range(side))
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) +
                chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b""))
    own("same_size_one", NAMES[:20], half, data=lambda i: raw(lambda x, y: bytes((30, 140 + i, 30))))
    own("same_size_two", NAMES[:20], half, data=lambda i: raw(lambda x, y: bytes((255 * ((x // 8 + y // 8) % 2), 0, 11 * i))))
    # Unicode names: composed in the list, decomposed on the disk, as macOS unpacks them
    import unicodedata
    names = [f"caf\u00e9_{i}.jpg" for i in range(20)]
    own("unicode_names", names, half)
    for n in names:
        os.replace(path("unicode_names", n), path("unicode_names", unicodedata.normalize("NFD", n)))
