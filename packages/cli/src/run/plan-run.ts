import { type LoadOverrides, type Plan, planLoad, planReplay } from '@reprise/replay-engine'
import { type PresetName, presetOf } from '@reprise/replay-engine/presets'
import type { Corpus } from '@reprise/trace'
import type { LoadOptions } from '../options/load-options.ts'
import type { LoadPoint } from '../options/load-point.ts'

/** The plan that the options ask for. `contextTokens`: what the target can hold, where `--max-context` does not say. @throws PlanError */
export function planRun(corpus: Corpus, options: LoadOptions, point: LoadPoint, contextTokens?: number): Plan {
  return planReplay(corpus, { seed: options.seed, ...loadOf(options, point, contextTokens) })
}

/** Refuses what no corpus and no server could make a plan of. @throws PlanError */
export function checkLoad(options: LoadOptions, point: LoadPoint): void {
  planLoad(loadOf(options, point))
}

function loadOf(options: LoadOptions, point: LoadPoint, contextTokens?: number) {
  const maxContextTokens = options.maxContext ?? contextTokens
  const overrides: LoadOverrides = {
    ...(options.duration !== undefined && { until: { kind: 'window', durationMs: options.duration } }),
    ...rampOf(options),
    ...(options.passes !== undefined && { until: { kind: 'passes', passes: options.passes } }),
    ...(options.start && { start: { ...options.start, ...startUnit(options.preset) } }),
    ...(options.speedup !== undefined && { timeScale: 1 / options.speedup }),
    ...(options.autoOffset === false && { autoOffset: false }),
    ...(options.turns && { turns: options.turns }),
    ...sessionHeadersOf(options),
    ...(options.arrivals && { arrivals: options.arrivals }),
    ...(options.residualThink === false && { residualThink: false }),
    ...(options.sharedSystem !== undefined && { sharedSystem: options.sharedSystem }),
    ...(options.timeScale !== undefined && { timeScale: options.timeScale }),
    ...(options.warmupLimit !== undefined && { warmupLimitMs: options.warmupLimit }),
    ...(options.quiesceMs !== undefined && { quiesceMs: options.quiesceMs }),
    ...(options.thinkCap !== undefined && { thinkCapMs: options.thinkCap }),
    ...(maxContextTokens !== undefined && { maxContextTokens }),
  }
  // The planner names the presets it has when it does not know this one.
  return { ...point, preset: options.preset as PresetName, overrides }
}

const SETTLE_MS = 60_000

/** Steps that each last as long as a run would. */
function rampOf({ ramp, lanes, preset, duration }: LoadOptions): LoadOverrides {
  if (ramp === undefined || lanes === undefined) return {}
  const until = presetOf(preset)?.load.until
  const windowMs = duration ?? (until?.kind === 'window' ? until.durationMs : 0)
  const settleMs = typeof ramp === 'number' ? ramp : SETTLE_MS
  const steps = lanes.toSorted((one, other) => one - other)
  return {
    ramp: { lanes: steps, settleMs, windowMs },
    until: { kind: 'window', durationMs: steps.length * (settleMs + windowMs) },
  }
}

/** A share is of turns or of recorded time, as the preset has it. */
function startUnit(preset: string): { of?: 'time' } {
  const load = presetOf(preset)?.load
  return load?.kind === 'lanes' && load.start.of !== undefined ? { of: load.start.of } : {}
}

function sessionHeadersOf({
  preset,
  sessionHeaders,
  parentHeaders,
}: LoadOptions): Pick<LoadOverrides, 'sessionHeaders'> {
  if (sessionHeaders === undefined && parentHeaders === undefined) return {}
  const { session = [], parent = [] } = presetOf(preset)?.load.sessionHeaders ?? {}
  return { sessionHeaders: { session: [...(sessionHeaders ?? session)], parent: [...(parentHeaders ?? parent)] } }
}
