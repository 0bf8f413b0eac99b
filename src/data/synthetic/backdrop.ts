/** @file What is behind the thing. Chosen without knowing the kind, so that it tells nothing of it. */
import type { Random } from '../../core/random.js';
import type { Palette } from './palette.js';
import { circle, d, path, rect } from './svg.js';

/** Covers the square from 0 to 100 with the two colours of the ground. */
type Background = (random: Random, palette: Palette) => string;

const all = (fill: string): string => rect(0, 0, 100, 100, fill);

const gradient: Background = (random, { ground, groundSecond }) => {
  const turn = random.uniform(0, 360);
  return `<linearGradient id="sky" gradientTransform="rotate(${Math.round(turn)} .5 .5)"><stop stop-color="${ground}"/><stop offset="1" stop-color="${groundSecond}"/></linearGradient>${all('url(#sky)')}`;
};

const glow: Background = (random, { ground, groundSecond }) => {
  const centre = d`cx="${random.uniform(0.2, 0.8)}" cy="${random.uniform(0.2, 0.8)}"`;
  return `<radialGradient id="glow" ${centre} r="0.7"><stop stop-color="${groundSecond}"/><stop offset="1" stop-color="${ground}"/></radialGradient>${all('url(#glow)')}`;
};

const hills: Background = (random, { ground, groundSecond }) => {
  const horizon = random.uniform(50, 85);
  const crest = random.uniform(-18, 18);
  const sun = circle(random.uniform(10, 90), random.uniform(5, 40), random.uniform(5, 12), groundSecond);
  return (
    all(ground) +
    sun +
    path(d`M0 ${horizon} Q25 ${horizon - crest} 50 ${horizon} T100 ${horizon} V100 H0Z`, groundSecond)
  );
};

const stripes: Background = (random, { ground, groundSecond }) => {
  const period = random.uniform(8, 28);
  const stripe = rect(0, 0, period * random.uniform(0.3, 0.6), period, groundSecond);
  return all(ground) + tiled(stripe, period, random.uniform(0, 180));
};

const dots: Background = (random, { ground, groundSecond }) => {
  const period = random.uniform(9, 24);
  const dot = circle(period / 2, period / 2, period * random.uniform(0.15, 0.33), groundSecond);
  return all(ground) + tiled(dot, period, random.uniform(0, 90));
};

const checks: Background = (random, { ground, groundSecond }) => {
  const half = random.uniform(6, 16);
  const pair = rect(0, 0, half, half, groundSecond) + rect(half, half, half, half, groundSecond);
  return all(ground) + tiled(pair, 2 * half, random.uniform(0, 90));
};

const blurred: Background = (random, { ground, groundSecond, accent }) => {
  const blobs = Array.from({ length: 5 }, (_, i) =>
    circle(random.uniform(0, 100), random.uniform(0, 100), random.uniform(10, 28), i === 0 ? accent : groundSecond),
  );
  return `${all(ground)}<filter id="soft"><feGaussianBlur stdDeviation="7"/></filter><g filter="url(#soft)" opacity="0.8">${blobs.join('')}</g>`;
};

const cloudy: Background = (random, { ground, groundSecond }) => {
  const frequency = random.uniform(0.02, 0.12).toFixed(3);
  // The red channel of the noise becomes the opacity of the second colour.
  return `${all(ground)}<filter id="noise" x="0" y="0" width="1" height="1"><feTurbulence type="fractalNoise" baseFrequency="${frequency}" numOctaves="3" seed="${random.integer(9999)}" result="n"/><feColorMatrix in="n" values="0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 4 0 0 0 -1.5" result="mask"/><feComposite in="SourceGraphic" in2="mask" operator="in"/></filter><rect width="100" height="100" fill="${groundSecond}" filter="url(#noise)"/>`;
};

/** The square filled with copies of a tile of side `period`, turned by `degrees`. */
function tiled(tile: string, period: number, degrees: number): string {
  const size = d`width="${period}" height="${period}" patternTransform="rotate(${degrees})"`;
  return `<pattern id="tile" patternUnits="userSpaceOnUse" ${size}>${tile}</pattern>${all('url(#tile)')}`;
}

const BACKGROUNDS = [gradient, glow, hills, stripes, dots, checks, blurred, cloudy] as const;

/** Draws one of the backgrounds. */
export function drawBackground(random: Random, palette: Palette): string {
  return BACKGROUNDS[random.integer(BACKGROUNDS.length)]!(random, palette);
}
