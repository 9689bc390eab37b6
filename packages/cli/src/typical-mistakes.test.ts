import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { main } from './main.ts'
import { keptContext } from './terminal/kept-context.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-mistakes-'))

/** A server that lets nobody in who shows no key, and has one model. */
const server = createServer(({ headers, url }, response) => {
  const isKnown = headers.authorization === 'Bearer right'
  response.writeHead(isKnown ? (url === '/v1/models' ? 200 : 404) : 401, { 'content-type': 'application/json' })
  response.end(isKnown ? '{"object":"list","data":[{"id":"tiny"}]}' : '{"error":{"message":"no key, no entry"}}')
})

const files: Readonly<Record<string, string | Buffer>> = {
  'sharegpt.json': '[{"id":"a","conversations":[{"from":"human","value":"hi"}]}]',
  'rows.parquet': 'PAR1....',
  'packed.jsonl': Buffer.from([0x1f, 0x8b, 8, 0]),
  'export.jsonl': '{"metadata":{"x_request_id":"a"},"metrics":{}}\n',
  'table.csv': 'when,how long\n1,2\n',
  'cut.json': '{"id": "t", "requests": [',
  'empty.json': '\n',
  'words.txt': 'hello',
  'engine.json': '{"scheduler": {"numBlock": 10}}',
  'run/run.json': '{}',
  'run/plan.json': '{"schema":"plan/1"}',
  'traces/a.json': '{"id":"t","requests":[]}',
}

beforeAll(async () => {
  for (const name of ['run', 'traces']) mkdirSync(join(folder, name))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

/** What is typed, `@/` being the folder and `URL` the server; what is said, with its place and its cure; the exit code. */
const mistakes: readonly (readonly [typed: string, said: RegExp, code: number])[] = [
  // The endpoint.
  ['replay', /required option '--url <url>' not specified/, 2],
  [
    'replay --url localhost:8000',
    /--url localhost:8000: .*not an http or https URL\. Write http:\/\/localhost:8000$/m,
    2,
  ],
  ['replay --url http://me:secret@gpu:8000', /--url \.\.\.@gpu:8000: .*holds a user.*--api-key-env/, 2],
  ['replay --url http://gpu:8000?key=secret', /--url http:\/\/gpu:8000\?\.\.\.: .*a query.*--api-key-env/, 2],
  [
    'replay --url http://127.0.0.1:9',
    /http:\/\/127\.0\.0\.1:9: .*ECONNREFUSED.*Start the server, or correct the address/,
    3,
  ],
  ['replay --url https:URL', /https:\/\/127\.0\.0\.1:\d+: .*it speaks http\. Write http:\/\/127\.0\.0\.1:\d+$/m, 3],
  ['replay --url http:URL', /status 401, no key, no entry\. Give the key .*OPENAI_API_KEY, or .*--api-key-env/, 3],
  ['replay --url http:URL --api-key-env KEY --model other', /other.*tiny/, 3],
  ['replay --url http:URL --api-key-env NO_KEY', /--api-key-env NO_KEY: that variable is not set; give the name/, 2],
  ['replay --url http:URL --header Authorization:secret', /--header Authorization: .*--api-key-env/, 2],
  // What other tools call it.
  ['replay --concurrency 8', /no --concurrency here; write --lanes 8 \(/, 2],
  ['replay --max-concurrency=8', /no --max-concurrency here; write --lanes 8 \(/, 2],
  ['replay --request-rate 2', /no --request-rate here; write --preset rate --rate 2 \(/, 2],
  ['replay --num-prompts 200', /no --num-prompts here; write --max-requests 200 \(/, 2],
  ['replay --base-url http://gpu:8000', /no --base-url here; write --url http:\/\/gpu:8000$/m, 2],
  ['replay --target http://gpu:8000', /no --target here; write --url http:\/\/gpu:8000$/m, 2],
  ['replay -u gpu:8000 -m tiny', /no -u here; write --url gpu:8000$/m, 2],
  ['replay --host gpu --port 8000', /no --host here; write --url http:\/\/HOST:PORT$/m, 2],
  ['replay --endpoint-type chat', /no --endpoint-type here; write --api chat/, 2],
  ['replay --api-key sk-secret', /no --api-key here; write --api-key-env MY_KEY \(.*OPENAI_API_KEY/, 2],
  ['replay --dataset-path @/sharegpt.json', /no --dataset-path here; write --traces \S+sharegpt\.json \(/, 2],
  ['replay --random-input-len 1024', /no --random-input-len here; write --preset fixed-seq-len --isl 1024/, 2],
  ['replay --benchmark-duration 60', /no --benchmark-duration here; write --duration 60$/m, 2],
  ['replay --streaming', /no --streaming here; leave it out \(replies are always streamed\)/, 2],
  ['simulate --ignore-eos', /no --ignore-eos here; leave it out \(replies are as long as recorded\)/, 2],
  ['profile -m tiny', /no command profile here; write: npx reprise replay --url/, 2],
  ['simulat', /unknown command 'simulat'\s+\(Did you mean simulate\?\)/, 2],
  // How it is typed.
  ['simulate —lanes 8', /—lanes begins with the dash of a printed page: write --lanes$/m, 2],
  ['serve -host 0.0.0.0', /-host has one dash, .*write --host$/m, 2],
  ['simulate --max_context 4096', /unknown option '--max_context'\s+\(Did you mean --max-context\?\)/, 2],
  ['simulate --lanes 8 16', /--lanes 8 16: .*with commas: --lanes 8,16$/m, 2],
  ['simulate --rate 1 --rate 2', /--rate is given twice, as 1 and as 2: .*--rate 1,2$/m, 2],
  ['simulate --seed 1 --seed 2', /--seed is given twice, as 1 and as 2: leave one out$/m, 2],
  ['simulate --lanes 0', /'--lanes <n,\.\.\.>' argument '0' is invalid\. Write a whole number of at least 1: /, 2],
  ['simulate --lanes --quiet', /'--lanes <n,\.\.\.>' argument '--quiet' is invalid\. Write a whole number/, 2],
  [
    'simulate --max-context 128kb',
    /argument '128kb' is invalid\. Write tokens, .*128k \(128,000\), 128K \(131,072\)/,
    2,
  ],
  [
    'simulate --duration 5min',
    /argument '5min' is invalid\. Write seconds, or a number with a unit: 60, 90s, 5m, 1h/,
    2,
  ],
  ['simulate --slo ttft', /Write metrics with their bounds, as in ttft=2s/, 2],
  ['serve --port 80000', /'--port <n>' argument '80000' is invalid\. Write a whole number from 0 to 65535/, 2],
  // What goes together.
  ['simulate --duration 5 --passes 1', /--duration and --passes exclude each other: .*Leave one out/, 2],
  ['simulate --rate 2', /--rate is not of --preset agentx-v0\.1: leave it out, or name rate\.$/m, 2],
  ['simulate --isl 1K', /--isl, --osl and --range-ratio are lengths of --preset .*: name that preset/, 2],
  ['simulate --preset agentx', /no preset "agentx"; take one of agentx-v0\.1, /, 2],
  ['serve --engine sglang --enable-per-request-metrics', /is vLLM's, and this server has .* add --manner vllm/, 2],
  ['serve --manner sglang --enable-per-request-metrics', /is vLLM's, and this server has .* add --manner vllm/, 2],
  ['serve --route-to http://127.0.0.1:9 --enable-per-request-metrics', /'--route-to <url>' cannot be used with/, 2],
  ['serve --route-to http://127.0.0.1:9 --speedup 2', /'--route-to <url>' cannot be used with/, 2],
  ['serve --route-to http://127.0.0.1:9 --data-parallel-size 2', /'--route-to <url>' cannot be used with/, 2],
  ['serve --log-tokens', /--log-tokens adds to the lines of --log: name that file too/, 2],
  [
    'replay --url http:URL --debug-trace --processes 2',
    /--debug-trace keeps what one process sees; leave --processes out/,
    2,
  ],
  // Files.
  ['simulate --traces @/nowhere', /nowhere: no such file or folder; check the path/, 2],
  ['simulate --traces @/sharegpt.json', /sharegpt\.json: a ShareGPT file; .*reprise capture/, 2],
  ['simulate --traces @/rows.parquet', /rows\.parquet: a Parquet file; write its rows as JSON/, 2],
  ['simulate --traces @/packed.jsonl', /packed\.jsonl: gzip data; add \.gz to its name/, 2],
  ['simulate --traces @/export.jsonl', /export\.jsonl: the records of AIPerf .*; .*name the traces/, 2],
  ['simulate --traces @/table.csv', /table\.csv: .* fields when, how long; 'reprise help traces' says what is/, 2],
  [
    'simulate --traces @/cut.json',
    /cut\.json:1:\d+: the JSON ends early; the file is cut off, fetch or write it again/,
    2,
  ],
  ['simulate --traces @/run', /run: the folder of a run, and no traces; name those that it replayed/, 2],
  ['report @/traces', /traces: no run in it\. Give the folder of a run, .*traces are replayed first/, 2],
  ['replay --resume @/traces', /traces\S*: no such file\. Give the folder that a run was written to/, 2],
  ['replay --url http:URL --job @/empty.json', /--job \S+empty\.json: is empty; see what the command/, 2],
  ['replay --url http:URL --job @/words.txt', /--job \S+words\.txt: is not JSON; give one of the jobs/, 2],
  ['simulate --engine @/engine.json', /engine\.json: .*numBlock/, 2],
  ['trace convert @/traces --to foo --out @/x', /argument 'foo' is invalid\. Allowed choices are weka, /, 2],
  ['launch plan --job a.json --sweep b.json', /say which jobs, in one way: --job, --sweep or --config-key/, 2],
  ['help ttfx', /no command or page says what ttfx is; did you mean ttft\?/, 2],
]

test.each(mistakes)('%s', async (typed, said, code) => {
  const { port } = server.address() as AddressInfo
  const argv = typed.split(' ').map((word) => word.replace('@/', `${folder}/`).replace('URL', `//127.0.0.1:${port}`))
  const { context, kept } = keptContext({ argv, env: { KEY: 'right' } })
  const ended = await main([...argv, ...outOf(typed)], context.io)
  expect(kept.stderr).toMatch(said)
  expect([ended, kept.stdout]).toEqual([code, ''])
  // For people: one thing, no stack; and what may be secret is not repeated.
  expect(kept.stderr).not.toMatch(/^\s+at .*\(|node:internal|secret/m)
})

/** Where a run that is not refused would be written. */
function outOf(typed: string): string[] {
  return /^(replay --url|simulate --)/.test(typed) && !typed.includes('--out') ? ['--out', join(folder, 'out')] : []
}

test('there are forty of them and more', () => {
  expect(mistakes.length).toBeGreaterThanOrEqual(40)
})
