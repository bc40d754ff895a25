import type { z } from 'zod';
import type { ImageSource } from './image-source.ts';
import type { Manifest } from './manifest.ts';
import type { Environment } from './sources/environment.ts';

/** What a data set may be asked for, by option; each can be left out. */
export type OptionsShape = z.ZodRawShape;

export type OptionsOf<Shape extends OptionsShape> = z.infer<z.ZodObject<Shape>>;

/** What is known of a data set's images without having them; what is not known is absent. */
export interface KnownImages {
  /** Of every image, in pixels; absent where files may have any size. */
  readonly height?: number;
  readonly width?: number;
  /** 1 or 3. */
  readonly channels: number;
  readonly classes?: number;
  /** Training images of each class. */
  readonly perClass?: number;
}

/** Told while a folder of files is looked at for the first time. */
export type IndexProgress = (folder: string, done: number, total: number) => void;

/** Which images are wanted, and where they may be looked for. */
export interface LoadFrom {
  readonly split: Manifest['split'];
  /** The images that are held out, by the name that `data.heldOut` gives them: they come with the training images. */
  readonly heldOut?: string;
  readonly env: Environment;
  readonly progress?: IndexProgress;
}

/** Where a data set was found, for `spatial-ensemble doctor`. */
export interface SourceStatus {
  readonly title: string;
  /** A directory; absent if nothing names or holds the data set. */
  readonly directory?: string;
  /** The environment variable that names its directory. */
  readonly variable: string;
  /** Of one's own images, which are nowhere unless they are named: what the variable names, as in `a folder`. */
  readonly names?: string;
  /** What lies there, in a few words. */
  readonly detail?: string;
  /** How to get it by one command, as the end of a sentence. */
  readonly orElse?: string;
}

export interface FetchOptions {
  readonly env: Environment;
  /** Another place to fetch it from, `http:`, `https:` or `file:`. The checksum stays the published one. */
  readonly url?: string;
  /** Is told the bytes so far, and how many there are in all where the server says so. */
  readonly progress?: (bytes: number, total: number | undefined) => void;
}

/**
 * Everything about one data set. An experiment is given it as a value; nothing lists them all, so that one of your own
 * is an object of this type beside the experiment.
 */
export interface DataSet<Shape extends OptionsShape = OptionsShape> {
  /** What a study calls it in `data.source`, in lower case. Part of the manifests, and with them of results. */
  readonly name: string;
  /** The name for tables and messages. */
  readonly title: string;
  readonly options: Shape;
  /** What `data.heldOut` may name, as in `a folder beside train`; absent where it can only be a number. */
  readonly heldOut?: string;
  known(options: OptionsOf<Shape>): KnownImages;
  /** @throws Error that says what to place where, if the images are not here or not what they should be */
  load(options: OptionsOf<Shape>, from: LoadFrom): Promise<ImageSource>;
  /** Looks at directories only, reads no images. Absent where nothing can be missing. */
  status?(env: Environment): SourceStatus;
  /** Fetches the official archive. @returns its path */
  fetch?(options: FetchOptions): Promise<string>;
}
