import { parseEngineConfig } from '@reprise/engine-sim'
import { EngineTarget } from '@reprise/engine-sim/in-process'
import { planReplay, replay } from '@reprise/replay-engine'
import { VirtualClock } from '@reprise/replay-engine/clock'
import { synthCorpus } from '@reprise/trace'

const [traces, lanes, rounds] = [89, 32, 9]
const hours = [1, 2, 4] as const

/** More time for a block of the longest run than this, in those of the shortest, is not linear. */
const mostRatio = 1.15

interface Run {
  readonly requests: number
  readonly blocks: number
  /** Of processors. */
  readonly ns: number
}

/**
 * Processor time of runs of one, two and four hours of the same load, alternating, for each block of a prompt: that is what the work of a
 * request goes by, and prompts grow in the first hours. A simulation that is linear in its work takes the same for each.
 */
export async function timePerWork(numBlocks: number): Promise<[string, string][]> {
  const corpus = synthCorpus({ seed: 42, traces })
  const engine = parseEngineConfig(JSON.stringify({ scheduler: { numBlocks } }))
  const run = async (windowH: number): Promise<Run> => {
    const until = { kind: 'window', durationMs: windowH * 3_600_000 } as const
    const plan = planReplay(corpus, { seed: 42, lanes, overrides: { until } })
    const clock = new VirtualClock()
    const target = new EngineTarget(clock, engine)
    let [requests, tokens] = [0, 0]
    const before = process.cpuUsage()
    await clock.run(() =>
      replay({
        ...{ plan, corpus, clock, target, onPhase: () => {} },
        onRecord: ({ plannedInputTokens }) => {
          requests += 1
          tokens += plannedInputTokens
        },
      }),
    )
    const { user, system } = process.cpuUsage(before)
    return { requests, blocks: tokens / engine.scheduler.blockSize, ns: 1_000 * (user + system) }
  }
  // What is compiled while it runs is compiled then.
  for (const windowH of hours) await run(windowH)
  const measured: Run[][] = hours.map(() => [])
  // Each begins a round in turn, so that what one leaves to be collected is not always another's.
  for (let round = 0; round < rounds; round += 1)
    for (let nth = 0; nth < hours.length; nth += 1) {
      const at = (round + nth) % hours.length
      measured[at]!.push(await run(hours[at]!))
    }
  const perBlock = measured.map((runs) => runs.map(({ ns, blocks }) => ns / blocks))
  // Within a round: from one to the next a machine that others use too is faster or slower.
  const ratios = perBlock.map((each) => middle(each.map((ns, round) => ns / perBlock[0]![round]!)))
  const worst = Math.max(...ratios)
  return [
    ...hours.map((windowH, at): [string, string] => {
      const { requests, blocks } = measured[at]![0]!
      const millions = (blocks / 1e6).toFixed(1)
      const ns = middle(perBlock[at]!).toFixed(1)
      return [
        `${windowH} h`,
        `${requests} requests, ${millions} million blocks, ${ns} ns each, ${ratios[at]!.toFixed(3)}`,
      ]
    }),
    ['linear', `${worst.toFixed(3)} at most (budget ${mostRatio}): ${worst <= mostRatio ? 'yes' : 'NO'}`],
  ]
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}
