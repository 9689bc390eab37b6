import { expect, test } from 'vitest'
import { rowHostTier, vllmHostTier } from './host-tier.ts'

const worker = (flags: Readonly<Record<string, string>>) => ({
  ...{ role: 'server' as const, count: 1, flags: new Map(Object.entries(flags)) },
  sizes: { tp: 8, pp: 1, ep: 1, dpAttn: false, dcpSize: 1, pcpSize: 1 },
})
const connector = (kv_connector: string, extra: object = {}) =>
  vllmHostTier(
    worker({ '--kv-transfer-config': JSON.stringify({ kv_connector, kv_connector_extra_config: extra }) }),
    4,
  )

test('sizes in GiB over the GPUs of a rank, or in bytes of all of them or of each', () => {
  expect(vllmHostTier(worker({}), 4)).toEqual({})
  expect(vllmHostTier(worker({ '--kv-offloading-size': '8' }), 4)).toEqual({ hostCacheBytes: 8 * 2 ** 30 })
  const lmcache = { '--kv-offloading-size': '8', '--kv-offloading-backend': 'lmcache' }
  expect(vllmHostTier(worker(lmcache), 4)).toEqual({ hostCacheBytes: 8 * 2 ** 30, hostChunkTokens: 256 })
  expect(connector('OffloadingConnector', { cpu_bytes_to_use: 1e9 })).toEqual({ hostCacheBytes: 1e9 })
  const each = { cpu_bytes_to_use: 7, cpu_bytes_to_use_per_rank: 1e9, lazy_offload: true }
  expect(connector('SimpleCPUOffloadConnector', each)).toEqual({ hostCacheBytes: 4e9, hostStore: 'evicted' })
})

test('what hands prompts over is no tier, and several connectors are looked through', () => {
  expect(connector('NixlConnector')).toEqual({})
  const simple = { kv_connector: 'SimpleCPUOffloadConnector', kv_connector_extra_config: { cpu_bytes_to_use: 5 } }
  expect(connector('MultiConnector', { connectors: [{ kv_connector: 'NixlConnector' }, simple] })).toEqual({
    hostCacheBytes: 5,
  })
  expect(connector('MultiConnector', { connectors: [simple, simple] })).toMatch(/several tiers/)
})

test('others are refused by name, and so is one that says no size', () => {
  expect(connector('MooncakeStoreConnector')).toMatch(/^the connector MooncakeStoreConnector is not modelled; Simple/)
  expect(connector('OffloadingConnector')).toMatch(/does not say .* write cpu_bytes_to_use$/)
  expect(vllmHostTier(worker({ '--kv-offloading-size': '8', '--kv-offloading-backend': 'x' }), 4)).toMatch(
    /native and lmcache/,
  )
  expect(vllmHostTier(worker({ '--kv-transfer-config': 'not json' }), 4)).toMatch(/names no kv_connector/)
})

test('a row alone has its memory shared out among its GPUs', () => {
  const row = (name: string | undefined, totalCpuDramGb: number, tier = 'dram') =>
    ({
      scenario: { kind: 'agentic-coding', totalCpuDramGb, offloading: { tier, ...(name && { backend: { name } }) } },
    }) as Parameters<typeof rowHostTier>[0]
  const on = { gpus: 8, ofRank: 2 }
  expect(rowHostTier(row('vllm-simple', 800), 'vllm', on)).toEqual({ hostCacheBytes: 200e9 })
  expect(rowHostTier(row('lmcache', 800), 'vllm', on)).toEqual({ hostCacheBytes: 200e9, hostChunkTokens: 256 })
  expect(rowHostTier(row('hicache', 800), 'sglang', on)).toEqual({ hicache: true, hicacheGb: 100 })
  expect(rowHostTier(row(undefined, 0, 'cpu'), 'vllm', on)).toMatch(/does not say how large/)
  expect(rowHostTier(row(undefined, 9, 'ssd'), 'vllm', on)).toMatch(/on disk/)
  expect(rowHostTier(row('mooncake', 800), 'vllm', on)).toMatch(/mooncake in dram is not modelled/)
})
