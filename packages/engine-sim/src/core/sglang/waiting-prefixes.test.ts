import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { KvPages } from './kv-pages.ts'
import { SglangSequence } from './sglang-sequence.ts'
import { WaitingPrefixes } from './waiting-prefixes.ts'

const sequenceOf = (contents: string) =>
  new SglangSequence(requestOf(contents, contents.length, 1, contents), 1, {
    ...{ pageSize: 1, kvTokens: 100, maxModelLen: 90 },
  })

// _touch_waiting_prefixes of SGLang 0.5.23 (managers/schedule_policy.py): "other eviction strategies ignore recency"
test.each([
  ['lru', ['abc', '']],
  ['priority', ['', 'xyz']],
] as const)(
  '%s: the older prefix, for which somebody waits, goes last only where the least recent goes first',
  (evictionPolicy, left) => {
    const pages = new KvPages({ numPages: 100, pageSize: 1, enablePrefixCaching: true, evictionPolicy })
    const [one, other] = [sequenceOf('abc'), sequenceOf('xyz')]
    for (const each of [one, other]) pages.tree.insert(each.keysOf(3), 3)
    new WaitingPrefixes(pages, 'fcfs').order([one])
    expect(pages.tree.evict(3)).toBe(3)
    const found = [one, other].map((each) => pages.tree.match(each.keysOf(3), 3).pages)
    expect(found).toEqual(left.map(({ length }) => length))
  },
)
