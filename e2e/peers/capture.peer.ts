import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { captureCli, requestIdsIn } from '../capture-cli.ts'
import { startMessagesServer } from '../messages-server.ts'
import { serveCli } from '../run-cli.ts'
import { installedPeer } from './installed-peer.ts'

const clients = installedPeer('openai==3.57.0', 'anthropic==2.14.0')
const folder = mkdtempSync(join(tmpdir(), 'reprise-peer-capture-'))
afterAll(() => {
  clients?.remove()
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(!clients)('the Python clients of OpenAI and Anthropic through a capture', () => {
  test('are content, and each request is in the trace once', async () => {
    const server = await serveCli()
    const messages = await startMessagesServer()
    const [chat, other] = await Promise.all([
      captureCli(server.url, join(folder, 'chat')),
      captureCli(messages.url, join(folder, 'messages')),
    ])
    await clients!.command('python', [join(import.meta.dirname, 'capture_client.py'), chat.url, other.url])
    for (const [capture, complete, left] of [
      [chat, 4, 1],
      [other, 2, 0],
    ] as const) {
      const { summary } = await capture.stop()
      const requests = complete + left
      expect(summary).toMatchObject({ requests, ends: { complete, 'client-gone': left } })
      expect(new Set(requestIdsIn(capture.out)).size).toBe(requests)
    }
    messages.close()
    await server.stop()
  })
})
