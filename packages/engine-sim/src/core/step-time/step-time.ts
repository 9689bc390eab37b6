import { z } from 'zod'
import { LinearStepTime } from './linear-step-time.ts'
import { PolynomialStepTime } from './polynomial-step-time.ts'
import { RooflineStepTime } from './roofline-step-time.ts'
import { TableStepTime } from './table-step-time.ts'

/** How long a step takes, of several forms; one that names no `kind` is linear. */
export const StepTime = z.union([LinearStepTime, PolynomialStepTime, RooflineStepTime, TableStepTime])
export type StepTime = z.infer<typeof StepTime>
