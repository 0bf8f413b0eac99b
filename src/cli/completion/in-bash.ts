/** @file Completion for bash, 3.2 and later. */
import type { OfferedCommand } from './offered.js';

/** Files are what bash completes by itself, where nothing else is offered. */
export function bashCompletion(commands: readonly OfferedCommand[]): string {
  return `# bash completion of instdisc; made by: instdisc completion bash
_instdisc() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${[...commands.map(({ name }) => name), '--help', '--version'].join(' ')}'
  else
    case "\${COMP_WORDS[1]} $prev" in
${commands.flatMap(valueCases).join('\n')}
    *)
      case "\${COMP_WORDS[1]}" in
${commands.map(optionCase).join('\n')}
      esac ;;
    esac
  fi
  [ -z "$words" ] || COMPREPLY=($(compgen -W "$words" -- "$cur"))
  case "\${COMPREPLY[0]}" in *=) [ "\${#COMPREPLY[@]}" -gt 1 ] || compopt -o nospace 2>/dev/null ;; esac
}
complete -o bashdefault -o default -F _instdisc instdisc`;
}

function valueCases({ name, options }: OfferedCommand): string[] {
  return options.flatMap(({ flags, value }) => {
    if (value === undefined) return [];
    const patterns = flags.map((flag) => `'${name} ${flag}'`).join('|');
    return [`    ${patterns}) ${value.words.length > 0 ? `words='${value.words.join(' ')}'` : ':'} ;;`];
  });
}

function optionCase({ name, options, values }: OfferedCommand): string {
  const flags = options.flatMap((option) => option.flags).join(' ');
  const words = values.flatMap((value) => value.words).join(' ');
  const others = words === '' ? '' : ` ;; *) words='${words}'`;
  return `      ${name}) case "$cur" in -*) words='${flags}'${others} ;; esac ;;`;
}
