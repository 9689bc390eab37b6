import { join } from 'node:path'
import { resetPrefixCache } from '@reprise/replay-engine/endpoint'
import { expect, test } from 'vitest'
import { runCli, serveCli } from './run-cli.ts'
import { serveHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

interface Shown {
  readonly counts: { readonly ok: number; readonly failed: number }
  readonly inputTokens: { readonly exactShare: number }
  readonly cacheHit: { readonly measured: number; readonly ideal: number }
  readonly server: {
    readonly sources: readonly { readonly engine?: string; readonly samples: number }[]
    readonly promptTokens: number
    readonly prompt: { readonly hitRate: number }
    readonly latency: { readonly ttft: { readonly n: number } }
    readonly kvPoolTokens: number
  }
  readonly provenance: { readonly target: { readonly notes: readonly string[]; readonly engine: object } }
  readonly identity: { readonly engine: { readonly config: object } }
}

test('a replay knows a server with the manners of SGLang, flushes its cache before each point, and finds there what it could', async () => {
  const server = await serveCli(['--engine', 'sglang'])
  const run = ['--lanes', '2,3', '--duration', '2', '--time-scale', '0.01', '--no-report', '--json']
  const words = ['replay', '--url', server.url, ...run, '--out', join(temporaryFolder(), 'run')]
  const { code, stdout, stderr } = await runCli(words)
  await server.stop()
  expect(code, stderr).toBe(0)
  const runs = JSON.parse(stdout) as Shown[]
  expect(runs).toHaveLength(2)
  for (const shown of runs) {
    expect(shown.counts.failed).toBe(0)
    expect(shown.counts.ok).toBeGreaterThan(3)
    expect(shown.inputTokens.exactShare).toBe(1)
    expect(shown.cacheHit.measured).toBe(shown.cacheHit.ideal)
    expect(shown.provenance.target.notes).toEqual([])
    expect(shown.provenance.target.engine).toMatchObject({ name: 'reprise-sim', version: '0.5.23+reprise.sim' })
    expect(shown.identity.engine.config).toMatchObject({ scheduler: { engine: 'sglang' } })
    const { sources, promptTokens, prompt, latency, kvPoolTokens } = shown.server
    expect(sources).toMatchObject([{ engine: 'sglang' }])
    expect(sources[0]!.samples).toBeGreaterThan(3)
    expect(promptTokens).toBeGreaterThan(0)
    expect(prompt.hitRate).toBeGreaterThan(0)
    expect(latency.ttft.n).toBeGreaterThan(0)
    expect(kvPoolTokens).toBe(8_388_608)
  }
})

test('a cache is flushed though a reply is still on its way out', async () => {
  const { url, stop } = await serveHere(['--engine', 'sglang'])
  const body = JSON.stringify({
    text: 'a',
    stream: true,
    sampling_params: { max_new_tokens: 100_000, ignore_eos: true },
  })
  const leaving = new AbortController()
  const headers = { 'content-type': 'application/json' }
  await fetch(`${url}/generate`, { method: 'POST', headers, body, signal: leaving.signal })
  expect((await fetch(`${url}/flush_cache`)).status).toBe(400)
  const notReset = resetPrefixCache({ url })
  leaving.abort()
  expect(await notReset).toBeUndefined()
  await stop()
})
