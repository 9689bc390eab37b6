import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * A digest of the code that reads traces: of all sources of this package, or of the bundle that this code is part of. Nobody has to remember to
 * count a version up.
 */
export async function readerVersion(): Promise<string> {
  const own = fileURLToPath(import.meta.url)
  return basename(own) === 'reader-version.ts' ? digestOfSources(join(own, '../../..')) : digestOfFiles([own])
}

/** Of the sources below a folder, by their names and contents; tests and what they are built of change no reading. */
export async function digestOfSources(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true })
  const sources = names.filter((name) => /\.ts$/.test(name) && !/\.(?:test|fixture)\.ts$/.test(name)).sort()
  return digestOfFiles(sources.map((name) => join(folder, name)))
}

async function digestOfFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  const contents = await Promise.all(paths.map((path) => readFile(path)))
  for (const [index, content] of contents.entries()) {
    hash.update(`${basename(paths[index]!)} ${content.length}\n`)
    hash.update(content)
  }
  return hash.digest('hex')
}
