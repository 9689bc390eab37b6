import type { z } from 'zod'
import { LanesLoad } from './load.ts'
import type { Plan } from './plan.ts'
import { PlanError } from './plan-error.ts'
import { type Preset, type PresetLoad, type PresetName, presetOf, presets } from './presets.ts'

/** Departures from a preset. `thinkCapMs: 'as-recorded'` takes a preset's cap away. */
export type LoadOverrides = Partial<Omit<PresetLoad, 'thinkCapMs'>> & {
  readonly thinkCapMs?: number | 'as-recorded'
  readonly maxContextTokens?: number
}

/**
 * The load of a preset with its overrides, and the names of the options that now differ from the preset, in the order of the schema.
 *
 * @throws PlanError on an unknown preset or a value out of range, naming the option.
 */
export function planLoad(options: {
  readonly lanes: number
  readonly preset: PresetName
  readonly overrides: LoadOverrides
}): { load: LanesLoad; preset: Plan['preset'] } {
  const base = presetNamed(options.preset).load
  const { thinkCapMs = base.thinkCapMs, ...overrides } = options.overrides
  const load = checked({
    kind: 'lanes',
    lanes: options.lanes,
    ...base,
    ...overrides,
    thinkCapMs: thinkCapMs === 'as-recorded' ? undefined : thinkCapMs,
  })
  const names = Object.keys(LanesLoad.shape) as (keyof LanesLoad)[]
  const changed = names.filter((name) => fixedByPresets(name) && !sameValue(load[name], base[name]))
  return { load, preset: { name: options.preset, changed } }
}

function presetNamed(name: string): Preset {
  const preset = presetOf(name)
  if (preset) return preset
  throw new PlanError(`there is no preset "${name}"; take one of ${Object.keys(presets).join(', ')}`)
}

function checked(load: unknown): LanesLoad {
  const parsed = LanesLoad.safeParse(load)
  if (!parsed.success) throw new PlanError(`load: ${parsed.error.issues.map(problem).join('; ')}`)
  const { start } = parsed.data
  if (start.min > start.max)
    throw new PlanError(`load: start.min ${start.min} is above start.max ${start.max}; give the smaller share first`)
  return withoutAbsent(parsed.data)
}

function problem(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.')}: ${issue.message}`
}

function withoutAbsent(load: LanesLoad): LanesLoad {
  return Object.fromEntries(Object.entries(load).filter(([, value]) => value !== undefined)) as LanesLoad
}

function fixedByPresets(name: keyof LanesLoad): name is keyof PresetLoad {
  return name !== 'kind' && name !== 'lanes' && name !== 'maxContextTokens' && name !== 'warmupLimitMs'
}

function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
