import { byol, ByolSpec, RECIPES, type ByolState } from '@spatial-ensemble/byol';
import { hostScalar, type HostTensor } from '@spatial-ensemble/engine';
import { key, type Key } from '@spatial-ensemble/random';

/** The step of a BYOL workload, its first state, and what it is given at a step. */
export interface ByolWorkload {
  readonly step: ReturnType<typeof byol.bind>['step'];
  readonly state: ByolState;
  readonly args: (n: number) => readonly [batch: object, at: { readonly scalars: object; readonly key: Key }];
}

/**
 * BYOL by momentum2's recipe with a moving average: ResNet-18 at CIFAR's size, or ResNet-50 at 224 pixels.
 *
 * @param options images of a step, their side in pixels, and processes that train it together, each with as many images
 */
export function byolWorkload(
  which: string,
  options: { readonly batch?: number; readonly pixels?: number; readonly workers?: number } = {},
): ByolWorkload {
  const small = which === 'byol-resnet18';
  const { batch = small ? 64 : 8, pixels: size = small ? 32 : 224, workers = 1 } = options;
  const recipe = RECIPES.momentum2;
  const spec = ByolSpec.parse({
    ...recipe,
    batch: workers * batch,
    network: { ...recipe.network, ...(small && { block: 'basic', units: [2, 2, 2, 2], stem: 'cifar' }) },
    views: { ...recipe.views, size },
    teacher: { kind: 'tma', momentum: 0.99 },
    follows: 'after-step',
  });
  const view = (seed: number): HostTensor => ({
    data: Uint8Array.from({ length: batch * size * size * 3 }, (_, i) => ((i + seed) * 7919) % 256),
    shape: [batch, size, size, 3],
  });
  const labels = { data: Int32Array.from({ length: batch }, (_, i) => i), shape: [batch] };
  const unlabelled = { one: view(0), two: view(1), labels };
  const trained = byol.bind(spec);
  return {
    step: trained.step,
    state: trained.init(key(1)),
    args: (n) => [
      { unlabelled },
      {
        scalars: Object.fromEntries(Object.entries(trained.at(n)).map(([name, value]) => [name, hostScalar(value)])),
        key: key(n),
      },
    ],
  };
}
