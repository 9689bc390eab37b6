import { isDeepStrictEqual } from 'node:util'
import { printable } from '@reprise/safe-text'
import type { RunFile } from '../result/run-header.ts'
import { type Finding, fail, notChecked, pass } from '../result/verification.ts'
import { type Envelope, payloadType, signerOf } from './envelope.ts'
import type { Statement, Subject } from './statement.ts'

/** Whether the files of a run are those that the statement is about, and its header says what the statement says. */
export function attestationFinding(
  statement: Statement,
  { run, files }: { readonly run: RunFile; readonly files: readonly Subject[] },
): Finding {
  const problems = [...fileProblems(statement.subject, files), ...headerProblems(statement, run)]
  if (problems.length > 0) return fail(`it is of another run: ${problems.slice(0, 3).join('; ')}`, problems)
  const { metadata, builder } = statement.predicate.runDetails
  const { name = 'somebody who does not say who', organization } = metadata.reprise_by ?? {}
  const who = [name, organization].filter((each) => each !== undefined).map((each) => printable(each, 120))
  const where = builder.id.startsWith('https:') ? ` in ${printable(builder.id, 200)}` : ''
  return pass(
    `${who.join(', ')}${where} says on ${printable(metadata.reprise_attestedOn, 40)} that these ${files.length} files are the run, made with reprise ${printable(run.toolVersion, 40)}`,
  )
}

function fileProblems(told: readonly Subject[], found: readonly Subject[]): string[] {
  const [there, here] = [digests(told), digests(found)]
  if (there.size < told.length) return ['a file stands in it twice']
  return [...new Set([...there.keys(), ...here.keys()])].sort().flatMap((name) => {
    const [then, now] = [there.get(name), here.get(name)]
    if (then === now) return []
    const what = now === undefined ? 'is gone' : then === undefined ? 'is not in it' : 'was changed'
    return `${printable(name, 120)} ${what}`
  })
}

function digests(subjects: readonly Subject[]): Map<string, string> {
  return new Map(subjects.map(({ name, digest }) => [name, digest.sha256]))
}

/** The digest of run.json says the same; whoever reads the statement alone reads these. */
function headerProblems({ predicate: { buildDefinition } }: Statement, run: RunFile): string[] {
  const { externalParameters: asked, internalParameters: made, resolvedDependencies } = buildDefinition
  const digestOf = (uri: string, kind: string) => resolvedDependencies.find((each) => each.uri === uri)?.digest[kind]
  const parts: readonly (readonly [what: string, told: unknown, found: unknown])[] = [
    ['command', asked.command, run.command],
    ['seed', asked.seed, run.plan.seed],
    ['preset', asked.preset, run.plan.preset.name],
    ['identity', asked.identity, run.identity],
    ['version', made.toolVersion, run.toolVersion],
    ['replay semantics', made.replaySemantics, run.replaySemantics],
    ['commit', digestOf('urn:reprise:commit', 'gitCommit'), run.commit],
    ['plan', digestOf('urn:reprise:plan', 'sha256'), run.plan.digest],
    ['corpus', digestOf('urn:reprise:corpus', 'sha256'), run.plan.corpusDigest],
  ]
  return parts.filter(([, told, found]) => !isDeepStrictEqual(told, found)).map(([what]) => `it says another ${what}`)
}

/** Whether the statement is signed with the key. @throws KeyError */
export function signatureFinding(envelope: Envelope, publicKeyPem: string | undefined): Finding {
  const { signatures } = envelope
  if (publicKeyPem === undefined)
    return notChecked(
      signatures.length === 0
        ? 'it is not signed: anybody can have written it'
        : 'no public key is given (--public-key): anybody can have signed it',
    )
  if (envelope.payloadType !== payloadType)
    return fail(`what is signed is no statement but ${printable(envelope.payloadType, 80)}`)
  const signer = signerOf(envelope, publicKeyPem)
  if (signer !== undefined) return pass(`signed with the key ${signer.slice(0, 16)}`)
  return fail(signatures.length === 0 ? 'it is not signed' : 'it is not signed with this key')
}
