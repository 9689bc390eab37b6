import { generateKeyPairSync } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runRegistered } from '../terminal/run-registered.fixture.ts'
import { registerResults } from './results.ts'
import { registerSimulate } from './simulate.ts'

const parent = mkdtempSync(join(tmpdir(), 'reprise-verify-'))
const [run, secret, open] = [join(parent, 'run'), join(parent, 'key.pem'), join(parent, 'public.pem')]
const results = (...args: string[]) => runRegistered(registerResults, ['results', ...args])

beforeAll(async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(open, publicKey.export({ type: 'spki', format: 'pem' }))
  await runRegistered(registerSimulate, ['simulate', '--lanes', '2', '--passes', '1', '--out', run, '--quiet'])
})
afterAll(() => rmSync(parent, { recursive: true, force: true }))

test('a simulated run may be looked at, and is official for nobody', async () => {
  const { exitCode, stdout } = await results('validate', parent, '--json', '--quiet')
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { verdict: 'indicative', by: 'records' }])
  const official = await results('validate', run, '--official', '--quiet')
  expect(official.exitCode).toBe(4)
  expect(official.stdout).toMatch(/^.*run: indicative\n {2}reason {7}simulated-target: /)
})

test('every check of one run has a line, and what was attested is found again', async () => {
  const attested = await results('attest', run, '--key', secret, '--by', 'Ada')
  expect([attested.exitCode, attested.stdout]).toEqual([0, `${join(run, 'attestation.json')} (signed)\n`])
  const { exitCode, stdout } = await results('verify', run, '--public-key', open, '--quiet')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/: nothing speaks against it \(\d+ pass, 0 fail, \d+ not checked\)\n {2}pass {2}files /)
  expect(stdout).toMatch(/pass {2}attestation {6}Ada says on /)
  expect(stdout).toMatch(/pass {2}signature {8}signed with the key [0-9a-f]{16}\n$/)
})

test('of several runs those lines alone that fail, and 4', async () => {
  const forged = join(parent, 'forged')
  cpSync(run, forged, { recursive: true })
  const path = join(forged, 'results.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"p90": [\d.]+/, '"p90": 1'))
  const text = await results('verify', parent, '--quiet')
  expect(text.exitCode).toBe(4)
  expect(text.stdout).toMatch(/forged: not to be believed .*\n {2}FAIL {2}files .*\n {2}FAIL {2}figures /)
  expect(text.stdout).toMatch(/run: nothing speaks against it .*\n$/)
  const json = JSON.parse((await results('verify', parent, '--quiet', '--json')).stdout)
  expect(json).toMatchObject([
    { schema: 'verification/1', outcome: 'fail' },
    { schema: 'verification/1', outcome: 'pass' },
  ])
  const refused = await results('attest', forged)
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('it is not to be believed: files: ')])
})

test.each([
  [['verify', join(parent, 'none')], /no such file/],
  [['verify', run, '--public-key', secret], /a private key is given where the public one is wanted/],
  [['attest', run, '--key', open], /no private key can be read there/],
  [['attest', run, '--ci'], /--ci is for GitHub Actions/],
])('%s is answered with what is wrong', async (words, says) => {
  const { exitCode, stderr } = await results(...words)
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(says)])
})

test('a key that lies in what is to be passed on is refused', async () => {
  const inside = join(run, 'key.pem')
  cpSync(secret, inside)
  const { exitCode, stderr } = await results('attest', run, '--key', inside)
  rmSync(inside)
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('keep it elsewhere')])
})
