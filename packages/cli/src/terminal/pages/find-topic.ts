import type { Block } from './parse-page.ts'

/** A page of `docs/`. */
export interface Page {
  readonly name: string
  readonly blocks: readonly Block[]
}

/** What pages say of a topic, from the first that says something; the word of a table, a page, a section. */
export interface FoundTopic {
  readonly page: string
  readonly blocks: readonly Block[]
}

/**
 * What the pages say of `topic`: all of the page of that name; else every row of a table whose first cell names it; else the sections that are called so,
 * or have all of its words in their titles. Empty: they say nothing.
 */
export function findTopic(pages: readonly Page[], topic: string): FoundTopic[] {
  const wanted = slug(topic)
  if (wanted === '') return []
  const page = pages.find(({ name }) => name === wanted)
  if (page) return [{ page: page.name, blocks: page.blocks }]
  const rows = pages.flatMap(({ name, blocks }) => found(name, rowsOf(blocks, wanted)))
  if (rows.length > 0) return rows
  const called = pages.flatMap(({ name, blocks }) =>
    found(
      name,
      sections(blocks, (title) => slug(title) === wanted),
    ),
  )
  if (called.length > 0) return called
  const words = wanted.split('-')
  return pages.flatMap(({ name, blocks }) =>
    found(
      name,
      sections(blocks, (title) => words.every((word) => slug(title).split('-').includes(word))),
    ),
  )
}

/** Every word that `findTopic` knows besides headings: names of pages, and what the rows of their tables are called. */
export function topicNames(pages: readonly Page[]): string[] {
  const rows = pages.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'table' ? block.rows.flatMap(([term = '']) => termsOf(term)) : [])),
  )
  return [...new Set([...pages.map(({ name }) => name), ...rows])]
}

function found(page: string, blocks: readonly Block[]): FoundTopic[] {
  return blocks.length === 0 ? [] : [{ page, blocks }]
}

function rowsOf(blocks: readonly Block[], wanted: string): Block[] {
  return blocks.flatMap((block) => {
    if (block.kind !== 'table') return []
    const rows = block.rows.filter(([term = '']) => termsOf(term).includes(wanted))
    return rows.length === 0 ? [] : [{ ...block, rows }]
  })
}

/** `` `ttft`, `co_ttft` `` and `turn, request` are names; a long text is none. */
function termsOf(cell: string): string[] {
  return cell
    .split(/, | and /)
    .filter((term) => term.length <= 40)
    .map(slug)
    .filter((term) => term !== '')
}

function sections(blocks: readonly Block[], isWanted: (title: string) => boolean): Block[] {
  return blocks.flatMap((block, i) => {
    if (block.kind !== 'heading' || !isWanted(block.text)) return []
    const end = blocks.findIndex((other, j) => j > i && other.kind === 'heading' && other.level <= block.level)
    return blocks.slice(i, end < 0 ? undefined : end)
  })
}

/** Letters and digits in lower case, hyphens between: `--trace check` and `trace-check` are one. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
}
