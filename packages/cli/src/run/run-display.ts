import { type Clock, onAbort, type PhaseSpan, type Plan, type RequestRecord, type Target } from '@reprise/replay-engine'
import { renderRunEnd, renderRunLine, renderRunView } from '../live/render-run.ts'
import { RunTally } from '../live/run-tally.ts'
import { warmupRequests } from '../live/warmup-requests.ts'
import type { Io } from '../terminal/io.ts'
import { startProgress } from '../terminal/progress.ts'

/** What a run shows while it is on. */
export interface RunDisplay {
  /** The target, every request seen on its way. */
  watched(target: Target): Target
  phase(span: PhaseSpan): void
  record(record: RequestRecord): void
  end(): void
}

/** The live view on stderr, and one line that stays when the run is over. */
export function startRunDisplay(
  plan: Plan,
  clock: Clock,
  { io, ...past }: { io: Io & { quiet: boolean }; attempt?: number; profiledMs?: number },
): RunDisplay {
  const { load } = plan
  const tally = new RunTally(load, {
    ...past,
    ...(past.attempt === undefined && { warmupRequests: warmupRequests(plan) }),
  })
  const view = () => tally.view(clock.now(), { stopping: io.signal.aborted })
  const progress = startProgress(io, {
    quiet: io.quiet,
    lines: (columns) => renderRunView(view(), columns),
    plain: () => renderRunLine(view()),
  })
  const forgetAsks = [
    onAbort(io.signal, () =>
      progress.note(
        `stopping: nothing more is sent; what is in flight may end within ${load.drainMs / 1_000} s. Ctrl-C again cancels it.`,
      ),
    ),
    ...(io.cancel ? [onAbort(io.cancel, () => progress.note('stopping at once: what is in flight is cancelled'))] : []),
  ]
  return {
    watched: (target) => watched(target, tally),
    phase: (span) => tally.phase(span),
    record: (record) => tally.record(record),
    end: () => {
      for (const forget of forgetAsks) forget()
      progress.note(renderRunEnd(view()))
      progress.end()
    },
  }
}

function watched(target: Target, tally: RunTally): Target {
  return {
    send: async (request, observer, signal) => {
      tally.sent(request.lane)
      try {
        return await target.send(request, observer, signal)
      } finally {
        tally.settled(request.lane)
      }
    },
  }
}
