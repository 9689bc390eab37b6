import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import OpenAI from 'openai'
import { expect, onTestFinished, test } from 'vitest'
import { selfSigned } from '../packages/replay-engine/src/endpoint/self-signed.fixture.ts'
import { captureCli, eventsIn, type PassedBodies, recordingServer, requestIdsIn } from './capture-cli.ts'
import { runCli, serveCli } from './run-cli.ts'
import { temporaryFolder } from './temporary-folder.ts'

const model = 'reprise-sim'
const messages = [{ role: 'user' as const, content: 'one two three' }]
const forms = /\/(chat\/completions|completions|responses|messages)$/

/** Requests for generated text and their replies, as digests, in an order of their own. Beside them the capture asks for lengths itself. */
const digests = (passed: readonly PassedBodies[]) =>
  passed
    .filter(({ path }) => forms.test(path))
    .map(({ path, request, reply }) => `${path} ${digest(request)} ${digest(reply)}`)
    .sort()

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

test('the SDK of OpenAI and replay go through it byte for byte, and every request is in the trace once', {
  timeout: 120_000,
}, async () => {
  const server = await serveCli()
  const behind = await recordingServer(server.url)
  onTestFinished(behind.close)
  const capture = await captureCli(`${behind.url}/v1`, join(temporaryFolder(), 'whole'))
  const before = await recordingServer(capture.url)
  onTestFinished(before.close)

  const client = new OpenAI({ baseURL: `${before.url}/v1`, apiKey: 'none', maxRetries: 0 })
  // Else a reply may end by itself before its limit.
  const whole = { ignore_eos: true }
  const stream = await client.chat.completions.create({
    model,
    messages,
    max_tokens: 5,
    stream: true,
    stream_options: { include_usage: true },
    ...whole,
  })
  let chunks = 0
  for await (const _ of stream) chunks += 1
  expect(chunks).toBeGreaterThanOrEqual(5)
  const { usage } = await client.chat.completions.create({ model, messages, max_tokens: 4, ...whole })
  expect(usage?.completion_tokens).toBe(4)
  await client.completions.create({ model, prompt: 'one two', max_tokens: 3 })
  for await (const _ of await client.responses.create({ model, input: 'one two', max_output_tokens: 3, stream: true }))
    chunks += 1
  // One who has read enough, in the middle of a reply.
  const leaving = await client.chat.completions.create({ model, messages, max_tokens: 400, stream: true, ...whole })
  for await (const _ of leaving) break
  await client.models.list()
  await expect(client.chat.completions.create({ model: 'other', messages })).rejects.toMatchObject({ status: 404 })
  const { code, stderr } = await runCli([
    ...['replay', '--url', before.url, '--preset', 'fixed-seq-len', '--isl', '400', '--osl', '8', '--lanes', '4'],
    ...['--out', join(temporaryFolder(), 'run'), '--quiet', '--json'],
  ])
  expect([0, 4], stderr).toContain(code)

  const { code: ended, summary } = await capture.stop()
  await server.stop()
  expect(ended).toBe(0)
  expect(digests(behind.passed)).toEqual(digests(before.passed))
  const asked = before.passed.filter(({ path }) => forms.test(path)).length
  expect(asked).toBeGreaterThan(40)
  const ids = requestIdsIn(capture.out)
  expect([ids.length, new Set(ids).size]).toEqual([summary.requests, summary.requests])
  // The one that was refused has no record, which is told.
  expect(Object.values(summary.lost.unrecorded)).toEqual([1])
  // The one that the client left is none of those that passed whole, and has one.
  expect(summary.requests).toBe(asked - 1 + 1)
  expect(summary.passedOn.otherPaths).toBe(before.passed.length - asked)
  expect(summary.ends).toMatchObject({ complete: before.passed.length, 'client-gone': 1 })
})

/** A server whose replies to chat never end. */
async function endless(): Promise<{ url: string; close(): void }> {
  const upstream = http.createServer((request, response) => {
    request.resume()
    if (request.url === '/tokenize') {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: {"choices":[{"index":0,"delta":{"content":"canary-reply"}}]}\n\n')
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      upstream.close()
      upstream.closeAllConnections()
    },
  }
}

test('a client that leaves, an upstream that dies and one that is not there: each request is in the trace once', async () => {
  const upstream = await endless()
  const capture = await captureCli(upstream.url, join(temporaryFolder(), 'ends'))
  const ask = async (signal?: AbortSignal) =>
    fetch(`${capture.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model, messages }),
      ...(signal && { signal }),
    })
  const left = new AbortController()
  const one = await ask(left.signal)
  await one.body!.getReader().read()
  left.abort()
  const two = await ask()
  const reader = two.body!.getReader()
  await reader.read()
  upstream.close()
  await expect(reader.read()).rejects.toThrow()
  const three = await ask()
  expect(three.status).toBe(502)
  expect(await three.text()).toContain('cannot be reached (ECONNREFUSED)')
  const { code, stderr, summary } = await capture.stop()
  expect(code).toBe(0)
  expect(summary.ends).toMatchObject({ 'client-gone': 1, 'upstream-died': 2, complete: 0 })
  expect(Object.keys(summary.refused).join()).toContain('ECONNREFUSED')
  expect(stderr).toContain('start it, or correct --upstream')
  expect(new Set(requestIdsIn(capture.out)).size).toBe(summary.requests)
})

test('no text, header or key reaches the disk or the terminal', async () => {
  const upstream = await endless()
  onTestFinished(upstream.close)
  const args = ['--api-key-env', 'TOKENIZE_KEY', '--tools-zmq', 'tcp://127.0.0.1:*', '--format', 'weka']
  const env = { TOKENIZE_KEY: 'canary-upstream-key' }
  const capture = await captureCli(upstream.url, join(temporaryFolder(), 'canary'), args, { env })
  const told = await fetch(`${capture.url}/reprise/tool-events`, {
    method: 'POST',
    body: JSON.stringify({
      ...{ event_type: 'tool_end', event_time_unix_ms: 1_764_361_000_500, session_id: 's', result: 'canary-result' },
      tool: { tool_call_id: 'c1', tool_class: 'ls', arguments: 'canary-arguments', error_type: 'canary-error' },
    }),
  })
  expect(await told.json()).toEqual({ accepted: 1, rejected: 0 })
  const bodies = [
    JSON.stringify({
      model,
      stream: true,
      messages: [{ role: 'user', content: 'canary-prompt' }],
      tools: [{ name: 'canary-tool' }],
    }),
    'canary-not-json {',
    JSON.stringify({ model, messages: 'canary-wrong' }),
  ]
  for (const body of bodies) {
    const leave = new AbortController()
    const reply = await fetch(`${capture.url}/v1/chat/completions?key=canary-query`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer canary-key',
        'x-api-key': 'canary-key',
        cookie: 'canary-cookie',
        'user-agent': 'canary-agent',
      },
      body,
      signal: leave.signal,
    })
    await reply.body!.getReader().read()
    leave.abort()
  }
  const { stdout, stderr, summary } = await capture.stop()
  const files = globSync('**/*.*', { cwd: capture.out }).map((name) => join(capture.out, name))
  expect(files.map((file) => file.slice(capture.out.length + 1)).sort()).toEqual([
    'capture.000000.jsonl.gz',
    'weka.losses.json',
    expect.stringMatching(/^weka\/.*\.json\.gz$/),
  ])
  const everything = [
    stdout,
    stderr,
    JSON.stringify(eventsIn(capture.out)),
    ...files.map((file) =>
      (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)).toString('latin1'),
    ),
  ]
  expect(everything.join('\n')).not.toMatch(/canary-[a-z]/)
  expect(Object.values(summary.ends).reduce((sum, each) => sum + each)).toBe(bodies.length)
})

test('an upstream behind TLS: trusted by the authority that is named, and else refused with the cure', async () => {
  const folder = temporaryFolder()
  const authority = join(folder, 'ca.pem')
  writeFileSync(authority, selfSigned.cert)
  const upstream = https.createServer(selfSigned, ({ headers }, response) => void response.end(headers.host))
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void upstream.close().closeAllConnections())
  const host = `127.0.0.1:${(upstream.address() as AddressInfo).port}`
  const [trusting, wary] = await Promise.all([
    captureCli(`https://${host}`, join(folder, 'a'), [], { env: { NODE_EXTRA_CA_CERTS: authority } }),
    captureCli(`https://${host}`, join(folder, 'b')),
  ])
  expect(await (await fetch(`${trusting.url}/x`)).text()).toBe(host)
  const refused = await fetch(`${wary.url}/x`)
  expect([refused.status, await refused.text()]).toEqual([502, expect.stringContaining('NODE_EXTRA_CA_CERTS=FILE')])
  await Promise.all([trusting.stop(), wary.stop()])
})
