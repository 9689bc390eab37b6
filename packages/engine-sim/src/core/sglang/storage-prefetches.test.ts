import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import type { HiCacheStorage } from '../offload/hicache-storage-config.ts'
import { HostTier } from './host-tier.ts'
import { PageStore } from './page-store.ts'
import { RadixTree } from './radix-tree.ts'
import { SglangSequence } from './sglang-sequence.ts'
import { StoragePrefetches } from './storage-prefetches.ts'

/** Pages of 4 tokens, which storage moves in a millisecond each; 5 ms go before each batch of 128. It has 300 pages of x. */
function storageWith({ hostPages = 1000, ...changes }: Partial<HiCacheStorage> & { readonly hostPages?: number } = {}) {
  const config: HiCacheStorage = { gbPerS: 1, latencyMs: 5, prefetchPolicy: 'wait_complete', ...changes }
  const tree = new RadixTree()
  const store = new PageStore(config, 1_000_000)
  const host = new HostTier({ hostPages, tokenBytes: 250_000, host: { gbPerS: 1 } }, tree, 4, store)
  const prefetches = new StoragePrefetches(config, store, { tree, host, pageSize: 4 })
  store.write(0, { keys: keysOf('x'.repeat(300)), from: 0, to: 300 }, () => {})
  store.advance(305)
  let nowMs = 0
  const at = (ms: number) => {
    nowMs = ms
    host.advance(ms)
    prefetches.advance(ms)
  }
  at(400)
  return {
    ...{ tree, host, prefetches, at },
    begin: (sequence: SglangSequence) => prefetches.begin(sequence, { node: tree.root, pages: 0 }, nowMs),
    inHost: (contents: string) => tree.match(keysOf(contents), contents.length).hostPages,
  }
}

const keysOf = (contents: string) => requestOf('', 1, 1, contents).blockKeys
const limits = { pageSize: 4, kvTokens: 8000, maxModelLen: 4000 }
const sequenceOf = (contents: string, serial = 1) =>
  new SglangSequence(requestOf(`r${serial}`, contents.length * 4 + 1, 1, contents), serial, limits)

// cache_controller.py: _page_transfer reads 128 pages at a time; check_prefetch_progress keeps what has come
test('what has come batch by batch is kept when the time is over, and the rest of the room is free when the batch under way has come', () => {
  // 0.25 s and 0.25 s for every 1,024 tokens, of 800.
  const timed = { prefetchPolicy: 'timeout', prefetchTimeoutBaseS: 0.25, prefetchTimeoutPerKiTokenS: 0.25 } as const
  const { prefetches, host, at, begin, inHost } = storageWith(timed)
  const sequence = sequenceOf('x'.repeat(200))
  begin(sequence)
  at(405)
  expect([prefetches.isReady(sequence), host.pages.usedPages]).toEqual([false, 200])
  at(538)
  expect(prefetches.isReady(sequence)).toBe(false)
  const early = storageWith({ ...timed, prefetchTimeoutBaseS: 0, prefetchTimeoutPerKiTokenS: 0.2 })
  early.begin(sequence)
  early.at(405)
  // 0.2 x 800 / 1,024 s from then on.
  expect(early.prefetches.isReady(sequence)).toBe(false)
  early.at(543)
  expect(early.prefetches.nextMs).toBe(405 + 156.25)
  early.at(562)
  expect([early.prefetches.isReady(sequence), early.inHost('x'.repeat(200)), early.host.pages.usedPages]).toEqual([
    ...[true, 128, 200],
  ])
  expect(sequence.fromStorage).toEqual({ fromTokens: 0, toTokens: 512 })
  early.at(615)
  expect(early.host.pages.usedPages).toBe(128)
  at(615)
  expect([prefetches.isReady(sequence), inHost('x'.repeat(200)), host.pages.usedPages]).toEqual([true, 200, 200])
})

// prefetch_rate_limited: half of the host's pages; poll_miss
test('nobody looks for more while half of the host is looked for, but later', () => {
  const { prefetches, tree, at, begin } = storageWith({ hostPages: 300, retryPollInterval: 1 })
  const [first, second, third] = [160, 160, 160].map((pages, serial) => sequenceOf('x'.repeat(pages), serial))
  begin(first!)
  begin(second!)
  begin(third!)
  expect([first, second, third].map((each) => prefetches.isReady(each!))).toEqual([false, true, true])
  at(405)
  at(405 + 5 + 128)
  at(405 + 10 + 160)
  const waiting = [first!, second!, third!]
  const find = () => ({ node: tree.root, pages: 0 })
  prefetches.retry(waiting, find)
  prefetches.retry(waiting, find)
  expect(waiting.map((each) => prefetches.isReady(each))).toEqual([true, false, true])
})

// allocate_storage_hit with allow_partial; host_capacity
test('as much is fetched as the host has room for, and nothing where that is less than the threshold', () => {
  const found = (hostPages: number) => {
    const { prefetches, at, begin, inHost } = storageWith({ hostPages })
    const sequence = sequenceOf('x'.repeat(100))
    begin(sequence)
    at(405)
    at(600)
    return [prefetches.isReady(sequence), inHost('x'.repeat(100))]
  }
  expect([found(100), found(70), found(63)]).toEqual([
    [true, 100],
    [true, 70],
    [true, 0],
  ])
})

// release_aborted_request
test('whoever is aborted leaves nothing behind when the batch under way has come', () => {
  const { prefetches, host, at, begin, inHost } = storageWith()
  const [waits, reads] = [sequenceOf('x'.repeat(100), 1), sequenceOf('x'.repeat(200), 2)]
  begin(reads)
  begin(waits)
  prefetches.abort(waits)
  at(405)
  prefetches.abort(reads)
  expect([prefetches.isBusy, host.pages.usedPages, prefetches.nextMs]).toEqual([false, 200, 410])
  at(538)
  expect([host.pages.usedPages, inHost('x'.repeat(200)), prefetches.nextMs]).toEqual([0, 0, undefined])
})

// scheduler.py: _prefetch_after_device_hit_loss
test('who finds less than when storage was asked asks again, so often at most', () => {
  const { prefetches, tree, at } = storageWith({ retryMaxAttempts: 1 })
  tree.insert(keysOf('x'.repeat(100)), 100)
  at(500)
  at(600)
  const sequence = sequenceOf('x'.repeat(160))
  const anchorOf = (pages: number) => ({ node: tree.match(keysOf('x'.repeat(pages)), pages).node, pages })
  prefetches.begin(sequence, anchorOf(100), 600)
  // 60 pages are less than the threshold, 64.
  expect(prefetches.isReady(sequence)).toBe(true)
  expect([prefetches.hasLost(sequence, anchorOf(90)), prefetches.isReady(sequence)]).toEqual([true, false])
  expect([prefetches.hasLost(sequence, anchorOf(80)), prefetches.hasLost(sequence, anchorOf(80))]).toEqual([
    false,
    false,
  ])
})

// prefetch_from_storage: no anchor that the host lacks
test('nothing is looked for behind what the host lacks', () => {
  const { prefetches, tree } = storageWith({ hostPages: 5 })
  tree.insert(keysOf('x'.repeat(10)), 10)
  const sequence = sequenceOf('x'.repeat(200))
  prefetches.begin(sequence, { node: tree.match(keysOf('x'.repeat(10)), 10).node, pages: 10 }, 400)
  expect([prefetches.isReady(sequence), prefetches.isBusy]).toEqual([true, false])
})
