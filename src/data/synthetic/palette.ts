/** @file Colours that go together. The hue is drawn anew for each picture, so that it tells nothing of the kind. */
import type { Random } from '../../core/random.js';
import { DIFFICULTY } from './difficulty.js';

/** The colours of one picture, as `#rrggbb`. */
export interface Palette {
  /** The thing: its body, its second part, and a small contrast. */
  readonly main: string;
  readonly second: string;
  readonly accent: string;
  /** For pupils, windows, outlines: nearly black and nearly white, tinted. */
  readonly dark: string;
  readonly light: string;
  /** The background and what is painted on it. */
  readonly ground: string;
  readonly groundSecond: string;
}

/** Angles, in degrees, from the main hue to the second, the accent and the ground: the schemes of colour wheels. */
const SCHEMES = [
  [30, 180, 210], // analogous with a complement
  [-30, 150, 190], // the same, the other way round
  [120, 240, 60], // triad
  [150, 210, 180], // split complement
  [0, 40, -40], // nearly one hue
  [180, 90, 270], // square
  [20, -40, 120],
] as const;

/** Lightness and chroma of backgrounds: bright paper, clear colour, night. */
const GROUNDS = [
  { lightness: [0.87, 0.96], chroma: [0.015, 0.07] },
  { lightness: [0.62, 0.8], chroma: [0.05, 0.12] },
  { lightness: [0.24, 0.38], chroma: [0.02, 0.055] },
] as const;

/**
 * A colour of the OKLCH space (Ottosson 2020), in which equal steps look equal.
 *
 * @param lightness 0 (black) to 1 (white)
 * @param chroma 0 (grey) to about 0.3; clipped to what a screen can show
 * @param hue degrees, any
 * @returns `#rrggbb`
 */
export function oklch(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${linear.map(toHex).join('')}`;
}

/** A linear light intensity as two hexadecimal digits of sRGB. */
function toHex(linear: number): string {
  const clipped = Math.min(1, Math.max(0, linear));
  const encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
  return Math.round(encoded * 255)
    .toString(16)
    .padStart(2, '0');
}

/** Draws a palette: one hue, one scheme, a ground, and a thing that stands out against it. */
export function drawPalette(random: Random): Palette {
  const hue = random.uniform(0, 360);
  const [toSecond, toAccent, toGround] = SCHEMES[random.integer(SCHEMES.length)]!;
  const ground = GROUNDS[random.integer(GROUNDS.length)]!;
  const groundLightness = random.uniform(...ground.lightness);
  const groundChroma = random.uniform(...ground.chroma);
  const mainLightness = lightnessAwayFrom(groundLightness, random);
  // The second colour goes from the main one towards the middle of the range, so that parts differ in grey as well.
  const step = random.uniform(0.12, 0.24) * (mainLightness > 0.6 ? -1 : 1);
  const groundStep = random.uniform(...DIFFICULTY.groundContrast) * (groundLightness > 0.55 ? -1 : 1);
  return {
    main: oklch(mainLightness, random.uniform(0.1, 0.18), hue),
    second: oklch(mainLightness + step, random.uniform(0.09, 0.17), hue + toSecond),
    accent: oklch(random.uniform(0.6, 0.85), random.uniform(0.12, 0.19), hue + toAccent),
    dark: oklch(random.uniform(0.2, 0.3), 0.04, hue + toSecond),
    light: oklch(random.uniform(0.93, 0.98), 0.02, hue + toAccent),
    ground: oklch(groundLightness, groundChroma, hue + toGround),
    groundSecond: oklch(groundLightness + groundStep, groundChroma * 1.3, hue + toGround + random.uniform(-40, 40)),
  };
}

/** A lightness for the thing, in [0.42, 0.88], that differs from the ground's by at least the contrast asked for. */
function lightnessAwayFrom(ground: number, random: Random): number {
  for (;;) {
    const lightness = random.uniform(0.42, 0.88);
    if (Math.abs(lightness - ground) >= DIFFICULTY.contrast) return lightness;
  }
}

/** The colour a `share` of the way from one to the other, mixed as screens do. */
export function mix(from: string, to: string, share: number): string {
  const channel = (colour: string, i: number): number => Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) => Math.round(channel(from, i) * (1 - share) + channel(to, i) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
