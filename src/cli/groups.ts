/** @file What commands are for: the parts of the help. */

/** In the order of the help. */
export const GROUPS = {
  learn: 'To learn:',
  ask: 'To ask:',
  measure: 'To measure:',
  give: 'For other programs:',
} as const;
