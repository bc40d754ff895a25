import { normal, uniform } from '@spatial-ensemble/random';
import { mapped, of, reader, undrawn, type Corruption, type Shape } from './corruption.ts';

// Strengths: CIFAR-10-C's and ImageNet-C's (hendrycks/robustness@ca360085, ImageNet-C/create_c/make_cifar_c.py and
// make_imagenet_c.py). What is done: imagecorruptions 1.1.2.

const size = ({ height, width, channels }: Shape): number => height * width * channels;
const normals: Corruption['draw'] = (key, shape) => ({ ...undrawn(), normals: normal(key, size(shape)) });

const GAUSSIAN = { cifar: [0.04, 0.06, 0.08, 0.09, 0.1], imagenet: [0.08, 0.12, 0.18, 0.26, 0.38] };
const SHOT = { cifar: [500, 250, 100, 75, 50], imagenet: [60, 25, 12, 5, 3] };
const IMPULSE = { cifar: [0.01, 0.02, 0.03, 0.05, 0.07], imagenet: [0.03, 0.06, 0.09, 0.17, 0.27] };
const SPECKLE = { cifar: [0.06, 0.1, 0.12, 0.16, 0.2], imagenet: [0.15, 0.2, 0.35, 0.45, 0.6] };

export const gaussianNoise: Corruption = {
  draw: normals,
  apply(picture, drawn, strength) {
    const [deviation, next] = [of(strength, GAUSSIAN), reader(drawn.normals)];
    return mapped(picture, (value) => value + deviation * next());
  },
};

export const speckleNoise: Corruption = {
  draw: normals,
  apply(picture, drawn, strength) {
    const [deviation, next] = [of(strength, SPECKLE), reader(drawn.normals)];
    return mapped(picture, (value) => value + value * deviation * next());
  },
};

/** As many photons as a Poisson distribution gives: the quantile of a uniform. */
export const shotNoise: Corruption = {
  draw: (key, shape) => ({ ...undrawn(), uniforms: uniform(key, size(shape)) }),
  apply(picture, drawn, strength) {
    const [photons, next] = [of(strength, SHOT), reader(drawn.uniforms)];
    return mapped(picture, (value) => poisson(value * photons, next()) / photons);
  },
};

/** The smallest k with P(X ≤ k) ≥ u. */
function poisson(mean: number, u: number): number {
  if (mean === 0) return 0;
  // Of large means the first terms are 0 in float64: 500, the largest here, begins at e^-500.
  let term = Math.exp(-mean);
  let sum = term;
  for (let k = 0; ; k++) {
    if (sum >= u || (k > mean && term < 1e-17)) return k;
    term *= mean / (k + 1);
    sum += term;
  }
}

/** Some values become black or white (scikit-image's `random_noise`, salt and pepper alike). */
export const impulseNoise: Corruption = {
  draw: (key, shape) => ({ ...undrawn(), uniforms: uniform(key, 2 * size(shape)) }),
  apply(picture, { uniforms }, strength) {
    const amount = of(strength, IMPULSE);
    const n = size(picture);
    // `]!`: two numbers a value.
    return mapped(picture, (value, i) => (uniforms[i]! > amount ? value : uniforms[n + i]! <= 0.5 ? 1 : 0));
  },
};
