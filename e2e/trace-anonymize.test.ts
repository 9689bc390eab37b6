import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

const salt = 'a salt of this test alone'
/** More than a double can hold. */
const hash = 9007199254740993n

/** Two sessions of a Dynamo shard that tell a lot: who asked, where, for what, and with which key. */
function tellingShard(model = 'acme-internal-coder'): string {
  const row = (session: string, turn: number, parent?: string) =>
    JSON.stringify({
      ...{ schema: 'dynamo.request.trace.v1', event_type: 'request_end', event_source: 'dynamo' },
      agent_context: {
        session_id: session,
        ...(parent && { parent_session_id: parent }),
        agent_headers: { authorization: 'Bearer canary-token' },
      },
      request: {
        ...{ request_id: `${session}-canary-${turn}`, x_request_id: 'canary-x', model, output_tokens: 7 },
        ...{ request_received_ms: 1_790_000_000_000 + 60_000 * turn, total_time_ms: 900 },
        finish_reason_metadata: { finish_reason: 'canary stop', tool_calls: [{ name: 'canary_tool' }] },
        replay: { trace_block_size: 16, input_length: 25, input_sequence_hashes: [`${hash}`, turn] },
      },
    })
  const payload = {
    schema: 'dynamo.request.trace.v1',
    event_type: 'request_payload',
    payload: { request: 'canary text' },
  }
  const rows = [row('canary@acme.example', 1), row('canary-child', 2, 'canary@acme.example'), JSON.stringify(payload)]
  return rows.join('\n').replaceAll(`"${hash}"`, `${hash}`)
}

function shard(model?: string): { folder: string; file: string } {
  const folder = temporaryFolder()
  const file = join(folder, 'canary.jsonl')
  writeFileSync(file, tellingShard(model))
  return { folder, file }
}

const anonymize = (file: string, ...more: readonly string[]) =>
  runHere(['trace', 'anonymize', file, ...more], { env: { REPRISE_TRACE_SALT: salt } })

test.each(['dynamo', 'mooncake', 'weka'])(
  'to %s: nothing of what tells is left, and the traces are read again',
  async (to) => {
    const { folder, file } = shard()
    const out = join(folder, to === 'weka' ? 'shared' : 'shared.jsonl')
    const run = await anonymize(file, '--to', to, '--out', out)
    expect(run).toMatchObject({ code: 0, stderr: expect.not.stringContaining('canary@') })
    expect(run.stdout).toContain('salt of the variable REPRISE_TRACE_SALT')
    const files = to === 'weka' ? readdirSync(out).map((name) => join(out, name)) : [out]
    const text = files.map((each) =>
      (each.endsWith('.gz') ? gunzipSync(readFileSync(each)) : readFileSync(each)).toString(),
    )
    const written = [...files, ...text, readFileSync(`${out}.losses.json`, 'utf8'), run.stdout].join('\n')
    for (const telling of ['acme', salt, '179000000', `${hash}`]) expect(written).not.toContain(telling)
    expect(written.replaceAll(file, '')).not.toContain('canary')
    const stats = await runHere(['trace', 'stats', out, '--json'])
    const { requests, subagentRequests } = JSON.parse(stats.stdout)
    expect(requests + subagentRequests).toBe(2)
  },
)

test.each([
  [
    '/mnt/canary/weights',
    /request\.model: a path \(19 characters\), 2 times, first in what was read from .*canary\.jsonl:1/,
  ],
  ['sk-ant-canary-000000', /request\.model: a secret \(20 characters\)/],
  ['gpu-1.canary.internal', /request\.model: an address/],
])('what its owner would keep is not written where it tells: %s', async (model, message) => {
  const { folder, file } = shard(model)
  const out = join(folder, 'shared.jsonl')
  const run = await anonymize(file, '--out', out, '--keep', 'models')
  expect([run.code, run.stdout, run.stderr]).toEqual([2, '', expect.stringMatching(message)])
  expect(run.stderr).not.toContain(model)
  expect(readdirSync(folder)).toEqual(['canary.jsonl'])
  const plain = await anonymize(shard('claude-opus-4-5').file, '--out', out, '--keep', 'models')
  expect([plain.code, readFileSync(out, 'utf8')]).toEqual([0, expect.stringContaining('"claude-opus-4-5"')])
})

test('without a salt one is made for the user alone, told, and used again', async () => {
  const { folder, file } = shard()
  const env = { XDG_CONFIG_HOME: join(folder, 'config'), REPRISE_TRACE_SALT: undefined as unknown as string }
  const run = (out: string) => runHere(['trace', 'anonymize', file, '--out', join(folder, out)], { env })
  const saltFile = join(folder, 'config', 'reprise', 'trace-salt')
  const first = await run('a.jsonl')
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining(`a new salt is kept in ${saltFile}`) })
  const made = readFileSync(saltFile, 'utf8').trim()
  expect(made).toMatch(/^[0-9a-f]{64}$/)
  expect(statSync(saltFile).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'config', 'reprise')).mode & 0o777).toBe(0o700)
  expect(first.stdout + first.stderr + readFileSync(join(folder, 'a.jsonl.losses.json'), 'utf8')).not.toContain(made)
  expect(await run('b.jsonl')).toMatchObject({ code: 0, stdout: expect.stringContaining(`salt of ${saltFile}`) })
  expect(readFileSync(join(folder, 'b.jsonl'), 'utf8')).toBe(readFileSync(join(folder, 'a.jsonl'), 'utf8'))
  chmodSync(saltFile, 0o644)
  expect(await run('c.jsonl')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/others than you may read.*chmod 600/),
  })
  expect(existsSync(join(folder, 'c.jsonl'))).toBe(false)
})

test.each([
  ['too short', 'short', /fewer than 16 characters/],
  ['a folder', undefined, /rename it, or name a file/],
])('a salt that is none: %s', async (_, text, message) => {
  const { folder, file } = shard()
  const saltFile = join(folder, 'salt')
  if (text === undefined) mkdirSync(saltFile)
  else writeFileSync(saltFile, text, { mode: 0o600 })
  const run = await anonymize(file, '--out', join(folder, 'o.jsonl'), '--salt-file', saltFile)
  expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(message)])
  if (text !== undefined) expect(run.stderr).not.toContain(text)
})
