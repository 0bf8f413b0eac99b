/** @file Options that several commands share, and how their values are read. */
import { type Command, Option } from 'commander';
import { ArgumentError } from '../core/errors.js';
import type { Device } from '../graph/target.js';
import { DEVICES } from '../runtime/device.js';

export interface CommonOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export interface ExcludeOptions {
  readonly exclude?: readonly string[];
}

export interface DeviceOptions {
  readonly device?: Device;
  readonly threads?: number;
}

/** What every command takes. */
export function addCommon(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('--json', 'machine-readable output on stdout, and nothing else there')
    .option('--verbose', 'show where an error comes from')
    .helpOption('-h, --help', 'show this help');
}

/** Where a trained encoder runs. */
export function addDevice(command: Command): Command {
  return command
    .option('--device <name>', `${DEVICES.join(', ')} (default: cpu)`, parseDevice)
    .option('--threads <n>', 'CPU threads (default: one a core)', parseCount('threads'));
}

/** What is left out where pictures are looked for. */
export function excludeOption(): Option {
  const text = "files and folders to leave out, in words of .gitignore: '*.png', masks/; may be repeated";
  return new Option('--exclude <word>', text).argParser(collect);
}

/** For an option that may be repeated. */
export function collect(value: string, values: readonly string[] = []): string[] {
  return [...values, value];
}

function parseDevice(text: string): Device {
  const device = DEVICES.find((name) => name === text);
  if (device === undefined) throw new ArgumentError(`--device: expected ${DEVICES.join(', ')}, got '${text}'.`);
  return device;
}

/** For an option whose value is a positive integer. */
export function parseCount(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value > 0) return value;
    throw new ArgumentError(`--${name}: expected a positive integer, got '${text}'.`);
  };
}

/** For an option whose value is a number above 0. */
export function parsePositive(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (value > 0 && Number.isFinite(value)) return value;
    throw new ArgumentError(`--${name}: expected a number above 0, got '${text}'.`);
  };
}
