let portable = false;

/**
 * Runs `fn`, in which kernels take no detour around what this machine's library lacks or gets wrong: what is traced is
 * the graph that all machines share. It is for looking at, and may not run here.
 */
export function portably<T>(fn: () => T): T {
  const before = portable;
  portable = true;
  try {
    return fn();
  } finally {
    portable = before;
  }
}

/** Whether a graph is traced for all machines. */
export function isPortable(): boolean {
  return portable;
}
