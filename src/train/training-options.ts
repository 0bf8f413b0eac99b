/** @file What a training is asked for. */
import type { Device } from '../graph/target.js';
import type { Communicator } from '../machines/communicator.js';
import type { DifferenceName } from '../method/alike.js';
import type { RecipeName } from '../method/recipes.js';
import type { GivenSettings } from '../run/config.js';
import type { TrainEvent } from '../run/events.js';
import type { GivenNetwork } from '../run/network/open-network.js';

export interface TrainOptions {
  /** Pictures: files and folders, scanned recursively. May be left out to resume. */
  readonly paths?: readonly string[];
  /** Words for files and folders that are left out, as `ScanRules` has them. */
  readonly exclude?: readonly string[];
  /** The run folder. */
  readonly out: string;
  /** Default `folder`. */
  readonly recipe?: RecipeName;
  /** Settings that differ from the recipe's. */
  readonly settings?: GivenSettings;
  /** How long all may take; default 20 with a recipe that adapts, if no epochs are given. */
  readonly minutes?: number;
  /** Differences between pictures that do not count, and that do; the others as the pictures suggest. */
  readonly ignore?: readonly DifferenceName[];
  readonly matters?: readonly DifferenceName[];
  /** CSV file with columns path and label, to measure by, and for the loss `supervised` to learn from; default folder names. */
  readonly labels?: string;
  /** File of weights that the encoder starts from, .safetensors by torchvision's names or .onnx; default at random. */
  readonly init?: string;
  /** The network of an ONNX file that the encoder is made of; default one of ours, by the settings. */
  readonly network?: GivenNetwork;
  /** CSV file with columns path and weight: how often each picture is drawn, by losses that draw; default all alike. */
  readonly noiseWeights?: string;
  /** Default `cpu`. */
  readonly device?: Device;
  /** CPU threads of one operator; default all cores. */
  readonly threads?: number;
  /** Loader threads; default 1. They change nothing but the speed. */
  readonly workers?: number;
  /** Folder on a disk of this machine, where it copies the decoded pictures that it trains on, to read them there. */
  readonly localCache?: string;
  /** Minutes between checkpoints inside an epoch; default 5. */
  readonly checkpointMinutes?: number;
  /** Go on with the run in `out`. What else is given must be what that run was started with. */
  readonly resume?: boolean;
  readonly onEvent?: (event: TrainEvent) => void;
  /** Aborted, training saves everything and returns; of several ranks all do if one is. */
  readonly signal?: AbortSignal;
  /** With whom it trains; default alone. All ranks are given the same options. */
  readonly machines?: Communicator;
}
