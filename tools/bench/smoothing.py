"""Passes over ResNet-50's weights in PyTorch: 161 tensors, 25.6 M numbers."""

import torch


def resnet50_shapes():
    shapes, width = [(64, 3, 7, 7), (64,), (64,)], 64
    for blocks, w in [(3, 64), (4, 128), (6, 256), (3, 512)]:
        for i in range(blocks):
            shapes += [(w, width, 1, 1), (w,), (w,), (w, w, 3, 3), (w,), (w,), (4 * w, w, 1, 1), (4 * w,), (4 * w,)]
            if i == 0:
                shapes += [(4 * w, width, 1, 1), (4 * w,), (4 * w,)]
            width = 4 * w
    return shapes + [(1000, 2048), (1000,)]


def over_weights(change):
    def workload(setting, **_):
        teacher = [torch.zeros(shape, device=setting.device) for shape in resnet50_shapes()]
        student = [torch.ones(shape, device=setting.device) for shape in resnet50_shapes()]
        step = setting.compiled(lambda teacher, student: change(teacher, student))
        return lambda: step(teacher, student)

    return workload


def draw(teacher, _):
    for tensor in teacher:
        tensor.uniform_()


WORKLOADS = {
    # The in-place moving average that PyTorch offers.
    "smoothing": over_weights(lambda teacher, student: torch._foreach_lerp_(teacher, student, 0.01)),
    "copy": over_weights(lambda teacher, student: torch._foreach_copy_(teacher, student)),
    "draw": over_weights(draw),
}
