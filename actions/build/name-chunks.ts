import { basename, dirname } from 'node:path'
import type { Metafile } from 'esbuild'

/** A file that esbuild has made. */
export interface OutputFile {
  readonly name: string
  readonly text: string
}

/**
 * Gives each chunk the name of the source that it was made for, or of the first in it, in place of a hash of its bytes: a change of a few lines then changes the files that
 * hold them, and renames none. Files that are no chunks keep their names.
 */
export function nameChunks(files: readonly OutputFile[], outputs: Metafile['outputs']): OutputFile[] {
  const names = chunkNames(outputs)
  const renamed = (text: string) => text.replaceAll(/chunk-[A-Z0-9]{8}\.mjs/g, (found) => names.get(found) ?? found)
  return files.map(({ name, text }) => ({ name: names.get(name) ?? name, text: renamed(text) }))
}

/** By the names that esbuild has given; two chunks that begin with one source, or with sources of one name, are numbered. */
function chunkNames(outputs: Metafile['outputs']): ReadonlyMap<string, string> {
  const chunks = Object.entries(outputs)
    .map(([path, { inputs, entryPoint }]) => ({
      name: basename(path),
      first: entryPoint ?? Object.keys(inputs).sort()[0] ?? 'joint',
    }))
    .filter(({ name }) => /^chunk-[A-Z0-9]{8}\.mjs$/.test(name))
    .sort((a, b) => (a.first < b.first ? -1 : 1))
  const taken = new Map<string, number>()
  return new Map(
    chunks.map(({ name, first }) => {
      const stem = stemOf(first)
      const count = (taken.get(stem) ?? 0) + 1
      taken.set(stem, count)
      return [name, `chunk-${stem}${count > 1 ? `-${count}` : ''}.mjs`]
    }),
  )
}

/** `packages/cli/src/run/perform-run.ts` becomes `cli-run-perform-run`. */
function stemOf(path: string): string {
  const words = path.replace(/^(packages|node_modules)\//, '').replace(/\/(src|dist|lib)(?=\/)/g, '')
  const file = basename(words).replace(/\.[cm]?[jt]s$/, '')
  return `${dirname(words)}/${file}`
    .replace(/^\.\//, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(-60)
}
