import type { Target } from '@reprise/replay-engine'
import { onAbort } from '@reprise/replay-engine/clock'
import { renderRunEnd, renderRunLine, renderRunView } from '../live/render-run.ts'
import type { RunLength } from '../live/run-length.ts'
import { type RunPlace, RunTally } from '../live/run-tally.ts'
import type { Talk } from '../terminal/io.ts'
import { startProgress } from '../terminal/progress.ts'
import type { Companion, CompanionRun } from './companion.ts'

/** What is known of a run beside its plan. */
export interface RunOutlook {
  readonly length?: RunLength
  readonly place?: RunPlace
}

/** The live view on stderr, and one line that stays when the run is over. */
export function runDisplay(io: Talk, outlook: RunOutlook = {}): Companion {
  let shown: { readonly tally: RunTally; readonly end: () => void } | undefined
  return {
    start: (run) => {
      const { plan, resumed, shard } = run
      const tally = new RunTally(plan.load, { ...outlook, ...resumed, shard })
      shown = { tally, end: show(tally, run, io) }
    },
    watched: (target) => (shown ? watched(target, shown.tally) : target),
    phase: (span) => shown?.tally.phase(span),
    record: (record) => shown?.tally.record(record),
    stop: () => {
      shown?.end()
      return undefined
    },
  }
}

/** Returns what ends it. */
function show(tally: RunTally, { plan, clock }: CompanionRun, io: Talk): () => void {
  const view = () => tally.view(clock.now(), { stopping: io.signal.aborted })
  const progress = startProgress(io, {
    quiet: io.quiet,
    lines: (columns) => renderRunView(view(), columns),
    plain: () => renderRunLine(view()),
  })
  const drainS = plan.load.drainMs / 1_000
  const forgetAsks = [
    onAbort(io.signal, () =>
      progress.note(
        `stopping: nothing more is sent; what is in flight may end within ${drainS} s. Ctrl-C again cancels it.`,
      ),
    ),
    ...(io.cancel ? [onAbort(io.cancel, () => progress.note('stopping at once: what is in flight is cancelled'))] : []),
  ]
  return () => {
    for (const forget of forgetAsks) forget()
    progress.note(renderRunEnd(view()))
    progress.end()
  }
}

function watched(target: Target, tally: RunTally): Target {
  return {
    send: async (request, observer, signal) => {
      tally.sent(request)
      try {
        return await target.send(request, observer, signal)
      } finally {
        tally.settled(request)
      }
    },
    ...(target.tokensInFlight && { tokensInFlight: () => target.tokensInFlight!() }),
  }
}
