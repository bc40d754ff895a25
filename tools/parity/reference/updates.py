"""Optimisers and smoothing, given gradients and masks."""

import torch


def update(kind, options, params, grads, velocity, rate):
    """New parameters and velocities, by name. `kind` is sgd, lars-deepmind or lars-momentum2."""
    if kind == "sgd":
        return sgd(params, grads, velocity, rate, **options)
    moved, kept = {}, {}
    for name, w in params.items():
        rule = deepmind if kind == "lars-deepmind" else momentum2
        moved[name], kept[name] = rule(w, grads[name], velocity[name], rate, excluded=w.dim() == 1, **options)
    return moved, kept


def sgd(params, grads, velocity, rate, momentum, nesterov, weightDecay, decays):
    """torch.optim.SGD. `decays`: everything, or kernels alone."""
    leaves = {name: torch.nn.Parameter(w.clone()) for name, w in params.items()}
    split = lambda kernels: [p for p in leaves.values() if (p.dim() > 1) == kernels]  # noqa: E731
    groups = [
        {"params": split(True), "weight_decay": weightDecay},
        {"params": split(False), "weight_decay": weightDecay if decays == "everything" else 0.0},
    ]
    optimiser = torch.optim.SGD(groups, lr=rate, momentum=momentum, nesterov=nesterov)
    for name, p in leaves.items():
        p.grad = grads[name].clone()
        optimiser.state[p]["momentum_buffer"] = velocity[name].clone()
    optimiser.step()
    state = optimiser.state
    return ({n: p.detach() for n, p in leaves.items()}, {n: state[p]["momentum_buffer"] for n, p in leaves.items()})


def norm(tensor):
    """In float64: `Tensor.norm` of 2.4 M values in float32 is 4e-5 away from what it should be."""
    return tensor.double().norm().to(tensor.dtype)


def deepmind(w, g, b, rate, momentum, weightDecay, trust, excluded):
    """The norm of the sum below, the rate outside the velocity.

    google-deepmind/deepmind-research@f5de0ede byol/utils/optimizers.py.
    """
    if excluded:
        step = g
    else:
        step = g + weightDecay * w
        above, below = norm(w), norm(step)
        if above > 0 and below > 0:
            step = step * (trust * above / below)
    b = momentum * b + step
    return w - rate * b, b


def momentum2(w, g, b, rate, momentum, weightDecay, trust, excluded):
    """Variant B: the sum of the norms below, the rate inside the velocity, decay of what is excluded too."""
    ratio, above, below = 1.0, norm(w), norm(g)
    if not excluded and above * below > 1e-8:
        ratio = trust * above / (below + weightDecay * above)
    b = momentum * b + rate * ratio * (g + weightDecay * w)
    return w - b, b


def smooth(kind, teacher, student, moves, momentum):
    """The teacher's step: tengteng95/Spatial_Ensemble@e94a54b spatial_ensemble/models/m2_teacher.py:38-46.

    `moves` by name: where the teacher follows; without masks everywhere.
    """
    m = 0.0 if kind == "se" else momentum
    followed = {}
    for name, old in teacher.items():
        target = m * old + (1 - m) * student[name]
        followed[name] = target if kind == "tma" else torch.where(moves[name].bool(), target, old)
    return followed


def buffers(mode, kind, teacher, student, momentum):
    """Running statistics of a teacher that follows: kept, copied, or averaged without a mask."""
    if mode == "own":
        return teacher
    m = 0.0 if mode == "copy" or kind == "se" else momentum
    return {name: m * old + (1 - m) * student[name] for name, old in teacher.items()}
