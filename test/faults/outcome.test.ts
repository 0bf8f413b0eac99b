import { expect, it } from 'vitest';
import { unadmitted, unclear } from './outcome.js';

it('an answer other than before is admitted only by what is used instead, not by any path', () => {
  const idle = '/w/run: 3 pictures were looked at.';
  expect(unclear(idle, '/w')).toBeUndefined();
  expect(unadmitted(idle, '/w')).toContain('nothing of what is used instead');
  const damaged = '/w/run/bank.safetensors: damaged.';
  expect(unadmitted(`${damaged} An older checkpoint is used instead.`, '/w')).toContain('nothing of what is used');
  expect(unadmitted(`${damaged} An older checkpoint, /w/run/step-3, is used instead; go on.`, '/w')).toBeUndefined();
  expect(unadmitted('', '/w')).toBe('without a word');
});
