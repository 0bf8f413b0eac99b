/**
 * @file Letters drawn as lines, for captions in pictures.
 *
 * SVG text needs a font of the machine; on one without fonts every letter becomes an empty box. These letters need
 * nothing, and look the same everywhere.
 */

const ROUND = 'M0 -2.4A2 2.4 0 1 1 4 -2.4A2 2.4 0 1 1 0 -2.4Z';
const LARGE_ROUND = 'M0 -3.5A2.6 3.5 0 1 1 5.2 -3.5A2.6 3.5 0 1 1 0 -3.5Z';
const ARCH = 'M0 -2.8Q0 -4.8 2 -4.8Q4 -4.8 4 -2.8V0';
const LOOP = 'M0 0V-7H2.2A1.9 1.9 0 0 1 2.2 -3.2H0';

/** Width and path of each letter; the baseline is y = 0, capitals are 7 high, the letter x is 4.8 high. */
const LETTERS: Readonly<Record<string, readonly [width: number, path: string]>> = {
  '0': [4, 'M0 -5V-2A2 2 0 0 0 4 -2V-5A2 2 0 0 0 0 -5Z'],
  '1': [2.2, 'M.2 -5.6L2 -7V0'],
  '2': [4, 'M0 -5A2 2 0 1 1 3.5 -3.7L0 0H4'],
  '3': [4, 'M0 -7H3.9L1.8 -4.2A2.1 2.1 0 1 1 0 -1'],
  '4': [4.2, 'M3 0V-7L0 -2H4.2'],
  '5': [4, 'M3.7 -7H.6L.3 -3.9A2.2 2.2 0 1 1 0 -.8'],
  '6': [4, 'M3.2 -7C1.5 -6 0 -4.2 0 -2.1A2 2.1 0 1 0 4 -2.1A2 2.1 0 1 0 0 -2.1'],
  '7': [4, 'M0 -7H4L1.4 0'],
  '8': [4, 'M2 -3.8A1.6 1.6 0 1 1 2 -7A1.6 1.6 0 1 1 2 -3.8A2 1.9 0 1 1 2 0A2 1.9 0 1 1 2 -3.8'],
  '9': [4, 'M.8 0C2.5 -1 4 -2.8 4 -4.9A2 2.1 0 1 0 0 -4.9A2 2.1 0 1 0 4 -4.9'],
  a: [4, `${ROUND}M4 -4.8V0`],
  b: [4, `${ROUND}M0 -7.2V0`],
  c: [3.7, 'M3.7 -3.9A2 2.4 0 1 0 3.7 -.9'],
  d: [4, `${ROUND}M4 -7.2V0`],
  e: [4, 'M0 -2.5H4A2 2.4 0 1 0 3.5 -.8'],
  f: [2.6, 'M2.6 -7.2Q1 -7.4 1 -5.6V0M0 -4.6H2.4'],
  g: [4, `${ROUND}M4 -4.8V.2Q4 2 2 2Q.9 2 .3 1.5`],
  h: [4, `M0 -7.2V0${ARCH}`],
  i: [0.4, 'M.2 -4.8V0M.2 -6.8V-6.7'],
  j: [1.2, 'M1 -4.8V.4Q1 2 -.4 2M1 -6.8V-6.7'],
  k: [3.6, 'M0 -7.2V0M3.4 -4.8L0 -1.8M1.3 -2.9L3.6 0'],
  l: [0.4, 'M.2 -7.2V0'],
  m: [6, 'M0 -4.8V0M0 -3.2Q0 -4.8 1.5 -4.8Q3 -4.8 3 -3.2V0M3 -3.2Q3 -4.8 4.5 -4.8Q6 -4.8 6 -3.2V0'],
  n: [4, `M0 -4.8V0${ARCH}`],
  o: [4, ROUND],
  p: [4, `${ROUND}M0 -4.8V2`],
  q: [4, `${ROUND}M4 -4.8V2`],
  r: [2.4, 'M0 -4.8V0M0 -2.6Q0 -4.8 2.4 -4.7'],
  s: [3.2, 'M3 -4.3Q2.2 -4.8 1.6 -4.8Q.2 -4.8 .2 -3.6Q.2 -2.6 1.6 -2.4Q3.2 -2.1 3.2 -1.2Q3.2 0 1.6 0Q.7 0 0 -.6'],
  t: [2.6, 'M1 -6.6V-1.5Q1 0 2.6 -.1M0 -4.8H2.5'],
  u: [4, 'M0 -4.8V-2Q0 0 2 0Q4 0 4 -2M4 -4.8V0'],
  v: [4, 'M0 -4.8L2 0L4 -4.8'],
  w: [6, 'M0 -4.8L1.5 0L3 -4.6L4.5 0L6 -4.8'],
  x: [3.6, 'M0 -4.8L3.6 0M3.6 -4.8L0 0'],
  y: [4, 'M0 -4.8L2 -.2M4 -4.8L1.6 1.2Q1.2 2 .2 2'],
  z: [3.6, 'M0 -4.8H3.4L0 0H3.6'],
  A: [4.8, 'M0 0L2.4 -7L4.8 0M.9 -2.4H3.9'],
  B: [4, 'M0 0V-7H2.2A1.7 1.7 0 0 1 2.2 -3.7H0M2.2 -3.7A1.85 1.85 0 0 1 2.2 0H0'],
  C: [4.6, 'M4.4 -5.7A2.5 3.5 0 1 0 4.4 -1.3'],
  D: [4.6, 'M0 0V-7H1.4A3.2 3.5 0 0 1 1.4 0Z'],
  E: [3.7, 'M3.6 -7H0V0H3.7M0 -3.6H3.2'],
  F: [3.6, 'M3.6 -7H0V0M0 -3.5H3.2'],
  G: [4.8, 'M4.5 -5.8A2.5 3.5 0 1 0 4.8 -2.6V-3.2H2.8'],
  H: [4.4, 'M0 -7V0M4.4 -7V0M0 -3.6H4.4'],
  I: [0.4, 'M.2 -7V0'],
  J: [2.6, 'M2.6 -7V-1.8Q2.6 0 1 0Q.3 0 0 -.4'],
  K: [4.4, 'M0 -7V0M4.2 -7L0 -2.6M1.6 -4.2L4.4 0'],
  L: [3.5, 'M0 -7V0H3.5'],
  M: [5.6, 'M0 0V-7L2.8 -2L5.6 -7V0'],
  N: [4.4, 'M0 0V-7L4.4 0V-7'],
  O: [5.2, LARGE_ROUND],
  P: [4.1, LOOP],
  Q: [5.2, `${LARGE_ROUND}M3.2 -1.6L5.2 .6`],
  R: [4.2, `${LOOP}M2 -3.2L4.2 0`],
  S: [4.1, 'M3.8 -6.2Q3 -7 2 -7Q.2 -7 .2 -5.3Q.2 -3.9 2 -3.6Q4.1 -3.2 4.1 -1.8Q4.1 0 2 0Q.8 0 0 -.9'],
  T: [4.6, 'M0 -7H4.6M2.3 -7V0'],
  U: [4.4, 'M0 -7V-2.3Q0 0 2.2 0Q4.4 0 4.4 -2.3V-7'],
  V: [4.8, 'M0 -7L2.4 0L4.8 -7'],
  W: [6.8, 'M0 -7L1.7 0L3.4 -6L5.1 0L6.8 -7'],
  X: [4.4, 'M0 -7L4.4 0M4.4 -7L0 0'],
  Y: [4.4, 'M0 -7L2.2 -3.4L4.4 -7M2.2 -3.4V0'],
  Z: [4.2, 'M0 -7H4L0 0H4.2'],
  ' ': [1.4, ''],
  '.': [0.2, 'M.1 -.1V0'],
  ',': [0.4, 'M.4 -.2L0 1.3'],
  ':': [0.2, 'M.1 -3.8V-3.7M.1 -.1V0'],
  '-': [2.4, 'M0 -2.7H2.4'],
  '+': [3.4, 'M0 -3H3.4M1.7 -4.7V-1.3'],
  '=': [3.4, 'M0 -3.9H3.4M0 -2.1H3.4'],
  _: [3.6, 'M0 .8H3.6'],
  '/': [2.8, 'M0 .8L2.8 -7.4'],
  '(': [1.5, 'M1.5 -7.6Q-1.5 -3.2 1.5 1.2'],
  ')': [1.5, 'M0 -7.6Q3 -3.2 0 1.2'],
  "'": [0.2, 'M.1 -7V-5.4'],
  '%': [
    5.6,
    'M5 -7L.6 0M0 -5.6A1.1 1.4 0 1 1 2.2 -5.6A1.1 1.4 0 1 1 0 -5.6M3.4 -1.4A1.1 1.4 0 1 1 5.6 -1.4A1.1 1.4 0 1 1 3.4 -1.4',
  ],
  '\u2026': [4.2, 'M.1 -.1V0M2.1 -.1V0M4.1 -.1V0'],
};

/** Stands for a letter that is not in the table. */
const UNKNOWN = [1.4, 'M.7 -2.6V-2.5'] as const;
const SPACING = 1.7;
const CAPITAL_HEIGHT = 7;

/** The letters of a text that can be drawn: accents are dropped, so that é becomes e. */
function lettersOf(text: string): readonly (readonly [width: number, path: string])[] {
  return Array.from(text.normalize('NFD').replace(/\p{Mark}/gu, ''), (letter) => LETTERS[letter] ?? UNKNOWN);
}

/** Width of a text whose capitals are `height` high, in the same unit. */
export function textWidth(text: string, height: number): number {
  const widths = lettersOf(text).map(([width]) => width);
  return (widths.reduce((sum, width) => sum + width + SPACING, -SPACING) * height) / CAPITAL_HEIGHT;
}

/** The text, or as much of its beginning as fits `width` together with an ellipsis. */
export function fitText(text: string, height: number, width: number): string {
  if (textWidth(text, height) <= width) return text;
  const letters = Array.from(text);
  while (letters.length > 0 && textWidth(`${letters.join('')}\u2026`, height) > width) letters.pop();
  return `${letters.join('').trimEnd()}\u2026`;
}

/**
 * A line of text as SVG paths.
 *
 * @param x left end, pixels
 * @param y baseline, pixels
 * @param height of a capital, pixels
 */
export function drawText(text: string, x: number, y: number, height: number, colour: string): string {
  const scale = height / CAPITAL_HEIGHT;
  let at = 0;
  const paths = lettersOf(text).map(([width, path]) => {
    const letter = path === '' ? '' : `<path transform="translate(${at.toFixed(2)} 0)" d="${path}"/>`;
    at += width + SPACING;
    return letter;
  });
  const pen = `fill="none" stroke="${colour}" stroke-width="1.05" stroke-linecap="round" stroke-linejoin="round"`;
  return `<g transform="translate(${x + 1} ${y}) scale(${scale.toFixed(4)})" ${pen}>${paths.join('')}</g>`;
}
