/** @file `instdisc completion`. */
import { Command } from 'commander';
import { ArgumentError } from '../../core/errors.js';
import { bashCompletion } from '../completion/in-bash.js';
import { fishCompletion } from '../completion/in-fish.js';
import { zshCompletion } from '../completion/in-zsh.js';
import { type OfferedCommand, offered } from '../completion/offered.js';
import { SHELLS, type Shell } from '../completion/shells.js';
import { GROUPS } from '../groups.js';
import { addCommon, type CommonOptions } from '../options.js';
import { Output } from '../output.js';
import { loadCommands } from '../whole-program.js';

const COMPLETIONS: Readonly<Record<Shell, (commands: readonly OfferedCommand[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export function completionCommand(): Command {
  const command = new Command('completion')
    .helpGroup(GROUPS.give)
    .summary('let a shell complete what is typed')
    .description('Writes what a shell needs to complete commands, options and their values with the Tab key.')
    .argument('<shell>', SHELLS.join(', '))
    .addHelpText(
      'after',
      `
Examples:
  instdisc completion bash >~/.local/share/bash-completion/completions/instdisc
  instdisc completion zsh >~/.zsh/completions/_instdisc
  instdisc completion fish >~/.config/fish/completions/instdisc.fish

The folders have to be there; that of zsh belongs into fpath, before compinit is called. To try it in the shell that is open:
  source <(instdisc completion bash)`,
    );
  return addCommon(command).action(run);
}

async function run(name: string, options: CommonOptions): Promise<void> {
  const shell = SHELLS.find((each) => each === name);
  if (shell === undefined) throw new ArgumentError(`shell: expected ${SHELLS.join(', ')}, got '${name}'.`);
  const output = Output.of(options);
  const script = COMPLETIONS[shell]((await loadCommands()).map(offered));
  for (const line of script.split('\n')) output.line(line);
  output.json({ shell, script });
}
