/** @file A network from a file, in words: what is taken of it, and what it is shown. */
import { plural } from '../core/format.js';
import type { Settings } from '../method/settings.js';
import type { TrainEvent } from '../run/events.js';
import type { NetworkTold } from '../run/network/open-network.js';
import { compact, shortPath } from './words.js';

export function networkLines({
  network,
  settings,
}: Extract<TrainEvent, { readonly kind: 'network' }>): [string, string][] {
  const { path, dim, feature, numParameters, form, told } = network;
  const { size, resize, interpolation, mean, std, channels, layout } = form;
  const order = channels === 'rgb' ? '' : ', blue first';
  const place = layout === 'nchw' ? '' : ', colours last';
  return [
    ['network', `${shortPath(path)}: ${compact(numParameters)} parameters`],
    ['feature', `${plural(dim, 'number')}: ${feature}`],
    ['searched', searchedInWords(network, settings)],
    [
      'shown',
      `short side to ${resize} pixels (${interpolation}), the middle ${size} × ${size}, mean ${mean.join(', ')}, std ${std.join(', ')}${order}${place}`,
    ],
    ...told.map((text): [string, string] => ['', text]),
  ];
}

/** What answers are made of. */
function searchedInWords({ maps }: NetworkTold, { readout, maps: isRead, colours, dim }: Settings): string {
  if (readout === 'features') return 'the feature as it is';
  const read = [
    'the feature',
    ...(isRead && maps.length > 0 ? [`the means of its maps of ${maps.join(', ')} pixels`] : []),
    ...(colours > 0 ? ['a histogram of colours'] : []),
  ];
  return `${read.join(' and ')}, whitened, in ${plural(dim, 'number')}`;
}
