/**
 * The version of the engine's own arithmetic, a whole number. It is raised whenever the last bits of what the engine
 * computes from one graph change: another kernel or gradient, another order of sums, another pass over graphs. It is part
 * of the arithmetic that a result names, so that older results stand under the arithmetic that they were computed by.
 * What a method writes is not the engine's: that is in its fingerprint.
 *
 * It is in the identity of every run: once it is raised, what is finished counts as not run, and a study that is under
 * way would have runs of two arithmetics. A change that reaches no accepted result therefore leaves it, and is named
 * here. Since 1: on AVX-512 the gradients of strided 1 x 1 filters whose channels are no multiple of 16 (`point-filter.ts`;
 * among shipped experiments smoke runs alone have such), and statistics over several processes by fused batch norm
 * (`all-moments.ts`; every accepted result is one process's). And passes over graphs that are left out on
 * processors (`ON_PROCESSORS` in `runtime.ts`): smaller steps are the same graphs as before; of steps that hold more than
 * 200 MB the last bits were another's at each run before, where they add up three tensors and more (BYOL by ResNet-18
 * was, with two threads), so that there were none that could be had again. A run of either kind that was begun before is to be begun
 * anew. The next change that reaches an accepted result raises it for these too.
 */
export const NUMERICS = 1;
