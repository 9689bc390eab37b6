import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { captureCli, eventsIn } from '../capture-cli.ts'
import { serveCli } from '../run-cli.ts'
import { installedPeer } from './installed-peer.ts'

const libzmq = installedPeer('pyzmq==27.3.0', 'msgpack==1.2.4')
const folder = mkdtempSync(join(tmpdir(), 'reprise-peer-tools-'))
afterAll(() => {
  libzmq?.remove()
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(!libzmq)('libzmq, pushing what a harness tells of its tools', () => {
  test('each event is in the trace once, and what Dynamo would drop is counted', async () => {
    const server = await serveCli()
    const capture = await captureCli(server.url, join(folder, 'capture'), ['--tools-zmq', 'tcp://127.0.0.1:*'])
    const told = libzmq!.run('tools_push.py', capture.tools!)
    console.log('libzmq pushed:', told)
    // Closed with linger, everything is with the kernel; it is read before the capture ends as soon as the shard has it.
    while (eventsIn(capture.out).length < 102) await sleep(100)
    const { code, summary } = await capture.stop()
    await server.stop()
    expect(code).toBe(0)
    expect(summary.tools).toEqual({ accepted: 102, rejected: 6 })
    const events = eventsIn(capture.out) as unknown as readonly {
      tool: { tool_call_id: string }
      agent_context: object
    }[]
    const names = events.map(({ tool, agent_context }) => JSON.stringify([agent_context, tool]))
    // The last one of each is a call that was told before, with what it found, which is not kept.
    expect(new Set(names).size).toBe(100)
    const text = readdirSync(capture.out).map((name) => String(gunzipSync(readFileSync(join(capture.out, name)))))
    expect(text.join()).not.toContain('canary')
  })
})
