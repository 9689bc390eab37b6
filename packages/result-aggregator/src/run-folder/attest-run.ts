import { join } from 'node:path'
import { type Envelope, sealStatement } from '../attest/envelope.ts'
import { type Attesting, runStatement } from '../attest/run-statement.ts'
import type { Check } from '../result/verification.ts'
import { attestedFiles } from './attested-files.ts'
import { readRun } from './read-run.ts'
import { RunFolderError, runFiles } from './run-folder.ts'
import { type VerifyOptions, verifyRun } from './verify-run.ts'
import { writeFileWhole } from './write-file-whole.ts'

export interface AttestOptions extends VerifyOptions, Attesting {
  /** Ed25519, PEM; absent: nobody signs. It is not kept. */
  readonly privateKeyPem?: string | undefined
}

export interface Attested {
  readonly path: string
  readonly envelope: Envelope
  readonly checks: readonly Check[]
}

/**
 * Verifies the run in the folder and writes an attestation of it there, signed where a key is given. Nobody vouches here for what is not to be believed.
 *
 * @throws RunFolderError where a check fails, or the folder cannot be written. KeyError where the key cannot be used.
 */
export async function attestRun(folder: string, { privateKeyPem, ...options }: AttestOptions): Promise<Attested> {
  const { checks, built } = await verifyRun(folder, options)
  const failed = checks.find(({ outcome }) => outcome === 'fail')
  if (failed || !built)
    throw new RunFolderError(
      folder,
      failed ? `it is not to be believed: ${failed.name}: ${failed.says}` : 'it gives no result',
      'Look at it with reprise results verify; what is not so cannot be attested.',
    )
  const { run } = await readRun(folder)
  const statement = runStatement({ run, built, checks, subjects: await attestedFiles(folder) }, options)
  const envelope = sealStatement(statement, privateKeyPem)
  const path = join(folder, runFiles.attestation)
  await writeFileWhole(path, `${JSON.stringify(envelope)}\n`)
  return { path, envelope, checks }
}
