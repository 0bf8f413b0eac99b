import { describe, expect, it } from 'vitest';
import { isOwn, shareOf } from '#src/core/shares.js';

const IDS = Array.from({ length: 3000 }, (_, i) => `/photos/${i % 7}/IMG_${String(i).padStart(5, '0')}.jpg`);

describe('a share', () => {
  it.each([2, 3, 4, 16])('of %i has about as many pictures as any other', (of) => {
    const counts = Array.from({ length: of }, (_, share) => IDS.filter((id) => shareOf(id, of) === share).length);
    const expected = IDS.length / of;
    // Five standard deviations of a fair draw.
    for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  it('is a function of the id, and every picture is in one', () => {
    for (const id of IDS.slice(0, 50)) {
      const owners = [0, 1, 2].filter((share) => isOwn(id, { of: 3, own: [share] }));
      expect(owners).toEqual([shareOf(id, 3)]);
      expect(isOwn(id, { of: 3, own: [0, 1, 2] })).toBe(true);
      expect(isOwn(id, { of: 1, own: [0] })).toBe(true);
    }
  });
});
