import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WORDS } from '@reprise/replay-engine/endpoint'
import { startStandInServer } from '@reprise/replay-engine/stand-ins'
import { expect, test } from 'vitest'
import { runCli, serveCli } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

const brief = ['--lanes', '2', '--time-scale', '0.01', '--json']
const small = [...brief, '--duration', '2']

test('a run over two endpoints with fields of the user: both serve, and the result says how it was asked', async () => {
  const folder = temporaryFolder()
  const servers = [await serveCli(), await serveCli()]
  const urls = servers.flatMap(({ url }) => ['--url', url])
  const extras = ['--header', 'X-Team: search', '--extra-body', '{"top_p":0.9}']
  const { code, stdout, stderr } = await runCli([
    'replay',
    ...urls,
    ...extras,
    '--spread',
    'round-robin',
    ...small,
    '--out',
    join(folder, 'run'),
  ])
  const metrics = await Promise.all(servers.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()))
  await Promise.all(servers.map((server) => server.stop()))
  expect(code, stderr).toBe(0)
  // Each has generated one token for the probe.
  for (const page of metrics)
    expect(Number(/request_success_total\{.*?"length".*?\} (\d+)/.exec(page)?.[1])).toBeGreaterThan(2)
  const { provenance, validity } = JSON.parse(stdout) as {
    provenance: { target: object }
    validity: { reasons: string[] }
  }
  expect(provenance.target).toMatchObject({
    url: servers[0]?.url,
    otherUrls: [servers[1]?.url],
    spread: 'round-robin',
    extras: { headers: ['x-team'], body: { top_p: 0.9 } },
  })
  expect(validity.reasons).toContainEqual(expect.stringMatching(/^extra-body: every request also said top_p/))
  expect(readFileSync(join(folder, 'run/run.json'), 'utf8')).toContain('"x-team"')
})

test('endpoints with different templates are not one deployment', async () => {
  const servers = [await serveCli(), await serveCli(['--template-tokens', '4'])]
  const urls = servers.flatMap(({ url }) => ['--url', url])
  const { code, stderr } = await runHere(['replay', ...urls, ...small, '--out', join(temporaryFolder(), 'run')])
  await Promise.all(servers.map((server) => server.stop()))
  expect(code).toBe(3)
  expect(stderr).toMatch(/comparing it with .*it has another chat template.*Start all of them alike/s)
})

test('a run that has measured as many requests as it was told to ends, whole and before its window', async () => {
  const server = await serveCli()
  const args = ['--url', server.url, ...brief, '--duration', '60', '--max-requests', '6']
  const { code, stdout, stderr } = await runCli(['replay', ...args, '--out', join(temporaryFolder(), 'run')])
  await server.stop()
  expect(code, stderr).toBe(0)
  const { completeness, counts, validity } = JSON.parse(stdout) as {
    completeness: { ended: string }
    counts: { ok: number }
    validity: { reasons: string[] }
  }
  expect(completeness.ended).toBe('enough')
  expect(counts.ok).toBeGreaterThanOrEqual(6)
  expect(counts.ok).toBeLessThan(12)
  expect(validity.reasons.join('\n')).not.toMatch(/^(partial|given-up|stalled):/m)
})

test('without /tokenize a run that would be invalid is stopped before its window; with a tokenizer.json it is exact, and the result names it', {
  timeout: 150_000,
}, async () => {
  const folder = temporaryFolder()
  const countTokens = (text: string) => (text.match(/[^\sa]+|a/g) ?? []).length
  const server = await startStandInServer({ tokenize: false, countTokens })
  const [file, out] = [join(folder, 'tokenizer.json'), join(folder, 'run')]
  writeFileSync(file, JSON.stringify(tokenizerOfPieces))
  const args = ['--url', server.url, ...small, '--out', out]
  const stopped = await runHere(['replay', ...args])
  expect(stopped.code).toBe(3)
  expect(stopped.stderr).toMatch(
    /^preflight: model stand-in ok; \/tokenize missing; prompts 0 of 5 exact: this run would be invalid$/m,
  )
  expect(stopped.stderr).toMatch(/^reprise: .*--tokenizer FILE.*--accept-inexact$/m)
  expect(existsSync(out)).toBe(false)
  // What it takes to know that: one token, what the template adds, and the five prompts.
  expect(server.calls.length).toBeLessThan(20)

  const { stdout, stderr } = await runCli(['replay', ...args, '--tokenizer', file])
  expect(stderr).toMatch(
    /^preflight: .*the file of --tokenizer in its place; prompts 5 of 5 exact: indicative at best/m,
  )
  expect(stderr).toMatch(/^length: 2 lanes, .*0:02 measured.*: about \d+ s; Ctrl-C keeps what is measured$/m)
  const wrong = await runHere(['replay', ...args, '--tokenizer', join(out, 'plan.json'), '--overwrite'])
  const accepted = await runCli(['replay', ...args, '--accept-inexact', '--overwrite'])
  await server.close()
  const { provenance, inputTokens } = JSON.parse(stdout) as {
    provenance: { target: object }
    inputTokens: { exactShare: number }
  }
  expect(provenance.target, stderr).toMatchObject({
    tokenizer: expect.stringMatching(/\/tokenizer\.json$/),
    words: { notAsked: 0 },
    notes: [expect.stringMatching(/did not reset/)],
  })
  expect(inputTokens.exactShare).toBe(1)
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toMatch(/plan\.json: no tokenizer\.json of a kind that is read/)
  expect(accepted.code, accepted.stderr).toBe(4)
  expect(accepted.stdout).toMatch(/"inexact-input: /)
})

/** Whatever stands between blanks is a token, and so is every a. */
const tokenizerOfPieces = {
  ...{ version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null },
  ...{ post_processor: null, decoder: null },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'WhitespaceSplit' },
      { type: 'Split', pattern: { String: 'a' }, behavior: 'Isolated', invert: false },
    ],
  },
  model: {
    type: 'WordLevel',
    unk_token: '[UNK]',
    vocab: Object.fromEntries(['[UNK]', ...new Set(['a', ...WORDS])].map((word, id) => [word, id])),
  },
}

test("a server's own replies stand in later prompts, whichever process sends them", async () => {
  const server = await serveCli()
  const out = join(temporaryFolder(), 'run')
  const args = ['--url', server.url, '--assistant', 'live', '--processes', '2', ...small, '--out', out]
  const { stdout, stderr } = await runCli(['replay', ...args])
  await server.stop()
  const { provenance, inputTokens, counts, validity } = JSON.parse(stdout) as {
    provenance: { target: object }
    inputTokens: { planned: number; reported: number }
    counts: { ok: number; requests: number }
    validity: { reasons: string[] }
  }
  expect(provenance.target, stderr).toMatchObject({ assistant: 'live', processes: 2 })
  expect(counts.ok).toBe(counts.requests)
  expect(Math.abs(inputTokens.reported / inputTokens.planned - 1)).toBeLessThan(0.01)
  expect(validity.reasons.join()).not.toMatch(/inexact-input|cache-carryover/)
})
