import { join } from 'node:path'
import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { attestationFinding, signatureFinding } from '../attest/attestation-findings.ts'
import { Envelope } from '../attest/envelope.ts'
import { Statement } from '../attest/statement.ts'
import { parseBoundedJson, UnsafeJsonError } from '../result/parse-bounded-json.ts'
import { type Check, type Finding, fail, notChecked } from '../result/verification.ts'
import { attestedFiles } from './attested-files.ts'
import { maxBytes } from './max-bytes.ts'
import { readPlainFile } from './open-plain-file.ts'
import { readRun } from './read-run.ts'
import { RunFolderError, runFiles } from './run-folder.ts'

export interface AttestationOptions {
  /** Default: the one that lies in the folder. */
  readonly attestation?: string | undefined
  /** Ed25519, PEM: of who is trusted. */
  readonly publicKeyPem?: string | undefined
}

/**
 * Who vouches for a run: whether the statement is about these files, and signed with the key. Where a public key is given and there is no statement, that fails: a
 * signature was wanted.
 *
 * @throws KeyError where the key cannot be used.
 */
export async function checkAttestation(
  folder: string,
  { attestation, publicKeyPem }: AttestationOptions,
): Promise<readonly [Check, Check]> {
  const read = await readEnvelope(attestation ?? join(folder, runFiles.attestation))
  if (read === undefined) {
    const none = attestation === undefined ? 'none lies there (reprise results attest)' : 'there is no such file'
    const isWanted = attestation !== undefined || publicKeyPem !== undefined
    return named(isWanted ? fail(none) : notChecked(none), notChecked('there is no attestation'))
  }
  if (typeof read === 'string') return named(fail(read), notChecked('there is no attestation that can be read'))
  const { envelope, bySigstore } = read
  const statement = statementIn(envelope)
  if (typeof statement === 'string') return named(fail(statement), notChecked('there is no statement that can be read'))
  const signature = bySigstore
    ? notChecked('it was signed through Sigstore: ask gh attestation verify')
    : signatureFinding(envelope, publicKeyPem)
  return named(await fileFinding(folder, statement), signature)
}

async function fileFinding(folder: string, statement: Statement): Promise<Finding> {
  try {
    const { run } = await readRun(folder)
    return attestationFinding(statement, { run, files: await attestedFiles(folder) })
  } catch (error) {
    if (error instanceof RunFolderError) return fail(`the run cannot be read: ${error.problem}`)
    throw error
  }
}

function named(attestation: Finding, signature: Finding): readonly [Check, Check] {
  return [
    { name: 'attestation', ...attestation },
    { name: 'signature', ...signature },
  ]
}

/** What GitHub keeps: the same envelope, with a certificate instead of a key. Source: github.com/sigstore/protobuf-specs, sigstore_bundle.proto. */
const Bundle = z.object({ mediaType: z.string(), dsseEnvelope: Envelope })

/** In words, where there is something else; `undefined` where there is nothing. */
async function readEnvelope(
  path: string,
): Promise<{ readonly envelope: Envelope; readonly bySigstore: boolean } | string | undefined> {
  try {
    const value = parseBoundedJson(await readPlainFile(path, maxBytes.attestation))
    const bundle = Bundle.safeParse(value)
    if (bundle.success) return { envelope: bundle.data.dsseEnvelope, bySigstore: true }
    return { envelope: Envelope.parse(value), bySigstore: false }
  } catch (error) {
    if (error instanceof RunFolderError) return error.isMissing ? undefined : error.problem
    return problemOf(error, 'no envelope of an attestation')
  }
}

function statementIn({ payload }: Envelope): Statement | string {
  try {
    return Statement.parse(parseBoundedJson(Buffer.from(payload, 'base64').toString('utf8')))
  } catch (error) {
    return problemOf(error, 'what it holds is no statement about a run')
  }
}

function problemOf(error: unknown, what: string): string {
  if (error instanceof z.ZodError) return `${what} (${printable(z.prettifyError(error), 200)})`
  if (error instanceof UnsafeJsonError) return `${what}: ${error.message}`
  throw error
}
