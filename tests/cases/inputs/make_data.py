#!/usr/bin/env python3
"""Writes data sets, weights and caption files as people have them: make_data.py FOLDER

Deterministic; standard library only. Pictures are drawn here (PNG bytes under .jpg names too: the
program goes by content)."""
from coco import coco, conceptual
from flickr import flickr
from json_lines import jsonl
from scores import scoring
from shards import others, shards
from tables import tables
from weights import weights

for make in (tables, jsonl, flickr, coco, conceptual, shards, others, weights, scoring):
    make()
