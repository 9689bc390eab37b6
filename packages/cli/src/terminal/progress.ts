import type { Io, Talk } from './io.ts'
import { LiveLines, type ViewLine } from './live-lines.ts'

/** Says on stderr how long work goes: a few lines that rewrite themselves on a terminal, a plain line now and then elsewhere. */
export interface Progress {
  /** A line that stays. */
  note(text: string): void
  /** Takes the moving lines away. */
  end(): void
}

/** What is said, asked for again and again. Empty: nothing. */
export interface ProgressSource {
  /** For a terminal, `columns` wide. */
  readonly lines: (columns: number) => readonly ViewLine[]
  /** For a pipe or a log. */
  readonly plain: () => string
}

const terminalEveryMs = 250
const plainEveryMs = 10_000
/** After so many lines one a minute is enough: a run of hours is to be read in its log. */
const denseLines = 12
const sparseEvery = 6

/** Shows `source` until `end()`. `quiet` silences it, notes too. */
export function startProgress(io: Io, { quiet, ...source }: ProgressSource & Pick<Talk, 'quiet'>): Progress {
  if (quiet) return { note: () => {}, end: () => {} }
  return io.stderr.isTTY === true && io.env.TERM !== 'dumb' ? liveProgress(io, source) : plainProgress(io, source)
}

function plainProgress({ stderr }: Io, { plain }: ProgressSource): Progress {
  const say = (text: string) => {
    if (text) stderr.write(`${text}\n`)
  }
  let ticks = 0
  const timer = setInterval(() => {
    ticks += 1
    if (ticks <= denseLines || ticks % sparseEvery === 0) say(plain())
  }, plainEveryMs)
  timer.unref()
  return { note: say, end: () => clearInterval(timer) }
}

function liveProgress({ stderr, env }: Io, { lines }: ProgressSource): Progress {
  const live = new LiveLines({ color: !env.NO_COLOR })
  const draw = () => {
    const { columns = 80, rows = 24 } = stderr
    // The last column stays free: a full line would wrap on some terminals.
    stderr.write(live.draw(lines(Math.max(20, columns - 1)), { rows, columns }))
  }
  const timer = setInterval(draw, terminalEveryMs)
  timer.unref()
  return {
    note: (text) => {
      stderr.write(`${live.erase(stderr.columns)}${text}\n`)
      draw()
    },
    end: () => {
      clearInterval(timer)
      stderr.write(live.erase(stderr.columns))
    },
  }
}
