/** @file The man page: what `--help` says of every command, in the language of man(7). */
import type { Command } from 'commander';
import { textAfterHelp } from '../whole-program.js';

/**
 * @param program without its commands
 * @param version as it is to stand in the footer
 */
export function manPage(program: Command, commands: readonly Command[], version: string): string {
  return [
    `.TH INSTDISC 1 "" "instdisc ${version}" "User Commands"`,
    '.SH NAME',
    `instdisc \\- ${escaped(program.description().replace(/\.$/, '').replace(/^L/, 'l'))}`,
    '.SH SYNOPSIS',
    '.B instdisc',
    '.I command',
    '[options]',
    '.SH DESCRIPTION',
    escaped(program.description()),
    ...textLines(textAfterHelp(program)),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '',
  ].join('\n');
}

function commandLines(command: Command): string[] {
  const help = command.createHelp();
  const values = help.visibleArguments(command).map((value) => tagged(bold(value.name()), value.description));
  const groups = new Map<string, string[]>();
  for (const option of help.visibleOptions(command)) {
    const heading = option.helpGroupHeading ?? 'Options:';
    const [, flags = option.flags, value] = /^(.*?)(?: ([<[].*))?$/.exec(option.flags) ?? [];
    const tag = `${bold(flags)}${value === undefined ? '' : ` \\fI${escaped(value)}\\fR`}`;
    groups.set(heading, [...(groups.get(heading) ?? []), tagged(tag, option.description)]);
  }
  return [
    `.SS instdisc ${escaped(command.name())} ${escaped(command.usage())}`,
    escaped(command.description()),
    ...values,
    ...[...groups].flatMap(([heading, options]) => ['.PP', bold(heading), ...options]),
    ...textLines(textAfterHelp(command)),
  ];
}

function tagged(tag: string, text: string): string {
  return `.TP\n${tag}\n${escaped(text)}`;
}

/** Paragraphs: prose is filled, what is indented stays as it is, and a line before that is its heading. */
function textLines(text: string): string[] {
  return text.split(/\n{2,}/).flatMap((block) => {
    const lines = block.split('\n');
    const first = lines.findIndex((line) => line.startsWith('  '));
    if (first < 0) return ['.PP', ...lines.map(escaped)];
    const heading = lines.slice(0, first).map((line) => (line.endsWith(':') ? bold(line) : escaped(line)));
    return ['.PP', ...heading, '.nf', ...lines.slice(first).map(escaped), '.fi'];
  });
}

function bold(text: string): string {
  return `\\fB${escaped(text)}\\fR`;
}

/** What roff would obey: backslashes, hyphens that are to be copied as such, and lines that look like requests. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1');
}
