import type { z } from 'zod'
import type { LanesLoad } from './lanes-load.ts'
import { Load, loadFields, loadProblem } from './load.ts'
import type { Plan } from './plan.ts'
import { PlanError } from './plan-error.ts'
import { type Preset, type PresetName, presetOf, presets } from './presets.ts'
import type { RateLoad } from './rate-load.ts'
import type { ScheduleLoad } from './schedule-load.ts'

/** How large a load is: what the deployment decides, and no preset. Those of the preset's kind of load. */
export interface LoadSize {
  readonly lanes?: number
  readonly sessionsPerS?: number
}

type Changeable<SomeLoad> = Partial<Omit<SomeLoad, 'kind' | 'lanes' | 'sessionsPerS' | 'thinkCapMs'>>

/** Departures from a preset, each a field of its kind of load. `thinkCapMs: 'as-recorded'` takes a preset's cap away. */
export type LoadOverrides = Changeable<LanesLoad> &
  Changeable<RateLoad> &
  Changeable<ScheduleLoad> & { readonly thinkCapMs?: number | 'as-recorded' }

/**
 * The load of a preset with its overrides, and the names of the options that now differ from the preset, in the order of the schema.
 *
 * @throws PlanError on an unknown preset or a value out of range, naming the option.
 */
export function planLoad(options: LoadSize & { readonly preset: PresetName; readonly overrides: LoadOverrides }): {
  load: Load
  preset: Plan['preset']
} {
  const { preset, lanes, sessionsPerS } = options
  const base = presetNamed(preset).load
  const { thinkCapMs, ...overrides } = options.overrides
  const load = checked({
    ...base,
    ...(lanes !== undefined && { lanes }),
    ...(sessionsPerS !== undefined && { sessionsPerS }),
    ...overrides,
    ...(thinkCapMs !== undefined && { thinkCapMs: thinkCapMs === 'as-recorded' ? undefined : thinkCapMs }),
  })
  const changed = loadFields(load.kind).filter(
    (name) => fixedByPresets(name) && !sameValue(fieldOf(load, name), fieldOf(base, name)),
  )
  return { load, preset: { name: preset, changed } }
}

function presetNamed(name: string): Preset {
  const preset = presetOf(name)
  if (preset) return preset
  throw new PlanError(`there is no preset "${name}"; take one of ${Object.keys(presets).join(', ')}`)
}

function checked(load: unknown): Load {
  const parsed = Load.safeParse(load)
  if (!parsed.success) throw new PlanError(`load: ${parsed.error.issues.map(issueText).join('; ')}`)
  const problem = loadProblem(parsed.data)
  if (problem !== undefined) throw new PlanError(`load: ${problem}`)
  return withoutAbsent(parsed.data)
}

function issueText(issue: z.core.$ZodIssue): string {
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`
}

function withoutAbsent(load: Load): Load {
  return Object.fromEntries(Object.entries(load).filter(([, value]) => value !== undefined)) as Load
}

/** The others belong to the deployment, or change nothing of what is measured. */
function fixedByPresets(name: string): boolean {
  return !['kind', 'lanes', 'sessionsPerS', 'maxContextTokens', 'warmupLimitMs'].includes(name)
}

function fieldOf(load: object, name: string): unknown {
  return (load as Readonly<Record<string, unknown>>)[name]
}

function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
