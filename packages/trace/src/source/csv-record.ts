/** The names of the columns. */
export function csvHeader(line: string): string[] {
  return cellsOf(line).map((name) => name.trim())
}

/** A row's cells by the names of their columns: as many as there are names. A cell that is missing is empty, one too many has no name. */
export function csvRecord(names: readonly string[], line: string): Record<string, string> {
  const cells = cellsOf(line)
  // Without a prototype: a column may have any name.
  const record: Record<string, string> = Object.create(null)
  for (const [i, name] of names.entries()) record[name] = (cells[i] ?? '').trim()
  return record
}

/** A cell in quotes may hold commas, and a doubled quote stands for one. Cells hold no line ends in traces. Source: RFC 4180. */
function cellsOf(line: string): string[] {
  const text = line.replace(/\r$/, '')
  if (!text.includes('"')) return text.split(',')
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  )
}
