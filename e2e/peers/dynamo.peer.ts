import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { capturedAgents } from './captured-agents.ts'
import { capturedTools } from './captured-tools.ts'
import { installedPeer } from './installed-peer.ts'
import { mooncakeIsHere, mooncakeTrace, type PeerTraces, peerTraces, type Totals, totalsOf } from './peer-traces.ts'

/** What it counts, and which share of the prompts its cache gave. */
type Loaded = Totals & { readonly reusedShare: number }

const dynamo = installedPeer('ai-dynamo-runtime==1.6.1')
let traces: PeerTraces
beforeAll(async () => {
  traces = await peerTraces()
})
afterAll(() => {
  dynamo?.remove()
  traces.remove()
})

describe.skipIf(!dynamo)("Dynamo's replay core", () => {
  const load = (format: string, path: string, blockSize = 64) =>
    dynamo!.run('dynamo_load.py', format, `${blockSize}`, path) as Loaded

  test('counts our request traces, WEKA files and agentic rows as we do, and its cache hits alike in all', async () => {
    const { trees } = traces
    const weka = load('weka', await traces.convert(trees, 'weka'))
    expect(weka).toMatchObject(await totalsOf(trees))
    const shard = await traces.convert(trees, 'dynamo')
    expect(load('dynamo', shard)).toEqual(weka)
    expect(load('weka', await traces.convert(shard, 'weka'))).toEqual(weka)
    expect(load('agentic_mooncake', await traces.convert(trees, 'agentic-mooncake'))).toEqual(weka)
    console.log('dynamo, trees:', weka)
  })

  test('counts our Mooncake sessions as we do', async () => {
    const rows = load('mooncake', await traces.convert(traces.sessions, 'mooncake'))
    expect(rows).toMatchObject(await totalsOf(traces.sessions))
    console.log('dynamo, mooncake sessions:', rows)
  })

  test('counts what was captured as we do, and finds the same in its cache', async () => {
    const captured = await capturedAgents()
    const { cachedShare, ...own } = captured.own
    const loaded = load('dynamo', captured.shard)
    expect(loaded).toMatchObject(own)
    expect(loaded.reusedShare).toBeCloseTo(cachedShare, 6)
    console.log('dynamo, a capture:', loaded)
    captured.remove()
  })

  test('reads inferred calls of tools, and the subagent that one of them started', async () => {
    const { shard, own, remove } = await capturedTools()
    expect(own).toMatchObject({ requests: 4, sessions: 2 })
    expect(load('dynamo', shard)).toMatchObject(own)
    remove()
  })

  test.skipIf(!mooncakeIsHere)('counts the public Mooncake trace, read and written by us, as we do', async () => {
    const { sessions: _, ...rows } = load('mooncake', await traces.convert(mooncakeTrace, 'mooncake'), 512)
    const { sessions: __, ...own } = await totalsOf(mooncakeTrace)
    expect(rows).toMatchObject(own)
    console.log('dynamo, public Mooncake trace:', rows)
  })
})
