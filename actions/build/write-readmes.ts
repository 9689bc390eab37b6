import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { renderReadme } from './render-readme.ts'

/** Puts the tables of all actions' README files into the state of their `action.yml`; returns how many there are. */
export function writeReadmes(root: string): number {
  const pages = readmePages(root)
  for (const { path, fresh } of pages) writeFileSync(path, fresh)
  return pages.length
}

/** Every action's README: as it is, and as it should be. */
export function readmePages(root: string): { path: string; actual: string; fresh: string }[] {
  return globSync('actions/*/action.yml', { cwd: root })
    .sort()
    .map((file) => {
      const path = join(root, dirname(file), 'README.md')
      const actual = readFileSync(path, 'utf8')
      return { path, actual, fresh: renderReadme(actual, readFileSync(join(root, file), 'utf8')) }
    })
}
