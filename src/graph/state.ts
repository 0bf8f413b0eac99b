/** @file How a graph says that it carries state. */

/** Prefix of an output that becomes, in the next run, the input of the name that follows: `next.w` replaces `w`. */
export const NEXT = 'next.';
