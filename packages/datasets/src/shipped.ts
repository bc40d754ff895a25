import type { DataSet } from './data-set.ts';
import { cifar10, cifar100 } from './sources/cifar/cifar.ts';
import { fashionMnist } from './sources/fashion-mnist.ts';
import { folder } from './sources/folder/own-folder.ts';
import { imageNet } from './sources/imagenet.ts';
import { manifest } from './sources/manifest/manifest.ts';
import { stl10 } from './sources/stl10/stl10.ts';
import { svhn } from './sources/svhn/svhn.ts';

/** The data sets that this package ships: public ones first, then those of images of one's own. */
export const SHIPPED: readonly DataSet[] = [fashionMnist, cifar10, cifar100, svhn, stl10, imageNet, folder, manifest];
