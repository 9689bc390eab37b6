import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlockLog } from '../steps/block-log.ts'
import { BlockPool, type Holder } from './block-pool.ts'
import { holderOf } from './holder.fixture.ts'

interface Block {
  key?: number
  holders: number
  /** How often it has lost its content. */
  life: number
  /** The block before it in the sequence that filled it, and its life then. */
  parent?: { readonly block: Block; readonly life: number }
}

/** The same rules block by block, written for reading: a list of all that are free, and one of all that have a key. */
class Reference {
  readonly free: Block[]
  /** The oldest first. */
  readonly keyed: Block[] = []
  readonly changes: number[] = []
  evicted = 0
  readonly #isLineage: boolean

  constructor(blocks: number, policy: 'lru' | 'lineage') {
    this.free = Array.from({ length: blocks }, () => ({ holders: 0, life: 0 }))
    this.#isLineage = policy === 'lineage'
  }

  find(key: number): Block | undefined {
    return this.keyed.find((block) => block.key === key)
  }

  hold(block: Block): void {
    if (block.holders === 0) this.free.splice(this.free.indexOf(block), 1)
    block.holders += 1
  }

  take(): Block {
    const head = this.free[0]!
    const isLeaf = (block: Block) =>
      !this.free.some(({ parent }) => parent?.block === block && parent.life === block.life)
    const block = (head.key !== undefined && this.#isLineage && this.free.find(isLeaf)) || head
    this.free.splice(this.free.indexOf(block), 1)
    if (block.key !== undefined) {
      this.evicted += 1
      this.#forget(block)
    }
    block.holders = 1
    return block
  }

  giveKey(block: Block, key: number, before: Block | undefined): void {
    if (!this.find(key)) this.changes.push(key)
    block.key = key
    if (before) block.parent = { block: before, life: before.life }
    this.keyed.push(block)
  }

  release(blocks: readonly Block[]): void {
    const freed = blocks.toReversed().filter((block) => --block.holders === 0)
    this.free.unshift(...freed.filter(({ key }) => key === undefined))
    this.free.push(...freed.filter(({ key }) => key !== undefined))
  }

  forgetContents(): void {
    for (const block of this.free) if (block.key !== undefined) this.#forget(block)
  }

  #forget(block: Block): void {
    const key = block.key!
    this.keyed.splice(this.keyed.indexOf(block), 1)
    delete block.key
    delete block.parent
    block.life += 1
    if (!this.find(key)) this.changes.push(-key)
  }
}

type Move =
  | { readonly kind: 'begin'; readonly contents: string; readonly hits: number }
  | { readonly kind: 'grow' | 'end'; readonly who: number; readonly blocks: number }
  | { readonly kind: 'forget' }

/** Many of the same beginnings, found or computed again: only where a block is held by others than those before it, lineage and use differ. */
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('begin' as const),
      contents: fc.oneof(fc.stringMatching(/^x{1,3}$/), fc.stringMatching(/^[xy]{0,6}$/)),
      hits: fc.constantFrom(0, 2, 6, 6),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constantFrom('grow' as const, 'end' as const, 'end' as const, 'end' as const),
      who: fc.nat(9),
      blocks: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const) }) },
)

/** A sequence in both. */
interface Both {
  readonly holder: Holder
  readonly blocks: Block[]
}

function begin(pool: BlockPool, plain: Reference, { contents, hits }: Extract<Move, { kind: 'begin' }>): Both {
  const both: Both = { holder: holderOf(contents), blocks: [] }
  // Several blocks of one run are held at once, as far as it is the same one.
  for (let at = 0; at < Math.min(hits, contents.length); ) {
    const run = pool.find(both.holder.keys, at)
    if (!run) break
    const most = Math.min(hits, contents.length, run.isYounger ? at + 1 : run.end)
    const end = at + run.keys.sharedWith(both.holder.keys, at, most)
    pool.hold(both.holder, run, at, end)
    for (; at < end; at += 1) {
      const block = plain.find(both.holder.keys.of(at))!
      plain.hold(block)
      both.blocks.push(block)
    }
  }
  return both
}

/** Takes so many blocks, and gives all their keys but for so many. */
function grow(pool: BlockPool, plain: Reference, { holder, blocks }: Both, wanted: number, unfilled = 1): void {
  const count = Math.min(wanted, pool.freeBlocks)
  if (count === 0) return
  pool.take(holder, count)
  for (let left = count; left > 0; left -= 1) blocks.push(plain.take())
  while (holder.keyedBlocks < holder.blockCount - unfilled) {
    const at = holder.keyedBlocks
    plain.giveKey(blocks[at]!, holder.keys.of(at), blocks[at - 1])
    pool.giveKey(holder)
  }
}

const contents = ['', 'x', 'y'].flatMap((one) =>
  ['', 'x', 'y'].flatMap((two) => ['x', 'y', 'xy'].map((last) => one + two + last)),
)
const lookedUp = contents.map((each) => ({ keys: holderOf(each).keys, last: each.length - 1 }))

for (const policy of ['lru', 'lineage'] as const)
  test(`runs are taken, hit and forgotten as single blocks are, by ${policy}`, () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 60, maxLength: 120 }), (moves) => {
        const log = new BlockLog()
        const [pool, plain] = [new BlockPool(11, log, policy), new Reference(10, policy)]
        const held: Both[] = []
        for (const each of moves) {
          if (each.kind === 'begin') {
            const both = begin(pool, plain, each)
            held.push(both)
            grow(pool, plain, both, each.contents.length - both.blocks.length, 0)
          } else if (each.kind === 'forget') {
            if (held.some(({ blocks }) => blocks.length > 0)) continue
            plain.forgetContents()
            pool.forgetContents()
            log.take()
            plain.changes.length = 0
          } else if (held.length > 0) {
            const at = each.who % held.length
            if (each.kind === 'grow') grow(pool, plain, held[at]!, each.blocks)
            else {
              const [{ holder, blocks }] = held.splice(at, 1) as [Both]
              pool.release(holder)
              plain.release(blocks)
            }
          }
          expect([pool.freeBlocks, pool.cachedBlocks, pool.evictedBlocks]).toEqual([
            plain.free.length,
            plain.keyed.length,
            plain.evicted,
          ])
          expect(lookedUp.map(({ keys, last }) => pool.find(keys, last) !== undefined)).toEqual(
            lookedUp.map(({ keys, last }) => plain.find(keys.of(last)) !== undefined),
          )
          expect(log.take() ?? []).toEqual(plain.changes.splice(0))
        }
      }),
      { numRuns: 200 },
    )
  })
