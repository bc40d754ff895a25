"""torchvision's side of the loading benchmark: BYOL's two views of JPEG files through a DataLoader.

    python reference.py <folder with JPEG files in val, at any depth>

The DataLoader works in this process, on one thread: no time goes into other processes or into passing batches between
them. Views are left as bytes, as on our side; converting and normalising them is not measured on either side. A turn's
times are CPU milliseconds of a batch.
"""

import json
import random
import resource
import sys
import time
from pathlib import Path

import torch

# Beside a CPU build of torch the compiled half of torchvision is missing; nothing here needs it.
register_fake = torch.library.register_fake
torch.library.register_fake = lambda name, *args, **options: (
    (lambda function: function) if name.startswith("torchvision::") else register_fake(name, *args, **options)
)
from PIL import Image, ImageFilter  # noqa: E402
from torch.utils.data import DataLoader, Dataset  # noqa: E402
from torchvision import transforms  # noqa: E402

BATCH = 32


class GaussianBlur:
    """Pillow's blur, as facebookresearch/moco (moco/loader.py) and momentum2-teacher have it."""

    def __call__(self, image):
        return image.filter(ImageFilter.GaussianBlur(radius=random.uniform(0.1, 2.0)))


def view(blur, solarize):
    """momentum2's order: blur before grayscale, flip late."""
    return transforms.Compose(
        [
            transforms.RandomResizedCrop(224, scale=(0.08, 1.0)),
            transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.2, 0.1)], p=0.8),
            transforms.RandomApply([GaussianBlur()], p=blur),
            transforms.RandomGrayscale(p=0.2),
            transforms.RandomHorizontalFlip(),
            transforms.RandomSolarize(threshold=128, p=solarize),
            transforms.PILToTensor(),
        ]
    )


class TwoViews(Dataset):
    def __init__(self, files):
        self.files = files
        self.views = (view(1.0, 0.0), view(0.1, 0.2))

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        with open(self.files[index], "rb") as file:
            image = Image.open(file).convert("RGB")
        return tuple(transform(image) for transform in self.views)


def batches(files):
    loader = DataLoader(TwoViews(files), batch_size=BATCH, shuffle=True, drop_last=True, num_workers=0)
    while True:
        yield from loader


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    random.seed(1)
    files = sorted(path for path in (Path(sys.argv[1]) / "val").rglob("*") if path.suffix.lower() in (".jpeg", ".jpg"))
    endless = batches(files)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        ms = []
        for _ in range(json.loads(line)["steps"]):
            start = time.process_time()
            one, two = next(endless)
            ms.append((time.process_time() - start) * 1e3)
            assert one.shape == two.shape == (BATCH, 3, 224, 224)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"ms": ms, "peakMb": peak}), flush=True)


main()
