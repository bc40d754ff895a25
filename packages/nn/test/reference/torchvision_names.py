"""Writes ../fixtures/torchvision-names.json: names and shapes of torchvision's ResNet-18 and ResNet-50.

A reference for test/resnet.test.ts. Run it with
    python3 -m venv venv && venv/bin/pip install torchvision==0.29.2
    venv/bin/python torchvision_names.py
"""

import json
import pathlib

from torchvision.models import resnet18, resnet50

if __name__ == "__main__":
    path = pathlib.Path(__file__).parent.parent / "fixtures" / "torchvision-names.json"
    shapes = {
        make.__name__: {
            name: list(tensor.shape)
            for name, tensor in make().state_dict().items()
            if not name.endswith("num_batches_tracked")
        }
        for make in (resnet18, resnet50)
    }
    path.write_text(json.dumps(shapes) + "\n")
    print(path, path.stat().st_size, "bytes")
