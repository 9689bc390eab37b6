import { printable } from './printable.ts'

/**
 * A foreign text for the inside of a line of Markdown, a table cell included: it reads as it was, and means nothing. Every character that Markdown,
 * HTML or GitHub (mentions, issue numbers, emoji, links) could take for its own is written as a character reference.
 */
export function markdownText(text: string, limit = 300): string {
  return printable(text, limit)
    .replace(/:(?! |$)|[^\p{L}\p{N} .,:;'"/=()%+_-]/gu, reference)
    .replace(/_(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])_/gu, reference)
    .replace(/www(?=\.)/gi, (match) => `${match.slice(0, 2)}${reference(match[2]!)}`)
}

/** Foreign lines as they are, in a block whose fence is longer than any within. */
export function markdownBlock(lines: readonly string[]): string {
  const text = lines.map((line) => printable(line, 4_000)).join('\n')
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${text}\n${fence}`
}

function reference(character: string): string {
  return `&#${character.codePointAt(0)};`
}
