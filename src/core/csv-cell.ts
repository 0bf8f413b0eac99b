/** @file Cells of a CSV file that a spreadsheet would take for formulas. */

/** How a formula begins, after OWASP's "CSV Injection"; the wide forms count as well where people write Japanese. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const MARKED_FORMULA = /^'+[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A text as a cell that no spreadsheet computes: what would be a formula gets an apostrophe in front. So does what
 * looks like one that has it already, so that `restored` gives back every text. A number is none, be it a class named
 * -1: it computes nothing, and programs that read the file are to find the class as it is.
 */
export function neutralised(text: string): string {
  const isFormula = MARKED_FORMULA.test(text) || (FORMULA.test(text) && !NUMBER.test(text));
  return isFormula ? `'${text}` : text;
}

/** What `neutralised` was given. */
export function restored(cell: string): string {
  return MARKED_FORMULA.test(cell) ? cell.slice(1) : cell;
}
