/** @file A network from a file, in words: what is taken of it, and what it is shown. */
import { plural } from '../core/format.js';
import type { NetworkTold } from '../run/network/open-network.js';
import { compact, shortPath } from './words.js';

export function networkLines({ path, dim, feature, numParameters, form, told }: NetworkTold): [string, string][] {
  const { size, resize, interpolation, mean, std, channels, layout } = form;
  const order = channels === 'rgb' ? '' : ', blue first';
  const place = layout === 'nchw' ? '' : ', colours last';
  return [
    ['network', `${shortPath(path)}: ${compact(numParameters)} parameters`],
    ['feature', `${plural(dim, 'number')}: ${feature}`],
    [
      'shown',
      `short side to ${resize} pixels (${interpolation}), the middle ${size} × ${size}, mean ${mean.join(', ')}, std ${std.join(', ')}${order}${place}`,
    ],
    ...told.map((text): [string, string] => ['', text]),
  ];
}
