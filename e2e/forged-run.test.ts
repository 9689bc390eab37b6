import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('building a run that was changed says so, and refuses one that cannot have happened', {
  timeout: 60_000,
}, async () => {
  const out = join(temporaryFolder(), 'run')
  await runCli(['simulate', '--lanes', '2', '--passes', '1', '--out', out, '--quiet'])
  const path = (name: string) => join(out, name)
  const saved = readFileSync(path('results.json'), 'utf8')

  writeFileSync(path('results.json'), saved.replace(/"p90": [\d.]+/, '"p90": 1'))
  const built = await runCli(['results', 'build', out])
  expect(built.stderr).toContain(
    `${out} is not as its manifest says: results.json was changed; its result is built from what is there`,
  )
  expect(readFileSync(path('results.json'), 'utf8')).toBe(saved)
  expect((await runCli(['results', 'build', out])).stderr).toBe('')

  const lines = readFileSync(path('records.jsonl'), 'utf8').split('\n')
  writeFileSync(path('records.jsonl'), lines.toSpliced(2, 1).join('\n'))
  const refused = await runCli(['results', 'build', out])
  expect(refused.stderr).toMatch(/run: it cannot be what a run wrote: .*The files of this folder were changed/)
  expect(refused.code).toBe(2)
  expect(readFileSync(path('results.json'), 'utf8')).toBe(saved)
})

test('what is validated, verified and attested ends by what was found, in words and in JSON', {
  timeout: 60_000,
}, async () => {
  const parent = temporaryFolder()
  const out = join(parent, 'run')
  await runCli(['simulate', '--lanes', '2', '--passes', '1', '--out', out, '--quiet'])
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const [secret, open] = [join(parent, 'key.pem'), join(parent, 'public.pem')]
  writeFileSync(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(open, publicKey.export({ type: 'spki', format: 'pem' }))

  const validated = await runCli(['results', 'validate', parent, '--json'])
  expect([validated.code, JSON.parse(validated.stdout)]).toMatchObject([0, { verdict: 'indicative', by: 'records' }])
  expect((await runCli(['results', 'validate', out, '--official'])).code).toBe(4)

  const attested = await runCli(['results', 'attest', out, '--key', secret, '--by', 'Ada'])
  expect([attested.code, attested.stdout]).toEqual([0, `${join(out, 'attestation.json')} (signed)\n`])
  const verified = await runCli(['results', 'verify', out, '--public-key', open])
  expect(verified.code).toBe(0)
  expect(verified.stdout).toMatch(
    /: nothing speaks against it \(\d+ pass, 0 fail, \d+ not checked\)\n {2}pass {2}files /,
  )
  expect(verified.stdout).toMatch(/pass {2}signature {8}signed with the key [0-9a-f]{16}\n$/)

  const path = join(out, 'results.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"p90": [\d.]+/, '"p90": 1'))
  const forged = await runCli(['results', 'verify', parent, '--public-key', open, '--json'])
  expect([forged.code, JSON.parse(forged.stdout)]).toMatchObject([4, { schema: 'verification/1', outcome: 'fail' }])
  const failed = JSON.parse(forged.stdout).checks.filter(({ outcome }: { outcome: string }) => outcome === 'fail')
  expect(failed.map(({ name }: { name: string }) => name)).toEqual(['files', 'figures', 'attestation'])
  expect((await runCli(['results', 'attest', out])).code).toBe(2)
  expect((await runCli(['results', 'verify', join(parent, 'none')])).code).toBe(2)
})
