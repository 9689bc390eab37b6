import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mixKey } from '../mix-key.ts'
import { RadixTree } from './radix-tree.ts'

/** Chained keys of a prompt whose pages hold these letters. */
function keysOf(pages: string): Float64Array {
  let key = 1
  return Float64Array.from([...pages], (page) => {
    key = mixKey(key, page.codePointAt(0)!)
    return key
  })
}

function put(tree: RadixTree, pages: string) {
  return tree.insert(keysOf(pages), pages.length)
}

function find(tree: RadixTree, pages: string) {
  return tree.match(keysOf(pages), pages.length)
}

describe('a tree of prefixes', () => {
  test('finds the longest prefix that is in it, and what was there before an insert', () => {
    const tree = new RadixTree()
    expect(put(tree, 'abcd').pages).toBe(0)
    expect(find(tree, 'abxy').pages).toBe(2)
    expect(put(tree, 'abxy').pages).toBe(2)
    expect([find(tree, 'abcd').pages, find(tree, 'abxyz').pages, find(tree, 'b').pages]).toEqual([4, 4, 0])
    expect([tree.pages, tree.evictablePages]).toEqual([6, 6])
  })

  // unified_tree_core.py: evict_device_next_node
  test('evicts whole leaves, the least recently used first, and then what they were behind', () => {
    const tree = new RadixTree()
    put(tree, 'abcd')
    put(tree, 'abxy')
    find(tree, 'abcd')
    expect(tree.evict(1)).toBe(2)
    expect([find(tree, 'abxy').pages, find(tree, 'abcd').pages]).toEqual([2, 4])
    expect(tree.evict(3)).toBe(4)
    expect([tree.pages, tree.evict(1)]).toEqual([0, 0])
  })

  test('what is held is not evicted, nor what is before it', () => {
    const tree = new RadixTree()
    const { node } = put(tree, 'abcd')
    put(tree, 'abxy')
    tree.lock(node)
    expect(tree.evictablePages).toBe(2)
    expect(tree.evict(6)).toBe(2)
    tree.unlock(node)
    expect(tree.evict(6)).toBe(4)
  })

  // unified_tree_core.py: _split_node gives the suffix a new access time
  test('the rest that a split cuts off counts as just used', () => {
    const tree = new RadixTree()
    put(tree, 'abcd')
    put(tree, 'xyz')
    find(tree, 'ab')
    expect(tree.evict(1)).toBe(3)
    expect(find(tree, 'abcd').pages).toBe(4)
  })

  // unified_tree_core.py: _match_post_processor refreshes the whole path
  test('a match counts the whole path as used', () => {
    const tree = new RadixTree()
    put(tree, 'ab')
    put(tree, 'abcd')
    put(tree, 'xyz')
    find(tree, 'abcd')
    expect(tree.evict(1)).toBe(3)
  })

  test('is a set of prefixes, whatever is put in, held and evicted', () => {
    const prompt = fc.stringMatching(/^[ab]{1,12}$/)
    const action = fc.oneof(
      fc.record({ put: prompt, isHeld: fc.boolean() }),
      fc.record({ find: prompt }),
      fc.record({ evict: fc.integer({ min: 1, max: 8 }) }),
      fc.record({ letGo: fc.nat(3) }),
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const tree = new RadixTree()
        const held: { pages: string; node: ReturnType<typeof put>['node'] }[] = []
        /** Every prefix that was put in and not seen to be gone. */
        const inside = new Set<string>()
        const longest = (pages: string) => {
          let length = pages.length
          while (length > 0 && !inside.has(pages.slice(0, length))) length -= 1
          return length
        }
        for (const each of actions) {
          if ('put' in each) {
            expect(put(tree, each.put).pages).toBe(longest(each.put))
            const { node } = find(tree, each.put)
            if (each.isHeld) {
              tree.lock(node)
              held.push({ pages: each.put, node })
            }
            for (let end = 1; end <= each.put.length; end += 1) inside.add(each.put.slice(0, end))
          } else if ('find' in each) {
            expect(find(tree, each.find).pages).toBe(longest(each.find))
          } else if ('evict' in each) {
            const before = tree.pages
            const evictable = tree.evictablePages
            const evicted = tree.evict(each.evict)
            expect(tree.pages).toBe(before - evicted)
            expect(evicted).toBeGreaterThanOrEqual(Math.min(each.evict, evictable))
            for (const pages of [...inside]) if (find(tree, pages).pages < pages.length) inside.delete(pages)
          } else {
            const gone = held.splice(each.letGo, 1)
            for (const { node } of gone) tree.unlock(node)
          }
          expect(tree.pages).toBe(inside.size)
          for (const { pages } of held) expect(longest(pages)).toBe(pages.length)
          const heldPrefixes = new Set(held.flatMap(({ pages }) => [...pages].map((_, at) => pages.slice(0, at + 1))))
          expect(tree.evictablePages).toBeLessThanOrEqual(tree.pages - heldPrefixes.size)
        }
        for (const { node } of held) tree.unlock(node)
        expect(tree.evict(1_000)).toBe(inside.size)
      }),
      { numRuns: 300 },
    )
  })
})
