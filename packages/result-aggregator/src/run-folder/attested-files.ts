import { join } from 'node:path'
import type { Subject } from '../attest/statement.ts'
import { digestOf, listFiles } from './manifest.ts'

/** Made anew whenever somebody looks at a run, from what is attested. */
const leftOut: ReadonlySet<string> = new Set(['report.html'])

/** The files of a run that an attestation is about, by name, with their digests. @throws RunFolderError where one is no plain file. */
export async function attestedFiles(folder: string): Promise<Subject[]> {
  const subjects: Subject[] = []
  for (const { name } of await listFiles(folder)) {
    if (leftOut.has(name)) continue
    subjects.push({ name, digest: { sha256: await digestOf(join(folder, name)) } })
  }
  return subjects
}
