/**
 * The version of the engine's own arithmetic, a whole number. It is raised whenever the last bits of what the engine
 * computes from one graph change: another kernel or gradient, another order of sums, another pass over graphs. It is part
 * of the arithmetic that a result names, so that older results stand under the arithmetic that they were computed by.
 * What a method writes is not the engine's: that is in its fingerprint.
 *
 * It is in the identity of every run: once it is raised, what is finished counts as not run, and a study that is under
 * way would have runs of two arithmetics. A change that reaches no accepted result therefore leaves it, and is named
 * here. Since 1:
 *
 * - On AVX-512 the gradients of strided 1 x 1 filters whose channels are no multiple of 16 (`point-filter.ts`; among
 *   shipped experiments smoke runs alone have such).
 * - Statistics over several processes by fused batch norm (`all-moments.ts`; every accepted result is one process's).
 * - Passes over graphs that are left out on processors (`ON_PROCESSORS` in `runtime.ts`). TensorFlow assumes 256 MB, and
 *   steps beyond about 200 MB were seen to change, where they add up three tensors and more: with several threads their
 *   last bits were another's at each run before. No accepted result of one thread is reached: 40
 *   steps of `fixmatch-small`, `fixmatch-cifar10-short`, `fixmatch-small-granularity` and `moco-cifar10` (tier `small`,
 *   arms `sts` and `none`) have the same weights before and after, bit for bit. Those of two threads (`quickstart`,
 *   `byol-imagenet` and `moco-imagenet`, tier `small`) are of smaller steps; `sts` of `quickstart` was run again to the same
 *   bits, the others were not compared.
 *
 * A run of such a kind that was begun before is to be begun anew. The next change that reaches an accepted result raises
 * it for these too.
 */
export const NUMERICS = 1;
