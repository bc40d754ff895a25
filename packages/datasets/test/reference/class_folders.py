# /// script
# requires-python = ">=3.10"
# dependencies = ["torchvision==0.28.0"]
# ///
"""Folders of classes, and which images of which classes torchvision's `ImageFolder` finds in them.

Writes class_folders.json beside this file: by name a tree, and its classes and samples, or torchvision's error. It is
committed; the tests need no Python. torchvision's own functions are run, without the rest of it, which needs PyTorch.

    python -m venv /path/to/venv
    /path/to/venv/bin/pip install --no-deps torchvision==0.28.0
    /path/to/venv/bin/python packages/datasets/test/reference/class_folders.py
"""

import ast
import importlib.util
import json
import os
import tempfile
import typing
from pathlib import Path

# By path what lies there: a file, a folder, or a link to what the text after the arrow says, from where it lies.
TREES = {
    "flat": ["n02/b.JPEG", "n02/a.jpeg", "n01/z.png", "n01/A.PNG", "n01/_.webp"],
    "Tiny ImageNet": [
        "n01443537/images/n01443537_10.JPEG",
        "n01443537/images/n01443537_2.JPEG",
        "n01443537/n01443537_boxes.txt",
        "n01629819/images/n01629819_0.JPEG",
        "n01629819/n01629819_boxes.txt",
    ],
    "deeper folders, in the order of their paths": [
        "a/z.png",
        "a/x/1.png",
        "a/x/y/2.png",
        "a/x-y/3.png",
        "a/x.y/4.png",
        "a/x0/5.png",
        "a/X/6.png",
        "a/0.png",
        "b/c/d/e/f/7.png",
    ],
    "capitals, digits and other alphabets": [
        "b/1.png",
        "B/1.png",
        "10/1.png",
        "9/1.png",
        "ä/1.png",
        "a/1.png",
        "\uff5e/1.png",
        "\U0001f431/1.png",
        "a b/\uff5e.png",
        "a b/\U0001f431.png",
        "a b/é.png",
        "a b/e.png",
    ],
    "extensions": [
        f"a/{name}"
        for name in "1.jpg 2.jpeg 3.png 4.ppm 5.bmp 6.pgm 7.tif 8.tiff 9.webp 10.JPG 11.TiFf 12.gif 13.jpg.txt 14 15.jpg~ .jpg .16.png 17.svg".split()
    ],
    "hidden folders": ["a/1.png", "a/.b/2.png", ".c/3.png"],
    "images beside the classes": ["a/1.png", "2.png", "readme.txt"],
    "links": [
        "elsewhere/other/1.png",
        "elsewhere/other/deep/2.png",
        "elsewhere/3.png",
        "train/a/own.png",
        "train/a/linked -> ../../elsewhere/other",
        "train/a/again -> ../../elsewhere/other",
        "train/a/three.png -> ../../elsewhere/3.png",
        "train/b -> ../elsewhere",
    ],
    "a class without images": ["a/1.png", "b/readme.txt", "c/", "d/e/2.png"],
}


def torchvision_functions():
    source = (Path(importlib.util.find_spec("torchvision").origin).parent / "datasets" / "folder.py").read_text()
    wanted = {"has_file_allowed_extension", "find_classes", "make_dataset"}
    body = [
        node
        for node in ast.parse(source).body
        if (isinstance(node, ast.FunctionDef) and node.name in wanted)
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "IMG_EXTENSIONS")
    ]
    names = {**vars(typing), "os": os, "Path": Path}
    exec(compile(ast.Module(body, []), "folder.py", "exec"), names)
    return names


def plant(root, entry):
    path, _, target = entry.partition(" -> ")
    place = root / path
    if path.endswith("/"):
        place.mkdir(parents=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if target:
        place.symlink_to(target)
    else:
        place.write_bytes(b"")


def found(tree, names):
    with tempfile.TemporaryDirectory() as directory:
        for entry in tree:
            plant(Path(directory), entry)
        root = Path(directory) / ("train" if any(entry.startswith("train/") for entry in tree) else "")
        try:
            classes, numbers = names["find_classes"](root)
            samples = names["make_dataset"](str(root), numbers, names["IMG_EXTENSIONS"])
        except FileNotFoundError as error:
            return {"error": str(error).split(". ")[0]}
        return {"classes": classes, "samples": [[os.path.relpath(path, root), label] for path, label in samples]}


names = torchvision_functions()
trees = {name: {"tree": tree, **found(tree, names)} for name, tree in TREES.items()}
Path(__file__).with_name("class_folders.json").write_text(json.dumps(trees, indent=1) + "\n")
for name, tree in trees.items():
    print(name, tree.get("error") or len(tree["samples"]))
