import { expect, it } from 'vitest';
import { unadmitted, unclear } from './outcome.js';

it('an answer other than before is admitted only by what is used instead, not by any path', () => {
  const idle = '/w/run: 3 pictures were looked at.';
  expect(unclear(idle, '/w')).toBeUndefined();
  expect(unadmitted(idle, '/w')).toContain('nothing of what is used instead');
  const said = '/w/run/bank.safetensors: damaged. The checkpoint of step 3, which is whole, is used instead.';
  expect(unadmitted(said, '/w')).toBeUndefined();
  expect(unadmitted('', '/w')).toBe('without a word');
});
