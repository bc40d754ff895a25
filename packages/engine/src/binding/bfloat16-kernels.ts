/**
 * How bfloat16 is computed. `native`: by TensorFlow's kernels for it, which add up in float32. `rounded`: by the
 * kernels for float32, on values that are rounded to bfloat16 before and after. Both are the same arithmetic but for
 * the order of sums. On a processor only oneDNN's kernels will do: Eigen's add up in bfloat16, with errors as large as
 * the result in the gradients of a convolution.
 */
export type Bfloat16Kernels = 'native' | 'rounded';
