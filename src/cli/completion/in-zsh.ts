/** @file Completion for zsh. */
import type { OfferedCommand, OfferedOption, OfferedValue } from './offered.js';
import { inQuotes } from './shells.js';

/** As a file `_instdisc` in the search path of functions, or evaluated. */
export function zshCompletion(commands: readonly OfferedCommand[]): string {
  return `#compdef instdisc
# zsh completion of instdisc; made by: instdisc completion zsh
_instdisc() {
  local curcontext="$curcontext" state line
  local -A opt_args
  _arguments -C '(- *)'{-h,--help}'[show this help]' '(- *)--version[show the version]' '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
${commands.map(({ name, is }) => `        ${inQuotes(`${name}:${is}`)}`).join('\n')}
      )
      _describe -t commands command commands ;;
    argument)
      case $words[1] in
${commands.map(argumentsOf).join('\n')}
      esac ;;
  esac
}
if [ "$funcstack[1]" = _instdisc ]; then _instdisc "$@"; else compdef _instdisc instdisc; fi`;
}

function argumentsOf({ name, options, values }: OfferedCommand): string {
  const specs = [
    ...options.map(optionSpec),
    ...values.map((value, i) => inQuotes(`${value.isRepeatable ? '*' : i + 1}:${value.name}:${action(value)}`)),
  ];
  return `        ${name}) _arguments \\\n${specs.map((spec) => `          ${spec}`).join(' \\\n')} ;;`;
}

function optionSpec({ flags, is, value, isRepeatable }: OfferedOption): string {
  const takes = value === undefined ? '' : `:${inSpec(value.name)}:${action(value)}`;
  const text = inQuotes(`[${inSpec(is)}]${takes}`);
  if (isRepeatable) return flags.map((flag) => `'*'${flag}${text}`).join(' ');
  const [only] = flags;
  return flags.length === 1 ? `${only}${text}` : `'(${flags.join(' ')})'{${flags.join(',')}}${text}`;
}

function action({ words, isPath }: OfferedValue): string {
  const choice = words.length === 0 ? '' : `(${words.join(' ')})`;
  if (!isPath) return choice === '' ? ' ' : choice;
  return choice === '' ? '_files' : `_alternative "words:word:${choice}" "files:file:_files"`;
}

/** What would end a part of a specification. */
function inSpec(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}
