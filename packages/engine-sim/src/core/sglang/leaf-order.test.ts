import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { leafOrders, type RadixEvictionPolicy } from './leaf-order.ts'
import { RadixTree } from './radix-tree.ts'

const keysOf = (pages: string) => requestOf('', pages.length, 1, pages).blockKeys

/** Put there in this order: a, b twice, c of priority 1, d, and that by the same request again; then a is found once more. */
function order(policy: RadixEvictionPolicy): string {
  const tree = new RadixTree(undefined, policy)
  const put = (pages: string, options = {}) => tree.insert(keysOf(pages), pages.length, options)
  put('a')
  put('b')
  put('b')
  put('c', { priority: 1 })
  put('d')
  put('d', { putBefore: 1 })
  tree.match(keysOf('a'), 1)
  let gone = ''
  for (let left = 'abcd'; left !== ''; ) {
    tree.evict(1)
    // Looking would count as use: the root knows its children.
    const now = [...left].filter((page) => tree.root.children.has(keysOf(page)[0]!)).join('')
    gone += [...left].filter((page) => !now.includes(page)).join('')
    left = now
  }
  return gone
}

// mem_cache/evict_policy.py, unified_tree_core.py: a request counts once for what it puts there, by inserted_len
test.each<[RadixEvictionPolicy, string]>([
  ['lru', 'bcda'],
  ['mru', 'adcb'],
  ['fifo', 'abcd'],
  ['filo', 'dcba'],
  ['lfu', 'cdab'],
  ['priority', 'bdac'],
  ['slru', 'cdab'],
])('by %s the leaves go as %s', (policy, expected) => {
  expect(order(policy)).toBe(expected)
})

test('slru tells two hits from three no more, lfu does', () => {
  const [rank, count] = (['slru', 'lfu'] as const).map((policy) => {
    const tree = new RadixTree(undefined, policy)
    for (const pages of ['a', 'a', 'a', 'b', 'b']) tree.insert(keysOf(pages), 1)
    tree.evict(1)
    return tree.root.children.has(keysOf('a')[0]!)
  })
  expect([rank, count]).toEqual([false, true])
})

test('the upper part of a node that is split has its age, its hits and its priority', () => {
  const tree = new RadixTree(undefined, 'fifo')
  tree.insert(keysOf('ab'), 2, { priority: 3 })
  tree.insert(keysOf('x'), 1)
  tree.insert(keysOf('ac'), 2)
  const upper = tree.root.children.get(keysOf('a')[0]!)!
  expect(upper).toMatchObject({ from: 0, to: 1, hits: 2, priority: 3, createdAt: 1 })
  expect(upper.children.get(keysOf('ab')[1]!)).toMatchObject({ hits: 1, createdAt: 1 })
})

test('every policy has its order', () => {
  expect(Object.keys(leafOrders).toSorted()).toEqual(['fifo', 'filo', 'lfu', 'lru', 'mru', 'priority', 'slru'])
})
