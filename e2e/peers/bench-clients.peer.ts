import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quantile } from '@reprise/trace/quantile'
import { afterAll, describe, expect, test } from 'vitest'
import { serveCli } from '../run-cli.ts'
import {
  aiperfClient,
  type BenchClient,
  guidellmClient,
  load,
  sglangCacheReport,
  sglangClient,
  type Told,
  vllmClient,
  writeClientFiles,
} from './bench-clients.ts'
import { installedPeer } from './installed-peer.ts'
import { packageFiles } from './package-files.ts'
import { type ServedPage, servedPage } from './served-page.ts'

/** What the clients of vLLM and SGLang want beyond what AIPerf brings. */
const aiperf = installedPeer('aiperf==0.13.0', 'msgspec==0.23.0', 'pybase64==1.5.1')
const guidellm = installedPeer('guidellm==0.8.1')
const vllm = packageFiles('vllm', '0.33.0', 'source')
const sglang = packageFiles('sglang', '0.5.23', 'wheel')

const folder = mkdtempSync(join(tmpdir(), 'reprise-clients-'))
const python = aiperf ?? guidellm
const place = { folder, ...(python ? writeClientFiles(python, folder) : { tokenizer: '', prompts: '' }) }
// So slow that what a client spends on a busy machine is little beside it.
const stepTime = {
  ...{ baseMs: 30, prefillMsPerToken: 0.4, prefillMsPerMillionTokenContext: 0 },
  ...{ decodeMsPerSequence: 0.1, decodeMsPerThousandContext: 0 },
}
const engines = { vllm: { stepTime }, sglang: { scheduler: { engine: 'sglang' }, stepTime } }
const engine = join(folder, 'engine.json')
const log = join(folder, 'served.jsonl')

/** SGLang's client warms up with one request, for 32 tokens at most. */
const warmUp = { requests: 1, inputTokens: load.inputTokens, outputTokens: Math.min(32, load.outputTokens) }
const none = { requests: 0, inputTokens: 0, outputTokens: 0 }

interface Case {
  readonly title: string
  /** In whose manner it is served. */
  readonly manner: keyof typeof engines
  readonly extra: typeof none
  readonly run: BenchClient | undefined
}

const cases: readonly Case[] = [
  ...['openai', 'openai-chat', 'openai-responses'].map((backend) => ({
    ...{ title: `vllm bench serve, ${backend}`, manner: 'vllm' as const, extra: none },
    run: aiperf && vllm && vllmClient(aiperf, vllm, backend, place),
  })),
  ...(
    [
      ['vllm', 'vllm'],
      ['sglang', 'sglang'],
      ['sglang-oai', 'sglang'],
      ['sglang-oai-chat', 'sglang'],
    ] as const
  ).map(([backend, manner]) => ({
    ...{ title: `SGLang's bench_serving, ${backend}`, manner, extra: warmUp },
    run: aiperf && sglang && sglangClient(aiperf, sglang, backend, place),
  })),
  ...(
    [
      ['chat', 'vllm'],
      ['completions', 'vllm'],
      ['responses', 'vllm'],
      ['chat', 'sglang'],
    ] as const
  ).map(([endpoint, manner]) => ({
    ...{ title: `AIPerf, ${endpoint}`, manner, extra: none },
    run: aiperf && aiperfClient(aiperf, endpoint, place),
  })),
  ...(['vllm', 'sglang'] as const).map((manner) => ({
    ...{ title: 'GuideLLM', manner, extra: none },
    run: guidellm && guidellmClient(guidellm, place),
  })),
]

afterAll(() => {
  for (const each of [aiperf, guidellm, vllm, sglang]) each?.remove()
  rmSync(folder, { recursive: true })
})

describe('against reprise serve', () => {
  const here = cases.filter((each) => each.run !== undefined)
  test.each(here)(
    '$title, in the manner of $manner: ends well, and counts and times as the server does',
    async (each) => {
      const { title, manner, extra, run } = each
      writeFileSync(engine, JSON.stringify(engines[manner]))
      const server = await serveCli(['--engine', engine, '--log', log])
      let told: Told
      let page: ServedPage
      try {
        told = await run!({ url: server.url, name: `${title} ${manner}`.replace(/\W+/g, '-') })
        page = await servedPage(server.url, manner)
      } finally {
        await server.stop()
      }
      const { requests, inputTokens, outputTokens } = load
      const asked = { requests, inputTokens: requests * inputTokens, outputTokens: requests * outputTokens }
      expect(told).toMatchObject(asked)
      expect(page).toMatchObject({
        requests: asked.requests + extra.requests,
        inputTokens: asked.inputTokens + extra.inputTokens,
        outputTokens: asked.outputTokens + extra.outputTokens,
      })
      const logged = loggedMedians(log)
      console.log(title, manner, '\n', { told, page, logged })
      for (const name of ['ttft', 'tpot'] as const) {
        const toldMs = told[`${name}Ms`]
        // A client sees the server's medians, and what lies between them.
        expect(toldMs, name).toBeGreaterThan(page[name].fromMs)
        expect(toldMs, name).toBeLessThan(page[name].toMs + spentMs[name])
        expect(Math.abs(toldMs - logged[`${name}Ms`]), name).toBeLessThan(spentMs[name])
      }
    },
  )
})

describe.skipIf(!aiperf || !sglang)("SGLang's bench_serving --cache-report", () => {
  // Its `sglang-oai` reads the first choice of every chunk, and SGLang's chunk of the cache has none.
  test.each(['sglang', 'sglang-oai-chat'])('%s tells the cached tokens that the server found', async (backend) => {
    const server = await serveCli(['--engine', 'sglang'])
    try {
      const told = await sglangCacheReport(aiperf!, sglang!, backend, { ...place, url: server.url })
      expect(told).toBeGreaterThan(0)
      expect((await servedPage(server.url, 'sglang')).cachedTokens).toBe(told)
    } finally {
      await server.stop()
    }
  })
})

/** What a client and the way to it may add, on a machine that is busy. */
const spentMs = { ttft: 150, tpot: 3 } as const

/** Of all requests that a server wrote into its log, by the instants of its engine. */
function loggedMedians(file: string): { ttftMs: number; tpotMs: number } {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const served = lines.map((line) => JSON.parse(line) as Readonly<Record<string, number>>)
  const median = (of: (each: Readonly<Record<string, number>>) => number) =>
    quantile(
      served.map(of).toSorted((one, other) => one - other),
      0.5,
    )!
  return {
    ttftMs: median(({ firstTokenMs, receivedMs }) => firstTokenMs! - receivedMs!),
    tpotMs: median(
      ({ firstTokenMs, lastTokenMs, outputTokens }) => (lastTokenMs! - firstTokenMs!) / (outputTokens! - 1),
    ),
  }
}
