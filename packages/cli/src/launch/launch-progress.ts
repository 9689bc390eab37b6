import type { LaunchPhase, LaunchProgress } from '@reprise/launcher'
import { logText } from '@reprise/safe-text'
import type { Io } from '../terminal/io.ts'
import { startProgress } from '../terminal/progress.ts'

/** Says on stderr how far a launch is: a line for each phase, and how long it goes with the last line of the log. */
export function startLaunchProgress(
  io: Io,
  { quiet }: { readonly quiet: boolean },
): { readonly tell: (progress: LaunchProgress) => void; readonly end: () => void } {
  const seen: { last?: LaunchProgress } = {}
  const line = () => (seen.last ? renderProgress(seen.last) : '')
  const progress = startProgress(io, {
    quiet,
    lines: (columns) => [{ text: line().slice(0, columns), tone: 'plain' }],
    plain: line,
  })
  return {
    tell: (next) => {
      if (next.phase !== seen.last?.phase) progress.note(`launch: ${next.phase}, ${meanings[next.phase]}`)
      seen.last = next
    },
    end: progress.end,
  }
}

const meanings: Readonly<Record<LaunchPhase, string>> = {
  queue: 'until there are nodes',
  pull: 'until the image is there',
  start: 'until the process exists',
  load: 'until it answers at all',
  ready: 'until it says that it is healthy',
  warm: 'until a first request is answered',
}

function renderProgress({ phase, elapsedMs, detail, lastLine }: LaunchProgress): string {
  const log = lastLine === undefined ? 'its log is empty' : `log: ${logText(lastLine, 160)}`
  if (detail !== undefined) return `launch: ${phase} ${Math.round(elapsedMs / 1_000)} s; ${logText(detail, 160)}`
  return `launch: ${phase} ${Math.round(elapsedMs / 1_000)} s; ${log}`
}
