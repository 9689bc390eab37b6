import { expect, test } from 'vitest'
import { mixKey } from '../mix-key.ts'
import type { HiCache } from '../offload/hicache-config.ts'
import { HostTier } from './host-tier.ts'
import { RadixTree } from './radix-tree.ts'

/** Pages of 4 tokens, which take the link a millisecond each. */
function tierOf(changes: Partial<HiCache> = {}) {
  const tree = new RadixTree()
  const host = new HostTier({ hostPages: 4, tokenBytes: 250_000, host: { gbPerS: 1 }, ...changes }, tree, 4)
  return {
    tree,
    host,
    put: (pages: string, counts = true) =>
      tree.insert(keysOf(pages), pages.length, { putBefore: counts ? 0 : pages.length }).pages,
    /** Pages that the device has, and that the host has behind them. */
    find: (pages: string) => {
      const found = tree.match(keysOf(pages), pages.length)
      return [found.pages, found.hostPages]
    },
  }
}

/** Chained keys of a prompt whose pages hold these letters. */
function keysOf(pages: string): Float64Array {
  let key = 1
  return Float64Array.from([...pages], (page) => {
    key = mixKey(key, page.codePointAt(0)!)
    return key
  })
}

// unified_radix_cache.py: inc_lock_ref of _execute_and_commit_kv_backup, writing_check; cache_controller.py: merge_ops of start_writing
test('what is being copied to the host is held on the device until it has come; what is asked for together goes together, and later copies follow', () => {
  const { tree, host, put, find } = tierOf()
  put('ab')
  put('c')
  host.advance(10)
  expect([host.nextMs, tree.evictablePages, tree.evict(4)]).toEqual([13, 0, 0])
  put('d')
  host.advance(12)
  expect([host.nextMs, tree.evict(4)]).toEqual([13, 0])
  host.advance(13)
  expect([host.nextMs, tree.evict(4)]).toEqual([14, 3])
  host.advance(14)
  expect([host.nextMs, tree.evict(4)]).toEqual([undefined, 1])
  expect([find('ab'), find('c'), find('d'), tree.pages, tree.host.pages]).toEqual([[0, 2], [0, 1], [0, 1], 0, 4])
})

// unified_tree_core.py: inserted_len of _finish_insert_walk_node; _delete_unbacked_device_leaf
test('what its request had put there is not counted again, and what the host lacks is gone when the device gives it up', () => {
  const { tree, put, find } = tierOf()
  put('ab', false)
  expect([tree.evict(2), find('ab'), tree.host.pages]).toEqual([2, [0, 0], 0])
})

// unified_radix_cache.py: evict_host passes nodes that are not evicted
test('the host gives up nothing that the device has, and then does without what is new', () => {
  const { tree, host, put, find } = tierOf()
  put('ab')
  put('cde')
  expect(tree.host.pages).toBe(2)
  host.advance(0)
  host.advance(2)
  tree.evict(1)
  expect([find('ab'), find('cde')]).toEqual([
    [0, 2],
    [3, 0],
  ])
  // Its second visit: now there is something to give up.
  put('cde')
  expect([find('ab'), tree.host.pages]).toEqual([[0, 0], 3])
})

// unified_radix_cache.py: insert does not count the tokens of a node that the device had given up
test('what is computed again though the host has it is on the device again, and was not there before', () => {
  const { tree, host, put, find } = tierOf()
  put('abcd')
  host.advance(0)
  host.advance(4)
  tree.evict(4)
  expect(put('abx', false)).toBe(0)
  expect([find('abx'), find('abcd'), tree.pages, tree.host.pages]).toEqual([[3, 0], [2, 2], 3, 4])
})

// unified_radix_cache.py: _split_node, load_back
test('of a node that the host has, the part that a prompt shares is brought back and held while it is loaded', () => {
  const { tree, host, put, find } = tierOf()
  put('abcd')
  host.advance(0)
  host.advance(4)
  tree.evict(4)
  const { hostNode, hostPages } = tree.match(keysOf('abx'), 3)
  expect(hostPages).toBe(2)
  host.load(hostNode, hostPages)
  expect([find('abcd'), tree.pages, tree.evictablePages]).toEqual([[2, 2], 2, 0])
  expect([host.scheduled().endsFromMs, host.nextMs, host.scheduled().endsFromMs]).toEqual([6, 6, 0])
  host.advance(6)
  expect(tree.evictablePages).toBe(2)
})

// unified_tree_core.py: _build_backup_kv_action has those before a node first, and _execute_and_commit_kv_backup stops at the first without room
test('nothing is copied behind a node for which the host has no room', () => {
  const { tree, put } = tierOf({ hostPages: 2 })
  put('abc')
  put('abcd')
  expect(tree.host.pages).toBe(0)
})

// unified_tree_core.py: drop_subtree_no_host, which keeps what is held, and then lacks memory
test('written back, what is behind a node that is forgotten is forgotten by the host too, and nothing is put behind that', () => {
  const { tree, put, find } = tierOf({ hostPages: 2, writePolicy: 'write_back' })
  put('abc')
  put('abcd')
  expect([tree.evict(1), find('abcd')]).toEqual([1, [3, 1]])
  const { hostNode } = tree.match(keysOf('abcd'), 4)
  const lock = tree.host.lock(hostNode)
  expect([tree.evict(3), find('abcd'), tree.host.pages]).toEqual([3, [0, 0], 0])
  tree.host.unlock(lock)
  expect([tree.insertHost(hostNode, keysOf('abcde'), 5), tree.host.pages, tree.host.firstLeaf]).toEqual([
    1,
    0,
    undefined,
  ])
})

// unified_tree_core.py: _reclaim_full_host_duplicates, which spares what the device may give up at once, then not
test('written back, the host gives up what the device has too before what it alone has', () => {
  const { tree, host, put, find } = tierOf({ writePolicy: 'write_back' })
  for (const pages of ['ab', 'c', 'd']) put(pages)
  tree.evict(4)
  const found = tree.match(keysOf('ab'), 2)
  host.load(found.hostNode, found.hostPages)
  expect([host.scheduled().endsFromMs, tree.host.pages]).toEqual([6, 4])
  // While it is loaded, the host keeps it, and c, the least recently used, goes.
  put('e')
  tree.evict(1)
  expect([find('ab'), find('c'), find('d'), find('e'), tree.host.pages]).toEqual([[2, 0], [0, 0], [0, 1], [0, 1], 4])
  host.advance(6)
  put('f')
  tree.match(keysOf('ab'), 2)
  tree.evict(1)
  expect([find('ab'), find('d'), find('e'), find('f'), tree.host.pages]).toEqual([[2, 0], [0, 1], [0, 1], [0, 1], 3])
})

// unified_radix_cache.py: evict, with write_back; writing_check blocks
test('written back, a node is copied when the device gives it up, and the scheduler waits for it', () => {
  const { tree, host, put, find } = tierOf({ writePolicy: 'write_back' })
  put('ab')
  put('ab')
  host.advance(5)
  expect([tree.host.pages, tree.evictablePages]).toEqual([0, 2])
  expect([tree.evict(1), find('ab'), host.scheduled()]).toEqual([2, [0, 2], { beginsFromMs: 7, endsFromMs: 0 }])
  expect(host.nextMs).toBeUndefined()
})

// unified_radix_cache.py: host_ref_counter; evict_host takes a parent when its last child has gone
test('the host gives up the end of a prompt before its beginning, and nothing that is being loaded', () => {
  const { tree, host, put, find } = tierOf()
  put('abcd')
  host.advance(0)
  host.advance(4)
  tree.evict(4)
  find('ab')
  const { hostNode } = tree.match(keysOf('abcd'), 4)
  const lock = tree.host.lock(hostNode)
  tree.evictHost(1)
  tree.host.unlock(lock)
  expect(find('abcd')).toEqual([0, 4])
  tree.evictHost(1)
  expect(find('abcd')).toEqual([0, 2])
  tree.evictHost(1)
  expect([find('abcd'), tree.host.pages]).toEqual([[0, 0], 0])
})

test('what was forgotten with the rest makes no room in the host', () => {
  const { tree, host, put } = tierOf()
  put('ab')
  host.advance(0)
  host.advance(2)
  tree.evict(2)
  tree.clear()
  host.forget()
  expect(tree.host.pages).toBe(0)
  put('cd')
  put('efg')
  expect(tree.host.pages).toBe(2)
})
