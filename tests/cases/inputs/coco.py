"""COCO, Karpathy and Conceptual Captions."""
import json

from drawing import NAMES, OUT, cap, path, pictures, png, write


def coco():
    def c17(folder, images, annotations, names=NAMES, extra=None, where="train2017"):
        pictures(f"{folder}/{where}", names)
        top = {"info": {}, "licenses": [], "images": images, "annotations": annotations}
        top.update(extra or {})
        write(f"{folder}/annotations/captions_train2017.json", json.dumps(top))
        pictures(f"{folder}/val2017", names[:5])
        write(f"{folder}/annotations/captions_val2017.json", json.dumps(
            {"images": images[:5], "annotations": annotations[:5]}))

    images = [{"id": i + 100, "file_name": n, "height": 32, "width": 32} for i, n in enumerate(NAMES)]
    notes = [{"id": i, "image_id": i + 100, "caption": cap(i)} for i in range(40)]
    c17("coco_plain", images, notes)
    c17("coco_string_ids", [dict(i, id=str(i["id"])) for i in images], [dict(a, image_id=str(a["image_id"])) for a in notes])
    c17("coco_mixed_ids", images, [dict(a, image_id=str(a["image_id"])) for a in notes])
    c17("coco_padded_ids", [dict(i, id=f"{i['id']:012d}") for i in images], notes)
    c17("coco_float_ids", [dict(i, id=float(i["id"])) for i in images], [dict(a, image_id=float(a["image_id"])) for a in notes])
    c17("coco_orphan", images[:39], notes)
    c17("coco_orphan_many", images[:20], notes)
    c17("coco_dup_image_id", images + [dict(images[0], file_name=NAMES[1])], notes)
    c17("coco_dup_file", images[:-1] + [dict(images[-1], file_name=NAMES[0])], notes)
    c17("coco_twice", images, notes + [dict(a, id=a["id"] + 1000) for a in notes])
    c17("coco_prefix", [dict(i, file_name="train2017/" + i["file_name"]) for i in images], notes)
    c17("coco_annotations_first", images, notes)
    write("coco_annotations_first/annotations/captions_train2017.json", json.dumps({"annotations": notes, "images": images}))
    c17("coco_null_caption", images, [dict(a, caption=None) if a["id"] == 5 else a for a in notes])
    c17("coco_list_caption", images, [dict(a, caption=[a["caption"]]) for a in notes])
    c17("coco_url", [dict(i, coco_url="http://images.example/train2017/" + i["file_name"]) for i in images], notes)
    # COCO 2014 photographs named COCO_train2014_..., 2014 annotations, 2017 photographs
    long_names = [f"COCO_train2014_{i:012d}.jpg" for i in range(40)]
    pictures("coco14_with_17/train2014", [f"{i:012d}.jpg" for i in range(40)])
    write("coco14_with_17/annotations/captions_train2014.json", json.dumps({
        "images": [{"id": i, "file_name": n} for i, n in enumerate(long_names)],
        "annotations": [{"id": i, "image_id": i, "caption": cap(i)} for i in range(40)]}))
    # instances file by mistake
    c17("coco_instances", images, [{"id": i, "image_id": i + 100, "category_id": 1, "bbox": [0, 0, 1, 1]} for i in range(40)])
    # unzipped one level deeper
    pictures("coco_nested/train2017/train2017", NAMES)
    write("coco_nested/annotations/annotations/captions_train2017.json", json.dumps({"images": images, "annotations": notes}))
    pictures("coco_nested_images/train2017/train2017", NAMES)
    write("coco_nested_images/annotations/captions_train2017.json", json.dumps({"images": images, "annotations": notes}))
    write("coco_nested_images/annotations/captions_val2017.json", json.dumps({"images": images, "annotations": notes}))

    def kar(folder, records, name="dataset_coco.json", where="", top=None):
        pictures(f"{folder}/{where}".rstrip("/"), NAMES)
        write(f"{folder}/{name}", json.dumps(top or {"images": records, "dataset": "coco"}))

    def record(i, n, **kw):
        r = {"filename": n, "imgid": i, "sentids": [i], "split": "train" if i < 30 else "val" if i < 35 else "test",
             "sentences": [{"tokens": cap(i + k).lower().replace(" .", "").split(), "raw": cap(i + k), "imgid": i, "sentid": 5 * i + k} for k in range(5)]}
        r.update(kw)
        return r
    kar("karpathy_plain", [record(i, n, filepath="val2014", cocoid=i) for i, n in enumerate(NAMES)], where="val2014")
    kar("karpathy_no_raw", [record(i, n, sentences=[{"tokens": cap(i).lower().split()}]) for i, n in enumerate(NAMES)])
    kar("karpathy_array", None, top=[record(i, n) for i, n in enumerate(NAMES)])
    kar("karpathy_other_name", [record(i, n) for i, n in enumerate(NAMES)], name="dataset.json")
    kar("karpathy_no_filename", [{k: v for k, v in record(i, n, file_path=n).items() if k != "filename"} for i, n in enumerate(NAMES)])
    kar("karpathy_split_valid", [record(i, n, split="train" if i < 30 else "validation") for i, n in enumerate(NAMES)])
    kar("karpathy_nested", [record(i, n, filepath="train2014") for i, n in enumerate(NAMES)], where="images/train2014/train2014")
    kar("karpathy_flat", [record(i, n, filepath="val2014") for i, n in enumerate(NAMES)], where="images")


# ---------------------------------------------------------------- Conceptual Captions
def conceptual():
    def cc(folder, text, part="train", names=None, name="Train_GCC-training.tsv", **kw):
        pictures(f"{folder}/images/{part}", names or [f"{i}.jpg" for i in range(40)])
        write(f"{folder}/{name}", text, **kw)
    rows = [f"{cap(i)}\thttp://pics.example/{i}.jpg\n" for i in range(40)]
    cc("cc_plain", "".join(rows))
    cc("cc_header", "caption\turl\n" + "".join(rows))
    cc("cc_swapped", "".join(f"http://pics.example/{i}.jpg\t{cap(i)}\n" for i in range(40)))
    cc("cc_same_link", "".join(f"{cap(i)}\thttp://pics.example/{i % 20}.jpg\n" for i in range(40)))
    cc("cc_three_columns", "".join(r.rstrip("\n") + "\t0.9\n" for r in rows))
    cc("cc12m", "".join(f"http://pics.example/{i}.jpg\t{cap(i)}\n" for i in range(40)), name="cc12m.tsv")
    cc("cc_img2dataset", "caption\turl\n" + "".join(rows), names=[f"{i:09d}.jpg" for i in range(40)])
    cc("cc_from_one", "".join(rows), names=[f"{i + 1}.jpg" for i in range(40)])
    # img2dataset --output_format files: 00000/000000000.jpg, .txt, .json
    for i in range(40):
        write(f"img2dataset_files/00000/{i:09d}.jpg", png(f"{i}"))
        write(f"img2dataset_files/00000/{i:09d}.txt", cap(i))
        write(f"img2dataset_files/00000/{i:09d}.json", json.dumps({"caption": cap(i), "url": "x", "key": f"{i:09d}", "status": "success"}))
