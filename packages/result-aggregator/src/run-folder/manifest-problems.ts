import { join } from 'node:path'
import { printable } from '@reprise/safe-text'
import { parseBoundedJson } from '../result/parse-bounded-json.ts'
import { digestOf, listFiles, Manifest } from './manifest.ts'
import { maxBytes } from './max-bytes.ts'
import { readPlainFile } from './open-plain-file.ts'
import { asRunFolderError, RunFolderError, runFiles } from './run-folder.ts'

/**
 * What in the folder is not as its manifest says, a few words for each file: changed, gone, or come since. `undefined` where it has no
 * manifest: then its result was never saved.
 *
 * @throws RunFolderError where a file cannot be read.
 */
export async function manifestProblems(folder: string): Promise<string[] | undefined> {
  const manifest = await readSaved(join(folder, runFiles.manifest))
  if (!manifest) return undefined
  if (manifest === 'none') return [`${runFiles.manifest} is no manifest`]
  const listed = new Map(Object.entries(manifest.files))
  const found = new Map((await listFiles(folder)).map((file) => [file.name, file]))
  const problems = [...listed.keys()]
    .filter((name) => !isFileName(name))
    .map((name) => `${printable(name, 200)} is no name of a file`)
  for (const name of [...new Set([...listed.keys(), ...found.keys()])].sort()) {
    if (!isFileName(name)) continue
    const [then, now] = [listed.get(name), found.get(name)]
    const problem = !now
      ? 'is gone'
      : !then
        ? 'is not in it'
        : (await isSame(folder, then, now))
          ? undefined
          : 'was changed'
    if (problem !== undefined) problems.push(`${printable(name, 200)} ${problem}`)
  }
  return problems
}

/** The first few in one line, and how many more. */
export function renderManifestProblems(problems: readonly string[]): string {
  const shown = problems.slice(0, 5).join(', ')
  return `is not as its manifest says: ${problems.length > 5 ? `${shown} and ${problems.length - 5} more` : shown}`
}

/** One that leads nowhere else, however a reader joins it to the folder. */
function isFileName(name: string): boolean {
  return !/[/\\:]|^\.{0,2}$/.test(name)
}

/** Sizes first: they cost nothing. */
async function isSame(
  folder: string,
  then: Manifest['files'][string],
  now: { name: string; bytes: number; isPlain: boolean },
) {
  if (!now.isPlain || then.bytes !== now.bytes) return false
  return (await digestOf(join(folder, now.name))) === then.sha256
}

async function readSaved(path: string): Promise<Manifest | 'none' | undefined> {
  const text = await readPlainFile(path, maxBytes.manifest).catch((error: unknown) => {
    if (error instanceof RunFolderError && error.isMissing) return undefined
    throw asRunFolderError(path, error)
  })
  if (text === undefined) return undefined
  try {
    return Manifest.parse(parseBoundedJson(text))
  } catch {
    return 'none'
  }
}
