/** @file Names that mean one file though they are spelt differently. */
import { describe, expect, it } from 'vitest';
import { Names, nameKey, rowsNamed, searchKey } from '#src/core/names.js';

const COMPOSED = '/pics/M\u00f6we.jpg';
const DECOMPOSED = '/pics/Mo\u0308we.jpg';

describe('nameKey', () => {
  it('is one for the composed, the decomposed and the Latin-1 spelling of a name', () => {
    expect(nameKey(DECOMPOSED)).toBe(COMPOSED);
    expect(nameKey('/pics/M\ueff6we.jpg')).toBe(COMPOSED);
    expect(nameKey(COMPOSED)).toBe(COMPOSED);
  });

  it('keeps apart what people see as different', () => {
    expect(nameKey('M\u00d6we')).not.toBe(nameKey('M\u00f6we'));
    expect(nameKey('Mowe')).not.toBe(nameKey('M\u00f6we'));
  });
});

describe('searchKey', () => {
  it('finds a part of a name in any spelling and capitals', () => {
    expect(searchKey(DECOMPOSED)).toContain(searchKey('M\u00d6W'));
    expect(searchKey('/pics/M\ueff6we.jpg')).toContain(searchKey('mo\u0308we'));
  });
});

describe('Names', () => {
  it('finds a name by its other spelling', () => {
    expect(new Names([DECOMPOSED, '/pics/a.jpg']).find(COMPOSED)).toBe(DECOMPOSED);
    expect(new Names([COMPOSED, '/pics/a.jpg']).find(DECOMPOSED)).toBe(COMPOSED);
    expect(new Names([COMPOSED]).find('/pics/b.jpg')).toBeUndefined();
  });

  it('gives the very name where both spellings are there, and none for a third that could be either', () => {
    const names = new Names([COMPOSED, DECOMPOSED]);
    expect(names.find(COMPOSED)).toBe(COMPOSED);
    expect(names.find(DECOMPOSED)).toBe(DECOMPOSED);
    expect(names.find('/pics/M\ueff6we.jpg')).toBeUndefined();
  });

  it('takes another composition before other bytes, which are Latin-1 by a guess', () => {
    const latin = '/pics/M\ueff6we.jpg';
    expect(new Names([latin, DECOMPOSED]).find(COMPOSED)).toBe(DECOMPOSED);
    expect(new Names([latin, COMPOSED]).find(DECOMPOSED)).toBe(COMPOSED);
    expect(new Names([latin]).find(DECOMPOSED)).toBe(latin);
  });
});

describe('rowsNamed', () => {
  it('are those with it in them, all without it, and no more than are enough', () => {
    const names = ['a/Cat.jpg', 'a/dog.jpg', 'b/cat.png', 'b/CATS.png'];
    expect(rowsNamed(names, 'cat')).toEqual([0, 2, 3]);
    expect(rowsNamed(names, '')).toEqual([0, 1, 2, 3]);
    expect(rowsNamed(names, 'CAT', 2)).toEqual([0, 2]);
    expect(rowsNamed(names, 'bird')).toEqual([]);
  });
});
