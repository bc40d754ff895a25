/**
 * The version of the engine's own arithmetic, a whole number. It is raised whenever the last bits of what the engine
 * computes from one graph change: another kernel or gradient, another order of sums, another pass over graphs. It is part
 * of the arithmetic that a result names, so that older results stand under the arithmetic that they were computed by.
 * What a method writes is not the engine's: that is in its fingerprint.
 */
export const NUMERICS = 1;
