import { dirname } from 'node:path'
import { fileAt, type Package, type Texts } from './project-texts.ts'

/** Files of ours that Node loads with one, itself included, and the names of all else: what is imported as a type or on demand is not. */
export function loadedBy(root: string, texts: Texts, packages: readonly Package[]): Set<string> {
  const entries = new Map(packages.flatMap((each) => [...each.entries]))
  const loaded = new Set([root])
  for (const path of loaded) {
    for (const name of loadsOf(texts.get(path) ?? ''))
      loaded.add(name.startsWith('.') ? fileAt(dirname(path), name) : (entries.get(name) ?? name))
  }
  return loaded
}

function loadsOf(text: string): string[] {
  const statement = /^(?:import|export)\s(?!type\s)(?:[^'"]*?\sfrom\s)?'([^']+)'/gm
  return [...text.matchAll(statement)].map((match) => match[1]!)
}
