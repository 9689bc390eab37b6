import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { captureCli, requestIdsIn } from './capture-cli.ts'
import { runCli } from './run-cli.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A server that says how long each body was, in the form of a reply. */
async function lengthServer(): Promise<string> {
  const server = http.createServer(async (request, response) => {
    let length = 0
    for await (const chunk of request) length += (chunk as Buffer).length
    if (request.url === '/tokenize') response.writeHead(404).end()
    else {
      const usage = { prompt_tokens: length, completion_tokens: 1 }
      response.end(
        JSON.stringify({ choices: [{ index: 0, message: { content: 'so' }, finish_reason: 'stop' }], usage }),
      )
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 2_000, resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Sends a body of so many bytes, a piece at a time; resolves to how many the server saw. */
function send(
  url: string,
  { bytes, agent, body }: { bytes?: number; agent?: http.Agent; body?: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const length = bytes ?? Buffer.byteLength(body!)
    const options = { method: 'POST', headers: { 'content-length': length }, ...(agent && { agent }) }
    const request = http.request(`${url}/v1/chat/completions`, options, async (reply) => {
      let text = ''
      for await (const chunk of reply) text += chunk
      resolve(JSON.parse(text).usage.prompt_tokens)
    })
    request.on('error', reject)
    if (body !== undefined) {
      request.end(body)
      return
    }
    const piece = Buffer.alloc(1 << 20, 'a')
    const more = (left: number): void => {
      if (left === 0) request.end()
      else request.write(piece.subarray(0, left), () => more(left - Math.min(left, piece.length)))
    }
    more(length)
  })
}

const prompt = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'one two three' }] })

test('a prompt of 200 MB, a body that is no JSON, and 1,000 connections at once: passed on, told, and memory stays', async () => {
  const capture = await captureCli(await lengthServer(), join(temporaryFolder(), 'capture'))
  const bytes = 200_000_000
  expect(await send(capture.url, { bytes })).toBe(bytes)
  expect(await send(capture.url, { body: 'no JSON' })).toBe(7)
  const agent = new http.Agent({ maxSockets: 1_000 })
  const lengths = await Promise.all(Array.from({ length: 1_000 }, () => send(capture.url, { agent, body: prompt })))
  agent.destroy()
  expect(lengths.every((length) => length === prompt.length)).toBe(true)
  const status = `/proc/${capture.child.pid}/status`
  // The largest that it ever was.
  const peakKiB = existsSync(status) ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) : 0
  const { code, summary } = await capture.stop()
  expect(code).toBe(0)
  expect(summary.ends).toMatchObject({ complete: 1_002 })
  expect(summary.lost).toMatchObject({ tooLarge: 1, unrecorded: { 'no prompt that a trace can hold': 1 } })
  expect(new Set(requestIdsIn(capture.out)).size).toBe(1_000)
  expect(peakKiB / 1024).toBeLessThan(700)
})

test.skipIf(process.platform === 'win32')(
  'a disk that is full costs records, and no request; it is told once',
  async () => {
    const out = join(temporaryFolder(), 'capture')
    const options = { largestFileKiB: 1 }
    const capture = await captureCli(await lengthServer(), out, ['--flush-every', '20ms'], options)
    for (let i = 0; i < 60; i += 1) expect(await send(capture.url, { body: prompt })).toBe(prompt.length)
    const { code, stderr, summary } = await capture.stop()
    expect(code).toBe(3)
    expect(stderr.match(/records cannot be written/g)).toHaveLength(1)
    expect(stderr).toContain('make room: they are held meanwhile, and requests go on')
    expect(summary.lost.disk).toBeGreaterThan(0)
    expect(summary.ends).toMatchObject({ complete: 60 })
    // What was written before can be read to its end, and nothing lies behind it.
    expect(readdirSync(out).reduce((sum, name) => sum + statSync(join(out, name)).size, 0)).toBe(summary.bytes)
    expect(requestIdsIn(out)).toHaveLength(summary.requests)
  },
)

test('a port that is taken, a folder in use, an address that is none: one line each', async () => {
  const folder = temporaryFolder()
  const upstream = await lengthServer()
  const { port } = new URL(upstream)
  const at = (...args: string[]) => runCli(['capture', '--upstream', 'http://127.0.0.1:9', ...args])
  const [taken, used, secret, self] = await Promise.all([
    at('--port', port, '--out', join(folder, 'a')),
    at('--port', '0', '--out', import.meta.dirname),
    runCli(['capture', '--upstream', 'http://user:canary@h', '--out', join(folder, 'b')]),
    at('--port', '9', '--out', join(folder, 'c')),
  ])
  const last = ({ stderr }: { stderr: string }) => stderr.trim().split('\n')
  expect(taken.code).toBe(3)
  expect(last(taken)).toEqual([expect.stringContaining(`127.0.0.1:${port} is taken; name another port with --port`)])
  expect(used.code).toBe(2)
  expect(last(used)).toEqual([expect.stringContaining('nothing is written over; name a new folder')])
  expect(secret.code).toBe(2)
  expect(secret.stderr).toContain('--upstream')
  expect(secret.stderr).not.toContain('canary')
  expect(self.code).toBe(2)
  expect(self.stderr).toContain("the proxy's own address")
})
