/** Logits of images, float32 `[n, classes]`, and their classes, int32 `[n]`. */
export interface Predictions {
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  readonly classes: number;
  /** Whose logits they are and of which images, for messages. */
  readonly what?: string;
}

/** How far the probabilities of a classifier can be believed. */
export interface Calibration {
  /** Images whose most probable class is theirs, 0 to 1. */
  readonly accuracy: number;
  /** Expected calibration error, 0 to 1. */
  readonly ece: number;
  /** Mean negative log probability of the right class, in nats. */
  readonly nll: number;
  /** Mean squared distance of the probabilities from the class, 0 to 2 (Brier 1950). */
  readonly brier: number;
}

/**
 * Calibration of probabilities softmax(logits / temperature), in float64. The expected calibration error is Guo et al.'s
 * (2017, equation 3): |accuracy − confidence| of bins of equal width of the most probable class's probability, (a, b],
 * weighed by their images.
 *
 * @param bins Guo et al.: 15
 * @throws RangeError without images; Error where logits are not finite
 */
export function calibrationOf(
  predictions: Predictions,
  { bins = 15, temperature = 1 }: { readonly bins?: number; readonly temperature?: number } = {},
): Calibration {
  const { labels, classes } = checked(predictions);
  const n = labels.length;
  const counts = Array.from({ length: bins }, () => ({ right: 0, confidence: 0 }));
  let [right, nll, brier] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const { probabilities, logSum, scaled } = softmax(predictions, i, temperature);
    // `]!`: labels are below the number of classes.
    const label = labels[i]!;
    const most = probabilities.indexOf(Math.max(...probabilities));
    const confidence = probabilities[most]!;
    const bin = counts[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))]!;
    bin.confidence += confidence;
    if (most === label) {
      bin.right += 1;
      right += 1;
    }
    nll += logSum - scaled[label]!;
    for (let c = 0; c < classes; c++) brier += (probabilities[c]! - (c === label ? 1 : 0)) ** 2;
  }
  const apart = counts.reduce((sum, bin) => sum + Math.abs(bin.right - bin.confidence), 0);
  return { accuracy: right / n, ece: apart / n, nll: nll / n, brier: brier / n };
}

/** The least and the most that a temperature is looked for at. */
const RANGE = [1e-2, 1e2] as const;

/**
 * The temperature that makes the negative log probability of these images smallest (Guo et al. 2017, section 4.2): one
 * number, which changes no image's most probable class. To be fitted to images that no number is told of.
 *
 * The mean of z_y − Σ p z vanishes there, which falls in 1 / temperature, so that halving finds it; at an end of the range
 * [0.01, 100] where it does not vanish within.
 *
 * @throws RangeError without images; Error where logits are not finite
 */
export function fitTemperature(predictions: Predictions): number {
  const { labels } = checked(predictions);
  const slope = (temperature: number): number => {
    let sum = 0;
    for (let i = 0; i < labels.length; i++) {
      const { probabilities, scaled } = softmax(predictions, i, temperature);
      // `]!`: as many numbers as classes.
      sum += scaled[labels[i]!]! - probabilities.reduce((mean, p, c) => mean + p * scaled[c]!, 0);
    }
    return sum;
  };
  let [low, high] = [Math.log(RANGE[0]), Math.log(RANGE[1])];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    // Where right classes are more probable than they need be, the temperature is to fall.
    if (slope(Math.exp(middle)) > 0) high = middle;
    else low = middle;
  }
  return Math.exp((low + high) / 2);
}

function softmax({ logits, classes }: Predictions, image: number, temperature: number) {
  const scaled = Array.from(logits.subarray(image * classes, (image + 1) * classes), (value) => value / temperature);
  const most = Math.max(...scaled);
  const logSum = most + Math.log(scaled.reduce((sum, value) => sum + Math.exp(value - most), 0));
  return { scaled, logSum, probabilities: scaled.map((value) => Math.exp(value - logSum)) };
}

function checked(predictions: Predictions): Predictions {
  const { logits, labels, classes, what } = predictions;
  if (labels.length === 0) throw new RangeError('calibration is of images, and there are none');
  if (logits.length !== labels.length * classes)
    throw new RangeError(`${labels.length} images of ${classes} classes have other than ${logits.length} logits`);
  const lost = logits.findIndex((one) => !Number.isFinite(one));
  if (lost !== -1)
    throw new Error(`the logits${what === undefined ? '' : ` of ${what}`} are not finite, first of image ${Math.floor(lost / classes)} of ${labels.length} (from 0). Most likely the training that these weights are from diverged`); // prettier-ignore
  return predictions;
}
