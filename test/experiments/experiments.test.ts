import { describe, expect, it } from 'vitest';
import { RECIPE, settingsOf } from '#src/experiments/spec-settings.js';
import { EXPERIMENTS, experimentNamed } from '#src/experiments/studies/list.js';
import { RECIPES } from '#src/method/recipes.js';
import { resolveSettings } from '#src/run/config.js';

describe('the experiments', () => {
  it('are the seven, each with runs of different names', () => {
    expect(EXPERIMENTS.map(({ name }) => name)).toEqual([
      'table1',
      'nce-sweep',
      'dimension',
      'data-size',
      'semi-supervised',
      'layers',
      'retrieval',
    ]);
    for (const { runs } of EXPERIMENTS) expect(new Set(runs.map(({ name }) => name)).size).toBe(runs.length);
  });

  it('are the published recipe at full size, but for what a row is about', () => {
    const full = { width: 64, size: 32, stem: 'cifar', batch: 128, epochs: 200, seed: 0 } as const;
    const softmax = experimentNamed('table1').runs.find(({ name }) => name === 'softmax')!;
    expect(resolveSettings(RECIPE, settingsOf(softmax, full, true))).toEqual(RECIPES.cifar10);
    for (const { runs } of EXPERIMENTS) {
      for (const spec of runs.filter(({ untrained }) => !untrained)) {
        const about = Object.keys(spec.settings);
        const settings = Object.entries(resolveSettings(RECIPE, settingsOf(spec, full, true)));
        const others = settings.filter(([name]) => !about.includes(name));
        expect(Object.fromEntries(others)).toEqual(
          Object.fromEntries(Object.entries(RECIPES.cifar10).filter(([name]) => !about.includes(name))),
        );
      }
    }
  });

  it('get cures for short trainings below full size, all alike', () => {
    const small = { width: 8, size: 32, stem: 'cifar', batch: 128, epochs: 50, seed: 0 } as const;
    for (const { runs } of EXPERIMENTS) {
      for (const spec of runs) {
        const { featureNorm, loss, z } = resolveSettings(RECIPE, settingsOf(spec, small, false));
        expect({ featureNorm, z }).toEqual({ featureNorm: true, z: loss === 'nce' ? 'running' : 'first' });
      }
    }
  });

  it('put the paper’s figures beside rows and columns that there are', () => {
    for (const { runs, columns, paper, isRanking } of EXPERIMENTS) {
      for (const [label, figures] of Object.entries(paper)) {
        if (isRanking) expect(runs.map((run) => run.label)).toContain(label);
        for (const name of Object.keys(figures)) expect(columns.map((column) => column.name)).toContain(name);
      }
    }
  });

  it('are asked for by name', () => {
    expect(() => experimentNamed('table2')).toThrow(/^experiment: expected table1, .*, got 'table2'\.$/);
    expect(() => experimentNamed('observation')).toThrow(/got 'observation'\. That is instdisc observe\.$/);
  });
});
