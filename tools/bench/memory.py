"""Memory of this process, as `memory.ts` measures it."""

import resource

import torch

MB = 1024**2


def status(name):
    """A line of /proc/self/status in MB; the peak since the process began where there is no such file."""
    try:
        with open("/proc/self/status") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith(f"{name}:"))
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Memory:
    """Made once libraries are loaded, before anything is built: what they take is not a step's."""

    def __init__(self, device):
        self.on_gpu = device.type == "cuda"
        self.libraries = status("VmRSS")

    def begin(self):
        """The peak is counted from here."""
        if self.on_gpu:
            torch.cuda.reset_peak_memory_stats()
            return
        try:
            with open("/proc/self/clear_refs", "w") as file:
                file.write("5")
        except OSError:
            pass

    def answer(self):
        if self.on_gpu:
            peak = torch.cuda.max_memory_allocated() / MB
            return {"peakMb": peak, "beyondMb": peak}
        peak = status("VmHWM")
        return {"peakMb": peak, "beyondMb": peak - self.libraries}
