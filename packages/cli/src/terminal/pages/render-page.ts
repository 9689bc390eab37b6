import type { Block } from './parse-page.ts'

/** Parts of a page as a terminal of that many columns shows them. */
export function renderPage(blocks: readonly Block[], columns: number): string {
  const parts = blocks.map((block) => renderBlock(block, columns))
  // Items of a list stand together.
  const gaps = blocks.map((block, i) => (block.kind === 'item' && blocks[i + 1]?.kind === 'item' ? '' : '\n'))
  return parts.map((lines, i) => `${lines.join('\n')}\n${gaps[i]}`).join('')
}

function renderBlock(block: Block, columns: number): string[] {
  switch (block.kind) {
    case 'heading':
      return [block.level <= 2 ? block.text.toUpperCase() : block.text]
    case 'paragraph':
      return wrapped(block.text, columns, '  ')
    case 'item':
      return hanging(block.text, columns, `  ${block.mark}`)
    case 'code':
      return block.lines.map((line) => `      ${line}`.trimEnd())
    case 'table':
      return renderTable(block, columns)
  }
}

/** Side by side where that is wide enough, else one below the other. */
function renderTable({ head, rows }: Extract<Block, { kind: 'table' }>, columns: number): string[] {
  const all = head.some((cell) => cell !== '') ? [head, ...rows] : rows
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)))
  const isNarrow = widths.reduce((sum, width) => sum + width + 2, 2) <= columns
  if (isNarrow) return all.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
  return rows.flatMap(([term = '', ...cells]) => [
    ...wrapped(term, columns, '  '),
    ...cells.flatMap((cell, i) =>
      cell === '' ? [] : wrapped(labelled(cell, head[i + 1], cells.length), columns, '      '),
    ),
  ])
}

/** A single column needs no name beside its term. */
function labelled(cell: string, name: string | undefined, columns: number): string {
  return columns < 2 || !name ? cell : `${name}: ${cell}`
}

function hanging(text: string, columns: number, mark: string): string[] {
  const indent = ' '.repeat(mark.length)
  return wrapped(text, columns, indent).map((line, i) => (i === 0 ? mark + line.slice(mark.length) : line))
}

function wrapped(text: string, columns: number, indent: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, indent + line]
}
