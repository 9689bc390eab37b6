/** Columns as wide as their widest cell, the first to the left, the others to the right; two blanks lie between them. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      return `${cells.join('  ').trimEnd()}\n`
    })
    .join('')
}
