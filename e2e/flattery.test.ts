import { eventOf, type StandInOptions, startStandInServer, usageOf } from '@reprise/replay-engine/stand-ins'
import { expect, onTestFinished, test } from 'vitest'
import { runCli } from './run-cli.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Two passes of a few short prompts, 24 tokens each, on a server that answers the probe as a plain server would, and then so. */
async function resultOn(answer: NonNullable<StandInOptions['answer']>) {
  let measuring = false
  const server = await startStandInServer({
    answer: (call, response) => {
      measuring ||= call.outputTokens === 24
      return measuring && answer(call, response)
    },
  })
  onTestFinished(() => server.close())
  const flags = ['--preset', 'fixed-seq-len', '--isl', '200', '--osl', '24', '--range-ratio', '1', '--lanes', '2']
  const out = `${temporaryFolder()}/run`
  const run = await runCli(['replay', '--url', server.url, '--out', out, ...flags, '--json', '--quiet'], {
    deadlineMs: 50_000,
  })
  expect(run.stderr).not.toMatch(/^\s+at /m)
  return JSON.parse(run.stdout)
}

const word = (finish: string | null) => eventOf([{ index: 0, delta: { content: ' word' }, finish_reason: finish }])
const codesOf = (result: { validity: { reasons: string[] } }) =>
  result.validity.reasons.map((reason) => reason.split(':', 1)[0])

test('a gateway that holds every reply back until it is whole: no TPOT, and why', async () => {
  const result = await resultOn((call, response) => {
    const chunks = Array.from({ length: 24 }, (_, i) => word(i === 23 ? 'length' : null)).join('')
    const text = `${chunks}${eventOf([], usageOf(call))}data: [DONE]\n\n`
    response
      .writeHead(200, { 'content-type': 'text/event-stream', 'content-length': Buffer.byteLength(text) })
      .end(text)
    return true
  })
  expect(codesOf(result)).toContain('no-pace-seen')
  expect(result.outputTokens.paceUnseen).toBe(result.counts.ok)
  for (const name of ['tpot', 'itl_compat', 'interactivity']) expect(result.metrics).not.toHaveProperty(name)
  expect(result.throughput.output).toBeGreaterThan(0)
}, 60_000)

test('replies of which no token is shown: counted by usage, without a time to the first', async () => {
  const result = await resultOn((call, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const role = eventOf([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }])
    const last = eventOf([{ index: 0, delta: {}, finish_reason: 'length' }])
    response.end(`${role}${last}${eventOf([], usageOf(call))}data: [DONE]\n\n`)
    return true
  })
  expect(codesOf(result)).toContain('hidden-tokens')
  const { ok, requests } = result.counts
  expect(ok).toBe(requests)
  expect(result.outputTokens.hidden).toEqual({ replies: ok, showedNothing: ok })
  for (const name of ['ttft', 'tpot', 'interactivity']) expect(result.metrics).not.toHaveProperty(name)
  const { output, requestsPerS, windowMs } = result.throughput
  expect(output * windowMs).toBeCloseTo(24_000 * ok, 3)
  expect(requestsPerS * windowMs).toBeCloseTo(1000 * ok, 3)
}, 60_000)

test('usage of more tokens than were asked for is impossible, and the result invalid', async () => {
  const result = await resultOn((call, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const chunks = Array.from({ length: 24 }, (_, i) => word(i === 23 ? 'length' : null)).join('')
    response.end(`${chunks}${eventOf([], usageOf({ ...call, outputTokens: 36 }))}data: [DONE]\n\n`)
    return true
  })
  expect(result.validity.verdict).toBe('invalid')
  expect(codesOf(result)).toContain('impossible-usage')
}, 60_000)
