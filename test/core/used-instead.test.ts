import { expect, it } from 'vitest';
import { DamageError, DataError, RunError } from '#src/core/errors.js';
import { inputRefused, withPath } from '#src/core/system-errors.js';
import { asDamage, usedInstead, useInstead } from '#src/core/used-instead.js';

const STAND_IN = { what: 'The copy', path: '/r/b', resume: 'makes it anew' };

function refused(code: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'open' });
}

it.each([
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EIO',
])('takes %s for damage, as the disk gives it and told of a file', (code) => {
  for (const error of [refused(code), withPath(refused(code), '/r/a'), inputRefused('/r/a', 'a file', refused(code))]) {
    expect(asDamage(error)).toBeInstanceOf(DamageError);
  }
});

it.each(['EACCES', 'EMFILE', 'ENOMEM'])('does not take %s for damage: the file may be whole', (code) => {
  for (const error of [refused(code), withPath(refused(code), '/r/a'), inputRefused('/r/a', 'a file', refused(code))]) {
    expect(asDamage(error)).toBe(error);
  }
});

it('takes what is in a file for damage, and nothing that is no file’s fault', () => {
  expect(asDamage(new DataError('/r/a: expected numbers, got letters'))).toBeInstanceOf(DamageError);
  const mistake = new TypeError('no');
  expect(asDamage(mistake)).toBe(mistake);
});

it('tells of damage and what is used instead, or throws where nobody is told', () => {
  const told: string[] = [];
  for (const message of ['/r/a: damaged', '/r/a: damaged.']) {
    useInstead(new Error(message), STAND_IN, (damage) => told.push(damage.message));
    expect(usedInstead(new Error(message), STAND_IN).message).toBe('/r/a: damaged. The copy, /r/b, is used instead.');
    const alone = (): void => useInstead(new Error(message), STAND_IN, undefined);
    expect(alone).toThrow(RunError);
    expect(alone).toThrow('/r/a: damaged. --resume makes it anew.');
  }
  expect(new Set(told)).toEqual(new Set(['/r/a: damaged. The copy, /r/b, is used instead; --resume makes it anew.']));
});
