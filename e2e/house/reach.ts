import { dirname } from 'node:path'
import { importsOf } from '../sources.ts'
import { fileAt, type Package, type Texts } from './project-texts.ts'

/** The files that some lead to, themselves included: through imports of their own package, of another, and by `new URL`. */
export function reachOf(roots: Iterable<string>, texts: Texts, packages: readonly Package[]): Set<string> {
  const entries = new Map(packages.flatMap((each) => [...each.entries]))
  const reached = new Set(roots)
  for (const path of reached) {
    const text = texts.get(path)
    if (text === undefined) continue
    const named = [...importsOf(text), ...[...text.matchAll(/\bnew URL\('(\.[^']+)'/g)].map((match) => match[1]!)]
    for (const name of named) {
      const target = name.startsWith('.') ? fileAt(dirname(path), name) : entries.get(name)
      if (target !== undefined && texts.has(target)) reached.add(target)
    }
  }
  return reached
}
