import { globSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'

/** The project's root folder. */
export const root = resolve(import.meta.dirname, '..')

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string
  /** Folder name under `packages/`. */
  readonly package: string
  readonly text: string
  /** Module names as written in import and export statements. */
  readonly imports: readonly string[]
}

/** The product's sources: every package's `src`, tests, contract suites and fixtures left out. */
export function productSources(): SourceFile[] {
  return globSync('packages/*/src/**/*.ts', { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/\.(test|contract|fixture|bench)\.ts$|\/contracts\.ts$/.test(path))
    .sort()
    .map((path) => {
      const text = readFileSync(resolve(root, path), 'utf8')
      return { path: relative(root, resolve(root, path)), package: path.split('/')[1]!, text, imports: importsOf(text) }
    })
}

function importsOf(text: string): string[] {
  const statement = /^\s*(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm
  return [...text.matchAll(statement)].map((match) => (match[1] ?? match[2])!)
}
