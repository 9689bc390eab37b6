import { renderCsvCell } from '../../render/csv-cell.ts'

/** A line of CSV with its end (RFC 4180). */
export function csvLine(cells: readonly (string | number | boolean | undefined)[]): string {
  return `${cells.map((cell) => renderCsvCell(typeof cell === 'boolean' ? String(cell) : cell)).join(',')}\r\n`
}
