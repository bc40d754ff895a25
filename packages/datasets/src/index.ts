export { checkAugment } from './augment/check.ts';
export type { ImageShape } from './augment/canvas.ts';
export { drawTransforms } from './augment/draw.ts';
export { outputShape } from './augment/shape.ts';
export type { SourceShape } from './augment/shape.ts';
export type {
  AugmentSpec,
  AugmentStep,
  CenterCropStep,
  ColorJitterStep,
  CutoutStep,
  Fill,
  FlipStep,
  GaussianBlurStep,
  GrayscaleStep,
  Interpolation,
  RandAugmentStep,
  RandomResizedCropStep,
  ResizedCenterCropStep,
  ResizeStep,
  ShiftStep,
  SolarizeStep,
  Style,
} from './augment/spec.ts';
export { applyTransforms } from './augment/transform.ts';
export type { Transform } from './augment/transform.ts';
export { checkImages } from './check-images.ts';
export { batchesOf } from './evaluation-batches.ts';
export type { EvaluationBatch, EvaluationOptions } from './evaluation-batches.ts';
export type { HostImages, HostLabels } from './host-tensor.ts';
export { imageSet } from './image-set.ts';
export type { Images, ImageSet, Manifest } from './image-set.ts';
export { skippedText } from './files/skipped.ts';
export type { Skipped, SkipReason } from './files/skipped.ts';
export { isFiles } from './image-source.ts';
export type { Decoding, FileImageSet, ImageFiles, ImageSource } from './image-source.ts';
export { openLoader } from './loader/loader.ts';
export type { LoadedBatch, Loader, LoaderOptions } from './loader/loader.ts';
export { fetchCifar, loadCifar } from './sources/cifar/cifar.ts';
export type { CifarOptions } from './sources/cifar/cifar.ts';
export { loadFashionMnist } from './sources/fashion-mnist.ts';
export type { FashionMnistOptions } from './sources/fashion-mnist.ts';
export { loadImageNet } from './sources/imagenet/imagenet.ts';
export type { ImageNetOptions } from './sources/imagenet/imagenet.ts';
export { checkSource } from './sources/check-source.ts';
export { loadImages, sourceStatuses } from './sources/sources.ts';
export type { IndexProgress } from './sources/imagenet/index-folder.ts';
export type { SourceSpec, SourceStatus } from './sources/sources.ts';
export { drawSplit } from './split.ts';
export type { Split, SplitOptions } from './split.ts';
export { way } from './stream.ts';
export type { Place, StreamSpec, ViewSpec } from './stream.ts';
