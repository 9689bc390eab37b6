import { globSync, readFileSync } from 'node:fs'
import { basename, relative, resolve } from 'node:path'

/** The project's root folder. */
export const root = resolve(import.meta.dirname, '..')

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string
  /** Folder name under `packages/`, or `actions`. */
  readonly package: string
  /** Of the package, from the project's root. */
  readonly folder: string
  readonly text: string
  /** Module names as written in import and export statements. */
  readonly imports: readonly string[]
}

/** The product's sources: every package's `src` and that of the actions, tests, contract suites and fixtures left out. */
export function productSources(): SourceFile[] {
  return globSync(['packages/*/src/**/*.ts', 'actions/src/**/*.ts'], { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/\.(test|contract|fixture|bench)\.ts$|\/contracts\.ts$/.test(path))
    .sort()
    .map((path) => {
      const text = readFileSync(resolve(root, path), 'utf8')
      const folder = path.slice(0, path.indexOf('/src/'))
      return {
        path: relative(root, resolve(root, path)),
        package: basename(folder),
        folder,
        text,
        imports: importsOf(text),
      }
    })
}

/** Module names as written in the import and export statements of a text. */
export function importsOf(text: string): string[] {
  const statement = /^\s*(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm
  return [...text.matchAll(statement)].map((match) => (match[1] ?? match[2])!)
}
