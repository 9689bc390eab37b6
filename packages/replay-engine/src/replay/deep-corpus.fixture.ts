import type { Corpus } from '@reprise/trace'
import { corpusOf, on, type SessionSketch, type TurnSketch, traceOf } from '../corpus.fixture.ts'
import { seededRandom } from '../plan/seeded-random.ts'

/** Traces with subagents of subagents of subagents, joined and in the background, some of them beside their parent's own request. */
export function deepCorpus({ traces, seed }: { readonly traces: number; readonly seed: number }): Corpus {
  return corpusOf(
    Array.from({ length: traces }, (_, i) => {
      const sessions: SessionSketch[] = []
      new Recording(sessions, seededRandom(seed, 'deep', i)).agent({ startMs: 0, depth: 0 })
      return traceOf(`deep_${i}`, sessions, i * 7_000)
    }),
  )
}

class Recording {
  readonly #sessions: SessionSketch[]
  readonly #random: () => number

  constructor(sessions: SessionSketch[], random: () => number) {
    this.#sessions = sessions
    this.#random = random
  }

  /** Records an agent and those that it starts; returns when its last reply ended. */
  agent({
    startMs,
    depth,
    needs,
    parent,
  }: {
    startMs: number
    depth: number
    needs?: TurnSketch['needs']
    parent?: number
  }) {
    const index = this.#sessions.length
    const turns: TurnSketch[] = []
    this.#sessions.push({ id: `s${index}`, ...(parent !== undefined && { parent }), systemTokens: 100, turns })
    let atMs = startMs
    let joins: TurnSketch['needs'] = needs ?? []
    for (let turn = 0, count = 2 + this.#upTo(4); turn < count; turn += 1) {
      const apiMs = 200 + this.#upTo(9_000)
      turns.push({
        startMs: atMs,
        apiMs,
        thinkMs: this.#upTo(30_000),
        needs: joins,
        ...(turn === 0 && { blocks: opening(index) }),
      })
      joins = []
      let freeMs = atMs + apiMs
      // The last turn has nobody to join what it starts.
      for (let child = 0; depth < 3 && child < 2 && this.#random() < 0.45; child += 1) {
        const beside = this.#random() < 0.3
        const childMs = (beside ? atMs : atMs + apiMs) + this.#upTo(3_000)
        const trigger = beside ? 'dispatch' : 'completion'
        const isJoined = turn < count - 1 && this.#random() < 0.6
        const spawn = on(index, turn, {
          trigger,
          delayMs: this.#upTo(3_000),
          relation: isJoined ? 'spawn' : 'background',
        })
        const ended = this.agent({ startMs: childMs, depth: depth + 1, needs: [spawn], parent: index })
        if (!isJoined) continue
        freeMs = Math.max(freeMs, ended.endMs)
        joins = [...joins, on(ended.index, ended.last, { relation: 'join', delayMs: this.#upTo(5_000) })]
      }
      atMs = freeMs + this.#pause()
    }
    const last = turns.length - 1
    return { index, last, endMs: turns[last]!.startMs! + turns[last]!.apiMs! }
  }

  /** Most are short; some are longer than any cap. */
  #pause(): number {
    return this.#random() < 0.1 ? 200_000 + this.#upTo(900_000) : this.#upTo(20_000)
  }

  #upTo(most: number): number {
    return Math.floor(this.#random() * most)
  }
}

/** Four blocks: a session begins with more than its system prompt. */
function opening(session: number): number[] {
  return [1, 2, 3, 4].map((block) => 900_000 + 10 * session + block)
}
