import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installedPeer } from './installed-peer.ts'
import { mooncakeIsHere, mooncakeTrace, type PeerTraces, peerTraces, type Totals, totalsOf } from './peer-traces.ts'

const aiperf = installedPeer('aiperf==0.13.0')
let traces: PeerTraces
beforeAll(async () => {
  traces = await peerTraces()
})
afterAll(() => {
  aiperf?.remove()
  traces.remove()
})

describe.skipIf(!aiperf)("AIPerf's loaders", () => {
  const load = (format: 'weka' | 'mooncake', path: string) => aiperf!.run('aiperf_load.py', format, path) as Totals

  test('count our WEKA files as we do, those made of a request trace too', async () => {
    const totals = await totalsOf(traces.trees)
    expect(load('weka', await traces.convert(traces.trees, 'weka'))).toEqual(totals)
    const shard = await traces.convert(traces.trees, 'dynamo')
    expect(load('weka', await traces.convert(shard, 'weka'))).toEqual(totals)
    console.log('aiperf, trees:', totals)
  })

  test('count our Mooncake rows as we do', async () => {
    for (const from of [traces.trees, traces.sessions])
      expect(load('mooncake', await traces.convert(from, 'mooncake'))).toEqual(await totalsOf(from))
  })

  test.skipIf(!mooncakeIsHere)('count the public Mooncake trace, read and written by us, as we do', async () => {
    const totals = load('mooncake', await traces.convert(mooncakeTrace, 'mooncake'))
    expect(totals).toEqual(await totalsOf(mooncakeTrace))
    console.log('aiperf, public Mooncake trace:', totals)
  })
})
