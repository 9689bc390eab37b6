import { type LoadOverrides, type Plan, type PresetName, planLoad, planReplay } from '@reprise/replay-engine'
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
    ...(options.passes !== undefined && { until: { kind: 'passes', passes: options.passes } }),
    ...(options.start && { start: options.start }),
    ...(options.arrivals && { arrivals: options.arrivals }),
    ...(options.residualThink === false && { residualThink: false }),
    ...(options.timeScale !== undefined && { timeScale: options.timeScale }),
    ...(options.warmupLimit !== undefined && { warmupLimitMs: options.warmupLimit }),
    ...(options.quiesceMs !== undefined && { quiesceMs: options.quiesceMs }),
    ...(options.thinkCap !== undefined && { thinkCapMs: options.thinkCap }),
    ...(maxContextTokens !== undefined && { maxContextTokens }),
  }
  // The planner names the presets it has when it does not know this one.
  return { ...point, preset: options.preset as PresetName, overrides }
}
