import type { Result } from '../../../result/result.ts'
import { type Html, html } from '../../html.ts'
import type { LabelledRun } from '../content/group-runs.ts'

/** What a reader may look for and not find, said rather than left out: what these runs lack, then what no run has. */
export function notMeasured(runs: readonly LabelledRun[]): Html {
  const lacking = gaps.flatMap(({ what, why, lacks }) => {
    const without = runs.filter(({ run }) => lacks(run.result, run.plannedTrees === undefined))
    if (without.length === 0) return []
    const where = without.length === runs.length ? 'in all runs' : `in ${without.length} of ${runs.length} runs`
    return [{ what, why, where }]
  })
  return html`<table class="gaps"><thead><tr><th scope="col" class="text">What</th><th scope="col" class="text">Missing</th><th scope="col" class="text">Why</th></tr></thead>
<tbody>${[...lacking, ...always.map((gap) => ({ ...gap, where: 'in all runs' }))].map(
    ({ what, where, why }) =>
      html`<tr><th scope="row">${what}</th><td class="text">${where}</td><td class="text">${why}</td></tr>`,
  )}</tbody></table>`
}

interface Gap {
  readonly what: string
  readonly why: string
}

const gaps: readonly (Gap & { lacks: (result: Result, planMissing: boolean) => boolean })[] = [
  {
    what: 'Throughput per GPU',
    why: 'The number of GPUs was not given with the run; it is never guessed from a topology.',
    lacks: ({ identity }) => identity.gpus === undefined,
  },
  { what: 'Hardware', why: 'Not given with the run.', lacks: ({ identity }) => identity.hardware === undefined },
  {
    what: 'Hardware speed',
    why: 'A model of an engine answered: the figures are predictions.',
    lacks: ({ provenance }) => provenance.target.simulated,
  },
  {
    what: 'Cache hits as measured',
    why: 'The server reports no cached tokens. That is not a hit rate of 0.',
    lacks: ({ cacheHit }) => cacheHit.measured === undefined,
  },
  {
    what: 'Fresh input tokens per second',
    why: 'Needs the cached tokens that the server does not report.',
    lacks: ({ throughput }) => throughput !== undefined && throughput.freshInput === undefined,
  },
  {
    what: 'Throughput',
    why: 'The run has no profiling window.',
    lacks: ({ throughput }) => throughput === undefined,
  },
  {
    what: 'Percentiles and means that requests cut off by the end reach',
    why: 'They were still running and were cancelled: nobody saw how long they would have taken.',
    lacks: ({ metrics }) => Object.values(metrics).some(({ cutOff }) => cutOff !== undefined),
  },
  {
    what: 'TPOT and interactivity',
    why: 'No reply shows a pace: of one token or none, whole at one instant, or with tokens kept back.',
    lacks: ({ metrics, counts }) => counts.ok > 0 && metrics.tpot === undefined,
  },
  {
    what: 'Event loop, CPU and memory of the client',
    why: 'On virtual time no client waits, so there is nothing to watch.',
    lacks: ({ clientHealth, provenance }) =>
      clientHealth.eventLoopDelayMs === undefined && provenance.target.clock === 'virtual',
  },
  {
    what: 'Event loop of the client',
    why: 'Not sampled, or the run was killed before it was written down.',
    lacks: ({ clientHealth, provenance }) =>
      clientHealth.eventLoopDelayMs === undefined && provenance.target.clock === 'wall',
  },
  {
    what: 'Queueing apart from prefill',
    why: 'A client sees only sent, first token and last token, and the server tells no queueing time of its own.',
    lacks: ({ server }) => server?.latency?.queue === undefined,
  },
  {
    what: 'Server metrics',
    why: 'Queue length, KV-cache use and preemptions were not sampled beside the run, or the server has no page that is known.',
    lacks: ({ server }) => server?.running === undefined && server?.kvUse === undefined,
  },
  {
    what: 'Power and energy',
    why: 'No power meter was read, or its readings do not cover the window.',
    lacks: ({ power }) => power?.energyJ === undefined,
  },
  {
    what: 'Planned lengths beside the replayed',
    why: 'plan.json could not be read.',
    lacks: (_, planMissing) => planMissing,
  },
]

const always: readonly Gap[] = [{ what: 'Quality of the answers', why: 'Replies are counted, not read.' }]
