import type { ResNetOptions } from '@spatial-ensemble/nn';

const PLANS: { readonly [name: string]: Pick<ResNetOptions, 'block' | 'units'> } = {
  resnet18: { block: 'basic', units: [2, 2, 2, 2] },
  resnet34: { block: 'basic', units: [3, 4, 6, 3] },
  resnet50: { block: 'bottleneck', units: [3, 4, 6, 3] },
  resnet101: { block: 'bottleneck', units: [3, 4, 23, 3] },
  resnet152: { block: 'bottleneck', units: [3, 8, 36, 3] },
};

/** What torchvision and timm call a residual network of these blocks, whatever its stem; undefined: they have none. */
export function architectureName({ block, units, width }: ResNetOptions): string | undefined {
  const found = Object.entries(PLANS).find(([, plan]) => plan.block === block && plan.units.join() === units.join());
  return width === 64 ? found?.[0] : undefined;
}

/** In what a residual network differs from the one that its names are those of: a text for each. */
export function differences(resNet: ResNetOptions): string[] {
  const { block, units, width, stem, channels } = resNet;
  const { epsilon } = resNet.batchNorm;
  const padding = stem === 'cifar-padding-2' ? 2 : 1;
  const stride = stem === 'cifar-stride-2' ? 2 : 1;
  return [
    ...(architectureName(resNet) === undefined
      ? [`it is none of ${Object.keys(PLANS).join(', ')}: ${block} blocks, [${units.join(', ')}], of ${width} channels`]
      : []),
    ...(stem === 'imagenet'
      ? []
      : [
          `its stem is for small images: conv1 = Conv2d(${channels}, ${width}, 3, stride=${stride}, padding=${padding}, bias=False), maxpool = Identity()`,
        ]),
    ...(stem === 'imagenet' && channels !== 3 ? [`its images have ${channels} channels, which conv1 takes`] : []),
    ...(epsilon === 1e-5 ? [] : [`its batch norm has eps=${epsilon}, and PyTorch's default is 1e-05`]),
  ];
}
