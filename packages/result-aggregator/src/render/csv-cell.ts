/**
 * A cell of CSV (RFC 4180); what was not measured is empty. No text is taken for a formula by a spreadsheet: one that begins like one gets an
 * apostrophe before it.
 */
export function renderCsvCell(cell: string | number | undefined): string {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return String(cell)
  const flat = cell.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
  const harmless = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20|%]/u.test(flat) ? `'${flat}` : flat
  return /[",;\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
