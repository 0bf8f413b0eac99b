import { describe, expect, it } from 'vitest';
import { stopOf, walkTo } from '../../web/src/views/neighbours/walk.ts';

describe('a walk', () => {
  it('grows, goes back to what it passed, and begins anew with a new picture', () => {
    const there = [4, 7, 9].reduce(walkTo, [] as ReturnType<typeof walkTo>);
    expect(there).toEqual([4, 7, 9]);
    expect(walkTo(there, 7)).toEqual([4, 7]);
    expect(walkTo(there, 'new')).toEqual(['new']);
    expect(walkTo(['new', 4], 'new')).toEqual(['new']);
  });

  it.each([
    ['12', 12],
    ['new', 'new'],
    ['', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['12345678901', undefined],
  ])('reads the address %j', (argument, stop) => {
    expect(stopOf(argument)).toBe(stop);
  });
});
