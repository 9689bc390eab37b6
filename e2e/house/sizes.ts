import { execFileSync } from 'node:child_process'
import { existsSync, globSync, lstatSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { root } from '../sources.ts'

export interface Sized {
  /** From the project's root. */
  readonly path: string
  readonly lines: number
}

/** Every file of code that people write, tests included, largest first. */
export function sizesOf(folder = root): Sized[] {
  const patterns = [
    'packages/*/{src,bench,scripts}/**/*.{ts,css}',
    'actions/{src,build}/**/*.ts',
    'bench/**/*.ts',
    'e2e/**/*.ts',
  ]
  return globSync(patterns, { cwd: folder })
    .map((path) => ({ path: path.replaceAll('\\', '/'), lines: linesIn(resolve(folder, path)) }))
    .sort((a, b) => b.lines - a.lines)
}

function linesIn(path: string): number {
  return readFileSync(path, 'utf8').split('\n').length - 1
}

/** Every file that git keeps, in bytes, largest first. */
export function trackedSizes(folder = root): { readonly path: string; readonly bytes: number }[] {
  const paths = execFileSync('git', ['ls-files', '-z'], { cwd: folder, encoding: 'utf8' }).split('\0')
  return paths
    .filter((path) => path !== '' && existsSync(resolve(folder, path)))
    .map((path) => ({ path, bytes: lstatSync(resolve(folder, path)).size }))
    .sort((a, b) => b.bytes - a.bytes)
}

/** A line for each package: files, and lines in the median file, the one at nine tenths and the largest; tests and fixtures apart. */
export function renderSizes(sizes: readonly Sized[]): string {
  const groups = Map.groupBy(sizes, ({ path }) => {
    const [first, second] = path.split('/')
    const name = first === 'packages' ? second! : first!
    return /\.(test|contract|fixture)\.ts$/.test(path) && name !== 'e2e' ? `${name} (tests)` : name
  })
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, files]) => rowOf(name, files))
  return [['', 'files', 'lines', 'median', 'p90', 'largest', ''], ...rows]
    .map((cells) =>
      cells
        .map((cell, i) => (i === 0 || i === 6 ? cell.padEnd(26) : cell.padStart(8)))
        .join('')
        .trimEnd(),
    )
    .join('\n')
}

function rowOf(name: string, files: readonly Sized[]): string[] {
  const lines = files.map((file) => file.lines).sort((a, b) => a - b)
  const at = (share: number) => String(lines[Math.min(lines.length - 1, Math.floor(share * lines.length))])
  const total = lines.reduce((sum, each) => sum + each, 0)
  return [name, String(files.length), String(total), at(0.5), at(0.9), at(1), `  ${files[0]!.path.split('/').at(-1)}`]
}
