/** @file One picture: background, clutter, the thing in some pose, and a little more clutter in front. */
import type { Random } from '../../core/random.js';
import { drawBackground } from './backdrop.js';
import { Brush } from './brush.js';
import { drawClutter } from './clutter.js';
import { DIFFICULTY } from './difficulty.js';
import { KINDS, type KindName } from './kinds.js';
import { drawPalette, mix, type Palette } from './palette.js';
import { d, group } from './svg.js';

/**
 * Draws a picture of a kind of thing.
 *
 * @param kind what to draw
 * @param random the picture's own stream; the same stream gives the same picture
 * @param size side of the picture in pixels when it is rasterised; the drawing itself has no resolution
 * @returns an SVG document
 */
export function drawPicture(kind: KindName, random: Random, size = 64): string {
  const palette = drawPalette(random);
  const layers = [
    shades(random, palette),
    drawBackground(random, palette),
    drawClutter(random, palette, DIFFICULTY.clutterBehind, 'anywhere'),
    drawThing(kind, random, palette),
    drawClutter(random, palette, DIFFICULTY.clutterInFront, 'edges'),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 100 100">${layers.join('')}</svg>`;
}

/** The thing in its pose: mirrored or not, turned, scaled, and somewhere inside the square from 0 to 100. */
function drawThing(kind: KindName, random: Random, palette: Palette): string {
  const scale = random.uniform(...DIFFICULTY.scale);
  const facing = random.uniform() < DIFFICULTY.mirrorChance ? -scale : scale;
  const turn = random.uniform(-DIFFICULTY.maxTurn, DIFFICULTY.maxTurn);
  const room = 50 * (1 - scale) + 100 * DIFFICULTY.overhang;
  const x = 50 + random.uniform(-room, room);
  const y = 50 + random.uniform(-room, room);
  const outline = random.uniform() < DIFFICULTY.outlineChance ? random.uniform(1.2, 2.4) : 0;
  const shapes = KINDS[kind](new Brush(random, palette, outline));
  const stroke = outline === 0 ? '' : d` stroke-width="${outline}" stroke="${palette.dark}" stroke-linejoin="round"`;
  return group(shapes, d`transform="translate(${x} ${y}) rotate(${turn}) scale(${facing} ${scale})"${stroke}`);
}

/** The gradients behind the brush's fills: light from one side of the thing to the other, or flat colour. */
function shades(random: Random, palette: Palette): string {
  const strength = random.integer(2) === 0 ? 0 : random.uniform(0.1, 0.35);
  const angle = random.uniform(0, 2 * Math.PI);
  const [x, y] = [50 * Math.cos(angle), 50 * Math.sin(angle)];
  const axis = d`gradientUnits="userSpaceOnUse" x1="${-x}" y1="${-y}" x2="${x}" y2="${y}"`;
  const shade = (id: string, colour: string): string => {
    const lit = mix(colour, palette.light, strength);
    const shaded = mix(colour, palette.dark, strength);
    return `<linearGradient id="${id}" ${axis}><stop stop-color="${lit}"/><stop offset="1" stop-color="${shaded}"/></linearGradient>`;
  };
  return shade('main', palette.main) + shade('second', palette.second) + shade('accent', palette.accent);
}
