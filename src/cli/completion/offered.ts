/** @file What may be typed after each command, read from the definitions that parse it. */
import type { Argument, Command, Option } from 'commander';
import { EXPERIMENTS } from '../../experiments/studies/list.js';
import { DIFFERENCE_NAMES } from '../../method/alike.js';
import { LOSSES } from '../../method/losses/losses.js';
import { CHANNEL_ORDERS, LAYOUTS } from '../../method/network-settings.js';
import { RECIPE_NAMES } from '../../method/recipes.js';
import { SETTING_NAMES } from '../../method/settings.js';
import { ENCODER_NAMES } from '../../nn/encoders/named-encoders.js';
import { DEVICES } from '../../runtime/device.js';
import { MEASURES } from '../evaluate/measures.js';
import { COLOURINGS } from '../map/colours.js';
import { SHELLS } from './shells.js';

/** What a value may be. */
export interface OfferedValue {
  /** Its name in the help, such as `file`. */
  readonly name: string;
  /** Words to choose from; several may be joined by commas where the help says so. */
  readonly words: readonly string[];
  /** Whether it is, or may be, the path of a file or folder. */
  readonly isPath: boolean;
}

export interface OfferedOption {
  /** As it is typed, short form first: `-k`, `--montage`. */
  readonly flags: readonly string[];
  readonly is: string;
  /** Undefined of a switch. */
  readonly value: OfferedValue | undefined;
  readonly isRepeatable: boolean;
}

export interface OfferedCommand {
  readonly name: string;
  readonly is: string;
  readonly options: readonly OfferedOption[];
  readonly values: readonly (OfferedValue & { readonly isRepeatable: boolean })[];
}

/** By the name of an option or argument: what is known of its values. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  '--by': COLOURINGS,
  '--colour': CHANNEL_ORDERS,
  '--device': DEVICES,
  '--encoder': ENCODER_NAMES,
  '--ignore': DIFFERENCE_NAMES,
  '--layout': LAYOUTS,
  '--loss': LOSSES.map(({ name }) => name),
  '--matters': DIFFERENCE_NAMES,
  '--measure': ['all', ...MEASURES.map(({ name }) => name)],
  '--recipe': RECIPE_NAMES,
  '--set': SETTING_NAMES.map((name) => `${name}=`),
  experiment: EXPERIMENTS.map(({ name }) => name),
  shell: SHELLS,
};
/** Placeholders of what is a path; `encoder` may be a name or a file. */
const PATH = /^(run|paths?|pictures|dir|folder|files?|.*\.[a-z]+)$/;

export function offered(command: Command): OfferedCommand {
  const help = command.createHelp();
  return {
    name: command.name(),
    is: command.summary(),
    options: help.visibleOptions(command).map(offeredOption),
    values: help.visibleArguments(command).map(offeredArgument),
  };
}

function offeredOption(option: Option): OfferedOption {
  const [, name = ''] = /[<[]([^\]>]*)/.exec(option.flags) ?? [];
  const { short, long = '' } = option;
  return {
    flags: [short ?? '', long].filter((flag) => flag !== ''),
    is: option.description,
    value: option.required || option.optional ? valueOffered(long, name) : undefined,
    isRepeatable: option.variadic || option.parseArg?.length === 2,
  };
}

function offeredArgument(argument: Argument): OfferedCommand['values'][number] {
  return { ...valueOffered(argument.name(), argument.name()), isRepeatable: argument.variadic };
}

function valueOffered(key: string, placeholder: string): OfferedValue {
  const name = placeholder.replace(/\.\.\.$/, '');
  return { name, words: WORDS[key] ?? [], isPath: PATH.test(name) || key === '--encoder' || key === '--uri' };
}
