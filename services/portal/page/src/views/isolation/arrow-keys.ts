import type { KeyboardEvent } from 'react';

const STEPS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * Moves the focus from button to button in a table: up, down, left, right; Home and End within the row. Rows without a button
 * are passed over.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/grid/
 */
export function moveByArrowKeys(event: KeyboardEvent<HTMLTableElement>): void {
  const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>('td, th');
  const table = event.currentTarget;
  if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const row = cell.parentElement as HTMLTableRowElement;
  const next = nextButton(table, row.rowIndex, cell.cellIndex, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function nextButton(table: HTMLTableElement, row: number, column: number, key: string): HTMLElement | undefined {
  const buttonAt = (row: number, column: number) =>
    table.rows[row]?.cells[column]?.querySelector<HTMLElement>('button:not(:disabled)') ?? undefined;
  const inRow = [...(table.rows[row]?.cells ?? [])].map((_, index) => index);
  if (key === 'Home' || key === 'End') {
    const columns = key === 'Home' ? inRow : inRow.reverse();
    return columns.map((index) => buttonAt(row, index)).find((button) => button !== undefined);
  }
  const step = STEPS[key];
  if (!step) return undefined;
  let [at, across] = [row + step[0], column + step[1]];
  while (at >= 0 && at < table.rows.length && across >= 0 && across < inRow.length) {
    const button = buttonAt(at, across);
    if (button) return button;
    at += step[0];
    across += step[1];
  }
  return undefined;
}
