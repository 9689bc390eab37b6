import { z } from 'zod'
import { LinearStepTime } from './linear-step-time.ts'
import { dynamoPolynomial, PolynomialStepTime } from './polynomial-step-time.ts'
import { RooflineStepTime } from './roofline-step-time.ts'
import { TableStepTime } from './table-step-time.ts'

/** What a file may say of each form: any part of it; the rest is the default's. */
const overrides = {
  linear: LinearStepTime.partial(),
  polynomial: PolynomialStepTime.partial().required({ kind: true }),
  roofline: RooflineStepTime,
  table: TableStepTime,
} as const

/** The schema of the `stepTime` that an engine description as JSON has, by its kind. */
export function stepTimeOverridesOf(json: unknown): z.ZodType<object> {
  const kind = kindOf((json as { stepTime?: unknown } | null)?.stepTime)
  if (kind === undefined) return overrides.linear
  return (
    overrides[kind as keyof typeof overrides] ??
    z.strictObject({ kind: z.enum(['linear', 'polynomial', 'roofline', 'table']) })
  )
}

/** A form with what the overrides leave out: of the linear form as in `linear`, of the polynomial as Dynamo has it. */
export function withStepTimeDefaults(changes: unknown, linear: LinearStepTime): object {
  const kind = kindOf(changes)
  const base = kind === 'polynomial' ? dynamoPolynomial : kind === 'roofline' || kind === 'table' ? {} : linear
  return { ...base, ...(changes as object | undefined) }
}

function kindOf(stepTime: unknown): unknown {
  return (stepTime as { kind?: unknown } | null | undefined)?.kind
}
