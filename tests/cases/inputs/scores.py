"""Hypotheses and references of one small split in every dialect."""
import json

from drawing import NAMES, OUT, cap, path, pictures, png, write


REFS = ["A dog runs across the green grass .", "Two children play with a red ball in the park .",
        "A man in a blue shirt climbs a large rock .", "A black and white dog jumps over a bar .",
        "A woman rides a bicycle down the street .", "A boy is sitting on a swing in a garden ."]
HYPS = ["A dog runs on the grass .", "Two children are playing with a ball .", "A man climbs a rock .",
        "A dog jumps over a bar .", "A woman rides a bike down the street .", "A boy sits on a swing ."]


def scoring():
    ids = list(range(42, 42 + len(REFS)))
    js = lambda n, o, **k: write("m/" + n, json.dumps(o, **k))
    refs = {"images": [{"id": i, "file_name": f"{i:012d}.jpg"} for i in ids],
            "annotations": [{"id": k * 100 + i, "image_id": i, "caption": r} for i, r in zip(ids, REFS) for k in (0, 1)]}
    js("refs.json", refs)
    js("hyps.json", [{"image_id": i, "caption": h} for i, h in zip(ids, HYPS)])
    js("hyps_str.json", [{"image_id": str(i), "caption": h} for i, h in zip(ids, HYPS)])
    js("hyps_padded.json", [{"image_id": f"{i:012d}", "caption": h} for i, h in zip(ids, HYPS)])
    js("hyps_names.json", [{"image_id": f"{i:012d}.jpg", "caption": h} for i, h in zip(ids, HYPS)])
    js("hyps_coco_names.json", [{"image_id": f"COCO_val2014_{i:012d}.jpg", "caption": h} for i, h in zip(ids, HYPS)])
    js("hyps_stems.json", [{"image_id": f"{i:012d}", "caption": h} for i, h in zip(ids, HYPS)])
    js("hyps_file_name.json", [{"file_name": f"{i:012d}.jpg", "caption": h} for i, h in zip(ids, HYPS)])
    js("hyps_id.json", [{"id": i, "caption": h} for i, h in zip(ids, HYPS)])
    js("hyps_dict.json", {str(i): [h] for i, h in zip(ids, HYPS)})
    js("refs_dict.json", {str(i): [r, r] for i, r in zip(ids, REFS)})
    js("hyps_dict_captions.json", {str(i): [{"image_id": i, "caption": h}] for i, h in zip(ids, HYPS)})
    js("hyps_map.json", {str(i): h for i, h in zip(ids, HYPS)})
    js("hyps_results.json", {"results": [{"image_id": i, "caption": h} for i, h in zip(ids, HYPS)]})
    js("hyps_predictions.json", {"predictions": [{"image_id": i, "caption": h} for i, h in zip(ids, HYPS)]})
    js("hyps_twice.json", [{"image_id": i, "caption": h} for i, h in zip(ids, HYPS)] * 2)
    js("hyps_null.json", [{"image_id": i, "caption": None if i == 43 else h} for i, h in zip(ids, HYPS)])
    js("hyps_empty.json", [{"image_id": i, "caption": "" if i == 43 else h} for i, h in zip(ids, HYPS)])
    js("hyps_all_empty.json", [{"image_id": i, "caption": ""} for i in ids])
    js("hyps_lists.json", [{"image_id": i, "caption": [h]} for i, h in zip(ids, HYPS)])
    js("hyps_newline.json", [{"image_id": i, "caption": h.replace(" ", "\n", 1)} for i, h in zip(ids, HYPS)])
    js("hyps_pad.json", [{"image_id": i, "caption": "<start> " + h + " <end> <pad> <pad>"} for i, h in zip(ids, HYPS)])
    js("hyps_unk.json", [{"image_id": i, "caption": h.replace("dog", "<unk>")} for i, h in zip(ids, HYPS)])
    js("hyps_float.json", [{"image_id": float(i), "caption": h} for i, h in zip(ids, HYPS)])
    js("hyps_extra.json", [{"image_id": i, "caption": h} for i, h in zip(ids + [999], HYPS + ["A cat ."])])
    js("hyps_fewer.json", [{"image_id": i, "caption": h} for i, h in list(zip(ids, HYPS))[:3]])
    js("hyps_one.json", [{"image_id": 42, "caption": HYPS[0]}]); js("refs_one.json", {"annotations": [a for a in refs["annotations"] if a["image_id"] == 42]})
    js("refs_empty_one.json", {"annotations": [dict(a, caption="" if a["image_id"] == 43 else a["caption"]) for a in refs["annotations"]]})
    js("refs_dots_one.json", {"annotations": [dict(a, caption="..." if a["image_id"] == 43 else a["caption"]) for a in refs["annotations"]]})
    js("refs_karpathy.json", {"dataset": "coco", "images": [{"filename": f"{i:012d}.jpg", "cocoid": i, "imgid": n, "split": "test", "sentences": [{"raw": r, "tokens": r.lower().split()[:-1]}]} for n, (i, r) in enumerate(zip(ids, REFS))]})
    js("refs_blip_gt.json", {"annotations": [{"image_id": f"{i:012d}", "caption": r, "id": n} for n, (i, r) in enumerate(zip(ids, REFS))], "images": [{"id": f"{i:012d}"} for i in ids]})
    write("m/hyps.jsonl", "".join(json.dumps({"image_id": i, "caption": h}) + "\n" for i, h in zip(ids, HYPS)))
    write("m/refs.jsonl", "".join(json.dumps({"image": f"{i:012d}.jpg", "captions": [r, r]}) + "\n" for i, r in zip(ids, REFS)))
    write("m/hyps_image.jsonl", "".join(json.dumps({"image": f"{i:012d}.jpg", "caption": h}) + "\n" for i, h in zip(ids, HYPS)))
    write("m/hyps.csv", "image,caption\n" + "".join(f'{i:012d}.jpg,"{h}"\n' for i, h in zip(ids, HYPS)))
    write("m/refs.csv", "image,caption\n" + "".join(f'{i:012d}.jpg,"{r}"\n' for i, r in zip(ids, REFS)))
    write("m/hyps_shuffled.csv", "image,caption\n" + "".join(f'{i:012d}.jpg,"{h}"\n' for i, h in reversed(list(zip(ids, HYPS)))))
    write("m/hyps.tsv", "".join(f"{i:012d}.jpg\t{h}\n" for i, h in zip(ids, HYPS)))
    write("m/hyps_shuffled.tsv", "".join(f"{i:012d}.jpg\t{h}\n" for i, h in reversed(list(zip(ids, HYPS)))))
    write("m/refs.tsv", "".join(f"{i:012d}.jpg\t{r}\n" for i, r in zip(ids, REFS)))
    write("m/refs.token.txt", "".join(f"{i:012d}.jpg#{k}\t{r}\n" for i, r in zip(ids, REFS) for k in (0, 1)))
    write("m/hyps.token.txt", "".join(f"{i:012d}.jpg#0\t{h}\n" for i, h in zip(ids, HYPS)))
    write("m/refs_pipe.csv", "image_name| comment_number| comment\n" + "".join(f"{i:012d}.jpg| 0| {r}\n" for i, r in zip(ids, REFS)))
    write("m/hyps.txt", "\n".join(HYPS) + "\n"); write("m/refs.txt", "\n".join(REFS) + "\n")
    write("m/hyps_blank_end.txt", "\n".join(HYPS) + "\n\n"); write("m/hyps_crlf.txt", "\r\n".join(HYPS) + "\r\n")
    write("m/hyps_cr.txt", "\r".join(HYPS)); write("m/refs_cr.txt", "\r".join(REFS))
    write("m/hyps_utf16.txt", "\n".join(HYPS) + "\n", "utf-16"); write("m/refs_utf16.txt", "\n".join(REFS) + "\n", "utf-16")
    write("m/hyps_utf16.json", json.dumps([{"image_id": i, "caption": h} for i, h in zip(ids, HYPS)]), "utf-16")
    write("m/hyps_latin1.json", json.dumps([{"image_id": i, "caption": "Caf\xe9 " + h} for i, h in zip(ids, HYPS)], ensure_ascii=False).encode("latin-1"))
    write("m/hyps_single_quotes.json", repr([{"image_id": i, "caption": h} for i, h in zip(ids, HYPS)]))
    write("m/hyps_trailing_comma.json", json.dumps([{"image_id": i, "caption": h} for i, h in zip(ids, HYPS)])[:-1] + ",]")
    write("m/hyps_nan.json", json.dumps([{"image_id": i, "caption": h, "score": float("nan")} for i, h in zip(ids, HYPS)]))
    zh = ["\u4e00\u53ea\u72d7\u5728\u8349\u5730\u4e0a\u5954\u8dd1", "\u4e24\u4e2a\u5b69\u5b50\u5728\u73a9\u7403", "\u4e00\u4e2a\u7537\u4eba\u5728\u722c\u77f3\u5934"]
    write("m/zh_hyps.txt", "\n".join(z[:-1] for z in zh) + "\n"); write("m/zh_refs.txt", "\n".join(zh) + "\n")
    de = ["Ein Hund l\u00e4uft \u00fcber die gr\u00fcne Wiese .", "Zwei Kinder spielen mit einem Ball .", "Ein Mann klettert auf einen Felsen ."]
    write("m/de_hyps.txt", "\n".join(de) + "\n")
    write("m/de_hyps_decomposed.txt", __import__("unicodedata").normalize("NFD", "\n".join(de) + "\n"))
    write("m/quotes_hyps.txt", "A man\u2019s dog \u2014 a \u201cbig\u201d one .\n" * 3); write("m/quotes_refs.txt", "A man's dog - a \"big\" one .\n" * 3)
