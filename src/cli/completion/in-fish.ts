/** @file Completion for fish. */
import type { OfferedCommand, OfferedOption } from './offered.js';

export function fishCompletion(commands: readonly OfferedCommand[]): string {
  return [
    '# fish completion of instdisc; made by: instdisc completion fish',
    'complete -c instdisc -n __fish_use_subcommand -f -s h -l help -d "show this help"',
    'complete -c instdisc -n __fish_use_subcommand -f -l version -d "show the version"',
    ...commands.flatMap((command) => [
      `complete -c instdisc -n __fish_use_subcommand -f -a ${command.name} -d ${inFish(command.is)}`,
      ...command.options.map((option) => optionLine(command, option)),
      ...command.values
        .filter(({ words }) => words.length > 0)
        .map(({ words }) => `${of(command)} -f -a ${inFish(words.join(' '))}`),
    ]),
  ].join('\n');
}

function optionLine(command: OfferedCommand, { flags, is, value }: OfferedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const words = value === undefined || value.words.length === 0 ? '' : ` -a ${inFish(value.words.join(' '))}`;
  const takes = value === undefined ? '' : value.isPath ? ' -r -F' : ' -x';
  return `${of(command)} ${names.join(' ')}${takes}${words} -d ${inFish(is)}`;
}

function of({ name }: OfferedCommand): string {
  return `complete -c instdisc -n '__fish_seen_subcommand_from ${name}'`;
}

/** In single quotes, within which only they and backslashes are escaped. */
function inFish(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
