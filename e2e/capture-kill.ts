import { appendFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { captureCli, requestIdsIn } from './capture-cli.ts'
import { heldBackMs } from './held-back.ts'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Kills a capture at each of these times after its first request, two at a time, and says what has to be left of each. */
export async function killCaptures(afterMs: readonly number[]): Promise<void> {
  const upstream = await startUpstream()
  onTestFinished(upstream.close)
  const left = [...afterMs]
  const killed: Killed[] = []
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      killed.push(await killOne(upstream.url, next))
  }
  await Promise.all([worker(), worker()])
  let torn = killed.toSorted((a, b) => b.found - a.found)[0]!
  // On a machine that lets it do next to nothing, a capture that has written anything takes longer.
  for (let ms = 2_400; torn.found === 0; ms *= 2) torn = await killOne(upstream.url, ms)
  await checkTorn(torn)
}

async function killOne(upstream: string, afterMs: number): Promise<Killed> {
  const context = `killed after ${afterMs} ms`
  const out = join(temporaryFolder(), 'capture')
  const capture = await captureCli(upstream, out)
  /** When each request was over for its client. */
  const doneMs: number[] = []
  let isKilled = false
  const ask = async () => {
    while (!isKilled) {
      const reply = await fetch(`${capture.url}/v1/chat/completions`, {
        method: 'POST',
        body: '{"messages":[{"role":"user","content":"hi"}]}',
      })
      await reply.text()
      doneMs.push(performance.now())
    }
  }
  const asking = Promise.allSettled([ask(), ask(), ask()])
  while (doneMs.length === 0) await sleep(5)
  await sleep(afterMs)
  const heldMs = heldBackMs(capture.child.pid!)
  const killedMs = performance.now()
  capture.child.kill('SIGKILL')
  isKilled = true
  await Promise.all([asking, capture.ended])

  const old = doneMs.filter((ms) => ms < killedMs - 1_000 - heldMs).length
  const ids = requestIdsIn(out)
  expect(ids.length, context).toBeGreaterThanOrEqual(old)
  expect(new Set(ids).size, context).toBe(ids.length)
  return { out, asked: doneMs.length + 1, found: ids.length, context }
}

/** What a kill in the middle of a write leaves, which is rare: the beginning of a member. The check tells it, and how many are missing. */
async function checkTorn({ out, asked, context }: Killed): Promise<void> {
  appendFileSync(join(out, 'capture.000000.jsonl.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]))
  const { code, stdout, stderr } = await runHere(['trace', 'check', out, '--expect-requests', String(asked)])
  expect(code, `${context}: ${stderr}`).toBe(2)
  expect(stdout, context).toMatch(/cut-off/)
  expect(stdout, context).toMatch(/expectation: .*requests/)
}

interface Killed {
  readonly out: string
  /** At least. */
  readonly asked: number
  readonly found: number
  readonly context: string
}

/** A server that replies to everything with a short stream. */
async function startUpstream(): Promise<{ url: string; close(): void }> {
  const chunk = (fields: object) => `data: ${JSON.stringify(fields)}\n\n`
  const server = http.createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(chunk({ choices: [{ index: 0, delta: { content: 'so' } }] }))
      setTimeout(() => {
        response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }))
        response.end(`${chunk({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 1 } })}data: [DONE]\n\n`)
      }, 10)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
