"""torchvision's side of the loading benchmark, through its DataLoader.

    python reference.py jpeg <folder with JPEG files in val, at any depth>: BYOL's two views
    python reference.py v1: FixMatch's views of small images in memory, by torchvision's transforms of Pillow's images
    python reference.py v2: the same, by its second transforms of tensors

The DataLoader works in this process, on one thread: no time goes into other processes or into passing batches between
them. Views are left as bytes, as on our side; converting and normalising them is not measured on either side. A turn's
times are CPU milliseconds of a batch.
"""

import json
import random
import sys
import time
from pathlib import Path

import torch

# Beside a CPU build of torch the compiled half of torchvision is missing; nothing here needs it.
register_fake = torch.library.register_fake
torch.library.register_fake = lambda name, *args, **options: (
    (lambda function: function) if name.startswith("torchvision::") else register_fake(name, *args, **options)
)
from PIL import Image, ImageDraw, ImageFilter  # noqa: E402
from torch.utils.data import DataLoader, Dataset  # noqa: E402
from torchvision import transforms  # noqa: E402
from torchvision.transforms import v2  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent.parent))
from memory import Memory  # noqa: E402


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


class Cutout:
    """A grey square whose side is up to half the image's, as TorchSSL draws it (datasets/augmentation/randaugment.py)."""

    def __call__(self, image):
        tensor = isinstance(image, torch.Tensor)
        width, height = image.shape[-1:-3:-1] if tensor else image.size
        side = random.uniform(0, 0.5) * width
        left, top = (max(0, int(random.uniform(0, length) - side / 2)) for length in (width, height))
        right, bottom = (int(min(length, start + side)) for length, start in ((width, left), (height, top)))
        image = image.clone() if tensor else image.copy()
        if tensor:
            image[..., top:bottom, left:right] = 127
        else:
            ImageDraw.Draw(image).rectangle((left, top, right, bottom), (127, 127, 127))
        return image


def fixmatch_views(t):
    """Weak and strong: RandAugment of three operations among the 14 that TorchSSL has too, and the square."""
    tensors = [transforms.PILToTensor()] if t is transforms else []
    weak = [t.RandomHorizontalFlip(), t.RandomCrop(32, padding=4, padding_mode="reflect")]
    return t.Compose([*weak, *tensors]), t.Compose([*weak, t.RandAugment(num_ops=3), Cutout(), *tensors])


class Small(Dataset):
    """Images in memory, as torchvision's CIFAR-10 has them."""

    def __init__(self, t, views):
        count = 2000
        values = (torch.arange(count * 32 * 32 * 3, dtype=torch.int64) * 7919 % 256).to(torch.uint8)
        self.images = values.view(count, 32, 32, 3)
        self.of = Image.fromarray if t is transforms else lambda image: torch.from_numpy(image).permute(2, 0, 1)
        self.images, self.views = self.images.numpy(), views

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = self.of(self.images[index])
        return tuple(view(image) for view in self.views)


def batches(dataset, batch):
    loader = DataLoader(dataset, batch_size=batch, shuffle=True, drop_last=True, num_workers=0)
    while True:
        yield from loader


def loaders(kind):
    """Endless batches of a step, and their shapes."""
    if kind == "jpeg":
        files = (Path(sys.argv[2]) / "val").rglob("*")
        views = TwoViews(sorted(path for path in files if path.suffix.lower() in (".jpeg", ".jpg")))
        return [batches(views, 32)], [[(32, 3, 224, 224)] * 2]
    t = {"v1": transforms, "v2": v2}[kind]
    weak, strong = fixmatch_views(t)
    labelled, unlabelled = Small(t, (weak,)), Small(t, (weak, strong))
    return [batches(labelled, 16), batches(unlabelled, 7 * 16)], [[(16, 3, 32, 32)], [(7 * 16, 3, 32, 32)] * 2]


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    random.seed(1)
    memory = Memory(torch.device("cpu"))
    endless, shapes = loaders(sys.argv[1])
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        ms = []
        memory.begin()
        for _ in range(json.loads(line)["steps"]):
            start = time.process_time()
            loaded = [next(batch) for batch in endless]
            ms.append((time.process_time() - start) * 1e3)
            assert [[tuple(view.shape) for view in views] for views in loaded] == shapes
        print(json.dumps({"ms": ms, **memory.answer()}), flush=True)


main()
