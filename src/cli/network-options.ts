/** @file What commands are told of a network that a file has brought. */
import { extname } from 'node:path';
import type { Command } from 'commander';
import { ArgumentError } from '../core/errors.js';
import { CHANNEL_ORDERS, LAYOUTS } from '../method/network-settings.js';
import type { GivenNetwork } from '../run/network/open-network.js';
import { parseCount } from './options.js';
import type { Given } from './train-options.js';

export interface NetworkOptions {
  readonly cut?: string;
  readonly resize?: number;
  readonly mean?: readonly [number, number, number];
  readonly std?: readonly [number, number, number];
  readonly scale?: number;
  readonly colour?: 'rgb' | 'bgr';
  readonly layout?: 'nchw' | 'nhwc';
}

/** Options under a heading of their own. */
export function addNetwork(command: Command): Command {
  return command
    .optionsGroup('A network from an .onnx file (docs/encoders.md):')
    .option(
      '--cut <node>',
      'where its feature is taken (default: before its classifier, pooled; of a transformer the class token)',
    )
    .option('--resize <pixels>', 'short side that pictures are brought to before the crop', parseCount('resize'))
    .option('--mean <r,g,b>', 'subtracted from red, green and blue, in its own units', parseColours('mean'))
    .option('--std <r,g,b>', 'what they are then divided by', parseColours('std'))
    .option('--scale <x>', 'what levels of 0…255 are multiplied by before that (default: 1/255)', parseScale)
    .option('--colour <order>', `${CHANNEL_ORDERS.join(' or ')} (default: rgb)`, parseOneOf('colour', CHANNEL_ORDERS))
    .option(
      '--layout <order>',
      `${LAYOUTS.join(' or ')}: channels before rows and columns, or after (default: as its input says)`,
      parseOneOf('layout', LAYOUTS),
    );
}

/** What of it is given. */
export function givenNetwork(network: string, options: NetworkOptions & { readonly size?: number }): GivenNetwork {
  const { cut, size, resize, mean, std, scale, colour, layout } = options;
  return {
    network,
    ...(cut !== undefined && { cut }),
    ...(size !== undefined && { size }),
    ...(resize !== undefined && { resize }),
    ...(mean !== undefined && { mean }),
    ...(std !== undefined && { std }),
    ...(scale !== undefined && { scale }),
    ...(colour !== undefined && { channels: colour }),
    ...(layout !== undefined && { layout }),
  };
}

/**
 * What a training is told, with the network apart if its encoder is an .onnx file.
 *
 * @throws {ArgumentError} if something is said of a network, and there is none
 */
export function withNetwork(
  given: Given,
  options: { readonly [Name in keyof NetworkOptions]: NetworkOptions[Name] | undefined },
): Given & { readonly network?: GivenNetwork } {
  const said = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const { encoder, ...others } = given;
  if (typeof encoder === 'string' && extname(encoder).toLowerCase() === '.onnx') {
    return { ...others, network: givenNetwork(encoder, said) };
  }
  const [name] = Object.keys(said);
  if (name === undefined) return given;
  throw new ArgumentError(
    `--${name}: expected only with a network, got it without. Give the network as --encoder file.onnx; of our own encoders, settings say it (--set mean=…).`,
  );
}

/** One number stands for three. */
function parseColours(name: string): (text: string) => readonly [number, number, number] {
  return (text) => {
    const numbers = text.split(',').map((part) => Number(part.trim() || Number.NaN));
    const [red, green = red, blue = red] = numbers as [number, number?, number?];
    const isComplete = numbers.length === 1 || numbers.length === 3;
    if (isComplete && numbers.every(Number.isFinite)) return [red, green!, blue!];
    throw new ArgumentError(`--${name}: expected three numbers such as 0.485,0.456,0.406, or one, got '${text}'.`);
  };
}

/** A number, or a fraction such as 1/255. */
function parseScale(text: string): number {
  const [above, below = 1] = text.split('/').map((part) => Number(part.trim() || Number.NaN)) as [number, number?];
  const scale = above / below;
  if (text.split('/').length <= 2 && scale > 0 && Number.isFinite(scale)) return scale;
  throw new ArgumentError(`--scale: expected a number above 0 or a fraction such as 1/255, got '${text}'.`);
}

function parseOneOf<const Name extends string>(option: string, names: readonly Name[]): (text: string) => Name {
  return (text) => {
    const name = names.find((each) => each === text);
    if (name !== undefined) return name;
    throw new ArgumentError(`--${option}: expected ${names.join(' or ')}, got '${text}'.`);
  };
}
