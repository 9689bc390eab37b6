import { z } from 'zod'
import { Phase } from './request-record.ts'

/** A phase of a run: told when it begins, and once more with `endMs` when it ends. A line of `phases.jsonl`. */
export const PhaseSpan = z.strictObject({ phase: Phase, startMs: z.number(), endMs: z.number().optional() })
export type PhaseSpan = z.infer<typeof PhaseSpan>
