import { describe, expect, it } from 'vitest';
import { LabelBook } from '../../web/src/views/label/book.ts';
import { parseLabels } from '../../web/src/views/label/csv.ts';
import { Desk } from '../../web/src/views/label/desk.ts';
import { importLabels } from '../../web/src/views/label/import.ts';
import { suggestSpread } from '../../web/src/views/label/suggest.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('parseLabels', () => {
  it('takes the columns by name, wherever they are', () => {
    const { labels } = parseLabels(bytes('confidence,label,path\n1,cat,a.jpg\n'));
    expect(labels).toEqual(new Map([['a.jpg', 'cat']]));
  });

  it.each([
    ['a table without labels', 'path,kind\na,b\n', 'expected the columns path and label'],
    ['a row without a label', 'path,label\na,\n', "row 2: expected a path and a label, got path 'a', label ''"],
    ['two labels for one path', 'path,label\na,cat\na,dog\n', "expected one label for a, got 'cat' and 'dog'"],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseLabels(bytes(text))).toThrow(message);
  });
});

describe('importLabels', () => {
  const names = ['cat/1.jpg', 'dog/1.jpg', 'dog/2.jpg'];

  it('finds pictures by name and by longer paths, and names the rest', () => {
    const text = 'path,label\ncat/1.jpg,a\n/data/train/dog/2.jpg,b\nC:\\data\\dog\\1.jpg,c\ncat/9.jpg,d\n';
    expect(importLabels(bytes(text), names)).toEqual({
      labels: new Map([
        [0, 'a'],
        [2, 'b'],
        [1, 'c'],
      ]),
      unknown: ['cat/9.jpg'],
      remark: undefined,
    });
  });

  it('reads what spreadsheets write, and says what it guesses', () => {
    const windows = Uint8Array.from(Buffer.from('Path;Label\r\nM\xf6we.jpg;\x93a\x94\r\n', 'latin1'));
    expect(importLabels(windows, ['Mo\u0308we.jpg'])).toEqual({
      labels: new Map([[0, '“a”']]),
      unknown: [],
      remark: expect.stringContaining('Windows-1252'),
    });
  });

  it('tells two spellings of a name apart where both are there', () => {
    const [composed, decomposed] = ['M\u00f6we.jpg', 'Mo\u0308we.jpg'];
    const latin = 'M\ueff6we.jpg';
    expect(importLabels(bytes('path,label\nM\u00f6we.jpg,a\n'), [decomposed!, latin]).labels).toEqual(
      new Map([[0, 'a']]),
    );
    const { labels } = importLabels(bytes(`path,label\n${composed},a\n${decomposed},b\n`), [decomposed, composed]);
    expect(labels).toEqual(
      new Map([
        [1, 'a'],
        [0, 'b'],
      ]),
    );
  });

  it('refuses two labels for one picture, however its path is written', () => {
    expect(() => importLabels(bytes('path,label\ncat/1.jpg,a\n/x/cat/1.jpg,b\n'), names)).toThrow(
      "expected one label for cat/1.jpg, got 'a' and 'b'",
    );
  });
});

describe('LabelBook', () => {
  it('takes steps back one by one, to where it began', () => {
    const book = new LabelBook(new Map([[7, 'cat']]));
    const states = [new Map(book.labels.value)];
    for (const changes of [
      new Map([
        [1, 'cat'],
        [2, 'dog'],
      ]),
      new Map([[7, 'dog']]),
      new Map([[1, null]]),
    ]) {
      book.change(changes);
      states.push(new Map(book.labels.value));
    }
    expect(book.labels.value).toEqual(
      new Map([
        [7, 'dog'],
        [2, 'dog'],
      ]),
    );
    expect(book.counts.value).toEqual(new Map([['dog', 2]]));
    for (const state of states.reverse().slice(1)) {
      book.undo();
      expect(book.labels.value).toEqual(state);
    }
    expect(book.canUndo.value).toBe(false);
  });

  it('counts no step that changes nothing', () => {
    const book = new LabelBook(new Map([[7, 'cat']]));
    book.change(
      new Map([
        [7, 'cat'],
        [8, null],
      ]),
    );
    expect(book.canUndo.value).toBe(false);
  });
});

describe('Desk', () => {
  it('labels the picked pictures, or the current one, and keeps the keys of labels', () => {
    const desk = new Desk(new Map([[5, 'cat']]));
    desk.current.value = 1;
    desk.assign('dog');
    desk.toggle(2);
    desk.toggle(3);
    desk.toggle(2);
    desk.assign('cat');
    desk.book.undo();
    desk.book.undo();
    expect(desk.book.labels.value).toEqual(new Map([[5, 'cat']]));
    expect(desk.known.value).toEqual(['cat', 'dog']);
  });
});

describe('suggestSpread', () => {
  // Two clusters of unlike size on a line, the denser pictures at the even places.
  const map = {
    x: Float32Array.from({ length: 30 }, (_, row) => row),
    y: new Float32Array(30),
    clusters: Int32Array.from({ length: 30 }, (_, row) => (row < 10 ? 0 : 1)),
    density: Float32Array.from({ length: 30 }, (_, row) => (row === 14 ? 1 : row % 2 === 0 ? 0.9 : 0.1)),
  };

  it('lets clusters take turns, the largest first, and starts with the densest', () => {
    const suggested = suggestSpread(map, new Set(), 6);
    expect(suggested[0]).toBe(14);
    expect(suggested.map((row) => map.clusters[row])).toEqual([1, 0, 1, 0, 1, 0]);
  });

  it('goes to the far ends of a cluster, and leaves out its thin half', () => {
    const suggested = suggestSpread(map, new Set(), 30);
    expect(suggested.filter((row) => row >= 10).slice(0, 3)).toEqual([14, 28, 20]);
    expect(suggested.every((row) => row % 2 === 0)).toBe(true);
    expect(new Set(suggested).size).toBe(15);
  });

  it('keeps away from named pictures', () => {
    const suggested = suggestSpread(map, new Set([14, 28]), 4).filter((row) => row >= 10);
    expect(suggested[0]).toBe(20);
    expect(suggested).not.toContain(14);
  });
});
