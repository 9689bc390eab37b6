import { join, parse } from 'node:path'

/** A file beside another, called by a word more: `steps-lanes-8.jsonl.gz` beside `steps.jsonl.gz`. The same file without one. */
export function pathWith(path: string, word: string | undefined): string {
  if (word === undefined) return path
  const { dir, base } = parse(path)
  const [, name, ends] = /^(.[^.]*)(.*)$/.exec(base)!
  return join(dir, `${name}-${word}${ends}`)
}
