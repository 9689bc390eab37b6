import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { gapS, primers, type Reading, type Sent, sentOf, startedTraces, wholeTraces } from './agentx-sent.ts'
import { agentxStart, writeAgentxTraces } from './agentx-traces.ts'
import { installedPeer } from './installed-peer.ts'
import { type RecordedRequest, recordingServer } from './recording-server.ts'

const aiperf = installedPeer('aiperf==0.13.0')
const folder = mkdtempSync(join(tmpdir(), 'reprise-agentx-'))
/** Time for the second play of each trace, and some. */
const windowS = '28'
const [traces, tokenizer] = [join(folder, 'traces'), join(folder, 'tokenizer')]

/** AIPerf marks each play in front of its first message, and every byte is a token to the tokenizer that it is given. */
const theirs: Reading = {
  playOf: (request) => markOf(request)?.[1],
  promptTokensOf: (request) =>
    request.messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), -markOf(request)![0].length),
}
const own: Reading = {
  playOf: ({ headers }) => (headers['x-parent'] ?? headers['x-session-id']) as string | undefined,
  promptTokensOf: ({ promptTokens }) => promptTokens,
}

const tools = ['ours', 'AIPerf'] as const
const sent = {} as Record<(typeof tools)[number], Sent>

beforeAll(async () => {
  if (!aiperf) return
  writeAgentxTraces(traces)
  aiperf.run('byte_tokenizer.py', tokenizer)
  sent.ours = await recordedOf(own, replayWithOurs)
  sent.AIPerf = await recordedOf(theirs, replayWithAiperf)
})
afterAll(() => {
  aiperf?.remove()
  rmSync(folder, { recursive: true })
})

describe.skipIf(!aiperf)("AIPerf's AgentX and ours, before a server that records", () => {
  test.each(tools)('%s: the last prompt before the start of each session alive is sent for one token', (tool) => {
    expect(primers).toHaveLength(3)
    expect(sent[tool].primed).toEqual(primers.toSorted((a, b) => a - b))
  })

  test.each(tools)('%s: first plays are what is left of the traces, later ones whole, in recorded order', (tool) => {
    sent[tool].plays.forEach((plays, trace) => {
      const [first, ...later] = plays.map((play) => play.map(({ name }) => name))
      expect(first).toEqual(startedTraces[trace]!.map(({ name }) => name))
      const whole = wholeTraces[trace]!.map(({ name }) => name)
      // The window cuts the last ones.
      for (const names of later) expect(names).toEqual(whole.slice(0, names.length))
      expect(later).toContainEqual(whole)
    })
  })

  test.each(tools)('%s: every prompt is as long as recorded, and every reply has to be', (tool) => {
    sent[tool].plays.forEach((plays, trace) => {
      const lengths = new Map(wholeTraces[trace]!.map(({ name, inputTokens }) => [name, inputTokens]))
      for (const { name, promptTokens, request } of plays.flat()) {
        expect(promptTokens, name).toBe(lengths.get(name))
        expect(request.ignoresEos).toBe(true)
      }
    })
  })

  test('subagents and joins wait as recorded in ours alone', () => {
    const family = wholeTraces[1]!
    const ends = new Map(family.map(({ name, startS, endS }) => [name, { startS, endS }]))
    for (const [from, to] of [
      ['root/1', 'joined/0'],
      ['root/2', 'background/0'],
      ['joined/2', 'root/2'],
      ['root/1', 'root/2'],
    ] as const) {
      const recordedS = ends.get(to)!.startS - ends.get(from)!.endS
      const [ours, aiperfs] = tools.map((tool) => {
        const play = sent[tool].plays[1]!.slice(1).find(({ length }) => length === family.length)!
        return gapS(play, from, to)
      }) as [number, number]
      console.log(
        `${from} -> ${to}: recorded ${recordedS.toFixed(2)} s, ours ${ours.toFixed(2)}, AIPerf ${aiperfs.toFixed(2)}`,
      )
      expect(ours, `${from} -> ${to}`).toBeGreaterThan(recordedS - 0.02)
      expect(aiperfs, `${from} -> ${to}`).toBeLessThan(recordedS - 0.02)
    }
  })
})

async function recordedOf(reading: Reading, replay: (url: string) => Promise<void>): Promise<Sent> {
  const server = await recordingServer()
  try {
    await replay(server.url)
  } finally {
    await server.stop()
  }
  return sentOf(server.requests, reading)
}

async function replayWithOurs(url: string): Promise<void> {
  const load = ['--preset', 'agentx-v1', '--lanes', '2', '--duration', windowS, '--start', `${agentxStart}`]
  const headers = ['--session-headers', 'X-Session-ID', '--parent-headers', 'X-Parent']
  const out = ['--out', join(folder, 'run'), '--quiet']
  const { code, stderr } = await runCli(['replay', '--url', url, '--traces', traces, ...load, ...headers, ...out])
  if (code !== 0) throw new Error(stderr)
}

async function replayWithAiperf(url: string): Promise<void> {
  const server = ['--model', 'reprise-sim', '--url', url, '--endpoint-type', 'chat', '--streaming']
  const scenario = ['--scenario', 'inferencex-agentx-mvp', '--unsafe-override', '--extra-inputs', 'ignore_eos:true']
  const input = ['--custom-dataset-type', 'weka-trace', '--input-file', traces, '--tokenizer', tokenizer]
  const load = ['--concurrency', '2', '--benchmark-duration', windowS, '--benchmark-grace-period', '5']
  const bounds = ['min', 'max'].flatMap((bound) => [`--trajectory-start-${bound}-ratio`, `${agentxStart}`])
  const quiet = ['--ui', 'none', '--use-server-token-count', '--no-server-metrics', '--no-gpu-telemetry']
  const out = ['--random-seed', '42', '--output-artifact-dir', join(folder, 'aiperf')]
  await aiperf!.command('aiperf', ['profile', ...server, ...scenario, ...input, ...load, ...bounds, ...quiet, ...out])
}

function markOf({ messages }: RecordedRequest): RegExpExecArray | null {
  return /^\[rid:([0-9a-f]{12})\]\n\n/.exec(messages.find(({ role }) => role === 'user')?.content ?? '')
}
