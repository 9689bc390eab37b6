/** A part of a page, as the pages of `docs/` use Markdown. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'item'; readonly mark: string; readonly text: string }
  | { readonly kind: 'code'; readonly lines: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }

/** The parts of a page in their order, in plain text: what Markdown marks up is taken off, and pictures are left out. */
export function parsePage(markdown: string): Block[] {
  const lines = markdown.split(/\r?\n/)
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; ) {
    const { block, length } = blockAt(lines.slice(at))
    if (block) blocks.push(block)
    at += length
  }
  return blocks
}

interface Found {
  /** Absent: a line that says nothing. */
  readonly block?: Block
  /** In lines. */
  readonly length: number
}

function blockAt(lines: readonly string[]): Found {
  const [first = ''] = lines
  if (first.trim() === '') return { length: 1 }
  if (first.startsWith('```')) {
    const end = lines.findIndex((line, i) => i > 0 && line.startsWith('```'))
    const length = end < 0 ? lines.length : end
    return { block: { kind: 'code', lines: lines.slice(1, length) }, length: length + 1 }
  }
  const [, marks, title = ''] = /^(#{1,6}) (.*)$/.exec(first) ?? []
  if (marks) return { block: { kind: 'heading', level: marks.length, text: plain(title) }, length: 1 }
  if (first.startsWith('|')) return tableAt(lines)
  const [, mark] = /^(- |\d+\. )/.exec(first) ?? []
  const length = lengthOf(lines, mark !== undefined)
  const text = plain(
    lines
      .slice(0, length)
      .map((line) => line.trim())
      .join(' '),
  )
  if (mark) return { block: { kind: 'item', mark, text: text.slice(mark.length) }, length }
  return { ...(text !== '' && { block: { kind: 'paragraph', text } }), length }
}

/** A paragraph ends before what begins something else; an item also before the next. */
function lengthOf(lines: readonly string[], isItem: boolean): number {
  const end = lines.findIndex((line, i) => {
    if (i === 0) return false
    return line.trim() === '' || /^(```|#{1,6} |\||- |\d+\. )/.test(line) || (isItem && !line.startsWith(' '))
  })
  return end < 0 ? lines.length : end
}

function tableAt(lines: readonly string[]): Found {
  const end = lines.findIndex((line) => !line.startsWith('|'))
  const length = end < 0 ? lines.length : end
  const [head = [], , ...rows] = lines.slice(0, length).map(cellsOf)
  return { block: { kind: 'table', head, rows }, length }
}

function cellsOf(line: string): string[] {
  const cells = line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
  return cells.map((cell) => plain(cell.replaceAll('\\|', '|').trim()))
}

function plain(text: string): string {
  return text
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, (_, words: string, to: string) => `${words}${destinationOf(to, words)}`)
    .replaceAll('**', '')
    .trim()
}

/** An address as it is; a page by its topic, unless the words name it. */
function destinationOf(to: string, words: string): string {
  if (/^https?:/.test(to)) return words === to ? '' : ` (${to})`
  const page = /(?:^|\/)([\w-]+)\.md/.exec(to)?.[1]
  return page === undefined || page === words.toLowerCase() ? '' : ` (help ${page})`
}
