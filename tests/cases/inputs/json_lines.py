"""JSON lines and JSON files in the shapes that people have."""
import json

from drawing import NAMES, OUT, cap, path, pictures, png, write


def jsonl():
    def lines(folder, records, name="captions.jsonl", names=NAMES, end="\n", encoding="utf-8"):
        pictures(folder, names)
        write(f"{folder}/{name}", "".join(json.dumps(r) + end for r in records), encoding)

    lines("jsonl_plain", [{"image": n, "caption": cap(i)} for i, n in enumerate(NAMES)])
    lines("jsonl_crlf_bom", [{"image": n, "caption": cap(i)} for i, n in enumerate(NAMES)], end="\r\n", encoding="utf-8-sig")
    lines("jsonl_caption_list", [{"image": n, "caption": [cap(i), cap(i + 1)]} for i, n in enumerate(NAMES)])
    lines("jsonl_captions_string", [{"image": n, "captions": cap(i)} for i, n in enumerate(NAMES)])
    lines("jsonl_null", [{"image": n, "caption": None if i % 9 == 0 else cap(i)} for i, n in enumerate(NAMES)])
    lines("jsonl_split_null", [{"image": n, "caption": cap(i), "split": None} for i, n in enumerate(NAMES)])
    lines("jsonl_split_validation", [{"image": n, "caption": cap(i), "split": "train" if i < 30 else "validation"} for i, n in enumerate(NAMES)])
    lines("jsonl_image_id", [{"image_id": i, "image": n, "caption": cap(i)} for i, n in enumerate(NAMES)])
    lines("jsonl_number_name", [{"image": i, "caption": cap(i)} for i in range(40)], names=[f"{i}.jpg" for i in range(40)])
    lines("jsonl_sentences", [{"filename": n, "sentences": [{"raw": cap(i)}]} for i, n in enumerate(NAMES)])
    lines("jsonl_dict_image", [{"image": {"path": n}, "caption": cap(i)} for i, n in enumerate(NAMES)])
    pictures("json_array", NAMES)
    write("json_array/captions.json", json.dumps([{"image": n, "caption": cap(i)} for i, n in enumerate(NAMES)], indent=1))
    pictures("json_array_one_line", NAMES)
    write("json_array_one_line/captions.jsonl", json.dumps([{"image": n, "caption": cap(i)} for i, n in enumerate(NAMES)]))
    pictures("json_dict", NAMES)
    write("json_dict/captions.json", json.dumps({n: [cap(i), cap(i + 1)] for i, n in enumerate(NAMES)}))
    # COCO's layout in a custom JSON for one's own pictures
    pictures("coco_custom/images", NAMES)
    write("coco_custom/captions.json", json.dumps({
        "images": [{"id": i, "file_name": n} for i, n in enumerate(NAMES)],
        "annotations": [{"id": i, "image_id": i, "caption": cap(i)} for i in range(40)]}))
    # ALBEF/BLIP: coco_karpathy_train.json, an array; image under caption, image_id
    pictures("blip/val2014", NAMES)
    write("blip/coco_karpathy_train.json", json.dumps([
        {"caption": cap(i), "image": "val2014/" + n, "image_id": f"coco_{i}"} for i, n in enumerate(NAMES)]))
    write("blip/coco_karpathy_val.json", json.dumps([
        {"image": "val2014/" + n, "caption": [cap(i), cap(i + 1)]} for i, n in enumerate(NAMES[:5])]))
    # pretty printed objects, one after the other
    pictures("jsonl_pretty", NAMES)
    write("jsonl_pretty/captions.jsonl", "".join(json.dumps({"image": n, "caption": cap(i)}, indent=2) + "\n" for i, n in enumerate(NAMES)))
    # LLaVA
    pictures("llava", NAMES)
    write("llava/metadata.jsonl", "".join(json.dumps({"id": n[:-4], "image": n, "conversations": [
        {"from": "human", "value": "<image>\nDescribe."}, {"from": "gpt", "value": cap(i)}]}) + "\n" for i, n in enumerate(NAMES)))
    lines("jsonl_surrogate", [{"image": n, "caption": "A dog \ud83d runs ."} for n in NAMES])
    pictures("jsonl_invalid_utf8", NAMES)
    write("jsonl_invalid_utf8/captions.jsonl", b"".join(b'{"image": "' + n.encode() + b'", "caption": "A caf\xe9 ."}\n' for n in NAMES))
    lines("jsonl_nan", [{"image": n, "caption": cap(i), "score": float("nan")} for i, n in enumerate(NAMES)])
    lines("jsonl_twice_key", [{"image": n, "caption": cap(i)} for i, n in enumerate(NAMES)])
