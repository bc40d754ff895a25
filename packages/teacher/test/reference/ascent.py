"""Projected gradient ascent on images of 0 to 1, from starts drawn as the library draws them: for the references of methods."""

import torch

from keys import fold, uniforms


def starts(key, images, *parts):
    """Uniform numbers for images `[n, c, h, w]`; the library's images have their channels last."""
    n, c, h, w = images.shape
    for part in ("adversary", *parts):
        key = fold(key, part)
    drawn = torch.tensor(uniforms(key, images.numel()), dtype=torch.float64)
    return drawn.reshape(n, h, w, c).permute(0, 3, 1, 2)


def ascend(images, drawn, how, loss_of):
    epsilon, linf = how["epsilon"], how["norm"] == "linf"
    length = lambda v: v.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)

    def near(change):
        if linf:
            change = change.clamp(-epsilon, epsilon)
        else:
            change = change * (epsilon / length(change).clamp(min=1e-10)).clamp(max=1)
        return (images + change).clamp(0, 1)

    worse = near((drawn - 0.5) * 2 * epsilon if linf else drawn - 0.5)
    for _ in range(how["steps"]):
        worse = worse.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(loss_of(worse), [worse])
        if linf:
            # Where all that looks at a pixel is switched off, its gradient is 0 in any arithmetic.
            size = gradient.abs()
            unsure = (size > 0) & (size < 1e-6 * size.mean())
            assert not unsure.any(), f"signs that rounding decides: {unsure.sum()} of {unsure.numel()}"
            along = gradient.sign()
        else:
            along = gradient / (length(gradient) + 1e-10)
        worse = near((worse + how["stepSize"] * along - images).detach())
    return worse.detach()
