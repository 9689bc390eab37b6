import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runCli, serveCli } from './run-cli.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Passes on what comes, but for paths that it hides. */
async function proxy(target: string) {
  const hidden = new Set<string>()
  const server = createServer((incoming, response) => {
    if (hidden.has(incoming.url ?? '')) {
      incoming.resume()
      response.writeHead(404).end('{}')
      return
    }
    const { method = 'GET', headers } = incoming
    const passed = request(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', () => response.destroy())
    incoming.pipe(passed)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { hidden, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('what the probe of a resumed run could not check stands in its result', { timeout: 90_000 }, async () => {
  const { url, hidden } = await proxy((await serveCli()).url)
  const out = join(temporaryFolder(), 'run')
  const load = ['--preset', 'fixed-seq-len', '--isl', '40', '--osl', '4', '--lanes', '2']
  const words = ['--url', url, ...load, '--warmup-limit', '1ms', '--out', out, '--quiet']
  expect((await runCli(['replay', ...words])).code).toBe(4)
  const notesOf = () => JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')).provenance.target.notes ?? []
  const before: string[] = notesOf()
  expect(before.join()).not.toMatch(/no \/tokenize/)
  hidden.add('/tokenize')
  await runCli(['replay', '--resume', out, '--quiet'])
  expect(notesOf()).toEqual([...before, expect.stringMatching(/no \/tokenize/)])
})
