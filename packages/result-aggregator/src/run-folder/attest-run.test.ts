import { generateKeyPairSync } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sealStatement } from '../attest/envelope.ts'
import type { Statement } from '../attest/statement.ts'
import { Forger, playMinute, writePlayed } from '../testing/written-run.fixture.ts'
import { type AttestOptions, attestRun } from './attest-run.ts'
import { type AttestationOptions, checkAttestation } from './check-attestation.ts'
import { verifyRun } from './verify-run.ts'

const keys = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
const { publicKeyPem, privateKeyPem } = keys()
const nowMs = Date.parse('2026-11-28T12:00:00Z')

let parent = ''
let folder = ''
let forger = new Forger('')
beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'reprise-attest-'))
  const commit = '0123456789abcdef0123456789abcdef01234567'
  const workflowRun = 'https://github.com/acme/bench/actions/runs/17/attempts/1'
  await writePlayed(join(parent, 'honest'), await playMinute(), { commit, workflowRun })
})
afterAll(() => rmSync(parent, { recursive: true, force: true }))
beforeEach(() => {
  folder = mkdtempSync(join(parent, 'run-'))
  forger = new Forger(folder)
  cpSync(join(parent, 'honest'), folder, { recursive: true })
})

const attest = (options: Partial<AttestOptions> = {}) =>
  attestRun(folder, { nowMs, attestedOn: '2026-11-28T12:00:00.000Z', toolVersion: '0.1.0', ...options })
const check = async (options: AttestationOptions = {}) =>
  (await checkAttestation(folder, options)).map(({ outcome, says }) => `${outcome}: ${says}`)
const statementOf = ({ payload }: { payload: string }) =>
  JSON.parse(Buffer.from(payload, 'base64').toString()) as Statement

test('a statement says what was run, by which tool of which commit, and every file by its digest', async () => {
  const { envelope, path } = await attest({ by: { name: 'Ada', organization: 'Acme' } })
  expect(path).toBe(join(folder, 'attestation.json'))
  const { _type, subject, predicateType, predicate } = statementOf(envelope)
  expect([_type, predicateType]).toEqual(['https://in-toto.io/Statement/v1', 'https://slsa.dev/provenance/v1'])
  const manifest = JSON.parse(forger.read('manifest.json'))
  expect(subject).toEqual(
    Object.entries<{ sha256: string }>(manifest.files).map(([name, { sha256 }]) => ({ name, digest: { sha256 } })),
  )
  expect(predicate.buildDefinition).toMatchObject({
    externalParameters: { seed: 3, identity: { hardware: 'b200', gpus: 8 } },
    internalParameters: {
      toolVersion: '0.1.0',
      replaySemantics: '1',
      verdict: 'indicative',
      verification: { outcome: 'pass' },
    },
    resolvedDependencies: expect.arrayContaining([
      { uri: 'urn:reprise:commit', digest: { gitCommit: '0123456789abcdef0123456789abcdef01234567' } },
    ]),
  })
  expect(predicate.runDetails).toEqual({
    builder: { id: 'urn:reprise:somebody', version: { reprise: '0.1.0' } },
    metadata: {
      invocationId: 'https://github.com/acme/bench/actions/runs/17/attempts/1',
      startedOn: '2026-11-01T10:00:00.000Z',
      reprise_attestedOn: '2026-11-28T12:00:00.000Z',
      reprise_by: { name: 'Ada', organization: 'Acme' },
    },
  })
})

test('who does not say who he is is not named, and the run stays as it was', async () => {
  await attest()
  expect(await check()).toEqual([
    expect.stringMatching(
      /^pass: somebody who does not say who says on .* that these 6 files are the run, made with reprise 0\.1\.0$/,
    ),
    'not-checked: it is not signed: anybody can have written it',
  ])
  expect((await verifyRun(folder, { nowMs })).checks.filter(({ outcome }) => outcome === 'fail')).toEqual([])
})

test('a signature is asked for with a key, and says no more without one', async () => {
  expect(await check()).toEqual([
    'not-checked: none lies there (reprise results attest)',
    'not-checked: there is no attestation',
  ])
  expect((await check({ publicKeyPem }))[0]).toMatch(/^fail: none lies there/)
  await attest({ privateKeyPem })
  expect((await check({ publicKeyPem }))[1]).toMatch(/^pass: signed with the key [0-9a-f]{16}$/)
  expect((await check())[1]).toMatch(/^not-checked: no public key is given/)
  expect((await check({ publicKeyPem: keys().publicKeyPem }))[1]).toBe('fail: it is not signed with this key')
})

test('no private key is ever written', async () => {
  const { path } = await attest({ privateKeyPem })
  const secret = privateKeyPem.split('\n')[1]!
  expect(readFileSync(path, 'utf8')).not.toContain(secret.slice(0, 30))
})

test('a report that is made afterwards, and a result that is built anew, change nothing', async () => {
  await attest({ privateKeyPem })
  writeFileSync(join(folder, 'report.html'), '<!doctype html>')
  await forger.cover()
  expect((await check({ publicKeyPem })).map((each) => each.split(':')[0])).toEqual(['pass', 'pass'])
})

test('nobody vouches for what is not to be believed', async () => {
  forger.result((result) => ({ ...result, metrics: { ...result.metrics, ttft: { ...result.metrics.ttft, p90: 1 } } }))
  await forger.cover({ rebuild: false })
  await expect(attest({ privateKeyPem })).rejects.toThrow(/it is not to be believed: figures: metrics\.ttft\.p90 is 1/)
})

describe('what is not what was attested is told', () => {
  test('a consistent change of everything, after it was signed', async () => {
    await attest({ privateKeyPem })
    forger.header((run) => ({ ...run, identity: { ...run.identity, hardware: 'mi355x' } }))
    await forger.cover()
    expect((await verifyRun(folder, { nowMs })).checks.filter(({ outcome }) => outcome === 'fail')).toEqual([])
    expect((await check({ publicKeyPem }))[0]).toMatch(
      /^fail: it is of another run: results\.json was changed; run\.json was changed; it says another identity$/,
    )
  })

  test('a statement with other digests, signed by nobody who is trusted', async () => {
    const { envelope } = await attest({ privateKeyPem })
    const statement = statementOf(envelope)
    const forged = sealStatement({ ...statement, subject: statement.subject.slice(1) }, keys().privateKeyPem)
    forger.write('attestation.json', JSON.stringify(forged))
    expect(await check({ publicKeyPem })).toEqual([
      'fail: it is of another run: command.txt is not in it',
      'fail: it is not signed with this key',
    ])
  })

  test.each([
    [
      'a file twice',
      (statement: Statement) => ({ ...statement, subject: [...statement.subject, statement.subject[0]!] }),
      /a file stands in it twice/,
    ],
    [
      'another type',
      (statement: Statement) => ({ ...statement, _type: 'https://in-toto.io/Statement/v0.1' }),
      /no statement about a run/,
    ],
    ['a field more', (statement: Statement) => ({ ...statement, more: 1 }), /no statement about a run/],
  ])('%s', async (_, change, says) => {
    const { envelope } = await attest()
    forger.write('attestation.json', JSON.stringify(sealStatement(change(statementOf(envelope)))))
    expect((await check())[0]).toMatch(says)
  })

  test('a payload of another type, however it is signed', async () => {
    const { envelope } = await attest({ privateKeyPem })
    forger.write('attestation.json', JSON.stringify({ ...envelope, payloadType: 'text/plain' }))
    expect((await check({ publicKeyPem }))[1]).toBe('fail: what is signed is no statement but text/plain')
  })

  test.each([
    ['no JSON', 'x', /it is not JSON/],
    ['nested without end', '['.repeat(100_000), /nested deeper than 32 levels/],
    ['no envelope', '{"payload": 1}', /no envelope of an attestation/],
    ['a key twice', '{"payload": "", "payload": ""}', /a key stands in it twice/],
  ])('%s', async (_, text, says) => {
    forger.write('attestation.json', text)
    expect((await check())[0]).toMatch(says)
  })

  test('a link to one', async () => {
    await attest()
    symlinkSync(join(folder, 'attestation.json'), join(folder, '..', 'link.json'))
    expect((await check({ attestation: join(folder, '..', 'link.json') }))[0]).toMatch(/^fail: a link stands/)
  })
})

test("what GitHub keeps is read for its files, and its signature left to GitHub's own tool", async () => {
  const { envelope } = await attest({ privateKeyPem })
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {},
    dsseEnvelope: envelope,
  }
  const file = join(parent, 'bundle.json')
  writeFileSync(file, JSON.stringify(bundle))
  expect(await check({ attestation: file })).toEqual([
    expect.stringMatching(/^pass/),
    expect.stringMatching(/^not-checked: .* gh attestation verify/),
  ])
})
