/** @file What reaches the terminal. */
import { spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Output, paint } from '#src/cli/output.js';
import { TrainDisplay } from '#src/cli/train-display.js';
import { commandLine } from '#src/cli/words.js';
import { MAIN, run, tempFolder } from './cli.js';

/** Sets the title of a terminal, clears it, and begins a line of its own. */
const EVIL = '\u001b]0;title\u0007\u001b[2J\u009b31m\nforged';
const SEEN = '\\u001b]0;title\\u0007\\u001b[2J\\u009b31m\\nforged';

it.skipIf(process.platform === 'win32')('says that fewer files may be open than a command takes to load', () => {
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', 'ulimit -n 60; exec "$0" "$1" train x --out y', process.execPath, MAIN],
    {
      encoding: 'utf8',
    },
  );
  // Which of the two depends on the file that was one too many.
  expect(stderr).toMatch(
    /^(\S+: expected to open one more file, got the limit of open files \(EMFILE\)\. Raise it|instdisc: expected all its parts to load, got: .+\. Install it anew, or let more files be open): ulimit -n 4096\.\n$/,
  );
  expect(status).toBe(5);
});

describe('Output', () => {
  const { isTTY, hasColors, columns } = process.stdout;
  afterEach(() => {
    Object.assign(process.stdout, { isTTY, hasColors });
    Object.assign(process.stderr, { isTTY: false, columns });
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  function written(): string[] {
    const texts: string[] = [];
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        texts.push(String(text));
        return true;
      });
    }
    return texts;
  }

  it('lets no label or path give orders to the terminal, nor begin a line', () => {
    const texts = written();
    const output = new Output('people');
    output.line(`label ${EVIL}`);
    output.note(EVIL);
    expect(texts).toEqual([`label ${SEEN}\n`, `${SEEN}\n`]);
  });

  it('writes JSON that gives none either', () => {
    const texts = written();
    new Output('machine').json({ label: EVIL });
    expect(texts[0]).toMatch(/^[ -~]*\n$/);
    expect(JSON.parse(texts[0]!)).toEqual({ label: EVIL });
  });

  it('keeps its own colours, around what is painted and within it', () => {
    vi.stubEnv('FORCE_COLOR', '1');
    Object.assign(process.stdout, { isTTY: true, hasColors: () => true });
    const texts = written();
    new Output('people').line(`${paint('bold', `a ${paint('red', EVIL)}`)} ${EVIL}`);
    expect(stripVTControlCharacters(texts[0]!)).toBe(`a ${SEEN} ${SEEN}\n`);
    const codes = texts[0]!.split('\u001b').slice(1);
    expect(codes.every((code) => /^\[\d+m/.test(code))).toBe(true);
    expect(codes.slice(0, 2)).toEqual(['[1ma ', expect.stringMatching(/^\[31m/)]);
  });

  it('counts what is shown, not what was given, for the line that changes', () => {
    Object.assign(process.stderr, { isTTY: true, columns: 20 });
    const texts = written();
    new Output('people').live(['short', EVIL]);
    expect(texts).toEqual(['short']);
  });
});

describe('a training', () => {
  it('tells which labels are of no picture, and what was guessed', () => {
    const output = new Output('people');
    const notes: string[] = [];
    vi.spyOn(output, 'note').mockImplementation((text) => {
      notes.push(text);
    });
    const labels = {
      file: '/l.csv',
      numLabels: 53,
      numUnmatched: 50,
      unmatched: ['/p/a.JPG'],
      reason: '/p/a.JPG: the picture is /p/a.jpg, with other capitals',
      remark: 'not in UTF-8',
    };
    const report = { pictures: [], formats: {}, skipped: [], aliases: [], excluded: [], numOtherFiles: 0, labels };
    new TrainDisplay(output, '/run').handle({ kind: 'scanned', report });
    expect(notes).toEqual([
      '/l.csv: not in UTF-8',
      '/l.csv: 50 of 53 labels are of no picture here. For example',
      `  ${labels.reason}`,
    ]);
  });
});

describe('a command to be typed again', () => {
  it('has what cannot be seen in the spelling of bash', () => {
    expect(commandLine(['train', "it's\u001b\n\\", 'plain'])).toMatch(/ train \$'it\\'s\\u001b\\n\\\\' plain$/);
  });
});

describe('what goes wrong', () => {
  const dir = tempFolder();

  it.each([
    ['a message', ['search', `${dir}/${EVIL}`, 'x.jpg']],
    ['a stack', ['search', `${dir}/${EVIL}`, 'x.jpg', '--verbose']],
    ['an argument', ['search', `--${EVIL}`]],
  ])('is told without orders to the terminal, in %s', async (_, args) => {
    const { code, stderr } = await run(args);
    expect(code).toBeGreaterThan(1);
    expect(stderr).toContain('\\u001b]0;title\\u0007');
    expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});
