import { globSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { root } from '../sources.ts'
import { withoutComments } from './code-of.ts'

/** Texts by their paths from the root. */
export type Texts = ReadonlyMap<string, string>

/** Every source that people write, tests, scripts and what starts the program included, without its comments. */
export function projectTexts(): Texts {
  const patterns = [
    'packages/*/{src,bench,scripts,bin}/**/*.{ts,mjs}',
    'actions/{src,build}/**/*.ts',
    '.github/scripts/*.ts',
    'bench/**/*.ts',
    'e2e/**/*.ts',
  ]
  return new Map(
    globSync(patterns, { cwd: root })
      .map((path) => path.replaceAll('\\', '/'))
      .sort()
      .map((path) => [path, withoutComments(readFileSync(resolve(root, path), 'utf8'))]),
  )
}

/** A package of the project that others may import. */
export interface Package {
  /** `@reprise/trace`. */
  readonly name: string
  /** From the root. */
  readonly folder: string
  /** What others import it by, and the file that they get. */
  readonly entries: ReadonlyMap<string, string>
}

export function projectPackages(): Package[] {
  return globSync('packages/*/package.json', { cwd: root })
    .sort()
    .map((path) => {
      const folder = path.replaceAll('\\', '/').slice(0, -'/package.json'.length)
      const manifest = JSON.parse(readFileSync(resolve(root, path), 'utf8')) as {
        name: string
        exports?: Record<string, string>
      }
      const entries = Object.entries(manifest.exports ?? {})
      return {
        name: manifest.name,
        folder,
        entries: new Map(entries.map(([key, file]) => [`${manifest.name}${key.slice(1)}`, fileAt(folder, file)])),
      }
    })
}

/** The path from the root of what a file of that folder names. */
export function fileAt(folder: string, name: string): string {
  return relative(root, resolve(root, folder, name)).replaceAll('\\', '/')
}
