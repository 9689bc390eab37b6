/** Lines of cells; a cell in quotes may hold commas, line ends and doubled quotes. Empty lines and a mark of the byte order are left out. */
export function parseCsv(text: string): string[][] {
  const lines: string[][] = []
  let [cells, cell, quoted]: [string[], string, boolean] = [[], '', false]
  const endLine = () => {
    if (cells.length > 0 || cell !== '') lines.push([...cells, cell])
    ;[cells, cell] = [[], '']
  }
  for (let at = text.startsWith('\u{feff}') ? 1 : 0; at < text.length; at += 1) {
    const letter = text[at]!
    if (quoted) {
      if (letter !== '"') cell += letter
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else quoted = false
    } else if (letter === '"') quoted = true
    else if (letter === ',') {
      cells.push(cell)
      cell = ''
    } else if (letter === '\n') endLine()
    else if (letter !== '\r') cell += letter
  }
  endLine()
  return lines
}
